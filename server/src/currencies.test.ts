import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../test/test-app.ts'
import { isCurrency, iso4217 } from './currencies.ts'

const app = await useTestApp()

const { currencies, others, published } = iso4217

test('the currencies are those of the list of a day, each once', () => {
  assert.match(published, /^20\d\d-\d\d-\d\d$/)
  assert.ok(Date.parse(published) <= Date.now())
  const all = [...currencies, ...others]
  assert.equal(new Set(all).size, all.length)
  assert.deepEqual([currencies.length, others.length], [155, 23])
  for (const list of [currencies, others]) {
    assert.deepEqual(list, list.toSorted())
    for (const code of list) assert.match(code, /^[A-Z]{3}$/)
  }
})

test('a rate can be in every currency of today, and in none that was withdrawn or that nobody pays with', async () => {
  const { token } = await app.person({ role: 'tutor' })
  const ask = (currency: string) =>
    app.send('PATCH', '/api/me/profile/', {
      token,
      body: { tutor_profile: { hourly_rate: { amount: '1', currency } } },
    })
  for (const currency of [
    'UAH',
    'EUR',
    'USD',
    'XCG',
    'ZWG',
    'SLE',
    'VED',
    'VES',
    'XOF',
    'MRU',
    'STN',
    'BYN',
  ]) {
    const answer = await ask(currency)
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.json().tutor_profile.hourly_rate.currency, currency)
  }
  const withdrawn = [
    'HRK',
    'BGN',
    'ANG',
    'ZWL',
    'SLL',
    'CUC',
    'DEM',
    'FRF',
    'LTL',
    'BYR',
    'MRO',
    'STD',
    'VEF',
    'XEU',
  ]
  for (const currency of [...withdrawn, ...others, 'ZZZ', 'uah', 'UA', '', 'UAHH']) {
    const answer = await ask(currency)
    assert.equal(answer.statusCode, 400, currency)
    for (const { field } of answer.json().errors) assert.equal(field, 'tutor_profile.hourly_rate.currency')
    assert.ok(!isCurrency(currency))
  }
})

test('a form is told the currencies, wherever a field has one', async () => {
  type Schema = { properties: Record<string, Schema>; 'x-values'?: string[] }
  const types = (await app.send('GET', '/api/profile-types/')).json<{ name: string; schema: Schema }[]>()
  const rate = types.find(({ name }) => name === 'tutor')?.schema.properties['hourly_rate']
  assert.deepEqual(rate?.properties['currency']?.['x-values'], currencies)
  assert.equal(rate?.properties['amount']?.['x-values'], undefined)
})
