import type { Zone } from './time-zones.ts'

/** `ET`, `GMT+2`: says less than what stands beside it anyway. */
const TERSE = /^(?:[A-Z]{1,5}|(?:GMT|UTC).*)$/

/** What a zone is called in a language: by its place (`час: Україна`), else in full (`Eastern Time`), else ''. */
export function createZoneNames(language: string): (zone: Zone) => string {
  // Names are slow to make and are asked for at every letter of a search.
  const kept = new Map<string, string>()
  return (zone) => {
    const known = kept.get(zone.name)
    if (known !== undefined) return known
    const name = zoneName(zone, language)
    kept.set(zone.name, name)
    return name
  }
}

function zoneName({ name, aliases }: Zone, language: string): string {
  for (const one of [name, ...aliases]) {
    try {
      const [place, full] = [part(one, language, 'shortGeneric'), part(one, language, 'longGeneric')]
      return [place, full].find((text) => !TERSE.test(text)) ?? ''
    } catch {
      // An older browser may know the zone by one of its other names.
    }
  }
  return ''
}

function part(timeZone: string, language: string, timeZoneName: 'shortGeneric' | 'longGeneric'): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone, timeZoneName }).formatToParts()
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
