import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import parseRange from 'range-parser'
import { Problem } from '../errors.ts'
import { isFresh } from '../http/conditional.ts'
import type { MediaStorage } from './storage/storage.ts'

export type MediaRoutesOptions = { storage: MediaStorage; path: string }

/** The only keys there are: whatever else is asked for does not exist. */
const FILE_KEY = /^avatars\/\d{4}\/\d{2}\/user\d+-[0-9a-f]+-\d+\.webp$/

/** Streams stored files. A key never gets other content, so that caches may keep it for ever. */
export async function mediaRoutes(
  app: FastifyInstance,
  { storage, path }: MediaRoutesOptions,
): Promise<void> {
  app.get<{ Params: { '*': string } }>(
    `${path}*`,
    { config: { access: 'public' }, schema: { hide: true } },
    async (request, reply) => {
      const key = request.params['*']
      const file = FILE_KEY.test(key) ? await storage.read(key) : undefined
      if (!file) throw new Problem('not_found')
      const tag = `"${createHash('sha256').update(key).digest('base64url').slice(0, 22)}"`
      reply.headers({
        etag: tag,
        'last-modified': file.modifiedAt.toUTCString(),
        'cache-control': 'public, max-age=31536000, immutable',
        'accept-ranges': 'bytes',
        // Front ends live on other origins; a picture cannot run anything, whatever is in it.
        'cross-origin-resource-policy': 'cross-origin',
        'content-security-policy': "default-src 'none'; sandbox",
      })
      if (isFresh(request.headers['if-none-match'], tag)) {
        file.stream.destroy()
        return reply.code(304).send()
      }
      reply.type(file.contentType)
      const range = requestedRange(file.size, request.headers.range, request.headers['if-range'], tag)
      if (range === undefined) return reply.header('content-length', file.size).send(file.stream)
      file.stream.destroy()
      if (range === 'unsatisfiable') {
        throw new Problem('range_not_satisfiable', {
          params: { size: file.size },
          headers: { 'content-range': `bytes */${file.size}` },
        })
      }
      const part = await storage.read(key, range)
      if (!part) throw new Problem('not_found')
      return reply
        .code(206)
        .header('content-range', `bytes ${range.start}-${range.end}/${file.size}`)
        .header('content-length', range.end - range.start + 1)
        .send(part.stream)
    },
  )
}

/** One range is served; several, or what is not a range, are answered with the whole file (RFC 9110, section 14.2). */
function requestedRange(
  size: number,
  header: string | undefined,
  ifRange: string | string[] | undefined,
  tag: string,
) {
  if (header === undefined || (ifRange !== undefined && ifRange !== tag)) return undefined
  const ranges = parseRange(size, header)
  if (ranges === -1) return 'unsatisfiable'
  const only =
    typeof ranges === 'number' || ranges.length !== 1 || ranges.type !== 'bytes' ? undefined : ranges[0]
  return only && { start: only.start, end: only.end }
}
