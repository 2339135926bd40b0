import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openMailbox } from '../../test/mailbox.ts'
import { useTestApp, type Answer } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor, type Visitor } from '../../test/visitor.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { replay, statePart } from '../document/history.ts'
import { createInvitation } from './invitations.ts'
import { setCost } from './passwords.ts'

const mailbox = await openMailbox()
const app = await useTestApp({
  env: { ...SIGN_IN_ENV, PUBLIC_URL: 'https://upm.example', SMTP_URL: mailbox.smtpUrl },
})

// No two links of an account have to be of different seconds here.
setCost({ N: 2 ** 4, r: 1, p: 1 })

type Member = Visitor & { session: string; bearer: string; userId: number }

let addresses = 0
const anAddress = () => `new-${++addresses}@example.com`

/** Somebody with a confirmed address and an account. */
async function member(): Promise<Member> {
  const person = visitor(app)
  const { email } = person
  const invitation = await createInvitation(app.pool, { email, mailed: true, seconds: 60 })
  assert.equal((await person.signUp({ invitation })).statusCode, 200)
  const session = await person.signIn()
  const bearer = await person.token(session)
  return { ...person, session, bearer, userId: (await documentOf(bearer)).user.id }
}

const codeOf = (answer: Answer) => (answer.statusCode === 200 ? 'ok' : answer.json<{ code: string }>().code)
const tokenIn = (url: URL) => new URLSearchParams(url.hash.slice(1)).get('token') ?? ''
const ask = (who: Member, newEmail: string, password = PASSWORD) =>
  who.post('/change-email', { newEmail, password }, { token: who.session })
const confirm = (who: Member, token: string) =>
  who.post('/confirm-email-change', { token }, { token: who.session })
const undo = (who: Visitor, token: string) => who.post('/undo-email-change', { token })
const enter = ({ post }: Visitor, email: string, password = PASSWORD) =>
  post('/sign-in/email', { email, password })

/** The token that confirms the address. */
async function asked(who: Member, email: string): Promise<string> {
  const mail = await mailbox.mailTo(email, '/confirm-email', () => ask(who, email))
  return tokenIn(mail.url)
}

/** Changes the address and returns the token that undoes it. */
async function changed(who: Member, email: string, from = who.email): Promise<string> {
  const token = await asked(who, email)
  const mail = await mailbox.mailTo(from, '/undo-email', async () =>
    assert.equal(codeOf(await confirm(who, token)), 'ok'),
  )
  return tokenIn(mail.url)
}

const documentOf = async (token: string) => (await app.send('GET', '/api/me/profile/', { token })).json()

const signInRow = (email: string) =>
  queryOne<{ emailVerified: boolean }>(
    app.pool,
    sql`select "emailVerified" from auth."user" where "email" = ${email}`,
  )

test('the address changes when it is confirmed from the new one, in a session, and everything says so', async () => {
  const [who, other] = [await member(), await member()]
  const email = anAddress()
  const resetLink = await mailbox.mailTo(who.email, '/reset-password/', () =>
    who.post('/request-password-reset', { email: who.email }),
  )
  const warned = mailbox.mailTo(who.email, 'попросив', async () => {})
  const link = await mailbox.mailTo(email, '/confirm-email', async () => {
    const answer = await ask(who, `  ${email.toUpperCase()} `)
    assert.deepEqual([answer.statusCode, answer.json()], [200, { status: true }])
  })
  await warned
  assert.match(link.plain, /підтвердьте/)
  assert.equal((await documentOf(who.bearer)).user.email, who.email, 'nothing has changed yet')

  const token = tokenIn(link.url)
  assert.equal(codeOf(await who.post('/confirm-email-change', { token })), 'UNAUTHORIZED')
  assert.equal(codeOf(await confirm(other, token)), 'EMAIL_MISMATCH')
  assert.equal(codeOf(await confirm(who, `${token}x`)), 'INVALID_TOKEN')
  const told = await mailbox.mailTo(who.email, '/undo-email', async () => {
    const answer = await confirm(who, token)
    assert.deepEqual([answer.statusCode, answer.json()], [200, { status: true }])
  })
  assert.match(told.plain, /змінено/)
  assert.doesNotMatch(told.plain, new RegExp(email), 'nothing that a stranger has chosen')
  assert.equal(codeOf(await confirm(who, token)), 'INVALID_TOKEN', 'once')

  const document = await documentOf(who.bearer)
  assert.equal(document.user.email, email)
  assert.deepEqual(await replay(app.pool, who.userId), statePart(document))
  const row = await queryOne<{ email_verified: boolean }>(
    app.pool,
    sql`select email_verified from users where id = ${who.userId}`,
  )
  assert.deepEqual([row?.email_verified, (await signInRow(email))?.emailVerified], [true, true])
  assert.deepEqual((await app.actions(who.userId)).slice(-2), ['profile.updated', 'system.email.changed'])
  const entries = await app.send('GET', '/api/me/activity/?action=profile.updated', { token: who.bearer })
  assert.partialDeepStrictEqual(entries.json()[0].metadata, {
    changes: { user: { old: { email: who.email }, new: { email } } },
  })

  assert.equal((await who.get('/token', { token: who.session })).statusCode, 200, 'the session goes on')
  assert.equal(codeOf(await enter(who, who.email)), 'INVALID_EMAIL_OR_PASSWORD')
  assert.equal(codeOf(await enter(who, email)), 'ok')
  const old = resetLink.url.pathname.split('/').at(-1)
  const reset = await who.post('/reset-password', { token: old, newPassword: 'another password' })
  assert.equal(codeOf(reset), 'INVALID_TOKEN', 'links to the old address are void')
})

test('what is refused changes nothing and sends nothing', async () => {
  const who = await member()
  const before = await query(app.pool, sql`select * from auth.email_changes`)
  const refusals: [string, number, object][] = [
    ['INVALID_PASSWORD', 400, { newEmail: anAddress(), password: 'not the password' }],
    ['email_unchanged', 400, { newEmail: who.email.toUpperCase(), password: PASSWORD }],
    ['INVALID_EMAIL', 400, { newEmail: 'nonsense', password: PASSWORD }],
    ['VALIDATION_ERROR', 400, { newEmail: anAddress() }],
    ['VALIDATION_ERROR', 400, { newEmail: anAddress(), password: PASSWORD, callbackURL: '/' }],
  ]
  for (const [code, status, body] of refusals) {
    const answer = await who.post('/change-email', body, { token: who.session })
    assert.deepEqual([codeOf(answer), answer.statusCode], [code, status])
  }
  const wrong = await ask(who, anAddress(), 'not the password')
  assert.partialDeepStrictEqual(wrong.json(), { errors: [{ field: 'password', code: 'wrong_password' }] })
  const signedOut = await who.post('/change-email', { newEmail: anAddress(), password: PASSWORD })
  assert.equal(signedOut.statusCode, 401)
  assert.deepEqual(await query(app.pool, sql`select * from auth.email_changes`), before)
})

test('passwords are guessed here no more often than where a password is changed', async () => {
  const who = await member()
  const codes: string[] = []
  for (let i = 0; i < 11; i++) codes.push(codeOf(await ask(who, anAddress(), `guess number ${i}`)))
  assert.deepEqual(codes, [...Array.from({ length: 10 }, () => 'INVALID_PASSWORD'), 'rate_limited'])
})

test('an address that somebody has gets the same answer, and its owner a mail', async () => {
  const [who, other] = [await member(), await member()]
  const free = await ask(who, anAddress())
  let answer: Answer | undefined
  await mailbox.mailTo(
    other.email,
    'вже є обліковий запис',
    async () => (answer = await ask(who, other.email)),
  )
  assert.deepEqual([answer?.statusCode, answer?.body], [free.statusCode, free.body])
})

test('of two accounts that confirm one address at once, one gets it, and the other is told', async () => {
  const [one, other] = [await member(), await member()]
  const email = anAddress()
  const tokens = [await asked(one, email), await asked(other, email)]
  const codes = (await Promise.all([confirm(one, tokens[0] ?? ''), confirm(other, tokens[1] ?? '')])).map(
    codeOf,
  )
  assert.deepEqual(codes.toSorted(), ['email_taken', 'ok'])
  const loser = codes[0] === 'ok' ? other : one
  const document = await documentOf(loser.bearer)
  assert.equal(document.user.email, loser.email)
  assert.deepEqual(await replay(app.pool, loser.userId), statePart(document))
})

test('a sign-up that nobody has confirmed gives way', async () => {
  const who = await member()
  const squatter = visitor(app, anAddress())
  await mailbox.mailTo(squatter.email, '/verify-email', () => squatter.signUp())
  await changed(who, squatter.email)
  assert.equal((await documentOf(who.bearer)).user.email, squatter.email)
})

test('a new password takes back a change that was asked for, and so does a newer one', async () => {
  const who = await member()
  const [first, second] = [anAddress(), anAddress()]
  const tokens = [await asked(who, first), await asked(who, second)]
  assert.equal(codeOf(await confirm(who, tokens[0] ?? '')), 'INVALID_TOKEN')
  const passwords = { currentPassword: PASSWORD, newPassword: 'another password' }
  const answer = await who.post('/change-password', passwords, { token: who.session })
  assert.equal(answer.statusCode, 200)
  assert.equal(codeOf(await confirm(who, tokens[1] ?? '')), 'INVALID_TOKEN')
})

describe('the old address', () => {
  test('gets the account back from whoever has taken it, however far they went', async () => {
    const who = await member()
    const [second, third] = [anAddress(), anAddress()]
    const first = await changed(who, second)
    const later = await changed(who, third, second)
    const passwords = { currentPassword: PASSWORD, newPassword: 'of the thief only' }
    await who.post('/change-password', passwords, { token: who.session })
    const elsewhere = await enter(who, third, 'of the thief only')
    assert.equal(elsewhere.statusCode, 200)
    const pending = await mailbox.mailTo('last@example.com', '/confirm-email', () =>
      ask(who, 'last@example.com', 'of the thief only'),
    )

    const owner = visitor(app, who.email)
    assert.equal(codeOf(await undo(owner, `${first.slice(0, -1)}_`)), 'INVALID_TOKEN')
    let resetToken = ''
    await mailbox.mailTo(third, 'повернуто попередню адресу', async () => {
      const answer = await undo(owner, first)
      assert.equal(answer.statusCode, 200, answer.body)
      resetToken = answer.json<{ resetToken: string }>().resetToken
    })
    assert.equal((await who.get('/token', { token: who.session })).statusCode, 401, 'all sessions ended')
    for (const password of [PASSWORD, 'of the thief only'])
      assert.equal(codeOf(await enter(who, who.email, password)), 'INVALID_EMAIL_OR_PASSWORD')
    for (const token of [first, later]) assert.equal(codeOf(await undo(owner, token)), 'INVALID_TOKEN')

    const newPassword = 'of the owner again'
    assert.equal(codeOf(await owner.post('/reset-password', { token: resetToken, newPassword })), 'ok')
    const again = await owner.post('/sign-in/email', {
      email: who.email,
      password: newPassword,
      sessionToken: true,
    })
    const session = again.json<{ token: string }>().token
    assert.equal(codeOf(await confirm({ ...who, session }, tokenIn(pending.url))), 'INVALID_TOKEN')
    const document = await documentOf(await owner.token(session))
    assert.equal(document.user.email, who.email)
    assert.deepEqual(await replay(app.pool, who.userId), statePart(document))
    // Refused sign-ins are noted behind the answer.
    const noted = (await app.actions(who.userId)).filter((action) => action !== 'system.login.failed')
    assert.deepEqual(noted.slice(-5), [
      'profile.updated',
      'system.email.changed',
      'system.session.ended',
      'system.password.reset',
      'system.login',
    ])
  })

  test('is nobody else’s for a week: who comes with it is answered as with any that is taken', async () => {
    const who = await member()
    await changed(who, anAddress())
    const seen = (answer: Answer) => [
      answer.statusCode,
      answer.body.replaceAll(/"(id|email|createdAt|updatedAt)":"[^"]+"/g, '"$1":"…"'),
    ]
    const stranger = visitor(app, who.email)
    let answer: Answer | undefined
    const mail = await mailbox.mailTo(
      who.email,
      '/undo-email',
      async () => (answer = await stranger.signUp()),
    )
    assert.match(mail.plain, /змінили на іншу/)
    const someone = visitor(app)
    let usual: Answer | undefined
    await mailbox.mailTo(someone.email, '/', async () => (usual = await someone.signUp()))
    assert.deepEqual(answer && seen(answer), usual && seen(usual))
    assert.equal(await signInRow(who.email), undefined)

    const other = await member()
    await mailbox.mailTo(who.email, 'вже є обліковий запис', () => ask(other, who.email))
    const insert = query(
      app.pool,
      sql`insert into auth."user" ("id", "name", "email", "emailVerified", "role")
        values ('made-up', 'X', ${who.email}, true, 'tutor')`,
    )
    await assert.rejects(insert, { constraint: 'user_email_key' })

    // The link that comes with the reminder is as good as the first one.
    const reminded = await mailbox.mailTo(who.email, '/undo-email', () =>
      stranger.post('/request-password-reset', { email: who.email }),
    )
    assert.equal(codeOf(await undo(stranger, tokenIn(reminded.url))), 'ok')
  })

  test('is free after that, and its link does nothing any more', async () => {
    const who = await member()
    const token = await changed(who, anAddress())
    await query(app.pool, sql`update auth.former_emails set expires_at = now() where email = ${who.email}`)
    assert.equal(codeOf(await undo(who, token)), 'INVALID_TOKEN')
    const next = visitor(app, who.email)
    await mailbox.mailTo(who.email, '/verify-email', () => next.signUp())
    assert.notEqual(await signInRow(who.email), undefined)
  })

  test('that somebody has confirmed elsewhere meanwhile does not come back, and all stays as it is', async () => {
    const who = await member()
    const email = anAddress()
    const token = await changed(who, email)
    await app.person({ sub: 'elsewhere', email: who.email, email_verified: true })
    assert.equal(codeOf(await undo(who, token)), 'email_taken')
    assert.equal((await documentOf(who.bearer)).user.email, email)
    assert.equal((await who.get('/token', { token: who.session })).statusCode, 200)
  })

  test('that was never confirmed gives nobody a way back', async () => {
    const who = await member()
    await query(app.pool, sql`update auth."user" set "emailVerified" = false where "email" = ${who.email}`)
    const email = anAddress()
    assert.equal(codeOf(await confirm(who, await asked(who, email))), 'ok')
    const kept = await query(app.pool, sql`select from auth.former_emails where email = ${who.email}`)
    assert.equal(kept.length, 0)
  })
})

test('of links only hashes are kept, and the one back nowhere', async () => {
  const who = await member()
  const tokens = [await changed(who, anAddress()), await asked(who, anAddress())]
  const rows = await query<{ text: string }>(
    app.pool,
    sql`select row_to_json(c)::text as text from auth.email_changes c
      union all select row_to_json(f)::text from auth.former_emails f`,
  )
  assert.ok(rows.length > 1)
  for (const token of tokens) {
    assert.ok(!JSON.stringify(rows).includes(token.split('.').at(-1) ?? token))
  }
})

test('without a mail server no address is changed', async (t) => {
  const silent = await useTestApp({ env: SIGN_IN_ENV }, t)
  const who = visitor(silent)
  await who.signUp()
  const body = { newEmail: anAddress(), password: PASSWORD }
  const answer = await who.post('/change-email', body, { token: await who.signIn() })
  assert.deepEqual([answer.statusCode, codeOf(answer)], [400, 'CHANGE_EMAIL_DISABLED'])
})
