import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import i18next from 'i18next'
import { namespaces } from '../texts.ts'
import { SmallI18next } from './small-i18next.ts'

type Texts = { [key: string]: string | Texts }

const languages = ['uk', 'en'] as const
const COUNTS = [0, 1, 2, 4, 5, 11, 21, 22, 100, 1234, 1.5]

const resources = Object.fromEntries(
  languages.map((language) => [
    language,
    Object.fromEntries(Object.entries(namespaces).map(([name, texts]) => [name, texts[language] as Texts])),
  ]),
)

async function start(lng: string) {
  const options = { resources, lng, fallbackLng: 'en', defaultNS: 'shell' }
  const large = i18next.createInstance()
  await large.init({ ...options, interpolation: { escapeValue: false }, returnNull: false })
  const small = new SmallI18next()
  await small.init(options)
  return { large, small }
}

/** `kinds.login`, without the endings of plural forms. */
function keysOf(texts: Texts, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string' ? [prefix + key] : keysOf(text, `${prefix}${key}.`),
  )
}

const nameOf = (key: string) => key.replace(/_(?:zero|one|two|few|many|other)$/, '')

describe('every text is what i18next makes of it', () => {
  for (const language of [...languages, 'de']) {
    test(language, async () => {
      const { large, small } = await start(language)
      let compared = 0
      for (const [namespace, texts] of Object.entries(namespaces)) {
        const keys = keysOf(texts.en)
        for (const key of keys) {
          const name = nameOf(key)
          // A plural form may leave a value out that another one has.
          const forms = keys.filter((other) => nameOf(other) === name)
          const text = forms.map((form) => large.getResource('en', namespace, form) as string).join('')
          const values = Object.fromEntries(
            Array.from(text.matchAll(/\{\{(\w+)(, number)?/g), ([, value = '', isNumber], index) => [
              value,
              isNumber === undefined ? `<${index}> $& &` : 1234.5 + index,
            ]),
          )
          for (const count of name === key ? [undefined, 3] : COUNTS) {
            const all = { ...values, ...(count !== undefined && { count }) }
            const expected = large.t(`${namespace}:${name}` as never, all as never) as unknown as string
            assert.equal(small.t(`${namespace}:${name}`, all), expected, `${namespace}:${name} ${count}`)
            assert.equal(small.getFixedT(null, namespace)(name, all), expected)
            compared += 1
          }
        }
      }
      assert.ok(compared > 500, String(compared))
    })
  }
})

test('a text that is not there is its key, and a value that is not there is nothing', async () => {
  const { large, small } = await start('uk')
  for (const key of [
    'nothing',
    'shell:nothing',
    'nowhere:nothing',
    'activity:kinds.nothing',
    'activity:kinds',
  ]) {
    if (key !== 'activity:kinds') assert.equal(small.t(key), large.t(key as never))
  }
  const values = { id: undefined }
  assert.equal(small.t('shell:requestId', values), large.t('shell:requestId', values as never))
})

test('whoever listens hears of another language', async () => {
  const { small } = await start('uk')
  const heard: string[] = []
  const listener = (language: string) => void heard.push(language)
  small.on('languageChanged', listener)
  await small.changeLanguage('en')
  assert.equal(small.t('close'), 'Close')
  small.off('languageChanged', listener)
  await small.changeLanguage('uk')
  assert.deepEqual(heard, ['en'])
})
