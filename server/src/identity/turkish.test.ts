/** A database whose language is Turkish, where the small letter of I is no i. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { useTestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'

async function turkish(t: TestContext): Promise<TestDatabase> {
  const database = await createDatabase('turkish')
  t.after(() => database.drop())
  const rules = await queryOne<{ small: string }>(database.pool, sql`select lower('I') as small`)
  assert.equal(rules?.small, 'ı')
  return database
}

test('an e-mail is one address however its letters are written, and opens no second account', async (t) => {
  const database = await turkish(t)
  await migrate(database.connection)
  const app = await useTestApp({ database, env: { AUTH_LINK_VERIFIED_EMAIL: 'on' } }, t)
  const first = await app.person({ sub: 'first', email: 'INFO@EXAMPLE.COM', email_verified: true })
  const second = await app.send('GET', '/api/me/profile/', {
    token: await app.token({ sub: 'second', email: 'info@example.com' }),
  })
  assert.equal(second.statusCode, 409)
  assert.equal(second.json().code, 'email_taken')
  // A proven one wins over one that is not, whatever the case.
  const unproven = await app.person({ sub: 'third', email: 'Ali@Example.com' })
  const proven = await app.person({ sub: 'fourth', email: 'ALI@EXAMPLE.COM', email_verified: true })
  const emails = await query<{ id: number; email: string | null }>(
    app.pool,
    sql`select id, email from users order by id`,
  )
  assert.deepEqual(emails, [
    { id: first.userId, email: 'INFO@EXAMPLE.COM' },
    { id: unproven.userId, email: null },
    { id: proven.userId, email: 'ALI@EXAMPLE.COM' },
  ])
  // The look-up uses the index of the comparison.
  const { rows } = await app.pool.query<{ 'QUERY PLAN': string }>({
    text: `explain select id from users where lower(email collate "C") = lower($1::text collate "C") and not email_shadowed`,
    values: ['info@example.com'],
  })
  assert.match(rows.map((row) => row['QUERY PLAN']).join('\n'), /users_email_key/)
})

test('the bundled sign-in has one account for an e-mail', async (t) => {
  const database = await turkish(t)
  await migrate(database.connection)
  const app = await useTestApp({ database, env: SIGN_IN_ENV }, t)
  const signUp = (email: string) =>
    visitor(app).post('/sign-up/email', { email, password: PASSWORD, name: 'Ilgın' })
  assert.equal((await signUp('IDIL@example.com')).statusCode, 200)
  // The answer tells nobody that the address is taken.
  await signUp('idil@example.com')
  assert.deepEqual(await query(app.pool, sql`select "email" from auth."user"`), [
    { email: 'idil@example.com' },
  ])
  const again = await visitor(app).post('/sign-in/email', { email: 'Idil@example.com', password: PASSWORD })
  assert.equal(again.statusCode, 200, again.body)
})

test('two accounts that Turkish rules have made of one address both stay, and the proven one has it', async (t) => {
  const database = await turkish(t)
  await migrate(database.connection, { target: 17 })
  await database.pool.query(
    `with account as (
       insert into users (email, email_verified, role, profile_type)
       values ('INFO@example.com', false, 'tutor', 'tutor'), ('info@example.com', true, 'tutor', 'tutor'),
         ('Info@example.com', false, 'tutor', 'tutor')
       on conflict do nothing returning id
     ), chosen as (insert into settings (user_id) select id from account)
     insert into profiles (user_id, profile_type) select id, 'tutor' from account`,
  )
  await migrate(database.connection)
  const rows = await query<{ email: string; email_shadowed: boolean }>(
    database.pool,
    sql`select email, email_shadowed from users order by id`,
  )
  assert.deepEqual(rows, [
    { email: 'INFO@example.com', email_shadowed: true },
    { email: 'info@example.com', email_shadowed: false },
  ])
})
