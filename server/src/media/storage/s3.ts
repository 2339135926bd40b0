import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import type { Readable } from 'node:stream'
import pLimit from 'p-limit'
import type { StorageConfig } from '../../config.ts'
import {
  type ByteRange,
  type MediaObject,
  type MediaStorage,
  RangeNotSatisfiable,
  assertKey,
  assertPut,
  contentTypeOf,
  isKey,
} from './storage.ts'

export type S3Config = Extract<StorageConfig, { kind: 's3' }>

/** An object never changes, see MediaStorage, so that a CDN or a browser need not ask again. */
const cacheControl = 'public, max-age=31536000, immutable'

const requestTimeoutMs = 15_000
const checkTimeoutMs = 5000

/**
 * Keeps media in a bucket of S3 or of a store that speaks its protocol (R2, MinIO, Ceph, …).
 *
 * @param pageSize objects per page of `list`; tests make it small
 */
export function openS3Storage(config: S3Config, pageSize = 1000): MediaStorage {
  const { bucket } = config
  const client = createClient(config)
  // S3 can delete 1,000 objects in one request, but other stores want it signed in ways of their own (Content-MD5),
  // or lack it; single deletions work everywhere, cost nothing, and an avatar has four files.
  const limitDeletions = pLimit(8)

  /** Adds to a failure which store it was, in one line. */
  async function at<Result>(what: string, request: Promise<Result>): Promise<Result> {
    try {
      return await request
    } catch (error) {
      const where = config.endpoint === undefined ? '' : ` at ${config.endpoint}`
      throw new Error(`S3 bucket ${bucket}${where}: ${what} failed: ${reason(error)}`, { cause: error })
    }
  }

  async function get(key: string, range?: ByteRange): Promise<MediaObject | undefined> {
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(range && { Range: `bytes=${range.start}-${Number.isFinite(range.end) ? range.end : ''}` }),
    })
    try {
      const { Body, ContentLength, ContentRange, ContentType, LastModified } = await client.send(command)
      // A Range is answered with `Content-Range: bytes 0-9/1234`; a store may ignore it and send the whole.
      const size = Number(ContentRange?.split('/')[1] ?? ContentLength)
      if (range && ContentRange === undefined) throw new Error('it does not support ranges')
      return {
        stream: Body as Readable,
        size,
        contentType: ContentType ?? contentTypeOf(key),
        modifiedAt: LastModified ?? new Date(0),
      }
    } catch (error) {
      if (isNamed(error, 'NoSuchKey')) return undefined
      if (!isNamed(error, 'InvalidRange')) throw error
      const { ContentLength = 0 } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
      throw new RangeNotSatisfiable(ContentLength)
    }
  }

  return {
    async put(key, bytes, contentType) {
      assertPut(key, contentType)
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: bytes,
        ContentType: contentType,
        CacheControl: cacheControl,
      })
      await at(`put ${key}`, client.send(command))
    },

    async read(key, range) {
      return isKey(key) ? at(`read ${key}`, get(key, range)) : undefined
    },

    async delete(keys) {
      for (const key of keys) assertKey(key)
      const remove = (key: string) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
      await at('delete', limitDeletions.map(keys, remove))
    },

    async *list(prefix) {
      const pages = paginateListObjectsV2({ client, pageSize }, { Bucket: bucket, Prefix: prefix })
      try {
        for await (const { Contents = [] } of pages) {
          for (const { Key: key = '', LastModified: modifiedAt } of Contents) {
            if (isKey(key) && modifiedAt !== undefined) yield { key, modifiedAt }
          }
        }
      } catch (error) {
        await at('list', Promise.reject(error))
      }
    },

    async check() {
      const abortSignal = AbortSignal.timeout(checkTimeoutMs)
      await at('check', client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal }))
    },

    publicUrl(key) {
      assertKey(key)
      return config.publicUrl === undefined ? undefined : `${config.publicUrl.replace(/\/+$/, '')}/${key}`
    },

    async close() {
      client.destroy()
    },
  }
}
