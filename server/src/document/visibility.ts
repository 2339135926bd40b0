/** Whether others can see a profile, and why not. Pure. */
import { Type } from 'typebox'
import { choice, nullable } from '../http/schemas.ts'
import { missingOf, percentOf, type Filled } from '../profile-types/completeness.ts'
import type { ProfileType } from '../profile-types/profile-type.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import type { ProfileDocument } from './present.ts'
import type { SectionChanges } from './queries.ts'

const REASONS = ['private', 'incomplete'] as const

/** The address of the public page of a user; null if the server has no page. */
export type AddressOf = (userId: number) => string | null

export type Visibility = {
  /** Whether everybody can see the profile: there is no reason against it. */
  shown: boolean
  reasons: { code: (typeof REASONS)[number]; fields: string[] }[]
  /** 0 to 100. */
  completeness: number
  address: string | null
}

export const visibilitySchema = Type.Object(
  {
    shown: Type.Boolean({
      description: 'Whether everybody can see the profile (`GET /api/profiles/{id}/`).',
    }),
    reasons: Type.Array(
      Type.Object(
        {
          code: choice(REASONS, {
            description:
              '`private`: `privacy_public_profile` is off. `incomplete`: the profile lacks what its type requires.',
          }),
          fields: Type.Array(Type.String(), {
            description:
              'What to change, by the paths in the profile document. `avatar` is the picture, which is uploaded.',
          }),
        },
        { additionalProperties: false },
      ),
      { description: 'Why the profile is not shown. Empty if it is.' },
    ),
    completeness: Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'How complete the profile is, in percent, by the weights that its type declares.',
    }),
    address: nullable(
      Type.String({
        description:
          'The address of the public page, also while it is not shown: a URL if the server knows its own address ' +
          '(`PUBLIC_URL`), or a path on this server. Null if the server has no page (`PAGE`).',
      }),
    ),
  },
  { $id: 'ProfileVisibility', additionalProperties: false },
)

/** The path of each part of an account in the document. The fields of a type are in its section. */
const PATHS: Readonly<Record<string, string>> = {
  photo: 'avatar',
  first_name: 'user.first_name',
  last_name: 'user.last_name',
}

/**
 * The paths of what the active type requires and the document lacks, once these changes are made. The active type decides,
 * because the profile is presented as one of that type. A type that is no longer declared requires nothing.
 */
export function missingPaths(
  document: ProfileDocument,
  { byName }: ProfileTypes,
  changes: SectionChanges = {},
): string[] {
  const type = byName.get(document.profile_type)
  if (!type || type.required.length === 0) return []
  const { section } = type
  return missingOf(type, filledOf(document, section, changes)).map(
    (name) => PATHS[name] ?? `${section}.${name}`,
  )
}

/**
 * Whether others see the profile, as long as the account is not disabled: its owner wants it, and it has what its type
 * requires. So what a public profile loses hides it until it is there again, and stops no edit.
 */
export function isShown(document: ProfileDocument, types: ProfileTypes): boolean {
  return document.settings.privacy_public_profile && missingPaths(document, types).length === 0
}

export function visibilityOf(
  document: ProfileDocument,
  types: ProfileTypes,
  addressOf: AddressOf,
): Visibility {
  const type = types.byName.get(document.profile_type)
  const missing = missingPaths(document, types)
  const reasons: Visibility['reasons'] = []
  if (!document.settings.privacy_public_profile)
    reasons.push({ code: 'private', fields: ['settings.privacy_public_profile'] })
  if (missing.length > 0) reasons.push({ code: 'incomplete', fields: missing })
  return {
    shown: reasons.length === 0,
    reasons,
    completeness: type ? percentOf(type, filledOf(document, type.section)) : 100,
    address: addressOf(document.user.id),
  }
}

function filledOf(
  document: ProfileDocument,
  section: ProfileType['section'],
  changes: SectionChanges = {},
): Filled {
  const { first_name, last_name } = { ...document.user, ...changes['user'] }
  return {
    photo: document.avatar !== null,
    first_name,
    last_name,
    fields: { ...document[section], ...changes[section] },
  }
}
