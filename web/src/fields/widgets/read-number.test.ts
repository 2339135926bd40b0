import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNumber } from './read-number.ts'

for (const [typed, number] of [
  ['12', 12],
  [' 12', 12],
  ['-3', -3],
  ['1,5', 1.5],
  ['', null],
  ['12.', '12.'],
  ['007', '007'],
  ['1e3', '1e3'],
  ['twelve', 'twelve'],
  ['99999999999999999999', '99999999999999999999'],
] as const) {
  test(`${JSON.stringify(typed)} is ${JSON.stringify(number)}`, () => {
    assert.equal(readNumber(typed, true), number)
  })
}

test('nothing is no number where there has to be one', () => {
  assert.equal(readNumber('', false), '')
})
