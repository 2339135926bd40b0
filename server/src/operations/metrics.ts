import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram } from 'prom-client'
import type { OperationsPort } from './port.ts'
import type { Pool } from '../database/database.ts'
import type { Counted, Meters } from '../meters.ts'
import { countConsumers, type Admit } from './consumers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route counts in /metrics, by its outcome. */
    counted?: Counted
  }
}

/**
 * Gauges that prom-client calls `…_total`, which is for counters alone: `promtool check metrics` refuses them. Each is the
 * sum of another metric over its labels.
 */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/**
 * Counts and times requests, and shows all metrics of the process at `/metrics` (Prometheus).
 *
 * @param admit which front ends have counts of their own
 * @param ofAll the metrics of all processes, where there are several
 */
export function createMetrics(
  { registry, problem, outcome: countOutcome }: Meters,
  pool: Pool,
  port: OperationsPort,
  admit: Admit,
  ofAll?: () => Promise<string>,
) {
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  const duration = new Histogram({
    name: 'upm_http_request_duration_seconds',
    help: 'How long requests took, from the last byte of their headers to the last byte of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  const connections = new Gauge({
    name: 'upm_database_connections',
    help: 'Connections to the database by state, and requests that wait for one.',
    labelNames: ['state'],
    registers: [registry],
    collect: () => {
      connections.set({ state: 'idle' }, pool.idleCount)
      connections.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      connections.set({ state: 'waiting' }, pool.waitingCount)
    },
  })
  new Gauge({
    name: 'upm_database_connections_limit',
    help: 'How many connections to the database the server may open for requests.',
    registers: [registry],
  }).set(pool.max)
  return {
    /**
     * Counts the requests of all routes, and shows the metrics.
     *
     * @param codes those of problems that are counted by their name
     */
    register(app: FastifyInstance, codes: ReadonlySet<string>): void {
      countConsumers(app, registry, admit)
      app.addHook('onResponse', async (request, reply) => {
        const { problemCode, routeOptions } = request
        // The route's pattern, never the address: a label per user would drown the monitoring.
        const route = routeOptions.url ?? 'unknown'
        duration.observe(
          { method: request.method, route, status: reply.statusCode },
          reply.elapsedTime / 1000,
        )
        const code = problemCode === undefined || codes.has(problemCode) ? problemCode : 'other'
        if (code !== undefined) problem(code)
        const { counted } = routeOptions.config
        if (counted) countOutcome(counted, code ?? 'succeeded')
      })
      app.get(
        '/metrics',
        { config: { access: 'public', limited: false }, schema: { hide: true } },
        async (request, reply) => {
          port.check(request.raw)
          return reply.type(registry.contentType).send(await (ofAll ?? (() => registry.metrics()))())
        },
      )
    },
  }
}
