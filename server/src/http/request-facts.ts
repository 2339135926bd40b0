import { BlockList, isIP } from 'node:net'
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

/** Addresses that lead to no person: of this machine and of private networks. */
const nearby = new BlockList()
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  nearby.addSubnet(network, bits)
}
nearby.addAddress('::1', 'ipv6')
nearby.addSubnet('fc00::', 7, 'ipv6')

/**
 * The address as the server log has it. That log is in files and services that no purge reaches, so of an address of a person it
 * has the network (`203.0.113.0/24`, `2001:db8:aaaa::/48`); the activity log has the whole one, under the same request id.
 */
export function printedAddress(address: string): string {
  if (isIP(address) === 4) {
    return nearby.check(address) ? address : `${address.split('.').slice(0, 3).join('.')}.0/24`
  }
  if (isIP(address) === 0 || nearby.check(address, 'ipv6')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const left = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const all = [...groups, ...Array<string>(left).fill('0'), ...(tail ? tail.split(':') : [])]
  return `${all.slice(0, 3).join(':')}::/48`
}

/** The User-Agent as it is kept: well-formed, without NUL (PostgreSQL refuses both), and not too long. */
export function keptUserAgent(header: string | undefined): string | null {
  if (header === undefined) return null
  const text = header.toWellFormed().replaceAll('\0', '')
  return text.length <= MAX_USER_AGENT_CHARACTERS
    ? text
    : [...text].slice(0, MAX_USER_AGENT_CHARACTERS).join('')
}
