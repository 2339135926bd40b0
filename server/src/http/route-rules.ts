import { problems, Problem } from '../errors.ts'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import { Type } from 'typebox'
import { jsonBodyLimit } from './body-limit.ts'
import { withRefusals } from './responses.ts'

const NO_PARAMETERS = Type.Object({}, { additionalProperties: false })
/** What every route can answer with: 405 is about the other methods of its address. */
const ALWAYS = [problems.validation_failed, problems.bad_request, 405, 500]
/** What a route can answer with that reads a body. */
const OF_BODIES = [413, 415]
/** The methods in the order of the `Allow` header. CORS handles OPTIONS. */
const USUAL: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
/** The media type of a JSON Merge Patch (RFC 7396), and the plain JSON type, which is accepted as well. */
const PATCH_TYPES = 'application/merge-patch+json, application/json'

/**
 * Adds rules to every route that is registered afterwards:
 *
 * - A query parameter that the route does not declare is refused.
 * - A body has at most as many bytes as a valid body can have.
 * - A route documents the errors that the rules and the server itself answer with.
 *
 * @returns a function to call after the last route. It answers unknown methods of these addresses with 405. The rules do
 *   not apply to routes that are registered later.
 */
export function registerRouteRules(app: FastifyInstance): () => void {
  const methods = new Map<string, Set<string>>()
  const patched = new Set<string>()
  let closed = false

  app.addHook('onRoute', (route) => {
    if (closed) return
    route.schema = { querystring: NO_PARAMETERS, ...route.schema }
    const bodyLimit = jsonBodyLimit(app, route.schema)
    if (bodyLimit !== undefined) route.bodyLimit ??= bodyLimit
    if (route.schema.response) {
      // These methods read a body if the client sends one, even if the route needs none.
      const reads = ['POST', 'PATCH', 'DELETE'].includes(String(route.method))
      route.schema.response = withRefusals(route.schema.response, [
        ...ALWAYS,
        ...(reads ? OF_BODIES : []),
        ...(reads && bodyLimit !== undefined ? [problems.invalid_json] : []),
      ])
    }
    // Fastify reports the root of a prefix with or without its slash. Both are the same path.
    const path = route.url.slice(app.prefix.length) || '/'
    const known = methods.get(path) ?? new Set()
    for (const method of [route.method].flat()) known.add(method)
    methods.set(path, known)
    if (route.method === 'PATCH') patched.add(route.url).add(route.url.replace(/\/$/, ''))
  })

  app.addHook('onRequest', (request, reply, done) => {
    if (patched.has(request.routeOptions.url ?? '')) reply.header('accept-patch', PATCH_TYPES)
    done()
  })

  return () => {
    closed = true
    for (const [url, known] of methods) {
      if (url === '*') continue
      const allow = USUAL.filter((method) => known.has(method)).join(', ')
      // oxlint-disable-next-line typescript/consistent-type-assertions -- they are Fastify's own names, which it types as texts
      const others = (app.supportedMethods as HTTPMethods[]).filter(
        (method) => !known.has(method) && method !== 'OPTIONS',
      )
      const config = {
        access: 'public' as const,
        allow,
        ...(known.has('PATCH') && { acceptPatch: PATCH_TYPES }),
      }
      app.route({
        method: others,
        url,
        schema: { hide: true },
        config,
        onRequest: async () => {
          throw new Problem(problems.method_not_allowed, { params: { allow }, headers: { allow } })
        },
        handler: async () => {},
      })
      // CORS answers it; the address is here for its headers.
      if (!known.has('OPTIONS')) {
        app.route({ method: 'OPTIONS', url, schema: { hide: true }, config, handler: async () => {} })
      }
    }
  }
}
