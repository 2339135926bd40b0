import type { FastifyInstance, HTTPMethods, RouteOptions } from 'fastify'
import { Type } from 'typebox'
import { Problem } from '../errors.ts'
import { problems } from './responses.ts'

const NO_PARAMETERS = Type.Object({}, { additionalProperties: false })
/** OPTIONS is left to CORS. */
const METHODS: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Rules for every route that is registered after this: a query parameter that the route does not declare is refused
 * by name, the answer of every route that wants a token can be 503, and an address that ends with a slash works without it, also where the host's router minds the difference.
 *
 * Call what it returns when all of them are there: then a method that an address does not have is answered with 405.
 * Routes that come later are on their own.
 */
export function registerRouteRules(app: FastifyInstance): () => void {
  const methods = new Map<string, Set<string>>()
  const mindsSlash = app.initialConfig.routerOptions?.ignoreTrailingSlash !== true
  let adding = false
  let closed = false

  /** Adds a route that the rules themselves need, without applying them to it again. */
  const add = (route: RouteOptions) => {
    adding = true
    app.route(route)
    adding = false
  }

  app.addHook('onRoute', (route) => {
    if (adding || closed) return
    route.schema = { querystring: NO_PARAMETERS, ...route.schema }
    // What needs a token needs the keys of its issuer, and those can be out of reach.
    if (route.config?.access !== 'public' && route.schema.response) {
      route.schema.response = { ...problems(503), ...route.schema.response }
    }
    // The root under a prefix is announced without its slash, or with it, and means both.
    const path = route.url.slice(app.prefix.length) || '/'
    const known = methods.get(path) ?? new Set()
    for (const method of [route.method].flat()) known.add(method)
    methods.set(path, known)
    if (mindsSlash && isClosed(path) && route.method !== 'HEAD') {
      add({ ...route, url: path.slice(0, -1), schema: { ...route.schema, hide: true } })
    }
  })

  return () => {
    closed = true
    for (const [path, known] of methods) {
      const others = METHODS.filter((method) => !known.has(method))
      if (path === '*' || others.length === 0) continue
      const allow = METHODS.filter((method) => known.has(method)).join(', ')
      for (const url of mindsSlash && isClosed(path) ? [path, path.slice(0, -1)] : [path]) {
        add({
          method: others,
          url,
          schema: { hide: true },
          config: { access: 'public' },
          onRequest: async () => {
            throw new Problem('method_not_allowed', { params: { allow }, headers: { allow } })
          },
          handler: async () => {},
        })
      }
    }
  }
}

function isClosed(path: string): boolean {
  return path.length > 1 && path.endsWith('/')
}
