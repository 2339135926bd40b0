/**
 * Files of the storage that are for one person. They have no address under `MEDIA_URL`. Where the bucket can be read by
 * everybody (`S3_PUBLIC_URL`), nobody can guess their keys, and what is stored is encrypted.
 */
import { randomBytes } from 'node:crypto'

const PREFIX = 'exports/'

/** A key that nobody can guess: 256 random bits. */
export function createPrivateKey(): string {
  return PREFIX + randomBytes(32).toString('hex')
}

/** Whether a key is of such a file, and not that of a picture. */
export function isPrivateKey(key: string): boolean {
  return key.startsWith(PREFIX)
}
