import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offsetMinutes, offsetRank, offsetSought } from './offsets.ts'

for (const [offset, minutes] of [
  ['+00:00', 0],
  ['+05:45', 345],
  ['-03:30', -210],
] as const) {
  test(`${offset} are ${minutes} minutes`, () => assert.equal(offsetMinutes(offset), minutes))
}

for (const [search, minutes, isExact] of [
  ['+2', 120, false],
  ['utc+02', 120, false],
  ['GMT-5:30', -330, true],
  ['UTC 3', 180, false],
  ['+0530', 330, true],
  ['−03:00', -180, true],
  [' +5.45 ', 345, true],
] as const) {
  test(`"${search}" is looked for as an offset`, () =>
    assert.deepEqual(offsetSought(search), { minutes, isExact }))
}

for (const search of ['', '2', 'utc', '+', 'est+5', '+123456', 'Kyiv +2']) {
  test(`"${search}" is no offset`, () => assert.equal(offsetSought(search), undefined))
}

test('what fits exactly is better than what is of the same hour', () => {
  assert.equal(offsetRank('+05:00', { minutes: 300, isExact: false }), 0)
  assert.equal(offsetRank('+05:30', { minutes: 300, isExact: false }), 1)
  assert.equal(offsetRank('+05:30', { minutes: 300, isExact: true }), undefined)
  assert.equal(offsetRank('-03:30', { minutes: -180, isExact: false }), 1)
  assert.equal(offsetRank('-00:30', { minutes: 0, isExact: false }), undefined)
  assert.equal(offsetRank('+02:00', { minutes: 120, isExact: true }), 0)
})
