import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoneNamed, zonesOf } from './time-zones.ts'

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

test('a zone is known by each of its names', () => {
  assert.equal(zoneNamed(zones, 'Europe/Kiev')?.name, 'Europe/Kyiv')
  assert.equal(zoneNamed(zones, 'Etc/UTC')?.name, 'UTC')
  assert.equal(zoneNamed(zones, 'Europe/Oslo')?.canonical, zoneNamed(zones, 'Europe/Berlin')?.canonical)
  assert.equal(zoneNamed(zones, 'Mars/Olympus'), undefined)
})
