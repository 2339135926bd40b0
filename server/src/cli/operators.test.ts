import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { openMailbox } from '../../test/mailbox.ts'
import { addressOf, place, startServer, until } from '../../test/process.ts'
import { replay, statePart } from '../document/history.ts'
import { useTestApp } from '../../test/test-app.ts'
import { visitor } from '../../test/visitor.ts'
import { createDatabase } from '../../test/database.ts'
import { openPool } from '../database/pool.ts'
import { query, sql } from '../database/database.ts'
import { OperatorError } from '../operator-error.ts'
import { runReleaseEmail, runSetEmail } from './account.ts'
import { runErase } from './account-erase.ts'
import { invite } from './invite.ts'
import { runSeedDemo } from './seed-demo.ts'
import { printResetLink } from './reset-link.ts'
import { printToken } from './token.ts'

const SECRET = 's'.repeat(32)

type Terminal = Parameters<typeof invite>[0]

/** Runs a command as main.ts does, in this process, and returns what it prints, or why it refuses. */
async function run(
  env: Record<string, string>,
  command: (terminal: Terminal) => Promise<void>,
): Promise<string> {
  const lines: string[] = []
  const terminal = {
    env: { LOG_LEVEL: 'silent', ...env },
    print: (line: string) => void lines.push(line),
    interactive: false,
  }
  try {
    await command(terminal)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    return `upm: ${error.message}`
  }
  return lines.join('\n')
}

test('the start warns of what is open by mistake, once, however many processes serve', async (t) => {
  const server = await startServer({
    ...(await place(t)),
    AUTH_JWT_SECRET: SECRET,
    AUTH_BUILT_IN: 'on',
    WORKERS: '2',
  })
  await until(server, /all worker processes are listening/)
  assert.equal(
    server.output().match(/"level":40[^\n]*AUTH_BUILT_IN=on and AUTH_JWT_SECRET are both set/g)?.length,
    1,
  )
  assert.equal(server.output().match(/AUTH_AUDIENCE is not set/g)?.length, 1)
  assert.doesNotMatch(server.output(), new RegExp(SECRET))
  assert.equal(await server.stop(), 0)
})

test('an operator invites: a link that works once, or a mail; never to whoever has an account', async (t) => {
  const mailbox = await openMailbox()
  const env: Record<string, string> = {
    ...(await place(t)),
    AUTH_SIGN_UP: 'invited',
    PUBLIC_URL: 'https://upm.example',
    SMTP_URL: mailbox.smtpUrl,
  }
  const printed = await run(env, (terminal) =>
    invite(terminal, 'Alex@example.com', { role: 'tutor', days: 3 }),
  )
  const link = new URL(printed)
  assert.equal(`${link.origin}${link.pathname}${link.search}`, 'https://upm.example/sign-up')
  const fragment = new URLSearchParams(link.hash.slice(1))
  assert.deepEqual([fragment.get('email'), fragment.get('role')], ['Alex@example.com', 'tutor'])
  assert.ok((fragment.get('invitation') ?? '').length >= 40)

  const mail = await mailbox.mailOf(async () => {
    const sent = await run(env, (terminal) => invite(terminal, 'alex@example.com', { days: 7, mail: true }))
    assert.equal(sent, 'The invitation was sent to alex@example.com.')
  })
  assert.deepEqual(mail.to, ['alex@example.com'])
  assert.match(mail.plain, /https:\/\/upm\.example\/sign-up#invitation=/)

  const pool = openPool(env['DATABASE_URL'] ?? '')
  // The newer one takes the place of the older.
  const kept = await query(pool, sql`select email, role, mailed from auth.invitations`)
  assert.deepEqual(kept, [{ email: 'alex@example.com', role: null, mailed: true }])
  await query(
    pool,
    sql`insert into auth."user" ("id", "name", "email", "emailVerified", "role") values ('1', 'Alex', 'alex@example.com', true, 'tutor')`,
  )
  await pool.end()
  const refusals: [
    email: string,
    options: { role?: string; mail?: true },
    env: Record<string, string>,
    why: RegExp,
  ][] = [
    ['ALEX@example.com', {}, {}, /already has an account/],
    ['nobody', {}, {}, /"nobody" is not an e-mail/],
    ['b@example.com', { role: 'king' }, {}, /no role "king".*tutor/],
    ['b@example.com', {}, { AUTH_SIGN_UP: 'off' }, /AUTH_SIGN_UP is off/],
    ['b@example.com', {}, { AUTH_BUILT_IN: 'off' }, /AUTH_BUILT_IN is off/],
    ['b@example.com', { mail: true }, { SMTP_URL: '' }, /SMTP_URL/],
  ]
  for (const [email, options, more, why] of refusals) {
    const refusal = await run({ ...env, ...more }, (terminal) =>
      invite(terminal, email, { days: 7, ...options }),
    )
    assert.match(refusal, /^upm: /)
    assert.match(refusal, why)
  }
})

test('an operator frees an address and gives an account another one; both are in its log', async (t) => {
  const database = await createDatabase()
  const { connection } = database
  t.after(() => database.drop())
  const env = { DATABASE_URL: addressOf(connection), AUTH_JWT_SECRET: SECRET }
  const app = await useTestApp({ database }, t)
  const alex = await app.person({ sub: 'alex', email: 'alex@example.com', email_verified: true })
  await app.person({ sub: 'other', email: 'other@example.com' })
  const read = async () => (await app.send('GET', '/api/me/profile/', { token: alex.token })).json()
  const release = (email: string) => run(env, (terminal) => runReleaseEmail(terminal, email))
  const set = (id: number, email: string) => run(env, (terminal) => runSetEmail(terminal, id, email))

  assert.match(await release('ALEX@example.com'), /^Account \d+ no longer has an e-mail address/)
  assert.equal((await read()).user.email, null)
  assert.equal(
    await set(alex.userId, 'Other@example.com'),
    'upm: Another account has the address Other@example.com.',
  )
  assert.match(await set(alex.userId, 'new@example.com'), /changed from \(none\) to new@example\.com\./)
  const document = await read()
  assert.deepEqual([document.user.email, document.version], ['new@example.com', 3])
  assert.deepEqual(await replay(app.pool, alex.userId), statePart(document))
  const actors = await query(
    app.pool,
    sql`select actor_kind from activity_log where user_id = ${alex.userId} and action = 'profile.updated'`,
  )
  assert.deepEqual(actors, [{ actor_kind: 'operator' }, { actor_kind: 'operator' }])
  assert.match(await release('alex@example.com'), /^upm: No account has the address alex@example\.com/)
  assert.match(await set(999, 'x@example.com'), /^upm: There is no account 999/)
  assert.match(await set(alex.userId, 'nonsense'), /^upm: "nonsense" is not an e-mail/)
})

test('a printed token proves no e-mail, has the scope that users need, and is of no other issuer’s account', async (t) => {
  const database = await createDatabase()
  t.after(() => database.drop())
  const env = {
    DATABASE_URL: addressOf(database.connection),
    AUTH_JWT_SECRET: SECRET,
    AUTH_REQUIRED_SCOPE: 'upm',
  }
  const print = (email: string) => run(env, (terminal) => printToken(terminal, email, { days: 30 }))
  const claims = decodeJwt(await print('alex@example.com'))
  assert.equal(claims['email_verified'], undefined)
  assert.equal(claims['scope'], 'upm')
  await query(
    database.pool,
    sql`with one as (insert into users (email, profile_type) values ('real@example.com', 'student') returning id),
        held as (insert into profiles (user_id, profile_type) select id, 'student' from one)
      insert into identities (issuer, subject, user_id) select 'built-in', 'x', id from one`,
  )
  assert.match(await print('real@example.com'), /^upm: .*tokens of "built-in"/)
})

test('the demo is not put among real accounts, nor where strangers could sign in as its people, unless forced', async (t) => {
  const env = await place(t)
  const seed = (more: Record<string, string>, force = {}) =>
    run({ ...env, ...more }, (terminal) =>
      runSeedDemo(terminal, process.stderr, { users: 1, activity: 0, ...force }),
    )
  assert.match(await seed({ HOST: '0.0.0.0' }), /^upm: HOST=0\.0\.0\.0: .*--force\.$/)
  assert.match(await seed({}), /^users: +1 created/)
  assert.match(await seed({}), /1 already there/, 'its own people are no others')
  const pool = openPool(env['DATABASE_URL'] ?? '')
  await query(
    pool,
    sql`with one as (insert into users (email, profile_type) values ('real@example.com', 'student') returning id)
      insert into profiles (user_id, profile_type) select id, 'student' from one`,
  )
  await pool.end()
  assert.match(await seed({}), /^upm: This database has accounts that are not part of the demo.*--force\.$/)
  assert.match(await seed({ HOST: '0.0.0.0' }, { force: true }), /1 already there/)
})

test('where no mails are sent, an operator gives somebody a link to a new password, which works once', async (t) => {
  const env = await place(t)
  const database = await createDatabase('migrated')
  const app = await useTestApp({ env: { AUTH_BUILT_IN: 'on', TRUSTED_PROXIES: '127.0.0.1' }, database }, t)
  t.after(database.drop)
  const person = visitor(app)
  await person.signUp()
  const session = await person.signIn()
  const here = {
    ...env,
    DATABASE_URL: addressOf(database.connection),
    PUBLIC_URL: 'https://upm.example/account',
  }
  const print = (email: string, more: Record<string, string> = {}) =>
    run({ ...here, ...more }, (terminal) => printResetLink(terminal, email, { hours: 24 }))
  const [first, second] = [await print(person.email), await print(person.email.toUpperCase())].map(
    (link) => new URL(link),
  )
  assert.equal(`${second?.origin}${second?.pathname}`, 'https://upm.example/account/reset-password')
  const choose = (link: URL | undefined) =>
    person.post('/reset-password', { newPassword: 'a new password', token: link?.searchParams.get('token') })
  assert.equal((await choose(first)).json().code, 'INVALID_TOKEN', 'the newer one takes its place')
  assert.equal((await choose(second)).statusCode, 200)
  assert.equal((await choose(second)).json().code, 'INVALID_TOKEN', 'once')
  assert.equal((await person.get('/token', { token: session })).statusCode, 401, 'signed out everywhere')
  const credentials = { email: person.email, password: 'a new password' }
  assert.equal((await person.post('/sign-in/email', credentials)).statusCode, 200)
  const [kept] = await query<{ confirmed: boolean }>(
    database.pool,
    sql`select "emailVerified" as confirmed from auth."user" where "email" = ${person.email}`,
  )
  assert.equal(kept?.confirmed, false, 'an operator’s link proves nothing of the e-mail')

  assert.match(await print('nobody@example.com'), /^upm: Nobody signs in with nobody@example\.com\.$/)
  assert.match(await print('nobody'), /^upm: "nobody" is not an e-mail address\.$/)
  assert.match(await print(person.email, { AUTH_BUILT_IN: 'off' }), /^upm: There are no passwords here/)
  assert.match(
    await print(person.email, { SMTP_URL: 'smtp://127.0.0.1:1' }),
    /^upm: This server sends e-mails/,
  )
})

test('an operator deletes an account: asked, with a grace, and for good; never one under a hold', async (t) => {
  const database = await createDatabase()
  t.after(() => database.drop())
  const { pool } = database
  const app = await useTestApp({ database }, t)
  const env = {
    ...(await place(t)),
    DATABASE_URL: addressOf(database.connection),
    AUTH_JWT_SECRET: SECRET,
  }
  const person = await app.person()
  const erase = (account: string, options: Parameters<typeof runErase>[2], answer?: string) =>
    run(env, (terminal) =>
      runErase({ ...terminal, ...(answer !== undefined && { ask: async () => answer }) }, account, options),
    )
  assert.equal(
    await erase('nobody@example.com', { yes: true }),
    'upm: There is no account nobody@example.com.',
  )
  assert.match(await erase(person.email, {}), /Repeat the command with --yes/)
  assert.match(await erase(person.email, {}, 'no'), /Nothing was changed/)
  await query(pool, sql`update upm.users set held_at = now(), hold_reason = 'dispute'`)
  assert.match(await erase(person.email, { yes: true }), /under a legal hold/)
  await query(pool, sql`update upm.users set held_at = null, hold_reason = null`)
  assert.deepEqual(await app.actions(person.userId), ['system.profile.initialized'])

  const begun = await erase(person.email.toUpperCase(), {}, person.email)
  assert.match(begun, new RegExp(`^Account ${person.userId} is hidden and will be deleted for good on 20`))
  const state = await app.send('GET', '/api/me/', { token: person.token })
  assert.equal(state.json().state, 'leaving')
  const [entry] = await query<{ actor_kind: string }>(
    pool,
    sql`select actor_kind from upm.activity_log where action = 'system.account.leaving'`,
  )
  assert.equal(entry?.actor_kind, 'operator')

  const done = await erase(String(person.userId), { now: true, yes: true })
  assert.match(done, new RegExp(`^Account ${person.userId} was deleted for good`))
  assert.deepEqual(await query(pool, sql`select from upm.users`), [])
  assert.equal((await query(pool, sql`select from upm.activity_log where user_id is null`)).length, 2)
})
