import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { acceptedCodings } from './codings.ts'

/**
 * Entity tags (RFC 9110, section 8.8). The tag of a document is its version. The tag of a response that is computed from
 * several documents is a hash of its content.
 */

export function entityTag(version: number): string {
  return `"${version}"`
}

/** Whether a tag is that of a document: its version, in whichever coding the document is sent. */
export function isVersionTag(tag: string): boolean {
  return /^"\d+"$/.test(tag)
}

/**
 * The tag of the same content in a coding, as in `"Yk3v0mT5:br"`. A strong tag belongs to the bytes, so each coding has its own
 * (RFC 9110, section 8.8.3.3). A colon is in no other tag of ours.
 */
export function codedTag(tag: string, coding: string): string {
  return `${tag.slice(0, -1)}:${coding}"`
}

/** Adds a field to `Vary`, once. */
export function addVary(reply: FastifyReply, field: string): void {
  const fields = String(reply.getHeader('vary') ?? '')
  if (fields === '') reply.header('vary', field)
  else if (!fields.toLowerCase().split(/, */).includes(field.toLowerCase())) {
    reply.header('vary', `${fields}, ${field}`)
  }
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

/**
 * The tag that a 304 has: the one of `If-None-Match` that the client has the content under. Undefined if it has none that is
 * current. The tag of a coding counts only if the client still accepts the coding. Otherwise a cache would give the content in
 * a coding that its client cannot read.
 */
function freshTag(headers: IncomingHttpHeaders, tag: string): string | undefined {
  const known = headers['if-none-match']
  if (known === undefined || isFresh(known, tag)) return known && tag
  if (isVersionTag(tag)) return undefined
  return acceptedCodings(headers['accept-encoding'])
    .map((coding) => codedTag(tag, coding))
    .find((coded) => isFresh(known, coded))
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
  addVary(reply, 'Accept-Encoding')
  const known = freshTag(request.headers, tag)
  reply.header('etag', known ?? tag).header('cache-control', cacheControl)
  if (known !== undefined) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(json)
}

/**
 * Sends data of one user's document with its version, or 304 if the client has that version.
 *
 * @param isAnew whether it looks different from what the same version was sent as before, so that there is no 304
 */
export function sendVersioned(
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  body: unknown,
  { isAnew = false } = {},
): FastifyReply {
  return sendPrivate(request, reply, entityTag(version), body, { isAnew })
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
  { isAnew = false } = {},
): FastifyReply {
  addVary(reply, 'Authorization')
  addVary(reply, 'Accept-Encoding')
  reply.header('cache-control', 'private, no-cache')
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const known = isRead && !isAnew && !isOfBrowserCache(request) ? freshTag(request.headers, tag) : undefined
  reply.header('etag', known ?? tag)
  return known === undefined ? reply.send(body) : reply.code(304).send()
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
  ETag: {
    type: 'string',
    description: 'The version of the document.',
    examples: ['"7"'],
  },
}
export const contentTagHeader = {
  ETag: {
    type: 'string',
    description: 'A hash of the response body, in a compressed response with the name of the coding.',
    examples: ['"Yk3v0mT5cF1xq8Zr2sWb7A"'],
  },
}
export const notModified = {
  304: { description: 'The content has not changed since the given `ETag`.', type: 'null' },
}
