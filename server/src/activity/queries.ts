import { query, queryOne, sql, type Db, type Sql } from '../database/database.ts'
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
