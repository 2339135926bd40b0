import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FieldSchema, ProfileType } from '@upm/client'
import { fullName, personId, shownSections, type Person } from './person.ts'

function typeOf(name: string, properties: Record<string, FieldSchema>): ProfileType {
  const labels = { uk: name, en: name }
  return {
    name,
    section: `${name}_profile`,
    labels,
    schema: { type: 'object', properties },
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
    secret: { 'x-widget': 'line' },
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

const shown = (...args: Parameters<typeof person>) =>
  shownSections(person(...args), types).map(({ type, lead, fields }) => ({
    type: type.name,
    lead,
    fields: fields.map(({ name }) => name),
  }))

test('a section shows what is filled in, in the order of its type, and begins with its line', () => {
  const tutor_profile = {
    formats: ['online'],
    story: 'Long',
    slogan: 'Without fear',
    price: { amount: '0', currency: 'UAH' },
    is_free: false,
  }
  assert.deepEqual(shown({ tutor_profile }), [
    { type: 'tutor', lead: 'Without fear', fields: ['story', 'price', 'formats', 'is_free'] },
  ])
})

test('what is empty is left out', () => {
  const tutor_profile = { slogan: '', story: '', price: null, formats: [] }
  assert.deepEqual(shown({ tutor_profile, student_profile: null }), [
    { type: 'tutor', lead: undefined, fields: [] },
  ])
})

test('the active type comes first, and a type without a line has none', () => {
  const sections = { tutor_profile: {}, student_profile: { goals: 'To learn' } }
  assert.deepEqual(
    shown(sections, 'student').map(({ type, lead }) => [type, lead]),
    [
      ['student', undefined],
      ['tutor', undefined],
    ],
  )
  assert.deepEqual(
    shown(sections, 'tutor').map(({ type }) => type),
    ['tutor', 'student'],
  )
})

test('a type that nobody here knows is left out', () => {
  assert.deepEqual(shown({ wizard_profile: { slogan: 'Magic' } }, 'wizard'), [])
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
