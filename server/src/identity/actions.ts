import { Type, type Static } from 'typebox'
import { choice } from '../http/schemas.ts'
import { ownAction } from '../log/actions.ts'

const issuer = Type.String({ description: 'The issuer that the identity is of.' })
const identityId = Type.Integer({ description: 'The id of the identity.' })

export const accountActions = [
  ownAction({
    code: 'system.email.changed',
    description:
      'The e-mail of the account changed. The `profile.updated` entry written at the same time has the old and the new address.',
    entityType: 'system',
    metadata: Type.Object({}),
    example: {},
  }),
  ownAction({
    code: 'system.identity.linked',
    description:
      'The account can be opened with another identity, too: the person linked it (`POST /api/me/identities/`), or came with a ' +
      'token of a new issuer that confirms the e-mail address (`AUTH_LINK_VERIFIED_EMAIL`).',
    entityType: 'system',
    metadata: Type.Object({
      issuer,
      identity_id: identityId,
      source: choice(['token', 'verified_email'], { description: 'What the identity was linked by.' }),
    }),
    example: { issuer: 'https://id.example.com/', identity_id: 108, source: 'token' },
  }),
  ownAction({
    code: 'system.identity.unlinked',
    description:
      'The account can no longer be opened with this identity (`DELETE /api/me/identities/{id}/`).',
    entityType: 'system',
    metadata: Type.Object({ issuer, identity_id: identityId }),
    example: { issuer: 'https://id.example.com/', identity_id: 108 },
  }),
] as const

type Own = { [A in (typeof accountActions)[number] as A['code']]: Static<A['metadata']> }

declare module '../log/actions.ts' {
  interface ActionMetadata extends Own {}
}
