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
import { presentSubject, type Subject } from './subjects.ts'
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
  publishOnce('/api/subjects/', subjectsSchema, subjects.map(presentSubject))
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
        'x-labels': { uk: 'Одним реченням', en: 'Headline' },
        'x-example': {
          uk: 'Готую до НМТ з математики, навіть з нуля',
          en: 'Exam maths made clear, even from scratch',
        },
        'x-widget': 'line',
        'x-public': true,
      },
    },
  },
  version: 1,
  required: ['photo', 'headline'],
  completeness: [
    { field: 'photo', weight: 20, from: 1 },
    { field: 'headline', weight: 15, from: 1 },
  ],
  groups: [{ name: 'about', labels: { uk: 'Коротко про вас', en: 'About you' }, fields: ['headline'] }],
}

const fieldName = Type.String({
  description: 'A field of the section, or `photo`, `first_name`, `last_name`.',
})

const profileTypesSchema = {
  operationId: 'listProfileTypes',
  tags: ['catalogues'],
  summary: 'List the profile types and their fields',
  description:
    'Returns a JSON Schema for each type, with its fields in the order of a form. `x-labels`, `x-hints`, `x-example`, ' +
    '`x-suffix` and `x-options` are the texts of the form, `x-widget` is the kind of input, and `x-public` marks fields ' +
    'that everybody can see. `groups` are the parts of the form. `required` names what a profile must have to be ' +
    'published, and `completeness` the weight of each field. See docs/profile-types.md.',
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
            version: Type.Integer({
              minimum: 1,
              description: 'The version of the declaration. It rises where stored fields have become others.',
            }),
            labels: labelsSchema,
            add_labels: Type.Optional({
              ...labelsSchema,
              description:
                'What a button says that adds a profile of this type: `I also learn`. Absent: the name of the type.',
            }),
            addable_by: Type.Optional(
              Type.Array(Type.String(), {
                description: 'The roles that may add a profile of this type. Absent: every role.',
              }),
            ),
            schema: Type.Object(
              {
                type: choice(['object']),
                properties: Type.Record(Type.String(), Type.Ref('FieldSchema'), {
                  description: 'The fields by their names, in the order of a form.',
                }),
              },
              { additionalProperties: false, description: 'The JSON Schema of the fields.' },
            ),
            required: Type.Array(fieldName, {
              description: 'What a profile must have before it can be published.',
            }),
            completeness: Type.Array(
              Type.Object(
                {
                  field: fieldName,
                  weight: Type.Integer({
                    minimum: 1,
                    description: 'Relative to the other weights of the type.',
                  }),
                  from: Type.Integer({
                    minimum: 1,
                    description:
                      'The field counts from so many Unicode code points of a text, or items of a list.',
                  }),
                },
                { additionalProperties: false },
              ),
              { description: 'What each field adds to the completeness of a profile.' },
            ),
            groups: Type.Array(
              Type.Object(
                { name: Type.String(), labels: labelsSchema, fields: Type.Array(Type.String()) },
                { additionalProperties: false },
              ),
              { description: 'The parts of the form, in their order. Each field is in exactly one.' },
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
  description:
    'Returns every subject that a profile can have, with its labels, and other words that people search it by. A form can ' +
    'offer the popular ones before anybody has searched.',
  security: [],
  response: {
    200: json(
      'The subjects.',
      Type.Array(
        Type.Object(
          {
            slug: Type.String(),
            labels: labelsSchema,
            synonyms: Type.Array(Type.String(), {
              description: 'Other words for it, in any language: abbreviations, exams, everyday names.',
            }),
            popular: Type.Boolean({ description: 'Whether many people look for it.' }),
          },
          { additionalProperties: false },
        ),
      ),
      {
        headers: contentTagHeader,
        example: [
          {
            slug: 'mathematics',
            labels: { uk: 'Математика', en: 'Mathematics' },
            synonyms: ['math', 'матан'],
            popular: true,
          },
        ],
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
