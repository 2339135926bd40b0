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

type S3Config = Extract<StorageConfig, { kind: 's3' }>

/** An object never changes, see MediaStorage, so that a CDN or a browser need not ask again. */
const cacheControl = 'public, max-age=31536000, immutable'

/** A load balancer that asks /readyz gives up sooner than our retries. */
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

  /** Says in one line which store failed at what. */
  function failure(what: string, cause: unknown): Error {
    const where = config.endpoint === undefined ? '' : ` at ${config.endpoint}`
    return new Error(`S3 bucket ${bucket}${where}: cannot ${what}: ${reason(cause)}`, { cause })
  }

  async function get(key: string, range?: ByteRange): Promise<MediaObject | undefined> {
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(range && { Range: `bytes=${range.start}-${Number.isFinite(range.end) ? range.end : ''}` }),
    })
    const { Body, ContentLength, ContentRange, ContentType, LastModified } = await client.send(command)
    return {
      stream: Body as Readable,
      // A range is answered with `Content-Range: bytes 0-9/1234`.
      size: Number(ContentRange?.split('/')[1] ?? ContentLength),
      contentType: ContentType ?? contentTypeOf(key),
      modifiedAt: LastModified ?? new Date(0),
    }
  }

  async function sizeOf(key: string): Promise<number> {
    const { ContentLength = 0 } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    return ContentLength
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
      try {
        await client.send(command)
      } catch (error) {
        throw failure(`put ${key}`, error)
      }
    },

    async read(key, range) {
      if (!isKey(key)) return undefined
      try {
        return await get(key, range)
      } catch (error) {
        if (isNamed(error, 'NoSuchKey')) return undefined
        if (isNamed(error, 'InvalidRange')) throw new RangeNotSatisfiable(await sizeOf(key))
        throw failure(`read ${key}`, error)
      }
    },

    async delete(keys) {
      for (const key of keys) assertKey(key)
      try {
        await limitDeletions.map(keys, (Key) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key })))
      } catch (error) {
        throw failure('delete', error)
      }
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
        throw failure('list', error)
      }
    },

    async check() {
      const abortSignal = AbortSignal.timeout(checkTimeoutMs)
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal })
      } catch (error) {
        throw failure('be reached', error)
      }
    },

    publicUrl(key) {
      return config.publicUrl === undefined ? undefined : `${config.publicUrl.replace(/\/+$/, '')}/${key}`
    },

    async close() {
      client.destroy()
    },
  }
}

function createClient(config: S3Config): S3Client {
  return new S3Client({
    region: config.region,
    ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
    forcePathStyle: config.forcePathStyle,
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    // The SDK's newer default, a checksum in every request, is refused by many stores that are not Amazon's.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 3000,
      // To the first byte of the answer; without `throwOn…` the SDK would only log it.
      requestTimeout: 15_000,
      throwOnRequestTimeout: true,
      socketTimeout: 30_000,
    },
  })
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof S3ServiceException && error.name === name
}

/** What an operator can do something about, in a few words. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
  // HEAD has no body, so the status may be all there is.
  if (status === 301) return 'it is in another region (301)'
  if (status === 400 && error.message === 'UnknownError') return 'the region or the request is wrong (400)'
  if (status === 403) return `the access key is wrong or lacks the right (403 ${error.name})`
  if (status === 404) return `the bucket does not exist (404 ${error.name})`
  return code ?? `${error.name} ${error.message.split('\n', 1)[0]}`
}
