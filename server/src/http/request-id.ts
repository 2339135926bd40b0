import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const traceIds = new WeakMap<IncomingMessage, string>()

/**
 * The id of a request, for its lines in the log, its entries and its answer: the caller's own `X-Request-Id` where it is
 * harmless, otherwise the trace id, otherwise a new UUID. So an operator gets from an entry to the trace, and a caller that
 * numbers its requests keeps its numbers.
 *
 * @param own in the place of `X-Request-Id`: the id that a host gave to the request
 * @param isTraced whether this server makes traces itself: then a request that comes without a trace begins one.
 */
export function identifyRequest(
  request: IncomingMessage,
  isTraced: boolean,
  own: string | string[] | undefined = request.headers['x-request-id'],
): string {
  const { traceparent } = request.headers
  const traceId = readTraceParent(traceparent) ?? (isTraced ? randomBytes(16).toString('hex') : undefined)
  if (traceId !== undefined) traceIds.set(request, traceId)
  return typeof own === 'string' && /^[\w.:-]{1,64}$/.test(own) ? own : (traceId ?? randomUUID())
}

/** The trace that an identified request belongs to: its caller's, or the one that begins with it. */
export function traceIdOf(request: IncomingMessage): string | undefined {
  return traceIds.get(request)
}

const ZERO = /^0+$/

/**
 * The trace id of a `traceparent` (W3C Trace Context, section 3.2): of version 00 all of it has to be right; later versions
 * may only add to it. Whatever else it is, it is treated as if it were not there.
 */
export function readTraceParent(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string' || header.length > 256) return undefined
  const [, version, traceId = '', parentId = '', more] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(header) ?? []
  if (version === undefined || version === 'ff') return undefined
  if (version === '00' && more !== undefined) return undefined
  return ZERO.test(traceId) || ZERO.test(parentId) ? undefined : traceId
}
