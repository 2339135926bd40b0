import {
  GetObjectCommand,
  HeadBucketCommand,
  S3Client,
  S3ServiceException,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import { S3Driver } from 'flydrive/drivers/s3'
import type { Readable } from 'node:stream'
import type { StorageConfig } from '../../config.ts'
import { guard } from './guard.ts'
import { type MediaStorage, RangeNotSatisfiable, contentTypeOf, isKey } from './storage.ts'

type S3Config = Extract<StorageConfig, { kind: 's3' }>

/** An object never changes, see MediaStorage, so that a CDN or a browser need not ask again. */
const cacheControl = 'public, max-age=31536000, immutable'

/** What tests make small: objects per page of `list`, and how long a silent store is waited for. */
const defaults = {
  pageSize: 1000,
  /** To the first byte of the answer; three attempts are made. */
  requestTimeoutMs: 15_000,
  /** A load balancer that asks /readyz gives up sooner than our attempts. */
  checkTimeoutMs: 5000,
}

/** Keeps media in a bucket of S3 or of a store that speaks its protocol (R2, MinIO, Ceph, …). */
export function openS3Storage(config: S3Config, limits: Partial<typeof defaults> = {}): MediaStorage {
  const { pageSize, requestTimeoutMs, checkTimeoutMs } = { ...defaults, ...limits }
  const { bucket } = config
  const client = createClient(config, requestTimeoutMs)
  // Many stores have no ACLs for single objects; the bucket alone says who may read.
  const objects = new S3Driver({ client, bucket, supportsACL: false, visibility: 'private' })

  function failure(what: string, cause: unknown): Error {
    const where = config.endpoint === undefined ? '' : ` at ${config.endpoint}`
    return new Error(`S3 bucket ${bucket}${where}: cannot ${what}: ${reason(cause)}`, { cause })
  }

  return guard({
    put: (key, bytes, contentType) => objects.put(key, bytes, { contentType, cacheControl }),

    // Not by FlyDrive's `getMetaData` and `getStream`: that is two requests, between which the object may be replaced,
    // where the one answer has both; and it knows no ranges.
    async read(key, range) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(range && { Range: `bytes=${range.start}-${Number.isFinite(range.end) ? range.end : ''}` }),
      })
      try {
        const { Body, ContentLength, ContentRange, ContentType, LastModified } = await client.send(command)
        return {
          stream: Body as Readable,
          // A range is answered with `Content-Range: bytes 0-9/1234`.
          size: Number(ContentRange?.split('/')[1] ?? ContentLength),
          contentType: ContentType ?? contentTypeOf(key),
          modifiedAt: LastModified ?? new Date(0),
        }
      } catch (error) {
        if (isNamed(error, 'NoSuchKey')) return undefined
        if (!isNamed(error, 'InvalidRange')) throw error
        throw new RangeNotSatisfiable((await objects.getMetaData(key)).contentLength)
      }
    },

    delete: (key) => objects.delete(key),

    // Not FlyDrive's `listAll`: it throws at the first object whose key is none of its own
    // (https://github.com/flydrive-js/core/issues/9), and gives `a//b` as `a/b`: a sweep would delete another object.
    async *list(prefix) {
      for await (const page of paginateListObjectsV2(
        { client, pageSize },
        { Bucket: bucket, Prefix: prefix },
      )) {
        for (const { Key: key = '', LastModified: modifiedAt } of page.Contents ?? []) {
          if (isKey(key) && modifiedAt !== undefined) yield { key, modifiedAt }
        }
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

    failure: (verb, key, cause) => failure(verb === 'list' ? verb : `${verb} ${key}`, cause),
  })
}

function createClient(config: S3Config, requestTimeout: number): S3Client {
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
      requestTimeout,
      // Without it the SDK would only log it.
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
