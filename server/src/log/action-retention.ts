/** Entries of some actions are kept for a shorter time than the log (`ACTIVITY_ACTION_DAYS`). */
import type { Pool } from '../database/database.ts'
import { walkLog } from './walk.ts'

/** By action (`system.login`) or family (`lesson.*`): for how many days its entries are kept. */
export type ActionDays = Readonly<Record<string, number>>

const DAY_MS = 86_400_000

/** Deletes the entries that are too old for their action, except those of accounts under a legal hold. Returns how many. */
export async function dropByAction(
  pool: Pool,
  actionDays: ActionDays,
  now: Date,
  signal?: AbortSignal,
): Promise<number> {
  let dropped = 0
  for (const [action, days] of Object.entries(actionDays)) {
    dropped += await walkLog(
      pool,
      {
        name: `action ${action}`,
        before: new Date(now.getTime() - days * DAY_MS),
        apply: async (db, { partition, where, before }) => {
          const matches = action.endsWith('.*') ? 'starts_with(entry.action, $2)' : 'entry.action = $2'
          const { rowCount } = await db.query(
            `delete from ${partition} entry where ${where} and ${matches}`,
            [before, action.replace(/\*$/, '')],
          )
          return rowCount ?? 0
        },
      },
      signal,
    )
  }
  return dropped
}
