/** The files of a picture that is gone from its account: deleted after the commit, by whoever took it away. */
import type { Pool } from '../database/database.ts'
import type { Log } from '../logger.ts'
import { AVATAR_SIZES, avatarFileKey } from './present.ts'
import type { MediaStorage } from './storage/storage.ts'
import { forgetReplaced } from './unclaimed-files.ts'

/** The change is made already: what cannot be deleted now is soon deleted by the sweep. */
export async function discardFiles(
  { pool, storage, log }: { pool: Pool; storage: MediaStorage; log: Log },
  storageKey: string,
): Promise<void> {
  try {
    await storage.delete(AVATAR_SIZES.map((size) => avatarFileKey(storageKey, size)))
    await forgetReplaced(pool, storageKey)
  } catch (err) {
    log.warn({ err, storageKey }, 'the files of an old picture could not be deleted yet')
  }
}
