/** The way into the log for many entries at once: by COPY, under the same locks as every other entry (insert.ts). */
import type { DbConnection } from '../database/connection.ts'
import { copyInto } from '../database/copy.ts'
import { query, sql } from '../database/database.ts'
import { entryColumns, type EntryRow } from './insert.ts'

/**
 * Has the foreign keys of this connection look for users by the index. They keep the plan that they make for the first
 * row, and PostgreSQL believes a table that was just filled to be nearly empty, so that it would read all of it for
 * each row: with 20,000 accounts that was 475 million rows.
 */
export async function preferIndexes(db: DbConnection): Promise<void> {
  await db.query('set local enable_seqscan = off')
}

/** Locks the accounts, in one order, until the end of the transaction: everybody else who logs for them waits. */
export async function lockLogs(db: DbConnection, userIds: readonly number[]): Promise<void> {
  await query(
    db,
    sql`select from upm.users where id = any(${userIds}::bigint[]) order by id for no key update`,
  )
}

export type CopyOptions = {
  onRows?: (count: number) => void
  /** Entries after this instant (ISO 8601, six decimals) are of a clock that was wrong: nothing has to be later than they. */
  horizon?: string
}

/** Streams entries into the log and returns how many. What is logged of these users from now on is later than all of them. */
export async function copyEntries(
  db: DbConnection,
  entries: Iterable<EntryRow>,
  { onRows, horizon = '9999' }: CopyOptions = {},
): Promise<number> {
  const newest = new Map<number, string>()
  const rows = valuesOf(entries, newest, horizon)
  const count = await copyInto(db, 'activity_log', entryColumns.text, rows, onRows)
  await query(
    db,
    sql`update upm.users u set logged_at = greatest(u.logged_at, newest.at)
      from unnest(${[...newest.keys()]}::bigint[], ${[...newest.values()]}::timestamptz[]) as newest (user_id, at)
      where u.id = newest.user_id`,
  )
  return count
}

function* valuesOf(
  entries: Iterable<EntryRow>,
  newest: Map<number, string>,
  horizon: string,
): Generator<unknown[]> {
  for (const entry of entries) {
    const { userId, at } = entry
    // All of them have six decimals, so that the order of the texts is that of the times.
    if (userId !== null && at !== null && at <= horizon && at > (newest.get(userId) ?? ''))
      newest.set(userId, at)
    yield entryValues(entry)
  }
}

/** What COPY writes for an entry, in the order of `entryColumns`. */
export function entryValues(entry: EntryRow): unknown[] {
  return [
    entry.id,
    entry.userId,
    entry.actor?.kind ?? null,
    entry.actor?.id ?? null,
    entry.action,
    entry.entityType,
    entry.entityId,
    entry.metadata,
    entry.at,
    entry.ipAddress,
    entry.userAgent,
    entry.requestId,
  ]
}
