/** The mock as a front end's developer runs it: a process of its own, with the real database in it. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { runUpm, until, type Upm } from '../../test/process.ts'

const root = join(import.meta.dirname, '../../..')
const READY = /UPM mock is ready: (http:\/\/127\.0\.0\.1:\d+)\//

let home = ''
let env: Record<string, string> = {}
let mock: Upm
let url = ''

/** Exports a profile type of its own. */
const types = join(root, 'server/test/mock-types.ts')

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'upm-mocks-'))
  env = { TMPDIR: join(home, 'tmp'), XDG_CACHE_HOME: join(home, 'cache') }
  await mkdir(join(home, 'tmp'), { mode: 0o755 })
  await promisify(execFile)('chmod', ['755', home])
  mock = runUpm(['mock', '--port', '0', '--types', types], {
    ...env,
    // A real database that is named in the environment is none of the mock's business.
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/production',
  })
  url = await until(mock, READY)
})

after(async () => {
  mock.child.kill('SIGTERM')
  await mock.ended
  await rm(home, { recursive: true, force: true })
})

type Sending = {
  method?: string
  token?: string
  prefer?: string
  headers?: Record<string, string>
  body?: unknown
}

async function ask(path: string, { method = 'GET', token, prefer, headers = {}, body }: Sending = {}) {
  const answer = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(prefer !== undefined && { prefer }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const json =
    /json/.test(answer.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : undefined
  return { status: answer.status, headers: answer.headers, text, json }
}

const reset = async () => assert.equal((await ask('/__mock/reset', { method: 'POST' })).status, 204)

describe('people', () => {
  test('every token is accepted, and stands for the same person each time', async () => {
    const tutor = await ask('/api/me/profile/', { token: 'tutor' })
    assert.equal(tutor.status, 200)
    assert.equal(tutor.json.profile_type, 'tutor')
    const { email, id } = tutor.json.user
    assert.equal((await ask('/api/me/profile/', { token: email })).json.user.id, id)
    assert.equal((await ask('/api/me/profile/', { token: '7' })).json.user.id, 7)
    assert.equal((await ask('/api/me/profile/', { token: 'student' })).json.profile_type, 'student')
    const [one, other] = [
      await ask('/api/me/profile/', { token: 'anything' }),
      await ask('/api/me/profile/', { token: 'anything' }),
    ]
    assert.equal(one.json.user.id, other.json.user.id)
    assert.ok((await ask('/api/me/activity/', { token: 'tutor' })).json.length > 5)
  })

  test('without a token the answer is that of production', async () => {
    const answer = await ask('/api/me/profile/')
    assert.equal(answer.status, 401)
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
  })

  test('a new address begins with an empty profile; a service writes into the log', async () => {
    const { json } = await ask('/api/me/profile/', { token: 'me@example.com' })
    assert.deepEqual([json.user.email, json.version], ['me@example.com', 1])
    const entry = { id: randomUUID(), user_id: json.user.id, action: 'invite.sent', metadata: {} }
    const sent = await ask('/api/activity/', { method: 'POST', token: 'service', body: [entry] })
    assert.deepEqual(sent.json, { accepted: 1, duplicates: 0 })
  })

  test('people of the demo sign in with their password', async () => {
    const { email } = (await ask('/api/me/profile/', { token: 'tutor' })).json.user
    const body = { email, password: 'demo-password', sessionToken: true }
    const session = await ask('/api/auth/sign-in/email', { method: 'POST', body })
    assert.equal(session.status, 200, session.text)
    const { token } = (await ask('/api/auth/token', { token: session.json.token })).json
    assert.equal((await ask('/api/me/profile/', { token })).json.user.email, email)
  })
})

describe('it is the server', () => {
  test('patches obey the rules of production', async () => {
    const patch = { method: 'PATCH', token: 'tutor' }
    const faulty = await ask('/api/me/profile/', {
      ...patch,
      body: { tutor_profile: { headline: 'x'.repeat(121) } },
    })
    assert.equal(faulty.json.errors[0].code, 'max_length')
    const done = await ask('/api/me/profile/', { ...patch, body: { tutor_profile: { headline: 'Mock' } } })
    assert.equal(done.json.tutor_profile.headline, 'Mock')
    const stale = await ask('/api/me/profile/', { ...patch, headers: { 'if-match': '"1"' }, body: {} })
    assert.equal(stale.json.code, 'precondition_failed')
    const [entry] = (await ask('/api/me/activity/?limit=1', { token: 'tutor' })).json
    assert.deepEqual([entry.action, entry.metadata.changed], ['profile.updated', ['headline']])
  })

  test('it has the page, the documentation, pictures, and profile types of one’s own', async () => {
    assert.match((await ask('/')).text, /<title>(?:Мій кабінет|My account)</)
    assert.equal((await ask('/api/docs/')).status, 200)
    const { avatar_url: picture } = (await ask('/api/me/profile/', { token: 'tutor' })).json
    assert.equal((await ask(picture)).headers.get('content-type'), 'image/webp')
    const { json } = await ask('/api/me/profile/', { token: 'psychologist' })
    assert.deepEqual(json.psychologist_profile, { headline: '', bio: '', subjects: [], approach: '' })
  })

  test('pages of any origin may ask, and send any header', async () => {
    const headers = {
      origin: 'http://localhost:5173',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,prefer,if-match',
    }
    const preflight = await ask('/api/me/profile/', { method: 'OPTIONS', headers })
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /prefer/)
    const forced = await ask('/api/me/profile/', {
      prefer: 'status=403',
      headers: { origin: 'http://localhost:5173' },
    })
    assert.equal(forced.headers.get('access-control-allow-origin'), '*')
    assert.match(forced.headers.get('access-control-expose-headers') ?? '', /ETag.*Preference-Applied/)
  })
})

describe('Prefer', () => {
  test('forces a status, a code, an example, each with what was applied', async () => {
    const stale = await ask('/api/me/profile/', { method: 'PATCH', prefer: 'status=412' })
    assert.deepEqual([stale.status, stale.json.code], [412, 'precondition_failed'])
    assert.equal(stale.headers.get('preference-applied'), 'status=412')
    assert.match(stale.headers.get('content-type') ?? '', /^application\/problem\+json/)
    const taken = await ask('/api/me/profile/', { prefer: 'code=email_taken' })
    assert.deepEqual([taken.status, taken.json.code], [409, 'email_taken'])
    const limited = await ask('/api/me/settings', { prefer: 'status=429' })
    assert.match(limited.headers.get('retry-after') ?? '', /^\d+$/)
    const empty = await ask('/api/me/profile/', { prefer: 'example=student-empty' })
    assert.deepEqual(
      [empty.status, empty.json.profile_type, empty.json.tutor_profile],
      [200, 'student', null],
    )
    const both = await ask('/api/me/profile/', { prefer: 'status=409, code=email_taken' })
    assert.equal(both.headers.get('preference-applied'), 'status=409, code=email_taken')
  })

  test('problems are in the language of the caller', async () => {
    const prefer = 'code=rate_limited'
    const english = await ask('/api/me/profile/', { prefer, headers: { 'accept-language': 'en' } })
    assert.match(english.json.detail, /^The limit is 600/)
    const asked = await ask('/api/me/profile/', { prefer, headers: { 'accept-language': 'uk' } })
    assert.match(asked.json.detail, /^Ліміт — 600/)
    assert.equal(asked.headers.get('content-language'), 'uk')
    await ask('/api/me/settings/', { method: 'PATCH', token: 'tutor', body: { ui_language: 'en' } })
    const own = await ask('/api/me/profile/', { prefer, token: 'tutor' })
    assert.match(own.json.detail, /^The limit is 600/)
  })

  test('what is impossible is 400, and names what there is', async () => {
    const unknown = await ask('/api/me/profile/', {
      prefer: 'status=418',
      headers: { 'accept-language': 'en' },
    })
    assert.deepEqual([unknown.status, unknown.json.code], [400, 'preference_invalid'])
    assert.match(unknown.json.detail, /status=418.*status=200, .*status=409/)
    assert.equal(unknown.headers.get('preference-applied'), null)
    const clash = await ask('/api/me/profile/', { prefer: 'status=401, code=email_taken' })
    assert.match(clash.json.detail, /status=401, code=email_taken.*code=unauthorized/)
    const example = await ask('/api/me/profile/', { prefer: 'example=nobody' })
    assert.equal(example.json.code, 'preference_invalid')
    const nowhere = await ask('/api/nowhere/', { prefer: 'status=404' })
    assert.equal(nowhere.json.code, 'preference_without_operation')
  })

  test('others are left alone, as RFC 7240 demands', async () => {
    const answer = await ask('/api/me/profile/', { token: 'tutor', prefer: 'return=minimal' })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('preference-applied'), null)
  })

  test('delays an answer, the real one too, and a body arrives', async () => {
    const start = performance.now()
    const late = await ask('/api/me/settings/', {
      method: 'PATCH',
      token: 'student',
      prefer: 'delay=300',
      body: { timezone: 'Europe/Kyiv' },
    })
    assert.ok(performance.now() - start >= 300)
    assert.deepEqual([late.status, late.json.timezone], [200, 'Europe/Kyiv'])
    assert.equal(late.headers.get('preference-applied'), 'delay=300')
    const forced = await ask('/api/me/profile/', { prefer: 'delay=50, status=403' })
    assert.equal(forced.status, 403)
  })

  test('every status of every operation of the contract can be forced', async () => {
    const { json: contract } = await ask('/api/schema/')
    let forced = 0
    for (const [path, item] of Object.entries<Record<string, { responses: Record<string, unknown> }>>(
      contract.paths,
    )) {
      for (const [method, { responses }] of Object.entries(item)) {
        for (const status of Object.keys(responses)) {
          const address = path.replaceAll(/\{\w+\}/g, '1')
          const answer = await ask(address, { method: method.toUpperCase(), prefer: `status=${status}` })
          assert.equal(answer.status, Number(status), `${method} ${path} ${status}: ${answer.text}`)
          assert.equal(answer.headers.get('preference-applied'), `status=${status}`)
          forced += 1
        }
      }
    }
    assert.ok(forced > 100, String(forced))
  })
})

describe('reset', () => {
  test('begins anew, also with what people have signed up for', async () => {
    const begun = await ask('/api/me/profile/', { token: 'tutor-2' })
    await ask('/api/me/profile/', {
      method: 'PATCH',
      token: 'tutor-2',
      body: { user: { first_name: 'Changed' } },
    })
    await ask('/api/me/avatar/', { method: 'DELETE', token: 'tutor-2' })
    await reset()
    assert.deepEqual((await ask('/api/me/profile/', { token: 'tutor-2' })).json, begun.json)
    assert.equal((await ask(begun.json.avatar_url)).status, 200)
  })

  test('is atomic: whatever is asked meanwhile is answered, by the old or by the new', async () => {
    const done = new AbortController()
    const statuses = new Set<number>()
    const asking = Array.from({ length: 4 }, async () => {
      while (!done.signal.aborted) {
        const body = { user: { first_name: 'Meanwhile' } }
        statuses.add((await ask('/api/me/profile/', { method: 'PATCH', token: 'tutor', body })).status)
      }
    })
    await Promise.all([reset(), reset()])
    done.abort()
    await Promise.all(asking)
    await reset()
    assert.deepEqual([...statuses], [200])
    assert.notEqual((await ask('/api/me/profile/', { token: 'tutor' })).json.user.first_name, 'Meanwhile')
  })

  test('other addresses of the mock are none', async () => {
    assert.equal((await ask('/__mock/nothing')).status, 404)
    assert.equal((await ask('/__mock/reset')).status, 404)
  })
})

/** The folders of mocks. npm has one of its own beside them. */
const places = async () => (await readdir(join(home, 'tmp'))).filter((name) => name.startsWith('upm-'))

/** The processes that have to do with this test's folders. */
async function left(): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(`${home}/tmp/upm-mock-`)) found.push(command)
  }
  return found
}

async function untilGone(ofOthers: { folders: string[]; processes: number }): Promise<void> {
  for (;;) {
    const folders = await places()
    if (folders.length === ofOthers.folders.length && (await left()).length === ofOthers.processes) return
    await sleep(50)
  }
}

describe('gone without a trace', { skip: process.platform === 'linux' ? false : 'it reads /proc' }, () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    test(`after ${signal}`, async () => {
      const others = { folders: await places(), processes: (await left()).length }
      const second = runUpm(['mock', '--port', '0'], env)
      await until(second, READY)
      assert.doesNotMatch(second.output(), /Making the database/)
      second.child.kill(signal)
      await second.ended
      await untilGone(others)
    })
  }

  test('while it starts, and when npm is killed', async () => {
    const others = { folders: await places(), processes: (await left()).length }
    const starting = runUpm(['mock', '--port', '0'], env)
    while ((await places()).length === others.folders.length) await sleep(10)
    starting.child.kill('SIGKILL')
    await starting.ended
    await untilGone(others)

    const npm = spawn('npm', ['run', 'mock', '--', '--port', '0'], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    npm.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    while (!READY.test(said)) {
      assert.equal(npm.exitCode, null, said)
      await sleep(50)
    }
    npm.kill('SIGKILL')
    await once(npm, 'exit')
    await untilGone(others)
  })
})

test('faulty options are one clear line', async () => {
  for (const [args, line] of [
    [['--types', '/nowhere.ts'], /There is no file \/nowhere\.ts/],
    [['--types', join(root, 'package.json')], /package\.json/],
    [['--types', join(import.meta.dirname, 'problems.ts')], /problems\.ts: "mockProblems" is unknown/],
    [['--port', new URL(url).port], /already in use/],
    [['--port', 'abc'], /whole number/],
  ] as const) {
    const run = runUpm(['mock', ...args], env)
    assert.equal(await run.ended, 1)
    assert.match(run.output(), line)
    assert.doesNotMatch(run.output(), /\n {4}at /)
  }
})
