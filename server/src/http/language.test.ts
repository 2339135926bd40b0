import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'
import { requestedLanguage, writtenLanguage } from './language.ts'

const cases: [header: string | undefined, language: 'uk' | 'en' | undefined][] = [
  [undefined, undefined],
  ['', undefined],
  ['uk', 'uk'],
  ['en', 'en'],
  ['EN', 'en'],
  ['uk-UA', 'uk'],
  ['en-US,en;q=0.9,uk;q=0.8', 'en'],
  ['en-US, uk;q=0.9', 'en'],
  ['en;q=0.1, uk;q=0.9', 'uk'],
  ['de-DE, de;q=0.9, en;q=0.8, uk;q=0.7', 'en'],
  ['zh-Hant,uk;q=0.3, en ; q=0.2', 'uk'],
  ['fr', undefined],
  ['uk;q=0', undefined],
  ['uk;q=0, en', 'en'],
  ['*', undefined],
  [' * ', undefined],
  ['*;q=0.5', undefined],
  ['fr, *;q=0.5', undefined],
  ['fr, *;q=0.5, en;q=0.1', 'en'],
  ['en;q=abc', undefined],
  ['uk_UA', undefined],
  [';;;,,,=', undefined],
  [',,uk', 'uk'],
  ['x'.repeat(10_000), undefined],
  ['en\u0000', undefined],
  ['\u00ff\u00fe', undefined],
]

test('the language is the one that the header prefers among those that are written', () => {
  for (const [header, language] of cases) {
    const headers = header === undefined ? {} : { 'accept-language': header }
    assert.equal(requestedLanguage({ headers }), language, header)
  }
})

test('a code stands for its language whatever the region, and for English where nothing is written', () => {
  const codes = { uk: 'uk', 'uk-UA': 'uk', en: 'en', 'en-GB': 'en', pl: 'en', ukr: 'en', '': 'en' }
  for (const [code, language] of Object.entries(codes)) assert.equal(writtenLanguage(code), language, code)
})

test('messages are in the language asked for, else in the one the user has chosen, else in the first configured', async (t) => {
  const { person, send } = await useTestApp({}, t)
  const { token } = await person()
  const message = async (headers: Record<string, string> = {}) => {
    const answer = await send('PATCH', '/api/me/profile/', {
      token,
      headers,
      body: { user: { first_name: 7 } },
    })
    return [answer.json().title, answer.json().errors[0].message]
  }
  const uk = ['Деякі поля заповнено неправильно', 'Очікується текст.']
  const en = ['Some fields are not valid', 'The value must be text.']
  assert.deepEqual(await message(), uk)
  assert.deepEqual(await message({ 'accept-language': 'en' }), en)
  await send('PATCH', '/api/me/settings/', { token, body: { ui_language: 'en' } })
  assert.deepEqual(await message(), en)
  assert.deepEqual(await message({ 'accept-language': '*' }), en)
  assert.deepEqual(await message({ 'accept-language': 'fr' }), en)
  assert.deepEqual(await message({ 'accept-language': 'uk-UA' }), uk)
  assert.equal((await send('GET', '/api/me/profile/')).json().title, 'Увійдіть, щоб продовжити')
  assert.equal(
    (await send('GET', '/nowhere', { headers: { 'accept-language': 'en' } })).json().title,
    'Not found',
  )
})
