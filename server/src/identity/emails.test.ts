import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { createDatabase } from '../../test/database.ts'
import { openMailbox } from '../../test/mailbox.ts'
import { replay, statePart } from '../document/history.ts'
import { useTestApp, type Answer, type TestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, queryOne, sql } from '../database/database.ts'
import type { ProfileDocument } from '../document/present.ts'

const app = await useTestApp({ env: SIGN_IN_ENV })

const read = (on: TestApp, token: string) => on.send('GET', '/api/me/profile/', { token })
const documentOf = (answer: Answer) => {
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<ProfileDocument>()
}
const codeOf = (answer: Answer) => (answer.statusCode === 200 ? 'ok' : answer.json<{ code: string }>().code)
const comes = async (on: TestApp, sub: string, email: string, verified?: boolean) =>
  read(on, await on.token({ sub, email, ...(verified !== undefined && { email_verified: verified }) }))

let addresses = 0
const newAddress = () => `Somebody-${++addresses}@example.com`

test('a proven e-mail wins over the unproven account that holds it, which keeps its data and its log', async () => {
  const email = newAddress()
  const stranger = await app.person({ sub: 'stranger', email, given_name: 'Stranger', role: 'tutor' })
  await app.send('PATCH', '/api/me/profile/', {
    token: stranger.token,
    body: { tutor_profile: { headline: 'Mine' } },
  })
  const before = documentOf(await read(app, stranger.token))

  const owner = documentOf(await comes(app, 'owner', email.toLowerCase(), true))
  assert.notEqual(owner.user.id, stranger.userId)
  assert.equal(owner.user.email, email.toLowerCase())

  const after = documentOf(await read(app, stranger.token))
  assert.deepEqual(
    { ...after, updated_at: '' },
    { ...before, user: { ...before.user, email: null }, version: before.version + 1, updated_at: '' },
  )
  assert.ok(after.updated_at > before.updated_at)
  assert.deepEqual(await replay(app.pool, stranger.userId), statePart(after as never))

  const [entry] = await query<Record<string, unknown>>(
    app.pool,
    sql`select * from activity_log where user_id = ${stranger.userId} and action = 'profile.updated'
      order by timestamp desc, id desc limit 1`,
  )
  assert.partialDeepStrictEqual(entry, {
    action: 'profile.updated',
    entity_type: 'profile',
    entity_id: String(stranger.userId),
    metadata: { changed: ['email'], changes: { user: { old: { email }, new: { email: null } } } },
    actor_kind: 'issuer',
    actor_id: 'local',
    // Where the owner came from is not the stranger's business.
    ip_address: null,
    user_agent: null,
  })
  assert.deepEqual(await app.actions(owner.user.id), ['system.profile.initialized'])

  // An account without an address is one like any other.
  const answer = await app.send('PATCH', '/api/me/profile/', {
    token: stranger.token,
    body: { ...after, user: { ...after.user, first_name: 'Still' } },
  })
  assert.equal(documentOf(answer).user.first_name, 'Still')
  assert.equal(codeOf(await comes(app, 'stranger', email)), 'ok')
})

test('a proven e-mail against another proven one, and an unproven one against any, is taken', async () => {
  const email = newAddress()
  documentOf(await comes(app, 'first proven', email, true))
  const unproven = newAddress()
  documentOf(await comes(app, 'first unproven', unproven))
  for (const [sub, address, verified] of [
    ['second', email, true],
    ['second', email, false],
    ['second', email, undefined],
    ['second', unproven, undefined],
    ['second', unproven, false],
  ] as const) {
    const answer = await comes(app, sub, address, verified)
    assert.deepEqual([answer.statusCode, codeOf(answer)], [409, 'email_taken'])
  }
  for (const faulty of ['true', 1, {}, [true]]) {
    const token = await app.token({ sub: 'second', email: unproven, email_verified: faulty })
    assert.equal(codeOf(await read(app, token)), 'email_taken', JSON.stringify(faulty))
  }
})

test('whoever proves their e-mail later keeps it from then on', async () => {
  const email = newAddress()
  documentOf(await comes(app, 'early', email))
  assert.equal(documentOf(await comes(app, 'early', email.toUpperCase(), true)).version, 1)
  assert.equal(codeOf(await comes(app, 'late', email, true)), 'email_taken')
  // Another address of theirs proves nothing of this one.
  const other = newAddress()
  documentOf(await comes(app, 'elsewhere', other))
  documentOf(await comes(app, 'elsewhere', newAddress(), true))
  documentOf(await comes(app, 'owner of the other', other, true))
})

test('an account of an old database that nobody has opened keeps its address', async (t) => {
  const database = await createDatabase()
  t.after(() => database.drop())
  await query(
    database.pool,
    sql`with old as (insert into users (id, email, profile_type) values (7, 'Old@example.com', 'student') returning id),
      chosen as (insert into settings (user_id) select id from old)
      insert into profiles (user_id, profile_type) select id, 'student' from old`,
  )
  await query(database.pool, sql`select setval(pg_get_serial_sequence('users', 'id'), 7)`)
  const strict = await useTestApp({ database }, t)
  assert.equal(codeOf(await comes(strict, 'me', 'old@example.com', true)), 'email_taken')
  const linking = await useTestApp({ database, env: { AUTH_LINK_VERIFIED_EMAIL: 'on' } }, t)
  assert.equal(documentOf(await comes(linking, 'me', 'old@example.com', true)).user.id, 7)
  // Now it is theirs, and proven.
  assert.equal(codeOf(await comes(strict, 'another', 'old@example.com', true)), 'email_taken')
})

test('of many who come at once with a proven e-mail one gets it, and its holder loses it once', async () => {
  const email = newAddress()
  const stranger = await app.person({ sub: 'crowded out', email })
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => comes(app, `rival ${i % 10}`, email, true)),
  )
  const winners = answers.flatMap((answer, i) => (answer.statusCode === 200 ? [i % 10] : []))
  assert.equal(new Set(winners).size, 1)
  assert.equal(winners.length, 2, 'both requests of the one who got it')
  assert.ok(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 409))
  const document = documentOf(await read(app, stranger.token))
  assert.deepEqual([document.user.email, document.version], [null, 2])
  assert.deepEqual(await app.actions(stranger.userId), [
    'system.profile.initialized',
    'profile.updated',
    'system.email.changed',
  ])
  assert.match(
    (await app.send('GET', '/metrics')).body,
    /upm_security_events_total\{event="system\.email\.changed"\} \d/,
  )
})

test('a stranger who comes at the same moment does not keep the owner out', async () => {
  for (let round = 0; round < 10; round += 1) {
    const email = newAddress()
    const [stranger, owner] = await Promise.all([
      comes(app, `stranger ${round}`, email),
      comes(app, `owner ${round}`, email, true),
    ])
    assert.equal(documentOf(owner).user.email, email)
    assert.ok(['ok', 'email_taken'].includes(codeOf(stranger)))
    const holders = await query(app.pool, sql`select id from users where lower(email) = lower(${email})`)
    assert.deepEqual(holders, [{ id: documentOf(owner).user.id }])
  }
})

test('a stranger at the bundled sign-in loses the address there, too, and keeps the session', async () => {
  const person = visitor(app)
  await person.signUp()
  const session = await person.signIn()
  const { user } = documentOf(await read(app, await person.token(session)))

  const owner = documentOf(await comes(app, 'owner of the bundled', person.email, true))
  assert.notEqual(owner.user.id, user.id)

  const token = await person.token(session)
  assert.deepEqual(documentOf(await read(app, token)).user, { ...user, email: null })
  assert.equal(decodeJwt(token)['email'], undefined)
  assert.equal(decodeJwt(token)['email_verified'], false)
  const again = await person.post('/sign-in/email', { email: person.email, password: PASSWORD })
  assert.equal(codeOf(again), 'INVALID_EMAIL_OR_PASSWORD')

  // The address is free for a sign-up, which does not get at the account that has proven it either.
  assert.equal((await visitor(app, person.email).signUp({ password: 'another password' })).statusCode, 200)
  const late = await person.post('/sign-in/email', { email: person.email, password: 'another password' })
  assert.deepEqual([late.statusCode, codeOf(late)], [409, 'email_taken'])
})

test('a sign-up that nothing has come of yet goes when the owner of its e-mail comes', async () => {
  const person = visitor(app)
  await person.signUp()
  documentOf(await comes(app, 'owner of a sign-up', person.email, true))
  assert.equal(
    codeOf(await person.post('/sign-in/email', { email: person.email, password: PASSWORD })),
    'INVALID_EMAIL_OR_PASSWORD',
  )
  assert.deepEqual(await query(app.pool, sql`select from auth."user" where "email" = ${person.email}`), [])
})

test('the link of a mail proves an e-mail, also to another issuer’s unproven account and after it', async (t) => {
  const mailbox = await openMailbox()
  const env = { ...SIGN_IN_ENV, PUBLIC_URL: 'https://upm.example', SMTP_URL: mailbox.smtpUrl }
  const mailing = await useTestApp({ env }, t)
  const person = visitor(mailing)
  const stranger = await mailing.person({ sub: 'stranger', email: person.email })
  const mail = await mailbox.mailOf(() => person.signUp())
  assert.equal(
    documentOf(await read(mailing, stranger.token)).user.email,
    person.email,
    'nothing is proven yet',
  )
  const token = await person.token(await person.confirm(mail.url))
  assert.equal(documentOf(await read(mailing, token)).user.email, person.email)
  assert.equal(documentOf(await read(mailing, stranger.token)).user.email, null)
  assert.equal(codeOf(await comes(mailing, 'third', person.email, true)), 'email_taken')
})

test('no account has proven an address that it has not, and no two have one', async () => {
  const { userId } = await app.person()
  await assert.rejects(
    query(app.pool, sql`update users set email = null, email_verified = true where id = ${userId}`),
    /users_email_verified_has_email/,
  )
  const email = newAddress()
  await app.person({ sub: 'has it', email })
  await assert.rejects(
    query(app.pool, sql`update users set email = ${email.toUpperCase()} where id = ${userId}`),
    /users_email_key/,
  )
  assert.ok(await queryOne(app.pool, sql`update users set email = null where id = ${userId} returning id`))
})
