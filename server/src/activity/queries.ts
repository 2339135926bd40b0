import { query, queryOne, sql, type Db, type Sql } from '../database/database.ts'
import type { BatchEntry } from './batch.ts'
import type { Position } from '../http/paging/cursor.ts'
import { shownAddress } from '../log/origins.ts'
import { wholeMetadata } from '../log/texts.ts'
import type { Filters } from './filters.ts'
import { entryTime, staying } from '../accounts/account.ts'
import { insertEntries } from '../log/insert.ts'

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

/** What of an entry is shown, as the table has it. */
const columns = sql`id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent, actor_kind, actor_id,
  user_id, long_texts`

/** A user's newest entries that pass the filters, at most `limit`: a walk down an index that ends when it has enough. */
function newest(userId: number, filters: Filters, limit: number): Sql {
  const walk = (ofAction: Sql) => sql`
    select ${columns}
    from upm.activity_log log
    where log.user_id = (select ${userId}::bigint) ${ofAction} ${conditions(filters)}
    order by log.timestamp desc, log.id desc
    limit (select ${limit}::integer)`
  if (filters.actions === null) return walk(nothing)
  // A walk for each action: a single one would pass by all the others, for as long as these are rare.
  return sql`
    select ${columns}
    from unnest((select ${filters.actions}::text[])) as wanted (code)
    cross join lateral (${walk(sql`and log.action = wanted.code`)}) entry
    order by entry.timestamp desc, entry.id desc
    limit (select ${limit}::integer)`
}

/** All of a user's entries that pass the filters, newest first. */
function all(userId: number, filters: Filters): Sql {
  const ofActions = sql`and log.action = any(${filters.actions}::text[])`
  return sql`select ${columns}
    from upm.activity_log log
    where log.user_id = (select ${userId}::bigint) ${filters.actions === null ? nothing : ofActions} ${conditions(filters)}
    order by log.timestamp desc, log.id desc`
}

/** An entry as the API shows it, in the order of its members. */
const presented = sql`entry.id, entry.action, entry.entity_type, entry.entity_id, ${wholeMetadata} as metadata,
  to_char(entry.timestamp at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as timestamp,
  ${shownAddress} as ip_address, entry.user_agent,
  case when entry.actor_kind is not null
    then json_build_object('kind', entry.actor_kind, 'id', entry.actor_id) end as actor`

export type Page = {
  /** The JSON text of the array. */
  entries: string
  /** The last entry's position, if there are more below it. */
  next: Position | null
}

/** Of the JSON text of a page. An entry of an old database that is larger than this is a page by itself. */
const MAX_PAGE_BYTES = 1024 * 1024 - 1024

/**
 * One page in one round trip: at most `limit` entries, and as many fewer as it takes to stay below a megabyte. Their
 * stored size is looked at first, so that what is far too much is not even read. PostgreSQL writes the JSON, and it is
 * passed on as it is: reading and writing it here would cost more than the query itself. Undefined: there is no such user.
 */
export async function findPage(
  db: Db,
  userId: number,
  filters: Filters,
  limit: number,
): Promise<Page | undefined> {
  const row = await queryOne<{
    is_known: boolean
    entries: string
    timestamp: string | null
    id: string | null
  }>(
    db,
    sql`select exists(select from upm.users where id = ${userId} and ${staying('users')}) as is_known, '[' || coalesce(string_agg(page.json, ',') filter (where page.fits), '') || ']' as entries,
      (array_agg(page.timestamp) filter (where page.fits and page.more))[count(*) filter (where page.fits)] as timestamp,
      (array_agg(page.id) filter (where page.fits and page.more))[count(*) filter (where page.fits)] as id
    from (
      select written.timestamp, written.id, written.json, lead(true, 1, false) over () as more,
        written.number <= ${limit}::integer and written.json is not null and (written.number = 1
          or sum(octet_length(written.json) + 1) over (rows unbounded preceding) <= ${MAX_PAGE_BYTES}::integer) as fits
      from (
        select entry.number, shown.timestamp, shown.id,
          case when entry.number = 1 or entry.stored_bytes <= ${MAX_PAGE_BYTES}::integer
            then row_to_json(shown)::text end as json
        from (
          select walked.*, row_number() over () as number,
            sum(pg_column_size(walked.metadata)) over (rows unbounded preceding) as stored_bytes
          from (${newest(userId, filters, limit + 1)}) walked
        ) entry
        cross join lateral (select ${presented}) shown
      ) written
    ) page`,
  )
  if (!row) throw new Error('an aggregate returned no row')
  const { is_known: isKnown, entries, timestamp, id } = row
  if (!isKnown) return undefined
  return { entries, next: timestamp === null || id === null ? null : { timestamp, id } }
}

/** All entries, one row with one column each: the entry's JSON text. */
export function selectAsJson(userId: number, filters: Filters): Sql {
  return sql`select row_to_json(shown)::text from (select ${presented} from (${all(userId, filters)}) entry) shown`
}

/** All entries, one row each with the columns of `csvColumns`, as texts. */
export function selectAsCells(userId: number, filters: Filters): Sql {
  return sql`select shown.id::text, shown.action, shown.entity_type, shown.entity_id, shown.metadata::text, shown.timestamp,
    shown.ip_address, shown.user_agent, shown.actor::text from (select ${presented} from (${all(userId, filters)}) entry) shown`
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
  'actor',
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
 * UPM computes the starts of the days, not PostgreSQL: an older PostgreSQL does not know every zone that a user can
 * choose, and with instants the executor skips the partitions of other months. The instants are passed as seconds,
 * because the two sides write years beyond 9999 differently.
 *
 * The query joins the instants instead of comparing with values. The planner then expects many entries in each month. So
 * it reads only the index with all three columns, never the table, and counts by hashing without a sort. Measured with
 * a million entries of one user in 36 months, PostgreSQL 15 and 18: 270 ms, compared with 570 and 720 ms for values in
 * sub-selects. For an ordinary user both take 1 ms.
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
      join upm.activity_log log on log.user_id = span.user_id and log.timestamp >= span.first and log.timestamp < span.last
      group by 1, 2
    )
    select day - 1 as day, sum(count)::integer as count, json_object_agg(action, count order by action) as actions
    from counts group by day order by day`,
  )
}

export type Received = {
  /** How many entries are new, by action. */
  actions: Record<string, number>
  /** The places of the entries whose user does not exist; where there is one, nothing was written. */
  strangers: number[]
}

/**
 * Writes what is new of a service's batch: one statement, so all of it or nothing. Of a service an id counts once,
 * however often it is in the batch or in others that arrive at the same moment: the receipts decide. The users are locked
 * before the time is taken, in the order of their ids, so that batches wait for each other and never in a circle.
 */
export async function insertBatch(
  db: Db,
  entries: readonly BatchEntry[],
  sender: { service: string; requestId: string },
): Promise<Received> {
  const row = await queryOne<Received>(
    db,
    sql`with sent as materialized (
      select id, user_id, action, entity_type, entity_id, metadata, position
      from rows from (jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as (id uuid, user_id bigint, action text,
        entity_type text, entity_id text, metadata jsonb)) with ordinality
        as sent (id, user_id, action, entity_type, entity_id, metadata, position)
    ), known as materialized (
      select u.id, u.logged_at from upm.users u where u.id in (select user_id from sent) order by u.id for no key update
    ), strangers as materialized (
      select position from sent where user_id is not null and user_id not in (select id from known)
    ), received as (
      -- In one order, so that batches with the same ids wait for each other and never in a circle.
      insert into upm.activity_receipts (actor_id, id)
      select distinct ${sender.service}::text, id from sent where not exists (select from strangers) order by id
      on conflict on constraint activity_receipts_pkey do nothing
      returning actor_id, id
    ), stamp as materialized (
      -- Counting them is what makes sure that all of them are locked before.
      select clock_timestamp() as now, count(*) from known
    ), fresh as materialized (
      select sent.*, received.actor_id, ${entryTime(sql`stamp.now`)} + (position - 1) * interval '1 microsecond' as at
      from received join sent using (id) left join known on known.id = sent.user_id cross join stamp
      where position in (select min(position) from sent group by id)
    ), noted as (
      update upm.users u set logged_at = newest.at
      from (select user_id, max(at) as at from fresh group by user_id) newest where u.id = newest.user_id
    ), logged as (${insertEntries(sql`
      select id, user_id, 'service' as actor_kind, actor_id, action, entity_type, entity_id, metadata, at as timestamp,
        null::inet as ip_address, null as user_agent, ${sender.requestId}::text as request_id
      from fresh`)}
    )
    select (select coalesce(json_object_agg(action, count), '{}')
        from (select action, count(*) as count from fresh group by action) counted) as actions,
      array(select position::integer - 1 from strangers order by position) as strangers`,
  )
  if (!row) throw new Error('a select without a table returned no row')
  return row
}

/** Those of the ids that are no user's. */
export async function findStrangers(db: Db, userIds: readonly number[]): Promise<number[]> {
  const rows = await query<{ id: number }>(
    db,
    sql`select id from unnest(${userIds}::bigint[]) as named (id) where not exists (select from upm.users u where u.id = named.id)`,
  )
  return rows.map(({ id }) => id)
}
