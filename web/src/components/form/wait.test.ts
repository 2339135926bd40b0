import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitText } from './wait.ts'

for (const [seconds, text] of [
  [0, '0:00'],
  [9, '0:09'],
  [299, '4:59'],
  [600, '10:00'],
  [3723, '1:02:03'],
] as const) {
  test(`${seconds} s are ${text}`, () => assert.equal(waitText(seconds), text))
}
