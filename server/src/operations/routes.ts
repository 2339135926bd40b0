import { problems, Problem } from '../errors.ts'
import { Type } from 'typebox'
import { query, sql, type Pool } from '../database/database.ts'
import { json, refusals } from '../http/responses.ts'
import type { OperationsPort } from './port.ts'
import type { App } from '../http/app.ts'

export type OperationsRoutesOptions = {
  pool: Pool
  checkStorage: () => Promise<void>
  port: OperationsPort
}

const free = { access: 'public', limited: false } as const

/** What operators' machinery asks: whether the process runs, and whether it can serve. */
export async function operationsRoutes(
  app: App,
  { pool, checkStorage, port }: OperationsRoutesOptions,
): Promise<void> {
  app.get('/healthz', { config: free, schema: healthSchema }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  )
  app.get('/readyz', { config: free, schema: readySchema }, async (request, reply) => {
    port.check(request.raw)
    try {
      await Promise.all([query(pool, sql`select 1`), checkStorage()])
    } catch (cause) {
      throw new Problem(problems.unavailable, { headers: { 'retry-after': '5' }, cause })
    }
    return reply.header('cache-control', 'no-store').send({ status: 'ok' })
  })
}

const ok = Type.Object({ status: Type.Literal('ok') }, { additionalProperties: false })

const healthSchema = {
  operationId: 'getHealth',
  tags: ['operations'],
  summary: 'Check whether the process is running',
  description: 'Answers without the database and the storage. For a liveness probe.',
  security: [],
  response: { 200: json('The process is running.', ok, { example: { status: 'ok' } }) },
}

const readySchema = {
  operationId: 'getReadiness',
  tags: ['operations'],
  summary: 'Check whether the database and the storage respond',
  description: 'If `OPERATIONS_PORT` is set, this address is available only on that port.',
  security: [],
  response: {
    200: json('The database and the storage respond.', ok, { example: { status: 'ok' } }),
    ...refusals(404, 503),
  },
}
