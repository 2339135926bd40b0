import type { Avatar } from '../media/present.ts'
import type { ProfileDocument } from '../document/present.ts'
import type { Fields } from '../profile-types/profile-type.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'

/** A profile as strangers get it. Each type's section is null unless the account holds the type. */
export type PublicProfile = {
  id: number
  first_name: string
  last_name: string
  profile_type: string
  avatar_url: string | null
  avatar: Avatar | null
  [section: `${string}_profile`]: Fields | null
}

/**
 * The only place that decides what strangers see: what is named here, and the public fields of each type. Whatever else
 * a document has or will have stays out.
 */
export function presentPublicProfile(document: ProfileDocument, types: ProfileTypes): PublicProfile {
  const { user, profile_type, avatar_url, avatar } = document
  const profile: PublicProfile = {
    id: user.id,
    first_name: user.first_name,
    last_name: user.last_name,
    profile_type,
    avatar_url,
    avatar,
  }
  for (const { section, publicFields } of types.all) {
    const fields = document[section] ?? null
    profile[section] = fields && only(fields, publicFields)
  }
  return profile
}

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}
