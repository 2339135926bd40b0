import { offsetMinutes } from './offsets.ts'
import type { Zone } from './time-zones.ts'

/** What clocks of zones show, as the language and its region write it: `en-GB` has a day of 24 hours. Pure. */
export function createZoneClock(language: string) {
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })
  const dayAndTime = (timeZone: string) =>
    new Intl.DateTimeFormat(language, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      hour: '2-digit',
      minute: '2-digit',
      timeZone,
    })
  return {
    /** `14:05`, by the zone's offset: one formatter for a list of zones, of which a browser may not know all. */
    time: ({ offset }: Zone, now: Date) => time.format(shifted(offset, now)),
    /** `Wednesday 25 November at 14:05` */
    dayAndTime: ({ name, aliases, offset }: Zone, now: Date) => {
      const known = [name, ...aliases].find(isKnown)
      // By the zone itself its clock goes on rightly while daylight saving begins.
      return known ? dayAndTime(known).format(now) : dayAndTime('UTC').format(shifted(offset, now))
    },
  }
}

/** An instant at which it is in UTC what it is now at the offset. */
const shifted = (offset: string, now: Date) => new Date(now.getTime() + offsetMinutes(offset) * 60_000)

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

/** Milliseconds until the clock shows the next minute. */
export function untilNextMinute(now: Date): number {
  return 60_000 - (now.getTime() % 60_000)
}
