/** Pictures that come with an account out of another system: through the same pipeline as an upload, without an entry. */
import { query, queryOne, sql, type Db } from '../database/database.ts'
import type { RenderedAvatar } from './image-error.ts'
import type { NewAvatar } from './present.ts'
import { claimFiles, noteFiles } from './unclaimed-files.ts'
import { describePicture, storePicture } from './stored-picture.ts'
import type { MediaStorage } from './storage/storage.ts'

/**
 * Stores the files of a picture, so that an account can be given it. What fails later leaves files that the sweep finds.
 *
 * @throws StorageError
 */
export async function storeAdopted(
  db: Db,
  storage: MediaStorage,
  userId: number,
  rendered: RenderedAvatar,
): Promise<NewAvatar> {
  const avatar = describePicture(userId, rendered)
  // The key is new: nobody can be deleting files of it.
  if (!(await noteFiles(db, avatar.storageKey)))
    throw new Error('the files of a new picture are being deleted')
  await storePicture(storage, avatar.storageKey, rendered)
  return avatar
}

/**
 * Gives an account its picture, within a transaction. The version rises where the log of the account has begun, and then
 * the log needs another start (document/starts.ts).
 *
 * @returns undefined where there is no such account, or where it has a picture.
 */
export async function linkAdopted(db: Db, avatar: NewAvatar): Promise<{ isStarted: boolean } | undefined> {
  const held = await queryOne<{ is_started: boolean }>(
    db,
    sql`select started_at is not null as is_started from upm.users
      where id = ${avatar.ownerId} and avatar_id is null for no key update`,
  )
  if (!held) return undefined
  if ((await claimFiles(db, [avatar.storageKey])) === 0) {
    throw new Error('a picture was swept before it could be claimed')
  }
  await query(
    db,
    sql`with added as (
      insert into upm.media (owner_id, kind, storage_key, content_type, bytes, width, height, sha256, placeholder)
      values (${avatar.ownerId}, 'avatar', ${avatar.storageKey}, ${avatar.contentType}, ${avatar.bytes}, ${avatar.width},
        ${avatar.height}, ${avatar.sha256}, ${avatar.placeholder})
      returning id
    )
    update upm.users set avatar_id = added.id, version = version + ${held.is_started ? 1 : 0}::integer from added
    where users.id = ${avatar.ownerId}`,
  )
  return { isStarted: held.is_started }
}
