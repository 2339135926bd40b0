import { problems, Problem, validationFailed } from '../errors.ts'
import { accountProblems } from '../accounts/problems.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { Type } from 'typebox'
import { firstPreferences } from '../http/language.ts'
import { json, refusals } from '../http/responses.ts'
import { exceptBody } from '../http/validation.ts'
import { encodeCursor, type Position } from '../http/paging/cursor.ts'
import type { Entries } from './entries.ts'
import type { ExportFormat } from './export.ts'
import { pageQuery } from './filters.ts'
import { batchExample, csvExample, entryExample, summaryExample, type ActivitySchemas } from './schema.ts'
import { summaryQuery } from './summary.ts'
import { isRecord } from '../values.ts'
import type { App } from '../http/app.ts'

export type ActivityRoutesOptions = { entries: Entries; schemas: ActivitySchemas }

export async function activityRoutes(app: App, { entries, schemas }: ActivityRoutesOptions): Promise<void> {
  app.get(
    '/api/me/activity/',
    // Which parameters there are depends on the format that is asked for (filters.ts).
    { schema: listSchema, validatorCompiler: () => (value) => ({ value }) },
    async (request, reply) => {
      const type = acceptedType(request)
      varyByCaller(reply)
      const format = streamed.get(type)
      if (format) {
        const stream =
          request.method === 'HEAD'
            ? entries.nothingOf(request.query)
            : await entries.streamAll(request.userId, request.query, format)
        if (format === 'csv') reply.header('content-disposition', 'attachment; filename="activity.csv"')
        return reply.type(type).send(stream)
      }
      const page = await entries.getPage(request.userId, request.query)
      if (page.next) reply.header('link', `<${nextAddress(request, page.next)}>; rel="next"`)
      return reply.type(type).send(page.entries)
    },
  )

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
  if (type === undefined) throw notAcceptable()
  return type
}

function notAcceptable(): Problem {
  return new Problem(problems.not_acceptable, {
    params: { available: 'application/json, application/x-ndjson, text/csv' },
  })
}

/** Nobody but the caller may keep what is in the log. */
function varyByCaller(reply: FastifyReply): void {
  const vary = [reply.getHeader('vary'), 'Authorization, Accept'].filter(Boolean).join(', ')
  reply.header('cache-control', 'private, no-store').header('vary', vary)
}

/** The address of the request, wherever a host has put it, with all its parameters and the new cursor. */
function nextAddress({ originalUrl, query }: FastifyRequest, next: Position): string {
  const sent = Object.entries(isRecord(query) ? query : {}).map(([name, value]) => [name, String(value)])
  const parameters = new URLSearchParams({ ...Object.fromEntries(sent), cursor: encodeCursor(next) })
  return `${originalUrl.split('?', 1)[0]}?${parameters.toString()}`
}

const emailTaken = new Problem(accountProblems.email_taken)
const faulty = validationFailed([{ field: '[3].user_id', code: 'unknown_value' }])

const listSchema = {
  operationId: 'listActivity',
  tags: ['activity'],
  summary: 'List your activity',
  description:
    'Returns the log entries of your account, newest first. The `Accept` header chooses the format. JSON comes in pages: ' +
    'the `Link` header has the address of the next page. Pages have no gaps and no repetitions, even while new entries ' +
    'are logged. NDJSON and CSV return the whole selection as one stream. They have no pages, so `limit` and `cursor` ' +
    'are refused. If a stream fails, the transfer breaks off and never looks complete. In CSV the metadata are JSON ' +
    'text, and a cell that a spreadsheet could take for a formula starts with an apostrophe.',
  querystring: pageQuery,
  headers: Type.Object({
    accept: Type.Optional(
      Type.String({ examples: ['application/json', 'application/x-ndjson', 'text/csv'] }),
    ),
  }),
  response: {
    200: {
      description: 'One page (JSON), or the whole selection (NDJSON, CSV).',
      headers: {
        Link: {
          type: 'string',
          description: '`<…>; rel="next"`: the address of the next page. Absent on the last page.',
        },
      },
      content: {
        'application/json': { schema: Type.Array(Type.Ref('ActivityEntry')), example: [entryExample] },
        'application/x-ndjson': {
          schema: { type: 'string', description: 'One `ActivityEntry` as JSON on each line.' },
          example: `${JSON.stringify(entryExample)}\n`,
        },
        'text/csv': {
          schema: {
            type: 'string',
            description: 'CSV as in RFC 4180. The header line has the member names of `ActivityEntry`.',
          },
          example: csvExample,
        },
      },
    },
    ...refusals(400, 401, 403, notAcceptable(), emailTaken, 429, 503),
  },
}

const getSummarySchema = {
  operationId: 'getActivitySummary',
  tags: ['activity'],
  summary: 'Count your activity by day',
  description:
    'Counts the log entries of your account by day and action, for at most 366 days. A day is a calendar day in your ' +
    'time zone (`settings.timezone`). When the clocks change, a day has 23 or 25 hours.',
  querystring: summaryQuery,
  response: {
    200: json('The counts.', Type.Ref('ActivitySummary'), { example: summaryExample }),
    ...refusals(400, 401, 403, emailTaken, 429),
  },
}

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
    ...refusals(faulty, 401, 403, 413, 415, 429),
  },
})
