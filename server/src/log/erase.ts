/**
 * What becomes of the log when an account is purged: its entries stay, in number and order, as anonymous facts: that something of
 * this kind happened at this time.
 */
import { queryOne, sql, type Db } from '../database/database.ts'

/** What stands for a person who is gone. */
const OTHER = 'other'

/**
 * Makes the oldest `limit` entries of a user anonymous. The bound is a time and not a list of ids, so that the statement goes by the
 * index of each month, and touches no other month.
 *
 * @returns how many there were: also those that another process was faster with.
 */
export async function anonymizeEntries(db: Db, userId: number, limit: number): Promise<number> {
  const row = await queryOne<{ count: number; last: string | null }>(
    db,
    sql`select count(*) as count, max(timestamp) as last from (
      select timestamp from upm.activity_log where user_id = ${userId} order by timestamp limit ${limit}::integer) oldest`,
  )
  if (!row || row.last === null) return 0
  await queryOne(
    db,
    sql`update upm.activity_log set user_id = null, actor_id = case when actor_kind is not null then ${OTHER} end,
        entity_id = null, metadata = '{}', ip_address = null, user_agent = null, request_id = null, long_texts = null
      where user_id = ${userId} and timestamp <= ${row.last}::timestamptz`,
  )
  return row.count
}

/** Takes the user out of at most `limit` entries of others in which they were the operator. Returns how many there were. */
export async function forgetOperator(db: Db, userId: number, limit: number): Promise<number> {
  const row = await queryOne<{ count: number }>(
    db,
    sql`with mentions as materialized (
      select id, timestamp from upm.activity_log where actor_kind = 'operator' and actor_id = ${userId}::text
      limit ${limit}::integer
    ), forgotten as (
      update upm.activity_log entry set actor_id = ${OTHER} from mentions
      where entry.id = mentions.id and entry.timestamp = mentions.timestamp
        and entry.actor_kind = 'operator' and entry.actor_id = ${userId}::text
    )
    select count(*) from mentions`,
  )
  return row?.count ?? 0
}

/** Deletes at most `limit` of the long texts that the log of a user shows. Returns how many there were. */
export async function deleteTexts(db: Db, userId: number, limit: number): Promise<number> {
  const row = await queryOne<{ count: number }>(
    db,
    sql`with texts as materialized (
      select sha256 from upm.activity_texts where user_id = ${userId} limit ${limit}::integer
    ), deleted as (
      delete from upm.activity_texts t using texts where t.user_id = ${userId} and t.sha256 = texts.sha256
    )
    select count(*) from texts`,
  )
  return row?.count ?? 0
}
