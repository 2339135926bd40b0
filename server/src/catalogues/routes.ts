import { Type } from 'typebox'
import {
  conditionalRead,
  contentTagHeader,
  notModified,
  publicBody,
  sendPublic,
  type PublicBody,
} from '../http/conditional.ts'
import { json } from '../http/responses.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { presentLanguages } from './languages.ts'
import { presentProfileType } from '../profile-types/present.ts'
import type { Subject } from './subjects.ts'
import { listTimeZones } from '../time-zones.ts'
import type { App } from '../http/app.ts'
import { choice, labelsSchema } from '../http/schemas.ts'

export type CatalogueRoutesOptions = {
  types: ProfileTypes
  subjects: readonly Subject[]
  uiLanguages: readonly string[]
  now?: () => Date
}

/** What a form needs to be drawn. Open to anybody and the same for all, so that any cache may keep it. */
export async function catalogueRoutes(
  app: App,
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

const profileTypeExample = {
  name: 'tutor',
  section: 'tutor_profile',
  labels: { uk: 'Репетитор', en: 'Tutor' },
  schema: {
    type: 'object',
    properties: {
      headline: {
        type: 'string',
        maxLength: 120,
        default: '',
        description: 'Headline',
        'x-labels': { uk: 'Заголовок', en: 'Headline' },
        'x-widget': 'line',
        'x-public': true,
      },
    },
  },
}

const profileTypesSchema = {
  operationId: 'listProfileTypes',
  tags: ['catalogues'],
  summary: 'List the profile types and their fields',
  description:
    'Returns a JSON Schema for each type, with its fields in the order of a form. `x-labels`, `x-hints` and `x-options` ' +
    'are the texts of the form, `x-widget` is the kind of input, and `x-public` marks fields that everybody can see. ' +
    'See docs/profile-types.md.',
  security: [],
  response: {
    200: json(
      'The profile types.',
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            section: Type.String({
              description: 'The member of the profile document that holds the fields.',
            }),
            labels: labelsSchema,
            schema: Type.Object(
              {
                type: choice(['object']),
                properties: Type.Record(Type.String(), Type.Ref('FieldSchema'), {
                  description: 'The fields by their names, in the order of a form.',
                }),
              },
              { additionalProperties: false, description: 'The JSON Schema of the fields.' },
            ),
          },
          { additionalProperties: false },
        ),
      ),
      { headers: contentTagHeader, example: [profileTypeExample] },
    ),
    ...notModified,
  },
}

const subjectsSchema = {
  operationId: 'listSubjects',
  tags: ['catalogues'],
  summary: 'List the subjects',
  description: 'Returns every subject that a profile can have, with its labels.',
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
  },
}

const languagesSchema = {
  operationId: 'listLanguages',
  tags: ['catalogues'],
  summary: 'List the languages of the user interface',
  description: 'Returns the values that `settings.ui_language` can have. Each label is in its own language.',
  security: [],
  response: {
    200: json(
      'The languages.',
      Type.Array(Type.Object({ code: Type.String(), label: Type.String() }, { additionalProperties: false })),
      { headers: contentTagHeader, example: [{ code: 'uk', label: 'Українська' }] },
    ),
    ...notModified,
  },
}

const timeZonesSchema = {
  operationId: 'listTimeZones',
  tags: ['catalogues'],
  summary: 'List the time zones',
  description: 'Returns every name of the IANA time zone database.',
  security: [],
  response: {
    200: json(
      'The time zones.',
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            offset: Type.String({ description: 'The current offset from UTC.' }),
            canonical: Type.String({ description: 'The canonical name of the zone.' }),
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
  },
}
