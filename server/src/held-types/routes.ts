import { Type } from 'typebox'
import type { ProfileDocument } from '../document/present.ts'
import { documentProblems } from '../document/problems.ts'
import { problems, validationFailed } from '../errors.ts'
import type { App } from '../http/app.ts'
import { jsonBody } from '../http/body.ts'
import { conditionalWrite, ifMatchVersions, sendVersioned, versionHeader } from '../http/conditional.ts'
import { json, named, refusals } from '../http/responses.ts'
import { exceptBody, exceptParams } from '../http/validation.ts'
import type { ProfileType } from '../profile-types/profile-type.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { namedType, type HeldTypes } from './held-types.ts'
import { heldTypeProblems } from './problems.ts'

export type HeldTypeRoutesOptions = {
  heldTypes: HeldTypes
  types: ProfileTypes
  examples: readonly { account: { name: string; types: readonly ProfileType[] }; initial: ProfileDocument }[]
}

export async function heldTypeRoutes(
  app: App,
  { heldTypes, types, examples }: HeldTypeRoutesOptions,
): Promise<void> {
  const { addSchema, activateSchema, removeSchema } = createSchemas(types, createExamples(examples))

  const unread = exceptBody(app)
  app.post('/api/me/profiles/', { schema: addSchema, validatorCompiler: unread }, async (request, reply) => {
    const document = await heldTypes.add(request.userId, jsonBody(request), {
      versions: ifMatchVersions(request.headers['if-match']),
      request: request.facts,
    })
    return sendVersioned(request, reply.code(201), document.version, document)
  })

  app.patch(
    '/api/me/profiles/active/',
    { schema: activateSchema, validatorCompiler: unread },
    async (request, reply) => {
      const document = await heldTypes.activate(request.userId, jsonBody(request), {
        versions: ifMatchVersions(request.headers['if-match']),
        request: request.facts,
      })
      return sendVersioned(request, reply, document.version, document)
    },
  )

  app.delete(
    '/api/me/profiles/:type/',
    { schema: removeSchema, validatorCompiler: exceptParams(app) },
    async (request, reply) => {
      await heldTypes.remove(request.userId, request.params.type, {
        versions: ifMatchVersions(request.headers['if-match']),
        request: request.facts,
      })
      return reply.code(204).send()
    },
  )
}

/** What is answered to the example accounts that have several profiles when they begin with these. */
function createExamples(examples: HeldTypeRoutesOptions['examples']) {
  const several = examples.flatMap(({ account: { name, types }, initial }) => {
    const last = types.length > 1 ? types.at(-1) : undefined
    return last ? [{ name, last, initial }] : []
  })
  return {
    added: named(Object.fromEntries(several.map(({ name, initial }) => [name, initial]))),
    activated: named(
      Object.fromEntries(
        several.map(({ name, last, initial }) => [name, { ...initial, profile_type: last.name }]),
      ),
    ),
  }
}

const unknownType = validationFailed([{ field: 'profile_type', code: 'unknown_value' }])
const stale = problems.precondition_failed

function createSchemas(types: ProfileTypes, examples: ReturnType<typeof createExamples>) {
  const names = types.all.map(({ name }) => name)
  const body = namedType(types)
  return {
    addSchema: {
      operationId: 'addProfile',
      tags: ['profile'],
      summary: 'Add a profile of another type',
      description:
        'Gives your account an empty profile of another type. Your active profile stays active. Logged as ' +
        '`profile.type_added`.',
      headers: conditionalWrite,
      body,
      response: {
        201: json('The whole new document.', Type.Ref('ProfileDocument'), {
          headers: versionHeader,
          examples: examples.added,
        }),
        ...refusals(unknownType, heldTypeProblems.type_forbidden, heldTypeProblems.type_held, stale),
      },
    },

    activateSchema: {
      operationId: 'activateProfile',
      tags: ['profile'],
      summary: 'Choose your active profile',
      description:
        'Makes another profile of your account the active one: `profile_type` of the document names it, and others see ' +
        'it if your profile is public. Logged as `profile.type_activated`.',
      headers: conditionalWrite,
      body,
      response: {
        200: json('The whole document.', Type.Ref('ProfileDocument'), {
          headers: versionHeader,
          examples: examples.activated,
        }),
        ...refusals(unknownType, heldTypeProblems.type_not_held, stale),
      },
    },

    removeSchema: {
      operationId: 'deleteProfile',
      tags: ['profile'],
      summary: 'Delete a profile',
      description:
        'Deletes a profile of your account that is not the active one, with its fields. Logged as ' +
        '`profile.type_removed`, with the fields.',
      headers: conditionalWrite,
      params: Type.Object({
        type: Type.String({ description: 'The name of the profile type.', examples: [names.at(-1)] }),
      }),
      response: {
        204: { description: 'Your account has no profile of this type now.', type: 'null' },
        ...refusals(
          404,
          heldTypeProblems.last_profile,
          heldTypeProblems.active_profile,
          documentProblems.profile_not_upgraded,
          stale,
        ),
      },
    },
  }
}
