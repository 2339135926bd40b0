/**
 * Encryption of an archive for as long as it is stored: AES-256-GCM, with a key that is in the row of the archive alone. So the
 * file is worth nothing to who reads the bucket, or finds what was left of it after the row is gone.
 */
import { createCipheriv, createDecipheriv, randomBytes, type CipherGCM } from 'node:crypto'
import type { Readable } from 'node:stream'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const IV_BYTES = 12

export type Sealing = { cipher: CipherGCM; secret: Buffer }

/** A new key, and the stream that encrypts with it. What it wrote is as long as what it was given. */
export function createSealing(): Sealing {
  // Key and nonce are of this one file.
  const secret = randomBytes(KEY_BYTES + IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, secret.subarray(0, KEY_BYTES), secret.subarray(KEY_BYTES))
  return { cipher, secret }
}

/**
 * What was encrypted, as it comes. The last bytes are held back until all of it has proven to be what was written: a file
 * that was changed or cut off never looks complete.
 *
 * @throws Error when it is something else
 */
export async function* unseal(stream: Readable, secret: Buffer, tag: Buffer): AsyncGenerator<Buffer> {
  const decipher = createDecipheriv(ALGORITHM, secret.subarray(0, KEY_BYTES), secret.subarray(KEY_BYTES))
  decipher.setAuthTag(tag)
  let held: Buffer | undefined
  for await (const chunk of stream) {
    if (held) yield held
    held = decipher.update(chunk)
  }
  decipher.final()
  if (held) yield held
}
