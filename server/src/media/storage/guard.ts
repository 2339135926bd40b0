import { Readable } from 'node:stream'
import pLimit from 'p-limit'
import {
  type ByteRange,
  type MediaFacts,
  type MediaObject,
  type MediaStorage,
  RangeNotSatisfiable,
  type StorageError,
  contentTypeOf,
  isKey,
} from './storage.ts'

/** What is left to a driver: the keys and types that it is given are sound, and what it throws need not say where. */
export type Driver = Omit<MediaStorage, 'read' | 'stat' | 'delete' | 'putStream'> & {
  putStream(key: string, stream: Readable): Promise<void>
  read(key: string, range?: ByteRange): Promise<Omit<MediaObject, 'contentType'> | undefined>
  stat(key: string): Promise<Omit<MediaFacts, 'contentType'> | undefined>
  delete(key: string): Promise<void>

  /** Says in one line which store failed at what; the key is the prefix where the verb is `list`. */
  failure(verb: 'put' | 'read' | 'delete' | 'list', key: string, cause: unknown): StorageError
}

/** What both drivers do alike: refuse what is no key, and name the store in every error. */
export function guard(driver: Driver): MediaStorage {
  const limitDeletions = pLimit(8)

  return {
    ...driver,

    async put(key, bytes, contentType) {
      assertKey(key)
      assertType(key, contentType)
      try {
        await driver.put(key, bytes, contentType)
      } catch (error) {
        throw driver.failure('put', key, error)
      }
    },

    async putStream(key, stream, contentType) {
      assertKey(key)
      assertType(key, contentType)
      let size = 0
      let failure: unknown
      stream.on('error', (error) => (failure = error))
      const counted = Readable.from(
        (async function* count() {
          for await (const chunk of stream) {
            size += chunk.length
            yield chunk
          }
        })(),
        { objectMode: false },
      )
      try {
        await driver.putStream(key, counted)
      } catch (error) {
        throw failure ?? driver.failure('put', key, error)
      } finally {
        stream.destroy()
      }
      return size
    },

    async read(key, range) {
      if (!isKey(key)) return undefined
      try {
        const object = await driver.read(key, range)
        return object && { ...object, contentType: contentTypeOf(key) }
      } catch (error) {
        throw error instanceof RangeNotSatisfiable ? error : driver.failure('read', key, error)
      }
    },

    async stat(key) {
      if (!isKey(key)) return undefined
      try {
        const facts = await driver.stat(key)
        return facts && { ...facts, contentType: contentTypeOf(key) }
      } catch (error) {
        throw driver.failure('read', key, error)
      }
    },

    async delete(keys) {
      for (const key of keys) assertKey(key)
      // S3 can delete 1,000 objects in one request, but other stores want it signed in ways of their own
      // (Content-MD5), or lack it; single deletions work everywhere, cost nothing, and an avatar has four files.
      await limitDeletions.map(keys, async (key) => {
        try {
          await driver.delete(key)
        } catch (error) {
          throw driver.failure('delete', key, error)
        }
      })
    },

    async deleteStreamed(key) {
      assertKey(key)
      try {
        await driver.deleteStreamed(key)
      } catch (error) {
        throw driver.failure('delete', key, error)
      }
    },

    async *list(prefix) {
      try {
        yield* driver.list(prefix)
      } catch (error) {
        throw driver.failure('list', prefix, error)
      }
    },
  }
}

function assertType(key: string, contentType: string): void {
  if (contentType === contentTypeOf(key)) return
  throw new Error(`${key} cannot be ${contentType}: its ending says ${contentTypeOf(key)}`)
}

function assertKey(key: string): void {
  if (!isKey(key)) throw new Error(`Not a key of media storage: ${JSON.stringify(key.slice(0, 100))}`)
}
