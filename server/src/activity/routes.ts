import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { json, problems } from '../http/responses.ts'
import { encodeCursor, type Position } from './cursor.ts'
import type { Entries } from './entries.ts'
import { pageQuery } from './filters.ts'
import { entryExample, type ActivitySchemas } from './schema.ts'

export type ActivityRoutesOptions = { entries: Entries; schemas: ActivitySchemas }

export async function activityRoutes(
  app: FastifyInstance,
  { entries, schemas }: ActivityRoutesOptions,
): Promise<void> {
  app.addSchema(schemas.entry)

  app.get(
    '/api/me/activity/',
    // Which parameters there are depends on the format that is asked for (activity/filters.ts).
    { schema: listSchema, validatorCompiler: () => (value) => ({ value }) },
    async (request, reply) => {
      const page = await entries.getPage(request.userId, request.query)
      if (page.next) reply.header('link', `<${nextAddress(request, page.next)}>; rel="next"`)
      return sendPrivate(reply).type('application/json; charset=utf-8').send(page.entries)
    },
  )
}

/** Nobody but the caller may keep what is in the log. */
function sendPrivate(reply: FastifyReply): FastifyReply {
  const vary = [reply.getHeader('vary'), 'Authorization, Accept'].filter(Boolean).join(', ')
  return reply.header('cache-control', 'private, no-store').header('vary', vary)
}

/** The address of the request, wherever a host has put it, with all its parameters and the new cursor. */
function nextAddress({ originalUrl, query }: FastifyRequest, next: Position): string {
  const parameters = new URLSearchParams({ ...(query as Record<string, string>), cursor: encodeCursor(next) })
  return `${originalUrl.split('?', 1)[0]}?${parameters.toString()}`
}

const linkHeader = {
  Link: {
    schema: { type: 'string' },
    description: '`<…>; rel="next"`: the address of the next page, while there is more.',
  },
}

const listSchema = {
  operationId: 'listActivity',
  tags: ['activity'],
  summary: 'What happened in your account',
  description: 'Your own entries, newest first.',
  querystring: pageQuery,
  response: {
    200: json('A page.', Type.Array(Type.Ref('ActivityEntry')), {
      headers: linkHeader,
      example: [entryExample],
    }),
    ...problems(400, 401, 403, 406, 409, 429, 503),
  },
}
