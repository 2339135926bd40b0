import { Type, type Static } from 'typebox'
import { ownAction } from '../log/actions.ts'

export const exportActions = [
  ownAction({
    code: 'system.export.requested',
    description: 'The user asked for an archive of their data (`POST /api/me/exports/`).',
    entityType: 'system',
    metadata: Type.Object({}),
    example: {},
  }),
  ownAction({
    code: 'system.export.downloaded',
    description: 'The archive of the user’s data was downloaded (`GET /api/me/exports/{id}/download/`).',
    entityType: 'system',
    metadata: Type.Object({}),
    example: {},
  }),
] as const

type Own = { [A in (typeof exportActions)[number] as A['code']]: Static<A['metadata']> }

declare module '../log/actions.ts' {
  interface ActionMetadata extends Own {}
}
