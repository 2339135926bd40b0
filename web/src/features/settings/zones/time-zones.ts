/** The time zones of the server, each once. Pure. */
import type { TimeZone } from '@upm/client'

export type Zone = {
  /** What is saved when it is chosen. */
  name: string
  /** Other names of it: `Europe/Kiev` for `Europe/Kyiv`. */
  aliases: readonly string[]
  /** From UTC now: `+02:00`. */
  offset: string
  /** The name of its rules: that of another place, where both have had the same time since 1970. */
  canonical: string
}

/** IANA's own name for UTC is one that nobody uses. */
const PREFERRED: Record<string, string> = { 'Etc/UTC': 'UTC' }
/** IANA's mark of a clock that nobody has set is no place to live in. */
const HIDDEN = new Set(['Factory'])

/**
 * The zones to choose from, by name. A link is another name of its zone (`Europe/Kiev`), unless it is a place of its own
 * (`Europe/Oslo`, for IANA a link to `Europe/Berlin`): `places` are those that the browser lists
 * (`Intl.supportedValuesOf`), and what it lists beside the link's zone is a place.
 */
export function zonesOf(listed: readonly TimeZone[], places: ReadonlySet<string>): Zone[] {
  const zones = new Map<string, Zone & { aliases: string[] }>()
  const isOwn = ({ name, canonical }: TimeZone) =>
    name === canonical || (places.has(name) && places.has(canonical))
  for (const one of listed.filter(isOwn)) {
    const name = PREFERRED[one.name] ?? one.name
    zones.set(one.name, { ...one, name, aliases: name === one.name ? [] : [one.name] })
  }
  for (const { name, canonical } of listed) {
    const zone = zones.get(canonical)
    if (zone && !zones.has(name) && name !== zone.name) zone.aliases.push(name)
  }
  return [...zones.values()]
    .filter(({ name }) => !HIDDEN.has(name))
    .sort(
      (one, other) => Number(isAbstract(one)) - Number(isAbstract(other)) || (one.name < other.name ? -1 : 1),
    )
}

/** UTC, GMT+5 and the like: nobody lives there. */
export const isAbstract = ({ name }: Pick<Zone, 'name'>) => !name.includes('/') || name.startsWith('Etc/')

/** The zone of which this is a name. */
export function zoneNamed(zones: readonly Zone[], name: string): Zone | undefined {
  return zones.find((zone) => zone.name === name || zone.aliases.includes(name))
}
