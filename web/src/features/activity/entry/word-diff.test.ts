import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { diffWords, keptShare, type Piece } from './word-diff.ts'

/** `[-old-]{+new+} kept` */
function written(pieces: readonly Piece[] | undefined): string | undefined {
  return pieces
    ?.map(({ text, change }) =>
      change === 'kept' ? text : change === 'removed' ? `[-${text}-]` : `{+${text}+}`,
    )
    .join('')
}

const cases: [what: string, before: string, after: string, written: string][] = [
  ['a word was replaced', 'foo bar baz', 'foo qux baz', 'foo [-bar -]{+qux +}baz'],
  ['a word was added at the end', 'foo bar', 'foo bar baz', 'foo bar{+ baz+}'],
  ['a word was removed', 'foo bar baz', 'foo baz', 'foo [-bar -]baz'],
  [
    'Ukrainian words stay whole',
    'Розв’язуємо задачі',
    'Розв’язуємо всі задачі',
    'Розв’язуємо {+всі +}задачі',
  ],
  ['with an apostrophe of any kind', "Пам'ять краща", "Пам'ять чудова", "Пам'ять [-краща-]{+чудова+}"],
  ['marks are words', 'Так, добре', 'Так. Добре', 'Так[-, добре-]{+. Добре+}'],
  ['only white space', 'one two', 'one\n\ntwo', 'one[- -]{+\n\n+}two'],
  ['an emoji is one', 'Hi 👩‍🏫!', 'Hi 👨‍🏫!', 'Hi [-👩‍🏫-]{+👨‍🏫+}!'],
  ['from nothing', '', 'new', '{+new+}'],
  ['to nothing', 'old text', '', '[-old text-]'],
  ['nothing', 'same', 'same', 'same'],
]
for (const [what, before, after, expected] of cases) {
  test(`word diff: ${what}`, () => assert.equal(written(diffWords(before, after, 'uk')), expected))
}

test('a word diff gives both texts back to the character', () => {
  const text = fc
    .array(fc.constantFrom('а', 'слово', 'об’єкт', ' ', '  ', '\n', '\n\n', ',', '.', '–', '12', '🙂'))
    .map((parts) => parts.join(''))
  const side = (pieces: Piece[], change: Piece['change']) =>
    pieces.flatMap((piece) => (piece.change === 'kept' || piece.change === change ? piece.text : [])).join('')
  fc.assert(
    fc.property(text, text, (before, after) => {
      const pieces = diffWords(before, after, 'uk') ?? []
      assert.equal(side(pieces, 'removed'), before)
      assert.equal(side(pieces, 'added'), after)
    }),
  )
})

test('texts too far apart are not compared', () => {
  const words = (prefix: string) => Array.from({ length: 1_200 }, (_, n) => `${prefix}${n}`).join(' ')
  assert.equal(diffWords(words('a'), words('b'), 'en'), undefined)
})

test('how much has stayed', () => {
  const share = (before: string, after: string) => keptShare(diffWords(before, after, 'en') ?? [])
  assert.equal(share('aaaa bbbb', 'aaaa cccc'), 0.5)
  assert.equal(share('aaaa', 'bb'), 0)
  assert.equal(share('aa', 'aa bb'), 0.5)
  assert.equal(share('', ''), 1)
})
