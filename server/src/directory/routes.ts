import { Type } from 'typebox'
import {
  conditionalRead,
  contentTagHeader,
  notModified,
  publicBody,
  sendPrivate,
  sendPublic,
} from '../http/conditional.ts'
import { json, named, refusals, type NamedExamples } from '../http/responses.ts'
import { exceptParams } from '../http/validation.ts'
import type { Directory } from './directory.ts'
import { readId } from './id.ts'
import { presentPublicProfile } from './present.ts'
import type { App } from '../http/app.ts'
import type { ProfileDocument } from '../document/present.ts'
import { missingPaths } from '../document/visibility.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'

export type DirectoryRoutesOptions = {
  directory: Directory
  types: ProfileTypes
  examples: readonly { account: { name: string }; document: ProfileDocument }[]
}

export async function directoryRoutes(
  app: App,
  { directory, types, examples }: DirectoryRoutesOptions,
): Promise<void> {
  const present = (list: typeof examples) =>
    named(
      Object.fromEntries(
        list.map(({ account, document }) => [account.name, presentPublicProfile(document, types)]),
      ),
    )
  // A profile that lacks what its type requires is seen by its owner alone.
  const complete = examples.filter(({ document }) => missingPaths(document, types).length === 0)
  const { getSchema, previewSchema } = createSchemas(present(complete), present(examples))
  app.get(
    '/api/profiles/:id/',
    { config: { access: 'public' }, schema: getSchema, validatorCompiler: exceptParams(app) },
    async (request, reply) => {
      // Nobody has judged it yet: whatever is no number in the schema's sense still is a text here.
      const profile = await directory.getPublicProfile(readId(String(request.params.id)))
      // Caches have to ask each time: who hides a profile wants it hidden now.
      return sendPublic(request, reply, publicBody(profile), 'public, no-cache')
    },
  )

  app.get('/api/me/profile/public/', { schema: previewSchema }, async (request, reply) => {
    const profile = await directory.getPreview(request.userId)
    return sendPrivate(request, reply, publicBody(profile).tag, profile)
  })
}

const createSchemas = (shown: NamedExamples, previews: NamedExamples) => ({
  getSchema: {
    operationId: 'getPublicProfile',
    tags: ['directory'],
    summary: 'Get a public profile',
    description:
      'Returns the public fields of a profile whose owner has turned on `privacy_public_profile`, and that has what its ' +
      'type requires. No token is needed. In all other cases the answer is 404, as if the account did not exist.',
    security: [],
    params: Type.Object({
      id: Type.Integer({
        format: 'int64',
        minimum: 1,
        description: 'The `user.id` of the account.',
        examples: [42],
      }),
    }),
    headers: conditionalRead,
    response: {
      200: json('The public profile.', Type.Ref('PublicProfile'), {
        headers: contentTagHeader,
        examples: shown,
      }),
      ...notModified,
      ...refusals(404, 503),
    },
  },

  previewSchema: {
    operationId: 'previewPublicProfile',
    tags: ['profile'],
    summary: 'Preview your public profile',
    description:
      'Returns what `GET /api/profiles/{id}/` returns for your account when the profile is shown. The preview also works ' +
      'while it is not. `GET /api/me/profile/visibility/` says whether it is.',
    headers: conditionalRead,
    response: {
      200: json('Your public profile.', Type.Ref('PublicProfile'), {
        headers: contentTagHeader,
        examples: previews,
      }),
      ...notModified,
    },
  },
})
