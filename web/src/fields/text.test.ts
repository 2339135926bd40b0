import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countCharacters, isSameValue } from './text.ts'

test('characters are counted as the server does: code points of the normalized text', () => {
  assert.equal(countCharacters(''), 0)
  assert.equal(countCharacters('  Їжак \n'), 4)
  assert.equal(countCharacters('І\u0308жак'), 4, 'a letter and its mark are one')
  assert.equal(countCharacters('👩‍🏫'), 3, 'an emoji of three')
  assert.equal(countCharacters('a\r\nb'), 3)
})

for (const [one, other, same] of [
  ['Alex', ' Alex ', true],
  ['Alex', 'alex', false],
  [['a', 'b'], ['a', 'b'], true],
  [['a', 'b'], ['b', 'a'], false],
  [[], {}, false],
  [{ amount: '1', currency: 'UAH' }, { currency: 'UAH', amount: '1' }, true],
  [{ amount: '1', currency: 'UAH' }, null, false],
  [null, null, true],
  [0, null, false],
  ['', null, false],
] as const) {
  test(`${JSON.stringify(one)} and ${JSON.stringify(other)} are ${same ? '' : 'not '}the same`, () => {
    assert.equal(isSameValue(one, other), same)
  })
}
