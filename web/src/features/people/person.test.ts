import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FieldSchema, ProfileType } from '@upm/client'
import type { Words } from '../../fields/value-text.ts'
import { fullName, personId, shownSections, titleOf, type Person } from './person.ts'

const words: Words = {
  language: 'en',
  label: ({ en }) => en,
  subjects: new Map(),
  yes: 'Yes',
  no: 'No',
}

function typeOf(name: string, fields: Record<string, FieldSchema>): ProfileType {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([field, schema]) => [field, { 'x-public': true, ...schema }]),
  )
  const labels = { uk: name, en: name }
  return {
    name,
    section: `${name}_profile`,
    labels,
    schema: { type: 'object', properties },
    version: 1,
    required: [],
    completeness: [],
    groups: [],
  }
}

const types = [
  typeOf('tutor', {
    slogan: { 'x-widget': 'line' },
    story: { 'x-widget': 'text' },
    price: { 'x-widget': 'money' },
    formats: { 'x-widget': 'choices' },
    is_free: { type: 'boolean' },
    secret: { 'x-widget': 'line', 'x-public': false },
  }),
  typeOf('student', { goals: { 'x-widget': 'text' } }),
  typeOf('psychologist', { slogan: { 'x-widget': 'line' } }),
]

const person = (sections: Record<string, unknown>, profile_type = 'tutor') =>
  ({
    id: 1,
    first_name: 'Олена',
    last_name: '',
    profile_type,
    avatar_url: null,
    avatar: null,
    ...sections,
  }) as unknown as Person

const shown = (...args: Parameters<typeof person>) => shownSections(person(...args), types, words)

test('a section shows what is filled in by the declaration of its type', () => {
  const [section, ...others] = shown({
    tutor_profile: {
      formats: ['online'],
      story: 'Long',
      slogan: 'Without fear',
      price: { amount: '0', currency: 'UAH' },
      is_free: true,
      secret: 'Nobody’s business',
    },
  })
  assert.equal(others.length, 0)
  assert.equal(section?.type.name, 'tutor')
  assert.equal(section?.isEmpty, false)
  assert.equal(section?.shown.lead, 'Without fear')
  assert.equal(section?.shown.price?.amount, '₴0')
  assert.deepEqual(
    section?.shown.facts.map(({ name }) => name),
    ['formats', 'is_free'],
  )
  assert.ok(!JSON.stringify(section.shown).includes('business'))
})

test('a section of which nothing is filled in is empty, and one that nobody has is none', () => {
  const tutor_profile = { slogan: '', story: '', price: null, formats: [], is_free: false }
  assert.deepEqual(
    shown({ tutor_profile, student_profile: null }).map(({ type, isEmpty }) => [type.name, isEmpty]),
    [['tutor', true]],
  )
})

test('the active type comes first', () => {
  const sections = { tutor_profile: {}, student_profile: { goals: 'To learn' } }
  for (const [active, order] of [
    ['student', ['student', 'tutor']],
    ['tutor', ['tutor', 'student']],
  ] as const) {
    assert.deepEqual(
      shown(sections, active).map(({ type }) => type.name),
      order,
    )
  }
})

test('a type that nobody here knows is left out', () => {
  assert.deepEqual(shown({ wizard_profile: { slogan: 'Magic' } }, 'wizard'), [])
})

test('the title has the name and the line', () => {
  assert.equal(titleOf('Олена', 'Без страху'), 'Олена – Без страху')
  assert.equal(titleOf('Олена', undefined), 'Олена')
})

for (const [text, id] of [
  ['42', 42],
  ['999999999999999', 999_999_999_999_999],
  ['0', undefined],
  ['042', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['9999999999999999', undefined],
  ['me', undefined],
  ['', undefined],
  [undefined, undefined],
] as const) {
  test(`"${text}" is ${id === undefined ? 'nobody' : 'somebody'}`, () => assert.equal(personId(text), id))
}

test('a name may have one part only', () => {
  assert.equal(fullName({ first_name: 'Олена', last_name: '' }), 'Олена')
  assert.equal(fullName({ first_name: '', last_name: '' }), '')
})
