/** Time zones as people look for them. Pure. */
import type { TimeZone } from '@upm/client'
import { inLatin } from './latin.ts'

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

export type FoundZone = {
  zone: Zone
  /** The other name by which it was found. */
  alias?: string
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
    .sort((one, other) => isAbstract(one) - isAbstract(other) || (one.name < other.name ? -1 : 1))
}

/** UTC, GMT+5 and the like come after the places. */
const isAbstract = ({ name }: Zone) => Number(!name.includes('/') || name.startsWith('Etc/'))

/** The zone of which this is a name. */
export function zoneNamed(zones: readonly Zone[], name: string): Zone | undefined {
  return zones.find((zone) => zone.name === name || zone.aliases.includes(name))
}

/** `America/New York` */
export function zoneLabel(name: string): string {
  return name.replaceAll('_', ' ')
}

/**
 * The zones that a search means, the likeliest first: every word of it begins a word of one of the zone's names
 * (Ukrainian ones also in Latin letters), of what the zone is called in the language of the page, or it is the offset.
 * Without a search: all, the given ones first.
 *
 * @param called what the zone is called: `час: Україна`. Asked only where the names do not match.
 */
export function findZones(
  zones: readonly Zone[],
  search: string,
  called: (zone: Zone) => string,
  first: readonly (Zone | undefined)[] = [],
): FoundZone[] {
  const words = wordsOf(search)
  if (words.length === 0) {
    const known = new Set(first.filter((zone) => zone !== undefined))
    return [...known, ...zones.filter((zone) => !known.has(zone))].map((zone) => ({ zone }))
  }
  const offset = offsetSought(search)
  const ranked: { rank: number; found: FoundZone }[] = []
  for (const zone of zones) {
    const found = match(zone, words, offset, called)
    if (found) ranked.push(found)
  }
  return ranked.sort((one, other) => one.rank - other.rank).map(({ found }) => found)
}

type Match = { rank: number; found: FoundZone }

function match(
  zone: Zone,
  words: readonly string[],
  offset: RegExp | undefined,
  called: (zone: Zone) => string,
): Match | undefined {
  if (offset) return offset.test(zone.offset) ? { rank: 0, found: { zone } } : undefined
  const city = wordsOf(zone.name.split('/').at(-1) ?? '')
  if (begin(words, city)) return { rank: 0, found: { zone } }
  if (begin(words, wordsOf(zone.name))) return { rank: 1, found: { zone } }
  if (begin(words, wordsOf(called(zone)))) return { rank: 2, found: { zone } }
  const alias = zone.aliases.find((name) => begin(words, wordsOf(name)))
  return alias === undefined ? undefined : { rank: 3, found: { zone, alias } }
}

const begin = (sought: readonly string[], words: readonly string[]) =>
  sought.every((one) => words.some((word) => word.startsWith(one) || word.startsWith(inLatin(one))))

function wordsOf(text: string): string[] {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/['’ʼ`]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** `+2`, `utc+02`, `GMT-5:30`, `−03:00`: what the offset looks like; undefined for what is none. */
function offsetSought(search: string): RegExp | undefined {
  const [, sign, hours = '', minutes] =
    /^(?:utc|gmt)?\s*([+\-−–])\s*(\d{1,2})(?::?(\d{2}))?$/i.exec(search.trim()) ?? []
  if (sign === undefined) return undefined
  return new RegExp(`^\\${sign === '+' ? '+' : '-'}${hours.padStart(2, '0')}:${minutes ?? ''}`)
}

/** Minutes from UTC of an offset such as `-03:30`. */
export function offsetMinutes(offset: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(offset) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
}
