import type { Readable } from 'node:stream'

/**
 * Where media files are kept. Both drivers, the folder and S3, keep this contract and pass storage.test.ts.
 *
 * A key is a relative path of lower-case letters, digits, `.`, `_`, `-` and `/`: `avatars/2026/11/user42-3f9c.webp`.
 * No key is a folder of another. What is stored under a key is meant never to change (it is served as immutable),
 * though `put` does replace it. Where a verb fails, its error says in one line which store it was and what went
 * wrong, with the original as `cause`.
 */
export type MediaStorage = {
  /**
   * Stores the bytes. When it resolves they survive a crash and a power failure; until then, and when it fails, a
   * reader finds what was there before. Of several at once for one key, one wins whole.
   *
   * @param contentType must be what the ending of the key says (`contentTypeOf`), as a folder keeps nothing else
   * @throws when the key is not a key, the type does not fit, or the store does not take the bytes
   */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>

  /**
   * Opens an object, whole or the bytes of the range. The caller reads the stream to its end or destroys it.
   *
   * @returns undefined when there is none, which goes for a key that is not a key as well
   * @throws RangeNotSatisfiable when the range begins behind the last byte
   */
  read(key: string, range?: ByteRange): Promise<MediaObject | undefined>

  /** Deletes the objects. Those that are missing are fine. */
  delete(keys: readonly string[]): Promise<void>

  /**
   * All objects whose key begins with the prefix, which may end anywhere within a name, in no particular order and
   * in constant memory. It may show what a crash has left of a `put`, under a key ending in `.tmp`, to be swept like
   * any orphan. Objects may be put and deleted meanwhile.
   */
  list(prefix: string): AsyncIterable<{ key: string; modifiedAt: Date }>

  /**
   * Throws when the store is out of reach or of space, or refuses us; cheap enough to be asked every second. It
   * writes nothing, so a bucket that may only be read passes.
   */
  check(): Promise<void>

  /** The address of the object where the store, or a CDN before it, serves it; undefined: this server must. */
  publicUrl(key: string): string | undefined

  /** Lets go of connections. Nothing may be called afterwards. */
  close(): Promise<void>
}

export type MediaObject = {
  stream: Readable
  /** Bytes of the whole object, not of the range. */
  size: number
  contentType: string
  modifiedAt: Date
}

/** The first and the last byte, both included and counted from 0, as in HTTP. An end behind the last byte is fine. */
export type ByteRange = { start: number; end: number }

/** The object has no byte of the range. `size` is what `Content-Range: bytes * /size` needs. */
export class RangeNotSatisfiable extends Error {
  readonly size: number

  constructor(size: number) {
    super(`The range begins behind the last of ${size} bytes`)
    this.name = 'RangeNotSatisfiable'
    this.size = size
  }
}

// No segment begins with a dot: neither `..` nor a hidden file is a key. Names stay under the 255 bytes that file
// systems allow, with room for the ending of a temporary file.
const keyPattern = /^(?:[a-z0-9_-][a-z0-9._-]{0,199})(?:\/[a-z0-9_-][a-z0-9._-]{0,199})*$/

/** Whether a key could exist. Everything that is given to a driver passes here, so no path leaves its folder. */
export function isKey(key: string): boolean {
  return key.length <= 512 && keyPattern.test(key)
}

const contentTypes: Record<string, string> = {
  avif: 'image/avif',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
}

/** The content type that the ending of a key stands for. */
export function contentTypeOf(key: string): string {
  return contentTypes[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
}
