/**
 * The one way into the log. Whoever writes into a user's log holds the lock on the user's row before the time is taken,
 * and the time is later than that of the user's newest entry, which `users.logged_at` keeps: so the entries of a user are in
 * the order in which they were committed, and who follows them with `?after=` misses none
 * (docs/decisions/0005-the-order-of-the-log.md).
 */
import { entryTime } from '../accounts/account.ts'
import { query, queryOne, sql, type Db, type Sql } from '../database/database.ts'
import type { Actor } from './actor.ts'

export type EntryRow = {
  id: string
  userId: number | null
  actor: Actor | null
  action: string
  entityType: string | null
  entityId: string | null
  metadata: unknown
  /** Null: now. */
  at: string | null
  ipAddress: string | null
  userAgent: string | null
  requestId: string | null
}

const names = sql`id, user_id, actor_kind, actor_id, action, entity_type, entity_id, metadata, timestamp, ip_address,
  user_agent, request_id`

/** The columns of the log in the order in which every insert gives them. The database itself adds `tx`. */
export const entryColumns = sql`(${names})`

/**
 * Writes entries: the rows of a query with all of these columns, by their names. A part of a statement, after `with … as`.
 * There it stands behind the part that locks the users: tables are locked in the order of the parts, and the maintenance
 * locks users first, too.
 */
export function insertEntries(rows: Sql): Sql {
  return sql`insert into upm.activity_log ${entryColumns} select ${names} from (${rows}) entry`
}

/** Writes one entry, in one round trip. `isStart`: it holds the document, and a replay can start from it. */
export async function insertEntry(db: Db, entry: EntryRow, { isStart = false } = {}): Promise<void> {
  const { userId } = entry
  const row = sql`select ${entry.id}::uuid as id, ${userId}::bigint as user_id, ${entry.actor?.kind ?? null}::text as actor_kind,
      ${entry.actor?.id ?? null}::text as actor_id, ${entry.action}::text as action, ${entry.entityType}::text as entity_type,
      ${entry.entityId}::text as entity_id, ${JSON.stringify(entry.metadata)}::jsonb as metadata, stamp.at as timestamp,
      ${entry.ipAddress}::inet as ip_address, ${entry.userAgent}::text as user_agent, ${entry.requestId}::text as request_id
    from stamp`
  await query(
    db,
    userId === null
      ? sql`with stamp as materialized (
          select coalesce(${entry.at}::timestamptz, clock_timestamp()) as at
        ), logged as (${insertEntries(row)}) select`
      : // Of a user that does not exist there is no row, and the foreign key of the entry says so.
        sql`with held as materialized (
          select logged_at from upm.users where id = ${userId} for no key update
        ), stamp as materialized (
          select ${entryTime(sql`${entry.at}::timestamptz`)} as at from (values (1)) one left join held on true
        ), noted as (
          update upm.users set logged_at = stamp.at, started_at = case when ${isStart} then stamp.at else started_at end
          from stamp where id = ${userId}
        ), logged as (${insertEntries(row)}) select`,
  )
}

/** An entry that a replay can start from, made of the document as it was at a version. */
export type Start = { id: string; user_id: number; version: number; metadata: unknown }

/**
 * Writes starts, for those of their users whose document still has that version and whose last start, if any, is before an instant.
 * Returns how many. Users that somebody else has locked are passed over, and so nobody is waited for.
 */
export async function insertStarts(
  db: Db,
  starts: readonly Start[],
  { action, before }: { action: string; before: Date },
): Promise<number> {
  const row = await queryOne<{ count: number }>(
    db,
    sql`with sent as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(starts)}::jsonb)
        as sent (id uuid, user_id bigint, version integer, metadata jsonb)
    ), held as materialized (
      select u.id, u.version, u.logged_at from upm.users u
      where u.id in (select user_id from sent) and coalesce(u.started_at, '-infinity') < ${before.toISOString()}::timestamptz
      order by u.id for no key update skip locked
    ), fresh as materialized (
      select sent.id, sent.user_id, sent.metadata, ${entryTime(sql`null::timestamptz`)} as at
      from held join sent on sent.user_id = held.id and sent.version = held.version
    ), noted as (
      update upm.users u set logged_at = fresh.at, started_at = fresh.at from fresh where u.id = fresh.user_id
    ), logged as (${insertEntries(sql`
      select id, user_id, null as actor_kind, null as actor_id, ${action} as action, 'profile' as entity_type,
        user_id::text as entity_id, metadata, at as timestamp, null::inet as ip_address, null as user_agent, null as request_id
      from fresh`)})
    select count(*) from fresh`,
  )
  return row?.count ?? 0
}
