import { context, SpanKind, SpanStatusCode, trace, type Span, type Tracer } from '@opentelemetry/api'
import { statements, type Statement } from '../database/database.ts'
import { codeOf } from '../values.ts'

/** Makes a span for each statement of a request, by what it does to which tables; never with values. Returns how to stop. */
export function traceStatements(tracer: Tracer): () => void {
  const spans = new WeakMap<Statement, Span>()
  const subscribers = {
    start(statement: Statement) {
      // What no request asks for (jobs, health checks) is in no trace.
      if (!trace.getSpan(context.active())) return
      const summary = summaryOf(statement.text)
      const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary }
      spans.set(statement, tracer.startSpan(summary, { kind: SpanKind.CLIENT, attributes }))
    },
    end() {},
    asyncStart() {},
    asyncEnd: (statement: Statement) => spans.get(statement)?.end(),
    error(statement: Statement & { error: unknown }) {
      const span = spans.get(statement)
      span?.setAttribute('error.type', codeOf(statement.error) ?? 'other')
      span?.setStatus({ code: SpanStatusCode.ERROR })
    },
  }
  statements.subscribe(subscribers)
  return () => {
    statements.unsubscribe(subscribers)
  }
}

const summaries = new Map<string, string>()
const MAX_SUMMARIES = 1_000

/**
 * What a statement writes, or else what it reads first: `INSERT activity_log`, `SELECT users`. Texts are of the code's own
 * templates, so there are only so many of them.
 */
export function summaryOf(text: string): string {
  const known = summaries.get(text)
  if (known !== undefined) return known
  const plain = text.replaceAll(/--[^\n]*/g, '').replaceAll(/for (?:no key )?update/gi, '')
  const written = [...plain.matchAll(/\b(insert into|update|delete from)\s+("?[a-z_][\w".]*)/gi)]
    .filter(([, , table]) => table?.toLowerCase() !== 'set')
    .map(([, verb = '', table = '']) => `${verb.split(' ', 1)[0]?.toUpperCase()} ${bare(table)}`)
  const read = /\bfrom\s+("?[a-z_][\w".]*)/i.exec(plain)?.[1]
  const verb = /^\s*(\w+)/.exec(plain)?.[1]?.toUpperCase() ?? 'SQL'
  const summary =
    written.length > 0
      ? [...new Set(written)].join(', ')
      : read === undefined
        ? verb
        : `${verb === 'WITH' ? 'SELECT' : verb} ${bare(read)}`
  if (summaries.size < MAX_SUMMARIES) summaries.set(text, summary)
  return summary
}

/** Without quotes, and without the name of UPM's own schema. */
function bare(table: string): string {
  return table.replaceAll('"', '').replace(/^upm\./, '')
}
