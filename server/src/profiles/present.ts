import type { DocumentRow, SettingsRow } from './queries.ts'
import type { ProfileTypes } from './profile-types.ts'
import type { Fields } from './profile-type.ts'
import { presentAvatar, type Avatar } from './present-avatar.ts'

export type Settings = SettingsRow

/** The profile document as front ends get it. Each type's section is null unless the user holds the type. */
export type ProfileDocument = {
  profile_type: string
  user: {
    id: number
    email: string
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
    settings: presentSettings(row),
  } as ProfileDocument
  for (const type of types.all) {
    const stored = row.sections[type.section]
    document[type.section as `${string}_profile`] =
      stored === undefined ? null : presentFields(type.defaults, stored)
  }
  document.version = row.version
  document.created_at = row.created_at
  document.updated_at = row.updated_at
  return document
}

function presentSettings(row: SettingsRow): Settings {
  return {
    timezone: row.timezone,
    ui_language: row.ui_language,
    notifications_enabled: row.notifications_enabled,
    privacy_public_profile: row.privacy_public_profile,
  }
}

/** The declared fields in the order of their declaration; what was never written has its default. */
function presentFields(defaults: Fields, stored: Fields): Fields {
  const fields: Fields = {}
  for (const name in defaults) fields[name] = name in stored ? stored[name] : defaults[name]
  return fields
}
