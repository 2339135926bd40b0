import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import {
  canonicalTimeZone,
  isTimeZone,
  listTimeZones,
  timeZoneClock,
  timeZoneNames,
  timeZoneOffset,
} from './time-zones.ts'

const { zones } = createRequire(import.meta.url)('tzdata') as { zones: Record<string, unknown> }

test('every key of the IANA database is there, links included, in its exact case', () => {
  assert.deepEqual(timeZoneNames, Object.keys(zones).toSorted())
  assert.ok(timeZoneNames.length >= 590)
  for (const name of [
    'Europe/Kyiv',
    'Europe/Kiev',
    'US/Eastern',
    'UTC',
    'Etc/GMT+12',
    'EST5EDT',
    'Asia/Calcutta',
  ]) {
    assert.ok(isTimeZone(name), name)
  }
  for (const name of [
    '',
    'europe/kyiv',
    'EUROPE/KYIV',
    'Europe/Kyiv ',
    'Europe',
    '+02:00',
    'toString',
    '__proto__',
  ]) {
    assert.ok(!isTimeZone(name), name)
  }
})

test('a link stands for its zone, and a zone for itself', () => {
  const cases = {
    'Europe/Kiev': 'Europe/Kyiv',
    'Europe/Kyiv': 'Europe/Kyiv',
    'US/Eastern': 'America/New_York',
    'Asia/Calcutta': 'Asia/Kolkata',
    'Asia/Katmandu': 'Asia/Kathmandu',
    UTC: 'Etc/UTC',
    'Etc/UTC': 'Etc/UTC',
  }
  for (const [name, canonical] of Object.entries(cases)) assert.equal(canonicalTimeZone(name), canonical)
  for (const { name, canonical } of listTimeZones(new Date())) {
    assert.ok(isTimeZone(canonical), name)
    assert.equal(canonicalTimeZone(canonical), canonical, name)
  }
})

const winter = new Date('2026-01-15T12:00:00Z')
const summer = new Date('2026-07-15T12:00:00Z')

test('offsets are those of the day, on both sides of daylight saving', () => {
  const cases: Record<string, [string, string]> = {
    'Europe/Kyiv': ['+02:00', '+03:00'],
    'Europe/Kiev': ['+02:00', '+03:00'],
    'US/Eastern': ['-05:00', '-04:00'],
    UTC: ['+00:00', '+00:00'],
    'Europe/London': ['+00:00', '+01:00'],
    'Asia/Kathmandu': ['+05:45', '+05:45'],
    'Asia/Kolkata': ['+05:30', '+05:30'],
    'Pacific/Apia': ['+13:00', '+13:00'],
    'Pacific/Chatham': ['+13:45', '+12:45'],
    'Antarctica/Troll': ['+00:00', '+02:00'],
    'Australia/Lord_Howe': ['+11:00', '+10:30'],
    'America/St_Johns': ['-03:30', '-02:30'],
    'Etc/GMT+12': ['-12:00', '-12:00'],
    'Etc/GMT-14': ['+14:00', '+14:00'],
    Factory: ['+00:00', '+00:00'],
  }
  for (const [name, offsets] of Object.entries(cases)) {
    assert.deepEqual([timeZoneOffset(name, winter), timeZoneOffset(name, summer)], offsets, name)
  }
})

test('the offset changes in the second in which the clocks do', () => {
  assert.equal(timeZoneOffset('Europe/Kyiv', new Date('2026-03-29T00:59:59.999Z')), '+02:00')
  assert.equal(timeZoneOffset('Europe/Kyiv', new Date('2026-03-29T01:00:00Z')), '+03:00')
})

test('every zone has an offset in the form that is promised', () => {
  for (const at of [winter, summer]) {
    for (const { name, offset } of listTimeZones(at))
      assert.match(offset, /^[+-](?:0\d|1[0-4]):(?:00|30|45)$/, name)
  }
})

test("a zone's clock is ahead of UTC by its offset, or behind it", () => {
  const cases: [name: string, at: string, seconds: number][] = [
    ['Europe/Kyiv', '2026-07-15T12:00:00Z', 3 * 3600],
    ['America/St_Johns', '2026-01-15T12:00:00Z', -3.5 * 3600],
    ['UTC', '2026-01-15T12:00:00Z', 0],
    ['Factory', '2026-01-15T12:00:00Z', 0],
    ['Africa/Monrovia', '1972-01-01T00:00:00Z', -(44 * 60 + 30)],
  ]
  for (const [name, at, seconds] of cases) {
    assert.equal(timeZoneClock(name)(Date.parse(at)) / 1000, seconds, name)
  }
})
