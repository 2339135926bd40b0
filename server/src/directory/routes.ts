import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { Problem } from '../errors.ts'
import {
  conditionalRead,
  contentTagHeader,
  notModified,
  publicBody,
  sendPrivate,
  sendPublic,
} from '../http/conditional.ts'
import { json, problems } from '../http/responses.ts'
import { exceptParams } from '../http/validation.ts'
import type { Directory } from './directory.ts'
import { publicProfileExample } from './schema.ts'

export type DirectoryRoutesOptions = { directory: Directory }

export async function directoryRoutes(
  app: FastifyInstance,
  { directory }: DirectoryRoutesOptions,
): Promise<void> {
  app.get(
    '/api/profiles/:id/',
    { config: { access: 'public' }, schema: getSchema, validatorCompiler: exceptParams(app) },
    async (request, reply) => {
      const { id } = request.params as { id: string }
      const profile = await directory.getPublicProfile(readId(id))
      // Caches have to ask each time: who hides a profile wants it hidden now.
      return sendPublic(request, reply, publicBody(profile), 'public, no-cache')
    },
  )

  app.get('/api/me/profile/public/', { schema: previewSchema }, async (request, reply) => {
    const profile = await directory.getPreview(request.userId)
    return sendPrivate(request, reply, publicBody(profile).tag, profile)
  })
}

/** @throws Problem `not_found` for what cannot be an id, as for an id that nobody has. */
function readId(text: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(id)) throw new Problem('not_found')
  return id
}

const getSchema = {
  operationId: 'getPublicProfile',
  tags: ['directory'],
  summary: 'The profile of somebody who shows it',
  description:
    'For anybody, without a token, while the setting `privacy_public_profile` is on; else there is nothing here, as if ' +
    'there were no such account.',
  security: [],
  params: Type.Object({ id: Type.Integer({ minimum: 1, description: '`user.id` of the account.' }) }),
  headers: conditionalRead,
  response: {
    200: json('What strangers see.', Type.Ref('PublicProfile'), {
      headers: contentTagHeader,
      example: publicProfileExample,
    }),
    ...notModified,
    ...problems(400, 404, 429, 503),
  },
}

const previewSchema = {
  operationId: 'previewPublicProfile',
  tags: ['profile'],
  summary: 'Your profile as strangers see it',
  description:
    'A preview: what `GET /api/profiles/{id}/` answers for your account, or would answer if the setting ' +
    '`privacy_public_profile` were on.',
  headers: conditionalRead,
  response: {
    200: json('What strangers see, or would see.', Type.Ref('PublicProfile'), {
      headers: contentTagHeader,
      example: publicProfileExample,
    }),
    ...notModified,
    ...problems(400, 401, 403, 409, 429),
  },
}
