/** What holds for every answer, whichever route gives it: its security headers, and how a connection ends. */
import { problems, Problem } from '../errors.ts'
import { IncomingMessage, type IncomingHttpHeaders } from 'node:http'
import cors from '@fastify/cors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config/config.ts'
import { registerCompression } from './compression.ts'

/** How much of a refused body is still read, so that its sender gets to read the answer. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024
/** Whoever sends nothing for so long is not sending any more. */
const SENDER_PAUSE_MS = 5_000
const HSTS_SECONDS = 365 * 24 * 60 * 60

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The methods of the address, for the answer to OPTIONS. */
    allow?: string
    /** What a PATCH of the address may be (RFC 5789, section 3.1). */
    acceptPatch?: string
  }
}

/** Headers that no answer goes without; a route may have a narrower policy of its own. */
export function securityHeaders(config: Pick<Config, 'publicUrl'>): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'content-security-policy': "frame-ancestors 'none'",
    // RFC 6797: said over HTTPS alone, and of this host alone.
    ...(config.publicUrl?.startsWith('https:') && {
      'strict-transport-security': `max-age=${HSTS_SECONDS}`,
    }),
  }
}

/** Registers them for all that this server answers. */
export async function registerAnswers(
  app: FastifyInstance,
  config: Pick<Config, 'publicUrl' | 'corsOrigins'>,
): Promise<void> {
  const headers = securityHeaders(config)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers)
    const { allow, acceptPatch } = request.routeOptions.config
    if (allow !== undefined && request.method === 'OPTIONS') reply.header('allow', allow)
    if (acceptPatch !== undefined) reply.header('accept-patch', acceptPatch)
    done(hasOneHost(request.raw) ? undefined : new Problem(problems.bad_request))
  })
  await app.register(cors, {
    origin: config.corsOrigins.includes('*') ? '*' : [...config.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'Accept-Patch',
      'Allow',
      'Content-Disposition',
      'Deprecation',
      'ETag',
      'Link',
      'Retry-After',
      'Sunset',
      'X-Request-Id',
    ],
    maxAge: 86_400,
    // OPTIONS without an origin is no preflight, and no fault either.
    strictPreflight: false,
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    // What comes with GET is not even looked at.
    const isRead = !['GET', 'HEAD'].includes(request.method) && hasBody(request.headers)
    if (!isRead || isPlain(request.headers['content-encoding'])) return done()
    done(
      new Problem(problems.unsupported_media_type, {
        params: { supported: 'Content-Encoding: identity' },
        // RFC 9110, section 15.5.16: it was the coding, not the type.
        headers: { 'accept-encoding': 'identity' },
      }),
    )
  })
  registerCompression(app)
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (isStillSending(request)) endAfterSender(request, reply)
    done()
  })
}

/** RFC 9112, section 3.2: a request of HTTP/1.1 has exactly one. */
function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0')
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Whether the body comes as it is; whoever unpacks it spends more than was sent. */
function isPlain(codings: string | undefined): boolean {
  return codings === undefined || codings.split(',').every((coding) => /^\s*(?:identity)?\s*$/i.test(coding))
}

function isStillSending({ raw, headers }: FastifyRequest): boolean {
  // A request that was injected has no connection that could break.
  return raw instanceof IncomingMessage && !raw.complete && !raw.socket.destroyed && hasBody(headers)
}

/**
 * Answers somebody who is still sending. A connection that is closed with bytes unread is reset, and the answer is
 * lost on its way; so our side of it ends with the answer, and the rest is read and thrown away, up to a limit (RFC
 * 9112, section 9.6). The time limit is that of the request.
 */
function endAfterSender({ raw }: FastifyRequest, reply: FastifyReply): void {
  const { socket } = raw
  const destroy = socket.destroySoon.bind(socket)
  let discarded = 0
  let pause: NodeJS.Timeout | undefined
  // What was to read it may have stopped in the middle.
  raw.unpipe()
  raw.on('data', (chunk: Buffer) => {
    pause?.refresh()
    discarded += chunk.length
    if (discarded <= MAX_DISCARDED_BYTES) return
    raw.pause()
    if (pause) destroy()
  })
  // Whoever waits to be told to go on (connection.ts) is told the answer, however long it takes to be written.
  raw.removeAllListeners('resume')
  raw.resume()
  reply.header('connection', 'close')
  // What Node calls when the answer is written.
  socket.destroySoon = () => {
    if (raw.complete || raw.destroyed || discarded > MAX_DISCARDED_BYTES) return destroy()
    pause = setTimeout(destroy, SENDER_PAUSE_MS).unref()
    raw.once('close', () => {
      clearTimeout(pause)
      destroy()
    })
    socket.end()
  }
}
