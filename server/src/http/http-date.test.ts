import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseHttpDate } from './http-date.ts'

const now = new Date('2026-11-30T00:00:00Z')
const read = (text: string) => parseHttpDate(text, now)?.toISOString()

test('a date is read in each of the three forms of HTTP', () => {
  assert.equal(read('Sun, 06 Nov 1994 08:49:37 GMT'), '1994-11-06T08:49:37.000Z')
  assert.equal(read('Sunday, 06-Nov-94 08:49:37 GMT'), '1994-11-06T08:49:37.000Z')
  assert.equal(read('Sun Nov  6 08:49:37 1994'), '1994-11-06T08:49:37.000Z')
  assert.equal(read(' Wed Nov 16 08:49:37 1994 '), '1994-11-16T08:49:37.000Z')
})

test('a year of two digits is at most 50 years ahead', () => {
  assert.equal(read('Monday, 30-Nov-76 00:00:00 GMT'), '2076-11-30T00:00:00.000Z')
  assert.equal(read('Monday, 30-Nov-77 00:00:00 GMT'), '1977-11-30T00:00:00.000Z')
})

test('every instant is read back from how it is written', () => {
  const seconds = fc.integer({ min: -30_000_000_000, max: 250_000_000_000 })
  fc.assert(
    fc.property(seconds, (second) => {
      const date = new Date(second * 1000)
      assert.equal(parseHttpDate(date.toUTCString())?.getTime(), date.getTime())
    }),
  )
})

for (const text of [
  '',
  '0',
  'yesterday',
  '2026-11-30',
  '2026-11-30T00:00:00Z',
  'Sun, 06 Nov 1994 08:49:37 +0000',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Sun, 31 Apr 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:00:00 GMT',
  'Sun, 06 Nov 1994 08:60:00 GMT',
  'Son, 06 Nov 1994 08:49:37 GMT',
  'sun, 06 nov 1994 08:49:37 gmt',
]) {
  test(`${JSON.stringify(text)} is no date of HTTP`, () => assert.equal(read(text), undefined))
}
