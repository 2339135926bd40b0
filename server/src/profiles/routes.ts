import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { jsonBody } from '../http/body.ts'
import {
  conditionalRead,
  conditionalWrite,
  ifMatchVersions,
  notModified,
  sendVersioned,
  versionHeader,
} from '../http/conditional.ts'
import { exceptBody } from '../http/validation.ts'
import { json, problems } from '../http/responses.ts'
import { documentExample } from './examples.ts'
import type { Profiles } from './profiles.ts'

export type ProfileRoutesOptions = { profiles: Profiles }

export async function profileRoutes(app: FastifyInstance, { profiles }: ProfileRoutesOptions): Promise<void> {
  app.get('/api/me/profile/', { schema: getSchema }, async (request, reply) => {
    const document = await profiles.getDocument(request.userId)
    return sendVersioned(request, reply, document.version, document)
  })

  app.patch(
    '/api/me/profile/',
    // The body is judged next to the stored document, and so all its faults at once (patch.ts).
    { schema: patchSchema, validatorCompiler: exceptBody(app) },
    async (request, reply) => {
      const document = await profiles.changeDocument(request.userId, jsonBody(request), {
        versions: ifMatchVersions(request.headers['if-match']),
        request: request.facts,
      })
      return sendVersioned(request, reply, document.version, document)
    },
  )
}

const getSchema = {
  operationId: 'getProfile',
  tags: ['profile'],
  summary: 'Your profile document',
  description:
    'The account, its settings, its picture, and a section for each profile type that the account holds.',
  headers: conditionalRead,
  response: {
    200: json('The document.', Type.Ref('ProfileDocument'), {
      headers: versionHeader,
      example: documentExample,
    }),
    ...notModified,
    ...problems(400, 401, 403, 409, 429),
  },
}

const patchSchema = {
  operationId: 'patchProfile',
  tags: ['profile'],
  summary: 'Change your profile',
  description:
    'A JSON Merge Patch (RFC 7396) of the sections `user`, `settings` and those of the types that you hold. What is ' +
    'left out is kept; `null` clears a nullable field. All faulty fields are reported at once, and then nothing is ' +
    'changed. What really changed is logged as `profile.updated` and `settings.updated`.',
  consumes: ['application/json', 'application/merge-patch+json'],
  headers: conditionalWrite,
  body: {
    content: {
      'application/json': { schema: Type.Ref('ProfilePatch') },
      'application/merge-patch+json': { schema: Type.Ref('ProfilePatch') },
    },
  },
  response: {
    200: json('The whole new document.', Type.Ref('ProfileDocument'), {
      headers: versionHeader,
      example: documentExample,
    }),
    ...problems(400, 401, 403, 409, 412, 413, 415, 429),
  },
}
