/** Finds time zones as people look for them. Pure. */
import { fold } from '../../../i18n/zones/fold.ts'
import { inLatin } from '../../../i18n/zones/latin.ts'
import { zoneCity } from '../../../i18n/zones/zone-city.ts'
import { zonesMeant } from './abbreviations.ts'
import { namedCountries, type Country } from './countries.ts'
import { offsetMinutes, offsetRank, offsetSought } from './offsets.ts'
import { placeName, type Place } from './places.ts'
import { isAbstract, type Zone } from './time-zones.ts'

export type FoundZone = {
  zone: Zone
  /** The city by which it was found, else the one that stands for the zone: `Львів`. */
  city: string
  /** `Україна`; '' for what is no place. */
  country: string
  /** Another name of the zone, by which it was found: `Europe/Kiev`. */
  alias?: string
}

/** A zone, and what it can be found by besides its cities. */
type Row = FoundZone & {
  code: string | undefined
  /** Its own name, then its other ones, and these as they are typed. */
  ids: readonly { id: string; folded: string }[]
  /** Less for zones with larger cities. */
  place: number
}

type City = {
  row: Row
  city: string
  country: string
  code: string | undefined
  /** All its names as they are typed, each between bars: `|київ|kyiv|`. One text is searched faster than a list. */
  names: string
  countryNames: string
}

export type ZoneIndex = {
  rows: readonly Row[]
  /** Those that stand for zones: by their countries these are found, too. */
  seats: readonly City[]
  /** All that are known, the largest first. */
  cities: readonly City[]
  home: readonly string[]
  /** The part of the world where the device is. */
  part: string | undefined
  language: string
}

export type IndexOptions = {
  zones: readonly Zone[]
  /** None until they are loaded: zones are then found by the cities that stand for them. */
  places: readonly Place[]
  language: string
  /** Countries that come first, the likeliest first. */
  home: readonly string[]
  /** This device's zone: its country and its part of the world come before others. */
  own?: Zone | undefined
}

export function createZoneIndex({ zones, places, language, home, own }: IndexOptions): ZoneIndex {
  const ids = zones.flatMap(({ name, aliases }) => [name, ...aliases])
  const countries = namedCountries(
    ids.flatMap((id) => zoneCity(id, language).country ?? []),
    language,
  )
  const countryOf = (code: string | undefined): Country =>
    countries.get(code ?? '') ?? { name: '', folded: [] }
  const rows = zones.map((zone): Row => {
    const { city, country: code } = zoneCity(zone.name, language)
    return {
      zone,
      city,
      country: countryOf(code).name,
      code,
      ids: [zone.name, ...zone.aliases].map((id) => ({ id, folded: between([fold(id)]) })),
      place: Number.MAX_SAFE_INTEGER,
    }
  })
  const cityIn = (row: Row, zone: string, city: string, names: readonly string[]): City => {
    const { country: code } = zoneCity(zone, language)
    const { name, folded } = countryOf(code)
    return { row, city, country: name, code, names: between(names), countryNames: between(folded) }
  }
  const seats = rows.flatMap((row) =>
    row.ids
      .filter(({ id }) => id === row.zone.name || zoneCity(id, language).country !== undefined)
      .map(({ id }) => {
        const [uk, en] = [zoneCity(id, 'uk').city, zoneCity(id, 'en').city]
        const names = [uk, en, id.split('/').at(-1) ?? id].map(fold)
        return cityIn(row, id, zoneCity(id, language).city, [...new Set(names)])
      }),
  )
  const byName = new Map(rows.flatMap((row) => row.ids.map(({ id }) => [id, row] as const)))
  const cities = places.flatMap((place, index) => {
    const row = byName.get(place.zone)
    if (!row) return []
    row.place = Math.min(row.place, index)
    return [cityIn(row, place.zone, placeName(place, language), place.names)]
  })
  const ownCountry = own && zoneCity(own.name, language).country
  return {
    rows,
    seats,
    cities,
    home: ownCountry === undefined ? home : [...home, ownCountry],
    part: own && partOf(own),
    language,
  }
}

const between = (names: readonly string[]) => `|${names.join('|')}|`

/** What is shown of a zone in a list or beside a clock: `Київ · Україна`. */
export function zoneLabel({ city, country }: Pick<FoundZone, 'city' | 'country'>): string {
  return country === '' ? city : `${city} · ${country}`
}

/** How a zone was found: what fits best comes first. */
const RANK = {
  meant: 0,
  city: 1,
  country: 2,
  cityBegins: 3,
  countryBegins: 4,
  wordBegins: 5,
  countryWordBegins: 6,
  allWords: 7,
  id: 8,
  alias: 9,
  latin: 10,
  inside: 11,
}

/** A letter or two are inside of nearly everything. */
const SHORTEST_INSIDE = 3

type Match = { row: Row; rank: number; found?: City; alias?: string; order: number }

/**
 * The zones that a search means, the likeliest first, each once: by a city in any of its languages, by the country in
 * Ukrainian or English, by the difference from UTC, by the abbreviation of its time, or by its own name. What fits
 * equally well stands in the order of `home`, and then of how large the city is.
 */
export function findZones(index: ZoneIndex, search: string): FoundZone[] {
  const best = new Map<Row, Match>()
  const add = (match: Match) => {
    const other = best.get(match.row)
    if (!other || match.rank < other.rank) best.set(match.row, match)
  }
  const offset = offsetSought(search)
  if (offset === undefined) addByName(index, search, add)
  else {
    for (const row of index.rows) {
      const rank = offsetRank(row.zone.offset, offset)
      if (rank !== undefined) add({ row, rank, order: row.place })
    }
  }
  const homePlace = ({ row, found }: Match) => {
    const place = index.home.indexOf((found ?? row).code ?? '')
    return place === -1 ? index.home.length : place
  }
  const isElsewhere = ({ row }: Match) => Number(partOf(row.zone) !== index.part)
  const isMeant = offset === undefined ? ({ rank }: Match) => rank === RANK.meant : () => false
  return [...best.values()]
    .sort(
      (one, other) =>
        one.rank - other.rank ||
        // The zones of an abbreviation have an order of their own.
        (isMeant(one) ? one.order - other.order : 0) ||
        Number(isAbstract(one.row.zone)) - Number(isAbstract(other.row.zone)) ||
        homePlace(one) - homePlace(other) ||
        (offset === undefined ? 0 : isElsewhere(one) - isElsewhere(other)) ||
        one.order - other.order ||
        (one.row.zone.name < other.row.zone.name ? -1 : 1),
    )
    .map(({ row, found, alias }) => {
      const { city, country } = found ?? row
      return { zone: row.zone, city, country, ...(alias !== undefined && { alias }) }
    })
}

function addByName({ rows, seats, cities }: ZoneIndex, search: string, add: (match: Match) => void): void {
  const sought = fold(search)
  if (sought === '') return
  const words = sought.split(' ')
  const latin = fold(inLatin(search.toLowerCase()))
  zonesMeant(search).forEach((name, order) => {
    const row = rows.find(({ ids }) => ids.some(({ id }) => id === name))
    if (row) add({ row, rank: RANK.meant, order })
  })
  cities.forEach((found, order) => {
    const rank = rankOfCity(found, sought, words, latin)
    if (rank !== undefined) add({ row: found.row, rank, found, order })
  })
  for (const found of seats) {
    const { row } = found
    const ranks = [rankOfCity(found, sought, words, latin), rankOfCountry(found, sought)]
    const rank = Math.min(...ranks.filter((one) => one !== undefined))
    if (Number.isFinite(rank)) add({ row, rank, found, order: row.place })
  }
  for (const row of rows) {
    const [own, ...others] = row.ids
    if (own && beginAll(words, own.folded)) add({ row, rank: RANK.id, order: row.place })
    const alias = others.find(({ folded }) => beginAll(words, folded))
    if (alias) add({ row, rank: RANK.alias, alias: alias.id, order: row.place })
  }
}

/** How well a city is what is looked for. */
function rankOfCity(
  { names, countryNames }: City,
  sought: string,
  words: readonly string[],
  latin: string,
): number | undefined {
  if (names.includes(sought)) {
    if (names.includes(`|${sought}|`)) return RANK.city
    if (names.includes(`|${sought}`)) return RANK.cityBegins
    if (names.includes(` ${sought}`)) return RANK.wordBegins
  }
  // `new york usa`: the city has to be in it, or the country alone would be that of all its cities.
  const isNamed = words.length > 1 && words.some((word) => begins(names, word))
  if (isNamed && beginAll(words, names + countryNames)) return RANK.allWords
  if (latin !== sought && names.includes(`|${latin}`)) return RANK.latin
  return sought.length >= SHORTEST_INSIDE && names.includes(sought) ? RANK.inside : undefined
}

function rankOfCountry({ countryNames }: City, sought: string): number | undefined {
  if (!countryNames.includes(sought)) return undefined
  if (countryNames.includes(`|${sought}|`)) return RANK.country
  if (countryNames.includes(`|${sought}`)) return RANK.countryBegins
  return countryNames.includes(` ${sought}`) ? RANK.countryWordBegins : undefined
}

/** Whether every word that is looked for begins a word of the names. */
const beginAll = (words: readonly string[], names: string) => words.every((word) => begins(names, word))

const begins = (names: string, word: string) => names.includes(`|${word}`) || names.includes(` ${word}`)

export type ZoneGroup = {
  /** Of the device and the choice, of what is near to them, or a part of the world: `Europe`; `other` for what is no place. */
  name: string
  zones: FoundZone[]
}

const NEAR = 5

/**
 * All zones, for whoever looks through them: this device's and the chosen one, those with the nearest time, and all others
 * by the part of the world, beginning with the one where the device is.
 */
export function groupZones(
  { rows, home, language }: ZoneIndex,
  own: Zone | undefined,
  chosen: Zone | undefined,
): ZoneGroup[] {
  const rowOf = (zone: Zone | undefined) => rows.filter((row) => row.zone.name === zone?.name)
  const first = [...new Set([...rowOf(own), ...rowOf(chosen)])]
  const here = own ?? chosen
  const distance = ({ zone }: Row) => Math.abs(offsetMinutes(zone.offset) - offsetMinutes(here?.offset ?? ''))
  const isElsewhere = ({ zone }: Row) => Number(here === undefined || partOf(zone) !== partOf(here))
  const isHome = ({ code }: Row) => Number(code !== undefined && home.includes(code))
  const others = rows.filter((row) => !first.includes(row))
  const near = here
    ? others
        .filter(({ zone }) => !isAbstract(zone))
        .sort(
          (one, other) =>
            distance(one) - distance(other) ||
            isHome(other) - isHome(one) ||
            isElsewhere(one) - isElsewhere(other) ||
            one.place - other.place,
        )
        .slice(0, NEAR)
    : []
  const collator = new Intl.Collator(language)
  const parts = Map.groupBy(
    others.filter((row) => !near.includes(row)),
    ({ zone }) => partOf(zone),
  )
  const herePart = here ? partOf(here) : ''
  const order = (part: string) => (part === 'other' ? 2 : Number(part !== herePart))
  return [
    { name: 'first', zones: first },
    { name: 'near', zones: near },
    ...[...parts]
      .sort(([one], [other]) => order(one) - order(other) || (one < other ? -1 : 1))
      .map(([name, zones]) => ({
        name,
        zones: zones.sort((one, other) => collator.compare(one.city, other.city)),
      })),
  ].filter(({ zones }) => zones.length > 0)
}

/** The part of the world that a zone's name begins with. */
const partOf = (zone: Zone) => (isAbstract(zone) ? 'other' : (zone.name.split('/')[0] ?? 'other'))
