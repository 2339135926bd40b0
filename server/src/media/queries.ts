import { query, queryOne, sql, type Db } from '../database/database.ts'

export type NewAvatar = {
  ownerId: number
  storageKey: string
  contentType: string
  bytes: number
  width: number
  height: number
  sha256: Buffer
  placeholder: string
}

/** The key of the user's picture; undefined when there is none. Only right under the lock on the user's row. */
export async function findAvatarKey(db: Db, userId: number): Promise<string | undefined> {
  const row = await queryOne<{ storage_key: string }>(
    db,
    sql`select m.storage_key from media m join users u on u.avatar_id = m.id where u.id = ${userId}`,
  )
  return row?.storage_key
}

/**
 * Puts a picture in the place of the one that is there, or takes it away (`avatar` null), and returns the time of the
 * document's new version. The row of the old picture goes with the link to it.
 */
export async function saveAvatar(db: Db, userId: number, avatar: NewAvatar | null): Promise<string> {
  const old = await queryOne<{ avatar_id: number | null }>(
    db,
    sql`select avatar_id from users where id = ${userId}`,
  )
  const added = avatar && (await insertMedia(db, avatar))
  const row = await queryOne<{ updated_at: string }>(
    db,
    sql`update users set avatar_id = ${added ?? null}::bigint, version = version + 1,
        updated_at = greatest(clock_timestamp(), updated_at + interval '1 microsecond')
      where id = ${userId} returning updated_at`,
  )
  if (old?.avatar_id) await query(db, sql`delete from media where id = ${old.avatar_id}`)
  if (!row) throw new Error('an update returned no row')
  return row.updated_at
}

async function insertMedia(db: Db, avatar: NewAvatar): Promise<number | undefined> {
  const row = await queryOne<{ id: number }>(
    db,
    sql`insert into media (owner_id, kind, storage_key, content_type, bytes, width, height, sha256, placeholder)
      values (${avatar.ownerId}, 'avatar', ${avatar.storageKey}, ${avatar.contentType}, ${avatar.bytes},
        ${avatar.width}, ${avatar.height}, ${avatar.sha256}, ${avatar.placeholder})
      returning id`,
  )
  return row?.id
}

/** Those of the given storage keys that belong to a picture. */
export async function listKnownKeys(db: Db, storageKeys: readonly string[]): Promise<Set<string>> {
  const rows = await query<{ storage_key: string }>(
    db,
    sql`select storage_key from media where storage_key = any(${storageKeys})`,
  )
  return new Set(rows.map(({ storage_key }) => storage_key))
}
