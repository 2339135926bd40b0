import { Type } from 'typebox'
import { choice, nullable, asStored, orNull } from '../http/schemas.ts'
import type { ProfileType } from '../profile-types/profile-type.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'

/** The schema of a profile as strangers get it, for the types of this installation. */
export function createPublicProfileSchema(types: ProfileTypes) {
  return Type.Object(
    {
      id: Type.Integer({ format: 'int64' }),
      first_name: Type.String(),
      last_name: Type.String(),
      profile_type: choice(types.all.map((type) => type.name)),
      avatar_url: nullable(Type.String()),
      avatar: orNull('Avatar'),
      ...Object.fromEntries(types.all.map((type) => [type.section, publicSection(type)])),
    },
    {
      $id: 'PublicProfile',
      additionalProperties: false,
      description:
        'The public part of a profile: the name, the picture, and the public fields of each profile type. It never has the e-mail address, the settings or any times.',
    },
  )
}

function publicSection({ fields, publicFields }: ProfileType) {
  const shown = Object.entries(fields).filter(([name]) => publicFields.includes(name))
  const section = asStored(Type.Object(Object.fromEntries(shown), { additionalProperties: false }))
  return nullable(Type.Unsafe(section))
}
