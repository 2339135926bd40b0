import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { eventually, place, runUpm, startServer, upm } from '../../test/process.ts'
import { openPostgres15 } from '../../test/postgres15.ts'

const PASSWORD = 'correct horse battery'

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'upm-moved-'))
  // Others may look in, so that root's rights are given up (rights.ts).
  await chmod(made, 0o755)
  t.after(() => rm(made, { recursive: true, force: true }))
  return made
}

type Sent = { status: number; body: Record<string, unknown> }

async function send(url: string, path: string, body?: object, token?: string): Promise<Sent> {
  const answer = await fetch(`${url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function profileAt(url: string, email: string): Promise<unknown> {
  const signedIn = await send(url, '/api/auth/sign-in/email', {
    email,
    password: PASSWORD,
    sessionToken: true,
  })
  assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body))
  const token = await send(url, '/api/auth/token', undefined, String(signedIn.body['token']))
  const profile = await send(url, '/api/me/profile/', undefined, String(token.body['token']))
  assert.equal(profile.status, 200)
  return profile.body
}

test('an installation moves from the embedded database to another PostgreSQL, and back', async (t) => {
  const home = { DATA_DIR: await folder(t) }
  const files = await folder(t)
  const [first, second] = [join(files, 'first.tar.gz'), join(files, 'second.tar.gz')]
  assert.equal((await upm(['seed-demo', '--users', '8', '--activity', '100'], home)).code, 0)
  const server = await startServer(home)
  const email = 'moved@example.com'
  const fields = { name: 'Alex Koval', email, password: PASSWORD, role: 'tutor' }
  assert.equal((await send(server.url, '/api/auth/sign-up/email', fields)).status, 200)
  const before = await profileAt(server.url, email)
  // While it serves.
  const written = await upm(['backup', first], home)
  assert.equal(written.code, 0, written.output)
  assert.match(written.output, /upm\.users +9 rows/)
  assert.match(written.output, /backup: 100 %/)
  assert.equal((await stat(first)).mode & 0o777, 0o600)
  // Into the place of a server that runs nothing is restored.
  const refused = await upm(['restore', first], home)
  assert.equal(refused.code, 1)
  assert.equal(await server.stop(), 0)

  const outside = await openPostgres15(t)
  const away = outside ? { DATA_DIR: await folder(t), DATABASE_URL: outside } : await place(t)
  const moved = await upm(['restore', first], away)
  assert.equal(moved.code, 0, moved.output)
  assert.match(moved.output, /Restored in .* Start the server/)
  const there = await startServer(away)
  assert.deepEqual(await profileAt(there.url, email), before)
  assert.equal((await upm(['backup', second], away)).code, 0)
  assert.equal(await there.stop(), 0)

  const back = { DATA_DIR: await folder(t) }
  const returned = await upm(['restore', second], back)
  assert.equal(returned.code, 0, returned.output)
  const here = await startServer(back)
  assert.deepEqual(await profileAt(here.url, email), before)
  assert.equal(await here.stop(), 0)
  const again = await upm(['restore', second], back)
  assert.equal(again.code, 1)
  assert.match(again.output, /^upm: The database is in use: there are rows in upm\.users/m)
  assert.doesNotMatch(again.output, / at .*\.ts/)
})

test('what a clumsy operator does to a backup is one clear line', async (t) => {
  const env = await place(t)
  const files = await folder(t)
  const file = join(files, 'upm.tar.gz')
  assert.equal((await upm(['backup', file], env)).code, 0)
  const bytes = await readFile(file)
  for (const [args, line] of [
    [['backup', file], /^upm: .*upm\.tar\.gz exists already\. Choose another name/m],
    [['backup', join(files, 'nowhere', 'upm.tar.gz')], /^upm: The backup cannot be written to .*ENOENT/m],
    [['restore', join(files, 'none.tar.gz')], /^upm: .*none\.tar\.gz cannot be read: ENOENT/m],
    [['restore', files], /^upm: .* is not a file\./m],
    [['restore', '--check', '/dev/null'], /^upm: \/dev\/null is not a file\./m],
  ] satisfies [string[], RegExp][]) {
    const { code, output } = await upm(args, env)
    assert.equal(code, 1, output)
    assert.match(output, line)
    assert.doesNotMatch(output, / at .*\.ts/)
  }
  assert.deepEqual(await readFile(file), bytes)

  const check = await upm(['restore', '--check', file], {})
  assert.equal(check.code, 0, check.output)
  assert.match(check.output, /is whole; checked in/)
  await writeFile(file, bytes.subarray(0, -20))
  const damaged = await upm(['restore', file], env)
  assert.equal(damaged.code, 1)
  assert.match(damaged.output, /^upm: .*upm\.tar\.gz is damaged, or no backup of UPM/m)
  const listed = execFileSync('tar', ['-tzf', '-'], { input: bytes, encoding: 'utf8' })
  assert.match(listed, /manifest\.json\n$/)
})

test('a backup that is broken off leaves no file', async (t) => {
  const env = await place(t)
  assert.equal((await upm(['seed-demo', '--users', '20', '--activity', '10000'], env)).code, 0)
  const file = join(await folder(t), 'upm.tar.gz')
  const run = runUpm(['backup', file], env)
  const sizeOf = async () => (await stat(file).catch(() => undefined))?.size ?? 0
  await eventually(async () => (await sizeOf()) > 0)
  run.child.kill('SIGTERM')
  await run.ended
  assert.equal(existsSync(file), false)
})
