import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Problem } from '../errors.ts'
import { requestedLanguage } from '../http/language.ts'
import { currentRequest, type SignInRequest } from './context.ts'
import { ADDRESS_HEADER } from './options.ts'
import { createSignIn, type SignInOptions } from './sign-in.ts'
import { createThrottle, type Attempt } from './throttle.ts'

type Route = {
  method: 'GET' | 'POST'
  /** Below `/api/auth`. */
  path: string
  /** Attempts are counted under this name. */
  throttled?: string
}

/**
 * What of the library can be reached. Left out is what would change what UPM keeps (`update-user`, `change-email`,
 * `delete-user`: names are edited in the profile, e-mail and role are read-only) and all of the social sign-in.
 */
const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/sign-up/email', throttled: 'sign-up' },
  { method: 'POST', path: '/sign-in/email', throttled: 'sign-in' },
  { method: 'POST', path: '/sign-out' },
  { method: 'GET', path: '/get-session' },
  { method: 'GET', path: '/token' },
  { method: 'GET', path: '/jwks' },
  { method: 'GET', path: '/list-sessions' },
  { method: 'POST', path: '/revoke-session' },
  { method: 'POST', path: '/revoke-sessions' },
  { method: 'POST', path: '/revoke-other-sessions' },
  { method: 'POST', path: '/change-password', throttled: 'password' },
  { method: 'POST', path: '/request-password-reset', throttled: 'mail' },
  { method: 'GET', path: '/reset-password/:token', throttled: 'reset' },
  { method: 'POST', path: '/reset-password', throttled: 'reset' },
  { method: 'POST', path: '/send-verification-email', throttled: 'mail' },
  { method: 'GET', path: '/verify-email', throttled: 'verify' },
  { method: 'GET', path: '/error' },
]

const MAX_BODY_BYTES = 16 * 1024

/** Passed on to the library; of everything else, such as a forwarded address, it knows nothing. */
const HEADERS = [
  'accept',
  'accept-language',
  'authorization',
  'cookie',
  'origin',
  'referer',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
] as const

/** The library's answers say of themselves what CORS says here for all. */
const DROPPED_HEADERS = new Set(['access-control-expose-headers', 'content-length', 'set-cookie'])

export async function signInRoutes(
  app: FastifyInstance,
  options: Omit<SignInOptions, 'basePath' | 'log'>,
): Promise<void> {
  const { publicUrl } = options.config
  const signIn = await createSignIn({ ...options, basePath: `${app.prefix}/api/auth`, log: app.log })
  const throttle = createThrottle(options.pool)
  acceptNoBody(app)
  app.addHook('onReady', () => signIn.checkKeys())
  app.addHook('onClose', () => signIn.close())

  for (const { method, path, throttled } of ROUTES) {
    app.route({
      method,
      url: `/api/auth${path}`,
      bodyLimit: MAX_BODY_BYTES,
      config: { access: 'public' },
      // Parameters here are the library's business.
      schema: { hide: true, querystring: Type.Object({}, { additionalProperties: true }) },
      handler: async (request, reply) => {
        const attempt = throttled === undefined ? undefined : attemptOf(request, throttled)
        if (attempt) await throttle.count(attempt)
        if (path === '/sign-up/email') signIn.checkPerson(request.body ?? {})
        const response = await handle(request, path)
        if (attempt && response.ok) await throttle.forgive(attempt)
        return answer(reply, response)
      },
    })
  }

  async function handle(request: FastifyRequest, path: string): Promise<Response> {
    const context: SignInRequest = { path, facts: request.facts, language: requestedLanguage(request) }
    const response = await currentRequest.run(context, () => signIn.handle(toWebRequest(request, publicUrl)))
    if (response.status >= 500) throw new Error(`the sign-in answered ${response.status}`)
    // Its own 404 are of paths that it does not know.
    if (response.status === 404) throw new Problem('not_found')
    return response
  }
}

/** A client sends JSON, or, where there is nothing to say, an empty body that it calls JSON. */
function acceptNoBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body as string, done)
  })
}

function attemptOf(request: FastifyRequest, what: string): Attempt {
  const { email } = (request.body ?? {}) as { email?: unknown }
  return {
    what,
    ipAddress: request.facts.ipAddress,
    email: typeof email === 'string' ? email : undefined,
  }
}

function toWebRequest(request: FastifyRequest, publicUrl: string | undefined): Request {
  const headers = new Headers()
  for (const name of HEADERS) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const { ipAddress, userAgent } = request.facts
  if (ipAddress !== null) headers.set(ADDRESS_HEADER, ipAddress)
  if (userAgent !== null) headers.set('user-agent', userAgent)
  const [path = '', ...query] = request.url.split('?')
  const url = new URL(publicUrl ?? `${request.protocol}://${request.host}`)
  url.pathname = path.replace(/\/$/, '')
  url.search = query.join('?')
  const hasBody = request.method === 'POST' && request.body !== undefined
  if (hasBody) headers.set('content-type', 'application/json')
  return new Request(url, {
    // The answer to HEAD is that to GET; Fastify leaves the body out.
    method: request.method === 'HEAD' ? 'GET' : request.method,
    headers,
    ...(hasBody && { body: JSON.stringify(request.body) }),
  })
}

async function answer(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status)
  for (const [name, value] of response.headers) {
    if (!DROPPED_HEADERS.has(name)) reply.header(name, value)
  }
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) reply.header('set-cookie', cookies)
  if (!response.headers.has('cache-control')) reply.header('cache-control', 'no-store')
  // The body is the text that the library has made.
  reply.serializer((body) => body as string)
  return reply.send(await response.text())
}
