import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticator } from '../../test/authenticator.ts'
import { createPasskeyDevice } from '../../test/passkey.ts'
import { useTestApp, type Answer } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor, type Visitor } from '../../test/visitor.ts'
import { query, sql } from '../database/database.ts'

const ORIGIN = 'https://upm.example'
const app = await useTestApp({ env: { ...SIGN_IN_ENV, PUBLIC_URL: ORIGIN } })

type Member = Visitor & { session: string; userId: number }

const codeOf = (answer: Answer) => (answer.statusCode < 300 ? 'ok' : answer.json<{ code: string }>().code)
const post = (who: Member, path: string, body: object) => who.post(path, body, { token: who.session })

async function member(): Promise<Member> {
  const person = visitor(app)
  assert.equal((await person.signUp()).statusCode, 200)
  const session = await person.signIn()
  const token = await person.token(session)
  const { user } = (await app.send('GET', '/api/me/profile/', { token })).json()
  return { ...person, session, userId: user.id }
}

const at = { origin: ORIGIN, rpId: 'upm.example' }

async function creationFor(who: Member): Promise<string> {
  const begun = await post(who, '/passkey/generate-register-options', { password: PASSWORD })
  assert.equal(begun.statusCode, 200, begun.body)
  return begun.json<{ challenge: string }>().challenge
}

async function withPasskey() {
  const [who, device] = [await member(), createPasskeyDevice()]
  const response = device.create({ ...at, challenge: await creationFor(who) })
  const added = await post(who, '/passkey/verify-registration', { response, name: 'Телефон' })
  assert.equal(added.statusCode, 200, added.body)
  return { who, device, id: added.json<{ id: string }>().id }
}

const challengeFor = async (who: Visitor) =>
  (await who.get('/passkey/generate-authenticate-options')).json<{ challenge: string }>().challenge
const enter = (who: Visitor, response: object) =>
  who.post('/passkey/verify-authentication', { response, sessionToken: true })

test('a passkey is added with the password, signs in without it, is renamed and removed', async () => {
  const { who, device, id } = await withPasskey()
  assert.equal(
    codeOf(await post(who, '/passkey/generate-register-options', { password: 'not it' })),
    'INVALID_PASSWORD',
  )
  const entered = await enter(who, device.get({ ...at, challenge: await challengeFor(who) }))
  assert.equal(entered.statusCode, 200, entered.body)
  const session = entered.json<{ token: string }>().token
  const token = await who.token(session)
  assert.equal((await app.send('GET', '/api/me/profile/', { token })).json().user.id, who.userId)
  const [login] = await query<{ metadata: object }>(
    app.pool,
    sql`select metadata from activity_log where user_id = ${who.userId} and action = 'system.login' order by timestamp desc limit 1`,
  )
  assert.partialDeepStrictEqual(login?.metadata, { method: 'passkey' })

  assert.equal(codeOf(await post(who, '/passkey/update-passkey', { id, name: 'Ноутбук' })), 'ok')
  const listed = (await who.get('/passkey/list-user-passkeys', { token: session })).json()
  assert.partialDeepStrictEqual(listed, [{ id, name: 'Ноутбук' }])
  assert.notEqual(listed[0].usedAt, null)
  const other = await member()
  for (const [path, body] of [
    ['/passkey/update-passkey', { id, name: 'X' }],
    ['/passkey/delete-passkey', { id, password: PASSWORD }],
  ] as const)
    assert.equal(codeOf(await post(other, path, body)), 'passkey_unknown')
  assert.equal(
    codeOf(await post(who, '/passkey/delete-passkey', { id, password: 'not it' })),
    'INVALID_PASSWORD',
  )
  assert.equal(codeOf(await post(who, '/passkey/delete-passkey', { id, password: PASSWORD })), 'ok')
  const late = await enter(who, device.get({ ...at, challenge: await challengeFor(who) }))
  assert.equal(codeOf(late), 'INVALID_PASSKEY')
  const rows = await query<{ change: string }>(
    app.pool,
    sql`select metadata->>'change' as change from activity_log
      where user_id = ${who.userId} and action = 'system.factor.changed' order by timestamp`,
  )
  assert.deepEqual(
    rows.map(({ change }) => change),
    ['added', 'renamed', 'removed'],
  )
})

test('what somebody else has seen, copied or asked for signs nobody in', async () => {
  const { who, device } = await withPasskey()
  const challenge = await challengeFor(who)
  const answer = device.get({ ...at, challenge })
  const codes = (await Promise.all([enter(who, answer), enter(who, answer)])).map(codeOf)
  assert.deepEqual(codes.toSorted(), ['INVALID_PASSKEY', 'ok'], 'once')

  const fresh = () => challengeFor(who)
  const refused: [string, object][] = [
    [
      'a page of another origin',
      device.get({ ...at, origin: 'https://evil.example', challenge: await fresh() }),
    ],
    ['another site', device.get({ ...at, rpId: 'evil.example', challenge: await fresh() })],
    ['nobody was verified', device.get({ ...at, isVerified: false, challenge: await fresh() })],
    ['a made-up challenge', device.get({ ...at, challenge: Buffer.alloc(58, 1).toString('base64url') })],
    ['a challenge of another purpose', device.get({ ...at, challenge: await creationFor(who) })],
    ['another device', createPasskeyDevice().get({ ...at, challenge: await fresh() })],
    ['no JSON', { ...answer, response: { ...answer.response, clientDataJSON: 'bm8' } }],
  ]
  for (const [what, response] of refused) {
    const result = await enter(who, response)
    assert.deepEqual([result.statusCode, codeOf(result)], [400, 'INVALID_PASSKEY'], what)
  }
  device.turnBack()
  assert.equal(
    codeOf(await enter(who, device.get({ ...at, challenge: await fresh() }))),
    'INVALID_PASSKEY',
    'a copy',
  )
})

test('a passkey is made in the session that has asked for it, once, and is of one account', async () => {
  const { who, device } = await withPasskey()
  const other = await member()
  const challenge = await creationFor(who)
  const response = createPasskeyDevice().create({ ...at, challenge })
  assert.equal(
    codeOf(await post(other, '/passkey/verify-registration', { response, name: 'X' })),
    'INVALID_PASSKEY',
  )
  const same = device.create({ ...at, challenge: await creationFor(other) })
  assert.equal(
    codeOf(await post(other, '/passkey/verify-registration', { response: same, name: 'X' })),
    'INVALID_PASSKEY',
  )
  const twice = await Promise.all(
    [1, 2].map(() => post(who, '/passkey/verify-registration', { response, name: 'X' })),
  )
  assert.deepEqual(twice.map(codeOf).toSorted(), ['INVALID_PASSKEY', 'ok'])
})

test('with a passkey no code is asked for: it is two steps at once', async () => {
  const { who, device } = await withPasskey()
  const begun = await post(who, '/two-factor/enable', { password: PASSWORD })
  const phone = authenticator(begun.json<{ totpURI: string }>().totpURI)
  assert.equal(codeOf(await post(who, '/two-factor/verify-totp', { code: await phone.code() })), 'ok')
  assert.equal(
    codeOf(await who.post('/sign-in/email', { email: who.email, password: PASSWORD })),
    'second_factor_required',
  )
  assert.equal(codeOf(await enter(who, device.get({ ...at, challenge: await challengeFor(who) }))), 'ok')
})
