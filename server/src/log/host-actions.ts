import { Type, type Static } from 'typebox'
import { ownAction } from './actions.ts'

export const hostActions = [
  ownAction({
    code: 'invite.sent',
    description: 'The user sent an invitation. UPM itself writes this action only in demo data.',
    entityType: 'invite',
    external: true,
    people: ['to'],
    metadata: Type.Object({ channel: Type.Optional(Type.String()), to: Type.Optional(Type.String()) }),
    example: { channel: 'email', to: 'friend@example.com' },
  }),
] as const

type Own = { [A in (typeof hostActions)[number] as A['code']]: Static<A['metadata']> }

declare module './actions.ts' {
  interface ActionMetadata extends Own {}
}
