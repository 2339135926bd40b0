import type { Config } from '../config/config.ts'
import type { Pool } from '../database/database.ts'
import { namesOf } from '../identity/tokens.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import { endOf, storyLength, toMicros, type DemoAccount, type Micros } from './life.ts'
import { createPerson, indexOfEmail, type DemoPerson, type PeopleOptions } from './people.ts'
import { findFirstAccount, listAccounts, type AccountRow } from './queries.ts'
import { defaultSettings } from '../document/settings.ts'

const DAY_MS = 86_400_000

/** How many people have a photo; a hundred thousand of them would take hours and show nothing new. */
const PHOTOS = 200
/** The entries of each user, where nobody says how many. */
const DEFAULT_ENTRIES = 25

export type DemoOptions = {
  config: Pick<
    Config,
    | 'auth'
    | 'signIn'
    | 'uiLanguages'
    | 'defaultTimezone'
    | 'publicPath'
    | 'mediaUrl'
    | 'activityRetentionDays'
  >
  pool: Pool
  storage: MediaStorage
  users: number
  /** Entries of all users together, at least what their stories need. Undefined: `DEFAULT_ENTRIES` for each user. */
  activity: number | undefined
  /** How many people have a photo, the first ones. Default: `PHOTOS`. */
  photos?: number
  /** The clock. */
  now: Date
  /** How many of the planned entries are in the log. */
  onProgress?: (entries: number, total: number) => void
}

/** Who gets how many entries. */
type Plan = {
  /** Entries of all users together. */
  total: number
  hasPhoto: (index: number) => boolean
  visitsOf: (index: number) => number
  /** Whether one login has to make an odd number even: visits have two entries each. */
  secondLogin: boolean
}

/** A run: what it was asked for, what it works with, and what it has done so far. */
export type Demo = DemoOptions & {
  issuer: string
  people: PeopleOptions
  plan: Plan
  /**
   * When the log of new people ends: at the midnight (UTC) before the first run of this database, which its oldest
   * account tells. So the entries are of the last months, in the past, and the next run, whenever it is, finds them.
   */
  end: Micros
  mediaUrl: (key: string) => string
  made: { users: number; photos: number; entries: number; rows: number }
  /** Counts planned entries as being in the log, whoever has put them there. */
  advance: (entries: number) => void
}

export async function prepareDemo(options: DemoOptions): Promise<Demo> {
  const { config, pool, storage, users, activity, photos = PHOTOS, now, onProgress } = options
  const [issuer] = namesOf(config.auth)
  const plan = makePlan(users, activity ?? users * DEFAULT_ENTRIES, photos)
  const people: PeopleOptions = {
    hasPhoto: plan.hasPhoto,
    uiLanguages: config.uiLanguages,
    newSettings: {
      ...defaultSettings,
      timezone: config.defaultTimezone,
      ui_language: config.uiLanguages[0] ?? 'en',
    },
  }
  const first = await findFirstAccount(pool, issuer)
  let progress = 0
  return {
    ...options,
    issuer,
    people,
    plan,
    end: first ? endOf(toAccount(first, people)) : Math.floor(now.getTime() / DAY_MS) * DAY_MS * 1000,
    mediaUrl: (key) => storage.publicUrl(key) ?? `${config.publicPath}${config.mediaUrl}${key}`,
    made: { users: 0, photos: 0, entries: 0, rows: 0 },
    advance: (entries) => onProgress?.((progress += entries), plan.total),
  }
}

/**
 * Everybody's story, and visits on top until there are as many entries as were asked for. Whoever has a visit in a
 * smaller demo has it in a larger one too.
 */
function makePlan(users: number, activity: number, photos: number): Plan {
  const hasPhoto = (index: number) => index < photos
  let stories = 0
  for (let index = 0; index < users; index++) stories += storyLength(hasPhoto(index))
  const total = Math.max(activity, stories)
  const visits = Math.floor((total - stories) / 2)
  return {
    total,
    hasPhoto,
    visitsOf: (index) => Math.floor(visits / users) + (index < visits % users ? 1 : 0),
    secondLogin: (total - stories) % 2 === 1,
  }
}

/** The people from one number to before another. */
export function listPeople({ people }: Pick<Demo, 'people'>, from: number, to: number): DemoPerson[] {
  return Array.from({ length: to - from }, (_, position) => createPerson(from + position, people))
}

/** Those of the people who have an account. */
export async function findAccounts(
  { pool, issuer }: Demo,
  people: readonly DemoPerson[],
): Promise<DemoAccount[]> {
  const rows = await listAccounts(
    pool,
    issuer,
    people.map(({ subject }) => subject),
  )
  const bySubject = new Map(rows.map((row) => [row.subject, row]))
  return people.flatMap((person) => {
    const row = bySubject.get(person.subject)
    return row ? [{ person, id: row.id, createdAt: toMicros(row.created_at) }] : []
  })
}

function toAccount({ subject, id, created_at: createdAt }: AccountRow, people: PeopleOptions): DemoAccount {
  const person = createPerson(indexOfEmail(`${subject}@`) ?? 0, people)
  return { person, id, createdAt: toMicros(createdAt) }
}
