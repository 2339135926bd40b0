import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDjango, createTarget } from '../../test/django.ts'
import { openMailbox } from '../../test/mailbox.ts'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV } from '../../test/visitor.ts'
import { query, queryOne, sql, type Pool } from '../database/database.ts'
import { replay, statePart } from '../document/history.ts'

/** Made by Django (sign-in/foreign-passwords.test.ts). */
const PASSWORD = 'Пароль із Django 🐍'
const OLD = 'pbkdf2_sha256$260000$HPq3bIYX4AD7eVk9mzDTj7$lr3aqt/SuzSwu0ux3uy1x8qAAc0trhOvXTF/oQ18IyU='

const USERS = `insert into users_user
  (id, password, last_login, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined, role, is_self_learning) values
  (1, '${OLD}', null, false, 'alex', 'Alex', 'Koval', 'Alex@Example.com', false, true, '2021-01-01Z', 'tutor', false),
  (2, '${OLD}', null, false, 'gone', '', '', 'gone@example.com', false, false, '2021-01-01Z', 'student', false),
  (3, '!unusable', null, false, 'forgot', '', '', 'forgot@example.com', false, true, '2021-01-01Z', 'student', false),
  (4, 'bcrypt$$2b$12$qaXk4rPYPYXXDkvOqV5InupbxW0qG2QHbeG2/bL4G8Xe6kw/ZEgGS', null, false, 'other', '', '', 'other@example.com', false, true, '2021-01-01Z', 'student', false),
  (5, '${OLD}', null, false, 'alex2', '', '', 'ALEX@example.com', false, true, '2021-01-01Z', 'student', false),
  (6, '${OLD}', null, false, 'nobody', '', '', '', false, true, '2021-01-01Z', 'student', false)`

const hashOf = (pool: Pool, email: string) =>
  queryOne<{ password: string }>(
    pool,
    sql`select a."password" from auth."account" a join auth."user" u on u."id" = a."userId" where u."email" = ${email}`,
  )

test('people sign in with the password that they have at Django, and then have a hash of today', async (t) => {
  const django = await createDjango(t, 'abstract-user', USERS)
  const target = await createTarget(t, SIGN_IN_ENV)
  const { pool } = target.database
  const { counts, text } = await target.run(django.url)
  assert.deepEqual(
    [counts['passwords']?.imported, counts['passwords']?.skipped],
    [2, { unusable: 1, unknown_hash: 1, no_email_of_its_own: 2 }],
  )
  assert.doesNotMatch(text, /pbkdf2|lr3aqt|HPq3b|bcrypt/)

  const env = { ...SIGN_IN_ENV, AUTH_SUBJECT_CLAIM: 'user_id' }
  const app = await useTestApp({ database: target.database, env }, t)
  const signIn = (email: string, password: string) =>
    app.send('POST', '/api/auth/sign-in/email', { body: { email, password, sessionToken: true } })
  const wrong = await signIn('alex@example.com', 'wrong password')
  assert.deepEqual([wrong.statusCode, wrong.json().code], [401, 'INVALID_EMAIL_OR_PASSWORD'])
  assert.equal((await hashOf(pool, 'alex@example.com'))?.password, OLD)

  const right = await signIn('alex@example.com', PASSWORD)
  assert.equal(right.statusCode, 200, right.body)
  const renewed = (await hashOf(pool, 'alex@example.com'))?.password ?? ''
  assert.match(renewed, /^\$scrypt\$/)
  assert.equal((await signIn('ALEX@example.com', PASSWORD)).statusCode, 200)
  assert.equal((await hashOf(pool, 'alex@example.com'))?.password, renewed)

  const { token } = (await app.send('GET', '/api/auth/token', { token: right.json().token })).json()
  const document = (await app.send('GET', '/api/me/profile/', { token })).json()
  assert.deepEqual(
    [document.user.id, document.user.email, document.profile_type],
    [1, 'Alex@Example.com', 'tutor'],
  )
  assert.deepEqual(await replay(pool, 1), statePart(document))
  assert.deepEqual(await app.actions(1), [
    'system.profile.initialized',
    'system.login.failed',
    'system.login',
    'system.login',
  ])

  // The tokens of Django open the same account.
  const old = await app.send('GET', '/api/me/profile/', { token: await app.token({ sub: '1' }) })
  assert.equal(old.json().user.id, 1, old.body)

  // Inactive: only who has the password hears of it.
  const inactive = await signIn('gone@example.com', PASSWORD)
  assert.deepEqual([inactive.statusCode, inactive.json().code], [403, 'account_disabled'])
  assert.equal((await signIn('gone@example.com', 'wrong password')).statusCode, 401)
  for (const email of ['forgot@example.com', 'other@example.com']) {
    assert.equal((await signIn(email, PASSWORD)).statusCode, 401)
  }
  assert.deepEqual((await target.run(django.url)).counts['passwords']?.skipped, {
    imported_before: 4,
    no_email_of_its_own: 2,
  })
  assert.equal((await hashOf(pool, 'alex@example.com'))?.password, renewed)
})

test('who has no password that can be used here chooses one by a link in a mail', async (t) => {
  const mailbox = await openMailbox()
  const django = await createDjango(t, 'abstract-user', USERS)
  const env = { ...SIGN_IN_ENV, SMTP_URL: mailbox.smtpUrl, PUBLIC_URL: 'http://localhost' }
  const target = await createTarget(t, env)
  await target.run(django.url, { map: { users: { email_verified: true } } })
  const app = await useTestApp({ database: target.database, env }, t)
  const mail = await mailbox.mailOf(async () => {
    const asked = await app.send('POST', '/api/auth/request-password-reset', {
      body: { email: 'forgot@example.com', redirectTo: '/reset' },
    })
    assert.equal(asked.statusCode, 200, asked.body)
  })
  assert.deepEqual(mail.to, ['forgot@example.com'])
  const { users } = {
    users: await query<{ email_verified: boolean }>(
      app.pool,
      sql`select email_verified from users where id = 3`,
    ),
  }
  assert.deepEqual(users, [{ email_verified: true }])
})

test('passwords can follow later, when the sign-in is turned on', async (t) => {
  const django = await createDjango(t, 'abstract-user', USERS)
  const target = await createTarget(t)
  const first = await target.run(django.url)
  assert.deepEqual(first.counts['passwords']?.skipped, { sign_in_is_off: 6 })
  const second = await target.run(django.url, { env: SIGN_IN_ENV })
  assert.equal(second.counts['passwords']?.imported, 2)
  assert.equal(second.counts['users']?.imported, 0)
})
