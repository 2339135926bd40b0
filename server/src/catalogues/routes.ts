import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  conditionalRead,
  contentTagHeader,
  notModified,
  publicBody,
  sendPublic,
  type PublicBody,
} from '../http/conditional.ts'
import { json, problems } from '../http/responses.ts'
import type { ProfileTypes } from '../profiles/profile-types.ts'
import { presentLanguages } from './languages.ts'
import { presentProfileType } from './profile-types.ts'
import type { Subject } from './subjects.ts'
import { listTimeZones } from '../time-zones.ts'

export type CatalogueRoutesOptions = {
  types: ProfileTypes
  subjects: readonly Subject[]
  uiLanguages: readonly string[]
  now?: () => Date
}

/** What a form needs to be drawn. Open to anybody and the same for all, so that any cache may keep it. */
export async function catalogueRoutes(
  app: FastifyInstance,
  { types, subjects, uiLanguages, now = () => new Date() }: CatalogueRoutesOptions,
): Promise<void> {
  const publish = (url: string, schema: object, body: () => PublicBody) =>
    app.get(
      url,
      { config: { access: 'public' }, schema: { ...schema, headers: conditionalRead } },
      (request, reply) => sendPublic(request, reply, body()),
    )
  const publishOnce = (url: string, schema: object, value: unknown) => {
    const body = publicBody(value)
    publish(url, schema, () => body)
  }

  publishOnce('/api/profile-types/', profileTypesSchema, types.all.map(presentProfileType))
  publishOnce('/api/subjects/', subjectsSchema, subjects)
  publishOnce('/api/languages/', languagesSchema, presentLanguages(uiLanguages))

  // Offsets change on a quarter of an hour, and 598 formatters are not free: the list is kept for that long.
  let listed: { quarter: number; body: PublicBody } | undefined
  publish('/api/timezones/', timeZonesSchema, () => {
    const at = now()
    const quarter = Math.floor(at.getTime() / (15 * 60_000))
    if (listed?.quarter !== quarter) listed = { quarter, body: publicBody(listTimeZones(at)) }
    return listed.body
  })
}

const labelsSchema = Type.Object({ uk: Type.String(), en: Type.String() }, { additionalProperties: false })

const profileTypesSchema = {
  operationId: 'listProfileTypes',
  tags: ['catalogues'],
  summary: 'Profile types and their fields',
  description:
    'For each type the JSON Schema of its fields in the order of a form. `x-labels`, `x-hints` and `x-options` are the ' +
    'words, `x-widget` says how to show a field, and `x-public` that strangers see it: docs/profile-types.md.',
  security: [],
  response: {
    200: json(
      'The types.',
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            section: Type.String({
              description: 'The member of the profile document that holds the fields.',
            }),
            labels: labelsSchema,
            schema: Type.Record(Type.String(), Type.Unknown(), { description: 'A JSON Schema.' }),
          },
          { additionalProperties: false },
        ),
      ),
      { headers: contentTagHeader },
    ),
    ...notModified,
    ...problems(400, 429),
  },
}

const subjectsSchema = {
  operationId: 'listSubjects',
  tags: ['catalogues'],
  summary: 'Subjects that a profile can name',
  security: [],
  response: {
    200: json(
      'The subjects.',
      Type.Array(Type.Object({ slug: Type.String(), labels: labelsSchema }, { additionalProperties: false })),
      {
        headers: contentTagHeader,
        example: [{ slug: 'mathematics', labels: { uk: 'Математика', en: 'Mathematics' } }],
      },
    ),
    ...notModified,
    ...problems(400, 429),
  },
}

const languagesSchema = {
  operationId: 'listLanguages',
  tags: ['catalogues'],
  summary: 'Languages of the user interface',
  security: [],
  response: {
    200: json(
      'The languages.',
      Type.Array(Type.Object({ code: Type.String(), label: Type.String() }, { additionalProperties: false })),
      { headers: contentTagHeader, example: [{ code: 'uk', label: 'Українська' }] },
    ),
    ...notModified,
    ...problems(400, 429),
  },
}

const timeZonesSchema = {
  operationId: 'listTimeZones',
  tags: ['catalogues'],
  summary: 'Time zones',
  description: 'Every key of the IANA time zone database.',
  security: [],
  response: {
    200: json(
      'The zones.',
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            offset: Type.String({ description: 'From UTC, now.' }),
            canonical: Type.String({ description: 'The zone that the name stands for.' }),
          },
          { additionalProperties: false },
        ),
      ),
      {
        headers: contentTagHeader,
        example: [{ name: 'Europe/Kiev', offset: '+02:00', canonical: 'Europe/Kyiv' }],
      },
    ),
    ...notModified,
    ...problems(400, 429),
  },
}
