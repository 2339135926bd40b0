import assert from 'node:assert/strict'
import { test } from 'node:test'
import { texts as ofFields } from '../../../web/src/fields/texts.ts'
import { texts as ofPage } from '../../../web/src/features/people/texts.ts'
import { texts } from './texts.ts'

test('the HTML says everything in the words of the page', () => {
  for (const language of ['uk', 'en'] as const) {
    const { toSignIn: signIn, ...people } = ofPage[language]
    const { yes, no } = ofFields[language]
    assert.partialDeepStrictEqual({ ...people, signIn, yes, no }, texts[language])
  }
})
