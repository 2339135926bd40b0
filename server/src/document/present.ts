import type { DocumentRow } from './queries.ts'
import { settingsOf, type Settings } from './settings.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'
import type { Upgrader } from '../profile-types/upgrade.ts'
import { presentAvatar, type Avatar } from '../media/present.ts'

/** The profile document as front ends get it. Each type's section is null unless the user holds the type. */
export type ProfileDocument = {
  profile_type: string
  user: {
    id: number
    email: string | null
    first_name: string
    last_name: string
    role: string
    is_self_learning: boolean
  }
  avatar_url: string | null
  avatar: Avatar | null
  settings: Settings
  [section: `${string}_profile`]: Fields | null
  version: number
  created_at: string
  updated_at: string
}

export type PresentOptions = {
  types: ProfileTypes
  mediaUrl: (key: string) => string
  /** Shows fields of another version of their type as those of the declared one. Without it they are shown as they are stored. */
  upgrader?: Upgrader
}

/** Documents with fields that are not stored as they are shown. */
const converted = new WeakSet<ProfileDocument>()

/**
 * Whether a document shows fields that have another version in the database. The same version of the document was shown in
 * another way by the release before, so a client that has that one has to get this one.
 */
export function isConverted(document: ProfileDocument): boolean {
  return converted.has(document)
}

/** The version of its type that a section is stored under. */
export function typeVersionOf({ type_versions: versions }: DocumentRow, section: string): number {
  return versions?.[section] ?? 1
}

/** Whether each section of the document has the declared version of its type. */
export function isCurrent(row: DocumentRow, { all }: ProfileTypes): boolean {
  return all.every(
    ({ section, version }) => row.sections[section] === undefined || typeVersionOf(row, section) === version,
  )
}

/** The only place where an account's rows become JSON. */
export function presentDocument(
  row: DocumentRow,
  { types, mediaUrl, upgrader }: PresentOptions,
): ProfileDocument {
  const avatar = row.avatar === null ? null : presentAvatar(row.avatar, mediaUrl)
  const sections: Record<ProfileType['section'], Fields | null> = {}
  let isAsStored = true
  for (const type of types.all) {
    const { section, defaults } = type
    const stored = row.sections[section]
    const version = typeVersionOf(row, section)
    if (stored === undefined) sections[section] = null
    else if (version === type.version) sections[section] = presentFields(defaults, stored)
    else if (!upgrader) sections[section] = { ...stored }
    else {
      sections[section] = upgrader.view(type, stored, version, row.id)
      isAsStored = false
    }
  }
  const document: ProfileDocument = {
    profile_type: row.profile_type,
    user: {
      id: row.id,
      email: row.email,
      first_name: row.first_name,
      last_name: row.last_name,
      role: row.role,
      is_self_learning: row.is_self_learning,
    },
    avatar_url: avatar?.url ?? null,
    avatar,
    settings: settingsOf(row),
    ...sections,
    version: row.version,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }
  if (!isAsStored) converted.add(document)
  return document
}

/** The declared fields in the order of their declaration; what was never written has its default. */
function presentFields(defaults: Fields, stored: Fields): Fields {
  const fields: Fields = {}
  for (const name in defaults) fields[name] = name in stored ? stored[name] : defaults[name]
  return fields
}
