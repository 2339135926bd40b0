import { Type, type Static } from 'typebox'
import { ownAction } from '../log/actions.ts'

const profileType = Type.String({ description: 'The name of the profile type.' })
const fields = Type.Record(Type.String(), Type.Unknown())

export const heldTypeActions = [
  ownAction({
    code: 'profile.type_added',
    description:
      'The account got a profile of another type (`POST /api/me/profiles/`). `fields` are its values at that moment.',
    entityType: 'profile',
    holdsFields: true,
    metadata: Type.Object({ profile_type: profileType, fields }),
    example: { profile_type: 'student', fields: { headline: '', bio: '', subjects: [] } },
  }),
  ownAction({
    code: 'profile.type_activated',
    description: 'Another profile of the account became the active one (`PATCH /api/me/profiles/active/`).',
    entityType: 'profile',
    metadata: Type.Object({
      profile_type: profileType,
      previous: Type.String({ description: 'The type that was active before.' }),
    }),
    example: { profile_type: 'student', previous: 'tutor' },
  }),
  ownAction({
    code: 'profile.type_removed',
    description:
      'A profile of the account was deleted (`DELETE /api/me/profiles/{type}/`). `fields` are the values that it had.',
    entityType: 'profile',
    holdsFields: true,
    metadata: Type.Object({ profile_type: profileType, fields }),
    example: {
      profile_type: 'student',
      fields: { headline: 'I like stars', bio: '', subjects: ['astronomy'] },
    },
  }),
] as const

type Own = { [A in (typeof heldTypeActions)[number] as A['code']]: Static<A['metadata']> }

declare module '../log/actions.ts' {
  interface ActionMetadata extends Own {}
}
