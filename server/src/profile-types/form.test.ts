/** What a declaration says of its form beside the fields: what is required, how much each field counts, and the groups. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { missingOf, percentOf, type Filled } from './completeness.ts'
import { integerField, lineField, objectField, textField } from './fields.ts'
import { defineProfileType, type ProfileTypeDeclaration } from './profile-type.ts'
import { student } from './types/student.ts'
import { tutor } from './types/tutor.ts'

const about = { labels: { uk: 'Поле', en: 'Field' } }
const labels = about.labels

function declare(more: Partial<ProfileTypeDeclaration> = {}) {
  return defineProfileType({
    name: 'doctor',
    labels,
    fields: {
      approach: textField(1000, about),
      licence_year: integerField(1950, 2100, about),
      rate: objectField({ amount: Type.String(), currency: Type.String() }, 'money', about),
      is_open: Type.Boolean({ default: false }),
    },
    publicFields: ['headline', 'bio', 'approach', 'is_open'],
    searchableFields: [],
    ...more,
  })
}

const ALL = ['headline', 'bio', 'subjects', 'approach', 'licence_year', 'rate', 'is_open']

test('a declaration that says nothing of its form gets one group, nothing required and equal weights', () => {
  const { required, completeness, groups } = declare()
  assert.deepEqual(required, [])
  assert.deepEqual(
    groups.map(({ name, fields }) => [name, fields]),
    [['about', ALL]],
  )
  assert.ok(groups[0]?.labels.uk && groups[0].labels.en)
  // A switch has a value from the start: there is nothing to fill in.
  assert.deepEqual(
    completeness,
    ['photo', 'headline', 'bio', 'approach'].map((field) => ({ field, weight: 1, from: 1 })),
  )
})

test('required fields have a weight of their own accord, also those that nobody else sees', () => {
  const { completeness } = declare({ required: ['last_name', 'licence_year', 'bio'] })
  assert.deepEqual(
    completeness.map(({ field }) => field),
    ['photo', 'headline', 'bio', 'approach', 'last_name', 'licence_year'],
  )
})

test('fields that no group names come last, in a group of their own', () => {
  const fields = (groups: ProfileTypeDeclaration['groups']) =>
    declare({ ...(groups && { groups }) }).groups.map((group) => [group.name, group.fields])
  const first = { name: 'first', labels, fields: ['approach', 'headline'] }
  const rest = ['bio', 'subjects', 'licence_year', 'rate', 'is_open']
  assert.deepEqual(fields([first]), [
    ['first', ['approach', 'headline']],
    ['other', rest],
  ])
  const other = { name: 'other', labels, fields: ['rate'] }
  assert.deepEqual(fields([other, first]), [
    ['other', ['rate', 'bio', 'subjects', 'licence_year', 'is_open']],
    ['first', ['approach', 'headline']],
  ])
  assert.deepEqual(fields([first, { ...other, fields: rest }]), [
    ['first', ['approach', 'headline']],
    ['other', rest],
  ])
})

const group = (name: string, ...fields: string[]) => ({ name, labels, fields })
const faulty: [more: Partial<ProfileTypeDeclaration>, message: RegExp][] = [
  [{ required: ['aproach'] }, /profile type "doctor": "aproach" is in "required" but not declared/],
  [{ required: ['toString'] }, /"toString" is in "required" but not declared/],
  [{ required: ['bio', 'photo', 'bio'] }, /"bio" is in "required" twice/],
  [{ completeness: { aproach: 1 } }, /"aproach" is in "completeness" but not declared.* photo, first_name/],
  [{ completeness: { bio: 0 } }, /the weight of "bio" is not a positive whole number/],
  [{ completeness: { bio: -5 } }, /the weight of "bio" is not a positive/],
  [{ completeness: { bio: Number.NaN } }, /the weight of "bio" is not a positive/],
  [{ completeness: { bio: { weight: 1.5 } } }, /the weight of "bio" is not a positive/],
  [{ completeness: { bio: { weight: 1, from: 0 } } }, /"from" of "bio" is not a positive whole number/],
  [{ completeness: { bio: { weight: 1, from: 2001 } } }, /"from" of "bio" is 2001, but .* at most 2000/],
  [{ completeness: { subjects: { weight: 1, from: 21 } } }, /"from" of "subjects" is 21, .* at most 20/],
  [{ completeness: { photo: { weight: 1, from: 2 } } }, /"from" of "photo" is more than 1/],
  [{ completeness: { licence_year: { weight: 1, from: 1950 } } }, /neither a text nor a list/],
  [{ completeness: {} }, /"completeness" names no field/],
  [{ required: ['photo', 'bio'], completeness: { photo: 1 } }, /required field "bio" has no weight/],
  [
    { groups: [group('first', 'aproach')] },
    /the group "first" has the field "aproach", which is not declared/,
  ],
  [{ groups: [group('first', 'photo')] }, /the group "first" has the field "photo", which is not declared/],
  [
    { groups: [group('first', 'bio'), group('second', 'rate', 'bio')] },
    /the field "bio" is in two groups: "first" and "second"/,
  ],
  [{ groups: [group('first', 'bio', 'bio')] }, /the field "bio" is in two groups: "first" and "first"/],
  [{ groups: [group('first', 'bio'), group('first', 'rate')] }, /two groups have the name "first"/],
  [{ groups: [group('First', 'bio')] }, /the group "First" has no snake_case name/],
  [{ groups: [group('first')] }, /the group "first" has no fields/],
  [{ fields: { photo: lineField(10, about) } }, /"photo" is a part of every account/],
]
for (const [more, message] of faulty) {
  test(`a form that contradicts itself is refused at start: ${message.source}`, () => {
    assert.throws(() => declare(more), message)
  })
}

test('words for a field that not every type has are refused at start', () => {
  const commonFields = { headline: {}, aproach: {} }
  assert.throws(
    () => declare({ commonFields }),
    /"aproach" is in "commonFields", but these are headline, bio/,
  )
})

test('a type has other words for the fields of every type, with the same rules', () => {
  const example = { uk: 'Приклад', en: 'An example' }
  const { fields } = declare({ commonFields: { headline: { example } } })
  const { headline } = JSON.parse(JSON.stringify(fields)) as Record<string, unknown>
  const usual = JSON.parse(JSON.stringify(declare().fields['headline'])) as object
  assert.deepEqual(headline, { ...usual, 'x-example': example })
})

const nothing: Filled = { photo: false, first_name: '', last_name: '', fields: {} }

test('the completeness is the share of the weights, rounded down', () => {
  const type = declare({
    completeness: {
      photo: 1,
      last_name: 1,
      bio: { weight: 1, from: 3 },
      subjects: { weight: 3, from: 2 },
      rate: 1,
    },
  })
  const percent = (fields: object, more: Partial<Filled> = {}) =>
    percentOf(type, { ...nothing, ...more, fields: { ...type.defaults, ...fields } })
  assert.equal(percent({}), 0)
  assert.equal(percent({}, { photo: true }), 14)
  assert.equal(percent({}, { photo: true, last_name: 'Коваль' }), 28)
  assert.equal(percent({}, { last_name: ' \u200b ' }), 0, 'of an old database: nothing that can be seen')
  assert.equal(percent({ bio: 'аб' }), 0)
  assert.equal(percent({ bio: ' аб\r\n ' }), 0, 'counted as it would be stored today')
  assert.equal(percent({ bio: '👩🧪!' }), 14, 'code points')
  assert.equal(percent({ subjects: ['law'] }), 0)
  assert.equal(percent({ subjects: ['law', 'music'] }), 42)
  assert.equal(percent({ rate: { amount: '', currency: '' } }), 0)
  assert.equal(percent({ rate: { amount: '1', currency: 'UAH' } }), 14)
  const all = { bio: 'абв', subjects: ['law', 'music'], rate: { amount: '1', currency: 'UAH' } }
  assert.equal(percent(all, { photo: true }), 85)
  assert.equal(percent(all, { photo: true, last_name: 'Коваль' }), 100)
})

test('a switch and a number count as soon as they have a value, zero among them', () => {
  const type = declare({ completeness: { licence_year: 1, is_open: 1 } })
  const percent = (fields: object) => percentOf(type, { ...nothing, fields: { ...fields } })
  assert.equal(percent({ licence_year: null }), 0)
  assert.equal(percent({ licence_year: 0 }), 50)
  assert.equal(percent({ licence_year: 0, is_open: false }), 100)
})

for (const type of [tutor, student]) {
  test(`the weights of a ${type.name} come to 100, and its groups have all of its fields`, () => {
    assert.equal(
      type.completeness.reduce((sum, { weight }) => sum + weight, 0),
      100,
    )
    assert.deepEqual(
      type.groups.flatMap(({ fields }) => fields).toSorted(),
      Object.keys(type.fields).toSorted(),
    )
    assert.ok(!type.groups.some(({ name }) => name === 'other'))
  })
}

test('what is missing are the required fields that are empty', () => {
  const type = declare({ required: ['photo', 'first_name', 'bio', 'subjects', 'rate'] })
  const missing = (fields: object, more: Partial<Filled> = {}) =>
    missingOf(type, { ...nothing, ...more, fields: { ...type.defaults, ...fields } })
  assert.deepEqual(missing({}), type.required)
  assert.deepEqual(missing({ bio: ' ', rate: {} }, { photo: true }), [
    'first_name',
    'bio',
    'subjects',
    'rate',
  ])
  assert.deepEqual(missing({ bio: 'a', rate: { amount: '1' } }, { first_name: 'Alex' }), [
    'photo',
    'subjects',
  ])
})
