/** Our request as the library reads it, and its answer as ours. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../errors.ts'
import { ADDRESS_HEADER } from './options.ts'
import { toRefusal } from './refusals.ts'

/** Passed on to the library; of everything else, such as a forwarded address, it knows nothing. */
const HEADERS = ['accept', 'accept-language', 'authorization', 'origin', 'referer'] as const

/** Browsers send all of them. The fetch of Node sends one, and is no page that could be another site's. */
const FETCH_METADATA = ['sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest'] as const

/** The library's answers say of themselves what CORS says here for all. */
const DROPPED_HEADERS = new Set(['access-control-expose-headers', 'content-length', 'set-cookie'])

export function toWebRequest(request: FastifyRequest, publicUrl: string | undefined): Request {
  const [path = ''] = request.url.split('?')
  const url = new URL(publicUrl ?? calledOrigin(request))
  url.pathname = path.replace(/\/$/, '')
  for (const [name, value] of Object.entries(request.query as Record<string, string | boolean>)) {
    // To the library any text is true, "false" too.
    if (value !== false) url.searchParams.set(name, String(value))
  }
  const headers = headersOf(request)
  const hasBody = request.method === 'POST'
  if (hasBody) headers.set('content-type', 'application/json')
  return new Request(url, {
    // The answer to HEAD is that to GET; Fastify leaves the body out.
    method: request.method === 'HEAD' ? 'GET' : request.method,
    headers,
    ...(hasBody && { body: JSON.stringify(request.body) }),
  })
}

/** Where nobody has said what is public: what the caller has called, if that can be an origin (RFC 9112, section 3.2). */
function calledOrigin({ protocol, host }: FastifyRequest): string {
  const url = URL.parse(`${protocol}://${host}`)
  if (!url || url.href !== `${url.origin}/`) throw new Problem('bad_request')
  return url.origin
}

function headersOf({ headers, facts }: FastifyRequest): Headers {
  const passed = new Headers()
  const names = [
    ...HEADERS,
    ...(headers['sec-fetch-site'] === undefined ? [] : FETCH_METADATA),
    // Apps that bring a token may keep cookies without knowing. What is brought on purpose counts, and no other site can.
    ...(/^bearer /i.test(headers.authorization ?? '') ? [] : ['cookie']),
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
export async function sendAnswer(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) reply.header('set-cookie', cookies)
  if (response.status >= 400) throw await toRefusal(response)
  for (const [name, value] of response.headers) {
    if (!DROPPED_HEADERS.has(name)) reply.header(name, value)
  }
  if (!response.headers.has('cache-control')) reply.header('cache-control', 'no-store')
  // The body is the text that the library has made.
  reply.code(response.status).serializer((body) => body as string)
  return reply.send(await response.text())
}
