import multipart from '@fastify/multipart'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { exceptBody } from '../http/validation.ts'
import { json, problems } from '../http/responses.ts'
import { avatarExample } from '../profiles/examples.ts'
import type { Avatars } from './avatar.ts'
import { readUpload } from './upload.ts'

export type AvatarRoutesOptions = { avatars: Avatars; maxBytes: number }

export async function avatarRoutes(
  app: FastifyInstance,
  { avatars, maxBytes }: AvatarRoutesOptions,
): Promise<void> {
  // A file that is too large is read to its end and then refused.
  await app.register(multipart, { throwFileSizeLimit: false })

  app.post(
    '/api/me/avatar/',
    // The form is read and judged as it streams in (upload.ts).
    { schema: postSchema, validatorCompiler: exceptBody(app) },
    async (request, reply) => {
      const { picture, crop } = await readUpload(request, maxBytes)
      const avatar = await avatars.replace(request.userId, picture, crop, request.facts)
      return reply.code(201).send({ avatar_url: avatar.url, avatar })
    },
  )

  app.delete('/api/me/avatar/', { schema: deleteSchema }, async (request, reply) => {
    await avatars.remove(request.userId, request.facts)
    return reply.code(204).send()
  })
}

const uploaded = Type.Object(
  { avatar_url: Type.String(), avatar: Type.Ref('Avatar') },
  { $id: 'UploadedAvatar', additionalProperties: false },
)

const postSchema = {
  operationId: 'uploadAvatar',
  tags: ['avatar'],
  summary: 'Upload a picture of you',
  description:
    'JPEG, PNG, WebP, AVIF or GIF (its first frame), judged by content. It is turned upright, cropped to a square (the ' +
    'largest one in the middle, or the one given), freed of all metadata, and kept as WebP of 512, 256, 128 and 64 ' +
    'pixels. The new picture has new URLs. Logged as `avatar.uploaded`.',
  consumes: ['multipart/form-data'],
  body: {
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['avatar'],
          additionalProperties: false,
          properties: {
            avatar: { type: 'string', format: 'binary', description: 'The file.' },
            crop_x: {
              type: 'integer',
              minimum: 0,
              examples: [120],
              description: 'Left edge of the square, in pixels of the upright picture.',
            },
            crop_y: { type: 'integer', minimum: 0, examples: [40], description: 'Its top edge.' },
            crop_size: {
              type: 'integer',
              minimum: 1,
              examples: [800],
              description: 'Its side. All three, or none.',
            },
          },
          examples: [
            { avatar: '(the bytes of photo.jpg)' },
            { avatar: '(the bytes of photo.jpg)', crop_x: 120, crop_y: 40, crop_size: 800 },
          ],
        },
      },
    },
  },
  response: {
    201: json('The new picture.', uploaded, {
      example: { avatar_url: avatarExample.url, avatar: avatarExample },
    }),
    ...problems(400, 401, 403, 409, 413, 415, 429, 503),
  },
}

const deleteSchema = {
  operationId: 'deleteAvatar',
  tags: ['avatar'],
  summary: 'Remove your picture',
  description: 'Also succeeds when there is none. Logged as `avatar.deleted` when there was one.',
  response: {
    204: { description: 'There is no picture now.', type: 'null' },
    ...problems(400, 401, 403, 409, 429),
  },
}
