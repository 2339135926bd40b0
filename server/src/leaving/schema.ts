import { Type } from 'typebox'
import { choice, nullable } from '../http/schemas.ts'

export const accountStateSchema = Type.Object(
  {
    state: choice(['active', 'leaving'], { description: '`leaving`: the account is to be deleted.' }),
    erase_at: nullable(
      Type.String({
        format: 'date-time',
        description:
          'When the account will be deleted for good. Until then it can be restored. Null: it stays.',
      }),
    ),
  },
  {
    $id: 'AccountState',
    additionalProperties: false,
    examples: [{ state: 'leaving', erase_at: '2026-12-15T10:00:00.000000Z' }],
  },
)

export const leaveBody = Type.Object(
  {
    confirm: Type.String({
      maxLength: 254,
      description:
        'The e-mail address of the account, without regard to case. If the account has no address: its id (`user.id`).',
    }),
  },
  { additionalProperties: false, examples: [{ confirm: 'alex@example.com' }] },
)
