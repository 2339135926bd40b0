import type { Readable } from 'node:stream'

/**
 * For how long whoever has a file may use it without asking again: a day. A key never gets other content, so for that a year
 * would do, but its file goes when the picture does, or when its profile is hidden, and a browser or a CDN is not told.
 * After a day it asks, and finds that the file is gone or has not changed.
 */
export const CACHE_CONTROL = 'public, max-age=86400, immutable'

/**
 * Where media files are kept. Both drivers, the folder and S3, keep this contract and pass storage.test.ts.
 *
 * A key is a relative path of lower-case letters, digits, `.`, `_`, `-` and `/`: `avatars/2026/11/user42-3f9c.webp`.
 * No key is a folder of another. What is stored under a key is meant never to change (it is served as immutable),
 * though `put` does replace it. Where the store is away, refuses us or has no room, a verb throws a StorageError.
 */
export type MediaStorage = {
  /**
   * Stores the bytes. When it resolves they survive a crash and a power failure, and the store has confirmed that it
   * has these bytes and no others; until then, and when it fails, a reader finds what was there before. Of several at
   * once for one key, one wins whole.
   *
   * @param contentType must be what the ending of the key says (`contentTypeOf`), as a folder keeps nothing else
   * @throws when the key is not a key, the type does not fit, or the store does not take the bytes
   */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>

  /**
   * The same for bytes that come one after the other, for objects too large for the memory. It asks for more as fast as the
   * store takes them. When the stream fails, nothing is stored, and it throws what the stream did.
   *
   * @returns how many bytes were stored
   */
  putStream(key: string, stream: Readable, contentType: string): Promise<number>

  /**
   * Opens an object, whole or the bytes of the range. The caller reads the stream to its end or destroys it.
   *
   * @returns undefined when there is none, which goes for a key that is not a key as well. Only a store that is there
   *   can say so: a folder that is gone, or a bucket, is a StorageError
   * @throws RangeNotSatisfiable when the range begins behind the last byte
   */
  read(key: string, range?: ByteRange): Promise<MediaObject | undefined>

  /** What is known of an object without its bytes; undefined as for `read`. */
  stat(key: string): Promise<MediaFacts | undefined>

  /** Deletes the objects, and what a crash has left of a `put` of them. Those that are missing are fine. */
  delete(keys: readonly string[]): Promise<void>

  /** Deletes an object that `putStream` has stored, and what a crash has left of that. If it is missing, that is fine. */
  deleteStreamed(key: string): Promise<void>

  /**
   * All objects whose key begins with the prefix, which may end anywhere within a name, in no particular order and
   * in constant memory. It may show what a crash has left of a `put`, under a key ending in `.tmp`. Objects may be put
   * and deleted meanwhile. Others may keep their own beside ours: what is listed is to be looked at, not to be deleted.
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

export type MediaFacts = {
  /** Bytes of the whole object, not of the range; undefined where the store does not say. */
  size: number | undefined
  /** What the ending of the key says, whatever the store believes. */
  contentType: string
  /** Undefined where the store does not say. */
  modifiedAt: Date | undefined
}

export type MediaObject = MediaFacts & {
  stream: Readable
  /** What of a wanted range there is; missing where the whole object comes, as from a store that knows no ranges. */
  range?: ByteRange
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

/**
 * The store is away, refuses us, has no room, or has lost what it was given. The message says in one line which store
 * it was and what went wrong, for the operator; the original is the `cause`.
 */
export class StorageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StorageError'
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
