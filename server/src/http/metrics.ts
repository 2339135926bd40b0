import type { FastifyInstance } from 'fastify'
import { AggregatorRegistry, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Pool } from '../database/database.ts'

/**
 * Counts and times requests, and shows them with the process's own figures at `/metrics` (Prometheus).
 *
 * @param ofAll the metrics of all processes, where there are several
 */
export function registerMetrics(app: FastifyInstance, pool: Pool, ofAll?: () => Promise<string>): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
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
  if (ofAll) {
    // Makes this process answer when the first one collects.
    AggregatorRegistry.setRegistries([registry])
    new AggregatorRegistry()
  }
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, never the address: a label per user would drown the monitoring.
    const route = request.routeOptions.url ?? 'unknown'
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })
  app.get(
    '/metrics',
    { config: { access: 'public', limited: false }, schema: { hide: true } },
    async (_request, reply) =>
      reply.type(registry.contentType).send(await (ofAll ?? (() => registry.metrics()))()),
  )
}
