import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createFormat } from '../../i18n/format.ts'
import { addDays, groupByDay, isDay, startOfDay } from './days.ts'

const dayOf = (zone: string) => createFormat('en', zone).dayOf

describe('grouping by day', () => {
  const entries = [
    { id: 4, timestamp: '2026-11-22T22:30:00.000001Z' },
    { id: 3, timestamp: '2026-11-22T21:59:59.999999Z' },
    { id: 2, timestamp: '2026-11-22T05:00:00.000000Z' },
    { id: 1, timestamp: '2026-11-20T12:00:00.000000Z' },
  ]
  const grouped = (zone: string) =>
    groupByDay(entries, dayOf(zone)).map(({ day, entries: of }) => [day, of.map(({ id }) => id)])

  test('follows the zone', () => {
    assert.deepEqual(grouped('UTC'), [
      ['2026-11-22', [4, 3, 2]],
      ['2026-11-20', [1]],
    ])
    assert.deepEqual(grouped('Europe/Kyiv'), [
      ['2026-11-23', [4]],
      ['2026-11-22', [3, 2]],
      ['2026-11-20', [1]],
    ])
    assert.deepEqual(grouped('America/Los_Angeles'), [
      ['2026-11-22', [4, 3]],
      ['2026-11-21', [2]],
      ['2026-11-20', [1]],
    ])
  })

  test('has one day where the clocks go back', () => {
    const night = ['01:30', '00:30', '00:00', '21:00'].map((time, index) => ({
      timestamp: `2026-10-${index < 3 ? 25 : 24}T${time}:00.000000Z`,
    }))
    assert.deepEqual(
      groupByDay(night, dayOf('Europe/Kyiv')).map(({ day, entries: of }) => [day, of.length]),
      [['2026-10-25', 4]],
    )
  })

  test('of nothing is nothing', () => assert.deepEqual(groupByDay([], dayOf('UTC')), []))
})

const starts: [day: string, zone: string, start: string, why: string][] = [
  ['2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z', 'UTC'],
  ['2026-11-22', 'Europe/Kyiv', '2026-11-21T22:00:00.000Z', 'winter'],
  ['2026-07-01', 'Europe/Kyiv', '2026-06-30T21:00:00.000Z', 'summer'],
  ['2026-10-25', 'Europe/Kyiv', '2026-10-24T21:00:00.000Z', 'the clocks go back at four'],
  ['2026-10-26', 'Europe/Kyiv', '2026-10-25T22:00:00.000Z', 'a day of 25 hours later'],
  ['2026-03-29', 'Europe/Kyiv', '2026-03-28T22:00:00.000Z', 'the clocks go forward at three'],
  ['2026-03-30', 'Europe/Kyiv', '2026-03-29T21:00:00.000Z', 'a day of 23 hours later'],
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 'there is no midnight: it begins at one'],
  ['2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z', 'there are two midnights: the first one'],
  ['2026-11-22', 'Pacific/Kiritimati', '2026-11-21T10:00:00.000Z', 'as early as it gets'],
  ['2026-11-22', 'Pacific/Niue', '2026-11-22T11:00:00.000Z', 'nearly as late as it gets'],
  ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 'the day that was left out'],
  ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 'the day after it'],
  ['2026-11-22', 'Asia/Kathmandu', '2026-11-21T18:15:00.000Z', 'quarters of an hour'],
]
for (const [day, zone, start, why] of starts) {
  test(`${day} in ${zone} begins at ${start}: ${why}`, () => {
    assert.equal(startOfDay(day, dayOf(zone)).toISOString(), start)
  })
}

test('days are counted by the calendar', () => {
  assert.equal(addDays('2026-02-28', 1), '2026-03-01')
  assert.equal(addDays('2026-03-01', -365), '2025-03-01')
})

test('what a day is', () => {
  assert.deepEqual(
    ['2026-02-29', '2024-02-29', '0202-01-01', '2026-1-1', '2026-13-01', 'today', ''].map(isDay),
    [false, true, false, false, false, false, false],
  )
})
