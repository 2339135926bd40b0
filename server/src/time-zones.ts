import { createRequire } from 'node:module'

/** Zone → its rules, or the name of the zone that it is another name for. From the IANA time zone database. */
type Zones = Record<string, string | unknown[]>

// tzdata is a JSON module in CommonJS clothes, without types.
const { zones }: { zones: Zones } = createRequire(import.meta.url)('tzdata')

/** Every key of the IANA time zone database in its exact case, links (`Europe/Kiev`, `US/Eastern`) included. */
export const timeZoneNames: readonly string[] = Object.keys(zones).sort()

/**
 * Whether a text can be chosen: a key of the database, in its exact case, that Node has the clocks of. The database and
 * Node are of different years, so a zone can be in one of them alone.
 */
export function isTimeZone(name: string): boolean {
  return Object.hasOwn(zones, name) && hasClock(name)
}

const clocks = new Map<string, boolean>()

/**
 * Whether Node has the clocks of a zone. What an account has chosen once it keeps, also when the zone is none any more,
 * or none yet because this Node is older.
 */
export function hasClock(name: string): boolean {
  const isKnown = clocks.get(name) ?? offsetReader(name) !== undefined
  // Other names are not remembered: there is no end to them.
  if (Object.hasOwn(zones, name)) clocks.set(name, isKnown)
  return isKnown
}

/** The zone that a name stands for: `Europe/Kiev` → `Europe/Kyiv`; a zone stands for itself. */
export function canonicalTimeZone(name: string): string {
  const target = zones[name]
  return typeof target === 'string' ? canonicalTimeZone(target) : name
}

/** The zone's offset from UTC at an instant, as `+02:00`. */
export function timeZoneOffset(name: string, at: Date): string {
  return offsetReader(name)?.(at.getTime()) ?? '+00:00'
}

/**
 * Tells how far the zone's clocks are ahead of UTC at an instant, both in milliseconds. A zone that Node does not know
 * has those of UTC.
 */
export function timeZoneClock(name: string): (at: number) => number {
  const read = offsetReader(name)
  return (at) => {
    const offset = read?.(at) ?? '+00:00'
    // Before there were zones, clocks differed by seconds too.
    const [hours = 0, minutes = 0, seconds = 0] = offset.slice(1).split(':').map(Number)
    return ((hours * 60 + minutes) * 60 + seconds) * (offset.startsWith('-') ? -1000 : 1000)
  }
}

type OffsetReader = (at: number) => string

/** Undefined for what this Node does not know. */
function offsetReader(name: string): OffsetReader | undefined {
  // "Factory" is the database's mark of a clock that nobody has set; Intl does not know it.
  const timeZone = name === 'Factory' ? 'UTC' : name
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    return (at) => /GMT(.+)$/.exec(format.format(at))?.[1] ?? '+00:00'
  } catch {
    return undefined
  }
}

export type TimeZone = { name: string; offset: string; canonical: string }

/** Every zone that can be chosen, with its offset at an instant and the zone that it stands for. */
export function listTimeZones(at: Date): TimeZone[] {
  return timeZoneNames.filter(isTimeZone).map((name) => ({
    name,
    offset: timeZoneOffset(name, at),
    canonical: canonicalTimeZone(name),
  }))
}
