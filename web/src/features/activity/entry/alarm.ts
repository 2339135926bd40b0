/** Which entries ask for something to be done. Pure. */
import type { ActivityEntry } from '@upm/client'

type Event = Pick<ActivityEntry, 'id' | 'action' | 'metadata' | 'timestamp'>

const DAY_MS = 86_400_000
/** Whoever has not been harmed in so many days was no stranger. */
const WORRYING_DAYS = 30

/** Whether somebody else may have been at work: a sign-in from a device that is new, or one that failed. */
export function isAlarming({ action, metadata }: Pick<Event, 'action' | 'metadata'>): boolean {
  if (action === 'system.login.failed') return true
  // The first device of an account is new, too, and no news.
  return action === 'system.login' && metadata['new_device'] === true && metadata['first_device'] !== true
}

/**
 * The ids of the entries after which something is still to be done: they are recent, and the password has not been
 * changed since.
 *
 * @param entries the newest first
 */
export function openAlarms(entries: readonly Event[], now: Date): ReadonlySet<string> {
  const alarms = new Set<string>()
  for (const entry of entries) {
    if (entry.action === 'system.password.changed' || entry.action === 'system.password.reset') break
    if (now.getTime() - Date.parse(entry.timestamp) > WORRYING_DAYS * DAY_MS) break
    if (isAlarming(entry)) alarms.add(entry.id)
  }
  return alarms
}
