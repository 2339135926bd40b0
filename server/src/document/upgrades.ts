/**
 * Profiles that were stored under an older version of their type become those of the declared one: with the next change of
 * their document, or all of them by `upm types upgrade`.
 */
import { isDeepStrictEqual } from 'node:util'
import { v7 as uuidv7 } from 'uuid'
import { AccountGone, AccountLeaving, lockAccount } from '../accounts/account.ts'
import { afterCommit, transaction, type Db, type Pool } from '../database/database.ts'
import { NO_REQUEST, type RequestFacts } from '../http/request-facts.ts'
import type { Changes } from '../log/changes.ts'
import { redact } from '../log/redact.ts'
import type { Fields, ProfileType } from '../profile-types/profile-type.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import type { Upgrader } from '../profile-types/upgrade.ts'
import { typeVersionOf } from './present.ts'
import type { DocumentRow } from './queries.ts'
import {
  countOutdated,
  findOutdated,
  listOutdated,
  writeUpgrades,
  type OutdatedRow,
  type Place,
  type PlannedUpgrade,
} from './upgrade-queries.ts'

const BATCH = 200

export type UpgradesOptions = {
  types: ProfileTypes
  upgrader: Upgrader
  /** Counts a committed entry in /metrics. */
  count: (action: string) => void
  changes?: Changes
}

/** A change of a document brings what else is outdated in it up to date, before it. */
export function createUpgrades({ types, upgrader, count, changes }: UpgradesOptions) {
  /**
   * Upgrades the profiles of a document that was read under the lock of its account. One that cannot be upgraded stays as it is.
   *
   * @returns whether something was written. The document has another version then.
   */
  return async (db: Db, row: DocumentRow, request: RequestFacts): Promise<boolean> => {
    let version = row.version
    for (const type of types.all) {
      const fields = row.sections[type.section]
      const from = typeVersionOf(row, type.section)
      if (fields === undefined || from >= type.version) continue
      const outdated = { user_id: row.id, type_version: from, fields, version }
      const { planned } = plan(upgrader, type, outdated)
      if (!planned) continue
      const written = await writeUpgrades(db, type, [planned], request)
      if (written.length === 0) throw new Error('a locked document changed')
      version += 1
      changes?.note(db, { userId: row.id, entries: [{ id: planned.id, action: 'profile.upgraded' }] })
      afterCommit(db, () => count('profile.upgraded'))
    }
    return version > row.version
  }
}

/** What becomes of a profile, or why it stays as it is. */
function plan(
  upgrader: Upgrader,
  type: ProfileType,
  { user_id: userId, type_version: from, fields: stored, version }: OutdatedRow,
): { planned: PlannedUpgrade; reason?: undefined } | { planned?: undefined; reason: string } {
  const { fields, reason } = upgrader.upgrade(type, stored, from)
  if (!fields) return { reason }
  const old: Fields = {}
  const now: Fields = {}
  const shown: Fields = {}
  for (const [name, initial] of Object.entries(type.defaults)) {
    const value = Object.hasOwn(fields, name) ? fields[name] : initial
    const before = Object.hasOwn(stored, name) ? stored[name] : initial
    shown[name] = value
    if (isDeepStrictEqual(value, before)) continue
    // What stood for a field that was never written, only the older version knew.
    if (Object.hasOwn(stored, name)) old[name] = before
    now[name] = value
  }
  // Fields that the version does not have any more.
  for (const [name, value] of Object.entries(stored)) {
    if (!Object.hasOwn(type.defaults, name) && !Object.hasOwn(fields, name)) old[name] = value
  }
  const changed = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  const metadata = {
    profile_type: type.name,
    from,
    to: type.version,
    changed,
    changes: { [type.section]: { old, new: now } },
    fields: shown,
  }
  const planned = {
    id: uuidv7(),
    user_id: userId,
    type_version: from,
    version,
    fields,
    metadata: redact(metadata),
  }
  return { planned }
}

export type UpgradeAllOptions = {
  pool: Pool
  types: readonly ProfileType[]
  upgrader: Upgrader
  /** Writes nothing, and says what would be written. */
  isDry: boolean
  onProgress: (done: number, total: number) => void
  /** Told of each profile that stays as it is. */
  onStuck: (stuck: { type: ProfileType; userId: number; version: number; reason: string }) => void
}

/**
 * Upgrades all profiles of these types, in batches; each is one statement, and so one transaction. What a killed process has not
 * done, the next one does: what is done is not outdated any more. Several processes may do so at once.
 *
 * @returns how many were upgraded
 */
export async function upgradeAll(options: UpgradeAllOptions): Promise<number> {
  const { pool, upgrader, isDry, onProgress, onStuck } = options
  const types = options.types.filter(({ version }) => version > 1)
  let total = 0
  for (const type of types) total += await countOutdated(pool, type)
  let [done, upgraded] = [0, 0]
  for (const type of types) {
    for (let last: Place | undefined; ;) {
      const rows = await listOutdated(pool, type, last, BATCH)
      if (rows.length === 0) break
      const planned: PlannedUpgrade[] = []
      for (const row of rows) {
        const one = plan(upgrader, type, row)
        if (one.planned) planned.push(one.planned)
        else onStuck({ type, userId: row.user_id, version: row.type_version, reason: one.reason })
      }
      upgraded += isDry ? planned.length : await write(type, planned)
      last = rows.at(-1)
      done += rows.length
      onProgress(done, Math.max(done, total))
    }
  }
  return upgraded

  async function write(type: ProfileType, planned: readonly PlannedUpgrade[]): Promise<number> {
    if (planned.length === 0) return 0
    const written = new Set(await writeUpgrades(pool, type, planned, NO_REQUEST))
    let count = written.size
    // Somebody has changed these in between, or is about to.
    for (const { user_id: userId } of planned) {
      if (!written.has(userId) && (await upgradeOne(type, userId))) count += 1
    }
    return count
  }

  /** Waits for the lock of the account. False: somebody else has upgraded the profile, or it is gone. */
  function upgradeOne(type: ProfileType, userId: number): Promise<boolean> {
    return transaction(pool, async (db) => {
      if (!(await tryLock(db, userId))) return false
      const row = await findOutdated(db, type, userId)
      const one = row && plan(upgrader, type, row)
      if (one?.reason !== undefined)
        onStuck({ type, userId, version: row?.type_version ?? 0, reason: one.reason })
      if (!one?.planned) return false
      return (await writeUpgrades(db, type, [one.planned], NO_REQUEST)).length > 0
    })
  }
}

/** False: the account is gone, or it is to be deleted. */
async function tryLock(db: Db, userId: number): Promise<boolean> {
  try {
    await lockAccount(db, userId)
    return true
  } catch (error) {
    if (error instanceof AccountGone || error instanceof AccountLeaving) return false
    throw error
  }
}
