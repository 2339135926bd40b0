import { Type } from 'typebox'
import { nullable } from '../http/schemas.ts'
import type { Actions } from '../log/actions.ts'
import { actorSchema } from '../log/actor.ts'
import { createBatchSchema } from './batch.ts'

/** The schemas of the log's entries, for the catalogue of this installation. */
export type ActivitySchemas = ReturnType<typeof createActivitySchemas>

export function createActivitySchemas(actions: Actions) {
  const entry = Type.Object(
    {
      id: Type.String({ format: 'uuid' }),
      action: Type.String({ maxLength: 100, description: 'The code of what happened.' }),
      entity_type: nullable(
        Type.String({ maxLength: 100, description: 'The kind of entity that the event is about.' }),
      ),
      entity_id: nullable(
        Type.String({ maxLength: 64, description: 'The id of the entity, always as text.' }),
      ),
      metadata: Type.Record(Type.String(), Type.Unknown(), {
        description: 'Facts about the event. The description of `ActivityEntry` shows them for each action.',
      }),
      timestamp: Type.String({
        format: 'date-time',
        description:
          'UTC with microseconds. It can be sent as `before` or `after` without loss of precision.',
      }),
      ip_address: nullable(
        Type.String({
          description:
            'The address that the request came from. After some months it is the network of the address: `203.0.113.0/24`. Null if no request caused the event.',
        }),
      ),
      user_agent: nullable(
        Type.String({
          description:
            'The `User-Agent` header of the request, at most 1,024 characters. After some months it is the name of the browser: `Firefox`.',
        }),
      ),
      actor: actorSchema,
    },
    { $id: 'ActivityEntry', additionalProperties: false, description: describeActions(actions) },
  )
  const { entry: batchEntry, batch } = createBatchSchema(actions)
  return { entry, batchEntry, batch, receipt, summary }
}

function describeActions(actions: Actions): string {
  const lines = [...actions.values()].map(
    ({ code, description, entityType, example }) =>
      `- \`${code}\` (entity \`${entityType}\`): ${description} Example of the metadata: \`${JSON.stringify(example)}\``,
  )
  return ['One event in the log. These actions exist:', '', ...lines].join('\n')
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
  { id: '019aab60-51d3-7e10-b6a5-2f9c07d8e431', user_id: null, action: 'invite.sent' },
]

const receipt = Type.Object(
  {
    accepted: Type.Integer({ format: 'int64', description: 'The number of new entries.' }),
    duplicates: Type.Integer({
      format: 'int64',
      description: 'The number of entries whose id was received before, in this batch or in an earlier one.',
    }),
  },
  { $id: 'ActivityReceipt', additionalProperties: false },
)

const summary = Type.Object(
  {
    timezone: Type.String({ description: 'Your time zone. It defines where a day starts.' }),
    note: Type.Optional(
      Type.String({
        enum: ['counted_in_utc'],
        description:
          '`counted_in_utc`: this server does not know your time zone (any more), so the days are days in UTC. Absent in ' +
          'all other cases.',
      }),
    ),
    from: Type.String({ format: 'date' }),
    to: Type.String({ format: 'date' }),
    days: Type.Array(
      Type.Object(
        {
          date: Type.String({ format: 'date' }),
          count: Type.Integer({ format: 'int64', minimum: 1 }),
          actions: Type.Record(Type.String(), Type.Integer({ format: 'int64', minimum: 1 }), {
            description: 'How many entries each action has.',
          }),
        },
        { additionalProperties: false },
      ),
      { description: 'The days that have entries, earliest first.' },
    ),
  },
  { $id: 'ActivitySummary', additionalProperties: false },
)

export const entryExample = {
  id: '019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7',
  action: 'settings.updated',
  entity_type: 'settings',
  entity_id: '42',
  metadata: { changed: ['timezone'], before: { timezone: 'UTC' }, after: { timezone: 'Europe/Kyiv' } },
  timestamp: '2026-11-22T10:15:32.004211Z',
  ip_address: '203.0.113.7',
  user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  actor: null,
}

export const csvExample = [
  Object.keys(entryExample).join(','),
  `${entryExample.id},settings.updated,settings,42,"{""changed"": [""timezone""], ""before"": {""timezone"": ""UTC""}, ` +
    `""after"": {""timezone"": ""Europe/Kyiv""}}",${entryExample.timestamp},203.0.113.7,${entryExample.user_agent},`,
  '',
].join('\r\n')
