/**
 * Writes the files that follow from the code, or, with --check, fails when they do not: contract/openapi.json,
 * contract/profile.json and docs/configuration.md.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { loadConfig, variables } from '../src/config.ts'
import { upm } from '../src/plugin.ts'
import { documentExample } from '../src/profiles/examples.ts'

const root = join(import.meta.dirname, '../..')

const files: Record<string, () => Promise<string>> = {
  'contract/openapi.json': openApi,
  'contract/profile.json': profile,
  'docs/configuration.md': configuration,
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

/** The document of a server with the default configuration, which has a database to start on: the embedded one. */
async function openApi(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'upm-generate-'))
  const app = Fastify()
  await app.register(upm, { ...loadConfig({ DATA_DIR: directory }), logLevel: 'silent' })
  const answer = await app.inject('/api/schema/')
  await app.close()
  await rm(directory, { recursive: true })
  return `${JSON.stringify(answer.json(), null, 2)}\n`
}

/** A document as front ends get it, to build a page against; the tests hold it against the schema. */
async function profile(): Promise<string> {
  return `${JSON.stringify(documentExample, null, 2)}\n`
}

async function configuration(): Promise<string> {
  const rows = Object.entries(variables).map(([name, { fallback, description }]) => {
    const shown = fallback === '' ? 'unset' : `\`${fallback}\``
    return `| \`${name}\` | ${shown} | ${description} |`
  })
  return `# Configuration

UPM reads its configuration from the environment, once, at start. Everything is optional. A value that does not fit is
refused at start with a message that names the variable; a variable that is set to nothing counts as unset.

This page is generated from \`server/src/config.ts\` (\`npm run generate\`).

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}
`
}
