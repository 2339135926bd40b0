import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  firstDayOfWeek,
  heatOf,
  levelsOf,
  monthName,
  rangesOf,
  weekdayNames,
  type SummaryDay,
} from './heat.ts'

const days: SummaryDay[] = [
  { date: '2026-11-20', actions: { 'profile.updated': 2, 'system.login': 1 } },
  { date: '2026-11-21', actions: { 'system.login': 1 } },
  { date: '2026-11-22', actions: { 'system.profile.initialized': 1, 'lesson.booked': 2 } },
]

test('all entries are counted, or those of some kinds', () => {
  const all = heatOf(days, [])
  assert.deepEqual(
    [...all.counts],
    [
      ['2026-11-20', 3],
      ['2026-11-21', 1],
      ['2026-11-22', 3],
    ],
  )
  assert.deepEqual([all.total, all.busiest], [7, '2026-11-22'])
  const profile = heatOf(days, ['profile'])
  assert.deepEqual(
    [...profile.counts],
    [
      ['2026-11-20', 2],
      ['2026-11-22', 1],
    ],
  )
  assert.deepEqual([profile.total, profile.busiest], [3, '2026-11-20'])
  const none = heatOf(days, ['avatar'])
  assert.deepEqual([none.counts.size, none.total, none.busiest], [0, 0, undefined])
})

const countsOf = (...counts: number[]) => new Map(counts.map((count, day) => [String(day), count]))
const levelOf = (...counts: number[]) => Object.values(levelsOf(countsOf(...counts)))

test('each colour has a quarter of the active days, however much happens', () => {
  assert.deepEqual(levelOf(1, 2, 3, 4), [1, 2, 3, 4])
  assert.deepEqual(levelOf(10, 200, 30, 4000), [1, 3, 2, 4])
  assert.deepEqual(levelOf(1, 1, 2, 2, 3, 3, 6, 6), [1, 1, 2, 2, 3, 3, 4, 4])
})

test('days with as many entries have one colour, and a day alone is not the strongest', () => {
  assert.deepEqual(levelOf(4), [1])
  assert.deepEqual(levelOf(4, 4, 4), [1, 1, 1])
  assert.deepEqual(levelOf(1, 1, 1, 1, 1, 1, 1, 5), [1, 1, 1, 1, 1, 1, 1, 2])
  assert.deepEqual(levelsOf(new Map()), {})
})

test('the legend says how many entries a colour means', () => {
  assert.deepEqual(rangesOf(countsOf(1, 1, 2, 3, 3, 4, 5, 9)), [
    { level: 1, least: 1, most: 1 },
    { level: 2, least: 2, most: 3 },
    { level: 3, least: 4, most: 4 },
    { level: 4, least: 5, most: 9 },
  ])
  assert.deepEqual(rangesOf(new Map()), [])
})

test('months and weekdays are named in the language', () => {
  assert.equal(monthName('2026-11', 'uk'), 'лист. 2026')
  assert.equal(monthName('2026-01', 'en'), 'Jan 2026')
  assert.deepEqual(weekdayNames('uk', 1), ['пн', 'вт', 'ср', 'чт', 'пт', 'сб', 'нд'])
  assert.equal(weekdayNames('en', 0)[0], 'Sun')
})

test('a week begins as it does in the country that the browser knows', () => {
  assert.equal(firstDayOfWeek('uk', []), 1)
  assert.equal(firstDayOfWeek('en', ['uk-UA', 'en-GB', 'en-US']), 1)
  assert.equal(firstDayOfWeek('en', ['uk-UA', 'en-US']), 0)
  assert.equal(firstDayOfWeek('en', []), 0)
})
