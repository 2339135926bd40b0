/** Every snippet of the documentation: TypeScript compiles, commands run, JSON is what the API sends. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { noise } from './picture.ts'
import { place, startServer, until, upm } from './process.ts'
import { snippetsOf, type Snippet } from './snippets.ts'

const root = join(import.meta.dirname, '../..')
const snippets = await snippetsOf(root)
const of = (...languages: string[]) => snippets.filter(({ language }) => languages.includes(language))
const run = promisify(execFile)

test('each says what it is', () => {
  const names = new Set(['context', 'fits', 'part of', 'not run'])
  for (const { place: where, language, about } of snippets) {
    assert.ok(
      [
        'ts',
        'js',
        'sh',
        'json',
        'mermaid',
        'text',
        'nginx',
        'yaml',
        'ini',
        'dockerfile',
        'sql',
        'csv',
      ].includes(language),
      `${where}: ${language}`,
    )
    for (const name of Object.keys(about)) assert.ok(names.has(name), `${where}: ${name}`)
    if (about['not run'] !== undefined) assert.ok(about['not run'].length > 20, `${where}: no reason`)
  }
  assert.ok(of('ts').length > 5 && of('sh').length > 8 && of('json').length > 2)
})

test('TypeScript compiles, by the types that a user has', async () => {
  const folder = join(root, 'node_modules/.cache/snippets')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  after(() => rm(folder, { recursive: true, force: true }))
  const files = new Map<string, Snippet>()
  for (const [index, snippet] of of('ts').entries()) {
    const file = `${index}.ts`
    files.set(file, snippet)
    const context = snippet.about['context'] ?? ''
    await writeFile(join(folder, file), `${context}\n${snippet.text}\nexport {}\n`)
  }
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    lib: ['es2024', 'dom', 'esnext.iterator'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const output = await run(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
  }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  )
  const faults = output.replaceAll(/^(\d+\.ts)/gm, (file) => files.get(file)?.place ?? file)
  assert.equal(faults, '')
})

describe('JSON', async () => {
  const document = JSON.parse(await readFile(join(root, 'contract/openapi.json'), 'utf8'))
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  // oxlint-disable-next-line typescript/no-unsafe-call -- the package types its default export as a module
  ;(addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(ajv)
  ajv.addSchema(document, 'openapi')
  for (const { place: where, text, about } of of('json')) {
    test(where, async () => {
      const value = JSON.parse(text) as unknown
      const { fits, 'part of': address } = about
      assert.ok(fits ?? address ?? about['not run'], 'it says which part of the contract it is')
      if (fits !== undefined) {
        const validate = ajv.getSchema(`openapi#/components/schemas/${fits}`)
        assert.ok(validate, `there is no component ${fits}`)
        assert.ok(validate(value), JSON.stringify(validate.errors))
      }
      if (address !== undefined) {
        const answer = await fetch((await server()).url + address)
        assert.ok(has(await answer.json(), value), `${address} has no such part`)
      }
    })
  }
})

/** Whether a value, or anything within it, has all members of a part. */
function has(value: unknown, part: unknown): boolean {
  if (isPart(value, part)) return true
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => has(one, part))
}

function isPart(value: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return value === part
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(part).every(([name, member]) =>
    isPart((value as Record<string, unknown>)[name], member),
  )
}

/** Of a command, or of the one within it that is meant: `contract check`. */
async function helpOf(command: string, next: string): Promise<string> {
  const { code, output } = await upm([command, '--help'], {})
  assert.equal(code, 0, output)
  if (!new RegExp(`^Commands:[^]*^ +${next}\\b`, 'm').test(output) || !/^[a-z]/.test(next)) return output
  return (await upm([command, next, '--help'], {})).output
}

type Served = { url: string; env: Record<string, string> }
let served: Promise<Served> | undefined
const stops: (() => Promise<unknown>)[] = []
after(async () => {
  for (const stop of stops.toReversed()) await stop()
})

/** One server for all that is run. */
function server(): Promise<Served> {
  served ??= (async () => {
    const env = {
      ...(await place({ after: (step: () => Promise<unknown>) => void stops.push(step) } as never)),
      RATE_LIMIT_PER_MINUTE: '0',
      PAGE: 'off',
    }
    const running = await startServer({ ...env, PORT: '0' })
    stops.push(() => running.stop())
    const url = (await until(running, /UPM is ready: (http:[^"]+:\d+)\//)) ?? ''
    return { url, env }
  })()
  return served
}

describe('commands', () => {
  const live = of('sh').filter(({ text, about }) => /\b(?:curl|post)\b/.test(text) && !about['not run'])
  for (const page of new Set(live.map((snippet) => snippet.page))) {
    test(`those of ${page} run one after the other on a server`, async (t) => {
      const { url, env } = await server()
      const folder = await mkdtemp(join(tmpdir(), 'upm-snippets-'))
      t.after(() => rm(folder, { recursive: true, force: true }))
      await writeFile(join(folder, 'photo.jpg'), await noise(100))
      const blocks = live.filter((snippet) => snippet.page === page).map(({ text }) => text)
      const script = `set -euo pipefail
curl() { command curl --fail-with-body "$@"; }
npx() { [ "$1" = upm ]; shift; "${process.execPath}" "${join(root, 'server/src/main.ts')}" "$@"; }
TOKEN=$(npx upm token someone@example.com)
SERVICE_TOKEN=$(npx upm token booking --scope activity:write)
command curl -sf ${url}/api/me/profile/ -H "Authorization: Bearer $TOKEN" > /dev/null
${blocks
  .join('\n')
  .replaceAll(/http:\/\/(?:127\.0\.0\.1|localhost):3000/g, url)
  // Each page has an Alex of its own: some sign in, others have tokens of another issuer.
  .replaceAll('alex@', `alex-${page.replaceAll(/\W/g, '-').toLowerCase()}@`)}`
      const { PATH = '', HOME = '' } = process.env
      const options = { cwd: folder, env: { PATH, HOME, ...env } }
      const { stdout } = await run('bash', ['-c', script], options).catch(
        (error: { stdout: string; stderr: string }) => {
          throw new Error(`${error.stdout}\n${error.stderr}`)
        },
      )
      assert.doesNotMatch(stdout, /urn:upm:problem/)
    })
  }

  for (const { place: where, text } of of('sh')) {
    test(`${where} names what there is`, async () => {
      const scripts = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).scripts as object
      for (const [, script = ''] of text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g))
        assert.ok(script in scripts, `npm run ${script}`)
      for (const [, command = ''] of text.matchAll(/\bnpm (?!run\b)([\w-]+)/g))
        assert.ok(['ci', 'install', 'prune', 'start', 'test', 'pack'].includes(command), `npm ${command}`)
      for (const [, file = ''] of text.matchAll(/\s((?:server|client|web|bench|docs|deploy)\/[\w./-]+)/g))
        await access(join(root, file))
      for (const [, command = '', options = ''] of text.matchAll(/\bnpx upm ([\w-]+)([^\n|)#]*)/g)) {
        const output = await helpOf(command, options.trim().split(/\s+/)[0] ?? '')
        for (const [option] of options.matchAll(/--[\w-]+/g))
          assert.ok(output.includes(option), `${command} ${option}`)
      }
    })
  }
})
