import type { DocumentRow } from './queries.ts'
import { settingsOf, type Settings } from './settings.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'
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

export type PresentOptions = { types: ProfileTypes; mediaUrl: (key: string) => string }

/** The only place where an account's rows become JSON. */
export function presentDocument(row: DocumentRow, { types, mediaUrl }: PresentOptions): ProfileDocument {
  const avatar = row.avatar === null ? null : presentAvatar(row.avatar, mediaUrl)
  const sections: Record<ProfileType['section'], Fields | null> = {}
  for (const { section, defaults } of types.all) {
    const stored = row.sections[section]
    sections[section] = stored === undefined ? null : presentFields(defaults, stored)
  }
  return {
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
}

/** The declared fields in the order of their declaration; what was never written has its default. */
function presentFields(defaults: Fields, stored: Fields): Fields {
  const fields: Fields = {}
  for (const name in defaults) fields[name] = name in stored ? stored[name] : defaults[name]
  return fields
}
