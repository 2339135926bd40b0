import { Type } from 'typebox'
import type { JsonSchema } from '../http/json-schema.ts'
import { AVATAR_SIZES } from '../media/present.ts'
import { patchExample } from './examples.ts'
import { choice, nullable, asStored, orNull, withNull } from '../http/schemas.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { nameSchema } from '../accounts/names.ts'
import { createSettingsSchema } from './settings.ts'

/** The parts of the document that a patch may name but not change. */
export const READ_ONLY = {
  document: ['profile_type', 'avatar_url', 'avatar', 'version', 'created_at', 'updated_at'],
  user: ['id', 'email', 'role', 'is_self_learning'],
} as const

/** The schemas of the document and of its patches, for the types and languages of this installation. */
export type DocumentSchemas = ReturnType<typeof createDocumentSchemas>

export function createDocumentSchemas(types: ProfileTypes, uiLanguages: readonly string[]) {
  const userFields = Type.Object(
    {
      id: Type.Integer({ format: 'int64', description: 'Read-only.' }),
      email: nullable(
        Type.String({
          description: 'Read-only. Null if another account has confirmed this address.',
        }),
      ),
      first_name: nameSchema,
      last_name: nameSchema,
      role: Type.String({ description: 'Read-only. The role in the tokens of the account.' }),
      is_self_learning: Type.Boolean({ description: 'Read-only.' }),
    },
    { additionalProperties: false },
  )
  const settingsFields = createSettingsSchema(uiLanguages)
  const user = { ...asStored(userFields), $id: 'User' }
  const settings = { ...asStored(settingsFields), $id: 'Settings' }
  const urls = Object.fromEntries(AVATAR_SIZES.toReversed().map((size) => [String(size), Type.String()]))
  const avatar = Type.Object(
    {
      url: Type.String({ description: 'The URL of the 512-pixel file. A new picture gets a new URL.' }),
      variants: Type.Object(urls, {
        additionalProperties: false,
        description: 'The URL of each size. The name of a member is the side length in pixels.',
      }),
      width: Type.Integer(),
      height: Type.Integer(),
      content_type: Type.String(),
      file_size: Type.Integer({ format: 'int64', description: 'The size of the 512-pixel file in bytes.' }),
      placeholder: Type.String({ description: 'A ThumbHash in base64. Show it while the picture loads.' }),
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
  const instant = Type.String({
    format: 'date-time',
    description: 'UTC, always with six decimals of a second.',
  })
  const document = Type.Object(
    {
      profile_type: choice(types.all.map((type) => type.name)),
      user: Type.Ref('User'),
      avatar_url: nullable(Type.String()),
      avatar: orNull('Avatar'),
      settings: Type.Ref('Settings'),
      ...Object.fromEntries(types.all.map((type) => [type.section, orNull(pascalCase(type.section))])),
      version: Type.Integer({
        format: 'int64',
        minimum: 1,
        description:
          'Rises with every change of the document. The `ETag` header has the same number, in quotes.',
      }),
      created_at: instant,
      updated_at: instant,
    },
    { $id: 'ProfileDocument', additionalProperties: false },
  )
  const settingsPatch = {
    ...patchOf(settingsFields),
    $id: 'SettingsPatch',
    examples: [{ timezone: 'Europe/Kyiv' }],
  }
  const documentPatch = {
    $id: 'ProfilePatch',
    examples: [patchExample],
    type: 'object',
    additionalProperties: false,
    description:
      'A JSON Merge Patch (RFC 7396): fields that you leave out keep their values. Read-only members may be sent ' +
      'unchanged, so a client can send back the whole document.',
    properties: {
      user: patchOf(userFields, READ_ONLY.user),
      settings: patchOf(settingsFields),
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
function patchOf(schema: object, readOnly: readonly string[] = []): JsonSchema {
  const { $id: _id, default: _default, required, properties, ...rest }: JsonSchema = schema
  if (properties === undefined) return rest
  const mandatory = new Set(required)
  return {
    ...rest,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, member]) => {
        if (readOnly.includes(name)) return [name, { description: 'Read-only.' }]
        const patch = patchOf(member)
        return [name, mandatory.has(name) ? patch : { ...patch, type: withNull(patch.type) }]
      }),
    ),
  }
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
