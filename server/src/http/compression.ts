/**
 * Compresses JSON and HTML in the coding that the client prefers. docs/decisions/0010-compressed-answers.md says what is
 * compressed, what is not, and why.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { acceptedCodings, encode } from './codings.ts'
import { addVary, codedTag, isVersionTag } from './conditional.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false`: the answers are not compressed, because they hold secrets (BREACH). Default: they are if the client asks for it. */
    compressed?: false
  }
}

/** A smaller body fits into one packet of the network, compressed or not. */
const MIN_BYTES = 1024
/** A larger one would hold up other requests. No answer of UPM is so large; one of a host's feature may be. */
const MAX_BYTES = 4 * 1024 * 1024

/** Of JSON, problems among it, and HTML. A stream (a file, an export) goes as it is. */
export function registerCompression(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    done(
      null,
      typeof payload === 'string' || Buffer.isBuffer(payload) ? compress(request, reply, payload) : payload,
    )
  })
}

function compress(request: FastifyRequest, reply: FastifyReply, body: string | Buffer): string | Buffer {
  const bytes = Buffer.byteLength(body)
  if (bytes <= MIN_BYTES || bytes > MAX_BYTES || !isCompressible(request, reply)) return body
  // Also where the body goes as it is, so that a cache keeps the two apart.
  addVary(reply, 'Accept-Encoding')
  const [coding] = acceptedCodings(request.headers['accept-encoding'])
  if (coding === undefined) return body
  const tag = reply.getHeader('etag')
  if (typeof tag === 'string' && !isVersionTag(tag)) reply.header('etag', codedTag(tag, coding))
  reply.header('content-encoding', coding).removeHeader('content-length')
  return encode(Buffer.from(body), coding)
}

function isCompressible({ routeOptions }: FastifyRequest, reply: FastifyReply): boolean {
  return (
    routeOptions.config.compressed !== false &&
    !reply.hasHeader('content-encoding') &&
    /^(?:application\/(?:[\w.-]+\+)?json|text\/html)\s*(?:;|$)/i.test(String(reply.getHeader('content-type')))
  )
}
