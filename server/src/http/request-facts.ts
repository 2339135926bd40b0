import { isIP } from 'node:net'
import { all as forwardedAddresses, compile as compileAddresses } from '@fastify/proxy-addr'
import type { FastifyRequest } from 'fastify'

/** What the log keeps of the request that caused an entry. */
export type RequestFacts = {
  ipAddress: string | null
  userAgent: string | null
  requestId: string | null
  /** Not kept: the session that it comes from. Nothing is written for it once that has ended (accounts/session.ts). */
  session?: string | undefined
}

/** Of what no request has caused. */
export const NO_REQUEST: RequestFacts = { ipAddress: null, userAgent: null, requestId: null }

const MAX_USER_AGENT_CHARACTERS = 1024

/**
 * Whose request it is: the peer's address, or what a trusted proxy says in `X-Forwarded-For`: the nearest address to
 * us that is not a trusted proxy itself. Anybody can send the header, so of others it is ignored. Where a proxy says
 * `unknown`, or what is no address at all, it is the proxy's own. Null when the peer has none: it has hung up, or came
 * through a Unix socket.
 */
export function clientAddress(trustedProxies: readonly string[]): (request: FastifyRequest) => string | null {
  const trust = compileAddresses([...trustedProxies])
  return (request) => {
    if (request.raw.socket.remoteAddress === undefined) return null
    return (
      forwardedAddresses(request.raw, trust)
        .map(bareAddress)
        .findLast((address) => isIP(address) !== 0) ?? null
    )
  }
}

/**
 * The address alone: some proxies add the port, `%eth0` has no place in PostgreSQL's inet, and `::ffff:10.0.0.1` is how
 * a dual-stack socket names an IPv4 peer.
 */
function bareAddress(text: string): string {
  const withoutPort = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const withoutZone = withoutPort.split('%', 1)[0] ?? ''
  return /^::ffff:([\d.]+)$/i.exec(withoutZone)?.[1] ?? withoutZone
}

/** The User-Agent as it is kept: well-formed, without NUL (PostgreSQL refuses both), and not too long. */
export function keptUserAgent(header: string | undefined): string | null {
  if (header === undefined) return null
  const text = header.toWellFormed().replaceAll('\0', '')
  return text.length <= MAX_USER_AGENT_CHARACTERS
    ? text
    : [...text].slice(0, MAX_USER_AGENT_CHARACTERS).join('')
}
