/** `upm contract record`: what tests have recorded, and what passes a proxy, as the file of a front end. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'

const main = join(import.meta.dirname, '../main.ts')
const contract = await readFile(join(import.meta.dirname, '../../../contract/openapi.json'), 'utf8')
const PROFILE = 'GET /api/me/profile/'
const PATCH = 'PATCH /api/me/profile/'

async function project(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'upm-record-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'contract'))
  await mkdir(join(folder, 'recordings'))
  await writeFile(join(folder, 'contract/openapi.json'), contract)
  const file = join(folder, 'contract/consumers/web.json')
  return {
    folder,
    recording: (name: string, content: unknown) =>
      writeFile(
        join(folder, 'recordings', name),
        typeof content === 'string' ? content : JSON.stringify(content),
      ),
    read: async () => JSON.parse(await readFile(file, 'utf8')),
    write: (content: unknown) => writeFile(file, JSON.stringify(content)),
    upm: (...args: string[]) =>
      new Promise<{ code: number; out: string; err: string }>((resolve) => {
        execFile(process.execPath, [main, 'contract', ...args], { cwd: folder }, (error, out, err) =>
          resolve({ code: Number(error?.code ?? 0), out: out.trimEnd(), err: err.trimEnd() }),
        )
      }),
  }
}

test('the recordings of several tests become one file', async (t) => {
  const { upm, recording, read, write } = await project(t)
  await recording('a.json', {
    operations: {
      [PROFILE]: {
        reads: ['avatar', 'user.first_name', 'settings.*', 'video'],
        sends: [],
        statuses: [200],
        codes: [],
        types: ['application/json'],
      },
      'GET /api/elsewhere/': { reads: ['a'], sends: [], statuses: [200], codes: [], types: [] },
    },
  })
  await recording('b.json', {
    operations: {
      [PROFILE]: {
        reads: ['avatar.variants.64', 'settings.timezone', 'ETag'],
        sends: ['if-none-match'],
        statuses: [304, 200],
      },
      [PATCH]: {
        reads: [],
        sends: ['user.first_name'],
        statuses: [200],
        codes: ['email_taken'],
        types: ['application/json'],
      },
    },
  })
  const { code, out } = await upm('record', 'web', '--from', 'recordings')
  assert.equal(code, 0)
  assert.equal(out, 'contract/consumers/web.json says what web uses.')
  const file = await read()
  assert.match(file.recorded, /^\d{4}-\d{2}-\d{2}$/)
  assert.deepEqual(
    { ...file, recorded: '' },
    {
      consumer: 'web',
      adopted: JSON.parse(contract).info.version,
      recorded: '',
      operations: {
        [PROFILE]: {
          reads: ['ETag', 'avatar.variants.64', 'settings.*', 'user.first_name'],
          sends: ['if-none-match'],
          statuses: [200, 304],
        },
        [PATCH]: { reads: [], sends: ['user.first_name'], statuses: [200], codes: ['email_taken'] },
      },
    },
  )
  await write({ ...file, recorded: '2026-01-01' })
  assert.equal((await upm('record', 'web', '--from', 'recordings')).code, 0)
  assert.equal((await read()).recorded, '2026-01-01', 'nothing else has been recorded')
})

test('--check changes nothing, and shows the difference', async (t) => {
  const { upm, recording, read } = await project(t)
  const use = { reads: ['user.first_name'], sends: [], statuses: [200] }
  await recording('a.json', { operations: { [PROFILE]: use } })
  await upm('record', 'web', '--from', 'recordings')
  assert.equal((await upm('record', 'web', '--from', 'recordings', '--check')).code, 0)
  await recording('a.json', { operations: { [PROFILE]: { ...use, reads: ['user.last_name'] } } })
  const before = await read()
  const { code, err } = await upm('record', 'web', '--from', 'recordings', '--check')
  assert.equal(code, 1)
  assert.match(err, /^ {2}\+ GET \/api\/me\/profile\/ reads user\.last_name$/m)
  assert.match(err, /^ {2}- GET \/api\/me\/profile\/ reads user\.first_name$/m)
  assert.deepEqual(await read(), before)
})

test('--check --part asks only whether the file has all that some of the tests have recorded', async (t) => {
  const { upm, recording, read } = await project(t)
  const use = { reads: ['user.first_name', 'settings.*', 'ETag'], sends: [], statuses: [200, 304] }
  await recording('a.json', { operations: { [PROFILE]: use } })
  await upm('record', 'web', '--from', 'recordings')
  const before = await read()
  const check = async (reads: string[]) => {
    await recording('a.json', { operations: { [PROFILE]: { reads, sends: [], statuses: [200] } } })
    return upm('record', 'web', '--from', 'recordings', '--check', '--part')
  }
  // A path that the file says with a longer one, or with a star, is in the file too.
  assert.equal((await check(['user', 'settings.timezone'])).code, 0)
  const { code, err } = await check(['user.last_name'])
  assert.equal(code, 1)
  assert.match(err, /^ {2}\+ GET \/api\/me\/profile\/ reads user\.last_name$/m)
  assert.doesNotMatch(err, /^ {2}-/m)
  assert.deepEqual(await read(), before)
})

test('what cannot be recorded is said in a line', async (t) => {
  const { upm, recording } = await project(t)
  const cases: [args: string[], reason: RegExp][] = [
    [['record', 'Web App', '--from', 'recordings'], /"Web App" does not/],
    [['record', 'web'], /Say where the recordings are/],
    [['record', 'web', '--from', 'nowhere'], /nowhere has no recordings/],
    [['record', 'web', '--from', 'recordings'], /recordings has no recordings/],
    [['record', 'web', '--proxy', 'localhost'], /must be the address of a server/],
  ]
  for (const [args, reason] of cases) {
    const { code, err } = await upm(...args)
    assert.equal(code, 1)
    assert.match(err, reason)
    assert.equal(err.split('\n').length, 1)
  }
  await recording('a.json', '{')
  assert.match((await upm('record', 'web', '--from', 'recordings')).err, /a\.json is no JSON/)
  await recording('a.json', { operations: { [PROFILE]: { reads: 1 } } })
  assert.match(
    (await upm('record', 'web', '--from', 'recordings')).err,
    /reads must be "\*" or a list of texts/,
  )
})

test('a front end in another language is recorded through a proxy', async (t) => {
  const { folder, upm, read, write } = await project(t)
  const app = await useTestApp({}, t)
  const target = await app.listen()
  const { token } = await app.person()
  const authorization = `Bearer ${token}`

  async function throughProxy(use: (address: string) => Promise<void>) {
    const args = [main, 'contract', 'record', 'web', '--proxy', target, '--port', '0']
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const first = (await lines.next()).value as string
    await use(/http:\/\/[\d.:]+/.exec(first)?.[0] ?? '')
    child.kill('SIGINT')
    await new Promise((resolve) => child.once('close', resolve))
    assert.equal(child.exitCode, 0)
  }

  await throughProxy(async (address) => {
    const profile = await fetch(`${address}/api/me/profile`, { headers: { authorization } })
    assert.equal(profile.status, 200)
    assert.equal(((await profile.json()) as { profile_type: string }).profile_type, 'student')
    const patched = await fetch(`${address}/api/me/profile/`, {
      method: 'PATCH',
      headers: { authorization, 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ user: { first_name: 'Secretname' }, settings: { timezone: 'Europe/Kyiv' } }),
    })
    assert.equal(patched.status, 200)
    assert.equal(
      (await fetch(`${address}/api/me/activity/?limit=1&bogus=1`, { headers: { authorization } })).status,
      400,
    )
    assert.equal((await fetch(`${address}/api/nothing/`)).status, 404)
    assert.equal((await fetch(`${address}/api/profiles/999999/`)).status, 404)
  })
  const file = await read()
  assert.deepEqual(file.operations, {
    'GET /api/me/activity/': { reads: '*', sends: ['limit'], statuses: [400] },
    [PROFILE]: { reads: '*', sends: [], statuses: [200] },
    'GET /api/profiles/{id}/': { reads: '*', sends: [], statuses: [404] },
    [PATCH]: {
      reads: '*',
      sends: ['settings.timezone', 'user.first_name'],
      statuses: [200],
      types: ['application/merge-patch+json'],
    },
  })
  assert.doesNotMatch(JSON.stringify(file), /Secretname|Kyiv/)

  // Narrowed by hand; the next recording adds to it, and widens nothing.
  file.operations[PROFILE].reads = ['profile_type']
  await write(file)
  await throughProxy(async (address) => {
    assert.equal((await fetch(`${address}/api/me/profile/`)).status, 401)
  })
  assert.deepEqual((await read()).operations[PROFILE], {
    reads: ['profile_type'],
    sends: [],
    statuses: [200, 401],
  })
  assert.equal((await read()).operations[PATCH].reads, '*')
  await upm('release')
  assert.equal((await upm('check')).code, 0)
})
