import {
  readHeader,
  request,
  taggedOf,
  type Api,
  type Read,
  type ReadOptions,
  type Tagged,
} from './operations.ts'
import type { operations } from './schema.gen.ts'
import type { SectionName } from './types.ts'

type Json<Operation extends keyof operations> = operations[Operation] extends {
  responses: { 200: { content: { 'application/json': infer Body } } }
}
  ? Body
  : never

/** A profile type: its name, the section of the document that holds its fields, and what a form needs to draw them. */
export type ProfileType = Omit<Json<'listProfileTypes'>[number], 'section'> & { section: SectionName }
export type Subject = Json<'listSubjects'>[number]
export type Language = Json<'listLanguages'>[number]
export type TimeZone = Json<'listTimeZones'>[number]

/** What forms are drawn from: the same for everybody, needs no token, and any cache may keep it for an hour. */
export type CataloguesClient = {
  /** Profile types and the JSON Schemas of their fields, in the order of a form. */
  profileTypes: Read<Tagged<ProfileType[]>>
  /** Subjects that a profile can name. */
  subjects: Read<Tagged<Subject[]>>
  /** Languages of the user interface. */
  languages: Read<Tagged<Language[]>>
  /** Every key of the IANA time zone database, with its offset now. */
  timezones: Read<Tagged<TimeZone[]>>
}

export function createCatalogues(api: Api): CataloguesClient {
  return {
    profileTypes: catalogue((init) =>
      api.GET('/api/profile-types/', init),
    ) as CataloguesClient['profileTypes'],
    subjects: catalogue((init) => api.GET('/api/subjects/', init)),
    languages: catalogue((init) => api.GET('/api/languages/', init)),
    timezones: catalogue((init) => api.GET('/api/timezones/', init)),
  }
}

function catalogue<T>(
  call: (init: Record<string, unknown>) => Promise<{ data?: T; response: unknown }>,
): Read<Tagged<T>> {
  const read = (options: ReadOptions = {}) =>
    taggedOf(call({ ...request(options), params: { header: readHeader(options) } }), options.signal)
  return read as Read<Tagged<T>>
}
