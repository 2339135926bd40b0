import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { StorageConfig } from '../../config/config.ts'
import { guard } from './guard.ts'
import { isNamed, reasonOf, statusOf } from './s3-errors.ts'
import {
  type ByteRange,
  CACHE_CONTROL,
  type MediaStorage,
  RangeNotSatisfiable,
  StorageError,
  contentTypeOf,
  isKey,
} from './storage.ts'

type S3Config = Extract<StorageConfig, { kind: 's3' }>

/** Of an object that is uploaded in parts: one of them is in memory. The protocol allows 10,000, so 80 GB. */
const PART_BYTES = 8 * 2 ** 20

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
  const { bucket: Bucket, prefix = '' } = config
  const client = createClient(config, requestTimeoutMs)
  const at = (key: string) => ({ Bucket, Key: prefix + key })

  function failure(what: string, cause: unknown): StorageError {
    const where = config.endpoint === undefined ? '' : ` at ${config.endpoint}`
    return new StorageError(`S3 bucket ${Bucket}${where}: cannot ${what}: ${reasonOf(cause)}`, { cause })
  }

  /** One answer has the size, the bytes and the range: between two the object may be replaced. */
  async function read(key: string, range?: ByteRange) {
    const command = new GetObjectCommand({
      ...at(key),
      ...(range && { Range: `bytes=${range.start}-${Number.isFinite(range.end) ? range.end : ''}` }),
    })
    try {
      const { Body, ContentLength, ContentRange, LastModified } = await client.send(command)
      // oxlint-disable-next-line typescript/consistent-type-assertions -- in Node it is a stream of Node's
      const stream = Body as Readable
      const sent = readContentRange(ContentRange)
      return sent === undefined
        ? { stream, size: ContentLength, modifiedAt: LastModified }
        : { stream, ...sent, modifiedAt: LastModified }
    } catch (error) {
      if (!isNamed(error, 'InvalidRange')) return absent(error)
      const size = (await stat(key))?.size
      throw size === undefined ? error : new RangeNotSatisfiable(size)
    }
  }

  async function remove(key: string): Promise<void> {
    await client.send(new DeleteObjectCommand(at(key))).catch(absent)
  }

  async function stat(key: string) {
    try {
      const { ContentLength, LastModified } = await client.send(new HeadObjectCommand(at(key)))
      return { size: ContentLength, modifiedAt: LastModified }
    } catch (error) {
      return absent(error)
    }
  }

  /** Nothing, where the store has said that there is no such object; else the error. */
  async function absent(error: unknown): Promise<undefined> {
    if (isNamed(error, 'NoSuchKey')) return undefined
    if (statusOf(error) !== 404 || isNamed(error, 'NoSuchBucket')) throw error
    // The answer to HEAD has no body that says what is missing: it may be the bucket.
    await client.send(new HeadBucketCommand({ Bucket }))
    return undefined
  }

  return guard({
    async put(key, bytes, contentType) {
      const md5 = createHash('md5').update(bytes).digest()
      const { ETag } = await client.send(
        new PutObjectCommand({
          ...at(key),
          Body: bytes,
          ContentLength: bytes.length,
          ContentMD5: md5.toString('base64'),
          ContentType: contentType,
          CacheControl: CACHE_CONTROL,
        }),
      )
      // The tag of what is stored as it is, is its MD5. That of an encrypted object is not: then it is read again.
      if (ETag?.replace(/^W\//, '').replaceAll('"', '') === md5.toString('hex')) return
      const stored = await read(key)
      if (!stored || !(await buffer(stored.stream)).equals(bytes)) {
        throw new Error('it was confirmed, but what is stored is something else')
      }
    },

    async putStream(key, stream) {
      const upload = new Upload({
        client,
        partSize: PART_BYTES,
        queueSize: 1,
        params: {
          ...at(key),
          Body: stream,
          ContentType: contentTypeOf(key),
          // What is streamed is for one person.
          CacheControl: 'private, no-store',
        },
      })
      await upload.done()
    },

    read,
    stat,

    delete: remove,

    async deleteStreamed(key) {
      const { Key, ...bucket } = at(key)
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ ...bucket, Prefix: Key }))
      for (const { UploadId, Key: found } of Uploads) {
        if (found !== Key) continue
        await client.send(new AbortMultipartUploadCommand({ ...bucket, Key, UploadId })).catch(absent)
      }
      await remove(key)
    },

    async *list(start) {
      for await (const page of paginateListObjectsV2(
        { client, pageSize },
        { Bucket, Prefix: prefix + start },
      )) {
        for (const { Key: name = '', LastModified: modifiedAt } of page.Contents ?? []) {
          const key = name.slice(prefix.length)
          if (isKey(key) && modifiedAt !== undefined) yield { key, modifiedAt }
        }
      }
    },

    async check() {
      const options = { abortSignal: AbortSignal.timeout(checkTimeoutMs) }
      try {
        await client.send(new HeadBucketCommand({ Bucket }), options)
      } catch (error) {
        throw failure('be reached', await explained(error, options))
      }
    },

    publicUrl(key) {
      return config.publicUrl && `${config.publicUrl.replace(/\/+$/, '')}/${prefix}${key}`
    },

    async close() {
      client.destroy()
    },

    failure: (verb, key, cause) => failure(verb === 'list' ? verb : `${verb} ${key}`, cause),
  })

  /** A refusal of HEAD has no body and hardly says why. What is refused likewise, but with a body, does. */
  async function explained(error: unknown, options: { abortSignal: AbortSignal }): Promise<unknown> {
    if (![301, 400, 403].includes(statusOf(error) ?? 0)) return error
    try {
      await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: 1 }), options)
      return error
    } catch (refusal) {
      return statusOf(refusal) === undefined ? error : refusal
    }
  }
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

/** `bytes 0-9/1234`, or `bytes 0-9/*` where the store does not know the size. */
function readContentRange(header: string | undefined) {
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(header ?? '') ?? []
  if (start === undefined) return undefined
  return { range: { start: Number(start), end: Number(end) }, size: size === '*' ? undefined : Number(size) }
}
