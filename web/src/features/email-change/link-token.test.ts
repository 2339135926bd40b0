import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkToken } from './link-token.ts'

for (const [hash, token] of [
  ['#token=a.b_c-d', 'a.b_c-d'],
  ['token=a', 'a'],
  ['#token=', undefined],
  ['#other=a', undefined],
  ['', undefined],
] as const) {
  test(`the token of ${JSON.stringify(hash)}`, () => assert.equal(linkToken(hash), token))
}
