import { Type, type Static } from 'typebox'
import { ownAction } from '../log/actions.ts'

export const accountActions = [
  ownAction({
    code: 'system.email.changed',
    description:
      'The e-mail of the account changed. The `profile.updated` entry written at the same time has the old and the new address.',
    entityType: 'system',
    metadata: Type.Object({}),
    example: {},
  }),
] as const

type Own = { [A in (typeof accountActions)[number] as A['code']]: Static<A['metadata']> }

declare module '../log/actions.ts' {
  interface ActionMetadata extends Own {}
}
