import type { Pool } from '../database/database.ts'
import type { Meters } from '../meters.ts'
import { AVATAR_SIZES, avatarFileKey } from './present.ts'
import { isPrivateKey } from './private-files.ts'
import type { Purge } from './purge.ts'
import type { MediaStorage } from './storage/storage.ts'
import { forgetFiles, takeDueFiles, type DueFiles } from './unclaimed-files.ts'
import { toError } from '../values.ts'

/** Files that are deleted before the next ones are taken; the four of a picture count as one. */
const BATCH = 25

/**
 * Deletes the files that no picture claims: those that were stored for one that never came, and those of one that is
 * gone. So it does with private files whose time is over. It deletes what the table of unclaimed files says and looks for nothing else, so that several installations
 * may share a folder or a bucket, and an empty database does no harm.
 *
 * @returns of how many pictures the files were deleted.
 * @throws AggregateError when some could not be deleted; they have their turn again soon.
 */
export async function sweepOrphans(
  pool: Pool,
  storage: MediaStorage,
  now?: Date,
  meters?: Meters,
  purge?: Purge,
): Promise<number> {
  for (let swept = 0; ;) {
    const due = await takeDueFiles(pool, BATCH, now)
    if (due.length === 0) return swept
    const results = await Promise.allSettled(due.map((files) => deleteFiles(storage, files, purge)))
    const gone = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    if (gone.length > 0) await forgetFiles(pool, gone)
    const pictures = gone.filter(({ storageKey }) => !isPrivateKey(storageKey)).length
    swept += pictures
    meters?.swept(pictures)
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [toError(result.reason)] : [],
    )
    meters?.sweepFailed(failures.length)
    // The storage is away, as like as not: there is no use in asking it for the rest as well.
    if (failures[0]) throw new AggregateError(failures, failures[0].message)
  }
}

/** Deletes the files of one picture, or a private file, and returns what it was given. */
async function deleteFiles(
  storage: MediaStorage,
  files: DueFiles,
  purge: Purge | undefined,
): Promise<DueFiles> {
  if (isPrivateKey(files.storageKey)) {
    await storage.deleteStreamed(files.storageKey)
    return files
  }
  const keys = AVATAR_SIZES.map((size) => avatarFileKey(files.storageKey, size))
  await storage.delete(keys)
  await purge?.(keys)
  return files
}
