import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FieldSchema, ProfileType } from '@upm/client'
import { presentSection } from './presentation.ts'
import type { Words } from './value-text.ts'

const words = (language: 'uk' | 'en'): Words => ({
  language,
  label: (labels) => labels[language],
  subjects: new Map([['algebra', { uk: 'Алгебра', en: 'Algebra' }]]),
  yes: language === 'uk' ? 'Так' : 'Yes',
  no: language === 'uk' ? 'Ні' : 'No',
})

function typeOf(fields: Record<string, FieldSchema>): ProfileType {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [name, { 'x-public': true, ...schema }]),
  )
  const labels = { uk: 'Тип', en: 'Type' }
  return {
    name: 'one',
    section: 'one_profile',
    labels,
    schema: { type: 'object', properties },
    version: 1,
    required: [],
    completeness: [],
    groups: [],
  }
}

const plain = (text: string | undefined) => text?.replaceAll(/[\u00a0\u202f]/g, ' ')

const tutor = typeOf({
  headline: { type: 'string', 'x-widget': 'line', 'x-labels': { uk: 'Заголовок', en: 'Headline' } },
  bio: { type: 'string', 'x-widget': 'text', 'x-labels': { uk: 'Про себе', en: 'About' } },
  subjects: { type: 'array', 'x-widget': 'subjects', 'x-labels': { uk: 'Предмети', en: 'Subjects' } },
  languages: { type: 'array', 'x-widget': 'languages', 'x-labels': { uk: 'Мови', en: 'Languages' } },
  years: {
    type: 'integer',
    'x-widget': 'integer',
    'x-labels': { uk: 'Досвід', en: 'Experience' },
    'x-suffix': { uk: 'років', en: 'years' },
  },
  rate: {
    type: 'object',
    'x-widget': 'money',
    'x-labels': { uk: 'Ціна за годину', en: 'Hourly rate' },
    'x-suffix': { uk: '/ год', en: '/ hour' },
  },
  note: { type: 'string', 'x-widget': 'line', 'x-public': false },
})

const values = {
  headline: 'Без страху',
  bio: 'Рядок\nі ще',
  subjects: ['algebra', 'alchemy'],
  languages: ['uk', 'en'],
  years: 2,
  rate: { amount: '450.00', currency: 'UAH' },
  note: 'Лише для себе',
}

test('each public value is shown as what its widget says, in the words of the language', () => {
  const { lead, price, chips, facts, texts, groups } = presentSection(tutor, values, words('uk'))
  assert.equal(lead, 'Без страху')
  assert.deepEqual(
    { ...price, amount: plain(price?.amount) },
    { label: 'Ціна за годину', amount: '450 ₴', suffix: '/ год' },
  )
  assert.deepEqual(chips, [{ name: 'subjects', label: 'Предмети', items: ['Алгебра', 'alchemy'] }])
  assert.deepEqual(
    facts.map(({ label, text, isPlain }) => [label, plain(text), isPlain]),
    [
      ['Мови', 'українська, англійська', true],
      ['Досвід', '2 роки', true],
    ],
  )
  assert.deepEqual(texts, [{ name: 'bio', label: 'Про себе', text: 'Рядок\nі ще' }])
  assert.deepEqual(groups, [])
  assert.ok(!JSON.stringify(presentSection(tutor, values, words('en'))).includes('Лише для себе'))
})

test('years are counted as the language counts them', () => {
  for (const [years, uk, en] of [
    [1, '1 рік', '1 year'],
    [5, '5 років', '5 years'],
    [22, '22 роки', '22 years'],
  ] as const) {
    const textIn = (language: 'uk' | 'en') =>
      plain(presentSection(tutor, { years }, words(language)).facts[0]?.text)
    assert.equal(textIn('uk'), uk)
    assert.equal(textIn('en'), en)
  }
})

test('a type of a host is shown by its declaration: other units, flags, objects, unknown widgets', () => {
  const type = typeOf({
    licence: { type: 'integer', minimum: 1950, 'x-widget': 'integer' },
    clients: { type: 'integer', 'x-widget': 'integer', 'x-suffix': { uk: 'клієнтів', en: 'clients' } },
    urgent: { type: 'boolean', 'x-widget': 'flag', 'x-labels': { uk: 'Термінові зустрічі', en: 'Urgent' } },
    free: { type: 'boolean', 'x-widget': 'flag' },
    office: {
      type: 'object',
      'x-widget': 'object',
      properties: { city: { type: 'string', 'x-labels': { uk: 'Місто', en: 'City' } } },
    },
    approach: {
      type: 'string',
      'x-widget': 'choice',
      'x-options': { cbt: { uk: 'КПТ', en: 'CBT' } },
    },
    first: { type: 'object', 'x-widget': 'money' },
    second: { type: 'object', 'x-widget': 'money' },
    newer: { type: 'string', 'x-widget': 'hologram' } as unknown as FieldSchema,
  })
  const shown = presentSection(
    type,
    {
      licence: 2012,
      clients: 1200,
      urgent: true,
      free: false,
      office: { city: 'Київ', room: '' },
      approach: 'cbt',
      first: { amount: '25', currency: 'USD' },
      second: { amount: '1450.5', currency: 'UAH' },
      newer: 'Новіше',
    },
    words('uk'),
  )
  assert.equal(shown.lead, undefined)
  assert.equal(plain(shown.price?.amount), '25 $')
  assert.deepEqual(
    shown.facts.map(({ label, text, isPlain }) => [label, plain(text), isPlain]),
    [
      ['Licence', '2012', false],
      ['Clients', '1 200 клієнтів', true],
      ['Термінові зустрічі', 'Так', false],
      ['Approach', 'КПТ', true],
      ['Second', '1 450,50 ₴', false],
      ['Newer', 'Новіше', false],
    ],
  )
  assert.deepEqual(
    shown.groups.map(({ name }) => name),
    ['office'],
  )
})

test('of an empty section nothing is shown', () => {
  const empty = { lead: undefined, price: undefined, chips: [], facts: [], texts: [], groups: [] }
  assert.deepEqual(presentSection(tutor, {}, words('uk')), empty)
  const blank = { headline: '', bio: '', subjects: [], languages: [], years: null, rate: null }
  assert.deepEqual(presentSection(tutor, blank, words('uk')), empty)
})
