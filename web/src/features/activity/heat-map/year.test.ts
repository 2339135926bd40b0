import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayByKey, monthsOf } from './year.ts'

test('a year is months of weeks, the latest first', () => {
  const months = monthsOf('2025-12-30', '2026-02-02', 1)
  assert.deepEqual(
    months.map(({ month }) => month),
    ['2026-02', '2026-01', '2025-12'],
  )
  // 30 December 2025 was a Tuesday, 1 February 2026 a Sunday.
  assert.deepEqual(months.at(-1)?.weeks, [[null, '2025-12-30', '2025-12-31', null, null, null, null]])
  assert.deepEqual(months[0]?.weeks, [
    [null, null, null, null, null, null, '2026-02-01'],
    ['2026-02-02', null, null, null, null, null, null],
  ])
  assert.equal(months[1]?.weeks.flat().filter(Boolean).length, 31)
  assert.deepEqual(monthsOf('2026-02-01', '2026-02-07', 0)[0]?.weeks[0]?.[0], '2026-02-01')
})

for (const [key, day, expected] of [
  ['ArrowLeft', '2026-03-01', '2026-02-28'],
  ['ArrowRight', '2026-02-28', '2026-03-01'],
  ['ArrowUp', '2026-03-01', '2026-02-22'],
  ['ArrowDown', '2026-11-27', '2026-11-30'],
  ['ArrowLeft', '2025-12-01', '2025-12-01'],
  ['Home', '2026-02-17', '2026-02-01'],
  ['End', '2026-02-17', '2026-02-28'],
  ['PageUp', '2026-02-17', '2026-01-31'],
  ['PageDown', '2026-02-17', '2026-03-01'],
  ['End', '2026-11-02', '2026-11-30'],
  ['a', '2026-02-17', undefined],
] as const) {
  test(`${key} leads from ${day} to ${expected ?? 'nowhere'}`, () =>
    assert.equal(dayByKey(key, day, '2025-12-01', '2026-11-30'), expected))
}
