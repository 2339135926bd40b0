import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { Type } from 'typebox'
import { Problem } from '../errors.ts'
import { json, problems } from '../http/responses.ts'
import { unauthorized } from '../identity/tokens.ts'
import { encodeCursor, type Position } from './cursor.ts'
import type { Entries } from './entries.ts'
import { pageQuery } from './filters.ts'
import { batchExample, entryExample, receiptSchema, type ActivitySchemas } from './schema.ts'

export type ActivityRoutesOptions = { entries: Entries; schemas: ActivitySchemas }

export async function activityRoutes(
  app: FastifyInstance,
  { entries, schemas }: ActivityRoutesOptions,
): Promise<void> {
  for (const schema of [schemas.entry, schemas.batchEntry, receiptSchema]) app.addSchema(schema)

  app.get(
    '/api/me/activity/',
    // Which parameters there are depends on the format that is asked for (filters.ts).
    { schema: listSchema, validatorCompiler: () => (value) => ({ value }) },
    async (request, reply) => {
      const type = acceptedType(request)
      sendPrivately(reply).type(type)
      if (type !== PAGE) {
        if (type === CSV) reply.header('content-disposition', 'attachment; filename="activity.csv"')
        const stream = entries.streamAll(request.userId, request.query, type === CSV ? 'csv' : 'ndjson')
        // Fastify would read it to its end, to send nothing of it.
        return reply.send(request.method === 'HEAD' ? Readable.from([]) : stream)
      }
      const page = await entries.getPage(request.userId, request.query)
      if (page.next) reply.header('link', `<${nextAddress(request, page.next)}>; rel="next"`)
      return reply.send(page.entries)
    },
  )

  app.post(
    '/api/activity/',
    // A batch is judged together with the users that it names, and with it all faults at once (batch.ts).
    {
      config: { access: { scope: 'activity:write' } },
      schema: postSchema,
      validatorCompiler: () => (value) => ({ value }),
    },
    async (request) => {
      if (!request.caller) throw unauthorized()
      return entries.receive(request.body, request.caller, request.id)
    },
  )
}
