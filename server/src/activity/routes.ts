import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { Type, type Static } from 'typebox'
import { Problem } from '../errors.ts'
import { json, problems } from '../http/responses.ts'
import { exceptBody } from '../http/validation.ts'
import { encodeCursor, type Position } from './cursor.ts'
import type { Entries } from './entries.ts'
import type { ExportFormat } from './export.ts'
import { pageQuery } from './filters.ts'
import { batchExample, csvExample, entryExample, summaryExample, type ActivitySchemas } from './schema.ts'
import { summaryQuery } from './summary.ts'

export type ActivityRoutesOptions = { entries: Entries; schemas: ActivitySchemas }

export async function activityRoutes(
  app: FastifyInstance,
  { entries, schemas }: ActivityRoutesOptions,
): Promise<void> {
  app.get(
    '/api/me/activity/',
    // Which parameters there are depends on the format that is asked for (filters.ts).
    { schema: listSchema, validatorCompiler: () => (value) => ({ value }) },
    async (request, reply) => {
      const type = acceptedType(request)
      varyByCaller(reply)
      const format = streamed.get(type)
      if (format) {
        const stream = entries.streamAll(request.userId, request.query, format)
        // Fastify would read all of it, to send nothing of it.
        if (request.method === 'HEAD') stream.destroy()
        if (format === 'csv') reply.header('content-disposition', 'attachment; filename="activity.csv"')
        return reply.type(type).send(stream)
      }
      const page = await entries.getPage(request.userId, request.query)
      if (page.next) reply.header('link', `<${nextAddress(request, page.next)}>; rel="next"`)
      return reply.type(type).send(page.entries)
    },
  )

  app.get<{ Querystring: Static<typeof summaryQuery> }>(
    '/api/me/activity/summary/',
    { schema: getSummarySchema },
    async (request, reply) => {
      varyByCaller(reply)
      return entries.summarize(request.userId, request.query)
    },
  )

  app.post(
    '/api/activity/',
    // A batch is judged together with the users that it names, all faults at once (batch.ts).
    {
      config: { access: { scope: 'activity:write' } },
      schema: postSchema(schemas),
      validatorCompiler: exceptBody(app),
    },
    (request) => entries.receive(request.body, { subject: request.caller?.subject, requestId: request.id }),
  )
}

/** The media types of a selection of entries; whoever has no preference gets the first one. */
const types = [
  'application/json; charset=utf-8',
  'application/x-ndjson; charset=utf-8',
  'text/csv; charset=utf-8',
]
const streamed = new Map<string, ExportFormat>([
  ['application/x-ndjson; charset=utf-8', 'ndjson'],
  ['text/csv; charset=utf-8', 'csv'],
])

/** @throws Problem `not_acceptable` when the caller takes none of the types. */
function acceptedType({ headers }: FastifyRequest): string {
  const type = new Negotiator({ headers: { accept: headers.accept || '*/*' } }).mediaType(types)
  if (type === undefined) {
    throw new Problem('not_acceptable', {
      params: { available: 'application/json, application/x-ndjson, text/csv' },
    })
  }
  return type
}

/** Nobody but the caller may keep what is in the log. */
function varyByCaller(reply: FastifyReply): void {
  const vary = [reply.getHeader('vary'), 'Authorization, Accept'].filter(Boolean).join(', ')
  reply.header('cache-control', 'private, no-store').header('vary', vary)
}

/** The address of the request, wherever a host has put it, with all its parameters and the new cursor. */
function nextAddress({ originalUrl, query }: FastifyRequest, next: Position): string {
  const parameters = new URLSearchParams({ ...(query as Record<string, string>), cursor: encodeCursor(next) })
  return `${originalUrl.split('?', 1)[0]}?${parameters.toString()}`
}

const listSchema = {
  operationId: 'listActivity',
  tags: ['activity'],
  summary: 'What happened in your account',
  description:
    'Your own entries, newest first. As JSON a page at a time: the `Link` header leads to the next one, without gaps ' +
    'or repetitions, whatever is logged meanwhile. As NDJSON or CSV (`Accept`) the whole selection as one stream, ' +
    'which has no pages: then `limit` and `cursor` are refused. A stream that fails on the way ends as a broken ' +
    'transfer, never as a complete one. In CSV the metadata are JSON text, and cells that a spreadsheet would take ' +
    'for a formula begin with an apostrophe.',
  querystring: pageQuery,
  headers: Type.Object({
    accept: Type.Optional(
      Type.String({ examples: ['application/json', 'application/x-ndjson', 'text/csv'] }),
    ),
  }),
  response: {
    200: {
      description: 'A page, or all that there is.',
      headers: {
        Link: {
          type: 'string',
          description: '`<…>; rel="next"`: the address of the next page, while there is more.',
        },
      },
      content: {
        'application/json': { schema: Type.Array(Type.Ref('ActivityEntry')), example: [entryExample] },
        'application/x-ndjson': {
          schema: { type: 'string', description: 'Lines of JSON, each an `ActivityEntry`.' },
          example: `${JSON.stringify(entryExample)}\n`,
        },
        'text/csv': {
          schema: {
            type: 'string',
            description: 'RFC 4180, with a header line of the names of `ActivityEntry`.',
          },
          example: csvExample,
        },
      },
    },
    ...problems(400, 401, 403, 406, 409, 429, 503),
  },
}

const getSummarySchema = {
  operationId: 'getActivitySummary',
  tags: ['activity'],
  summary: 'How much happened on each day',
  description:
    'Your own entries, counted by day and action. Days are those of your time zone (`settings.timezone`), from their ' +
    'first instant to that of the next: where clocks change, one has 23 or 25 hours. At most 366 days.',
  querystring: summaryQuery,
  response: {
    200: json('The counts.', Type.Ref('ActivitySummary'), { example: summaryExample }),
    ...problems(400, 401, 403, 409, 429),
  },
}

const postSchema = ({ batch }: ActivitySchemas) => ({
  operationId: 'postActivity',
  tags: ['activity'],
  summary: 'Log events of another service',
  description:
    'For services: the token needs the scope `activity:write`, and makes no account. Entries are kept in the order of ' +
    'the batch, with the time of their arrival. Sending a batch again adds nothing: an `id` counts once, for as long ' +
    'as entries are kept. One faulty entry refuses the whole batch; every fault is named by index and field, such as ' +
    '`[3].user_id`. Secrets in the metadata are replaced by `[redacted]`.',
  body: {
    content: {
      'application/json': {
        schema: { ...batch, items: Type.Ref('ActivityBatchEntry'), examples: [batchExample] },
      },
    },
  },
  response: {
    200: {
      description: 'How many were new.',
      content: {
        'application/json': { schema: Type.Ref('ActivityReceipt'), example: { accepted: 2, duplicates: 0 } },
      },
    },
    ...problems(400, 401, 403, 413, 415, 429),
  },
})
