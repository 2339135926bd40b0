import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { namespaces } from './texts.ts'

const PLURAL = /_(?:zero|one|two|few|many|other)$/

type Texts = { [key: string]: string | Texts }

/** `nested.key` → text. */
function flat(texts: Texts, prefix = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string' ? [[prefix + key, text] as [string, string]] : flat(text, `${prefix}${key}.`),
  )
}

const textsIn = (language: 'uk' | 'en') =>
  flat(Object.fromEntries(Object.entries(namespaces).map(([name, texts]) => [name, texts[language]])))

const byLanguage = (['uk', 'en'] as const).map((language) => ({ language, texts: textsIn(language) }))

describe('the texts of the page', () => {
  test('say the same things in every language', () => {
    const [first, ...others] = byLanguage.map(({ texts }) =>
      [...new Set(texts.map(([key]) => key.replace(PLURAL, '')))].sort(),
    )
    for (const keys of others) assert.deepEqual(keys, first)
  })

  for (const { language, texts } of byLanguage) {
    test(`have every plural form of ${language}`, () => {
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions()
      const keys = new Set(texts.map(([key]) => key))
      const plural = new Set(
        [...keys].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')),
      )
      for (const key of plural) {
        const forms = pluralCategories.filter((category) => keys.has(`${key}_${category}`))
        assert.deepEqual(forms.toSorted(), pluralCategories.toSorted(), key)
      }
    })

    test(`name the same values in ${language} as in English`, () => {
      const names = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name).sort()
      const english = new Map(textsIn('en'))
      for (const [key, text] of texts) {
        const original = english.get(key) ?? english.get(key.replace(PLURAL, '_other'))
        assert.deepEqual(names(text), names(original ?? ''), `${key}: ${text}`)
      }
    })

    test(`are not empty, and have no ASCII apostrophe or dots, in ${language}`, () => {
      for (const [key, text] of texts) {
        assert.notEqual(text.trim(), '', key)
        assert.doesNotMatch(text, /'|\.\.\.|"/, `${key}: ${text}`)
      }
    })
  }
})
