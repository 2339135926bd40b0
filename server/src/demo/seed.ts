/**
 * Fills a database with people to look at, or with millions of entries to measure with. The same options give the same
 * rows. What is there already stays as it is and what is missing is added, so that a run that was killed is finished by
 * the next one, and a demo can grow.
 */
import { ensurePartitions } from '../log/partitions.ts'
import { openAccounts, refuseForeign } from './accounts.ts'
import { listPeople, prepareDemo, type DemoOptions } from './demo.ts'
import { MAX_LIFETIME } from './life.ts'
import type { DemoPerson } from './people.ts'
import { takeTurn } from './queries.ts'
import { addVisits } from './visits.ts'

export type Seeded = {
  users: { made: number; found: number }
  photos: number
  /** Those that were asked for; an older and larger demo may have more. */
  entries: { made: number; found: number }
  /** Rows written, in all tables. */
  rows: number
  /** The first one of each role, to sign in as. */
  people: DemoPerson[]
}

/** @throws OperatorError before anything is written, when an e-mail of the demo belongs to somebody else. */
export async function seedDemo(options: DemoOptions): Promise<Seeded> {
  const turn = await options.pool.connect()
  try {
    await takeTurn(turn)
    const demo = await prepareDemo(options)
    await refuseForeign(demo)
    await ensurePartitions(options.pool, {
      from: new Date((demo.end - MAX_LIFETIME) / 1000),
      now: options.now,
    })
    await openAccounts(demo)
    await addVisits(demo)
    if (options.config.signIn) await (await import('./passwords.ts')).givePasswords(demo)
    const { made, plan, users } = demo
    const first = listPeople(demo, 0, Math.min(users, 5))
    return {
      users: { made: made.users, found: users - made.users },
      photos: made.photos,
      entries: { made: made.entries, found: plan.total - made.entries },
      rows: made.rows,
      people: ['tutor', 'student'].flatMap((role) => first.find((person) => person.role === role) ?? []),
    }
  } finally {
    // Closing the connection is what ends the turn.
    turn.release(true)
  }
}
