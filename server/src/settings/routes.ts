import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { Problem } from '../errors.ts'
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
import { settingsExample } from '../profiles/examples.ts'
import type { Profiles } from '../profiles/profiles.ts'

export type SettingsRoutesOptions = { profiles: Profiles }

/** The settings by themselves: the section `settings` of the profile document, with the document's version. */
export async function settingsRoutes(
  app: FastifyInstance,
  { profiles }: SettingsRoutesOptions,
): Promise<void> {
  app.get('/api/me/settings/', { schema: getSchema }, async (request, reply) => {
    const { settings, version } = await profiles.getDocument(request.userId)
    return sendVersioned(request, reply, version, settings)
  })

  app.patch(
    '/api/me/settings/',
    { schema: patchSchema, validatorCompiler: exceptBody(app) },
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
    const errors = error.errors.map((fault) => ({ ...fault, field: fault.field.replace(/^settings\.?/, '') }))
    throw new Problem(error.code, { errors, params: error.params })
  }
}

const getSchema = {
  operationId: 'getSettings',
  tags: ['profile'],
  summary: 'Your settings',
  headers: conditionalRead,
  response: {
    200: json('The settings.', Type.Ref('Settings'), { headers: versionHeader, example: settingsExample }),
    ...notModified,
    ...problems(400, 401, 403, 409, 429),
  },
}

const patchSchema = {
  operationId: 'patchSettings',
  tags: ['profile'],
  summary: 'Change your settings',
  description: 'A JSON Merge Patch (RFC 7396). What really changed is logged as `settings.updated`.',
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
      example: settingsExample,
    }),
    ...problems(400, 401, 403, 409, 412, 413, 415, 429),
  },
}
