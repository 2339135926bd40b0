import { validationFailed } from '../errors.ts'
import { Type } from 'typebox'
import { MAX_JSON_BYTES } from '../http/body-limit.ts'
import { jsonBody } from '../http/body.ts'
import {
  conditionalRead,
  conditionalWrite,
  contentTagHeader,
  ifMatchVersions,
  notModified,
  publicBody,
  sendPrivate,
  sendVersioned,
  versionHeader,
} from '../http/conditional.ts'
import { exceptBody } from '../http/validation.ts'
import { json, named, refusals, type NamedExamples } from '../http/responses.ts'
import { examplesOf, type DocumentExample } from './examples.ts'
import type { Documents } from './documents.ts'
import { documentProblems } from './problems.ts'
import { isConverted } from './present.ts'
import { staleFirst } from './stale-first.ts'
import { visibilityOf, type AddressOf } from './visibility.ts'
import type { App } from '../http/app.ts'

export type DocumentRoutesOptions = {
  profiles: Documents
  examples: readonly DocumentExample[]
  addressOf: AddressOf
}

export async function documentRoutes(
  app: App,
  { profiles, examples, addressOf }: DocumentRoutesOptions,
): Promise<void> {
  const { types } = profiles
  const { getSchema, patchSchema, visibilitySchema } = createSchemas(
    named(examplesOf(examples, (document) => document)),
    named(examplesOf(examples, (document) => visibilityOf(document, types, (userId) => `/people/${userId}`))),
  )
  app.get('/api/me/profile/', { schema: getSchema }, async (request, reply) => {
    const document = await profiles.getDocument(request.userId)
    return sendVersioned(request, reply, document.version, document, { isAnew: isConverted(document) })
  })

  app.patch(
    '/api/me/profile/',
    // The body is judged next to the stored document, and so all its faults at once (patch.ts). It may be larger than its
    // schema says: the whole document of an old database can be sent back, with texts of any length in it.
    {
      schema: patchSchema,
      bodyLimit: MAX_JSON_BYTES,
      validatorCompiler: exceptBody(app),
      errorHandler: staleFirst(profiles),
    },
    async (request, reply) => {
      const document = await profiles.changeDocument(request.userId, jsonBody(request), {
        versions: ifMatchVersions(request.headers['if-match']),
        request: request.facts,
      })
      return sendVersioned(request, reply, document.version, document)
    },
  )

  app.get('/api/me/profile/visibility/', { schema: visibilitySchema }, async (request, reply) => {
    const visibility = visibilityOf(await profiles.getDocument(request.userId), types, addressOf)
    return sendPrivate(request, reply, publicBody(visibility).tag, visibility)
  })
}

const faulty = validationFailed([
  { field: 'tutor_profile.headline', code: 'max_length', params: { max: 120 } },
  { field: 'tutor_profile.subjects[2]', code: 'unknown_value' },
])

const createSchemas = (examples: NamedExamples, visibilities: NamedExamples) => ({
  getSchema: {
    operationId: 'getProfile',
    tags: ['profile'],
    summary: 'Get your profile',
    description:
      'Returns one document: the account, its settings, its picture, and a section for each profile type that the account has.',
    headers: conditionalRead,
    response: {
      200: json('The document.', Type.Ref('ProfileDocument'), {
        headers: versionHeader,
        examples,
      }),
      ...notModified,
    },
  },

  patchSchema: {
    operationId: 'patchProfile',
    tags: ['profile'],
    summary: 'Change your profile',
    description:
      'Takes a JSON Merge Patch (RFC 7396) of the sections `user`, `settings` and the sections of your profile types. ' +
      'Fields that you leave out keep their values; `null` clears a nullable field. If a field is faulty, nothing ' +
      'changes, and all faulty fields are reported at once. Fields with a new value are logged as `profile.updated` and ' +
      '`settings.updated`. If the change turns on `privacy_public_profile`, the profile must have what its type requires, ' +
      'after the change. A profile that is public already can be changed in any way; it is not shown while something is missing.',
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
        examples,
      }),
      ...refusals(faulty, documentProblems.profile_incomplete, documentProblems.profile_not_upgraded, 412),
    },
  },

  visibilitySchema: {
    operationId: 'getProfileVisibility',
    tags: ['profile'],
    summary: 'Find out whether others see your profile',
    description:
      'Says whether everybody can see the profile, and if not, why not, with the fields to change. It also says how ' +
      'complete the profile is, and where its public page is. Read it again after each change of the profile, the ' +
      'settings or the picture.',
    headers: conditionalRead,
    response: {
      200: json('The visibility of the profile.', Type.Ref('ProfileVisibility'), {
        headers: contentTagHeader,
        examples: visibilities,
      }),
      ...notModified,
    },
  },
})
