/**
 * The partitions of the log: months, one after the other without a gap, between two open ends that take whatever
 * falls outside of them. docs/decisions/0001-activity-partitions.md says why months.
 */
import { hasCode } from '../values.ts'
import { query, queryOne, sql, transaction, type Db, type Pool } from '../database/database.ts'
import { findOldestStart } from '../accounts/account.ts'
import { quoteName } from '../database/names.ts'
import { pruneTexts } from './texts.ts'

/** Months that are made ahead of time, besides the current one. */
const MONTHS_AHEAD = 3

/** One number for this database's partitions; any two processes that change them agree on it. */
const PARTITION_LOCK = 860_620_627

// A lock on the log that has to be waited for makes everybody else wait behind it: better to give up soon and try again.
const LOCK_TIMEOUT_MS = 500
const ATTEMPTS = 8
const PAUSE_MS = 250

const RECEIPTS_PER_STATEMENT = 10_000

const PAST = 'upm.activity_log_past'
const FUTURE = 'upm.activity_log_future'

/** Whether the account of an `entry` is under a legal hold (accounts/hold.ts). */
const IS_HELD = 'exists (select from upm.users u where u.id = entry.user_id and u.held_at is not null)'

type Month = { name: string; from: Date; to: Date }
/** The months there are, oldest first, and where the open ends end and begin: the same instant while there is none. */
type Layout = { months: Month[]; pastTo: Date; futureFrom: Date }

export type EnsureOptions = {
  /** The earliest instant that shall lie in a month. Default: now. */
  from?: Date
  /** The latest one. Default: some months after now. */
  to?: Date
  now?: Date
}

/**
 * Makes the months that are missing between `from` and `to`, and between them and those there are. What has fallen
 * into an open end moves into its month in the same transaction. Returns how many months were made.
 *
 * While it works, everybody else's reads and writes of the log wait; that is short, unless an end holds very much.
 */
export async function ensurePartitions(pool: Pool, options: EnsureOptions = {}): Promise<number> {
  const { now = new Date(), from = now, to = addMonths(now, MONTHS_AHEAD) } = options
  const missing = (layout: Layout) => missingMonths(layout, monthOf(from), addMonths(monthOf(to), 1))
  // Nearly always there is nothing to do, and nothing has to be locked to see that.
  if (missing(await readLayout(pool)).length === 0) return 0
  return changeLayout(pool, async (db) => {
    const layout = await readLayout(db)
    const added = missing(layout)
    if (added.length > 0) await rebuild(db, [...layout.months, ...added].sort(byTime), added)
    return added.length
  })
}

const cutoffOf = (retentionDays: number, now: Date) => new Date(now.getTime() - retentionDays * 86_400_000)
const expired = ({ months }: Layout, cutoff: Date) => months.filter(({ to }) => to <= cutoff)

/** The instant before which the next `dropExpired` drops all that there is; undefined when it has nothing to drop. */
export async function findExpiry(
  pool: Pool,
  retentionDays: number,
  now: Date = new Date(),
): Promise<Date | undefined> {
  const cutoff = cutoffOf(retentionDays, now)
  const layout = await readLayout(pool)
  const month = expired(layout, cutoff).at(-1)
  if (month) return month.to
  return layout.pastTo <= cutoff && !(await isPastEmpty(pool)) ? layout.pastTo : undefined
}

/**
 * Drops the months of which every entry is older than `retentionDays`, and with them what the past end holds, and
 * forgets the receipts of that time: an entry that a service sends again after it was dropped counts as a new one. Long
 * texts that no entry shows any more go, too. A month from which the replay of any user's log starts stays, with all that are
 * later: the user has to get a checkpoint first (document/checkpoints.ts).
 * Returns how many months were dropped.
 */
export async function dropExpired(
  pool: Pool,
  retentionDays: number,
  now: Date = new Date(),
): Promise<number> {
  const cutoff = cutoffOf(retentionDays, now)
  const boundOf = async (db: Db) => {
    const oldest = await findOldestStart(db)
    return oldest && oldest < cutoff ? oldest : cutoff
  }
  const isDue = async (db: Db, layout: Layout, bound: Date) =>
    expired(layout, bound).length > 0 || (layout.pastTo <= bound && !(await isPastEmpty(db)))
  let dropped = 0
  if (await isDue(pool, await readLayout(pool), await boundOf(pool))) {
    dropped = await changeLayout(pool, async (db) => {
      // Read once more: now nobody can write a start, nor anything else.
      const [layout, bound] = [await readLayout(db), await boundOf(db)]
      if (!(await isDue(db, layout, bound))) return 0
      const months = expired(layout, bound)
      const names = [PAST, ...months.map(({ name }) => name)]
      // What a legal hold keeps moves into the past end, which reaches to the first month that stays.
      await run(db, 'create temporary table activity_log_held (like upm.activity_log) on commit drop')
      for (const name of names) {
        await run(
          db,
          `insert into pg_temp.activity_log_held (${COLUMNS}) select ${COLUMNS} from ${name} entry where ${IS_HELD}`,
        )
      }
      await run(db, `drop table ${names.join(', ')}`)
      await createEnd(db, PAST, null, layout.months[months.length]?.from ?? layout.futureFrom)
      await run(
        db,
        `insert into upm.activity_log (${COLUMNS}) select ${COLUMNS} from pg_temp.activity_log_held`,
      )
      return months.length
    })
  }
  await pruneReceipts(pool, cutoff)
  // What the past end holds may be of any age.
  const { pastTo } = await readLayout(pool)
  if (await isPastEmpty(pool)) await pruneTexts(pool, pastTo)
  return dropped
}

/** In batches, so that no statement holds its locks for long. */
async function pruneReceipts(pool: Pool, cutoff: Date): Promise<void> {
  const prune = sql`with pruned as (
      delete from upm.activity_receipts where ctid = any(array(
        select ctid from upm.activity_receipts where received_at < ${cutoff.toISOString()}::timestamptz
        limit ${RECEIPTS_PER_STATEMENT}::integer for update skip locked))
      returning id
    )
    select count(*) as count from pruned`
  let count
  do count = (await queryOne<{ count: number }>(pool, prune))?.count
  while (count === RECEIPTS_PER_STATEMENT)
}

/**
 * The layout as the database's own catalogue has it. Bounds are written out without their table (0): with it they
 * would be null when another process has just made the end anew.
 */
async function readLayout(db: Db): Promise<Layout> {
  const rows = await query<{ relname: string; from: string | null; to: string | null }>(
    db,
    sql`select c.relname, bound.edges[1]::timestamptz as from, bound.edges[2]::timestamptz as to
      from pg_inherits i
      join pg_class c on c.oid = i.inhrelid
      cross join lateral regexp_match(pg_get_expr(c.relpartbound, 0),
        $$FROM [(](?:MINVALUE|'([^']+)')[)] TO [(](?:MAXVALUE|'([^']+)')[)]$$) as bound (edges)
      where i.inhparent = 'upm.activity_log'::regclass
      order by bound.edges[1]::timestamptz nulls first`,
  )
  const months: Month[] = []
  let pastTo: Date | undefined
  let futureFrom: Date | undefined
  for (const { relname, from, to } of rows) {
    const name = `upm.${quoteName(relname)}`
    if (from !== null && to !== null) months.push({ name, from: new Date(from), to: new Date(to) })
    else if (to !== null) pastTo = new Date(to)
    else if (from !== null) futureFrom = new Date(from)
  }
  if (!pastTo || !futureFrom) throw new Error('the activity log has lost one of its open ends')
  return { months, pastTo, futureFrom }
}

/** From when to when the log has months; undefined: it has none. */
export async function readSpan(db: Db): Promise<{ from: Date; to: Date } | undefined> {
  const { months } = await readLayout(db)
  const [first, last] = [months[0], months.at(-1)]
  return first && last && { from: first.from, to: last.to }
}

/** The months from `start` to `end` that are not there, and those that would leave a gap if they were not made too. */
function missingMonths({ months, pastTo, futureFrom }: Layout, start: Date, end: Date): Month[] {
  const missing = (from: Date, to: Date) => {
    const made: Month[] = []
    for (let month = from; month < to; month = addMonths(month, 1)) made.push(toMonth(month))
    return made
  }
  if (months.length === 0) return missing(start, end)
  return [...missing(start, pastTo), ...missing(futureFrom, end)]
}

/**
 * Makes the `added` ones of `months` and puts the ends where those begin and end. The ends are made anew, empty:
 * detaching and attaching them would have to lock the table of users against its readers, for their foreign keys.
 */
async function rebuild(db: Db, months: Month[], added: Month[]): Promise<void> {
  const [first, last] = [months[0], months.at(-1)]
  if (!first || !last) return
  await run(db, 'create temporary table activity_log_moving (like upm.activity_log) on commit drop')
  for (const end of [PAST, FUTURE]) {
    await run(db, `insert into pg_temp.activity_log_moving (${COLUMNS}) select ${COLUMNS} from ${end}`)
    await run(db, `drop table ${end}`)
  }
  await createEnd(db, PAST, null, first.from)
  for (const { name, from, to } of added) await createPartition(db, name, literal(from), literal(to))
  await createEnd(db, FUTURE, last.to, null)
  await run(
    db,
    `insert into upm.activity_log (${COLUMNS}) select ${COLUMNS} from pg_temp.activity_log_moving`,
  )
}

const COLUMNS =
  'id, user_id, actor_kind, actor_id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent, request_id, long_texts, tx'

function createEnd(db: Db, name: string, from: Date | null, to: Date | null): Promise<void> {
  return createPartition(db, name, from ? literal(from) : 'minvalue', to ? literal(to) : 'maxvalue')
}

function createPartition(db: Db, name: string, from: string, to: string): Promise<void> {
  return run(db, `create table ${name} partition of upm.activity_log for values from (${from}) to (${to})`)
}

/**
 * Runs `work` while no other process changes the partitions, and nobody reads or writes the log. When the locks cannot
 * be had soon, it stands back and tries again.
 *
 * @throws the database's error when they could not be had at all.
 */
async function changeLayout<T>(pool: Pool, work: (db: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(pool, async (db) => {
        // Waited for without a limit: who holds it has one.
        await query(db, sql`select pg_advisory_xact_lock(${PARTITION_LOCK})`)
        await run(db, `set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
        // In the order in which writers of the log take them. A new partition's foreign key needs the first one.
        await run(db, 'lock table upm.users in share row exclusive mode')
        await run(db, 'lock table upm.activity_log in access exclusive mode')
        return work(db)
      })
    } catch (error) {
      if (attempt === ATTEMPTS || !isLockFailure(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt))
    }
  }
}

const LOCK_NOT_AVAILABLE = '55P03'
const DEADLOCK_DETECTED = '40P01'

function isLockFailure(error: unknown): boolean {
  return hasCode(error, LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED)
}

/** Statements that define tables cannot be prepared, and take no parameters: names and dates are made here. */
async function run(db: Db, statement: string): Promise<void> {
  await db.query(statement)
}

/** Whether the past end has nothing but what a legal hold keeps. */
async function isPastEmpty(db: Db): Promise<boolean> {
  const { rows } = await db.query(`select from ${PAST} entry where not ${IS_HELD} limit 1`)
  return rows.length === 0
}

function byTime(one: Month, other: Month): number {
  return one.from.getTime() - other.from.getTime()
}

function literal(date: Date): string {
  return `'${date.toISOString()}'`
}

function toMonth(from: Date): Month {
  const name = `upm.activity_log_${from.toISOString().slice(0, 7).replace('-', '_')}`
  return { name, from, to: addMonths(from, 1) }
}

/** The beginning of the month, in UTC. */
function monthOf(date: Date): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()))
}

/** The beginning of the month that is so many months later. */
function addMonths(date: Date, months: number): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months))
}
