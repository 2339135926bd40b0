import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entityTag, ifMatchVersions, isFresh, publicBody } from './conditional.ts'

test('If-Match lists the versions that a change may happen on', () => {
  const cases: [string | undefined, number[] | null][] = [
    [undefined, null],
    ['*', null],
    [' * ', null],
    ['"7"', [7]],
    ['"1", "2" ,"3"', [1, 2, 3]],
    ['"abc", "5"', [5]],
    // RFC 9110, section 13.1.1: If-Match compares strongly, and a weak tag is never strongly equal.
    ['W/"7"', []],
    ['', []],
    ['7', []],
    ["'7'", []],
    ['"7', []],
    ['"07"', []],
    ['"0"', []],
    ['"-1"', []],
    ['"1.0"', []],
    ['"1e3"', []],
    ['"99999999999999999999"', []],
    ['"2147483648"', []],
    ['"*"', []],
    ['"7""8"', []],
    ['", "7"', [7]],
    ['drop table users', []],
  ]
  for (const [header, versions] of cases) assert.deepEqual(ifMatchVersions(header), versions, header)
})

test('If-None-Match is fresh when it names the tag, weakly or among others', () => {
  const tag = entityTag(7)
  assert.equal(tag, '"7"')
  for (const header of ['"7"', 'W/"7"', '*', ' * ', '"1", W/"7"', '"1","7","8"'])
    assert.ok(isFresh(header, tag), header)
  for (const header of [undefined, '', '7', '"70"', '"17"', 'w/"7"', '"1", "8"', '"7', 'W/ "7"']) {
    assert.ok(!isFresh(header, tag), header)
  }
})

test('the tag of a public body is that of its content', () => {
  assert.deepEqual(publicBody(['a']), publicBody(['a']))
  assert.notEqual(publicBody(['a']).tag, publicBody(['b']).tag)
  assert.match(publicBody(['a']).tag, /^"[\w-]{22}"$/)
})
