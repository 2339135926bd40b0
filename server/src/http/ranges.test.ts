import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { requestedRange } from './ranges.ts'

for (const [header, expected] of [
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=2-5', { start: 2, end: 5 }],
  ['bytes=7-', { start: 7, end: 9 }],
  ['bytes=7-7000', { start: 7, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-10', { start: 0, end: 9 }],
  ['bytes=-11', { start: 0, end: 9 }],
  ['bytes=-99999999999999999999', { start: 0, end: 9 }],
  ['Bytes=2-5', { start: 2, end: 5 }],
  ['bytes= 2-5 ,', { start: 2, end: 5 }],
  ['bytes=,2-5', { start: 2, end: 5 }],
  // Nothing of it is there.
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=10-12,99-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=99999999999999999999-', 'unsatisfiable'],
  // Several, and what is no range: the whole.
  ['bytes=0-1,4-5', undefined],
  ['bytes=0-1,99-', undefined],
  ['bytes=5-2', undefined],
  ['bytes=5-2,0-1', undefined],
  ['bytes=', undefined],
  ['bytes=-', undefined],
  ['bytes=,', undefined],
  ['bytes=a-b', undefined],
  ['bytes=0-1;q=1', undefined],
  ['bytes=0--1', undefined],
  ['bytes=+1-2', undefined],
  ['bytes=1.5-2', undefined],
  ['bytes 0-1', undefined],
  ['items=0-1', undefined],
  ['0-1', undefined],
  ['', undefined],
  [undefined, undefined],
] as const) {
  test(`of ten bytes ${header} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(requestedRange(header, 10), expected)
  })
}

test('nothing is there of an empty file', () => {
  for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-1']) {
    assert.equal(requestedRange(header, 0), 'unsatisfiable')
  }
})

test('whatever is asked for, what is served lies within the file', () => {
  const spec = fc.oneof(fc.string(), fc.stringMatching(/^bytes=[\d, -]*$/))
  fc.assert(
    fc.property(spec, fc.nat({ max: 50 }), (header, size) => {
      const range = requestedRange(header, size)
      if (typeof range === 'object') {
        assert.ok(range.start >= 0 && range.start <= range.end && range.end < size, JSON.stringify(range))
      }
    }),
  )
})
