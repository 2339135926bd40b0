import { Type } from 'typebox'
import { Problem, validationFailed } from '../errors.ts'
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
import { json, named, refusals, type NamedExamples } from '../http/responses.ts'
import { examplesOf, type DocumentExample } from './examples.ts'
import type { Documents } from './documents.ts'
import { documentProblems } from './problems.ts'
import { staleFirst } from './stale-first.ts'
import type { App } from '../http/app.ts'

export type SettingsRoutesOptions = { profiles: Documents; examples: readonly DocumentExample[] }

/** The settings by themselves: the section `settings` of the profile document, with the document's version. */
export async function settingsRoutes(app: App, { profiles, examples }: SettingsRoutesOptions): Promise<void> {
  const { getSchema, patchSchema } = createSchemas(named(examplesOf(examples, ({ settings }) => settings)))
  app.get('/api/me/settings/', { schema: getSchema }, async (request, reply) => {
    const { settings, version } = await profiles.getDocument(request.userId)
    return sendVersioned(request, reply, version, settings)
  })

  app.patch(
    '/api/me/settings/',
    { schema: patchSchema, validatorCompiler: exceptBody(app), errorHandler: staleFirst(profiles) },
    async (request, reply) => {
      const { settings, version } = await changeSettings(jsonBody(request), (body) =>
        profiles.changeDocument(request.userId, body, {
          versions: ifMatchVersions(request.headers['if-match']),
          request: request.facts,
        }),
      )
      return sendVersioned(request, reply, version, settings)
    },
  )
}

/** A patch of the settings is one of the document's section; its faults are told by the paths of what was sent. */
async function changeSettings<T>(settings: unknown, change: (body: unknown) => Promise<T>): Promise<T> {
  try {
    return await change({ settings })
  } catch (error) {
    if (!(error instanceof Problem) || !error.errors) throw error
    // What the profile lacks is none of what was sent.
    if (error.code === documentProblems.profile_incomplete.code) throw error
    const errors = error.errors.map((fault) => ({ ...fault, field: fault.field.replace(/^settings\.?/, '') }))
    throw new Problem(error.type, { errors, params: error.params })
  }
}

const faulty = validationFailed([{ field: 'timezone', code: 'unknown_value' }])

const createSchemas = (examples: NamedExamples) => ({
  getSchema: {
    operationId: 'getSettings',
    tags: ['profile'],
    summary: 'Get your settings',
    description:
      'Returns the section `settings` of the profile document by itself. The `ETag` is the version of the document.',
    headers: conditionalRead,
    response: {
      200: json('The settings.', Type.Ref('Settings'), { headers: versionHeader, examples }),
      ...notModified,
    },
  },

  patchSchema: {
    operationId: 'patchSettings',
    tags: ['profile'],
    summary: 'Change your settings',
    description:
      'Takes a JSON Merge Patch (RFC 7396). Settings with a new value are logged as `settings.updated`. ' +
      '`privacy_public_profile` can be turned on when the profile has what its type requires. In this refusal, `errors` ' +
      'names the fields by their paths in the profile document.',
    consumes: ['application/json', 'application/merge-patch+json'],
    headers: conditionalWrite,
    body: {
      content: {
        'application/json': { schema: Type.Ref('SettingsPatch') },
        'application/merge-patch+json': { schema: Type.Ref('SettingsPatch') },
      },
    },
    response: {
      200: json('The new settings.', Type.Ref('Settings'), {
        headers: versionHeader,
        examples,
      }),
      ...refusals(faulty, documentProblems.profile_incomplete, 412),
    },
  },
})
