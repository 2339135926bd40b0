import { compile as compileAddresses } from '@fastify/proxy-addr'
import proxyAddress from '@fastify/proxy-addr'
import type { FastifyRequest } from 'fastify'

/** What the log keeps of the request that caused an entry. */
export type RequestFacts = { ipAddress: string | null; userAgent: string | null; requestId: string }

const MAX_USER_AGENT_CHARACTERS = 1024

/**
 * Whose request it is: the peer's address, or what a trusted proxy says in `X-Forwarded-For`: the nearest address to
 * us that is not a trusted proxy itself. Anybody can send the header, so of others it is ignored.
 */
export function clientAddress(trustedProxies: readonly string[]): (request: FastifyRequest) => string {
  const trust = compileAddresses([...trustedProxies])
  return (request) => withoutZone(proxyAddress(request.raw, trust))
}

/** `::ffff:10.0.0.1` is how a dual-stack socket names an IPv4 peer; `%eth0` has no place in PostgreSQL's inet. */
function withoutZone(address: string): string {
  const bare = address.split('%', 1)[0] ?? address
  return bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice('::ffff:'.length) : bare
}

/** The User-Agent as it is kept: well-formed, without NUL (PostgreSQL refuses both), and not too long. */
export function keptUserAgent(header: string | undefined): string | null {
  if (header === undefined) return null
  const text = header.toWellFormed().replaceAll('\0', '')
  return text.length <= MAX_USER_AGENT_CHARACTERS ? text : [...text].slice(0, MAX_USER_AGENT_CHARACTERS).join('')
}
