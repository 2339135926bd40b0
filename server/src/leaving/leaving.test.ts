import assert from 'node:assert/strict'
import { createSecretKey, randomUUID } from 'node:crypto'
import { after as afterAll, test } from 'node:test'
import { decodeJwt, SignJWT } from 'jose'
import { Type } from 'typebox'
import { form } from '../../test/form.ts'
import { openMailbox } from '../../test/mailbox.ts'
import { createDatabase } from '../../test/database.ts'
import { publish } from '../../test/publish.ts'
import { useTestApp, type Person, type TestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, queryOne, sql, transaction } from '../database/database.ts'
import { defineAction } from '../log/actions.ts'
import { replay, statePart } from '../document/history.ts'
import { lockAccount } from '../accounts/account.ts'

const database = await createDatabase()
afterAll(() => database.drop())
const ssoLogin = defineAction({
  code: 'sso.login',
  description: 'The user signed in elsewhere.',
  entityType: 'sso',
  metadata: Type.Object({}),
  example: {},
  external: true,
})
const app = await useTestApp({ database })
/** Another process: what the first one has heard of, it has not. */
const other = await useTestApp({ database, actions: [ssoLogin] })

const leave = (person: Person, { on = app, confirm = person.email, token = person.token } = {}) =>
  on.send('DELETE', '/api/me/', { token, body: { confirm } })
const restore = ({ token }: Person, on = app) => on.send('POST', '/api/me/restore/', { token })
const state = async ({ token }: Person, on = app) => (await on.send('GET', '/api/me/', { token })).json()
const read = async ({ token }: Person) => (await app.send('GET', '/api/me/profile/', { token })).json()
const codeOf = (answer: { statusCode: number; json: () => { code?: string } }) => [
  answer.statusCode,
  answer.json().code,
]

test('an account is deleted: hidden at once, everything refused in every process, and it comes back as it was', async () => {
  const person = await app.person({ role: 'tutor' })
  await publish(app, person)
  const before = await read(person)
  assert.deepEqual(await state(person), { state: 'active', erase_at: null })
  assert.equal((await other.send('GET', '/api/me/profile/', { token: person.token })).statusCode, 200)

  const begun = Date.now()
  const accepted = await leave(person, { confirm: person.email.toUpperCase() })
  assert.equal(accepted.statusCode, 202)
  const { erase_at: eraseAt } = accepted.json<{ erase_at: string }>()
  const days = (Date.parse(eraseAt) - begun) / 86_400_000
  assert.ok(days > 13.9 && days < 14.1, `${days} days`)
  assert.deepEqual(await state(person), { state: 'leaving', erase_at: eraseAt })
  assert.deepEqual(await state(person, other), { state: 'leaving', erase_at: eraseAt })

  // The process that knows of it, and one that has remembered the account from before.
  for (const on of [app, other]) {
    assert.equal((await on.send('GET', `/api/profiles/${person.userId}/`)).statusCode, 404)
    for (const refused of await everything(on, person))
      assert.deepEqual(codeOf(refused), [403, 'account_leaving'])
  }
  const again = await leave(person)
  assert.deepEqual([again.statusCode, again.json()], [202, { erase_at: eraseAt }], 'it keeps its time')
  assert.equal((await leave(person, { confirm: 'x@y.example' })).statusCode, 400)

  assert.deepEqual((await restore(person)).json(), { state: 'active', erase_at: null })
  assert.deepEqual((await restore(person, other)).json(), { state: 'active', erase_at: null })
  const after = await read(person)
  const { version, updated_at, avatar_url, avatar } = after
  assert.deepEqual(
    after,
    { ...before, version, updated_at, avatar_url, avatar },
    'nothing of the document has changed, except that the old address of the picture has ended',
  )
  assert.equal((await app.send('GET', before.avatar_url)).statusCode, 404)
  assert.equal((await app.send('GET', avatar_url)).statusCode, 200)
  assert.equal((await other.send('GET', `/api/profiles/${person.userId}/`)).statusCode, 200)
  assert.deepEqual((await app.actions(person.userId)).slice(-3), [
    'system.account.leaving',
    'avatar.moved',
    'system.account.restored',
  ])
  assert.deepEqual(await replay(app.pool, person.userId), statePart(after))
})

/** Every way to read or to change an account. */
async function everything(on: TestApp, { token }: Person) {
  const upload = await form([{ name: 'avatar', file: Buffer.from('no picture') }])
  const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) =>
    on.send(method, url, { token, ...(body && { body }) })
  return [
    await send('GET', '/api/me/profile/'),
    await send('GET', '/api/me/profile/public/'),
    await send('GET', '/api/me/profile/visibility/'),
    await send('PATCH', '/api/me/profile/', { user: { first_name: 'No' } }),
    // Has to be read first.
    await send('PATCH', '/api/me/profile/', { user: { first_name: 'No', role: 'tutor' } }),
    await send('GET', '/api/me/settings/'),
    await send('PATCH', '/api/me/settings/', { timezone: 'Europe/Kyiv' }),
    await send('POST', '/api/me/profiles/', { profile_type: 'student' }),
    await send('PATCH', '/api/me/profiles/active/', { profile_type: 'tutor' }),
    await send('DELETE', '/api/me/profiles/tutor/'),
    await on.send('POST', '/api/me/avatar/', { token, body: upload.body, headers: upload.headers }),
    await send('DELETE', '/api/me/avatar/'),
    await send('GET', '/api/me/activity/'),
    await on.send('GET', '/api/me/activity/', { token, headers: { accept: 'text/csv' } }),
    await send('GET', '/api/me/activity/summary/'),
    await send('GET', '/api/me/identities/'),
    await send('POST', '/api/me/identities/', { token: await app.token() }),
    await send('DELETE', '/api/me/identities/1/'),
  ]
}

test('what is refused changes nothing: another address, an old sign-in, no date of it at all', async () => {
  const person = await app.person()
  const now = Math.floor(Date.now() / 1000)
  const { sub = '' } = decodeJwt(person.token)
  const tokenOf = (claims: object) =>
    new SignJWT({ sub, email: person.email, iat: now, exp: now + 3600, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(createSecretKey(Buffer.from(app.config.auth.jwtSecret ?? '')))

  for (const confirm of ['', 'nobody@example.com', `${person.email} `, String(person.userId), 7, null]) {
    const refused = await app.send('DELETE', '/api/me/', { token: person.token, body: { confirm } })
    assert.deepEqual(codeOf(refused), [400, 'validation_failed'])
    assert.equal(refused.json().errors[0].field, 'confirm')
  }
  for (const body of [{}, { confirm: person.email, force: true }])
    assert.equal((await app.send('DELETE', '/api/me/', { token: person.token, body })).statusCode, 400)
  assert.equal((await app.send('DELETE', '/api/me/', { token: person.token })).statusCode, 400)

  for (const claims of [
    { auth_time: now - 660 },
    { auth_time: String(now) },
    { auth_time: null },
    { auth_time: now - 660, iat: now },
    { iat: now - 660 },
  ]) {
    const refused = await leave(person, { token: await tokenOf(claims) })
    assert.deepEqual(codeOf(refused), [401, 'reauthentication_required'], JSON.stringify(claims))
    assert.equal(
      refused.headers['www-authenticate'],
      'Bearer error="insufficient_user_authentication", max_age="600"',
    )
  }
  assert.deepEqual(await state(person), { state: 'active', erase_at: null })
  assert.deepEqual(await app.actions(person.userId), ['system.profile.initialized'])
  // An old token of somebody who has signed in a moment ago, and an issuer that does not say when.
  assert.equal(
    (await leave(person, { token: await tokenOf({ auth_time: now - 540, iat: now - 3000 }) })).statusCode,
    202,
  )
  assert.equal((await leave(await app.person(), {})).statusCode, 202)
})

test('a write that waits for the deletion finds the account leaving, and one that was first is kept', async () => {
  const person = await app.person()
  const patch = (first_name: string, on = other) =>
    on.send('PATCH', '/api/me/profile/', { token: person.token, body: { user: { first_name } } })
  const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>()
  const { promise: waited, resolve: go } = Promise.withResolvers<void>()
  const holder = transaction(app.pool, async (db) => {
    await lockAccount(db, person.userId)
    isLocked()
    await waited
    await query(db, sql`update upm.users set erase_at = now() + interval '1 day' where id = ${person.userId}`)
  })
  await locked
  const writes = [patch('Late'), patch('Later', app)]
  await waitUntilBlocked(2)
  go()
  await holder
  for (const refused of await Promise.all(writes)) assert.deepEqual(codeOf(refused), [403, 'account_leaving'])
  await restore(person)
  assert.deepEqual(await app.actions(person.userId), [
    'system.profile.initialized',
    'system.account.restored',
  ])

  const mixed = await Promise.all([
    ...['A', 'B', 'C', 'D'].map((name) => patch(name)),
    leave(person),
    leave(person, { on: other }),
    ...['E', 'F'].map((name) => patch(name, app)),
  ])
  const times = new Set(
    mixed.flatMap((answer) => (answer.statusCode === 202 ? [answer.json().erase_at] : [])),
  )
  assert.equal(times.size, 1, 'two requests at once are one deletion')
  const actions = await app.actions(person.userId)
  assert.equal(actions.at(-1), 'system.account.leaving', 'nothing is written after it')
  assert.equal(actions.filter((action) => action === 'system.account.leaving').length, 2 - 1)
})

/** Until so many statements wait for a lock. */
async function waitUntilBlocked(count: number): Promise<void> {
  for (;;) {
    const row = await queryOne<{ count: number }>(
      app.pool,
      sql`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if ((row?.count ?? 0) >= count) return
  }
}

test('services still report what happened to somebody who is leaving, and a later token changes nothing', async () => {
  const person = await app.person({ given_name: 'Old' })
  await leave(person)
  const service = await app.token({ sub: 'billing', scope: 'activity:write', email: undefined })
  const entry = { id: randomUUID(), user_id: person.userId, action: 'sso.login' }
  const reported = await other.send('POST', '/api/activity/', { token: service, body: [entry] })
  assert.deepEqual(reported.json(), { accepted: 1, duplicates: 0 })
  const { sub = '' } = decodeJwt(person.token)
  const later = await app.token({ sub, email: person.email, given_name: 'New', family_name: 'Name' })
  assert.deepEqual(codeOf(await other.send('GET', '/api/me/profile/', { token: later })), [
    403,
    'account_leaving',
  ])
  await restore(person)
  assert.deepEqual(await app.actions(person.userId), [
    'system.profile.initialized',
    'system.account.leaving',
    'sso.login',
    'system.account.restored',
  ])
})

test('an account without an address is confirmed by its id', async (t) => {
  const some = await useTestApp({ env: { AUTH_EMAIL_OPTIONAL: 'on' } }, t)
  const token = await some.token({ email: undefined })
  const { user } = (await some.send('GET', '/api/me/profile/', { token })).json()
  assert.equal(user.email, null)
  const by = (confirm: string) => some.send('DELETE', '/api/me/', { token, body: { confirm } })
  assert.equal((await by('')).statusCode, 400)
  assert.equal((await by(String(user.id))).statusCode, 202)
})

test('without a grace there is nothing to restore', async (t) => {
  const some = await useTestApp({ env: { ERASE_GRACE_DAYS: '0' } }, t)
  const person = await some.person()
  assert.equal((await leave(person, { on: some })).statusCode, 202)
  assert.deepEqual(codeOf(await restore(person, some)), [409, 'restore_too_late'])
  assert.equal((await state(person, some)).state, 'leaving')
})

test('at the bundled sign-in all sessions end, a mail says so, and whoever signs in again can come back', async (t) => {
  const mailbox = await openMailbox()
  const site = await useTestApp(
    { env: { ...SIGN_IN_ENV, SMTP_URL: mailbox.smtpUrl, PUBLIC_URL: 'http://127.0.0.1:4567' } },
    t,
  )
  const person = visitor(site)
  const link = await mailbox.linkOf('/verify-email', () => person.signUp())
  const session = await person.confirm(link)
  const token = await person.token(session)
  const second = await person.token(await person.signIn())
  const { user } = (await site.send('GET', '/api/me/profile/', { token })).json()

  // However old the session is, its tokens say when the person signed in.
  await query(site.pool, sql`update auth."session" set "createdAt" = now() - interval '11 minutes'`)
  const renewed = await person.token(session)
  assert.deepEqual(
    codeOf(await site.send('DELETE', '/api/me/', { token: renewed, body: { confirm: person.email } })),
    [401, 'reauthentication_required'],
  )

  const mail = await mailbox.mailOf(async () => {
    const accepted = await site.send('DELETE', '/api/me/', { token, body: { confirm: person.email } })
    assert.equal(accepted.statusCode, 202)
  })
  assert.match(mail.plain, /Відновити обліковий запис/)
  assert.equal(mail.url.href, 'http://127.0.0.1:4567/')
  assert.equal(await queryOne(site.pool, sql`select from auth."session"`), undefined)
  for (const ended of [token, second]) {
    const restored = await site.send('POST', '/api/me/restore/', { token: ended })
    assert.deepEqual(
      codeOf(restored),
      [401, 'session_ended'],
      'a device that was left open takes nothing back',
    )
    const repeated = await site.send('DELETE', '/api/me/', { token: ended, body: { confirm: person.email } })
    assert.deepEqual(codeOf(repeated), [401, 'session_ended'])
  }

  const anew = await person.token(await person.signIn())
  assert.equal((await site.send('GET', '/api/me/', { token: anew })).json().state, 'leaving')
  assert.deepEqual(codeOf(await site.send('GET', '/api/me/profile/', { token: anew })), [
    403,
    'account_leaving',
  ])
  assert.equal((await site.send('POST', '/api/me/restore/', { token: anew })).json().state, 'active')
  assert.equal((await site.send('GET', '/api/me/profile/', { token: anew })).json().user.id, user.id)
})
