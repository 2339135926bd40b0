import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test, after } from 'node:test'
import { promisify } from 'node:util'
import { useServer } from '../test/server.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const server = await useServer()
let folder: string
let target: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upm-client-'))
  target = join(folder, 'package')
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await run(process.execPath, [join(root, 'client/scripts/build.ts'), target])
})

after(() => rm(folder, { recursive: true, force: true }))

test('the package that is published is JavaScript with one dependency', async () => {
  const manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'))
  assert.deepEqual(Object.keys(manifest.dependencies), ['openapi-fetch'])
  assert.equal(manifest.private, undefined)
  const entry = join(target, manifest.exports['.'].default)
  const { token, email } = await server.join()
  const program = `
    import { createClient } from ${JSON.stringify(entry)}
    const client = createClient({ baseUrl: '${server.baseUrl}', token: '${token}' })
    process.stdout.write((await client.profile.get()).data.user.email)`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program])
  assert.equal(stdout, email)
})

test('its types need neither those of the DOM nor of Node', async () => {
  await writeFile(
    join(folder, 'user.ts'),
    `import { createClient, type ProfilePatch } from './package/index.js'
    const client = createClient({ baseUrl: '' })
    const change: ProfilePatch = { tutor_profile: { experience_years: null, headline: undefined } }
    export const name: string = (await client.profile.patch(change)).data.user.first_name
    // @ts-expect-error It is text.
    export const number: number = (await client.profile.get()).data.user.first_name
    await client.auth.signUp({ name: 'Alex', email: 'alex@example.com', password: 'x', role: undefined })
    export const token: string | undefined = await client.auth.token()
    // @ts-expect-error There is no such member.
    export const nothing = (await client.activity.page()).nothing`,
  )
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    target: 'es2024',
    lib: ['es2024'],
    types: [],
    module: 'nodenext',
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }))
  const compiler = join(root, 'client/node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch(
    (error: { stdout: string }) => error,
  )
  assert.equal(stdout, '')
})
