import type { FastifyRequest } from 'fastify'
import { Problem } from '../errors.ts'
import { ifMatchVersions } from '../http/conditional.ts'
import type { Documents } from './documents.ts'

/**
 * The error handler of a route that changes the document. A body that is no JSON, or none that fits, is refused while it
 * is parsed, before the route can compare versions. A precondition comes before the content all the same (RFC 9110, section 13.2.1), so
 * the version is looked up then, and only then.
 */
export function staleFirst(profiles: Documents) {
  async function refuse(error: unknown, request: FastifyRequest): Promise<never> {
    if (error instanceof Problem && error.status === 400 && request.body === undefined) {
      await profiles.requireVersion(request.userId, ifMatchVersions(request.headers['if-match']))
    }
    throw error
  }
  // Fastify waits for what a handler returns; only its types do not say so.
  return (error: unknown, request: FastifyRequest): unknown => refuse(error, request)
}
