import { Type, type Static } from 'typebox'
import { ownAction } from '../log/actions.ts'

export const signInActions = [
  ownAction({
    code: 'system.login',
    description: 'The user signed in.',
    entityType: 'system',
    metadata: Type.Object({
      method: Type.Optional(Type.String()),
      second_factor: Type.Optional(
        Type.String({
          description:
            'What has passed the second step, if the account has one: `totp`, `recovery_code` or `trusted_device`.',
        }),
      ),
      new_device: Type.Optional(
        Type.Boolean({
          description: 'Whether the account has been used before, but never from this kind of device.',
        }),
      ),
    }),
    example: { method: 'password', new_device: true },
  }),
  ownAction({
    code: 'system.login.failed',
    description:
      'Somebody tried to sign in with a wrong password. One entry stands for all attempts within an hour.',
    entityType: 'system',
    metadata: Type.Object({ method: Type.Optional(Type.String()) }),
    example: { method: 'password' },
  }),
  ownAction({
    code: 'system.password.changed',
    description: 'The signed-in user changed the password and gave the old one.',
    entityType: 'system',
    metadata: Type.Object({}),
    example: {},
  }),
  ownAction({
    code: 'system.password.reset',
    description: 'The user chose a new password through the link in an e-mail. All sessions ended.',
    entityType: 'system',
    metadata: Type.Object({}),
    example: {},
  }),
  ownAction({
    code: 'system.factor.changed',
    description:
      'A second step, its recovery codes or a passkey was added, removed or renewed, or a recovery code was used.',
    entityType: 'system',
    metadata: Type.Object({
      factor: Type.Union([Type.Literal('totp'), Type.Literal('passkey'), Type.Literal('recovery_codes')]),
      change: Type.Union([
        Type.Literal('added'),
        Type.Literal('removed'),
        Type.Literal('renewed'),
        Type.Literal('renamed'),
        Type.Literal('used'),
      ]),
    }),
    example: { factor: 'totp', change: 'added' },
  }),
  ownAction({
    code: 'system.session.ended',
    description:
      'One or more sessions ended: the user signed out, ended them in the list of sessions, or changed the password.',
    entityType: 'system',
    metadata: Type.Object({
      count: Type.Integer({ minimum: 1, description: 'The number of sessions that ended.' }),
    }),
    example: { count: 1 },
  }),
] as const

type Own = { [A in (typeof signInActions)[number] as A['code']]: Static<A['metadata']> }

declare module '../log/actions.ts' {
  interface ActionMetadata extends Own {}
}
