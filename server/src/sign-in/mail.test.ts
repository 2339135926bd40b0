import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMailbox } from '../../test/mailbox.ts'
import { useTestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, sql } from '../database/database.ts'

const mailbox = await openMailbox()
const app = await useTestApp({
  env: {
    ...SIGN_IN_ENV,
    PUBLIC_URL: 'https://upm.example',
    SMTP_URL: mailbox.smtpUrl,
    MAIL_FROM: 'UPM <no-reply@upm.example>',
    AUTH_LINK_VERIFIED_EMAIL: 'on',
  },
})

/** What the request causes to arrive, with its link as a path below the sign-in. */
async function mailOf(cause: () => Promise<unknown>) {
  const mail = await mailbox.mailOf(cause)
  const { pathname, search, origin } = mail.url
  return { ...mail, link: `${pathname.replace('/api/auth', '')}${search}`, origin }
}

const reset = (who: ReturnType<typeof visitor>) => who.post('/request-password-reset', { email: who.email })

test('with a mail server an e-mail is verified before the first sign-in', async () => {
  const person = visitor(app)
  const mail = await mailOf(() => person.signUp())
  assert.deepEqual(mail.to, [person.email])
  assert.equal(mail.from, 'no-reply@upm.example')
  assert.match(mail.plain, /щоб підтвердити адресу/)
  assert.equal(mail.origin, 'https://upm.example')

  const early = await mailOf(async () => {
    const answer = await person.post('/sign-in/email', { email: person.email, password: PASSWORD })
    assert.equal(answer.statusCode, 403)
    assert.equal(answer.json().code, 'EMAIL_NOT_VERIFIED')
  })
  assert.deepEqual(early.to, [person.email], 'the link comes again')

  const verified = await person.get(mail.link)
  assert.equal(verified.statusCode, 302)
  assert.equal(verified.headers['location'], '/')
  const token = await person.token(await person.confirm(mail.url))
  await person.signIn()
  const { user } = (await app.send('GET', '/api/me/profile/', { token })).json()
  assert.equal(user.email, person.email)
})

test('a cookie of an https address is for https alone, and can be set by no other host', async () => {
  const person = visitor(app)
  await person.confirm((await mailOf(() => person.signUp())).url)
  const answer = await person.post('/sign-in/email', { email: person.email, password: PASSWORD })
  assert.match(
    String(answer.headers['set-cookie']),
    /^__Host-upm\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax/,
  )
})

test('a verified e-mail opens the account of an old database', async () => {
  await query(
    app.pool,
    sql`with old as (insert into users (email, first_name, last_name, role, is_self_learning, profile_type)
        values ('Old@example.com', 'Old', 'One', 'tutor', false, 'tutor') returning id),
      own as (insert into settings (user_id, timezone, ui_language) select id, 'UTC', 'en' from old)
      insert into profiles (user_id, profile_type) select id, 'tutor' from old`,
  )
  const person = visitor(app, 'old@example.com')
  const mail = await mailOf(() => person.signUp({ name: 'Impostor', role: 'student' }))
  const token = await person.token(await person.confirm(mail.url))
  const document = (await app.send('GET', '/api/me/profile/', { token })).json()
  assert.equal(document.user.first_name, 'Old')
  assert.deepEqual(await app.actions(document.user.id), ['system.profile.initialized', 'system.login'])
})

test('a forgotten password is reset once, by a mail in the language of the account', async () => {
  const person = visitor(app)
  const session = await person.confirm((await mailOf(() => person.signUp())).url)
  const token = await person.token(session)
  await app.send('PATCH', '/api/me/settings/', { token, body: { ui_language: 'en' } })
  const mail = await mailOf(() => reset(person))
  assert.match(mail.head, /^Subject: Choose a new password/m)
  const landing = await person.get(mail.link)
  const landed = new URL(String(landing.headers['location']))
  assert.equal(landed.origin, 'https://upm.example')
  const body = { newPassword: 'a new password', token: landed.searchParams.get('token') }
  assert.equal((await person.post('/reset-password', body)).statusCode, 200)
  assert.equal((await person.post('/reset-password', body)).statusCode, 400, 'once')
  assert.equal((await person.get('/token', { token: session })).statusCode, 401, 'signed out everywhere')
  const again = await person.post('/sign-in/email', { email: person.email, password: 'a new password' })
  assert.equal(again.statusCode, 200)
})

test('the answers do not say whose e-mail it is', async () => {
  const person = visitor(app)
  let first: Awaited<ReturnType<typeof person.signUp>> | undefined
  const { url } = await mailOf(async () => (first = await person.signUp()))
  await person.confirm(url)
  const seen = (answer: { statusCode: number; body: string }) => [
    answer.statusCode,
    answer.body.replaceAll(/"(id|email|createdAt|updatedAt)":"[^"]+"/g, '"$1":"…"'),
  ]
  let second: typeof first | undefined
  const told = await mailOf(async () => (second = await visitor(app, person.email).signUp()))
  assert.match(told.plain, /вже є обліковий запис/)
  assert.deepEqual(second && seen(second), first && seen(first))
  const nobody = visitor(app, 'nobody-at-all@example.com')
  let known: typeof first | undefined
  await mailOf(async () => (known = await reset(person)))
  assert.deepEqual(known && seen(known), seen(await reset(nobody)))
})
