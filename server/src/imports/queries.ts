import type { DbConnection } from '../database/connection.ts'
import { v7 as uuidv7 } from 'uuid'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { copyInto } from '../database/copy.ts'
import { query, queryOne, sql, type Db, type Pool } from '../database/database.ts'
import { settingNames } from '../document/settings.ts'
import { OperatorError } from '../operator-error.ts'
import type { NewAccount } from './account.ts'

/** One number for the imports of a database. */
const IMPORT_LOCK = 860_620_631

/** The last id that JSON numbers hold, with room for those that follow. */
export const MAX_KEPT_ID = 2 ** 52

/**
 * Runs `work` while no other import writes to this database. The lock is that of a transaction, so that it is kept behind a
 * pooler, too; it holds no snapshot.
 *
 * @throws OperatorError when another import is running.
 */
export async function alone<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  const db = await pool.connect()
  try {
    await db.query('begin')
    await db.query('set local idle_in_transaction_session_timeout = 0')
    const row = await queryOne<{ locked: boolean }>(
      db,
      sql`select pg_try_advisory_xact_lock(${IMPORT_LOCK}) as locked`,
    )
    if (!row?.locked)
      throw new OperatorError('Another import into this database is running. Nothing was imported.')
    return await work()
  } finally {
    await db.query('rollback').catch(() => {})
    db.release()
  }
}

export type ImportedRow = { source_id: string; user_id: number | null; has_avatar: boolean }

/** What earlier runs have made of these rows. */
export async function listImported(
  db: Db,
  source: string,
  sourceIds: readonly string[],
): Promise<Map<string, ImportedRow>> {
  const rows = await query<ImportedRow>(
    db,
    sql`select source_id, user_id, has_avatar from upm.imported_users
      where source = ${source} and source_id = any(${sourceIds}::text[])`,
  )
  return new Map(rows.map((row) => [row.source_id, row]))
}

/** Which of these ids accounts have. */
export async function listTakenIds(db: Db, ids: readonly number[]): Promise<Set<number>> {
  const rows = await query<{ id: number }>(db, sql`select id from upm.users where id = any(${ids}::bigint[])`)
  return new Set(rows.map(({ id }) => id))
}

/** Which of these e-mails accounts have, in the letters of `lowered`. */
export async function listTakenEmails(db: Db, emails: readonly string[]): Promise<Set<string>> {
  const rows = await query<{ email: string }>(
    db,
    sql`select lower(u.email collate "C") as email from upm.users u
      where lower(u.email collate "C") = any(${emails.map(lowered)}::text[]) and not u.email_shadowed`,
  )
  return new Set(rows.map(({ email }) => email))
}

/** As the database compares e-mails: by the letters of ASCII. */
export function lowered(email: string): string {
  return email.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** Leaves the ids up to `last` to an import. Who signs up waits for it, and gets a later one. */
export async function reserveIds(db: Db, last: number): Promise<void> {
  await db.query('lock table upm.users in share row exclusive mode')
  await query(
    db,
    sql`select setval(ids.seq, greatest(${last}::bigint, pg_sequence_last_value(ids.seq)))
      from (select pg_get_serial_sequence('upm.users', 'id')::regclass as seq) ids
      where coalesce(pg_sequence_last_value(ids.seq), 0) < ${last}::bigint`,
  )
}

export async function nextIds(db: Db, count: number): Promise<number[]> {
  const rows = await query<{ id: number }>(
    db,
    sql`select nextval(pg_get_serial_sequence('upm.users', 'id')) as id from generate_series(1, ${count}::integer)`,
  )
  return rows.map(({ id }) => id)
}

/** An account with the id that it gets. `sourceId`: of its row in the old system; null where no later run asks for it. */
export type PlacedAccount = NewAccount & { id: number; isShadowed: boolean; sourceId: string | null }

/** Inserts accounts with their settings and profiles. */
export async function insertAccounts(
  db: DbConnection,
  source: string,
  accounts: readonly PlacedAccount[],
): Promise<void> {
  const copy = (table: string, columns: string, rows: unknown[][]) => copyInto(db, table, columns, rows)
  await copy(
    'users',
    '(id, email, email_shadowed, email_verified, first_name, last_name, role, is_self_learning, profile_type, created_at, updated_at, disabled_at)',
    accounts.map((account) => [
      account.id,
      account.email,
      account.isShadowed,
      account.emailVerified && !account.isShadowed,
      account.firstName,
      account.lastName,
      account.role,
      account.isSelfLearning,
      account.profileType,
      account.createdAt,
      account.updatedAt,
      account.isDisabled ? new Date().toISOString() : null,
    ]),
  )
  await copy(
    'settings',
    `(user_id, ${settingNames.join(', ')})`,
    accounts.map(({ id, settings }) => [id, ...Object.values(settings)]),
  )
  await copy(
    'profiles',
    '(user_id, profile_type, type_version, fields, created_at, updated_at)',
    accounts.flatMap(({ id, profiles }) =>
      profiles.map(({ type, typeVersion, fields, createdAt, updatedAt }) => [
        id,
        type,
        typeVersion,
        fields,
        createdAt,
        updatedAt,
      ]),
    ),
  )
  await copy(
    'imported_users',
    '(source, source_id, user_id)',
    accounts.flatMap(({ id, sourceId }) => (sourceId === null ? [] : [[source, sourceId, id]])),
  )
}

/** Which of these entries are in the log, by their ids and times. */
export async function listKnownEntries(
  db: Db,
  entries: readonly { id: string; at: string }[],
): Promise<Set<string>> {
  const rows = await query<{ id: string }>(
    db,
    sql`select wanted.id from unnest(${entries.map(({ id }) => id)}::uuid[],
        ${entries.map(({ at }) => at)}::timestamptz[]) as wanted (id, at)
      where exists (select from upm.activity_log a where a.id = wanted.id and a.timestamp = wanted.at)`,
  )
  return new Set(rows.map(({ id }) => id))
}

/** The accounts of a source of which no log begins yet, in the order of their ids, the ones after `last`. */
export async function listUnstarted(db: Db, source: string, last: number, limit: number): Promise<number[]> {
  const rows = await query<{ id: number }>(
    db,
    sql`select u.id from upm.imported_users i join upm.users u on u.id = i.user_id
      where i.source = ${source} and u.id > ${last}::bigint and u.started_at is null order by u.id limit ${limit}::integer`,
  )
  return rows.map(({ id }) => id)
}

/**
 * Has tokens of this issuer that name an account by its old id open it: for those that have another id now, since the id may
 * be somebody else's here, and with `all` for every one, since an account that has a way in is opened by no other.
 */
export async function insertFormerSubjects(
  db: Db,
  source: string,
  issuer: string,
  { all }: { all: boolean },
): Promise<number> {
  const rows = await query(
    db,
    sql`insert into upm.identities (issuer, subject, user_id)
      select ${issuer}, i.source_id, i.user_id from upm.imported_users i
      where i.source = ${source} and i.user_id is not null and (${all}::boolean or i.source_id <> i.user_id::text)
        and char_length(i.source_id) between 1 and 255
      on conflict do nothing returning user_id`,
  )
  return rows.length
}

export type SignInRow = {
  user_id: number
  email: string | null
  email_shadowed: boolean
  email_verified: boolean
  first_name: string
  last_name: string
  role: string
  created_at: string
  can_sign_in: boolean
}

/** What a sign-in needs to know of accounts. */
export function listForSignIn(db: Db, userIds: readonly number[]): Promise<SignInRow[]> {
  return query<SignInRow>(
    db,
    sql`select u.id as user_id, u.email, u.email_shadowed, u.email_verified, u.first_name, u.last_name, u.role, u.created_at,
        exists (select from upm.identities i where i.user_id = u.id and i.issuer = ${BUILT_IN_ISSUER}) as can_sign_in
      from upm.users u where u.id = any(${userIds}::bigint[]) order by u.id`,
  )
}

export type NewSignIn = {
  userId: number
  /** As the sign-in writes it. */
  email: string
  emailVerified: boolean
  name: string
  role: string
  createdAt: string
  /** Null: there is none until the person has chosen one. */
  password: string | null
}

/** Lets accounts sign in at the bundled sign-in. Returns those of which nobody else has the e-mail there. */
export async function insertSignIns(db: Db, signIns: readonly NewSignIn[]): Promise<Set<number>> {
  const rows = await query<{ user_id: number }>(
    db,
    sql`with sent as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(
        signIns.map((signIn) => ({ ...signIn, id: uuidv7(), accountId: uuidv7() })),
      )}::jsonb) as sent ("id" text, "accountId" text, "userId" bigint, "email" text, "emailVerified" boolean, "name" text,
        "role" text, "createdAt" timestamptz, "password" text)
    ), person as (
      insert into auth."user" ("id", "name", "email", "emailVerified", "role", "createdAt")
      select "id", "name", "email", "emailVerified", "role", "createdAt" from sent
      on conflict do nothing returning "id"
    ), opened as materialized (
      select sent.* from sent join person using ("id")
    ), credential as (
      insert into auth."account" ("id", "accountId", "providerId", "userId", "password", "updatedAt")
      select "accountId", "id", 'credential', "id", "password", now() from opened where "password" is not null
    ), identity as (
      insert into upm.identities (issuer, subject, user_id) select ${BUILT_IN_ISSUER}, "id", "userId" from opened
    )
    select "userId" as user_id from opened`,
  )
  return new Set(rows.map(({ user_id: id }) => id))
}
