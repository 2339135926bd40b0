import { query, queryOne, sql, type Db, type Sql } from '../database/database.ts'
import type { BatchEntry } from './batch.ts'
import type { Position } from './cursor.ts'
import type { Filters } from './filters.ts'

export type EntryRow = {
  id: string
  userId: number | null
  actorId: string | null
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

/** The columns of the log in the order in which every insert gives them. */
export const entryColumns = sql`
  (id, user_id, actor_id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent, request_id)`

export async function insertEntry(db: Db, entry: EntryRow): Promise<void> {
  await query(
    db,
    sql`insert into activity_log ${entryColumns} values (${entry.id}, ${entry.userId}, ${entry.actorId}, ${entry.action},
      ${entry.entityType}, ${entry.entityId}, ${JSON.stringify(entry.metadata)}::jsonb,
      coalesce(${entry.at}::timestamptz, clock_timestamp()), ${entry.ipAddress}, ${entry.userAgent}, ${entry.requestId})`,
  )
}

const nothing = sql``

/*
 * Why the values below stand in sub-selects: the planner cannot look into those. Where it sees values, it finds that
 * a plan made for them alone looks cheaper (fewer partitions, fewer rows) and plans each time anew: measured with 36
 * partitions, 5 ms of planning before 1 ms of work, and for rare actions a scan of all of a user's rows.
 */

/** The conditions of the filters other than the actions; those that are not asked for are left out. */
function conditions({ entityType, after, below }: Filters): Sql {
  const ofType = sql`and log.entity_type = (select ${entityType}::text)`
  const later = sql`and log.timestamp > (select ${after}::timestamptz)`
  // The pair is the condition; the timestamp alone lets the executor skip the newer partitions.
  const lower = sql`and log.timestamp <= (select ${below?.timestamp}::timestamptz)
    and (log.timestamp, log.id) < ((select ${below?.timestamp}::timestamptz), (select ${below?.id}::uuid))`
  return sql`${entityType === null ? nothing : ofType} ${after === null ? nothing : later} ${below === null ? nothing : lower}`
}

const columns = sql`entry.id, entry.action, entry.entity_type, entry.entity_id, entry.metadata, entry.timestamp,
  entry.ip_address, entry.user_agent`

/** A user's newest entries that pass the filters, at most `limit`: a walk down an index that ends when it has enough. */
function newest(userId: number, filters: Filters, limit: number): Sql {
  const walk = (ofAction: Sql) => sql`
    select log.id, log.action, log.entity_type, log.entity_id, log.metadata, log.timestamp, log.ip_address, log.user_agent
    from activity_log log
    where log.user_id = (select ${userId}::bigint) ${ofAction} ${conditions(filters)}
    order by log.timestamp desc, log.id desc
    limit (select ${limit}::integer)`
  if (filters.actions === null) return walk(nothing)
  // A walk for each action: a single one would pass by all the others, for as long as these are rare.
  return sql`
    select ${columns}
    from unnest((select ${filters.actions}::text[])) as wanted (action)
    cross join lateral (${walk(sql`and log.action = wanted.action`)}) entry
    order by entry.timestamp desc, entry.id desc
    limit (select ${limit}::integer)`
}

/** All of a user's entries that pass the filters, newest first. */
function all(userId: number, filters: Filters): Sql {
  const ofActions = sql`and log.action = any(${filters.actions}::text[])`
  return sql`select log.id, log.action, log.entity_type, log.entity_id, log.metadata, log.timestamp, log.ip_address, log.user_agent
    from activity_log log
    where log.user_id = (select ${userId}::bigint) ${filters.actions === null ? nothing : ofActions} ${conditions(filters)}
    order by log.timestamp desc, log.id desc`
}

/** An entry as the API shows it, in the order of its members. */
const presented = sql`entry.id, entry.action, entry.entity_type, entry.entity_id, entry.metadata,
  to_char(entry.timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as timestamp,
  host(entry.ip_address) as ip_address, entry.user_agent`

export type Page = {
  /** The JSON text of the array. */
  entries: string
  /** The last entry's position, if there are more below it. */
  next: Position | null
}

/**
 * One page in one round trip. PostgreSQL writes the JSON, and it is passed on as it is: reading and writing it here
 * would cost more than the query itself.
 */
export async function findPage(db: Db, userId: number, filters: Filters, limit: number): Promise<Page> {
  const row = await queryOne<{ entries: string; timestamp: string | null; id: string | null }>(
    db,
    sql`select '[' || coalesce(string_agg(page.json, ',') filter (where page.number <= ${limit}::integer), '') || ']' as entries,
      max(page.timestamp) filter (where page.number = ${limit}::integer and page.more) as timestamp,
      max(page.id::text) filter (where page.number = ${limit}::integer and page.more) as id
    from (
      select row_to_json(shown)::text as json, shown.timestamp, shown.id, row_number() over () as number,
        lead(true, 1, false) over () as more
      from (select ${presented} from (${newest(userId, filters, limit + 1)}) entry) shown
    ) page`,
  )
  if (!row) throw new Error('an aggregate returned no row')
  const { entries, timestamp, id } = row
  return { entries, next: timestamp === null || id === null ? null : { timestamp, id } }
}

/** All entries, one row with one column each: the entry's JSON text. */
export function selectAsJson(userId: number, filters: Filters): Sql {
  return sql`select row_to_json(shown)::text from (select ${presented} from (${all(userId, filters)}) entry) shown`
}

/** All entries, one row each with the columns of `csvColumns`, as texts. */
export function selectAsCells(userId: number, filters: Filters): Sql {
  return sql`select shown.id::text, shown.action, shown.entity_type, shown.entity_id, shown.metadata::text, shown.timestamp,
    shown.ip_address, shown.user_agent from (select ${presented} from (${all(userId, filters)}) entry) shown`
}

export const csvColumns = [
  'id',
  'action',
  'entity_type',
  'entity_id',
  'metadata',
  'timestamp',
  'ip_address',
  'user_agent',
]

export type DayCount = {
  /** The place of the day among those asked for, from 0. */
  day: number
  count: number
  /** How often each action happened. */
  actions: Record<string, number>
}

/**
 * Counts a user's entries by day and action, for the days between these instants (ms, in order). Days without entries
 * are left out.
 *
 * Where days begin was found out here and not by PostgreSQL: an older one does not know every zone that a user can
 * choose, and instants let the executor leave out the other months. They are handed over as seconds, as years beyond
 * 9999 have no text that both sides write alike.
 *
 * The instants are joined and no conditions with values, because of what the planner then expects: some entries of each
 * month and not one, and so it reads them out of the index that has all three columns, never the table, and counts
 * them by hashing, without sorting them first. Measured with a million entries of one user in 36 months, PostgreSQL 15
 * and 18: 270 ms, against 570 and 720 ms with values in sub-selects; an ordinary user's take 1 ms either way.
 */
export function countByDay(db: Db, userId: number, starts: readonly number[]): Promise<DayCount[]> {
  return query<DayCount>(
    db,
    sql`with span as materialized (
      select ${userId}::bigint as user_id, array_agg(to_timestamp(second) order by second) as starts,
        to_timestamp(min(second)) as first, to_timestamp(max(second)) as last
      from unnest(${starts.map((at) => at / 1000)}::float8[]) as start (second)
    ), counts as materialized (
      select width_bucket(log.timestamp, span.starts) as day, log.action, count(*) as count
      from span
      join activity_log log on log.user_id = span.user_id and log.timestamp >= span.first and log.timestamp < span.last
      group by 1, 2
    )
    select day - 1 as day, sum(count)::integer as count, json_object_agg(action, count order by action) as actions
    from counts group by day order by day`,
  )
}

export type Received = {
  /** How many entries are new. */
  accepted: number
  /** The places of the entries whose user does not exist; where there is one, nothing was written. */
  strangers: number[]
}

/**
 * Writes what is new of a batch: one statement, so all of it or nothing. An id counts once, however often it is in the
 * batch or in others that arrive at the same moment: the receipts decide. The users are locked, so that they are there
 * until the entries are.
 */
export async function insertBatch(
  db: Db,
  entries: readonly BatchEntry[],
  sender: { actorId: string | null; requestId: string },
): Promise<Received> {
  const row = await queryOne<Received>(
    db,
    sql`with sent as materialized (
      select id, user_id, action, entity_type, entity_id, metadata, position
      from rows from (jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as (id uuid, user_id bigint, action text,
        entity_type text, entity_id text, metadata jsonb)) with ordinality
        as sent (id, user_id, action, entity_type, entity_id, metadata, position)
    ), known as materialized (
      select u.id from users u where u.id in (select user_id from sent) order by u.id for key share
    ), strangers as materialized (
      select position from sent where user_id is not null and user_id not in (select id from known)
    ), received as (
      -- In one order, so that batches with the same ids wait for each other and never in a circle.
      insert into activity_receipts (id)
      select distinct id from sent where not exists (select from strangers) order by id
      on conflict on constraint activity_receipts_pkey do nothing
      returning id
    ), logged as (
      insert into activity_log ${entryColumns}
      select id, user_id, ${sender.actorId}::text, action, entity_type, entity_id, metadata,
        stamp.at + (position - 1) * interval '1 microsecond', null, null, ${sender.requestId}::text
      from received
      join sent using (id)
      cross join (select clock_timestamp() as at offset 0) stamp
      where position in (select min(position) from sent group by id)
    )
    select (select count(*) from received)::integer as accepted,
      array(select position::integer - 1 from strangers order by position) as strangers`,
  )
  if (!row) throw new Error('a select without a table returned no row')
  return row
}

/** Those of the ids that are no user's. */
export async function findStrangers(db: Db, userIds: readonly number[]): Promise<number[]> {
  const rows = await query<{ id: number }>(
    db,
    sql`select id from unnest(${userIds}::bigint[]) as named (id) where not exists (select from users u where u.id = named.id)`,
  )
  return rows.map(({ id }) => id)
}
