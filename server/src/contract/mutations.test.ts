/**
 * What a change of the contract does to front ends. Each row changes the real contract in one place, and gives the verdict for a
 * front end that uses the place and for one that uses something else of the same operation.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readConsumer } from './consumers.ts'
import { readContract } from './openapi.ts'
import { judge } from './judge.ts'

const text = readFileSync(join(import.meta.dirname, '../../../contract/openapi.json'), 'utf8')

/** A contract as a tree that a row changes. */
// oxlint-disable-next-line typescript/no-explicit-any
type Tree = any

const PROFILE = 'GET /api/me/profile/'
const PATCH = 'PATCH /api/me/profile/'
const ACTIVITY = 'GET /api/me/activity/'
const SUMMARY = 'GET /api/me/activity/summary/'
const PUBLIC = 'GET /api/profiles/{id}/'
const SIGN_UP = 'POST /api/auth/sign-up/email'
const BATCH = 'POST /api/activity/'

type Use = {
  reads?: string[] | '*'
  sends?: string[]
  statuses?: number[]
  codes?: string[]
  types?: string[]
}

type Row = {
  change: string
  mutate: (contract: Tree) => void
  /** The contract before, where the real one has nothing of the kind. */
  before?: (contract: Tree) => void
  operation: string
  user: Use
  /** The rules that break the user; undefined: it is not broken. */
  breaks?: string
  other: Use
  /** The rules that break the other one too. */
  breaksOther?: string
}

const schemas = (contract: Tree): Tree => contract.components.schemas
const operation = (contract: Tree, name: string): Tree => {
  const [method, path] = name.split(' ') as [string, string]
  return contract.paths[path][method.toLowerCase()]
}
const parameter = (contract: Tree, name: string, wanted: string): Tree =>
  operation(contract, name).parameters.find((one: Tree) => one.name === wanted)
const answer = (contract: Tree, name: string, status: number): Tree =>
  operation(contract, name).responses[status]
const answered = (contract: Tree, name: string, status = 200): Tree =>
  answer(contract, name, status).content['application/json']
const rename = (place: Tree, old: string, name: string): void => {
  place.properties[name] = place.properties[old]
  delete place.properties[old]
  if (place.required) place.required = place.required.map((one: string) => (one === old ? name : one))
}
const drop = (place: Tree, name: string): void => {
  delete place.properties[name]
  if (place.required) place.required = place.required.filter((one: string) => one !== name)
}

const headline: Use = { reads: ['tutor_profile.headline'], statuses: [200] }
const type: Use = { reads: ['profile_type'], statuses: [200] }
const sendsHeadline: Use = { sends: ['tutor_profile.headline'], statuses: [200] }
const sendsZone: Use = { sends: ['settings.timezone'], statuses: [200] }
const signsUp: Use = { sends: ['email', 'password', 'name'], statuses: [200] }
const lists: Use = { reads: ['[].action'], statuses: [200] }
const filters: Use = { reads: ['[].action'], sends: ['limit', 'action'], statuses: [200] }

/** Answers: they may not become what they could not be. */
const answers: Row[] = [
  {
    change: 'a member is removed',
    mutate: (c) => drop(schemas(c).TutorProfile, 'headline'),
    operation: PROFILE,
    user: headline,
    breaks: 'removed',
    other: type,
  },
  {
    change: 'a member is renamed',
    mutate: (c) => rename(schemas(c).User, 'first_name', 'given_name'),
    operation: PROFILE,
    user: { reads: ['user.first_name'] },
    breaks: 'removed',
    other: { reads: ['user.last_name'] },
  },
  {
    change: 'a member deep inside is removed',
    mutate: (c) => drop(schemas(c).Avatar.properties.variants, '128'),
    operation: PROFILE,
    user: { reads: ['avatar.variants.128'] },
    breaks: 'removed',
    other: { reads: ['avatar.variants.64', 'avatar.url'] },
  },
  {
    change: 'a whole section is removed',
    mutate: (c) => drop(schemas(c).ProfileDocument, 'settings'),
    operation: PROFILE,
    user: { reads: ['settings.timezone'] },
    breaks: 'removed',
    other: type,
  },
  {
    change: 'a member moves one level up',
    mutate: (c) => {
      schemas(c).ProfileDocument.properties.first_name = schemas(c).User.properties.first_name
      drop(schemas(c).User, 'first_name')
    },
    operation: PROFILE,
    user: { reads: ['user.first_name'] },
    breaks: 'removed',
    other: type,
  },
  {
    change: 'a member is removed, and everything of its section was read at once',
    mutate: (c) => drop(schemas(c).Settings, 'timezone'),
    operation: PROFILE,
    user: { reads: ['settings.*'] },
    breaks: 'removed',
    other: { reads: ['user.*'] },
  },
  {
    change: 'a member is removed, and nobody has narrowed what is read',
    mutate: (c) => drop(schemas(c).Settings, 'timezone'),
    operation: PROFILE,
    user: { reads: '*' },
    breaks: 'removed',
    other: { reads: [] },
  },
  {
    change: 'a member of the items of a list is removed',
    mutate: (c) => drop(schemas(c).ActivityEntry, 'user_agent'),
    operation: ACTIVITY,
    user: { reads: ['[].user_agent'] },
    breaks: 'removed',
    other: lists,
  },
  {
    change: 'a member is added',
    mutate: (c) => (schemas(c).TutorProfile.properties.video = { type: 'string' }),
    operation: PROFILE,
    user: { reads: ['tutor_profile.*'] },
    other: type,
  },
  {
    change: 'a member is added that is always there',
    mutate: (c) => {
      schemas(c).Settings.properties.theme = { type: 'string' }
      schemas(c).Settings.required.push('theme')
    },
    operation: PROFILE,
    user: { reads: ['settings.*'] },
    other: type,
  },
  {
    change: 'a member can be missing',
    mutate: (c) =>
      (schemas(c).TutorProfile.required = schemas(c).TutorProfile.required.filter(
        (n: string) => n !== 'headline',
      )),
    operation: PROFILE,
    user: headline,
    breaks: 'required',
    other: type,
  },
  {
    change: 'a text can be null',
    mutate: (c) => (schemas(c).TutorProfile.properties.headline.type = ['string', 'null']),
    operation: PROFILE,
    user: headline,
    breaks: 'nullable',
    other: type,
  },
  {
    change: 'an object can be null',
    mutate: (c) =>
      (schemas(c).ProfileDocument.properties.settings = {
        anyOf: [{ $ref: '#/components/schemas/Settings' }, { type: 'null' }],
      }),
    operation: PROFILE,
    user: { reads: ['settings.timezone'] },
    breaks: 'nullable',
    other: type,
  },
  {
    change: 'a member that could be null never is',
    mutate: (c) => (schemas(c).ProfileDocument.properties.avatar = { $ref: '#/components/schemas/Avatar' }),
    operation: PROFILE,
    user: { reads: ['avatar.url'] },
    other: type,
  },
  {
    change: 'a number becomes a text',
    mutate: (c) => (schemas(c).User.properties.id = { type: 'string' }),
    operation: PROFILE,
    user: { reads: ['user.id'] },
    breaks: 'type',
    other: { reads: ['user.email'] },
  },
  {
    change: 'a whole number can have a fraction',
    mutate: (c) => (schemas(c).Avatar.properties.width.type = 'number'),
    operation: PROFILE,
    user: { reads: ['avatar.width'] },
    breaks: 'type',
    other: { reads: ['avatar.url'] },
  },
  {
    change: 'a number becomes a whole number',
    before: (c) => (schemas(c).Avatar.properties.width.type = 'number'),
    mutate: (c) => (schemas(c).Avatar.properties.width.type = 'integer'),
    operation: PROFILE,
    user: { reads: ['avatar.width'] },
    other: type,
  },
  {
    change: 'an object becomes a list of objects',
    mutate: (c) =>
      (schemas(c).ProfileDocument.properties.settings = {
        type: 'array',
        items: { $ref: '#/components/schemas/Settings' },
      }),
    operation: PROFILE,
    user: { reads: ['settings.timezone'] },
    breaks: 'type',
    other: type,
  },
  {
    change: 'the bare list of a page becomes an object with items',
    mutate: (c) => {
      const media = answered(c, ACTIVITY)
      media.schema = { type: 'object', properties: { items: media.schema } }
    },
    operation: ACTIVITY,
    user: lists,
    breaks: 'type',
    other: { sends: ['limit'] },
  },
  {
    change: 'the items of a list become objects',
    mutate: (c) =>
      (schemas(c).TutorProfile.properties.subjects.items = {
        type: 'object',
        properties: { slug: { type: 'string' } },
      }),
    operation: PROFILE,
    user: { reads: ['tutor_profile.subjects[]'] },
    breaks: 'type',
    other: headline,
  },
  {
    change: 'an answer can be anything',
    mutate: (c) => (schemas(c).Avatar.properties.url = {}),
    operation: PROFILE,
    user: { reads: ['avatar.url'] },
    breaks: 'nullable, type',
    other: type,
  },
  {
    change: 'a value is added to an enum',
    mutate: (c) => schemas(c).ProfileDocument.properties.profile_type.enum.push('psychologist'),
    operation: PROFILE,
    user: type,
    breaks: 'enum',
    other: headline,
  },
  {
    change: 'a value is added to an extensible enum',
    before: (c) => (schemas(c).ProfileDocument.properties.profile_type['x-extensible-enum'] = true),
    mutate: (c) => schemas(c).ProfileDocument.properties.profile_type.enum.push('psychologist'),
    operation: PROFILE,
    user: type,
    other: headline,
  },
  {
    change: 'a value is added to an enum that becomes extensible only now',
    mutate: (c) => {
      schemas(c).ProfileDocument.properties.profile_type.enum.push('psychologist')
      schemas(c).ProfileDocument.properties.profile_type['x-extensible-enum'] = true
    },
    operation: PROFILE,
    user: type,
    breaks: 'enum',
    other: headline,
  },
  {
    change: 'a value is removed from an enum',
    mutate: (c) => schemas(c).ActivityEntry.properties.actor.anyOf[0].properties.kind.enum.pop(),
    operation: ACTIVITY,
    user: { reads: ['[].actor.kind'] },
    other: lists,
  },
  {
    change: 'an enum becomes any text',
    mutate: (c) => delete schemas(c).ProfileDocument.properties.profile_type.enum,
    operation: PROFILE,
    user: type,
    breaks: 'enum',
    other: headline,
  },
  {
    change: 'any text becomes an enum',
    mutate: (c) => (schemas(c).Avatar.properties.content_type.enum = ['image/webp']),
    operation: PROFILE,
    user: { reads: ['avatar.content_type'] },
    other: type,
  },
  {
    change: 'a format changes',
    mutate: (c) => (schemas(c).ProfileDocument.properties.updated_at.format = 'date'),
    operation: PROFILE,
    user: { reads: ['updated_at'] },
    breaks: 'format',
    other: type,
  },
  {
    change: 'a format is given up',
    mutate: (c) => delete schemas(c).ActivityEntry.properties.timestamp.format,
    operation: ACTIVITY,
    user: { reads: ['[].timestamp'] },
    breaks: 'format',
    other: lists,
  },
  {
    change: 'a format is promised',
    mutate: (c) => (schemas(c).ActivityEntry.properties.ip_address.format = 'ip'),
    operation: ACTIVITY,
    user: { reads: ['[].ip_address'] },
    other: lists,
  },
  {
    change: 'a text can be longer',
    mutate: (c) => (schemas(c).ActivityEntry.properties.action.maxLength = 200),
    operation: ACTIVITY,
    user: lists,
    breaks: 'limit',
    other: { reads: ['[].id'] },
  },
  {
    change: 'a text is shorter',
    mutate: (c) => (schemas(c).ActivityEntry.properties.action.maxLength = 50),
    operation: ACTIVITY,
    user: lists,
    other: { reads: ['[].id'] },
  },
  {
    change: 'a number can be smaller',
    mutate: (c) => (schemas(c).ProfileDocument.properties.version.minimum = 0),
    operation: PROFILE,
    user: { reads: ['version'] },
    breaks: 'limit',
    other: type,
  },
  {
    change: 'a schema moves behind a $ref',
    mutate: (c) => {
      schemas(c).HourlyRate = schemas(c).TutorProfile.properties.hourly_rate
      schemas(c).TutorProfile.properties.hourly_rate = { $ref: '#/components/schemas/HourlyRate' }
    },
    operation: PROFILE,
    user: { reads: ['tutor_profile.*'] },
    other: type,
  },
  {
    change: 'a component is renamed together with its references',
    mutate: (c) => {
      schemas(c).Account = schemas(c).User
      delete schemas(c).User
      schemas(c).ProfileDocument.properties.user = { $ref: '#/components/schemas/Account' }
    },
    operation: PROFILE,
    user: { reads: ['user.*'] },
    other: type,
  },
  {
    change: 'a schema moves behind a $ref and loses a member there',
    mutate: (c) => {
      const { properties } = schemas(c).Avatar
      schemas(c).Variants = { ...properties.variants }
      drop(schemas(c).Variants, '64')
      properties.variants = { $ref: '#/components/schemas/Variants' }
    },
    operation: PROFILE,
    user: { reads: ['avatar.variants.64'] },
    breaks: 'removed',
    other: { reads: ['avatar.variants.512'] },
  },
  {
    change: 'a schema is split with allOf',
    mutate: (c) => {
      const { properties, required, ...rest } = schemas(c).User
      const { id, ...others } = properties
      schemas(c).User = {
        allOf: [
          { type: 'object', properties: { id }, required: ['id'] },
          {
            ...rest,
            additionalProperties: true,
            properties: others,
            required: required.filter((n: string) => n !== 'id'),
          },
        ],
      }
    },
    operation: PROFILE,
    user: { reads: ['user.*'] },
    other: type,
  },
  {
    change: 'anyOf is written as ["object", "null"]',
    mutate: (c) => {
      const { anyOf, ...about } = schemas(c).ActivityEntry.properties.actor
      schemas(c).ActivityEntry.properties.actor = { ...about, ...anyOf[0], type: ['object', 'null'] }
    },
    operation: ACTIVITY,
    user: { reads: ['[].actor.kind'] },
    other: lists,
  },
  {
    change: 'anyOf becomes oneOf',
    mutate: (c) => {
      const { anyOf, ...rest } = schemas(c).ProfileDocument.properties.avatar
      schemas(c).ProfileDocument.properties.avatar = { ...rest, oneOf: anyOf }
    },
    operation: PROFILE,
    user: { reads: ['avatar.url'] },
    other: type,
  },
  {
    change: 'an answer has one more alternative',
    mutate: (c) => schemas(c).ProfileDocument.properties.avatar.anyOf.push({ type: 'string' }),
    operation: PROFILE,
    user: { reads: ['avatar.url'] },
    breaks: 'type',
    other: type,
  },
  {
    change: 'an answer has one alternative less, and its members are gone',
    before: (c) =>
      (schemas(c).ProfileDocument.properties.avatar = {
        oneOf: [
          { $ref: '#/components/schemas/Avatar' },
          { type: 'object', properties: { initials: { type: 'string' } }, required: ['initials'] },
        ],
      }),
    mutate: (c) => schemas(c).ProfileDocument.properties.avatar.oneOf.pop(),
    operation: PROFILE,
    user: { reads: ['avatar.initials'] },
    breaks: 'removed',
    other: { reads: ['avatar.url'] },
  },
  {
    change: 'a map is no longer answered',
    mutate: (c) => (schemas(c).ActivityEntry.properties.metadata.additionalProperties = false),
    operation: ACTIVITY,
    user: { reads: ['[].metadata.changed'] },
    breaks: 'removed',
    other: lists,
  },
  {
    change: 'the values of a map change their type',
    before: (c) => (schemas(c).ActivityEntry.properties.metadata.additionalProperties = { type: 'string' }),
    mutate: (c) => (schemas(c).ActivityEntry.properties.metadata.additionalProperties = { type: 'integer' }),
    operation: ACTIVITY,
    user: { reads: ['[].metadata.changed'] },
    breaks: 'type',
    other: lists,
  },
  {
    change: 'a list loses a promise to repeat nothing',
    before: (c) => (schemas(c).TutorProfile.properties.subjects.uniqueItems = true),
    mutate: (c) => delete schemas(c).TutorProfile.properties.subjects.uniqueItems,
    operation: PROFILE,
    user: { reads: ['tutor_profile.subjects[]', 'tutor_profile.subjects'] },
    breaks: 'limit',
    other: headline,
  },
  {
    change: 'an answer is open to other members',
    mutate: (c) => (schemas(c).User.additionalProperties = true),
    operation: PROFILE,
    user: { reads: ['user.first_name'] },
    other: type,
  },
  {
    change: 'a text of an answer is read only by the server',
    mutate: (c) => (schemas(c).User.properties.email.writeOnly = true),
    operation: PROFILE,
    user: { reads: ['user.email'] },
    breaks: 'removed',
    other: type,
  },
]

/** Requests: the server takes everything that it took. */
const requests: Row[] = [
  {
    change: 'a member of a closed body is removed',
    mutate: (c) => drop(schemas(c).ProfilePatch.properties.tutor_profile.anyOf[0], 'headline'),
    operation: PATCH,
    user: sendsHeadline,
    breaks: 'removed',
    other: sendsZone,
  },
  {
    change: 'a member of a body is renamed',
    mutate: (c) => rename(schemas(c).ProfilePatch.properties.user, 'first_name', 'given_name'),
    operation: PATCH,
    user: { sends: ['user.first_name'] },
    breaks: 'removed',
    other: { sends: ['user.last_name'] },
  },
  {
    change: 'a member of a body is added',
    mutate: (c) => (schemas(c).ProfilePatch.properties.settings.properties.theme = { type: 'string' }),
    operation: PATCH,
    user: sendsZone,
    other: sendsHeadline,
  },
  {
    change: 'a member of a body becomes required',
    mutate: (c) => (schemas(c).ProfilePatch.properties.user.required = ['last_name']),
    operation: PATCH,
    user: { sends: ['user.first_name'] },
    breaks: 'required',
    other: sendsZone,
  },
  {
    change: 'a required member is added to a body',
    mutate: (c) => {
      const { schema } = operation(c, SIGN_UP).requestBody.content['application/json']
      schema.properties.terms = { type: 'boolean' }
      schema.required = [...(schema.required ?? []), 'terms']
    },
    operation: SIGN_UP,
    user: signsUp,
    breaks: 'required',
    other: { statuses: [503] },
  },
  {
    change: 'null is refused',
    mutate: (c) =>
      (schemas(c).ProfilePatch.properties.tutor_profile.anyOf = schemas(
        c,
      ).ProfilePatch.properties.tutor_profile.anyOf.slice(0, 1)),
    operation: PATCH,
    user: sendsHeadline,
    breaks: 'nullable',
    other: sendsZone,
  },
  {
    change: 'null is accepted',
    mutate: (c) => (schemas(c).ProfilePatch.properties.user.properties.first_name.type = ['string', 'null']),
    operation: PATCH,
    user: { sends: ['user.first_name'] },
    other: sendsZone,
  },
  {
    change: 'a text must be a number',
    mutate: (c) =>
      (schemas(c).ProfilePatch.properties.tutor_profile.anyOf[0].properties.headline.type = 'integer'),
    operation: PATCH,
    user: sendsHeadline,
    breaks: 'type',
    other: sendsZone,
  },
  {
    change: 'a text may be shorter than before',
    mutate: (c) =>
      (schemas(c).ProfilePatch.properties.tutor_profile.anyOf[0].properties.headline.maxLength = 80),
    operation: PATCH,
    user: sendsHeadline,
    breaks: 'limit',
    other: sendsZone,
  },
  {
    change: 'a text may be longer than before',
    mutate: (c) =>
      (schemas(c).ProfilePatch.properties.tutor_profile.anyOf[0].properties.headline.maxLength = 200),
    operation: PATCH,
    user: sendsHeadline,
    other: sendsZone,
  },
  {
    change: 'a list may have fewer items',
    mutate: (c) =>
      (schemas(c).ProfilePatch.properties.tutor_profile.anyOf[0].properties.subjects.maxItems = 5),
    operation: PATCH,
    user: { sends: ['tutor_profile.subjects'] },
    breaks: 'limit',
    other: sendsHeadline,
  },
  {
    change: 'a text must match a pattern',
    mutate: (c) => (schemas(c).ProfilePatch.properties.user.properties.first_name.pattern = '^[A-Z]'),
    operation: PATCH,
    user: { sends: ['user.first_name'] },
    breaks: 'pattern',
    other: sendsZone,
  },
  {
    change: 'a text must have a format',
    before: (c) => delete schemas(c).ProfilePatch.properties.settings.properties.timezone.format,
    mutate: (c) => (schemas(c).ProfilePatch.properties.settings.properties.timezone.format = 'time-zone'),
    operation: PATCH,
    user: sendsZone,
    breaks: 'format',
    other: sendsHeadline,
  },
  {
    change: 'a value is no longer accepted',
    mutate: (c) => schemas(c).ProfilePatch.properties.settings.properties.ui_language.enum.pop(),
    operation: PATCH,
    user: { sends: ['settings.ui_language'] },
    breaks: 'enum',
    other: sendsZone,
  },
  {
    change: 'one more value is accepted',
    mutate: (c) => schemas(c).ProfilePatch.properties.settings.properties.ui_language.enum.push('pl'),
    operation: PATCH,
    user: { sends: ['settings.ui_language'] },
    other: sendsZone,
  },
  {
    change: 'a whole section is no longer accepted',
    mutate: (c) => drop(schemas(c).ProfilePatch, 'settings'),
    operation: PATCH,
    user: sendsZone,
    breaks: 'removed',
    other: sendsHeadline,
  },
  {
    change: 'a body is closed to other members',
    before: (c) => (schemas(c).ProfilePatch.properties.settings.additionalProperties = true),
    mutate: (c) => (schemas(c).ProfilePatch.properties.settings.additionalProperties = false),
    operation: PATCH,
    user: { sends: ['settings.theme'] },
    breaks: 'closed',
    other: sendsHeadline,
  },
  {
    change: 'a member of a body is only for answers',
    mutate: (c) => (schemas(c).ProfilePatch.properties.user.properties.first_name.readOnly = true),
    operation: PATCH,
    user: { sends: ['user.first_name'] },
    breaks: 'removed',
    other: sendsZone,
  },
  {
    change: 'the items of a sent list have one more required member',
    mutate: (c) => {
      const { schema } = operation(c, BATCH).requestBody.content['application/json']
      const items = schema.items.$ref ? schemas(c)[schema.items.$ref.split('/').pop()] : schema.items
      items.properties.source = { type: 'string' }
      items.required = [...(items.required ?? []), 'source']
    },
    operation: BATCH,
    user: { sends: ['[].id', '[].action'] },
    breaks: 'required',
    other: { statuses: [401] },
  },
  {
    change: 'the default of a member that may be left out changes',
    before: (c) =>
      (operation(c, SIGN_UP).requestBody.content['application/json'].schema.properties.rememberMe = {
        type: 'boolean',
        default: true,
      }),
    mutate: (c) =>
      (operation(c, SIGN_UP).requestBody.content['application/json'].schema.properties.rememberMe.default =
        false),
    operation: SIGN_UP,
    user: signsUp,
    breaks: 'default',
    other: { sends: ['email', 'rememberMe'] },
  },
  {
    change: 'a media type of the body is no longer accepted',
    mutate: (c) => delete operation(c, PATCH).requestBody.content['application/merge-patch+json'],
    operation: PATCH,
    user: { sends: ['settings.timezone'], types: ['application/merge-patch+json'] },
    breaks: 'media_type',
    other: sendsZone,
  },
  {
    change: 'JSON is no longer accepted',
    mutate: (c) => delete operation(c, PATCH).requestBody.content['application/json'],
    operation: PATCH,
    user: sendsZone,
    breaks: 'media_type',
    other: { sends: ['settings.timezone'], types: ['application/merge-patch+json'] },
  },
  {
    change: 'an operation needs a body',
    mutate: (c) =>
      (operation(c, PROFILE).requestBody = {
        required: true,
        content: { 'application/json': { schema: {} } },
      }),
    operation: PROFILE,
    user: type,
    breaks: 'required',
    other: headline,
    breaksOther: 'required',
  },
]

/** Parameters, statuses, headers, credentials: what is around the bodies. */
const operations: Row[] = [
  {
    change: 'an operation is removed',
    mutate: (c) => delete c.paths['/api/me/activity/summary/'],
    operation: SUMMARY,
    user: { statuses: [] },
    breaks: 'removed',
    other: { reads: ['note'] },
    breaksOther: 'removed',
  },
  {
    change: 'the path of an operation changes',
    mutate: (c) => {
      c.paths['/api/me/log/'] = c.paths['/api/me/activity/']
      delete c.paths['/api/me/activity/']
    },
    operation: ACTIVITY,
    user: lists,
    breaks: 'removed',
    other: { statuses: [401] },
    breaksOther: 'removed',
  },
  {
    change: 'a path parameter has another name',
    mutate: (c) => {
      c.paths['/api/profiles/{person}/'] = c.paths['/api/profiles/{id}/']
      delete c.paths['/api/profiles/{id}/']
      c.paths['/api/profiles/{person}/'].get.parameters[0].name = 'person'
    },
    operation: PUBLIC,
    user: { reads: ['profile_type'], sends: ['id'] },
    other: { statuses: [404] },
  },
  {
    change: 'a path parameter must be a number',
    mutate: (c) => (parameter(c, PUBLIC, 'id').schema = { type: 'boolean' }),
    operation: PUBLIC,
    user: { reads: ['profile_type'] },
    breaks: 'type',
    other: { statuses: [404] },
    breaksOther: 'type',
  },
  {
    change: 'a parameter is removed',
    mutate: (c) =>
      (operation(c, ACTIVITY).parameters = operation(c, ACTIVITY).parameters.filter(
        (one: Tree) => one.name !== 'action',
      )),
    operation: ACTIVITY,
    user: filters,
    breaks: 'removed',
    other: lists,
  },
  {
    change: 'a parameter is renamed',
    mutate: (c) => (parameter(c, ACTIVITY, 'limit').name = 'page_size'),
    operation: ACTIVITY,
    user: filters,
    breaks: 'removed',
    other: lists,
  },
  {
    change: 'a parameter is added',
    mutate: (c) =>
      operation(c, ACTIVITY).parameters.push({ in: 'query', name: 'actor', schema: { type: 'string' } }),
    operation: ACTIVITY,
    user: filters,
    other: lists,
  },
  {
    change: 'a parameter that everybody needs is added',
    mutate: (c) =>
      operation(c, ACTIVITY).parameters.push({
        in: 'query',
        name: 'year',
        required: true,
        schema: { type: 'integer' },
      }),
    operation: ACTIVITY,
    user: filters,
    breaks: 'required',
    other: lists,
    breaksOther: 'required',
  },
  {
    change: 'a parameter is required now',
    mutate: (c) => (parameter(c, ACTIVITY, 'action').required = true),
    operation: ACTIVITY,
    user: lists,
    breaks: 'required',
    other: filters,
  },
  {
    change: 'a parameter may be smaller',
    mutate: (c) => (parameter(c, ACTIVITY, 'limit').schema.maximum = 50),
    operation: ACTIVITY,
    user: filters,
    breaks: 'limit',
    other: lists,
  },
  {
    change: 'a parameter may be larger',
    mutate: (c) => (parameter(c, ACTIVITY, 'limit').schema.maximum = 500),
    operation: ACTIVITY,
    user: filters,
    other: lists,
  },
  {
    change: 'the default of a parameter changes',
    mutate: (c) => (parameter(c, ACTIVITY, 'limit').schema.default = 20),
    operation: ACTIVITY,
    user: lists,
    breaks: 'default',
    other: filters,
  },
  {
    change: 'a parameter takes only listed values',
    mutate: (c) => (parameter(c, ACTIVITY, 'action').schema.enum = ['profile.updated']),
    operation: ACTIVITY,
    user: filters,
    breaks: 'enum',
    other: lists,
  },
  {
    change: 'a parameter moves into a header',
    mutate: (c) => (parameter(c, ACTIVITY, 'limit').in = 'header'),
    operation: ACTIVITY,
    user: filters,
    breaks: 'removed',
    other: lists,
  },
  {
    change: 'a list in a parameter is written in another way',
    mutate: (c) => (parameter(c, ACTIVITY, 'action').explode = true),
    operation: ACTIVITY,
    user: filters,
    breaks: 'style',
    other: lists,
  },
  {
    change: 'a request header is removed',
    mutate: (c) => (operation(c, PATCH).parameters = []),
    operation: PATCH,
    user: { sends: ['settings.timezone', 'If-Match'] },
    breaks: 'removed',
    other: sendsZone,
  },
  {
    change: 'an answer is never given any more',
    mutate: (c) => delete operation(c, PROFILE).responses['304'],
    operation: PROFILE,
    user: { reads: ['profile_type'], statuses: [200, 304] },
    breaks: 'status',
    other: type,
  },
  {
    change: 'the success has another status',
    mutate: (c) => {
      const { responses } = operation(c, 'POST /api/me/avatar/')
      responses['200'] = responses['201']
      delete responses['201']
    },
    operation: 'POST /api/me/avatar/',
    user: { reads: ['avatar.url'], statuses: [201] },
    breaks: 'status',
    other: { statuses: [413] },
    breaksOther: 'status',
  },
  {
    change: 'one more error can be answered',
    mutate: (c) => (operation(c, PROFILE).responses['423'] = operation(c, PROFILE).responses['403']),
    operation: PROFILE,
    user: { reads: ['profile_type'], statuses: [200, 401] },
    breaks: 'status',
    other: type,
  },
  {
    change: 'one more success can be answered',
    mutate: (c) => (operation(c, PATCH).responses['202'] = { description: 'Accepted' }),
    operation: PATCH,
    user: sendsZone,
    breaks: 'status',
    other: sendsHeadline,
    breaksOther: 'status',
  },
  {
    change: 'an error is declared by its class, so that others can come',
    mutate: (c) => {
      const { responses } = operation(c, PROFILE)
      responses['4XX'] = responses['401']
      delete responses['401']
    },
    operation: PROFILE,
    user: { reads: ['profile_type'], statuses: [200, 401] },
    breaks: 'status',
    other: type,
  },
  {
    change: 'a member of every error is removed',
    mutate: (c) => drop(schemas(c).Problem.properties.errors.items, 'message'),
    operation: PATCH,
    user: { reads: ['errors[].message'] },
    breaks: 'removed',
    other: { reads: ['errors[].code'] },
  },
  {
    change: 'a problem code is gone',
    before: (c) => (answer(c, PROFILE, 409)['x-problem-codes'] = ['email_taken', 'conflict']),
    mutate: (c) => (answer(c, PROFILE, 409)['x-problem-codes'] = ['conflict']),
    operation: PROFILE,
    user: { statuses: [409], codes: ['email_taken'] },
    breaks: 'code',
    other: { statuses: [409], codes: ['conflict'] },
  },
  {
    change: 'a problem code is new',
    before: (c) => (answer(c, PROFILE, 409)['x-problem-codes'] = ['email_taken']),
    mutate: (c) => (answer(c, PROFILE, 409)['x-problem-codes'] = ['email_taken', 'account_leaving']),
    operation: PROFILE,
    user: { statuses: [409], codes: ['email_taken'] },
    breaks: 'code',
    other: { statuses: [409] },
  },
  {
    change: 'a header of an answer is removed',
    mutate: (c) => delete answer(c, ACTIVITY, 200).headers,
    operation: ACTIVITY,
    user: { reads: ['[].action', 'Link'] },
    breaks: 'header',
    other: lists,
  },
  {
    change: 'a header of an answer is added',
    mutate: (c) => (answer(c, ACTIVITY, 200).headers['X-Total'] = { schema: { type: 'integer' } }),
    operation: ACTIVITY,
    user: { reads: ['[].action', 'Link'] },
    other: lists,
  },
  {
    change: 'a header of an answer has another type',
    mutate: (c) => (answer(c, PROFILE, 200).headers.ETag.schema = { type: 'integer' }),
    operation: PROFILE,
    user: { reads: ['ETag'] },
    breaks: 'type',
    other: type,
  },
  {
    change: 'a format of an answer is gone',
    mutate: (c) => delete operation(c, ACTIVITY)['x-representations']['text/csv'],
    operation: ACTIVITY,
    user: { types: ['text/csv'] },
    breaks: 'media_type',
    other: lists,
  },
  {
    change: 'JSON is no longer answered',
    mutate: (c) => delete answer(c, ACTIVITY, 200).content['application/json'],
    operation: ACTIVITY,
    user: lists,
    breaks: 'media_type',
    other: { types: ['text/csv'] },
  },
  {
    change: 'a format of an answer is added',
    mutate: (c) => (answer(c, ACTIVITY, 200).content['text/html'] = { schema: { type: 'string' } }),
    operation: ACTIVITY,
    user: lists,
    other: { types: ['text/csv'] },
  },
  {
    change: 'an open operation asks for credentials',
    mutate: (c) => delete operation(c, PUBLIC).security,
    operation: PUBLIC,
    user: { reads: ['profile_type'] },
    breaks: 'security',
    other: { statuses: [404] },
    breaksOther: 'security',
  },
  {
    change: 'an operation is open to everybody',
    mutate: (c) => (operation(c, PROFILE).security = []),
    operation: PROFILE,
    user: type,
    other: headline,
  },
  {
    change: 'one way in is gone',
    mutate: (c) => (operation(c, 'GET /api/auth/token').security = [{ session: [] }]),
    operation: 'GET /api/auth/token',
    user: { reads: ['token'] },
    breaks: 'security',
    other: { statuses: [401] },
    breaksOther: 'security',
  },
  {
    change: 'one more way in',
    mutate: (c) => operation(c, 'GET /api/auth/token').security.push({ bearer: [] }),
    operation: 'GET /api/auth/token',
    user: { reads: ['token'] },
    other: { statuses: [401] },
  },
]

/** Texts, examples, marks: they never break. */
const texts: Row[] = [
  {
    change: 'an example changes',
    mutate: (c) => (answered(c, PROFILE).example = { profile_type: 'nobody' }),
    operation: PROFILE,
    user: { reads: '*' },
    other: type,
  },
  {
    change: 'a description changes',
    mutate: (c) => {
      schemas(c).User.description = 'Somebody.'
      operation(c, PROFILE).description = 'Gives it.'
      answer(c, PROFILE, 200).description = 'It.'
    },
    operation: PROFILE,
    user: { reads: '*' },
    other: type,
  },
  {
    change: 'a summary, a tag and an operation id change',
    mutate: (c) =>
      Object.assign(operation(c, PROFILE), { summary: 'It', tags: ['other'], operationId: 'other' }),
    operation: PROFILE,
    user: { reads: '*' },
    other: type,
  },
  {
    change: 'labels for forms change',
    mutate: (c) =>
      (schemas(c).ProfilePatch.properties.tutor_profile.anyOf[0].properties.headline['x-labels'] = {
        en: 'Title',
      }),
    operation: PATCH,
    user: { sends: ['*'] },
    other: sendsZone,
  },
  {
    change: 'a member, a parameter and an operation are deprecated',
    mutate: (c) => {
      Object.assign(schemas(c).TutorProfile.properties.headline, {
        deprecated: true,
        'x-sunset': '2027-01-01',
      })
      Object.assign(parameter(c, ACTIVITY, 'limit'), { deprecated: true, 'x-sunset': '2027-01-01' })
      Object.assign(operation(c, PROFILE), { deprecated: true, 'x-sunset': '2027-01-01' })
    },
    operation: PROFILE,
    user: { reads: '*' },
    other: headline,
  },
  {
    change: 'a default of an answer changes',
    mutate: (c) => (schemas(c).TutorProfile.properties.headline.default = 'None'),
    operation: PROFILE,
    user: headline,
    other: type,
  },
  {
    change: 'the servers change',
    mutate: (c) => (c.servers = [{ url: 'https://api.example.com' }]),
    operation: PROFILE,
    user: { reads: '*' },
    other: type,
  },
  {
    change: 'the order of members, values and required names changes',
    mutate: (c) => {
      const { User, ProfileDocument } = schemas(c)
      User.required.reverse()
      User.properties = Object.fromEntries(Object.entries(User.properties).toReversed())
      ProfileDocument.properties.profile_type.enum.reverse()
    },
    operation: PROFILE,
    user: { reads: '*' },
    other: type,
  },
]

function consumer(name: string, operationName: string, use: Use) {
  return readConsumer({
    consumer: name,
    adopted: '0.5.0',
    recorded: '2026-12-02',
    operations: { [operationName]: use },
  })
}

describe('a change of the contract', () => {
  const rows = [...answers, ...requests, ...operations, ...texts]

  test('is tried in more than sixty ways, each once', () => {
    assert.ok(rows.length > 60)
    assert.equal(new Set(rows.map(({ change }) => change)).size, rows.length)
  })

  for (const { change, before, mutate, operation: name, user, breaks, other, breaksOther } of rows) {
    test(change, () => {
      const old = JSON.parse(text)
      before?.(old)
      const now = structuredClone(old)
      mutate(now)
      assert.notDeepEqual(now, old, 'the row changes nothing')
      const verdict = judge(
        readContract(old),
        readContract(now),
        [
          consumer('user', name, user),
          consumer('other', name, other),
          consumer('elsewhere', 'GET /api/x/', { reads: '*' }),
        ],
        '2026-12-02',
      )
      const rulesFor = (who: string) =>
        [...new Set(verdict.breaks.filter((one) => one.consumer === who).map(({ rule }) => rule))].join(', ')
      assert.equal(rulesFor('user'), breaks ?? '', JSON.stringify(verdict, null, 1))
      assert.equal(rulesFor('other'), breaksOther ?? '', JSON.stringify(verdict, null, 1))
      assert.equal(rulesFor('elsewhere'), '')
      assert.equal(verdict.ok, verdict.breaks.length === 0)
    })
  }
})

test('the contract breaks nobody when it stays as it is', () => {
  const contract = readContract(JSON.parse(text))
  assert.deepEqual(judge(contract, readContract(JSON.parse(text)), [], '2026-12-02'), {
    ok: true,
    breaks: [],
    unused: [],
  })
})
