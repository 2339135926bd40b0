import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { openMailbox } from '../../test/mailbox.ts'
import { useTestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor, type Visitor } from '../../test/visitor.ts'
import { query, sql } from '../database/database.ts'

const PUBLIC_URL = 'https://upm.example'
const NEW_PASSWORD = 'another password'
const THEIR_PASSWORD = 'the password of a stranger'

const mailbox = await openMailbox()
const app = await useTestApp({ env: { ...SIGN_IN_ENV, PUBLIC_URL, SMTP_URL: mailbox.smtpUrl } })

/** Somebody whose e-mail is confirmed. */
async function member(): Promise<Visitor> {
  const person = visitor(app)
  await person.confirm(await mailbox.linkOf('/verify-email', () => person.signUp()))
  return person
}

/** The token of a new link to a new password. */
async function linkOf({ email, post }: Visitor): Promise<string> {
  const url = await mailbox.linkOf('/reset-password/', () => post('/request-password-reset', { email }))
  return url.pathname.split('/').at(-1) ?? ''
}

const reset = ({ post }: Visitor, token: string, newPassword: string) =>
  post('/reset-password', { token, newPassword })

const enters = async ({ email, post }: Visitor, password: string) =>
  (await post('/sign-in/email', { email, password })).statusCode === 200

/** Signs in as a page does; returns the cookie of the session. */
async function enterAsPage({ email, post }: Visitor, cookie?: string) {
  const headers = { origin: PUBLIC_URL, ...(cookie !== undefined && { cookie }) }
  const answer = await post('/sign-in/email', { email, password: PASSWORD }, { headers })
  assert.equal(answer.statusCode, 200, answer.body)
  return { answer, cookie: sessionCookieOf(answer) }
}

function sessionCookieOf({ headers }: { headers: Record<string, unknown> }): string {
  const cookies = [headers['set-cookie'] ?? []].flat() as string[]
  return cookies.find((one) => /session_token=[^;]/.test(one))?.split(';')[0] ?? ''
}

/** Everything that the sign-in has written, as a backup has it. */
async function backup(): Promise<string> {
  const tables = await query<{ name: string }>(
    app.pool,
    sql`select table_name as name from information_schema.tables where table_schema = 'auth'`,
  )
  const rows = await Promise.all(
    tables.map(({ name }) => app.pool.query(`select to_jsonb(t) from auth."${name}" t`)),
  )
  return JSON.stringify(rows.map((result) => result.rows as unknown))
}

describe('a link to a new password', () => {
  test('is over when another one was used, be it older or younger', async () => {
    const person = await member()
    const links = [await linkOf(person), await linkOf(person), await linkOf(person)]
    assert.equal((await reset(person, links[1] ?? '', NEW_PASSWORD)).statusCode, 200)
    for (const link of links) {
      const answer = await reset(person, link, THEIR_PASSWORD)
      assert.equal(answer.statusCode, 400)
      assert.equal(answer.json().code, 'INVALID_TOKEN')
    }
    assert.ok(await enters(person, NEW_PASSWORD))
  })

  test('is over when the password was changed, with and without the other sessions', async () => {
    for (const revokeOtherSessions of [true, false]) {
      const person = await member()
      const link = await linkOf(person)
      const token = await person.signIn()
      const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD, revokeOtherSessions }
      assert.equal((await person.post('/change-password', change, { token })).statusCode, 200)
      assert.equal((await reset(person, link, THEIR_PASSWORD)).statusCode, 400)
      const landing = await person.get(`/reset-password/${link}?callbackURL=/`)
      assert.equal(landing.headers['location'], `${PUBLIC_URL}/?error=INVALID_TOKEN`)
    }
  })

  test('stays when somebody else chooses a password, and when a change is refused', async () => {
    const [person, other] = [await member(), await member()]
    const link = await linkOf(person)
    assert.equal((await reset(other, await linkOf(other), NEW_PASSWORD)).statusCode, 200)
    const token = await person.signIn()
    const wrong = { currentPassword: 'not the password', newPassword: NEW_PASSWORD }
    assert.equal((await person.post('/change-password', wrong, { token })).statusCode, 400)
    assert.equal((await reset(person, link, NEW_PASSWORD)).statusCode, 200)
  })

  test('wins alone against others that are used at the same time', async () => {
    const person = await member()
    const links = [await linkOf(person), await linkOf(person), await linkOf(person)]
    const answers = await Promise.all(links.map((link, i) => reset(person, link, `${NEW_PASSWORD} ${i}`)))
    const statuses = answers.map(({ statusCode }) => statusCode)
    assert.deepEqual(
      [...statuses].sort((a, b) => a - b),
      [200, 400, 400],
    )
    assert.ok(await enters(person, `${NEW_PASSWORD} ${statuses.indexOf(200)}`))
  })

  test('and a change of the password, and a sign-in, at the same time: what was not proved any more has no effect', async () => {
    const person = await member()
    const [link, token] = [await linkOf(person), await person.signIn()]
    const change = { currentPassword: PASSWORD, newPassword: THEIR_PASSWORD, revokeOtherSessions: true }
    const [changed, , signedIn] = await Promise.all([
      person.post('/change-password', change, { token }),
      reset(person, link, NEW_PASSWORD),
      person.post('/sign-in/email', { email: person.email, password: PASSWORD, sessionToken: true }),
    ])
    // Whichever came last, there is one password, and no session that began with another one.
    const [isTheirs, isNew] = [await enters(person, THEIR_PASSWORD), await enters(person, NEW_PASSWORD)]
    assert.ok(isTheirs !== isNew)
    const early = signedIn.json<{ token?: string }>().token
    if (early !== undefined) assert.equal((await person.get('/token', { token: early })).statusCode, 401)
    const late = changed.json<{ token?: string | null }>().token
    if (isNew && late) assert.equal((await person.get('/token', { token: late })).statusCode, 401)
  })
})

describe('whoever reads the database, or a backup of it,', () => {
  test('finds no token of a session or of a link', async () => {
    const person = await member()
    const [link, token] = [await linkOf(person), await person.signIn()]
    const { cookie } = await enterAsPage(person)
    const text = await backup()
    for (const secret of [link, token, cookie.split('=')[1] ?? '']) {
      const [raw = ''] = secret.split(/\.|%2E/i)
      assert.ok(raw.length >= 24 && !text.includes(raw))
    }
    assert.equal((await reset(person, link, NEW_PASSWORD)).statusCode, 200)
  })

  test('has no session by what is there, neither as a Bearer token nor as a cookie', async () => {
    const person = await member()
    await person.signIn()
    const rows = await query<{ id: string; token: string }>(
      app.pool,
      sql`select "id", "token" from auth."session"`,
    )
    for (const value of rows.flatMap(({ id, token }) => [id, token])) {
      assert.equal((await person.get('/token', { token: value })).statusCode, 401)
      const cookie = `__Host-upm.session_token=${value}; __Secure-upm.session_token=${value}`
      assert.equal((await person.get('/token', { headers: { cookie } })).statusCode, 401)
    }
  })

  test('cannot be given a token by a mistake of ours: the tables take hashes alone', async () => {
    const person = await member()
    await person.signIn()
    await linkOf(person)
    for (const statement of [
      `update auth."session" set "token" = '${randomUUID()}'`,
      `update auth."verification" set "identifier" = 'reset-password:x'`,
      `update auth."session" set "expiresAt" = "createdAt" + interval '31 days'`,
    ]) {
      await assert.rejects(app.pool.query(statement), /violates check constraint/)
    }
  })
})

describe('the token of a session', () => {
  test('is in no answer to a page, which has a cookie', async () => {
    const person = await member()
    const { answer, cookie } = await enterAsPage(person)
    const secret = decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[0] ?? ''
    assert.ok(secret.length >= 32)
    const headers = { cookie, origin: PUBLIC_URL }
    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD, revokeOtherSessions: true }
    const answers = [
      answer,
      await person.get('/get-session', { headers }),
      await person.get('/list-sessions', { headers }),
      await person.get('/token', { headers }),
    ]
    const changed = await person.post('/change-password', change, { headers })
    const second = decodeURIComponent(sessionCookieOf(changed).split('=')[1] ?? '').split('.')[0] ?? ''
    for (const { body, headers: named } of [...answers, changed]) {
      const { 'set-cookie': _cookie, ...others } = named
      for (const token of [secret, second]) {
        assert.ok(token.length >= 32 && !(body + JSON.stringify(others)).includes(token))
      }
    }
    assert.equal(answer.json().token, null)
  })

  test('is given to who asks for it, signed, and without a cookie of the session', async () => {
    const person = await member()
    const body = { email: person.email, password: PASSWORD, sessionToken: true }
    const answer = await person.post('/sign-in/email', body)
    assert.equal(sessionCookieOf(answer), '')
    const { token } = answer.json<{ token: string }>()
    assert.equal((await person.get('/token', { token })).statusCode, 200)
    assert.equal((await person.get('/token', { token: encodeURIComponent(token) })).statusCode, 200)
    const [raw = '', signature = ''] = token.split('.')
    // One of the sixteen ends that a signature can have, and another one than this has.
    const end = signature.endsWith('A=') ? 'E=' : 'A='
    for (const forged of [raw, `${raw}.`, `${raw}.${signature.slice(0, -2)}${end}`, `${raw}x.${signature}`]) {
      assert.equal((await person.get('/token', { token: forged })).statusCode, 401, forged)
    }
  })
})

describe('a session', () => {
  test('ends when the same browser signs in once more, and no other one does', async () => {
    const person = await member()
    const elsewhere = await person.signIn()
    const first = await enterAsPage(person)
    const failed = { email: person.email, password: 'not the password' }
    const headers = { origin: PUBLIC_URL, cookie: first.cookie }
    assert.equal((await person.post('/sign-in/email', failed, { headers })).statusCode, 401)
    assert.equal((await person.get('/token', { headers })).statusCode, 200)
    const second = await enterAsPage(person, first.cookie)
    assert.equal((await person.get('/token', { headers: { cookie: first.cookie } })).statusCode, 401)
    assert.equal((await person.get('/token', { headers: { cookie: second.cookie } })).statusCode, 200)
    assert.equal((await person.get('/token', { token: elsewhere })).statusCode, 200)
  })

  test('leaves nothing in the browser’s cache when it ends with the sign-out', async () => {
    const person = await member()
    const { cookie } = await enterAsPage(person)
    const answer = await person.post('/sign-out', {}, { headers: { cookie, origin: PUBLIC_URL } })
    assert.equal(answer.headers['clear-site-data'], '"cache"')
    assert.match(sessionCookieOf(answer) || String(answer.headers['set-cookie']), /session_token=;/)
    assert.equal((await person.get('/token', { headers: { cookie } })).statusCode, 401)
  })

  test('is prolonged while it is used, and ends 30 days after the sign-in all the same', async (t) => {
    const person = await member()
    const start = Date.now()
    t.mock.timers.enable({ apis: ['Date'], now: start })
    const token = await person.signIn()
    for (let day = 5; day < 30; day += 5) {
      t.mock.timers.setTime(start + day * 86_400_000)
      assert.equal(
        (await person.get('/get-session', { token })).json()?.user.email,
        person.email,
        `day ${day}`,
      )
    }
    t.mock.timers.setTime(start + 30 * 86_400_000 + 60_000)
    assert.equal((await person.get('/get-session', { token })).json(), null)
  })
})
