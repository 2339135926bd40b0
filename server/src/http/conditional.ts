import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'

/**
 * Entity tags (RFC 9110, section 8.8). The tag of a document is its version. The tag of a response that is computed from
 * several documents is a hash of its content.
 */

export function entityTag(version: number): string {
  return `"${version}"`
}

/**
 * The versions in `If-Match`; null if any version is accepted. A weak tag, or a tag that is not a version, matches nothing
 * (If-Match uses strong comparison), so the list can be empty.
 */
export function ifMatchVersions(header: string | undefined): number[] | null {
  if (header === undefined || header.trim() === '*') return null
  return header.split(',').flatMap((tag) => {
    const version = /^\s*"([1-9]\d{0,8})"\s*$/.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}

/** Whether `If-None-Match` has the tag (weak comparison), so that the response is 304. */
export function isFresh(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return (
    header.trim() === '*' ||
    header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag)
  )
}

/** A body that is the same for all callers: it is serialized once, with the tag of its content. */
export type PublicBody = { json: string; tag: string }

export function publicBody(value: unknown): PublicBody {
  const json = JSON.stringify(value)
  return { json, tag: `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"` }
}

/** Sends a public body, or 304 if the client has it. Any cache can store it: for one hour, unless `cacheControl` is given. */
export function sendPublic(
  request: FastifyRequest,
  reply: FastifyReply,
  { json, tag }: PublicBody,
  cacheControl = 'public, max-age=3600',
): FastifyReply {
  reply.header('etag', tag).header('cache-control', cacheControl)
  if (isFresh(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(json)
}

/** Sends data of one user's document with its version, or 304 if the client has that version. */
export function sendVersioned(
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  body: unknown,
): FastifyReply {
  return sendPrivate(request, reply, entityTag(version), body)
}

/**
 * Sends private data of one user with its tag, or 304 if the client has it. A cache can store the response for this token
 * only, and must revalidate it each time: the tags of two users can be equal. So a browser's cache gets no 304.
 */
export function sendPrivate(
  request: FastifyRequest,
  reply: FastifyReply,
  tag: string,
  body: unknown,
): FastifyReply {
  const vary = [reply.getHeader('vary'), 'Authorization'].filter(Boolean).join(', ')
  reply.header('etag', tag).header('cache-control', 'private, no-cache').header('vary', vary)
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (isRead && !isOfBrowserCache(request) && isFresh(request.headers['if-none-match'], tag))
    return reply.code(304).send()
  return reply.send(body)
}

/**
 * Whether a browser's cache asks, and not the page. The cache goes by the address: after another account has signed in it
 * asks with the tag of the account before, whatever `Vary` says (RFC 9111, sections 4.1 and 4.3.1), and with a 304 it would show
 * the document of that account. A request whose page has set `If-None-Match` itself passes the cache by, and says so (Fetch
 * standard, HTTP-network-or-cache fetch).
 */
function isOfBrowserCache({ headers }: FastifyRequest): boolean {
  if (headers['sec-fetch-site'] === undefined) return false
  return headers['cache-control'] !== 'no-cache' && headers['pragma'] !== 'no-cache'
}

/** Parts of route schemas: the request headers, the response headers, and the 304 response. */
export const conditionalRead = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({
      description: 'An `ETag` from an earlier response. The server answers 304 if it is still current.',
      examples: ['"7"'],
    }),
  ),
})

export const conditionalWrite = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description:
        'The `ETag` of the version that you are changing. The server answers 412 if it is no longer current.',
      examples: ['"7"'],
    }),
  ),
})

export const versionHeader = {
  ETag: { type: 'string', description: 'The version of the document.', examples: ['"7"'] },
}
export const contentTagHeader = {
  ETag: {
    type: 'string',
    description: 'A hash of the response body.',
    examples: ['"Yk3v0mT5cF1xq8Zr2sWb7A"'],
  },
}
export const notModified = {
  304: { description: 'The content has not changed since the given `ETag`.', type: 'null' },
}
