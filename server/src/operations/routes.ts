import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { query, sql, type Pool } from '../database/database.ts'
import { Problem } from '../errors.ts'
import { json, problems } from '../http/responses.ts'

export type OperationsRoutesOptions = { pool: Pool; checkStorage: () => Promise<void> }

const free = { access: 'public', limited: false } as const

/** What operators' machinery asks: whether the process runs, and whether it can serve. */
export async function operationsRoutes(
  app: FastifyInstance,
  { pool, checkStorage }: OperationsRoutesOptions,
): Promise<void> {
  app.get('/healthz', { config: free, schema: healthSchema }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  )
  app.get('/readyz', { config: free, schema: readySchema }, async (_request, reply) => {
    try {
      await Promise.all([query(pool, sql`select 1`), checkStorage()])
    } catch (cause) {
      throw new Problem('unavailable', { headers: { 'retry-after': '5' }, cause })
    }
    return reply.header('cache-control', 'no-store').send({ status: 'ok' })
  })
}

const ok = Type.Object({ status: Type.Literal('ok') }, { additionalProperties: false })

const healthSchema = {
  operationId: 'getHealth',
  tags: ['operations'],
  summary: 'Whether the process runs',
  security: [],
  response: { 200: json('It does.', ok), ...problems(400) },
}

const readySchema = {
  operationId: 'getReadiness',
  tags: ['operations'],
  summary: 'Whether the database and the storage answer',
  security: [],
  response: { 200: json('They do.', ok), ...problems(400, 503) },
}
