import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { SignJWT, type JWTPayload } from 'jose'
import { useTestApp, type Answer, type TestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { replay, statePart } from '../document/history.ts'

const app = await useTestApp({ env: { ...SIGN_IN_ENV, AUTH_AUDIENCE: 'upm' } })
/** Another process of the same server. */
const other = await useTestApp({
  env: { ...SIGN_IN_ENV, AUTH_AUDIENCE: 'upm' },
  database: { pool: app.pool, connection: '', drop: async () => {} },
})

type Identity = { id: number; issuer: string; subject: string; created_at: string }

const list = async (token: string) =>
  (await app.send('GET', '/api/me/identities/', { token })).json<Identity[]>()
const link = (token: string, second: string, on: TestApp = app) =>
  on.send('POST', '/api/me/identities/', { token, body: { token: second } })
const unlink = (token: string, id: number | string, on: TestApp = app) =>
  on.send('DELETE', `/api/me/identities/${id}/`, { token })
const idOf = async (token: string) =>
  (await app.send('GET', '/api/me/profile/', { token })).json<{ user: { id: number } }>().user.id

/** A token whose times are these. */
function signed(claims: JWTPayload): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ aud: 'upm', exp: now + 3600, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(createSecretKey(Buffer.from(app.config.auth.jwtSecret ?? '')))
}

/** All that linking could change. */
async function state(): Promise<unknown> {
  return queryOne(
    app.pool,
    sql`select (select json_agg(to_jsonb(i) - 'heard_at' order by i.id) from upm.identities i) as identities,
      (select count(*) from upm.activity_log) as entries, (select count(*) from upm.users) as users,
      (select count(*) from auth."user") as sign_ins`,
  )
}

async function assertRefused(answer: Answer, status: number, code: string): Promise<void> {
  assert.equal(answer.statusCode, status, answer.body)
  assert.equal(answer.json().code, code)
}

let subjects = 0
/** Somebody who has not been here before. */
const stranger = (claims: Record<string, unknown> = {}) =>
  app.token({ sub: `linked-${(subjects += 1)}`, ...claims })

test('a person links a second identity, finds the same account by both, and unlinks the first', async () => {
  const { token, userId } = await app.person({ given_name: 'Oksana' })
  const [own] = await list(token)
  assert.deepEqual(Object.keys(own ?? {}), ['id', 'issuer', 'subject', 'created_at'])
  assert.equal(own?.issuer, 'local')
  const second = await stranger({ email: 'elsewhere@example.com', email_verified: true, given_name: 'Other' })
  const before = (await app.send('GET', '/api/me/profile/', { token })).json()

  const answer = await link(token, second)
  assert.equal(answer.statusCode, 201, answer.body)
  const linked = answer.json<Identity>()
  assert.deepEqual(await list(token), [own, linked])
  assert.equal(await idOf(second), userId)
  assert.deepEqual(await list(second), [own, linked])
  // What the second token says of the person is not the account's.
  assert.deepEqual((await app.send('GET', '/api/me/profile/', { token: second })).json(), before)
  assert.deepEqual(await replay(app.pool, userId), statePart(before))

  // Once more changes nothing, by either token.
  for (const again of [await link(token, second), await link(second, second), await link(second, token)])
    assert.equal(again.statusCode, 200)
  assert.deepEqual((await link(second, token)).json(), own)

  assert.equal((await unlink(second, own?.id ?? 0)).statusCode, 204)
  assert.deepEqual(await list(second), [linked])
  // The first one is a stranger now, and its address is the account's.
  await assertRefused(await app.send('GET', '/api/me/profile/', { token }), 409, 'email_taken')
  assert.deepEqual(await app.actions(userId), [
    'system.profile.initialized',
    'system.identity.linked',
    'system.identity.unlinked',
  ])
  const entries = await query(
    app.pool,
    sql`select action, entity_type, metadata, actor_kind, host(ip_address) as ip from upm.activity_log
      where user_id = ${userId} and action like 'system.identity.%' order by timestamp`,
  )
  const common = { entity_type: 'system', actor_kind: null, ip: '127.0.0.1' }
  assert.deepEqual(entries, [
    {
      ...common,
      action: 'system.identity.linked',
      metadata: { issuer: 'local', identity_id: linked.id, source: 'token' },
    },
    {
      ...common,
      action: 'system.identity.unlinked',
      metadata: { issuer: 'local', identity_id: own?.id },
    },
  ])
})

test('of a linked identity nothing is followed until it is the oldest one left', async () => {
  const sub = 'followed-first'
  const now = Math.floor(Date.now() / 1000)
  const first = (claims: JWTPayload) => signed({ sub, email: 'first@example.com', ...claims })
  const later = (claims: JWTPayload) =>
    signed({ sub: 'followed-second', email: 'second@example.com', ...claims })
  const token = await first({ given_name: 'First', iat: now - 60 })
  const nameBy = async (bearer: string) =>
    (await app.send('GET', '/api/me/profile/', { token: bearer })).json().user.first_name
  assert.equal(await nameBy(token), 'First')
  assert.equal((await link(token, await later({ given_name: 'Second', iat: now - 50 }))).statusCode, 201)
  assert.equal(await nameBy(await later({ given_name: 'Second', iat: now - 40 })), 'First')
  assert.equal(await nameBy(await first({ given_name: 'Firstly', iat: now - 30 })), 'Firstly')
  const second = await later({ given_name: 'Second', iat: now - 20 })
  assert.equal(await nameBy(second), 'Firstly')
  const [own] = await list(second)
  assert.equal((await unlink(second, own?.id ?? 0)).statusCode, 204)
  assert.equal(await nameBy(await later({ given_name: 'Secondly', iat: now - 10 })), 'Secondly')
})

const person = await app.person()
const taken = await app.person()
const hour = Math.floor(Date.now() / 1000) - 3600
const refusals: {
  what: string
  body: () => Promise<unknown>
  fault?: string
  status?: number
  code?: string
}[] = [
  { what: 'no token', body: async () => ({}), fault: 'token required' },
  { what: 'a number', body: async () => ({ token: 7 }), fault: 'token invalid_type' },
  { what: 'nothing', body: async () => ({ token: '' }), fault: 'token min_length' },
  { what: 'too much', body: async () => ({ token: 'x'.repeat(16_385) }), fault: 'token max_length' },
  { what: 'another member', body: async () => ({ token: 'x', id: 1 }), fault: 'id unknown_field' },
  { what: 'nonsense', body: async () => ({ token: 'nonsense' }), fault: 'token invalid_format' },
  {
    what: 'a token of another key',
    body: async () => ({
      token: await new SignJWT({ sub: 'x', aud: 'upm' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('1h')
        .sign(createSecretKey(Buffer.from('another-secret-for-tests-0123456789abcdef'))),
    }),
    fault: 'token invalid_format',
  },
  {
    what: 'an expired token',
    body: async () => ({ token: await signed({ sub: 'x', exp: hour }) }),
    fault: 'token invalid_format',
  },
  {
    what: 'a token for somebody else',
    body: async () => ({ token: await signed({ sub: 'x', aud: 'else' }) }),
    fault: 'token invalid_format',
  },
  {
    what: 'a refresh token',
    body: async () => ({ token: await signed({ sub: 'x', token_type: 'refresh' }) }),
    fault: 'token invalid_format',
  },
  {
    what: 'the token of a service',
    body: async () => ({ token: await signed({ sub: 'x', scope: 'activity:write' }) }),
    fault: 'token invalid_format',
  },
  {
    what: 'a subject that cannot be kept',
    body: async () => ({ token: await signed({ sub: 'a\0b' }) }),
    fault: 'token invalid_format',
  },
  {
    what: 'the token of another account',
    body: async () => ({ token: taken.token }),
    status: 409,
    code: 'identity_taken',
  },
]
for (const { what, body, fault, status = 400, code = 'validation_failed' } of refusals) {
  test(`${what} is not linked, and nothing changes`, async () => {
    const before = await state()
    const answer = await app.send('POST', '/api/me/identities/', { token: person.token, body: await body() })
    await assertRefused(answer, status, code)
    const { errors = [] } = answer.json<{ errors?: { field: string; code: string }[] }>()
    assert.deepEqual(
      errors.map((error) => `${error.field} ${error.code}`),
      fault === undefined ? [] : [fault],
    )
    assert.deepEqual(await state(), before)
  })
}

test('linking and unlinking take a sign-in of the last ten minutes', async () => {
  const now = Math.floor(Date.now() / 1000)
  const common = { sub: 'reauthenticated', email: 'reauthenticated@example.com' }
  const fresh = await signed({ ...common, iat: now - 540 })
  assert.equal((await link(fresh, await stranger())).statusCode, 201)
  const [own, linked] = await list(fresh)
  const before = await state()
  for (const claims of [{ iat: now - 700 }, { iat: now, auth_time: now - 700 }, {}]) {
    const old = await signed({ ...common, ...claims })
    for (const answer of [await link(old, await stranger()), await unlink(old, linked?.id ?? 0)]) {
      await assertRefused(answer, 401, 'reauthentication_required')
      assert.equal(
        answer.headers['www-authenticate'],
        'Bearer error="insufficient_user_authentication", max_age="600"',
      )
    }
    assert.deepEqual(await list(old), [own, linked])
  }
  assert.deepEqual(await state(), before)
  const again = await signed({ ...common, iat: now - 700, auth_time: now - 5 })
  assert.equal((await unlink(again, linked?.id ?? 0)).statusCode, 204)
})

test('neither the last identity is unlinked, nor that of the token, nor what is not there or somebody else’s', async () => {
  const { token } = await app.person()
  const [own] = await list(token)
  const [foreign] = await list(taken.token)
  await assertRefused(await unlink(token, own?.id ?? 0), 409, 'last_identity')
  assert.equal((await link(token, await stranger())).statusCode, 201)
  const before = await state()
  await assertRefused(await unlink(token, own?.id ?? 0), 409, 'identity_in_use')
  for (const id of [foreign?.id ?? 0, 0, -1, 999_999_999, '9'.repeat(30), 'x', '1e3'])
    await assertRefused(await unlink(token, id), 404, 'not_found')
  assert.deepEqual(await state(), before)
})

test('an account has at most twenty identities', async () => {
  const { token } = await app.person()
  for (let n = 2; n <= 20; n++) assert.equal((await link(token, await stranger())).statusCode, 201)
  await assertRefused(await link(token, await stranger()), 409, 'identity_limit')
  assert.equal((await list(token)).length, 20)
})

/** Both, each through a process of its own. */
const atOnce = (...requests: ((on: TestApp) => Promise<Answer>)[]) =>
  Promise.all(requests.map((request, index) => request(index % 2 ? other : app)))
const statuses = (answers: Answer[]) => answers.map(({ statusCode }) => statusCode).sort((a, b) => a - b)

test('of two accounts that link the same subject at once one does, again and again', async () => {
  for (let round = 0; round < 5; round++) {
    const [one, two, second] = [await app.person(), await app.person(), await stranger()]
    const answers = await atOnce(
      (on) => link(one.token, second, on),
      (on) => link(two.token, second, on),
    )
    assert.deepEqual(statuses(answers), [201, 409])
    const winner = answers[0]?.statusCode === 201 ? one : two
    assert.equal(await idOf(second), winner.userId)
  }
})

test('a subject that is linked while it comes for the first time has one account', async () => {
  for (let round = 0; round < 5; round++) {
    const [{ token, userId }, second] = [await app.person(), await stranger()]
    const [linked, visited] = await atOnce(
      (on) => link(token, second, on),
      (on) => on.send('GET', '/api/me/profile/', { token: second }),
    )
    assert.equal(visited?.statusCode, 200, visited?.body)
    assert.equal(linked?.statusCode, visited?.json().user.id === userId ? 201 : 409, linked?.body)
  }
})

test('of two identities that unlink each other at once one is left', async () => {
  for (let round = 0; round < 5; round++) {
    const [{ token }, second] = [await app.person(), await stranger()]
    await link(token, second)
    const [own, linked] = await list(token)
    const answers = await atOnce(
      (on) => unlink(token, linked?.id ?? 0, on),
      (on) => unlink(second, own?.id ?? 0, on),
    )
    assert.deepEqual(statuses(answers), [204, 409])
    const refused = answers.find(({ statusCode }) => statusCode === 409)
    assert.equal(refused?.json().code, 'last_identity')
    assert.equal((await list(answers[0]?.statusCode === 204 ? token : second)).length, 1)
  }
})

test('an identity that was unlinked through another process decides nothing any more', async () => {
  const [{ token, userId }, second, third] = [await app.person(), await stranger(), await stranger()]
  await link(token, second)
  await link(token, third)
  const [, linked, last] = await list(token)
  // The other process remembers whose it was.
  assert.equal((await other.send('GET', '/api/me/profile/', { token: second })).json().user.id, userId)
  assert.equal((await unlink(token, linked?.id ?? 0)).statusCode, 204)
  const before = await list(token)
  await assertRefused(await unlink(second, last?.id ?? 0, other), 404, 'not_found')
  assert.notEqual((await other.send('GET', '/api/me/profile/', { token: second })).json().user.id, userId)
  assert.equal((await link(second, await stranger(), other)).statusCode, 201)
  assert.deepEqual(await list(token), before)
})

test('whoever signs in with a password links another identity, and by it deletes the password', async () => {
  const anna = visitor(app, 'anna@example.com')
  const token = await anna.enter()
  const userId = await idOf(token)
  const second = await stranger({ email: 'anna@elsewhere.example' })
  const answer = await link(token, second)
  assert.equal(answer.statusCode, 201, answer.body)
  const [own] = await list(second)
  assert.equal(own?.issuer, 'built-in')
  assert.equal((await other.send('GET', '/api/me/profile/', { token })).statusCode, 200)
  // Who has a password has an account already.
  const boris = await visitor(app).enter()
  await assertRefused(await link(second, boris), 409, 'identity_taken')

  assert.equal((await unlink(second, own?.id ?? 0)).statusCode, 204)
  assert.equal(await idOf(second), userId)
  const signIn = await anna.post('/sign-in/email', { email: anna.email, password: PASSWORD })
  assert.equal(signIn.statusCode, 401)
  // This process has forgotten whose the token was; the other one has not.
  const patch = { token, body: { user: { first_name: 'x' } } }
  await assertRefused(await app.send('PATCH', '/api/me/profile/', patch), 401, 'unauthorized')
  await assertRefused(await other.send('PATCH', '/api/me/profile/', patch), 401, 'session_ended')
  const left = await query(app.pool, sql`select from auth."user" where "email" = ${anna.email}`)
  assert.equal(left.length, 0)
})

test('the token of an ended session is linked to nothing', async () => {
  const ended = visitor(app)
  await ended.signUp()
  const session = await ended.signIn()
  const token = await ended.token(session)
  assert.equal((await ended.post('/sign-out', {}, { token: session })).statusCode, 200)
  const { token: own } = await app.person()
  await assertRefused(await link(own, token), 400, 'validation_failed')
})
