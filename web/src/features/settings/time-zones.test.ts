import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findZones, offsetMinutes, zoneNamed, zonesOf, type Zone } from './time-zones.ts'

const listed = [
  ['America/Argentina/Buenos_Aires', '-03:00', 'America/Argentina/Buenos_Aires'],
  ['America/Buenos_Aires', '-03:00', 'America/Argentina/Buenos_Aires'],
  ['America/New_York', '-05:00', 'America/New_York'],
  ['America/St_Johns', '-03:30', 'America/St_Johns'],
  ['Asia/Calcutta', '+05:30', 'Asia/Kolkata'],
  ['Asia/Kolkata', '+05:30', 'Asia/Kolkata'],
  ['Etc/GMT-2', '+02:00', 'Etc/GMT-2'],
  ['Etc/UTC', '+00:00', 'Etc/UTC'],
  ['Europe/Berlin', '+01:00', 'Europe/Berlin'],
  ['Europe/Kiev', '+02:00', 'Europe/Kyiv'],
  ['Europe/Kyiv', '+02:00', 'Europe/Kyiv'],
  ['Europe/Oslo', '+01:00', 'Europe/Berlin'],
  ['Factory', '+00:00', 'Factory'],
  ['US/Eastern', '-05:00', 'America/New_York'],
  ['UTC', '+00:00', 'Etc/UTC'],
  ['Zulu', '+00:00', 'Etc/UTC'],
].map(([name = '', offset = '', canonical = '']) => ({ name, offset, canonical }))

/** What a browser lists that goes by the old names, as Chromium does. */
const places = new Set([
  'America/Buenos_Aires',
  'America/New_York',
  'America/St_Johns',
  'Asia/Calcutta',
  'Europe/Berlin',
  'Europe/Kiev',
  'Europe/Oslo',
])
const zones = zonesOf(listed, places)
const called = ({ name }: Zone) =>
  ({ 'Europe/Kyiv': 'час: Україна', 'America/New_York': 'час: Нью-Йорк' })[name] ?? ''
const find = (search: string) =>
  findZones(zones, search, called).map(({ zone, alias }) => (alias ? `${zone.name} (${alias})` : zone.name))

test('other names are no zones of their own; places are, and what is no place comes last', () => {
  assert.deepEqual(
    zones.map(({ name, aliases }) => [name, aliases]),
    [
      ['America/Argentina/Buenos_Aires', ['America/Buenos_Aires']],
      ['America/New_York', ['US/Eastern']],
      ['America/St_Johns', []],
      ['Asia/Kolkata', ['Asia/Calcutta']],
      ['Europe/Berlin', []],
      ['Europe/Kyiv', ['Europe/Kiev']],
      ['Europe/Oslo', []],
      ['Etc/GMT-2', []],
      ['UTC', ['Etc/UTC', 'Zulu']],
    ],
  )
})

test('it is the same with a browser that goes by the new names', () => {
  const renamed = new Set([...places, 'Asia/Kolkata', 'Europe/Kyiv', 'America/Argentina/Buenos_Aires'])
  for (const old of ['Asia/Calcutta', 'Europe/Kiev', 'America/Buenos_Aires']) renamed.delete(old)
  assert.deepEqual(zonesOf(listed, renamed), zones)
})

for (const [search, expected] of [
  ['kyiv', ['Europe/Kyiv']],
  ['Київ', ['Europe/Kyiv']],
  ['україна', ['Europe/Kyiv']],
  ['Europe/Kiev', ['Europe/Kyiv (Europe/Kiev)']],
  ['kiev', ['Europe/Kyiv (Europe/Kiev)']],
  ['new york', ['America/New_York']],
  ['New_Y', ['America/New_York']],
  ['york', ['America/New_York']],
  ['нью-йорк', ['America/New_York']],
  ['us east', ['America/New_York (US/Eastern)']],
  ['buenos', ['America/Argentina/Buenos_Aires']],
  ['argentina', ['America/Argentina/Buenos_Aires']],
  ['oslo', ['Europe/Oslo']],
  ['+02:00', ['Europe/Kyiv', 'Etc/GMT-2']],
  ['utc+2', ['Europe/Kyiv', 'Etc/GMT-2']],
  ['GMT +02', ['Europe/Kyiv', 'Etc/GMT-2']],
  ['+5:30', ['Asia/Kolkata']],
  ['+5', ['Asia/Kolkata']],
  ['−3:30', ['America/St_Johns']],
  ['-03', ['America/Argentina/Buenos_Aires', 'America/St_Johns']],
  ['utc', ['UTC']],
  ['zulu', ['UTC (Zulu)']],
  ['europe', ['Europe/Berlin', 'Europe/Kyiv', 'Europe/Oslo']],
  ['atlantis', []],
] as const) {
  test(`"${search}" finds ${expected.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(find(search), expected)
  })
}

test('a city comes before a region that begins the same way', () => {
  const two = zonesOf(
    [
      { name: 'America/Adak', offset: '-10:00', canonical: 'America/Adak' },
      { name: 'Europe/Americatown', offset: '+01:00', canonical: 'Europe/Americatown' },
    ],
    new Set(),
  )
  assert.deepEqual(
    findZones(two, 'america', () => '').map(({ zone }) => zone.name),
    ['Europe/Americatown', 'America/Adak'],
  )
})

test('without a search all are there, those that are at hand first and once', () => {
  const kyiv = zoneNamed(zones, 'Europe/Kiev')
  const names = findZones(zones, ' ', called, [kyiv, kyiv, undefined]).map(({ zone }) => zone.name)
  assert.equal(names[0], 'Europe/Kyiv')
  assert.equal(names.length, zones.length)
  assert.equal(new Set(names).size, zones.length)
})

test('a zone is known by each of its names', () => {
  assert.equal(zoneNamed(zones, 'Europe/Kiev')?.name, 'Europe/Kyiv')
  assert.equal(zoneNamed(zones, 'Etc/UTC')?.name, 'UTC')
  assert.equal(zoneNamed(zones, 'Europe/Oslo')?.canonical, zoneNamed(zones, 'Europe/Berlin')?.canonical)
  assert.equal(zoneNamed(zones, 'Mars/Olympus'), undefined)
})

for (const [offset, minutes] of [
  ['+00:00', 0],
  ['+05:45', 345],
  ['-03:30', -210],
] as const) {
  test(`${offset} are ${minutes} minutes`, () => assert.equal(offsetMinutes(offset), minutes))
}
