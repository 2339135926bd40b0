/** Which files belong to the pictures that accounts have. */
import { query, sql, type Db } from '../database/database.ts'
import { AVATAR_SIZES, avatarFileKey } from './present.ts'

const PICTURES_AT_ONCE = 100

/** The files of one picture, by their keys in the storage. */
export type PictureFiles = { id: number; keys: string[] }

/** The pictures of all accounts, oldest first, some at a time. */
export async function* listPictureFiles(db: Db): AsyncGenerator<PictureFiles[]> {
  let after = 0
  for (;;) {
    const rows = await query<{ id: number; storage_key: string }>(
      db,
      sql`select id, storage_key from upm.media where id > ${after}::bigint order by id limit ${PICTURES_AT_ONCE}::integer`,
    )
    const last = rows.at(-1)
    if (!last) return
    yield rows.map(({ id, storage_key: key }) => ({
      id,
      keys: AVATAR_SIZES.map((size) => avatarFileKey(key, size)),
    }))
    after = last.id
  }
}

/** Those of these pictures that an account still has. */
export async function stillThere(db: Db, ids: readonly number[]): Promise<Set<number>> {
  const rows = await query<{ id: number }>(
    db,
    sql`select id from upm.media where id = any(${[...ids]}::bigint[])`,
  )
  return new Set(rows.map(({ id }) => id))
}
