import { Type, type TSchema } from 'typebox'
import type { JsonSchema } from '../http/validation.ts'
import { AVATAR_SIZES } from './present-avatar.ts'
import { patchExample } from './examples.ts'
import { nullable } from '../http/schemas.ts'
import type { ProfileTypes } from './profile-types.ts'

/** The parts of the document that a patch may name but not change. */
export const READ_ONLY = {
  document: ['profile_type', 'avatar_url', 'avatar', 'version', 'created_at', 'updated_at'],
  user: ['id', 'email', 'role', 'is_self_learning'],
} as const

/** Of a first or a last name. */
export const MAX_NAME_CHARACTERS = 150
export const nameSchema = Type.String({ format: 'line', maxLength: MAX_NAME_CHARACTERS })

/** The schemas of the document and of its patches, for the types and languages of this installation. */
export type DocumentSchemas = ReturnType<typeof createDocumentSchemas>

export function createDocumentSchemas(types: ProfileTypes, uiLanguages: readonly string[]) {
  const user = Type.Object(
    {
      id: Type.Integer({ description: 'Read-only.' }),
      email: Type.String({ description: 'Read-only.' }),
      first_name: nameSchema,
      last_name: nameSchema,
      role: Type.String({ description: 'Read-only. Follows the token that made the account.' }),
      is_self_learning: Type.Boolean({ description: 'Read-only.' }),
    },
    { $id: 'User', additionalProperties: false },
  )
  const settings = Type.Object(
    {
      timezone: Type.String({
        format: 'time-zone',
        description: 'A key of the IANA time zone database, in its exact case (`GET /api/timezones/`).',
      }),
      ui_language: Type.Enum([...uiLanguages], { description: 'One of `GET /api/languages/`.' }),
      notifications_enabled: Type.Boolean(),
      privacy_public_profile: Type.Boolean({ description: 'Whether strangers may see the public fields.' }),
    },
    { $id: 'Settings', additionalProperties: false },
  )
  const urls = Object.fromEntries(AVATAR_SIZES.toReversed().map((size) => [String(size), Type.String()]))
  const avatar = Type.Object(
    {
      url: Type.String({ description: 'The 512 px file. A new picture has a new URL.' }),
      variants: Type.Object(urls, {
        additionalProperties: false,
        description: 'URLs by the pixels of a side.',
      }),
      width: Type.Integer(),
      height: Type.Integer(),
      content_type: Type.String(),
      file_size: Type.Integer({ description: 'Bytes of the 512 px file.' }),
      placeholder: Type.String({ description: 'A ThumbHash in base64, to show while the picture loads.' }),
    },
    { $id: 'Avatar', additionalProperties: false },
  )
  const sections = Object.fromEntries(
    types.all.map((type) => [
      type.section,
      {
        ...asStored(Type.Object(type.fields, { additionalProperties: false })),
        $id: pascalCase(type.section),
      },
    ]),
  )
  const document = Type.Object(
    {
      profile_type: Type.Enum(types.all.map((type) => type.name)),
      user: Type.Ref('User'),
      avatar_url: nullable(Type.String()),
      avatar: orNull('Avatar'),
      settings: Type.Ref('Settings'),
      ...Object.fromEntries(types.all.map((type) => [type.section, orNull(pascalCase(type.section))])),
      version: Type.Integer({
        minimum: 1,
        description: 'Rises with every change of the document; also its `ETag`.',
      }),
      created_at: Type.String({ format: 'date-time' }),
      updated_at: Type.String({ format: 'date-time' }),
    },
    { $id: 'ProfileDocument', additionalProperties: false },
  )
  const settingsPatch = {
    ...patchOf(settings),
    $id: 'SettingsPatch',
    examples: [{ timezone: 'Europe/Kyiv' }],
  }
  const documentPatch = {
    $id: 'ProfilePatch',
    examples: [patchExample],
    type: 'object',
    additionalProperties: false,
    description:
      'A JSON Merge Patch (RFC 7396): what is left out is kept. Read-only members may be sent back unchanged, so that ' +
      'a client can send the whole document.',
    properties: {
      user: patchOf(user, READ_ONLY.user),
      settings: patchOf(settings),
      ...Object.fromEntries(
        types.all.map((type) => [
          type.section,
          { ...patchOf(Type.Object(type.fields, { additionalProperties: false })), type: ['object', 'null'] },
        ]),
      ),
      ...Object.fromEntries(READ_ONLY.document.map((name) => [name, { description: 'Read-only.' }])),
    },
  }
  return { user, settings, avatar, sections, document, settingsPatch, documentPatch }
}

/**
 * The schema of a merge patch for values of `schema`: nothing is required, and null takes away what may be left out.
 * What is `readOnly` may have any value here: it is compared with the stored one.
 */
function patchOf(schema: JsonSchema | TSchema, readOnly: readonly string[] = []): JsonSchema {
  const { $id: _id, default: _default, required, properties, ...rest } = schema as JsonSchema
  if (properties === undefined) return rest
  const mandatory = new Set(required as string[] | undefined)
  return {
    ...rest,
    properties: Object.fromEntries(
      Object.entries(properties as Record<string, JsonSchema>).map(([name, member]) => {
        if (readOnly.includes(name)) return [name, { description: 'Read-only.' }]
        const patch = patchOf(member)
        return [name, mandatory.has(name) ? patch : { ...patch, type: [patch['type'], 'null'].flat() }]
      }),
    ),
  }
}

/** Rules that judge what is written. What is there may be older than they are. */
const RULES = new Set(['format', 'maxLength', 'maxItems', 'uniqueItems', 'minimum', 'maximum', 'pattern'])

/** The schema of values of `schema` as they are read: their types, without the rules for writing them. */
export function asStored(schema: JsonSchema | TSchema): JsonSchema {
  const entries = Object.entries(schema).filter(([keyword]) => !RULES.has(keyword))
  const stored: JsonSchema = Object.fromEntries(entries)
  if (stored['items']) stored['items'] = asStored(stored['items'])
  if (stored['properties']) {
    const members = Object.entries(stored['properties'] as Record<string, JsonSchema>)
    stored['properties'] = Object.fromEntries(members.map(([name, member]) => [name, asStored(member)]))
  }
  return stored
}

/** A component or null. */
export function orNull(id: string) {
  return Type.Unsafe({ anyOf: [{ $ref: id }, { type: 'null' }] })
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
