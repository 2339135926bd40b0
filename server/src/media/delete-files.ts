/** The files of a picture that is gone from its account: deleted after the commit, by whoever took it away. */
import type { Pool } from '../database/database.ts'
import type { Log } from '../logger.ts'
import { AVATAR_SIZES, avatarFileKey } from './present.ts'
import type { MediaStorage } from './storage/storage.ts'
import { forgetReplaced } from './unclaimed-files.ts'

/** What a change needs that takes the files of a picture away. */
export type Discarding = {
  pool: Pool
  storage: MediaStorage
  log: Log
  /** Whether a cache has to be told, too (`MEDIA_PURGE_URL`). The sweep does so, as no request may wait for it. */
  isCached: boolean
}

/** The change is made already: what cannot be deleted now is soon deleted by the sweep. */
export async function discardFiles(
  { pool, storage, log, isCached }: Discarding,
  storageKey: string,
): Promise<void> {
  try {
    await storage.delete(AVATAR_SIZES.map((size) => avatarFileKey(storageKey, size)))
    if (!isCached) await forgetReplaced(pool, storageKey)
  } catch (err) {
    log.warn({ err, storageKey }, 'the files of an old picture could not be deleted yet')
  }
}
