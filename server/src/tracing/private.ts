import { SpanStatusCode, type Attributes } from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base'

/**
 * All that a span may say. Libraries add the address with its query, messages of errors and stacks, in which anything of a
 * person may stand; so what may leave is listed, not what may not.
 */
const SHOWN = new Set([
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'upm.request_id',
  'db.system.name',
  'db.query.summary',
  'error.type',
])

/** The last door before the exporter: nothing but listed attributes gets through, no events, no messages. */
export function withoutPrivate(next: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, context) => next.onStart(span, context),
    onEnd: (span) => next.onEnd(shown(span)),
    forceFlush: () => next.forceFlush(),
    shutdown: () => next.shutdown(),
  }
}

function shown(span: ReadableSpan): ReadableSpan {
  const attributes: Attributes = {}
  for (const [name, value] of Object.entries(span.attributes)) if (SHOWN.has(name)) attributes[name] = value
  const members = { attributes, status: { code: statusOf(span) }, events: [], links: [] }
  // What the span is else (its ids, its times) it says itself.
  const copy: ReadableSpan = Object.create(
    span,
    Object.fromEntries(Object.entries(members).map(([name, value]) => [name, { value }])),
  )
  return copy
}

/** A request that was refused is no error of the server (OpenTelemetry's conventions for HTTP spans). */
function statusOf({ attributes, status }: ReadableSpan): SpanStatusCode {
  const answered = attributes['http.response.status_code']
  if (typeof answered !== 'number') return status.code
  return answered >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET
}
