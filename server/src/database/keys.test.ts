/**
 * What a distributed PostgreSQL needs: the rows of a user can be kept together, as every key of a table that belongs to a
 * user has the user in it, and every statement of the hot routes names the user for each of these tables.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'
import type { Statement } from './connection.ts'
import { query, sql } from './database.ts'

/** The tables that belong to a user, and the column that says to which. */
const userColumns: Readonly<Record<string, string>> = {
  users: 'id',
  settings: 'user_id',
  profiles: 'user_id',
  identities: 'user_id',
  media: 'owner_id',
  picture_renewals: 'user_id',
  activity_log: 'user_id',
  activity_texts: 'user_id',
  imported_users: 'user_id',
  'auth."user"': 'id',
  'auth.session': 'userId',
  'auth.account': 'userId',
  'auth.devices': 'user_id',
  'auth.known_places': 'user_id',
  'auth.two_factor': 'user_id',
  'auth.recovery_codes': 'user_id',
  'auth.passkeys': 'user_id',
  'auth.email_changes': 'user_id',
  'auth.former_emails': 'user_id',
  exports: 'user_id',
}

const others: Readonly<Record<string, string>> = {
  activity_receipts: 'of services: what they have sent, about users and about none',
  unclaimed_files: 'of no picture, and so of nobody: the sweep goes through them by their time',
  log_walks: 'of the installation: how far a job has come in the log',
  upm_migrations: 'of the installation',
  'auth.upm_migrations': 'of the installation',
  'auth.verification': 'links of mails, found by a hash before anybody is known',
  'auth.jwks': 'keys of the installation',
  'auth.attempts': 'counts of attempts, by hashes of who may be nobody',
  'auth.used_challenges': 'of nobody: hashes of random texts',
  'auth.invitations': 'of people who have no account yet',
}

/** Keys without the user. A reason for each; one that is not there any more has to go. */
const exceptions: Readonly<Record<string, string>> = {
  users_email_key: 'an e-mail is unique among all users',
  identities_id_key: 'a number of its own, among those of all, by which an identity is unlinked',
  identities_pkey: 'a token is looked up by it before its user is known',
  media_storage_key_key:
    'files are claimed and swept by their keys, which are random; nobody meets anybody else there',
  imported_users_pkey: 'an import finds an account by its row in the old system',
  exports_pkey: 'the queue names an archive by it; ids are UUIDs',
  activity_log_pkey: 'events of the system have no user; ids are UUIDs',
  user_email_key: 'the sign-in looks people up by their e-mail, which is unique among all',
  former_emails_pkey: 'an address that was changed is kept for one account among all',
  passkeys_pkey: 'a passkey is found by its id before its user is known',
  session_pkey: 'of the sign-in library, whose ids are random',
  session_token_key: 'a session is found by the hash of its token before its user is known',
  account_pkey: 'of the sign-in library, whose ids are random',
  account_providerId_accountId_key: 'who signs in elsewhere is known there by this pair, before the user is',
}

const app = await useTestApp()

type Key = { table: string; name: string; columns: string[] }

test('every table belongs to a user, or to nobody for a reason', async () => {
  const tables = await query<{ name: string }>(
    app.pool,
    sql`select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'auth')`,
  )
  assert.deepEqual(
    tables.map(({ name }) => name).sort(),
    [...Object.keys(userColumns), ...Object.keys(others)].sort(),
  )
})

test('every unique index and foreign key of a table that belongs to a user has the user in it', async () => {
  const keys = await query<Key>(
    app.pool,
    sql`select i.indrelid::regclass::text as table, c.relname as name,
        array(select pg_get_indexdef(i.indexrelid, place, false) from generate_series(1, i.indnkeyatts) place) as columns
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
      where i.indisunique and not t.relispartition
      union all
      select k.conrelid::regclass::text, k.conname, array(select quote_ident(a.attname) from unnest(k.conkey) with ordinality as key (number, place)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.number order by place)
      from pg_constraint k join pg_class t on t.oid = k.conrelid
      where k.contype = 'f' and not t.relispartition and k.conparentid = 0`,
  )
  const without = keys
    .filter(({ table, columns }) => {
      const column = userColumns[table]
      return column !== undefined && !columns.some((one) => one.replaceAll('"', '') === column)
    })
    .map(({ name }) => name)
  assert.deepEqual(without.sort(), Object.keys(exceptions).sort())
})

type Node = Record<string, unknown> & { 'Node Type': string; Plans?: Node[] }

/** The conditions of a node of a plan, and those of the joins that it is a part of. */
function conditionsOf(node: Node): string[] {
  return Object.entries(node)
    .filter(([name]) => / (?:Cond|Filter)$|^Filter$/.test(name))
    .map(([, text]) => String(text))
}

/** The tables of users that a plan reads without a condition on the user. */
function unnamed(node: Node, above: string[] = []): string[] {
  const conditions = [...above, ...conditionsOf(node)]
  const below = (node.Plans ?? []).flatMap((plan) => unnamed(plan, conditions))
  const relation = node['Relation Name']
  // A bitmap scan has its condition, too, and not only its index.
  if (typeof relation !== 'string' || node['Node Type'] === 'ModifyTable') return below
  const table = relation.replace(/^activity_log_.*$/, 'activity_log')
  const column = userColumns[table]
  if (column === undefined || conditions.some((text) => new RegExp(`\\b${column}\\b`).test(text)))
    return below
  return [...below, `${relation}: ${conditions.join('; ') || 'no condition'}`]
}

test('every statement of the hot routes names the user for each table that belongs to one', async () => {
  const { token } = await app.person({ role: 'tutor' })
  const statements: Statement[] = []
  const run = app.pool.run.bind(app.pool)
  app.pool.run = (statement) => {
    statements.push(statement)
    return run(statement)
  }
  const before = '2100-01-01T00:00:00Z'
  for (const [method, url, body] of [
    ['GET', '/api/me/profile/', undefined],
    ['GET', '/api/me/settings/', undefined],
    ['PATCH', '/api/me/profile/', { user: { first_name: 'Hot' }, tutor_profile: { bio: 'x'.repeat(900) } }],
    ['PATCH', '/api/me/settings/', { timezone: 'Europe/Kyiv' }],
    ['GET', '/api/me/activity/', undefined],
    ['GET', `/api/me/activity/?before=${before}&after=2020-01-01T00:00:00Z`, undefined],
    ['GET', `/api/me/activity/?action=profile.*&entity_type=profile&before=${before}`, undefined],
  ] as const) {
    const answer = await app.send(method, url, { token, ...(body && { body }) })
    assert.equal(answer.statusCode, 200, answer.body)
  }
  app.pool.run = run
  assert.equal(statements.length, 7)
  for (const { text, values } of statements) {
    const { rows } = await app.pool.query<{ 'QUERY PLAN': [{ Plan: Node }] }>({
      text: `explain (format json) ${text}`,
      values,
    })
    assert.deepEqual(unnamed(rows[0]?.['QUERY PLAN'][0].Plan as Node), [], text)
    for (const [, table = '', columns = ''] of text.matchAll(/insert into upm\.(\w+) \(([^)]*)\)/g)) {
      const column = userColumns[table]
      assert.ok(column === undefined || columns.split(/,\s*/).includes(column), `${table} (${columns})`)
    }
  }
})
