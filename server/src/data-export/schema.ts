import { Type } from 'typebox'
import { choice, nullable } from '../http/schemas.ts'

export const STATES = ['queued', 'running', 'ready', 'failed', 'expired'] as const

/** As the table has them: an archive expires by the clock. */
export type StoredState = Exclude<(typeof STATES)[number], 'expired'>

export const exportSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the export (UUID).' }),
    state: choice(STATES, {
      description:
        'What became of the request. Only an archive that is `ready` can be downloaded. After `failed` you can ask again at once.',
    }),
    percent: Type.Integer({
      minimum: 0,
      maximum: 100,
      description: 'How much of the archive is written. An estimate while it is `running`.',
    }),
    expires_at: nullable(
      Type.String({
        description: 'When the archive is deleted (ISO 8601, UTC). Null: it is not ready.',
      }),
    ),
  },
  { $id: 'DataExport', additionalProperties: false },
)

export const startedSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the export (UUID).' }),
    state: choice(['queued'] as const),
  },
  { $id: 'StartedDataExport', additionalProperties: false },
)
