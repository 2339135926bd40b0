import { Type, type Static } from 'typebox'
import { ownAction } from '../log/actions.ts'

export const leavingActions = [
  ownAction({
    code: 'system.account.leaving',
    description:
      'The account is to be deleted (`DELETE /api/me/`, or `upm account erase`): it was hidden at once, and its sessions ' +
      'ended. `erase_at` is when it will be deleted for good. The document and the settings stay as they are until then.',
    entityType: 'system',
    metadata: Type.Object({ erase_at: Type.String() }),
    example: { erase_at: '2026-12-15T10:00:00.000000Z' },
  }),
  ownAction({
    code: 'system.account.restored',
    description: 'The account was restored before it was deleted (`POST /api/me/restore/`).',
    entityType: 'system',
    metadata: Type.Object({}),
    example: {},
  }),
] as const

type Own = { [A in (typeof leavingActions)[number] as A['code']]: Static<A['metadata']> }

declare module '../log/actions.ts' {
  interface ActionMetadata extends Own {}
}
