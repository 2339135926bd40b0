import { Type, type Static } from 'typebox'
import { choice } from '../http/schemas.ts'
import { ownAction } from '../log/actions.ts'

const values = Type.Record(Type.String(), Type.Unknown())
const changed = Type.Array(Type.String(), { description: 'The names of the fields whose value changed.' })

export const documentActions = [
  ownAction({
    code: 'profile.updated',
    description:
      'Names or fields of a profile changed (`PATCH /api/me/profile/`). Only fields with a new value are listed.',
    entityType: 'profile',
    metadata: Type.Object({
      changed,
      changes: Type.Record(Type.String(), Type.Object({ old: values, new: values }), {
        description: 'The old and the new values, by section of the document (`user`, `tutor_profile`, …).',
      }),
    }),
    example: {
      changed: ['first_name', 'headline'],
      changes: {
        user: { old: { first_name: 'Alex' }, new: { first_name: 'Oleksandr' } },
        tutor_profile: { old: { headline: '' }, new: { headline: 'Mathematics without fear' } },
      },
    },
  }),
  ownAction({
    code: 'profile.upgraded',
    description:
      'The fields of a profile became those of a newer version of its type, by the `upgrade` that the type declares. `fields` are ' +
      'all its fields after it.',
    entityType: 'profile',
    holdsFields: true,
    metadata: Type.Object({
      profile_type: Type.String({ description: 'The name of the profile type.' }),
      from: Type.Integer({ description: 'The version of the type before.' }),
      to: Type.Integer({ description: 'The version of the type now.' }),
      changed,
      changes: Type.Record(Type.String(), Type.Object({ old: values, new: values }), {
        description:
          'The old and the new values, by section of the document. A field that the type no longer has is in `old` only.',
      }),
      fields: values,
    }),
    example: {
      profile_type: 'student',
      from: 1,
      to: 2,
      changed: ['grade'],
      changes: { student_profile: { old: { grade: '11' }, new: { grade: '11th' } } },
      fields: { headline: '', bio: '', subjects: [], grade: '11th', learning_goals: '' },
    },
  }),
  ownAction({
    code: 'settings.updated',
    description:
      'Settings changed (`PATCH /api/me/settings/`, or the section `settings` of `PATCH /api/me/profile/`).',
    entityType: 'settings',
    metadata: Type.Object({ changed, before: values, after: values }),
    example: { changed: ['timezone'], before: { timezone: 'UTC' }, after: { timezone: 'Europe/Kyiv' } },
  }),
  ownAction({
    code: 'system.profile.initialized',
    description:
      'The first valid token of a subject created the account, or opened an account of an old database for the first ' +
      'time, or `upm import` brought the account. `initial` is the whole document at that moment. The later entries lead from it to the current document.',
    entityType: 'profile',
    holdsDocument: true,
    metadata: Type.Object({
      initial: values,
      source: choice(['token', 'user_id', 'verified_email', 'import'], {
        description:
          'How the account was matched with the subject of the token. `import`: it was not, `upm import` made the account.',
      }),
    }),
    example: { initial: { profile_type: 'tutor', version: 1 }, source: 'token' },
  }),
  ownAction({
    code: 'profile.checkpoint',
    description:
      'Old entries are about to be deleted (`ACTIVITY_RETENTION_DAYS`), and with them the document that the log starts ' +
      'from. `document` is the whole document as it is now: the entries that follow lead on from it.',
    entityType: 'profile',
    holdsDocument: true,
    metadata: Type.Object({ document: values }),
    example: { document: { profile_type: 'tutor', version: 7 } },
  }),
] as const

type Own = { [A in (typeof documentActions)[number] as A['code']]: Static<A['metadata']> }

declare module '../log/actions.ts' {
  interface ActionMetadata extends Own {}
}
