/** Traces of requests and of their SQL statements, sent to an OpenTelemetry collector. Loaded only where they are wanted. */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { FastifyOtelInstrumentation } from '@fastify/otel'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, RandomIdGenerator } from '@opentelemetry/sdk-trace-base'
import type { FastifyInstance } from 'fastify'
import { traceIdOf } from '../http/request-id.ts'
import type { Log } from '../logger.ts'
import { version } from '../version.ts'
import { withoutPrivate } from './private.ts'
import type { TracingSettings } from './settings.ts'
import { traceStatements } from './statements.ts'

export type Tracing = ReturnType<typeof startTracing>

/** A stop does not wait longer for a collector that is away. */
const STOP_WITHIN_MS = 3_000
const COMPLAINT_EVERY_MS = 60_000
/** What monitoring asks again and again. */
const IGNORED = new Set(['/healthz', '/readyz', '/metrics'])

/** For the whole process: OpenTelemetry keeps its context and its propagator in globals. */
export function startTracing({ protocol, serviceName }: TracingSettings, log: Log) {
  const ids = idsOfRequests()
  const own = resourceFromAttributes({
    'service.name': serviceName,
    'service.version': version,
    'service.instance.id': randomUUID(),
  })
  const exporter = protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter()
  const provider = new BasicTracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    idGenerator: ids.generator,
    spanProcessors: [withoutPrivate(new BatchSpanProcessor(exporter))],
  })
  setGlobalErrorHandler(complainer(log))
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
  const tracer = provider.getTracer('upm', version)
  const stopStatements = traceStatements(tracer)

  const instrumentation = new FastifyOtelInstrumentation({
    // One span for a request, and none for each of its hooks.
    instrumentHooks: false,
    instrumentHandler: false,
    recordExceptions: false,
    ignorePaths: ({ url }) => IGNORED.has(url.split('?', 1)[0] ?? ''),
    requestHook: (span, request) => {
      // The route's pattern, never the address: addresses can hold what is private.
      span.updateName(`${request.method} ${request.routeOptions.url ?? 'unknown'}`)
      span.setAttribute('upm.request_id', request.id)
    },
  })
  instrumentation.setTracerProvider(provider)

  return {
    /** Before all other hooks and routes of a server. */
    async register(app: FastifyInstance): Promise<void> {
      app.addHook('onRequest', (request, _reply, done) => {
        // A trace that begins here has the id that the log already has.
        ids.next(traceIdOf(request.raw))
        done()
      })
      await app.register(instrumentation.plugin())
      // Whoever reads a body loses the context: its bytes come with the connection, not with the request.
      app.addHook('preValidation', (request, _reply, done) =>
        context.with(request.opentelemetry().context ?? context.active(), done),
      )
    },

    /** Sends what is waiting, if somebody takes it. */
    async stop(): Promise<void> {
      stopStatements()
      await Promise.race([
        provider.shutdown().catch(() => {}),
        wait(STOP_WITHIN_MS, undefined, { ref: false }),
      ])
    },
  }
}

function idsOfRequests() {
  const random = new RandomIdGenerator()
  let next: string | undefined
  return {
    /** For the span that begins next. The hook that begins it follows at once. */
    next: (id: string | undefined) => (next = id),
    generator: {
      generateTraceId: () => {
        const id = next ?? random.generateTraceId()
        next = undefined
        return id
      },
      generateSpanId: () => random.generateSpanId(),
    },
  }
}

/** A collector that is away is said once a minute: it harms nobody but its own readers. */
function complainer(log: Log): (error: unknown) => void {
  let last = -Infinity
  return (error) => {
    if (performance.now() - last < COMPLAINT_EVERY_MS) return
    last = performance.now()
    const reason = error instanceof Error ? error.message : String(error)
    log.warn({ reason }, 'traces could not be sent to the OpenTelemetry collector')
  }
}
