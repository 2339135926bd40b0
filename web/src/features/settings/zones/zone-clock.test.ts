import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createZoneClock, untilNextMinute } from './zone-clock.ts'

const zone = (name: string, offset: string, aliases: string[] = []) => ({
  name,
  offset,
  aliases,
  canonical: name,
})

test('a clock of an offset', () => {
  const clock = createZoneClock('uk')
  const now = new Date('2026-11-25T23:10:00Z')
  assert.equal(clock.time(zone('UTC', '+00:00'), now), '23:10')
  assert.equal(clock.time(zone('Asia/Kathmandu', '+05:45'), now), '04:55')
  assert.equal(clock.time(zone('America/St_Johns', '-03:30'), now), '19:40')
})

test('the day and the time of a zone, also of one that the browser does not know', () => {
  const now = new Date('2026-11-25T23:10:00Z')
  for (const one of [
    zone('Asia/Tokyo', '+09:00'),
    zone('Asia/Tokio', '+09:00'),
    zone('Asia/Tokio', '+00:00', ['Japan']),
  ]) {
    assert.match(createZoneClock('uk').dayAndTime(one, now), /четвер.*26 листопада.*08:10/)
    assert.match(createZoneClock('en').dayAndTime(one, now), /Thursday.*26.*08:10\sAM/)
  }
})

test('the clock of a zone goes on rightly when daylight saving begins, whatever its offset was', () => {
  const kyiv = zone('Europe/Kyiv', '+02:00')
  assert.match(createZoneClock('uk').dayAndTime(kyiv, new Date('2026-03-29T00:59:00Z')), /02:59/)
  assert.match(createZoneClock('uk').dayAndTime(kyiv, new Date('2026-03-29T01:00:00Z')), /04:00/)
})

test('the next minute is awaited to the millisecond', () => {
  assert.equal(untilNextMinute(new Date('2026-11-25T23:10:00.000Z')), 60_000)
  assert.equal(untilNextMinute(new Date('2026-11-25T23:10:59.999Z')), 1)
})
