import { createRequire } from 'node:module'

/** Zone → its rules, or the name of the zone that it is another name for. From the IANA time zone database. */
type Zones = Record<string, string | unknown[]>

// tzdata is a JSON module in CommonJS clothes, without types.
const { zones } = createRequire(import.meta.url)('tzdata') as { zones: Zones }

/** Every key of the IANA time zone database in its exact case, links (`Europe/Kiev`, `US/Eastern`) included. */
export const timeZoneNames: readonly string[] = Object.keys(zones).sort()

const known = new Set(timeZoneNames)

export function isTimeZone(name: string): boolean {
  return known.has(name)
}

/** The zone that a name stands for: `Europe/Kiev` → `Europe/Kyiv`; a zone stands for itself. */
export function canonicalTimeZone(name: string): string {
  const target = zones[name]
  return typeof target === 'string' ? canonicalTimeZone(target) : name
}

/** The zone's offset from UTC at an instant, as `+02:00`. */
export function timeZoneOffset(name: string, at: Date): string {
  return offsetReader(name)(at.getTime())
}

/** Tells how far the zone's clocks are ahead of UTC at an instant, both in milliseconds. */
export function timeZoneClock(name: string): (at: number) => number {
  const read = offsetReader(name)
  return (at) => {
    const offset = read(at)
    // Before there were zones, clocks differed by seconds too.
    const [hours = 0, minutes = 0, seconds = 0] = offset.slice(1).split(':').map(Number)
    return ((hours * 60 + minutes) * 60 + seconds) * (offset.startsWith('-') ? -1000 : 1000)
  }
}

function offsetReader(name: string): (at: number) => string {
  // "Factory" is the database's mark of a clock that nobody has set; Intl does not know it.
  const timeZone = name === 'Factory' ? 'UTC' : name
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return (at) => /GMT(.+)$/.exec(format.format(at))?.[1] ?? '+00:00'
}

export type TimeZone = { name: string; offset: string; canonical: string }

/** Every key with its offset at an instant and the zone that it stands for. */
export function listTimeZones(at: Date): TimeZone[] {
  return timeZoneNames.map((name) => ({
    name,
    offset: timeZoneOffset(name, at),
    canonical: canonicalTimeZone(name),
  }))
}
