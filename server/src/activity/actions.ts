/**
 * The catalogue of actions: what can happen, when it is logged, and what its metadata says. The OpenAPI description,
 * the check of what services send, and the TypeScript types of `activity.log()` come from here.
 */
import { Type, type Static, type TSchema } from 'typebox'

export type Action = {
  /** `family.event`, at most 100 characters. */
  code: string
  /** When it is logged, as a sentence for the documentation. */
  description: string
  entityType: string
  /** The schema of the metadata, an object. */
  metadata: TSchema
  /** An example of the metadata, for the documentation. */
  example: Record<string, unknown>
}

export function defineAction<const Code extends string, Metadata extends TSchema>(
  action: Action & { code: Code; metadata: Metadata; example: Static<Metadata> & Record<string, unknown> },
): Action & { code: Code; metadata: Metadata } {
  if (!/^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/.test(action.code) || action.code.length > 100) {
    throw new TypeError(`action "${action.code}": a code is two or more lower-case words with dots between`)
  }
  return action
}

const values = Type.Record(Type.String(), Type.Unknown())
const changed = Type.Array(Type.String(), { description: 'The names of the fields whose value changed.' })

export const builtInActions = [
  defineAction({
    code: 'profile.updated',
    description:
      'Names or fields of a profile changed (`PATCH /api/me/profile/`). Only what really changed is listed.',
    entityType: 'profile',
    metadata: Type.Object({
      changed,
      changes: Type.Record(Type.String(), Type.Object({ old: values, new: values }), {
        description:
          'For each section of the document (`user`, `tutor_profile`, …) the old and the new values.',
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
  defineAction({
    code: 'settings.updated',
    description: 'Settings changed (`PATCH /api/me/settings/`, or the section `settings` of the profile).',
    entityType: 'settings',
    metadata: Type.Object({ changed, before: values, after: values }),
    example: { changed: ['timezone'], before: { timezone: 'UTC' }, after: { timezone: 'Europe/Kyiv' } },
  }),
  defineAction({
    code: 'avatar.uploaded',
    description: 'A new picture took the place of the old one, or of none (`POST /api/me/avatar/`).',
    entityType: 'avatar',
    metadata: Type.Object({
      avatar_url: Type.String(),
      file_size: Type.Integer({ description: 'Bytes of the 512 px file.' }),
      width: Type.Integer(),
      height: Type.Integer(),
      previous_url: Type.Optional(Type.String()),
    }),
    example: {
      avatar_url: '/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp',
      file_size: 32_141,
      width: 512,
      height: 512,
    },
  }),
  defineAction({
    code: 'avatar.deleted',
    description: 'The picture was removed (`DELETE /api/me/avatar/`).',
    entityType: 'avatar',
    metadata: Type.Object({ previous_url: Type.String() }),
    example: { previous_url: '/media/avatars/2026/11/user42-3f9c2b7d10e84a5f-512.webp' },
  }),
  defineAction({
    code: 'system.login',
    description: 'The user signed in.',
    entityType: 'system',
    metadata: Type.Object({
      method: Type.Optional(Type.String()),
      new_device: Type.Optional(Type.Boolean()),
    }),
    example: { method: 'password', new_device: true },
  }),
  defineAction({
    code: 'system.profile.initialized',
    description:
      'The account was made by the first valid token of its subject, or an account of an old database was opened for ' +
      'the first time. `initial` is the whole document as it was then: the entries that follow lead from it to today.',
    entityType: 'profile',
    metadata: Type.Object({
      initial: values,
      source: Type.Union([Type.Literal('token'), Type.Literal('user_id'), Type.Literal('verified_email')], {
        description: 'How the account came to its subject.',
      }),
    }),
    example: { initial: { profile_type: 'tutor', version: 1 }, source: 'token' },
  }),
  defineAction({
    code: 'invite.sent',
    description: 'The user invited somebody. UPM itself logs it in demo data only.',
    entityType: 'invite',
    metadata: Type.Object({ channel: Type.Optional(Type.String()), to: Type.Optional(Type.String()) }),
    example: { channel: 'email', to: 'friend@example.com' },
  }),
] as const

/** The metadata of each built-in action, by its code. */
export type BuiltInMetadata = {
  [A in (typeof builtInActions)[number] as A['code']]: Static<A['metadata']>
}

export type Actions = ReadonlyMap<string, Action>

/** The catalogue: the built-in actions and a host's own. */
export function createActions(own: readonly Action[] = []): Actions {
  const actions = new Map<string, Action>()
  for (const action of [...builtInActions, ...own]) {
    if (actions.has(action.code)) throw new TypeError(`action "${action.code}" is declared twice`)
    actions.set(action.code, action)
  }
  return actions
}
