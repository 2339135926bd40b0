/**
 * Fills a database with people to look at, or with millions of entries to measure with. The same options give the same
 * rows; what is there already is left as it is, and what is missing is added, so that a run that was killed is finished
 * by the next one.
 */
import { createHash } from 'node:crypto'
import type { Config } from '../config.ts'
import { transaction, violatedConstraint, type Pool } from '../database/database.ts'
import { LOCAL_ISSUER } from '../identity/tokens.ts'
import { renderAvatar } from '../media/image.ts'
import { avatarFileKey, presentAvatar, type Avatar } from '../media/present.ts'
import type { NewAvatar } from '../media/queries.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import { presentDocument } from '../profiles/present.ts'
import { createProfileTypes } from '../profiles/profile-types.ts'
import * as life from './life.ts'
import type { DemoAccount } from './life.ts'
import { createPerson, indexOfEmail, type DemoPerson, type PeopleOptions } from './people.ts'
import { drawPortrait } from './portrait.ts'
import * as queries from './queries.ts'

/** How many people have a photo; a hundred thousand of them would take hours and show nothing new. */
export const PHOTOS = 200
export const DEFAULT_USERS = 20
/** The entries of each user, where nobody says how many. */
const DEFAULT_ENTRIES = 25

/** Accounts are committed this many at a time; those with photos, which take longer, fewer. */
const ACCOUNTS_AT_ONCE = 500
const PHOTOS_AT_ONCE = 20
/** Visits are committed this many at a time, though always all of a user's at once, over several connections. */
const VISITS_AT_ONCE = 25_000
const LOADERS = 3

/** The database holds what the demo cannot go with; the message says what in one line. */
export class DemoConflictError extends Error {}

export type SeedOptions = {
  config: Pick<Config, 'auth' | 'uiLanguages' | 'defaultTimezone' | 'mediaUrl'>
  pool: Pool
  storage: MediaStorage
  users: number
  /** Entries of all users together; raised to what their stories need. Undefined: 25 for each user. */
  activity: number | undefined
  /** The day of a first run: the log ends with the day before. Later runs keep to that of the first. */
  today: Date
  onProgress?: (entries: number, total: number) => void
}

export type Seeded = {
  users: { made: number; found: number }
  photos: number
  entries: { made: number; found: number }
  /** Rows written, in all tables. */
  rows: number
  /** Some to sign in as: each role's first. */
  people: DemoPerson[]
}

/** @throws DemoConflictError before anything is written, when an e-mail of the demo belongs to somebody else. */
export async function seedDemo(options: SeedOptions): Promise<Seeded> {
  // The lock is kept by a connection of its own: it outlives the transactions.
  const turn = await options.pool.connect()
  try {
    await queries.takeTurn(turn)
    const demo = await prepare(options)
    await openAccounts(demo)
    await addVisits(demo)
    const { made, plan } = demo
    return {
      users: { made: made.users, found: options.users - made.users },
      photos: made.photos,
      entries: { made: made.entries, found: plan.total - made.entries },
      rows: made.rows,
      people: ['tutor', 'student'].flatMap((role) => people(demo, 0, Math.min(options.users, 5)).find((person) => person.role === role) ?? []),
    }
  } finally {
    await queries.endTurn(turn)
    turn.release()
  }
}
