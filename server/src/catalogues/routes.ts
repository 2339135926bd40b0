import type { FastifyInstance, FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { json, problems } from '../http/responses.ts'
import type { ProfileTypes } from '../profiles/profile-types.ts'
import { presentLanguages } from './languages.ts'
import type { Subject } from './subjects.ts'
import { canonicalTimeZone, timeZoneNames, timeZoneOffset } from './time-zones.ts'

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
  const open = { access: 'public' } as const
  const profileTypes = types.all.map(({ name, section, labels, fields }) => ({
    name,
    section,
    labels,
    schema: { type: 'object', properties: fields },
  }))
  const languages = presentLanguages(uiLanguages)

  app.get('/api/profile-types/', { config: open, schema: profileTypesSchema }, (_request, reply) =>
    sendCacheable(reply, profileTypes),
  )
  app.get('/api/subjects/', { config: open, schema: subjectsSchema }, (_request, reply) => sendCacheable(reply, subjects))
  app.get('/api/languages/', { config: open, schema: languagesSchema }, (_request, reply) =>
    sendCacheable(reply, languages),
  )
  app.get('/api/timezones/', { config: open, schema: timeZonesSchema }, (_request, reply) =>
    sendCacheable(reply, listTimeZones(now())),
  )
}

function sendCacheable(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.header('cache-control', 'public, max-age=3600').send(body)
}

let listed: { hour: number; zones: { name: string; offset: string; canonical: string }[] } | undefined

/** Offsets change on the hour or the half hour, and 598 formatters are not free: the list is kept for a quarter. */
function listTimeZones(at: Date) {
  const quarter = Math.floor(at.getTime() / (15 * 60_000))
  if (listed?.hour !== quarter) {
    const zones = timeZoneNames.map((name) => ({
      name,
      offset: timeZoneOffset(name, at),
      canonical: canonicalTimeZone(name),
    }))
    listed = { hour: quarter, zones }
  }
  return listed.zones
}

const labelsSchema = Type.Object({ uk: Type.String(), en: Type.String() }, { additionalProperties: false })

const profileTypesSchema = {
  operationId: 'listProfileTypes',
  tags: ['catalogues'],
  summary: 'Profile types and their fields',
  description:
    'For each type the JSON Schema of its fields in the order of a form, with `x-labels`, `x-hints` and `x-widget`.',
  security: [],
  response: {
    200: json(
      'The types.',
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            section: Type.String({ description: 'The member of the profile document that holds the fields.' }),
            labels: labelsSchema,
            schema: Type.Record(Type.String(), Type.Unknown(), { description: 'A JSON Schema.' }),
          },
          { additionalProperties: false },
        ),
      ),
    ),
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
      { example: [{ slug: 'mathematics', labels: { uk: 'Математика', en: 'Mathematics' } }] },
    ),
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
      { example: [{ code: 'uk', label: 'Українська' }] },
    ),
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
      { example: [{ name: 'Europe/Kiev', offset: '+02:00', canonical: 'Europe/Kyiv' }] },
    ),
    ...problems(400, 429),
  },
}
