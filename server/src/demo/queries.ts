import { createProfileTypes } from '../profile-types/profile-types.ts'
import type { DbConnection } from '../database/connection.ts'
import { entryValues } from '../log/copy.ts'
import { entryColumns, type EntryRow } from '../log/insert.ts'
import { query, queryOne, sql, type Db } from '../database/database.ts'
import type { NewAvatar } from '../media/present.ts'
import { claimFiles } from '../media/unclaimed-files.ts'
import { copyInto } from '../database/copy.ts'
import { toInstant, type Changes, type DemoAccount } from './life.ts'
import { EMAIL_DOMAIN, SUBJECT_PREFIX } from './people.ts'
import { settingNames, settingsOf } from '../document/settings.ts'

/** One number for this database's demo: runs at the same time take turns. */
const DEMO_LOCK = 860_620_629

/**
 * Waits for its turn and keeps it until the connection is closed, so that not even a killed run holds it on. The lock is
 * that of a transaction, which a pooler leaves on its connection.
 */
export async function takeTurn(db: DbConnection): Promise<void> {
  await db.query('begin')
  await db.query('set local idle_in_transaction_session_timeout = 0')
  await db.query('select pg_advisory_xact_lock($1)', [DEMO_LOCK])
}

/** Whether anybody is here whom the demo has not made. */
export async function hasRealAccounts(db: Db): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`select from upm.users u where not exists (select from upm.identities i
      where i.user_id = u.id and starts_with(i.subject, ${SUBJECT_PREFIX})) limit 1`,
  )
  return row !== undefined
}

/**
 * Whoever holds an e-mail or a subject of the demo without both belonging together: accounts that the demo has not
 * made. Oldest first; the e-mails may be of people that nobody has asked for.
 */
export async function listForeignEmails(db: Db, issuer: string): Promise<string[]> {
  const rows = await query<{ email: string }>(
    db,
    sql`with demo as (
      select user_id, substr(subject, ${SUBJECT_PREFIX.length + 1}::integer) || ${`@${EMAIL_DOMAIN}`}::text as email
      from upm.identities where issuer = ${issuer} and starts_with(subject, ${SUBJECT_PREFIX})
    )
    select coalesce(d.email, lower(u.email collate "C")) as email
    from upm.users u left join demo d on d.user_id = u.id
    where (lower(u.email collate "C") like ${`%@${EMAIL_DOMAIN}`} or d.user_id is not null) and not u.email_shadowed
      and d.email is distinct from lower(u.email collate "C")
    order by u.id`,
  )
  return rows.map(({ email }) => email)
}

export type AccountRow = { subject: string; id: number; created_at: string }

/** The demo's oldest account. */
export function findFirstAccount(db: Db, issuer: string): Promise<AccountRow | undefined> {
  return queryOne<AccountRow>(
    db,
    sql`select i.subject, u.id, u.created_at from upm.identities i join upm.users u on u.id = i.user_id
      where i.issuer = ${issuer} and starts_with(i.subject, ${SUBJECT_PREFIX}) order by u.id limit 1`,
  )
}

/** The accounts of these subjects, those that there are. */
export function listAccounts(db: Db, issuer: string, subjects: readonly string[]): Promise<AccountRow[]> {
  return query<AccountRow>(
    db,
    sql`select i.subject, u.id, u.created_at from upm.identities i join upm.users u on u.id = i.user_id
      where i.issuer = ${issuer} and i.subject = any(${subjects})`,
  )
}

/** Which of these entries are in the log, by their ids. */
export async function listKnownEntries(db: Db, entries: { id: string; at: number }[]): Promise<Set<string>> {
  const rows = await query<{ id: string }>(
    db,
    sql`select wanted.id from unnest(${entries.map(({ id }) => id)}::uuid[],
        ${entries.map(({ at }) => toInstant(at))}::timestamptz[]) as wanted (id, at)
      where exists (select from upm.activity_log a where a.id = wanted.id and a.timestamp = wanted.at)`,
  )
  return new Set(rows.map(({ id }) => id))
}

type Sequenced = 'users' | 'media'

/** The id that the table's next row gets, if nobody else is faster. */
export async function nextId(db: Db, table: Sequenced): Promise<number> {
  const { last_value: last, is_called: taken } = (
    await db.query<{ last_value: number; is_called: boolean }>(
      `select last_value, is_called from ${await sequenceOf(db, table)}`,
    )
  ).rows[0] ?? { last_value: 0, is_called: true }
  return taken ? last + 1 : last
}

/**
 * The same, and from now on nobody can be faster: others who want an id wait for the end of the transaction. If it
 * fails, it is as if nobody had asked for ids, which `nextval` cannot do: a run that was killed leaves no gap.
 */
export async function lockIds(db: DbConnection, table: Sequenced): Promise<number> {
  // Sets what is set already, for the lock that comes with it.
  await db.query(`alter sequence ${await sequenceOf(db, table)} cache 1`)
  return nextId(db, table)
}

/** Leaves the ids before `next` to whoever has locked them. */
async function continueIds(db: DbConnection, table: Sequenced, next: number): Promise<void> {
  await db.query(`alter sequence ${await sequenceOf(db, table)} restart with ${next}`)
}

/** As SQL. A database of v0.5 may have named it differently. */
async function sequenceOf(db: Db, table: Sequenced): Promise<string> {
  const row = await queryOne<{ name: string }>(
    db,
    sql`select '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.oid = pg_get_serial_sequence(${db.qualify(`upm.${table}`)}, 'id')::regclass`,
  )
  if (!row?.name) throw new Error(`the ids of ${table} have no sequence`)
  return row.name
}

/** People of the demo have the built-in types. */
const types = createProfileTypes()

/** A new account as its story leaves it. */
export type NewAccount = DemoAccount & {
  changes: Changes
  /** The first entries of its log. */
  story: EntryRow[]
  avatar: (NewAvatar & { createdAt: number }) | null
}

/** Inserts accounts with all that belongs to them and returns the number of rows. Their ids are the next ones, locked. */
export async function insertAccounts(
  db: DbConnection,
  issuer: string,
  accounts: readonly NewAccount[],
): Promise<number> {
  let rows = 0
  await continueIds(db, 'users', Math.max(...accounts.map(({ id }) => id)) + 1)
  const copy = async (table: string, columns: string, values: (account: NewAccount) => unknown[][]) => {
    rows += await copyInto(db, table, columns, accounts.flatMap(values))
  }
  await copy(
    'users',
    '(id, email, first_name, last_name, role, is_self_learning, profile_type, version, created_at, updated_at, logged_at, started_at)',
    ({ id, createdAt, changes, person, story }) => {
      const { email, firstName, lastName, role, isSelfLearning } = person
      const [first, last] = [toInstant(createdAt), story.at(-1)?.at ?? null]
      const times = [first, toInstant(changes.lastAt), last, first]
      return [[id, email, firstName, lastName, role, isSelfLearning, role, changes.count + 1, ...times]]
    },
  )
  await copy('settings', `(user_id, ${settingNames.join(', ')})`, ({ id, person: { settings } }) => [
    [id, ...Object.values(settingsOf(settings))],
  ])
  await copy(
    'profiles',
    '(user_id, profile_type, type_version, fields, created_at, updated_at)',
    ({ id, createdAt, changes, person }) =>
      Object.entries(person.sections).map(([section, fields]) => [
        id,
        typeOf(section),
        types.bySection.get(section)?.version ?? 1,
        fields,
        toInstant(createdAt),
        toInstant(changes.lastAtBySection[section] ?? createdAt),
      ]),
  )
  await copy('identities', '(issuer, subject, user_id, created_at)', ({ id, createdAt, person }) => [
    [issuer, person.subject, id, toInstant(createdAt)],
  ])
  rows += await insertAvatars(
    db,
    accounts.flatMap(({ avatar }) => avatar ?? []),
  )
  await copy('activity_log', entryColumns.text, ({ story }) => story.map(entryValues))
  return rows
}

async function insertAvatars(
  db: DbConnection,
  avatars: NonNullable<NewAccount['avatar']>[],
): Promise<number> {
  if (avatars.length === 0) return 0
  const claimed = await claimFiles(
    db,
    avatars.map(({ storageKey }) => storageKey),
  )
  if (claimed < avatars.length) throw new Error('photos were swept before they could be claimed')
  const first = await lockIds(db, 'media')
  await continueIds(db, 'media', first + avatars.length)
  const rows = avatars.map(({ createdAt, sha256, ...avatar }, position) => [
    first + position,
    avatar.ownerId,
    'avatar',
    avatar.storageKey,
    avatar.contentType,
    avatar.bytes,
    avatar.width,
    avatar.height,
    `\\x${sha256.toString('hex')}`,
    avatar.placeholder,
    toInstant(createdAt),
  ])
  const columns =
    '(id, owner_id, kind, storage_key, content_type, bytes, width, height, sha256, placeholder, created_at)'
  const count = await copyInto(db, 'media', columns, rows)
  await query(
    db,
    sql`update upm.users u set avatar_id = m.id from upm.media m
      where m.owner_id = u.id and m.id between ${first} and ${first + count - 1}`,
  )
  return count
}

/** Raises the versions and times of documents that were changed. Patches of these users wait until it is committed. */
export async function raiseVersions(
  db: Db,
  all: { account: DemoAccount; changes: Changes }[],
): Promise<void> {
  const changed = all.filter(({ changes }) => changes.count > 0)
  await query(
    db,
    sql`update upm.users u set version = u.version + c.count, updated_at = greatest(u.updated_at, c.at)
      from unnest(${changed.map(({ account }) => account.id)}::bigint[], ${changed.map(({ changes }) => changes.count)}::integer[],
        ${changed.map(({ changes }) => toInstant(changes.lastAt))}::timestamptz[]) as c (user_id, count, at)
      where u.id = c.user_id`,
  )
  const profiles = changed.flatMap(({ account: { id }, changes }) =>
    Object.entries(changes.lastAtBySection).map(([section, at]) => ({
      id,
      type: typeOf(section),
      at: toInstant(at),
    })),
  )
  await query(
    db,
    sql`update upm.profiles p set updated_at = greatest(p.updated_at, c.at)
      from unnest(${profiles.map(({ id }) => id)}::bigint[], ${profiles.map(({ type }) => type)}::text[],
        ${profiles.map(({ at }) => at)}::timestamptz[]) as c (user_id, profile_type, at)
      where p.user_id = c.user_id and p.profile_type = c.profile_type`,
  )
}

function typeOf(section: string): string {
  return section.replace(/_profile$/, '')
}
