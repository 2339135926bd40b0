import { queryOne, sql, type Db } from '../database/database.ts'

/**
 * Deletes the rows of at most `limit` pictures of a user. A trigger notes their files for the sweep in the same transaction, so
 * they are deleted whatever happens. Returns how many there were.
 */
export async function deletePictures(db: Db, userId: number, limit: number): Promise<number> {
  const row = await queryOne<{ count: number }>(
    db,
    sql`with unlinked as (
      update upm.users set avatar_id = null where id = ${userId} and avatar_id is not null
    ), pictures as materialized (
      select id from upm.media where owner_id = ${userId} limit ${limit}::integer
    ), gone as (
      delete from upm.media m using pictures where m.owner_id = ${userId} and m.id = pictures.id
    )
    select count(*) from pictures`,
  )
  return row?.count ?? 0
}
