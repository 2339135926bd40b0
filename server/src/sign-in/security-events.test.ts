import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { createDatabase } from '../../test/database.ts'
import { openMailbox } from '../../test/mailbox.ts'
import { createTestApp, useTestApp, type TestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, sql } from '../database/database.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0'
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15'

type Entry = { action: string; metadata: Record<string, unknown>; ip_address: string }

async function feed(app: TestApp, token: string): Promise<Entry[]> {
  return (await app.send('GET', '/api/me/activity/', { token })).json<Entry[]>()
}

test('the feed tells of changed and reset passwords and of ended sessions', async (t) => {
  const mailbox = await openMailbox()
  const app = await useTestApp(
    { env: { ...SIGN_IN_ENV, PUBLIC_URL: 'https://upm.example', SMTP_URL: mailbox.smtpUrl } },
    t,
  )
  const person = visitor(app)
  const first = await person.confirm((await mailbox.mailOf(() => person.signUp())).url)
  const token = await person.token(first)
  const second = await person.signIn()
  assert.equal((await person.post('/revoke-other-sessions', {}, { token: second })).statusCode, 200)

  const changed = await mailbox.mailOf(async () => {
    const body = { currentPassword: PASSWORD, newPassword: 'quite another horse', revokeOtherSessions: false }
    const answer = await person.post('/change-password', body, { token: second })
    assert.equal(answer.statusCode, 200, answer.body)
  })
  assert.deepEqual(changed.to, [person.email])
  assert.match(changed.plain, new RegExp(`Пристрій: .*${person.ip.replaceAll('.', String.raw`\.`)}`))

  const link = (
    await mailbox.mailOf(() => person.post('/request-password-reset', { email: person.email }))
  ).url.pathname
    .split('/')
    .at(-1)
  const reset = await mailbox.mailOf(async () => {
    const answer = await person.post('/reset-password', { newPassword: 'a third horse, brown', token: link })
    assert.equal(answer.statusCode, 200, answer.body)
  })
  assert.match(reset.plain, /Пароль вашого облікового запису на сайті upm.example змінено/)

  const entries = await feed(app, token)
  assert.deepEqual(entries.map(({ action, metadata }) => [action, metadata]).slice(0, 6), [
    ['system.password.reset', {}],
    ['system.session.ended', { count: 1 }],
    ['system.password.changed', {}],
    ['system.session.ended', { count: 1 }],
    ['system.login', { method: 'password', new_device: false }],
    ['system.login', { method: 'password', new_device: false }],
  ])
  assert.ok(entries.slice(0, 5).every(({ ip_address }) => ip_address === person.ip))

  const metrics = (await app.send('GET', '/metrics')).body
  for (const [event, count] of [
    ['system.login', 2],
    ['system.session.ended', 2],
    ['system.password.changed', 1],
    ['system.password.reset', 1],
  ] as const) {
    assert.ok(metrics.includes(`upm_security_events_total{event="${event}"} ${count}`), event)
  }
})

test('signing out is an ended session, and refused changes are no events', async (t) => {
  const app = await useTestApp({ env: SIGN_IN_ENV }, t)
  const person = visitor(app)
  const token = await person.enter()
  const session = await person.signIn()
  const wrong = { currentPassword: 'not my password', newPassword: 'quite another horse' }
  assert.equal((await person.post('/change-password', wrong, { token: session })).statusCode, 400)
  assert.equal((await person.post('/sign-out', undefined, { token: session })).statusCode, 200)
  assert.equal((await person.post('/sign-out', undefined, { token: session })).statusCode, 200)
  const actions = (await feed(app, token)).map(({ action }) => action)
  assert.deepEqual(actions, [
    'system.session.ended',
    'system.login',
    'system.login',
    'system.profile.initialized',
  ])
})

test('a sign-in from a new device is told by mail, the first one of all is not', async (t) => {
  const mailbox = await openMailbox()
  const app = await useTestApp(
    { env: { ...SIGN_IN_ENV, PUBLIC_URL: 'https://upm.example', SMTP_URL: mailbox.smtpUrl } },
    t,
  )
  const person = visitor(app)
  const mails: string[] = []
  const link = (await mailbox.mailOf(() => person.signUp())).url.searchParams.get('token')
  const signIn = (userAgent: string, body: object = {}) =>
    person.post(
      '/sign-in/email',
      { email: person.email, password: PASSWORD, ...body },
      { headers: { 'user-agent': userAgent } },
    )
  assert.equal((await signIn(FIREFOX, { verificationToken: link })).statusCode, 200)
  assert.equal((await signIn(FIREFOX.replaceAll('133', '134'))).statusCode, 200)
  mails.push(
    (
      await mailbox.mailOf(async () => {
        assert.equal((await signIn(SAFARI)).statusCode, 200)
      })
    ).plain,
  )
  assert.equal(mails.length, 1)
  assert.match(mails[0] ?? '', /Safari, macOS/)
})

test('a burst of wrong passwords is one entry, and each of them a line that says whose account it was', async () => {
  const database = await createDatabase()
  const lines: Record<string, unknown>[] = []
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  )
  const app = await createTestApp({ env: { ...SIGN_IN_ENV, LOG_LEVEL: 'info' }, database, log })
  try {
    const person = visitor(app)
    await person.enter()
    const tries = Array.from({ length: 5 }, (_, index) =>
      person.post('/sign-in/email', { email: person.email.toUpperCase(), password: `wrong horse ${index}` }),
    )
    for (const answer of await Promise.all(tries)) assert.equal(answer.statusCode, 401)
    const nobody = visitor(app, 'nobody-at-all@example.com')
    await nobody.post('/sign-in/email', { email: nobody.email, password: PASSWORD })
    assert.match(
      (await app.send('GET', '/metrics')).body,
      /upm_security_events_total\{event="system\.login\.failed"\} 6/,
    )
    // What runs behind the answers is finished first.
    await app.close()

    const entries = await query<{ user_id: number; metadata: unknown; ip_address: string }>(
      database.pool,
      sql`select user_id, metadata, host(ip_address) as ip_address from activity_log where action = 'system.login.failed'`,
    )
    assert.equal(entries.length, 1)
    assert.deepEqual(entries[0]?.metadata, { method: 'password' })
    assert.equal(entries[0]?.ip_address, person.ip)

    const failed = lines.filter(({ msg }) => msg === 'a sign-in failed')
    assert.equal(failed.filter(({ user }) => user === entries[0]?.user_id).length, 5)
    assert.deepEqual(
      failed.filter(({ user }) => user === undefined).map(({ address }) => address),
      [nobody.ip],
    )
    const requests = lines.filter(
      ({ msg, route }) => msg === 'request' && route === '/api/auth/sign-in/email',
    )
    assert.ok(requests.every(({ address }) => address === '198.18.0.0/24'))
    assert.ok(failed.every(({ user, address }) => user === undefined || address === '198.18.0.0/24'))
    assert.ok(requests.some(({ status, user }) => status === 200 && user === entries[0]?.user_id))
    assert.ok(!JSON.stringify(lines).includes(person.email), 'an address for mail is in no line')
  } finally {
    await database.drop()
  }
})

test('a line of a refused request names the account, and one of a served request does not', async (t) => {
  const lines: Record<string, unknown>[] = []
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  )
  const app = await useTestApp({ env: { LOG_LEVEL: 'info', TRUSTED_PROXIES: '127.0.0.1' }, log }, t)
  const { token, userId } = await app.person()
  const headers = { 'x-forwarded-for': '198.18.77.1' }
  lines.length = 0
  await app.send('GET', '/api/me/profile/', { token, headers })
  await app.send('PATCH', '/api/me/profile/', { token, headers, body: { nonsense: 1 } })
  await app.send('GET', '/api/me/profile/', { headers })
  await app.send('GET', '/api/nowhere', { headers })
  const seen = lines
    .filter(({ msg }) => msg === 'request')
    .map(({ status, user, address }) => [status, user, address])
  assert.deepEqual(seen, [
    [200, undefined, undefined],
    [400, userId, '198.18.77.0/24'],
    [401, undefined, '198.18.77.0/24'],
    // No route of UPM's, which alone know the proxies.
    [404, undefined, '127.0.0.1'],
  ])
})
