import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { accountProblems } from '../accounts/problems.ts'
import { problems, Problem } from '../errors.ts'
import type { App } from '../http/app.ts'
import { addVary } from '../http/conditional.ts'
import { json, refusals } from '../http/responses.ts'
import { StorageError } from '../media/storage/storage.ts'
import { exceptParams } from '../http/validation.ts'
import type { FastifyReply } from 'fastify'
import type { DataExports } from './exports.ts'
import { exportProblems } from './problems.ts'
import { presentExport } from './present.ts'

export type DataExportRoutesOptions = { dataExports: DataExports }

export async function dataExportRoutes(app: App, { dataExports }: DataExportRoutesOptions): Promise<void> {
  // Who leaves can still take their data along.
  const config = { evenLeaving: true }
  const validatorCompiler = exceptParams(app)

  app.post('/api/me/exports/', { config, schema: requestSchema }, async (request, reply) => {
    const id = await dataExports.request(request.userId, request.facts)
    return keepPrivate(reply)
      .code(202)
      .send({ id, state: 'queued' as const })
  })

  app.get('/api/me/exports/', { config, schema: listSchema }, async (request, reply) => {
    const rows = await dataExports.list(request.userId)
    return keepPrivate(reply).send(rows.map(presentExport))
  })

  app.get(
    '/api/me/exports/:id/',
    { config, schema: getSchema, validatorCompiler },
    async (request, reply) => {
      const row = await dataExports.get(request.userId, request.params.id)
      return keepPrivate(reply).send(presentExport(row))
    },
  )

  app.get(
    '/api/me/exports/:id/download/',
    { config, schema: downloadSchema, validatorCompiler },
    async (request, reply) => {
      const { userId, facts, params: path } = request
      const { stream, bytes } =
        request.method === 'HEAD'
          ? { stream: Readable.from([]), bytes: await dataExports.measure(userId, path.id) }
          : await dataExports.download(userId, path.id, facts).catch(sayAway)
      const day = new Date().toISOString().slice(0, 10)
      return keepPrivate(reply)
        .type('application/zip')
        .headers({
          'content-length': bytes,
          'content-disposition': `attachment; filename="upm-${day}.zip"`,
          'x-content-type-options': 'nosniff',
        })
        .send(stream)
    },
  )
}

/** Nobody but the caller may keep it. */
function keepPrivate(reply: FastifyReply): FastifyReply {
  addVary(reply, 'Authorization')
  return reply.header('cache-control', 'private, no-store')
}

function sayAway(cause: unknown): never {
  if (!(cause instanceof StorageError)) throw cause
  throw new Problem(problems.unavailable, { headers: { 'retry-after': '5' }, cause })
}

const ID = '019ad3f2-5c1e-7b3a-9f60-2d1c8e4b7a95'
const ready = { id: ID, state: 'ready', percent: 100, expires_at: '2026-11-24T09:30:12.104213Z' }
const running = { id: ID, state: 'running', percent: 42, expires_at: null }

const params = Type.Object({ id: Type.String({ description: 'The id of the export.', examples: [ID] }) })

const requestSchema = {
  operationId: 'requestExport',
  tags: ['export'],
  summary: 'Ask for an archive of your data',
  description:
    'Starts to build a ZIP file with everything that the server holds of you: a page to read offline (`index.html`), your ' +
    'documents as JSON, your activity as NDJSON, your pictures, and `manifest.json` with the hash of each file. You can ask ' +
    'once in 24 hours. Poll `getExport` until the state is `ready`. Logged as `system.export.requested`.',
  response: {
    202: json('The request was accepted.', Type.Ref('StartedDataExport'), {
      example: { id: ID, state: 'queued' },
    }),
    ...refusals(exportProblems.export_recent),
  },
}

const listSchema = {
  operationId: 'listExports',
  tags: ['export'],
  summary: 'List your exports',
  description: 'Returns your exports of the last 30 days, the newest ones first.',
  response: { 200: json('The exports.', Type.Array(Type.Ref('DataExport')), { example: [ready] }) },
}

const getSchema = {
  operationId: 'getExport',
  tags: ['export'],
  summary: 'Get the state of an export',
  description: 'Says how far the archive is, and until when it can be downloaded.',
  params,
  response: {
    200: json('The export.', Type.Ref('DataExport'), {
      examples: { running: { value: running }, ready: { value: ready } },
    }),
    ...refusals(404),
  },
}

const downloadSchema = {
  operationId: 'downloadExport',
  tags: ['export'],
  summary: 'Download an archive of your data',
  description:
    'Returns the ZIP file. It can be downloaded for 24 hours, as often as you like, with a token of the same account. ' +
    'If the transfer fails, it breaks off and never looks complete. Logged as `system.export.downloaded`.',
  params,
  response: {
    200: {
      description: 'The archive.',
      headers: {
        'Content-Disposition': {
          type: 'string',
          description: 'The name of the file.',
          examples: ['attachment; filename="upm-2026-11-23.zip"'],
        },
        'Content-Length': {
          type: 'integer',
          description: 'The size of the archive in bytes.',
          examples: [48_213],
        },
      },
      content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
    },
    ...refusals(
      accountProblems.session_ended,
      404,
      exportProblems.export_not_ready,
      exportProblems.export_expired,
      503,
    ),
  },
}
