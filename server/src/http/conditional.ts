import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'

/** Entity tags (RFC 9110, section 8.8): a document's tag is its version, that of what is made of it its content. */

export function entityTag(version: number): string {
  return `"${version}"`
}

/**
 * The versions that `If-Match` lets a change happen on; null when any will do. A tag that is no version of ours, or a
 * weak one, matches nothing (If-Match compares strongly), so the list can be empty.
 */
export function ifMatchVersions(header: string | undefined): number[] | null {
  if (header === undefined || header.trim() === '*') return null
  return header.split(',').flatMap((tag) => {
    const version = /^\s*"([1-9]\d{0,8})"\s*$/.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}

/** Whether `If-None-Match` names the tag (weak comparison), so that 304 says it all. */
export function isFresh(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return (
    header.trim() === '*' ||
    header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag)
  )
}

/** A body that is the same for all, made once, with the tag of its content. */
export type PublicBody = { json: string; tag: string }

export function publicBody(value: unknown): PublicBody {
  const json = JSON.stringify(value)
  return { json, tag: `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"` }
}

/** Sends it, or 304 to who has it. Any cache may keep it, for an hour unless `cacheControl` says otherwise. */
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

/** Sends what one user's document says, with its version; 304 when the reader has it. */
export function sendVersioned(
  request: FastifyRequest,
  reply: FastifyReply,
  version: number,
  body: unknown,
): FastifyReply {
  return sendPrivate(request, reply, entityTag(version), body)
}

/**
 * Sends what is for one user, with its tag; 304 when the reader has it. Caches may keep it for this token, and must ask
 * each time. A tag says nothing about whose it is, so it must not be shared between tokens.
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
  if (isRead && isFresh(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.send(body)
}

/** For the schemas of routes: the request headers, the response header, and the answer to who has it. */
export const conditionalRead = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({ description: 'An `ETag` you have: 304 when it is still the current one.' }),
  ),
})

export const conditionalWrite = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description: 'The `ETag` that the change is made for: 412 when it is no longer the current one.',
    }),
  ),
})

export const versionHeader = { ETag: { type: 'string', description: "The document's version." } }
export const contentTagHeader = { ETag: { type: 'string', description: 'Of the content.' } }
export const notModified = { 304: { description: 'Unchanged.', type: 'null' } }
