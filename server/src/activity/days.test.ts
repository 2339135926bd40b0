import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeZoneNames } from '../time-zones.ts'
import { addDays, dateAt, dayStarts } from './days.ts'

const days: [zone: string, date: string, start: string, hours: number, why: string][] = [
  ['UTC', '2026-11-22', '2026-11-22T00:00:00Z', 24, 'nothing special'],
  ['Europe/Kyiv', '2026-03-29', '2026-03-28T22:00:00Z', 23, 'the clocks go forward'],
  ['Europe/Kyiv', '2026-03-30', '2026-03-29T21:00:00Z', 24, 'they went forward the day before'],
  ['Europe/Kyiv', '2026-10-25', '2026-10-24T21:00:00Z', 25, 'the clocks go back'],
  ['Europe/Kyiv', '2026-10-26', '2026-10-25T22:00:00Z', 24, 'they went back the day before'],
  ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00Z', 24.5, 'they go back by half an hour'],
  ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00Z', 23, 'it begins at 01:00'],
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z', 23, 'it begins at 01:00'],
  ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00Z', 23, 'it begins at 01:00'],
  ['America/Santiago', '2026-04-04', '2026-04-04T03:00:00Z', 25, 'its last hour comes twice'],
  ['America/Santiago', '2026-04-05', '2026-04-05T04:00:00Z', 24, 'the last hour before came twice'],
  ['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z', 25, 'midnight comes twice'],
  ['America/St_Johns', '2010-11-07', '2010-11-07T02:30:00Z', 25, 'the clocks go back to the day before'],
  ['Pacific/Apia', '2011-12-29', '2011-12-29T10:00:00Z', 24, 'the next one is skipped'],
  ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z', 0, 'it was skipped'],
  ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00Z', 24, 'the one before was skipped'],
  ['Africa/Monrovia', '1972-01-07', '1972-01-07T00:44:30Z', 23.258_333, 'clocks differ by seconds'],
  ['Pacific/Kiritimati', '2026-11-22', '2026-11-21T10:00:00Z', 24, 'as early as can be'],
  ['Etc/GMT+12', '2026-11-22', '2026-11-22T12:00:00Z', 24, 'as late as can be'],
  ['Factory', '2026-11-22', '2026-11-22T00:00:00Z', 24, 'Intl does not know the zone'],
  ['Asia/Tokyo', '0001-01-01', '0000-12-31T14:41:01Z', 24, 'the first one'],
  ['America/New_York', '9999-12-31', '9999-12-31T05:00:00Z', 24, 'the last one'],
]
for (const [zone, date, start, hours, why] of days) {
  test(`${date} in ${zone}: ${why}`, () => {
    const [first = Number.NaN, next = Number.NaN, ...rest] = dayStarts(zone, date, date)
    assert.equal(new Date(first).toISOString(), new Date(start).toISOString())
    assert.equal(((next - first) / 3_600_000).toFixed(4), hours.toFixed(4))
    assert.deepEqual(rest, [])
  })
}

for (const [from, to] of [
  ['2026-01-01', '2026-12-31'],
  ['2011-12-01', '2012-01-31'],
] as const) {
  test(`in every zone, ${from} to ${to}: the date is not there before a day begins, and is there when it does`, () => {
    for (const timeZone of timeZoneNames.filter((name) => name !== 'Factory')) {
      const format = new Intl.DateTimeFormat('sv', { timeZone })
      for (const [index, start] of dayStarts(timeZone, from, to).entries()) {
        const date = addDays(from, index)
        const facts = `${timeZone} ${date}`
        assert.ok(format.format(start) >= date && format.format(start - 1) < date, facts)
      }
    }
  })
}

test('where a day begins does not depend on which one was asked for first', () => {
  for (const zone of ['Europe/Kyiv', 'America/Santiago', 'America/Havana', 'Pacific/Apia']) {
    for (const [from, to] of [
      ['2011-12-01', '2012-01-31'],
      ['2026-01-01', '2026-12-31'],
    ] as const) {
      const starts = dayStarts(zone, from, to)
      for (const index of starts.keys()) {
        if (index === starts.length - 1) break
        const date = addDays(from, index)
        assert.deepEqual(dayStarts(zone, date, date), starts.slice(index, index + 2), `${zone} ${date}`)
      }
    }
  }
})

test('today is what the clocks of the zone show', () => {
  const at = new Date('2026-11-22T11:30:00Z')
  assert.equal(dateAt('Pacific/Kiritimati', at), '2026-11-23')
  assert.equal(dateAt('Europe/Kyiv', at), '2026-11-22')
  assert.equal(dateAt('Etc/GMT+12', at), '2026-11-21')
  assert.equal(dateAt('Factory', at), '2026-11-22')
})

test('days are added by the calendar', () => {
  assert.equal(addDays('2026-12-31', 1), '2027-01-01')
  assert.equal(addDays('2028-03-01', -1), '2028-02-29')
  assert.equal(addDays('2026-11-25', -365), '2025-11-25')
  assert.equal(addDays('2026-11-25', 0), '2026-11-25')
})
