import { problems, Problem } from '../errors.ts'
import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { isSame, judge, type Validators } from '../http/preconditions.ts'
import { requestedRange } from '../http/ranges.ts'
import { CACHE_CONTROL, StorageError, type MediaFacts, type MediaStorage } from './storage/storage.ts'
import type { App } from '../http/app.ts'
import { textOf } from '../values.ts'

export type MediaRoutesOptions = { storage: MediaStorage; path: string }

/** The only keys there are: whatever else is asked for does not exist. */
const FILE_KEY = /^avatars\/\d{4}\/\d{2}\/user\d+-[0-9a-f]+-\d+\.webp$/

/** Streams stored files. A key never gets other content, but it ends: so caches keep it for a day (CACHE_CONTROL). */
export async function fileRoutes(app: App, { storage, path }: MediaRoutesOptions): Promise<void> {
  app.route({
    // Fastify's own HEAD would say that there is nothing, or read the file to its end.
    method: ['GET', 'HEAD'],
    url: `${path}*`,
    config: { access: 'public' },
    schema: { hide: true },
    handler: async ({ params, headers, method }, reply) => {
      const key = textOf(params, '*') ?? ''
      if (!FILE_KEY.test(key)) throw new Problem(problems.not_found)
      const isHead = method === 'HEAD'
      const isConditional = CONDITIONS.some((name) => headers[name] !== undefined)
      // Whoever wants all of it without a condition gets it with one look at the storage.
      if (!isHead && !isConditional) {
        const file = found(await ask(storage.read(key)))
        return describe(reply, file, validatorsOf(key, file)).send(file.stream)
      }
      const facts = found(await ask(storage.stat(key)))
      const validators = validatorsOf(key, facts)
      const verdict = judge(headers, validators)
      if (verdict === 'failed') throw new Problem(problems.precondition_failed)
      if (verdict === 'not modified') return announce(reply, validators).code(304).send()
      if (isHead) return describe(reply, facts, validators).send()

      const range =
        facts.size !== undefined && isSame(headers['if-range'], validators)
          ? requestedRange(headers.range, facts.size)
          : undefined
      if (range === 'unsatisfiable') {
        throw new Problem(problems.range_not_satisfiable, {
          params: { size: facts.size },
          headers: { 'content-range': `bytes */${facts.size}` },
        })
      }
      const file = found(await ask(storage.read(key, range)))
      // A store that knows no ranges sends the whole.
      if (!file.range) return describe(reply, file, validators).send(file.stream)
      const { start, end } = file.range
      return describe(reply, { ...file, size: end - start + 1 }, validators)
        .code(206)
        .header('content-range', `bytes ${start}-${end}/${file.size ?? '*'}`)
        .send(file.stream)
    },
  })
}

/** What makes an answer another one than the whole file (RFC 9110, sections 13.1 and 14.2). */
const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'range'] as const

async function ask<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    if (!(cause instanceof StorageError)) throw cause
    throw new Problem(problems.unavailable, { headers: { 'retry-after': '5' }, cause })
  }
}

function found<T>(file: T | undefined): T {
  if (file === undefined) throw new Problem(problems.not_found)
  return file
}

/** The date has whole seconds, as its header has, and is never later than the answer (section 8.8.2.1). */
function validatorsOf(key: string, { modifiedAt }: MediaFacts): Validators {
  return {
    tag: `"${createHash('sha256').update(key).digest('base64url').slice(0, 22)}"`,
    modifiedAt: modifiedAt && new Date(Math.floor(Math.min(modifiedAt.getTime(), Date.now()) / 1000) * 1000),
  }
}

/** What every answer about a file says of it, also that it was not modified. */
function announce(reply: FastifyReply, { tag, modifiedAt }: Validators): FastifyReply {
  if (modifiedAt) reply.header('last-modified', modifiedAt.toUTCString())
  return reply.headers({
    etag: tag,
    'cache-control': CACHE_CONTROL,
    'accept-ranges': 'bytes',
    // Front ends live on other origins; a picture cannot run anything, whatever is in it.
    'cross-origin-resource-policy': 'cross-origin',
    'content-security-policy': "default-src 'none'; sandbox",
  })
}

function describe(
  reply: FastifyReply,
  { contentType, size }: Pick<MediaFacts, 'contentType' | 'size'>,
  validators: Validators,
): FastifyReply {
  announce(reply, validators).type(contentType)
  return size === undefined ? reply : reply.header('content-length', size)
}
