/** Our request as the library reads it, and its answer as ours. */
import { problems, Problem } from '../errors.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ADDRESS_HEADER } from './options.ts'
import { toRefusal } from './refusals.ts'
import { isRecord, memberOf } from '../values.ts'

/** Passed on to the library; of everything else, such as a forwarded address, it knows nothing. */
const HEADERS = ['accept', 'accept-language', 'authorization', 'origin', 'referer'] as const

/** Browsers send all of them. The fetch of Node sends one, and is no page that could be another site's. */
const FETCH_METADATA = ['sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest'] as const

/** The library's answers say of themselves what CORS says here for all. */
const DROPPED_HEADERS = new Set([
  'access-control-expose-headers',
  'content-length',
  'set-auth-token',
  'set-cookie',
])

export function toWebRequest(request: FastifyRequest, publicUrl: string | undefined): Request {
  const [path = ''] = request.url.split('?')
  const url = new URL(publicUrl ?? calledOrigin(request))
  url.pathname = path.replace(/\/$/, '')
  for (const [name, value] of Object.entries(isRecord(request.query) ? request.query : {})) {
    // To the library any text is true, "false" too.
    if (value !== false) url.searchParams.set(name, String(value))
  }
  const headers = toWebHeaders(request)
  const hasBody = request.method === 'POST'
  if (hasBody) headers.set('content-type', 'application/json')
  return new Request(url, {
    // Better Auth answers HEAD like GET. Fastify omits the body.
    method: request.method === 'HEAD' ? 'GET' : request.method,
    headers,
    ...(hasBody && { body: JSON.stringify(request.body) }),
  })
}

/** The origin that the caller requested (RFC 9112, section 3.2). It is used if PUBLIC_URL is not set. */
function calledOrigin({ protocol, host }: FastifyRequest): string {
  const url = URL.parse(`${protocol}://${host}`)
  if (!url || url.href !== `${url.origin}/`) throw new Problem(problems.bad_request)
  return url.origin
}

const bringsToken = ({ authorization = '' }: FastifyRequest['headers']) => /^bearer /i.test(authorization)

export function toWebHeaders({ headers, facts }: FastifyRequest): Headers {
  const passed = new Headers()
  const names = [
    ...HEADERS,
    ...(headers['sec-fetch-site'] === undefined ? [] : FETCH_METADATA),
    // An app that sends a token may also send cookies without knowing. The token counts: no other site can make a browser send it.
    ...(bringsToken(headers) ? [] : ['cookie']),
  ]
  for (const name of names) {
    const value = headers[name]
    if (typeof value === 'string') passed.set(name, value)
  }
  if (facts.ipAddress !== null) passed.set(ADDRESS_HEADER, facts.ipAddress)
  if (facts.userAgent !== null) passed.set('user-agent', facts.userAgent)
  return passed
}

/** @throws Problem when the library refuses. */
export async function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  response: Response,
  ownCookies: readonly string[],
): Promise<FastifyReply> {
  const isTokens = goesByToken(request)
  const cookies = [...(isTokens ? [] : response.headers.getSetCookie()), ...ownCookies]
  if (cookies.length > 0) reply.header('set-cookie', cookies)
  if (response.status >= 400) throw await toRefusal(response)
  for (const [name, value] of response.headers) {
    if (!DROPPED_HEADERS.has(name)) reply.header(name, value)
  }
  // Whoever takes the seat next finds nothing of what was read. Cookies and storage stay: a host has its own in them.
  if (request.routeOptions.schema?.operationId === 'signOut' && !isTokens) {
    reply.header('clear-site-data', '"cache"')
  }
  if (!response.headers.has('cache-control')) reply.header('cache-control', 'no-store')
  // The body is the text that is made here.
  reply.code(response.status).serializer(String)
  return reply.send(withTokenFor(isTokens, await response.text(), response.headers))
}

const ENTERING: ReadonlySet<string> = new Set(['signIn', 'signInWithPasskey'])

/**
 * Whether the caller keeps the token of the session, and has no cookie of ours: whoever brings one, and whoever asks for
 * one when signing in. All others have the cookie, which no script of a page can read.
 */
export function goesByToken({ headers, body, routeOptions }: FastifyRequest): boolean {
  if (!ENTERING.has(routeOptions.schema?.operationId ?? '')) return bringsToken(headers)
  return memberOf(body, 'sessionToken') === true
}

/** The session's token is nowhere but where it was asked for, and then signed, as it has to be brought. */
function withTokenFor(isTokens: boolean, text: string, headers: Headers): string {
  if (!/"token":|"session":/.test(text)) return text
  const body: { token?: string | null; session?: { token?: string }; user?: unknown } | null =
    JSON.parse(text)
  // What has no user beside it is a token for the API.
  if (!body?.user) return text
  if (typeof body.token === 'string') {
    const signed = headers.get('set-auth-token')
    body.token = isTokens && signed !== null ? decodeURIComponent(signed) : null
  }
  delete body.session?.token
  return JSON.stringify(body)
}
