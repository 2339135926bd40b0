import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstDayOfWeek, heatOf, levelsOf, monthNames, weekdayNames, type SummaryDay } from './heat.ts'

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

test('a quiet account is pale, and one day of very much leaves the others their colours', () => {
  assert.deepEqual(
    levelsOf(
      new Map([
        ['a', 1],
        ['b', 2],
        ['c', 4],
      ]),
    ),
    { a: 1, b: 2, c: 4 },
  )
  const many = new Map(Array.from({ length: 20 }, (_, day) => [String(day), day === 0 ? 5000 : day]))
  const levels = levelsOf(many)
  assert.deepEqual([levels['0'], levels['1'], levels['10'], levels['19']], [4, 1, 3, 4])
  assert.deepEqual(levelsOf(new Map()), {})
})

test('months and weekdays are named in the language', () => {
  assert.equal(monthNames('uk')[10], 'лист.')
  assert.deepEqual(monthNames('en').slice(0, 2), ['Jan', 'Feb'])
  assert.deepEqual(weekdayNames('uk', 1), ['нд', 'пн', '', 'ср', '', 'пт', ''])
  assert.deepEqual(weekdayNames('en', 0), ['Sun', '', 'Tue', '', 'Thu', '', 'Sat'])
})

test('a week begins as it does in the country that the browser knows', () => {
  assert.equal(firstDayOfWeek('uk', []), 1)
  assert.equal(firstDayOfWeek('en', ['uk-UA', 'en-GB', 'en-US']), 1)
  assert.equal(firstDayOfWeek('en', ['uk-UA', 'en-US']), 0)
  assert.equal(firstDayOfWeek('en', []), 0)
})
