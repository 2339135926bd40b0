/**
 * Writes the files that follow from the code, or, with --check, fails when they do not: contract/openapi.json,
 * contract/profile.json, docs/configuration.md, .env.example, and the tables of docs/errors.md.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../src/app.ts'
import { loadConfig } from '../src/config/config.ts'
import type { ProblemType } from '../src/errors.ts'
import { allProblems } from '../src/features.ts'
import { variables } from '../src/config/variables.ts'
import { openResources } from '../src/resources.ts'

const root = join(import.meta.dirname, '../..')

let published: Promise<string> | undefined

const files: Record<string, () => Promise<string>> = {
  'contract/openapi.json': openApi,
  'contract/profile.json': profile,
  'docs/configuration.md': configuration,
  '.env.example': environmentFile,
  'docs/errors.md': errors,
}

const check = process.argv.includes('--check')
let stale = 0
for (const [name, generate] of Object.entries(files)) {
  const path = join(root, name)
  const content = await generate()
  if (!check) await writeFile(path, content)
  else if ((await readFile(path, 'utf8').catch(() => '')) !== content) {
    process.stderr.write(`${name} is not what the code says: run "npm run generate"\n`)
    stale += 1
  }
}
process.exitCode = stale === 0 ? 0 : 1

/** The same for each file that is made of it. */
function openApi(): Promise<string> {
  return (published ??= readOpenApi())
}

/** The document of a server with the default configuration, which has a database to start on: the embedded one. */
async function readOpenApi(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'upm-generate-'))
  const config = loadConfig({ DATA_DIR: directory })
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const { pool, storage, close } = await openResources(config, log, () => {})
  const app = await buildApp({ config, pool, storage })
  const answer = await app.inject('/api/schema/')
  await app.close()
  await close()
  await rm(directory, { recursive: true })
  return `${JSON.stringify(answer.json(), null, 2)}\n`
}

type Media = { examples?: Record<string, { value: unknown }> }
type Operation = { responses: Record<string, { content?: Record<string, Media> }> }
type Contract = { paths: Record<string, Record<string, Operation>> }

/**
 * The named examples of the contract, to build a page against: for each account that they show, what each operation answers
 * to it, and the problem of each code.
 */
async function profile(): Promise<string> {
  const { paths }: Contract = JSON.parse(await openApi())
  const accounts: Record<string, Record<string, unknown>> = {}
  const refusals: Record<string, unknown> = {}
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        for (const [name, { value }] of Object.values(content).flatMap((media) =>
          Object.entries(media.examples ?? {}),
        )) {
          if (Number(status) >= 400) refusals[name] ??= value
          else (accounts[name] ??= {})[`${method.toUpperCase()} ${path}`] = value
        }
      }
    }
  }
  const byCode = Object.entries(refusals).toSorted(([one], [other]) => one.localeCompare(other, 'en'))
  return `${JSON.stringify({ ...accounts, errors: Object.fromEntries(byCode) }, null, 2)}\n`
}

async function configuration(): Promise<string> {
  const rows = Object.entries(variables).map(([name, { fallback, description }]) => {
    const shown = fallback === '' ? 'unset' : `\`${fallback}\``
    return `| \`${name}\` | ${shown} | ${description} |`
  })
  return `# Configuration

UPM reads its configuration from the environment, once, at start. Everything is optional. A value that does not fit is
refused at start with a message that names the variable; a variable that is set to nothing counts as unset.

Profile types, subjects and actions are no variables: \`upm.config.ts\` in the working directory declares them
([profile types](profile-types.md#the-standalone-server)). It can also declare roles and languages; \`ROLES\` and \`UI_LANGUAGES\`
win over it.

This page is generated from \`server/src/config/variables.ts\` (\`npm run generate\`).

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}
`
}

/** Every variable with its default and what it means, for `--env-file`. */
async function environmentFile(): Promise<string> {
  const blocks = Object.entries(variables).map(([name, { fallback, description }]) =>
    [...wrap(description.replaceAll('`', '')), `#${name}=${fallback}`].join('\n'),
  )
  return `# The variables of UPM, each with its default. Copy this file, remove the "#" before what you set, and start with
# upm serve --env-file FILE. Variables of the environment win over the file. A value with a space or a "#" needs quotes.
# This file is generated from server/src/config/variables.ts (npm run generate).

${blocks.join('\n\n')}
`
}

function wrap(text: string): string[] {
  return text.match(/.{1,110}(?:\s|$)/g)?.map((line) => `# ${line.trim()}`) ?? []
}

/** The page as it is, with the tables of the catalogue in it. */
async function errors(): Promise<string> {
  const page = await readFile(join(root, 'docs/errors.md'), 'utf8')
  const isOfSignIn = ({ code }: ProblemType) => code === code.toUpperCase()
  const table = (types: ProblemType[]) => {
    const rows = types
      .toSorted((one, other) => one.status - other.status)
      .map(({ code, status, when }) => `| \`${code}\` | ${status} | ${when} |`)
    return ['| code | status | when it happens, and what helps |', '| --- | --- | --- |', ...rows].join('\n')
  }
  const tables = [
    table(allProblems.filter((type) => !isOfSignIn(type))),
    table(allProblems.filter(isOfSignIn)),
  ]
  return page.replace(/^\| code +\| status .*\n(?:\|.*\n)+/gm, () => `${tables.shift()}\n`)
}
