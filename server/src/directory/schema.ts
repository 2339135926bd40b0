import { Type } from 'typebox'
import { nullable } from '../http/schemas.ts'
import { documentExample } from '../profiles/examples.ts'
import type { ProfileType } from '../profiles/profile-type.ts'
import type { ProfileTypes } from '../profiles/profile-types.ts'
import { asStored, orNull } from '../profiles/schema.ts'

/** The schema of a profile as strangers get it, for the types of this installation. */
export function createPublicProfileSchema(types: ProfileTypes) {
  return Type.Object(
    {
      id: Type.Integer(),
      first_name: Type.String(),
      last_name: Type.String(),
      profile_type: Type.Enum(types.all.map((type) => type.name)),
      avatar_url: nullable(Type.String()),
      avatar: orNull('Avatar'),
      ...Object.fromEntries(types.all.map((type) => [type.section, publicSection(type)])),
    },
    {
      $id: 'PublicProfile',
      additionalProperties: false,
      description:
        'What strangers see: never an e-mail, settings or times, and of each type the public fields.',
    },
  )
}

function publicSection({ fields, publicFields }: ProfileType) {
  const shown = Object.entries(fields).filter(([name]) => publicFields.includes(name))
  const section = asStored(Type.Object(Object.fromEntries(shown), { additionalProperties: false }))
  return nullable(Type.Unsafe(section))
}

const { user, profile_type, avatar_url, avatar, tutor_profile, student_profile } = documentExample

export const publicProfileExample = {
  id: user.id,
  first_name: user.first_name,
  last_name: user.last_name,
  profile_type,
  avatar_url,
  avatar,
  tutor_profile,
  student_profile,
}
