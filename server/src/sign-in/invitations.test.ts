import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { openMailbox } from '../../test/mailbox.ts'
import { useTestApp, type Answer, type TestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, sql } from '../database/database.ts'
import { createInvitation, type NewInvitation } from './invitations.ts'

const env = { ...SIGN_IN_ENV, AUTH_SIGN_UP: 'invited' }
const app = await useTestApp({ env })

const codeOf = (answer: Answer) => (answer.statusCode === 200 ? 'ok' : answer.json<{ code: string }>().code)
const people = () => query<{ email: string }>(app.pool, sql`select "email" from auth."user" order by "email"`)

/** An invitation of one day for the visitor, and what it is then signed up with. */
async function invited(on: TestApp, email: string, more: Partial<NewInvitation> = {}): Promise<string> {
  return createInvitation(on.pool, { email, mailed: false, seconds: 86_400, ...more })
}

test('whoever has an invitation signs up with it, once, and signs in; its role is theirs', async () => {
  const person = visitor(app)
  const invitation = await invited(app, person.email.toUpperCase(), { role: 'tutor' })
  const answer = await person.signUp({ invitation, role: 'student' })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.partialDeepStrictEqual(answer.json(), { user: { role: 'tutor', emailVerified: false } })
  const token = await person.token(await person.signIn())
  assert.equal((await app.send('GET', '/api/me/profile/', { token })).json().profile_type, 'tutor')

  const again = await person.signUp({ invitation })
  assert.deepEqual([again.statusCode, codeOf(again)], [403, 'invitation_invalid'])
  const chooses = visitor(app)
  const free = await chooses.signUp({ invitation: await invited(app, chooses.email), role: 'student' })
  assert.equal(free.json().user.role, 'student')
})

test('nobody else signs up: no invitation, another’s, an old one, or one that nobody has made', async () => {
  const before = await people()
  const person = visitor(app)
  const refusals: [string, string, object][] = [
    ['none', 'invitation_required', {}],
    ['none, with a faulty body', 'invitation_required', { email: 'nonsense', password: 'x' }],
    ['no text', 'invitation_required', { invitation: null }],
    ['an empty one', 'invitation_invalid', { invitation: '' }],
    ['one that nobody has made', 'invitation_invalid', { invitation: 'x'.repeat(43) }],
    ['one with NUL', 'VALIDATION_ERROR', { invitation: 'a\0b' }],
    ['another’s', 'invitation_invalid', { invitation: await invited(app, 'another@example.com') }],
    [
      'one that is over',
      'invitation_invalid',
      { invitation: await invited(app, person.email, { seconds: -1 }) },
    ],
    ['a huge one', 'VALIDATION_ERROR', { invitation: 'x'.repeat(201) }],
  ]
  for (const [what, code, fields] of refusals) {
    const answer = await visitor(app, person.email).signUp(fields)
    assert.equal(codeOf(answer), code, what)
    assert.equal(answer.statusCode, code === 'VALIDATION_ERROR' ? 400 : 403)
    assert.ok(answer.json().message.length > 0)
  }
  assert.deepEqual(await people(), before)
})

test('an invitation that is used twice at once makes one account', async () => {
  const person = visitor(app)
  const invitation = await invited(app, person.email)
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => visitor(app, person.email).signUp({ invitation })),
  )
  assert.deepEqual(answers.map(codeOf).toSorted(), [
    ...Array.from({ length: 5 }, () => 'invitation_invalid'),
    'ok',
  ])
  await person.signIn()
})

test('a sign-up that is refused leaves the invitation for the next try', async () => {
  const person = visitor(app)
  const invitation = await invited(app, person.email)
  assert.equal(codeOf(await person.signUp({ invitation, password: 'short' })), 'PASSWORD_TOO_SHORT')
  assert.equal(codeOf(await person.signUp({ invitation })), 'ok')
})

test('of an invitation only the hash is kept', async () => {
  const token = await invited(app, 'kept@example.com')
  const rows = await query(app.pool, sql`select row_to_json(i)::text as text from auth.invitations i`)
  assert.ok(rows.length > 0)
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(token))
})

test('an invitation by mail proves the e-mail, and no link has to be opened after it; one that was shown does not', async (t) => {
  const mailbox = await openMailbox()
  const mail = { PUBLIC_URL: 'https://upm.example', SMTP_URL: mailbox.smtpUrl }
  const mailing = await useTestApp({ env: { ...env, ...mail } }, t)
  const person = visitor(mailing)
  const invitation = await invited(mailing, person.email, { mailed: true })
  assert.equal((await person.signUp({ invitation })).json().user.emailVerified, true)
  await person.signIn()

  const shown = visitor(mailing)
  const link = await invited(mailing, shown.email)
  const toConfirm = await mailbox.mailOf(() => shown.signUp({ invitation: link }))
  assert.deepEqual(toConfirm.to, [shown.email])
  const early = await shown.post('/sign-in/email', { email: shown.email, password: PASSWORD })
  assert.equal(codeOf(early), 'EMAIL_NOT_VERIFIED')
})

test('whoever finds a stranger’s account with their e-mail is sent a link, which gives them one of their own', async (t) => {
  const database = await createDatabase()
  t.after(() => database.drop())
  // Once there was no mail server, and a stranger has used the account.
  const unproven = await useTestApp({ env: SIGN_IN_ENV, database }, t)
  const stranger = visitor(unproven)
  await stranger.signUp()
  const strangerToken = await stranger.token(await stranger.signIn())
  const before = (await unproven.send('GET', '/api/me/profile/', { token: strangerToken })).json()

  const mailbox = await openMailbox()
  const mail = { PUBLIC_URL: 'https://upm.example', SMTP_URL: mailbox.smtpUrl }
  const mailing = await useTestApp({ env: { ...SIGN_IN_ENV, ...mail }, database }, t)
  const owner = visitor(mailing, stranger.email)
  const arrived = await mailbox.mailOf(async () => {
    const answer = await owner.signUp()
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.json().user.emailVerified, false)
  })
  assert.deepEqual(arrived.to, [owner.email])
  const [link] = arrived.plain.match(/https:\S+#\S+/) ?? []
  const fragment = new URLSearchParams(new URL(link ?? '').hash.slice(1))
  assert.equal(fragment.get('email'), owner.email)
  const still = await mailing.send('GET', '/api/me/profile/', { token: strangerToken })
  assert.equal(still.json().user.email, owner.email, 'nothing is proven yet')

  const answer = await owner.signUp({ invitation: fragment.get('invitation'), name: 'The Owner' })
  assert.equal(answer.statusCode, 200, answer.body)
  const token = await owner.token(await owner.signIn())
  const document = (await mailing.send('GET', '/api/me/profile/', { token })).json()
  assert.partialDeepStrictEqual(document.user, { email: owner.email, first_name: 'The', last_name: 'Owner' })
  assert.notEqual(document.user.id, before.user.id)
  const left = (await mailing.send('GET', '/api/me/profile/', { token: strangerToken })).json()
  assert.deepEqual(left.user, { ...before.user, email: null })
})
