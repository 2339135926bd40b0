import { exampleOf, problems, Problem, validationFailed } from '../errors.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { Type } from 'typebox'
import { addVary } from '../http/conditional.ts'
import { firstPreferences } from '../http/language.ts'
import { json, named, refusals, type NamedExamples } from '../http/responses.ts'
import { exceptBody } from '../http/validation.ts'
import { encodeCursor, type Position } from '../http/paging/cursor.ts'
import type { Entries } from './entries.ts'
import type { ExportFormat } from './export.ts'
import { cursorExample, pageQuery, wholeQuery } from './filters.ts'
import { createActivityExamples, type ExampledAccount } from './examples.ts'
import { batchExample, csvExample, entryExample, type ActivitySchemas } from './schema.ts'
import { summaryQuery } from './summary.ts'
import { isRecord } from '../values.ts'
import type { App } from '../http/app.ts'

export type ActivityRoutesOptions = {
  entries: Entries
  schemas: ActivitySchemas
  examples: readonly ExampledAccount[]
}

export async function activityRoutes(
  app: App,
  { entries, schemas, examples }: ActivityRoutesOptions,
): Promise<void> {
  const { lists, summaries } = createActivityExamples(examples)
  const listSchema = createListSchema(named(lists))
  const getSummarySchema = createSummarySchema(named(summaries))
  // Which parameters there are depends on the format that is asked for (filters.ts).
  const validatorCompiler = () => (value: unknown) => ({ value })

  async function sendStream(
    request: FastifyRequest,
    reply: FastifyReply,
    type: string,
    format: ExportFormat,
  ) {
    const stream =
      request.method === 'HEAD'
        ? entries.nothingOf(request.query)
        : await entries.streamAll(request.userId, request.query, format)
    if (format === 'csv') reply.header('content-disposition', 'attachment; filename="activity.csv"')
    return reply.type(type).send(stream)
  }

  app.get('/api/me/activity/', { schema: listSchema, validatorCompiler }, async (request, reply) => {
    const type = acceptedType(request)
    varyByCaller(reply)
    const format = streamed.get(type)
    if (format) return sendStream(request, reply, type, format)
    const page = await entries.getPage(request.userId, request.query)
    if (page.next) reply.header('link', `<${nextAddress(request, page.next)}>; rel="next"`)
    return reply.type(type).send(page.entries)
  })

  // The same streams at addresses of their own: generated clients cannot choose a format by a header.
  for (const [type, format] of streamed) {
    const schema = exportSchemas[format]
    app.get(`/api/me/activity/${format}/`, { schema, validatorCompiler }, async (request, reply) => {
      varyByCaller(reply)
      return sendStream(request, reply, type, format)
    })
  }

  app.get('/api/me/activity/summary/', { schema: getSummarySchema }, async (request, reply) => {
    varyByCaller(reply)
    return entries.summarize(request.userId, request.query)
  })

  app.post(
    '/api/activity/',
    // A batch is judged together with the users that it names, all faults at once (batch.ts).
    {
      config: { access: { scope: 'activity:write' } },
      schema: postSchema(schemas),
      validatorCompiler: exceptBody(app),
    },
    async ({ body, caller, id: requestId }) => {
      // Whoever has the scope has a token.
      if (!caller) throw new Problem(problems.unauthorized)
      return entries.receive(body, { caller, requestId })
    },
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
  const accept = firstPreferences(headers.accept || '*/*')
  const type = new Negotiator({ headers: { accept } }).mediaType(types)
  if (type === undefined) throw exampleOf(problems.not_acceptable)
  return type
}

/** Nobody but the caller may keep what is in the log. */
function varyByCaller(reply: FastifyReply): void {
  addVary(reply, 'Authorization')
  addVary(reply, 'Accept')
  reply.header('cache-control', 'private, no-store')
}

/** The address of the request, wherever a host has put it, with all its parameters and the new cursor. */
function nextAddress({ originalUrl, query }: FastifyRequest, next: Position): string {
  const sent = Object.entries(isRecord(query) ? query : {}).map(([name, value]) => [name, String(value)])
  const parameters = new URLSearchParams({ ...Object.fromEntries(sent), cursor: encodeCursor(next) })
  return `${originalUrl.split('?', 1)[0]}?${parameters.toString()}`
}

const faulty = validationFailed([{ field: '[3].user_id', code: 'unknown_value' }])

const createListSchema = (examples: NamedExamples) => ({
  operationId: 'listActivity',
  tags: ['activity'],
  summary: 'List your activity',
  description:
    'Returns the log entries of your account, newest first, in pages: the `Link` header has the address of the next ' +
    'page. Pages have no gaps and no repetitions, even while new entries are logged. With the header `Accept: ' +
    'application/x-ndjson` or `Accept: text/csv`, this address answers like `exportActivityNdjson` and ' +
    '`exportActivityCsv`.',
  querystring: pageQuery,
  // Programs that read the contract find here what the other media types of this address are described by.
  'x-representations': {
    'application/x-ndjson': 'exportActivityNdjson',
    'text/csv': 'exportActivityCsv',
  },
  response: {
    200: json('One page.', Type.Array(Type.Ref('ActivityEntry')), {
      headers: {
        Link: {
          type: 'string',
          description: '`<…>; rel="next"`: the address of the next page. Absent on the last page.',
          examples: [`</api/me/activity/?limit=20&cursor=${cursorExample}>; rel="next"`],
        },
      },
      examples,
    }),
    ...refusals(406, 503),
  },
})

const EXPORT =
  'Returns all log entries of your account that pass the filters, newest first, as one stream. If the stream fails, the ' +
  'transfer breaks off and never looks complete.'

const exportSchemas = {
  ndjson: {
    operationId: 'exportActivityNdjson',
    tags: ['activity'],
    summary: 'Download your activity as NDJSON',
    description: EXPORT,
    querystring: wholeQuery,
    response: {
      200: {
        description: 'The whole selection.',
        content: {
          'application/x-ndjson': {
            schema: Type.String({ description: 'One `ActivityEntry` as JSON on each line.' }),
            example: `${JSON.stringify(entryExample)}\n`,
          },
        },
      },
      ...refusals(503),
    },
  },
  csv: {
    operationId: 'exportActivityCsv',
    tags: ['activity'],
    summary: 'Download your activity as CSV',
    description:
      `${EXPORT} The metadata are JSON text, and a cell that a spreadsheet could take for a formula starts with an ` +
      'apostrophe.',
    querystring: wholeQuery,
    response: {
      200: {
        description: 'The whole selection.',
        headers: {
          'Content-Disposition': {
            type: 'string',
            description: 'The name of the file.',
            examples: ['attachment; filename="activity.csv"'],
          },
        },
        content: {
          'text/csv': {
            schema: Type.String({
              description: 'CSV as in RFC 4180. The header line has the member names of `ActivityEntry`.',
            }),
            example: csvExample,
          },
        },
      },
      ...refusals(503),
    },
  },
}

const createSummarySchema = (examples: NamedExamples) => ({
  operationId: 'getActivitySummary',
  tags: ['activity'],
  summary: 'Count your activity by day',
  description:
    'Counts the log entries of your account by day and action, for at most 366 days. A day is a calendar day in your ' +
    'time zone (`settings.timezone`). When the clocks change, a day has 23 or 25 hours.',
  querystring: summaryQuery,
  response: {
    200: json('The counts.', Type.Ref('ActivitySummary'), { examples }),
  },
})

const postSchema = ({ batch }: ActivitySchemas) => ({
  operationId: 'postActivity',
  tags: ['activity'],
  summary: 'Log events of another service',
  description:
    'For services. The token needs the scope `activity:write` and a subject. It does not create an account. The subject ' +
    'becomes the `actor` of the entries. A service can log only actions that are declared as external; any other action ' +
    'is refused as `reserved`. Entries keep the order of the batch and get the time of their arrival. A batch can be ' +
    'sent again safely: an entry whose `id` is already in the log is not added again. If one entry is faulty, the whole batch is ' +
    'refused, and each fault is named by index and field, such as `[3].user_id`. Secrets in the metadata are replaced by ' +
    '`[redacted]`.',
  body: {
    content: {
      'application/json': {
        schema: { ...batch, items: Type.Ref('ActivityBatchEntry'), examples: [batchExample] },
      },
    },
  },
  response: {
    200: {
      description: 'How many entries were new.',
      content: {
        'application/json': { schema: Type.Ref('ActivityReceipt'), example: { accepted: 2, duplicates: 0 } },
      },
    },
    ...refusals(faulty),
  },
})
