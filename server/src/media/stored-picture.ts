/** A rendered picture on its way into the storage: the row that will link to its files, and the files. */
import { createHash, randomBytes } from 'node:crypto'
import type { RenderedAvatar } from './image-error.ts'
import { AVATAR_PREFIX, avatarFileKey, type NewAvatar } from './present.ts'
import type { MediaStorage } from './storage/storage.ts'

const CONTENT_TYPE = 'image/webp'

/** A key that no picture has had, and that nobody can guess: the files under it never change. */
export function newStorageKey(ownerId: number, sha256: Buffer): string {
  const hash = createHash('sha256').update(sha256).update(randomBytes(16)).digest('hex').slice(0, 32)
  const month = new Date().toISOString().slice(0, 7).replace('-', '/')
  return `${AVATAR_PREFIX}${month}/user${ownerId}-${hash}`
}

/** The row of a picture. */
export function describePicture(ownerId: number, { files, placeholder }: RenderedAvatar): NewAvatar {
  const largest = files.find(({ size }) => size === 512)
  if (!largest) throw new Error('a picture was made without its largest file')
  const sha256 = createHash('sha256').update(largest.bytes).digest()
  return {
    ownerId,
    storageKey: newStorageKey(ownerId, sha256),
    contentType: CONTENT_TYPE,
    bytes: largest.bytes.length,
    width: largest.size,
    height: largest.size,
    sha256,
    placeholder,
  }
}

/** @throws what the storage says of the first file that it did not take, when all of them are settled */
export async function storePicture(
  storage: MediaStorage,
  storageKey: string,
  { files }: RenderedAvatar,
): Promise<void> {
  const puts = files.map(({ size, bytes }) =>
    storage.put(avatarFileKey(storageKey, size), bytes, CONTENT_TYPE),
  )
  // All of them, so that none is still under way when a failure is dealt with.
  const failed = (await Promise.allSettled(puts)).find((put) => put.status === 'rejected')
  if (failed) throw failed.reason
}
