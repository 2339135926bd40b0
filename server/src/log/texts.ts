/** The long texts of the log, which are kept once beside it (database/migrations/0011.do.log_growth.sql). */
import { queryOne, sql, type Db, type Sql } from '../database/database.ts'

const TEXTS_PER_STATEMENT = 1_000

/** The metadata of an `entry` as they were logged. */
export const wholeMetadata: Sql = sql`case when entry.long_texts is null then entry.metadata
  else upm.activity_log_metadata(entry.metadata, entry.long_texts, entry.user_id) end`

/**
 * Deletes the texts that no entry shows any more, where all entries are younger than `oldest` except those that a legal hold keeps. In batches, so that no
 * statement holds its locks for long: an edit that takes one of these texts up again waits, and brings it anew.
 */
export async function pruneTexts(db: Db, oldest: Date): Promise<void> {
  // A text is used again at most a day after it says so.
  const prune = sql`with pruned as (
      delete from upm.activity_texts where ctid = any(array(
        select ctid from upm.activity_texts t where used_at < ${oldest.toISOString()}::timestamptz - interval '1 day'
          and not exists (select from upm.users u where u.id = t.user_id and u.held_at is not null)
        limit ${TEXTS_PER_STATEMENT}::integer for update skip locked))
      returning user_id
    )
    select count(*) as count from pruned`
  let count
  do count = (await queryOne<{ count: number }>(db, prune))?.count
  while (count === TEXTS_PER_STATEMENT)
}
