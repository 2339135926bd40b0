import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Entity tags (RFC 9110, section 8.8): a document's tag is its version. */

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

/** Sends it, or 304 to who has it. Any cache may keep it for an hour. */
export function sendPublic(
  request: FastifyRequest,
  reply: FastifyReply,
  { json, tag }: PublicBody,
): FastifyReply {
  reply.header('etag', tag).header('cache-control', 'public, max-age=3600')
  if (isFresh(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(json)
}
