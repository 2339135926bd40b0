import { mediaProblems } from './problems.ts'
import { problems, Problem } from '../errors.ts'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { exceptBody } from '../http/validation.ts'
import { json, named, refusals } from '../http/responses.ts'
import { exampleAccounts } from '../profile-types/example-accounts.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { avatarExample } from './present.ts'
import type { Avatars } from './avatar.ts'
import { createUploadRoom } from './upload-room.ts'
import { FORM_OVERHEAD_BYTES, readUpload } from './upload.ts'
import type { App } from '../http/app.ts'

export type AvatarRoutesOptions = { avatars: Avatars; maxBytes: number; types: ProfileTypes }

const FORM = 'multipart/form-data'

export async function avatarRoutes(
  app: App,
  { avatars, maxBytes, types }: AvatarRoutesOptions,
): Promise<void> {
  const mostBytes = maxBytes + FORM_OVERHEAD_BYTES
  const room = createUploadRoom({
    accountUploads: 8,
    accountBytes: 2 * mostBytes,
    uploads: 64,
    bytes: Math.max(64 * 1024 * 1024, 4 * mostBytes),
  })
  // The form is read and judged as it streams in (upload.ts).
  app.addContentTypeParser(FORM, (_request, _body, done) => done(null))

  app.post(
    '/api/me/avatar/',
    {
      config: { once: true, counted: 'avatar_upload' },
      schema: postSchema(types),
      validatorCompiler: exceptBody(app),
      // Before a parser of another type reads the body.
      preParsing: async (request) => {
        // Whoever asks before sending is told before; of others the form is read, to say what is wrong with it.
        const isAsked = request.headers.expect !== undefined
        if (isAsked && Number(request.headers['content-length']) > mostBytes) {
          throw new Problem(mediaProblems.file_too_large, { params: { max: maxBytes } })
        }
        // Without a body there is no parser, and the parameters are judged first.
        const { 'content-length': length, 'transfer-encoding': coding } = request.headers
        const hasBody = coding !== undefined || Number(length ?? 0) > 0 || request.mediaType !== undefined
        if (hasBody && request.mediaType !== FORM) throw notAForm()
      },
      preHandler: async (request) => {
        if (request.mediaType !== FORM) throw notAForm()
      },
    },
    async (request, reply) => {
      const gone = whenGone(reply)
      const claimed = Number(request.headers['content-length'] ?? mostBytes)
      const place = await room.enter(request.userId, Math.min(claimed, mostBytes), gone)
      try {
        const { picture, crop } = await readUpload(request, {
          maxBytes,
          onBytes: place.received,
          signal: place.signal,
        })
        place.complete()
        const avatar = await avatars.replace(request.userId, picture, crop, request.facts, gone)
        return await reply.code(201).send({ avatar_url: avatar.url, avatar })
      } finally {
        place.leave()
      }
    },
  )

  app.delete('/api/me/avatar/', { schema: deleteSchema }, async (request, reply) => {
    await avatars.remove(request.userId, request.facts)
    return reply.code(204).send()
  })
}

function notAForm(): Problem {
  return new Problem(problems.unsupported_media_type, {
    params: { supported: FORM },
    headers: { 'accept-post': FORM },
  })
}

/** Aborted when the connection ends before the answer is sent. (`request.signal` also is when the body has been read.) */
function whenGone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort()
  })
  return controller.signal
}

const uploaded = Type.Object(
  { avatar_url: Type.String(), avatar: Type.Ref('Avatar') },
  { $id: 'UploadedAvatar', additionalProperties: false },
)

const postSchema = (types: ProfileTypes) => ({
  operationId: 'uploadAvatar',
  tags: ['avatar'],
  summary: 'Upload your picture',
  description:
    'Takes a JPEG, PNG, WebP, AVIF or GIF (first frame). The content decides the format, not the file name. The server ' +
    'turns the picture upright, crops it to a square, removes all metadata, and stores it as WebP with 512, 256, 128 ' +
    'and 64 pixels a side. Without crop fields it takes the largest square in the middle. A new picture gets new URLs. ' +
    'Logged as `avatar.uploaded`.',
  consumes: ['multipart/form-data'],
  body: {
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['avatar'],
          additionalProperties: false,
          properties: {
            avatar: { type: 'string', format: 'binary', description: 'The picture file.' },
            crop_x: {
              type: 'integer',
              minimum: 0,
              examples: [120],
              description:
                'The left edge of the square, in pixels of the upright picture. Send all three crop fields or none.',
            },
            crop_y: {
              type: 'integer',
              minimum: 0,
              examples: [40],
              description: 'The top edge of the square.',
            },
            crop_size: {
              type: 'integer',
              minimum: 1,
              examples: [800],
              description: 'The side of the square.',
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
      examples: named(
        Object.fromEntries(
          exampleAccounts(types)
            .filter(({ isNew }) => !isNew)
            .map(({ name, userId }) => [
              name,
              { avatar_url: avatarExample(userId).url, avatar: avatarExample(userId) },
            ]),
        ),
      ),
    }),
    ...refusals(...Object.values(mediaProblems), notAForm(), 503),
  },
})

const deleteSchema = {
  operationId: 'deleteAvatar',
  tags: ['avatar'],
  summary: 'Remove your picture',
  description:
    'Succeeds also if you have no picture. The removal of a picture is logged as `avatar.deleted`.',
  response: {
    204: { description: 'You have no picture now.', type: 'null' },
  },
}
