import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { canonicalTimeZone, isTimeZone, timeZoneNames } from '../../../../server/src/time-zones.ts'
import { fold } from './fold.ts'
import { inLatin } from './latin.ts'
import { zoneCity } from './zone-city.ts'

const read = async (name: string) =>
  JSON.parse(await readFile(join(import.meta.dirname, name), 'utf8')) as unknown
const places = (await read('places.json')) as string[]
const zones = (await read('zones.json')) as Record<string, string>

test('cities are known in Ukrainian and English, and their zones to the server', () => {
  assert.ok(places.length > 1_000, `${places.length}`)
  for (const line of places) {
    const [uk = '', en = '', others, zone = '', ...rest] = line.split('|')
    assert.deepEqual([rest.length, others === undefined], [0, false], line)
    assert.match(uk, /^[А-ЯІЇЄҐ]/, line)
    assert.match(en, /^\p{Script=Latin}/u, line)
    assert.ok(isTimeZone(zone), line)
    assert.ok(zones[zone] !== undefined, `${line}: its zone has no city`)
  }
})

test('every zone of the table is one of the server’s and is named in both languages', () => {
  for (const [zone, entry] of Object.entries(zones)) {
    assert.ok(isTimeZone(zone), zone)
    assert.match(entry, /^[A-Z]{2}\|[А-ЯІЇЄҐ][^|]*\|[^|]+$/, zone)
  }
})

test('the table has every zone of the server’s that has a place', () => {
  const missing = timeZoneNames.filter(
    (name) =>
      name.includes('/') && !name.startsWith('Etc/') && canonicalTimeZone(name) === name && !(name in zones),
  )
  assert.deepEqual(missing, [])
})

test('the data is small when it is compressed', () => {
  const size = (data: unknown) => brotliCompressSync(JSON.stringify(data)).length
  assert.ok(size(places) < 40_000, `${size(places)}`)
  assert.ok(size(zones) < 9_000, `${size(zones)}`)
})

for (const [zone, language, city, country] of [
  ['Europe/Kyiv', 'uk', 'Київ', 'UA'],
  ['Europe/Kiev', 'en', 'Kyiv', 'UA'],
  ['Europe/Simferopol', 'uk', 'Сімферополь', 'UA'],
  ['America/New_York', 'uk-UA', 'Нью-Йорк', 'US'],
  ['America/New_York', 'de', 'New York', 'US'],
  ['Asia/Calcutta', 'en-GB', 'Kolkata', 'IN'],
  ['UTC', 'uk', 'UTC', undefined],
  ['Etc/GMT+5', 'uk', 'GMT+5', undefined],
  ['America/Port_of_Nowhere', 'uk', 'Port of Nowhere', undefined],
] as const) {
  test(`${zone} is ${city} in ${language}`, () =>
    assert.deepEqual(zoneCity(zone, language), { city, country }))
}

for (const [text, folded] of [
  ['Кам’янське', 'камянске'],
  ['Київ', 'киив'],
  ['KRAKÓW', 'krakow'],
  ['Нью-Йорк', 'ню иорк'],
  ['Łódź', 'lodz'],
  ['Ґданськ', 'гданск'],
  ['  St.  John’s ', 'st johns'],
  ['America/New_York', 'america new york'],
  ['İstanbul', 'istanbul'],
] as const) {
  test(`"${text}" is looked for as "${folded}"`, () => assert.equal(fold(text), folded))
}

test('Ukrainian is read as maps write it', () => {
  assert.equal(inLatin('дрогобич'), 'drohobych')
  assert.equal(inLatin('kyiv'), 'kyiv')
})
