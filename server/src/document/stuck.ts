import type { Log } from '../logger.ts'
import type { OnStuck } from '../profile-types/upgrade.ts'

const REMEMBERED = 1000

/** Logs each profile that cannot be upgraded once in the life of the process, however often it is read. */
export function warnOnce(log: Log): OnStuck {
  const told = new Set<string>()
  return ({ userId, type, version, reason }) => {
    const key = `${userId} ${type} ${version}`
    if (told.has(key)) return
    if (told.size >= REMEMBERED) told.clear()
    told.add(key)
    log.warn({ userId, profileType: type, version, reason }, 'a profile could not be upgraded')
  }
}
