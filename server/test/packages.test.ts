/** The packages as their users get them: packed out of a copy of the workspace, installed into an empty project. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { SignJWT } from 'jose'
import { createDatabase } from './database.ts'
import { noise } from './picture.ts'
import { addressOf, place } from './process.ts'

const root = join(import.meta.dirname, '../..')
const compiler = join(root, 'node_modules/typescript/bin/tsc')
const jwtSecret = 'a secret that is as long as it has to be'

/** By their names, the Nodes that the packages are for; this one is the newest. */
const OTHER_NODES = { node20: '20.19', node22: '22' }
const nodes = { 'this Node': process.execPath } as Record<string, string>

let folder: string
let project: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upm-packages-'))
  // The user that a server of root becomes has to get in.
  await chmod(folder, 0o755)
  project = join(folder, 'project')
  await mkdir(project)
  await packAll(project)
  await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  const platform = `node-${process.platform.replace('win32', 'win')}-${process.arch}`
  const others = Object.entries(OTHER_NODES).map(([name, version]) => `${name}@npm:${platform}@${version}`)
  const tarballs = ['server', 'client'].map((name) => `./upm-${name}.tgz`)
  const packages = [...tarballs, 'fastify', 'typebox', '@types/node@24', ...others]
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  await run('npm', ['install', ...options, ...packages], project)
  for (const name of Object.keys(OTHER_NODES)) nodes[name] = join(project, 'node_modules', name, 'bin/node')
  await cp(join(root, 'server/examples/host.ts'), join(project, 'host.ts'))
  await cp(join(root, 'examples/marketplace/src'), join(project, 'marketplace'), { recursive: true })
})

after(() => rm(folder, { recursive: true, force: true }))

async function run(file: string, args: string[], cwd: string, env = {}): Promise<string> {
  const variables = Object.entries(process.env).filter(([name]) => !/^npm_(?:package|lifecycle)_/.test(name))
  const options = { cwd, env: { ...Object.fromEntries(variables), ...env }, maxBuffer: 1e8 }
  try {
    return (await promisify(execFile)(file, args, options)).stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${file} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error })
  }
}

/** In a copy, since packing changes the folder that is packed for a moment. */
async function packAll(target: string): Promise<void> {
  const copy = join(folder, 'workspace')
  const names = ['server', 'client', 'web', 'docs', 'scripts', 'package.json', 'package-lock.json']
  names.push('tsconfig.json', 'LICENSE', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.md')
  const built = ['server/dist', 'client/dist'].map((name) => join(root, name))
  const unneeded = new Set([...built, join(root, 'server/test/pictures')])
  const filter = (path: string) => basename(path) !== 'node_modules' && !unneeded.has(path)
  for (const name of names) await cp(join(root, name), join(copy, name), { recursive: true, filter })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const name of ['server', 'client']) {
    await symlink(join(root, name, 'node_modules'), join(copy, name, 'node_modules'))
  }
  const manifest = await readFile(join(copy, 'server/package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  await run('npm', ['pack', '--pack-destination', folder], copy)
  // Both packages, and nothing for the workspace itself.
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  assert.deepEqual(
    tarballs,
    ['upm-client', 'upm-server'].map((name) => `${name}-${version}.tgz`),
  )
  assert.equal(await readFile(join(copy, 'server/package.json'), 'utf8'), manifest)
  for (const name of ['server', 'client']) {
    await cp(join(folder, `upm-${name}-${version}.tgz`), join(target, `upm-${name}.tgz`))
  }
}

/** A token as another program would sign it. */
function tokenOf(email: string, role: string): Promise<string> {
  return new SignJWT({ email, role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(email)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(jwtSecret))
}

async function compile(files: string[], options = {}): Promise<void> {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    outDir: '.',
    ...options,
  }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  await run(process.execPath, [compiler, '-p', project], project)
}

/** Starts a program that prints its address when it listens. */
async function start(t: TestContext, file: string, args: string[], env: Record<string, string>) {
  const child = spawn(file, args, {
    cwd: project,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit')
  t.after(async () => {
    child.kill()
    await exit
  })
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  for await (const line of createInterface(child.stdout)) {
    output += `${line}\n`
    const [, url] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(line.replace('[::1]', '127.0.0.1')) ?? []
    if (url !== undefined) return { url, output: () => output }
  }
  throw new Error(`it ended before it listened:\n${output}`)
}

test('the packages have what they need, and no tests', async () => {
  for (const name of ['server', 'client']) {
    const list = (await run('tar', ['-tzf', join(project, `upm-${name}.tgz`)], project)).split('\n')
    for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json']) {
      assert.ok(list.includes(`package/${file}`), `${name} has ${file}`)
    }
    const foreign = list.filter((file) =>
      /\.test\.|\/test\/|\/src\/|(?<!\.d)\.ts$|\.package\.json/.test(file),
    )
    assert.deepEqual(foreign, [])
  }
  const manifest = JSON.parse(await readFile(join(project, 'node_modules/@upm/server/package.json'), 'utf8'))
  assert.deepEqual(Object.keys(manifest.peerDependencies), ['fastify', 'typebox'])
  assert.ok(!('private' in manifest || 'scripts' in manifest || 'devDependencies' in manifest))
  const client = JSON.parse(await readFile(join(project, 'node_modules/@upm/client/package.json'), 'utf8'))
  assert.deepEqual(Object.keys(client.dependencies), ['openapi-fetch'])
})

test('the host of the READMEs compiles', async () => {
  const host = await readFile(join(root, 'server/examples/host.ts'), 'utf8')
  for (const name of ['README.md', 'server/README.md']) {
    assert.ok((await readFile(join(root, name), 'utf8')).includes(`\`\`\`ts\n${host}\`\`\``), name)
  }
  // What the declarations import is there, too.
  await compile(['host.ts'], { skipLibCheck: false })
})

test('the marketplace books a lesson and logs it in one transaction, and has psychologists', async (t) => {
  await compile(['marketplace/main.ts'], { noEmit: true, allowImportingTsExtensions: true })
  const { connection, drop } = await createDatabase('empty')
  t.after(drop)
  const env = { DATABASE_URL: addressOf(connection), JWT_SECRET: jwtSecret, PORT: '0' }
  const { url } = await start(t, process.execPath, ['marketplace/main.ts'], env)
  const person = async (email: string, role: string) => {
    const authorization = `Bearer ${await tokenOf(email, role)}`
    const headers = { authorization, 'content-type': 'application/json', 'accept-language': 'uk' }
    const profile = await fetch(`${url}/account/api/me/profile/`, { headers })
    return {
      headers,
      profile: (await profile.json()) as { user: { id: number }; psychologist_profile: unknown },
    }
  }
  const olena = await person('olena@example.com', 'psychologist')
  const ivan = await person('ivan@example.com', 'student')
  assert.ok(olena.profile.psychologist_profile)
  const lesson = { with: olena.profile.user.id, topic: 'сон', starts_at: '2026-12-01T10:00:00.000Z' }
  const book = (headers: Record<string, string>, body: object) =>
    fetch(`${url}/lessons`, { method: 'POST', headers, body: JSON.stringify(body) })

  assert.equal((await book({ 'content-type': 'application/json' }, lesson)).status, 401)
  assert.equal((await book(ivan.headers, { ...lesson, with: 10 ** 9 })).status, 404)
  const booked = await book(ivan.headers, lesson)
  assert.equal(booked.status, 201, await booked.clone().text())
  const { id } = (await booked.json()) as { id: string }
  const taken = await book(ivan.headers, lesson)
  assert.equal(taken.headers.get('content-type'), 'application/problem+json')
  const { code, title } = (await taken.json()) as { code: string; title: string }
  assert.deepEqual([taken.status, code, title], [409, 'lesson_taken', 'Цей час уже заброньовано'])

  const log = await fetch(`${url}/account/api/me/activity/?action=lesson.*`, { headers: ivan.headers })
  const entries = (await log.json()) as { entity_id: string; metadata: unknown }[]
  assert.deepEqual(
    entries.map(({ entity_id, metadata }) => ({ entity_id, metadata })),
    [{ entity_id: id, metadata: lesson }],
  )
  const page = await fetch(`${url}/account/activity`, { headers: { accept: 'text/html' } })
  assert.match(await page.text(), /Заброньовано заняття: \{topic\}/)
})

for (const name of ['this Node', ...Object.keys(OTHER_NODES)]) {
  test(`${name} runs the host: its own route, the profile, a picture and the page under a prefix`, async (t) => {
    const { connection, drop } = await createDatabase('empty')
    t.after(drop)
    const env = { DATABASE_URL: addressOf(connection), JWT_SECRET: jwtSecret, PORT: '0' }
    const { url } = await start(t, nodes[name] ?? '', ['host.js'], env)
    assert.equal((await fetch(`${url}/account/healthz`)).status, 200)
    const headers = { authorization: `Bearer ${await tokenOf('host@example.com', 'tutor')}` }
    const body = JSON.stringify({ subject: 'algebra' })
    const json = { 'content-type': 'application/json' }
    const booked = { method: 'POST', headers: { ...headers, ...json }, body }
    assert.equal((await fetch(`${url}/lessons`, { ...booked, headers: json })).status, 401)
    assert.equal((await fetch(`${url}/lessons`, booked)).status, 201)
    const form = new FormData()
    form.set('avatar', new Blob([await noise(200)]), 'noise.png')
    const avatar = await fetch(`${url}/account/api/me/avatar/`, { method: 'POST', headers, body: form })
    assert.equal(avatar.status, 201, await avatar.clone().text())
    const profile = await fetch(`${url}/account/api/me/profile/`, { headers })
    assert.match(await profile.text(), /"email":"host@example\.com"/)
    const log = await fetch(`${url}/account/api/me/activity/`, { headers })
    assert.match(await log.text(), /lesson\.booked/)
    const page = await (await fetch(`${url}/account/`, { headers: { accept: 'text/html' } })).text()
    assert.match(page, /<base href="\/account\/"/)
    const [, script] = /src="\.?\/?(assets\/[^"]+\.js)"/.exec(page) ?? []
    assert.equal((await fetch(`${url}/account/${script}`)).status, 200)
  })

  test(`${name} takes the client as an ES module and as CommonJS`, async () => {
    const use = `process.stdout.write(typeof createClient({ baseUrl: '' }).profile.get)`
    const programs = {
      module: `import { createClient } from '@upm/client'; ${use}`,
      commonjs: `const { createClient } = require('@upm/client'); ${use}`,
    }
    for (const [type, program] of Object.entries(programs)) {
      const args = [`--input-type=${type}`, '--eval', program]
      assert.equal(await run(nodes[name] ?? '', args, project), 'function')
    }
  })
}

test('npx upm runs, and serves the page', async (t) => {
  assert.match(await run('npx', ['upm', '--help'], project), /Usage: upm/)
  const env = { ...(await place(t)), PORT: '0', RATE_LIMIT_PER_MINUTE: '0' }
  const program = join(project, 'node_modules/@upm/server/dist/main.js')
  const { url, output } = await start(t, process.execPath, [program, 'serve'], env)
  assert.doesNotMatch(output(), /stays root/)
  assert.equal((await fetch(`${url}/`, { headers: { accept: 'text/html' } })).status, 200)
})

test('npx upm serves what upm.config.ts of the folder declares, and the file compiles', async (t) => {
  const file = join(project, 'upm.config.ts')
  await cp(join(root, 'examples/standalone/upm.config.ts'), file)
  t.after(() => rm(file))
  await compile(['upm.config.ts'], { noEmit: true })
  const env = { ...(await place(t)), PORT: '0', RATE_LIMIT_PER_MINUTE: '0' }
  const program = join(project, 'node_modules/@upm/server/dist/main.js')
  const { url } = await start(t, process.execPath, [program, 'serve'], env)
  assert.match(await (await fetch(`${url}/api/profile-types/`)).text(), /"psychologist_profile"/)
  assert.match(
    await run(process.execPath, [program, 'types', 'upgrade'], project, env),
    /Upgraded profiles: 0/,
  )
  await assert.rejects(
    run(nodes['node20'] ?? '', [program, 'types', 'upgrade'], project, env),
    /upm\.config\.ts cannot be loaded: Node\.js 20\.\S+ does not run TypeScript/,
  )
})

test('the types of the client need neither those of the DOM nor of Node', async () => {
  const text = `import { createClient, type ProfilePatch } from '@upm/client'
    const client = createClient({ baseUrl: '' })
    const change: ProfilePatch = { tutor_profile: { experience_years: null, headline: undefined } }
    export const name: string = (await client.profile.patch(change)).data.user.first_name
    // @ts-expect-error It is text.
    export const number: number = (await client.profile.get()).data.user.first_name
    await client.auth.signUp({ name: 'Alex', email: 'alex@example.com', password: 'x', role: undefined })
    export const token: string | undefined = (await client.auth.token()).data
    // @ts-expect-error There is no such member.
    export const nothing = (await client.activity.page()).nothing`
  await writeFile(join(project, 'user.ts'), text)
  await compile(['user.ts'], { lib: ['es2024'], types: [], noEmit: true })
})
