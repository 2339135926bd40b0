import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { publish } from '../../test/publish.ts'
import { useTestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { disableAccount, enableAccount } from './disabling.ts'

test('a token of a disabled account is refused, and opens it again once it is enabled', async (t) => {
  const database = await createDatabase()
  t.after(() => database.drop())
  const app = await useTestApp({ database }, t)
  const person = await app.person({ sub: 'disabled-one' })
  assert.deepEqual(await disableAccount(app.pool, person.userId), { unchanged: false })
  assert.deepEqual(await disableAccount(app.pool, person.userId), { unchanged: true })
  // Another process, or this one five minutes later: nothing is remembered there.
  const other = await useTestApp({ database }, t)
  const refused = await other.send('GET', '/api/me/profile/', { token: person.token })
  assert.deepEqual([refused.statusCode, refused.json().code], [403, 'account_disabled'])
  const changed = await other.send('PATCH', '/api/me/profile/', {
    token: person.token,
    body: { user: { first_name: 'No' } },
  })
  assert.equal(changed.statusCode, 403)
  assert.deepEqual(await app.actions(person.userId), ['system.profile.initialized'])

  assert.deepEqual(await enableAccount(app.pool, person.userId), { unchanged: false })
  assert.equal((await other.send('GET', '/api/me/profile/', { token: person.token })).statusCode, 200)
  assert.equal(await disableAccount(app.pool, 999_999), undefined)
})

test('a disabled account of an old database is not opened by a first token, and gets no entry', async (t) => {
  const app = await useTestApp({ env: { AUTH_SUBJECT_CLAIM: 'user_id' } }, t)
  await query(
    app.pool,
    sql`with account as (
        insert into users (id, email, profile_type, disabled_at) values (77, 'old@example.com', 'student', now()) returning id
      ), settled as (insert into settings (user_id) select id from account)
      insert into profiles (user_id, profile_type) select id, 'student' from account`,
  )
  const token = await app.token({ sub: '77' })
  const refused = await app.send('GET', '/api/me/profile/', { token })
  assert.deepEqual([refused.statusCode, refused.json().code], [403, 'account_disabled'])
  assert.deepEqual(await app.actions(77), [])
  assert.equal(await queryOne(app.pool, sql`select from identities`), undefined)
})

test('the public profile of a disabled account is not there', async (t) => {
  const app = await useTestApp({}, t)
  const person = await app.person()
  await publish(app, person)
  const look = async () => (await app.send('GET', `/api/profiles/${person.userId}/`)).statusCode
  assert.equal(await look(), 200)
  await disableAccount(app.pool, person.userId)
  assert.equal(await look(), 404)
})

test('a disabled account is refused at the sign-in, only with the right password, and its sessions end', async (t) => {
  const app = await useTestApp({ env: SIGN_IN_ENV }, t)
  const person = visitor(app)
  const token = await person.enter({})
  const { user } = (await app.send('GET', '/api/me/profile/', { token })).json()
  await disableAccount(app.pool, user.id)
  assert.equal(await queryOne(app.pool, sql`select from auth."session"`), undefined)

  const signIn = (password: string) =>
    app.send('POST', '/api/auth/sign-in/email', { body: { email: person.email, password } })
  const wrong = await signIn('not the password')
  assert.deepEqual([wrong.statusCode, wrong.json().code], [401, 'INVALID_EMAIL_OR_PASSWORD'])
  const right = await signIn(PASSWORD)
  assert.deepEqual([right.statusCode, right.json().code], [403, 'account_disabled'])
  assert.match(right.json().message, /ввімкнути/)
  assert.equal(await queryOne(app.pool, sql`select from auth."session"`), undefined)

  await enableAccount(app.pool, user.id)
  assert.equal((await signIn(PASSWORD)).statusCode, 200)
})
