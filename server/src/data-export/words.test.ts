import assert from 'node:assert/strict'
import { test } from 'node:test'
import { builtInActions } from '../features.ts'
import { sentences } from './words.ts'

test('every action of UPM has its words in an archive, in both languages', () => {
  const silent = builtInActions.filter(
    ({ code, labels }) => labels === undefined && !Object.hasOwn(sentences, code),
  )
  assert.deepEqual(
    silent.map(({ code }) => code),
    [],
  )
  for (const [code, { en, uk }] of Object.entries(sentences)) {
    assert.match(en, /^[A-Z][ -~’“”]+$/, code)
    assert.match(uk, /^[А-ЯІЇЄҐ][^A-Za-z]+$/, code)
  }
})
