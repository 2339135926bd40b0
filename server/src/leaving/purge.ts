/**
 * The purge of an account whose time has come. It goes through the data map (`Feature.personalData`) in small transactions, so that it
 * locks nothing for long, can be killed at any point, and goes on where it was. The row of the account goes last: it is what
 * says that the purge is not done, and whose data it is.
 */
import { deleteAccount, findDue, lockDue, markBegun, mayPurge } from './queries.ts'
import { transaction, type Db, type Pool } from '../database/database.ts'
import { endAllSessions } from '../identity/ending.ts'
import type { Meters } from '../meters.ts'
import { findPerson, type Person, type PersonalData } from '../personal-data.ts'

/** Rows of one transaction. */
const BATCH = 2_000

export type PurgeNeeds = {
  pool: Pool
  meters: Pick<Meters, 'account'>
  /** All that any feature holds of a person, also of those that are off: what they have kept is still there. */
  personalData: readonly PersonalData[]
}

export type PurgeOptions = {
  /** Stops between two transactions. */
  signal?: AbortSignal
  /** Rows of one transaction. */
  batch?: number
}

/**
 * Purges an account that is due. Of two processes that do so at once, each finds what the other has done.
 *
 * @returns false: it is not due, held, or gone already; nothing was changed then.
 */
export async function purgeAccount(
  { pool, meters, personalData }: PurgeNeeds,
  userId: number,
  { signal, batch = BATCH }: PurgeOptions = {},
): Promise<boolean> {
  const person = await transaction(pool, async (db) => begin(db, userId))
  if (!person) return false
  const purges = personalData.flatMap(({ purge }) => purge ?? [])
  for (const purge of purges) {
    do signal?.throwIfAborted()
    while (
      (await transaction(pool, async (db) => {
        // Held meanwhile, or gone: the end finds that out, too.
        if (!(await mayPurge(db, userId))) return 0
        return purge(db, person, batch)
      })) >= batch
    )
  }
  signal?.throwIfAborted()
  const isDone = await transaction(pool, async (db) => {
    if (!(await lockDue(db, userId))) return false
    // What services have reported meanwhile. From here on they wait for the lock, and then find nobody.
    for (const purge of purges) while ((await purge(db, person, batch)) >= batch);
    return deleteAccount(db, userId)
  })
  if (isDone) meters.account('purged')
  return isDone
}

/** From here on the account cannot be restored. Sessions that have begun while it was leaving end, too. */
async function begin(db: Db, userId: number): Promise<Person | undefined> {
  await endAllSessions(db, userId)
  if (!(await lockDue(db, userId))) return undefined
  await markBegun(db, userId)
  return findPerson(db, userId)
}

/** The accounts whose time has come, the oldest first; at most 100. */
export function listDue(db: Db): Promise<number[]> {
  return findDue(db, 100)
}
