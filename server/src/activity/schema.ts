import { Type } from 'typebox'
import { nullable } from '../http/schemas.ts'
import type { Actions } from './actions.ts'
import { createBatchSchema } from './batch.ts'

/** The schemas of the log's entries, for the catalogue of this installation. */
export type ActivitySchemas = ReturnType<typeof createActivitySchemas>

export function createActivitySchemas(actions: Actions) {
  const entry = Type.Object(
    {
      id: Type.String({ format: 'uuid' }),
      action: Type.String({ maxLength: 100, description: 'What happened: a code of the catalogue.' }),
      entity_type: nullable(
        Type.String({ maxLength: 100, description: 'The kind of thing that it happened to.' }),
      ),
      entity_id: nullable(Type.String({ maxLength: 64, description: 'Which one, always as text.' })),
      metadata: Type.Record(Type.String(), Type.Unknown(), {
        description: 'The facts; see the actions above.',
      }),
      timestamp: Type.String({
        format: 'date-time',
        description: 'UTC with microseconds: it can be given back as `before` or `after` without loss.',
      }),
      ip_address: nullable(
        Type.String({ description: 'Where the request came from; null when there was none.' }),
      ),
      user_agent: nullable(
        Type.String({ description: 'What the request was made with, at most 1,024 characters.' }),
      ),
    },
    { $id: 'ActivityEntry', additionalProperties: false, description: describeActions(actions) },
  )
  const { entry: batchEntry, batch } = createBatchSchema(actions)
  return { entry, batchEntry, batch, receipt, summary }
}

function describeActions(actions: Actions): string {
  const lines = [...actions.values()].map(
    ({ code, description, entityType, example }) =>
      `- \`${code}\` (entity \`${entityType}\`): ${description} Metadata, for example: \`${JSON.stringify(example)}\``,
  )
  return ['One event. The actions that are logged:', '', ...lines].join('\n')
}

export const batchExample = [
  {
    id: '019aab60-51d2-7b3a-8f07-6c1de5a4b920',
    user_id: 42,
    action: 'invite.sent',
    entity_type: 'invite',
    entity_id: '1871',
    metadata: { channel: 'email', to: 'friend@example.com' },
  },
  { id: '019aab60-51d3-7e10-b6a5-2f9c07d8e431', user_id: null, action: 'system.login' },
]

const receipt = Type.Object(
  {
    accepted: Type.Integer({ description: 'Entries that are new.' }),
    duplicates: Type.Integer({
      description: 'Entries whose id was received before, or stands in the batch before.',
    }),
  },
  { $id: 'ActivityReceipt', additionalProperties: false },
)

const summary = Type.Object(
  {
    timezone: Type.String({ description: 'Yours: its clocks say where a day begins.' }),
    from: Type.String({ format: 'date' }),
    to: Type.String({ format: 'date' }),
    days: Type.Array(
      Type.Object(
        {
          date: Type.String({ format: 'date' }),
          count: Type.Integer({ minimum: 1 }),
          actions: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
            description: 'How often each action happened.',
          }),
        },
        { additionalProperties: false },
      ),
      { description: 'The days on which anything happened, in order.' },
    ),
  },
  { $id: 'ActivitySummary', additionalProperties: false },
)

export const summaryExample = {
  timezone: 'Europe/Kyiv',
  from: '2025-11-25',
  to: '2026-11-25',
  days: [{ date: '2026-11-22', count: 5, actions: { 'avatar.uploaded': 2, 'profile.updated': 3 } }],
}

export const entryExample = {
  id: '019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7',
  action: 'settings.updated',
  entity_type: 'settings',
  entity_id: '42',
  metadata: { changed: ['timezone'], before: { timezone: 'UTC' }, after: { timezone: 'Europe/Kyiv' } },
  timestamp: '2026-11-22T10:15:32.004211Z',
  ip_address: '203.0.113.7',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
}

export const csvExample = [
  Object.keys(entryExample).join(','),
  `${entryExample.id},settings.updated,settings,42,"{""changed"": [""timezone""], ""before"": {""timezone"": ""UTC""}, ` +
    `""after"": {""timezone"": ""Europe/Kyiv""}}",${entryExample.timestamp},203.0.113.7,${entryExample.user_agent}`,
  '',
].join('\r\n')
