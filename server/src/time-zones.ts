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
  // "Factory" is the database's mark of a clock that nobody has set; Intl does not know it.
  if (name === 'Factory') return '+00:00'
  const parts = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' }).formatToParts(
    at,
  )
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.slice('GMT'.length) ?? ''
  return offset === '' ? '+00:00' : offset
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
