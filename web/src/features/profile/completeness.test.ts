import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProfileType } from '@upm/client'
import { missingOf, percentOf as serverPercent } from '../../../../server/src/profile-types/completeness.ts'
import { nextStep, percentOf, sizeOf, stepsOf } from './completeness.ts'

const labels = { uk: 'Репетитор', en: 'Tutor' }

const type: ProfileType = {
  name: 'tutor',
  section: 'tutor_profile',
  labels,
  schema: {
    type: 'object',
    properties: {
      headline: { type: 'string', 'x-public': true },
      bio: { type: 'string', 'x-public': true },
      subjects: { type: 'array', 'x-public': true },
      hourly_rate: { type: ['object', 'null'], 'x-public': true },
      experience_years: { type: ['integer', 'null'], 'x-public': true },
      licence_year: { type: ['integer', 'null'] },
    },
  },
  version: 1,
  required: ['photo', 'headline', 'subjects'],
  completeness: [
    { field: 'photo', weight: 20, from: 1 },
    { field: 'last_name', weight: 5, from: 1 },
    { field: 'headline', weight: 15, from: 1 },
    { field: 'bio', weight: 20, from: 10 },
    { field: 'subjects', weight: 15, from: 2 },
    { field: 'hourly_rate', weight: 10, from: 1 },
    { field: 'experience_years', weight: 5, from: 1 },
  ],
  groups: [{ name: 'about', labels, fields: ['headline', 'bio', 'subjects', 'hourly_rate'] }],
}

const empty = {
  headline: '',
  bio: '',
  subjects: [] as string[],
  hourly_rate: null as unknown,
  experience_years: null as number | null,
  licence_year: null,
}

const documentOf = (fields: Partial<typeof empty>, { photo = false, last_name = '' } = {}) => ({
  avatar: photo ? { url: '/media/a' } : null,
  user: { first_name: 'Alex', last_name },
  tutor_profile: { ...empty, ...fields },
})

describe('the completeness of a profile', () => {
  const cases: [what: string, ...Parameters<typeof documentOf>][] = [
    ['nothing', {}],
    ['a photo and a name', {}, { photo: true, last_name: 'Коваль' }],
    ['a text of spaces', { headline: ' \n ' }],
    ['a text that is too short to count', { bio: '123456789' }],
    ['a text in code points, not in UTF-16', { bio: '👩👩👩👩👩👩👩👩👩👩' }],
    ['letters that are one after normalization', { bio: 'й'.normalize('NFD').repeat(9) }],
    ['one item where two count', { subjects: ['algebra'] }],
    ['a zero', { experience_years: 0 }],
    ['an object of nothing', { hourly_rate: { amount: '', currency: '' } }],
    [
      'all',
      {
        headline: 'A',
        bio: '1234567890',
        subjects: ['a', 'b'],
        hourly_rate: { amount: '1', currency: 'UAH' },
        experience_years: 3,
      },
      { photo: true, last_name: 'Коваль' },
    ],
  ]
  for (const [what, fields, account = {}] of cases) {
    test(`is what the server says: ${what}`, () => {
      const document = documentOf(fields, account)
      const filled = {
        photo: document.avatar !== null,
        first_name: 'Alex',
        last_name: document.user.last_name,
        fields: document.tutor_profile,
      }
      const steps = stepsOf(document, type)
      assert.equal(percentOf(steps), serverPercent(type, filled))
      const missing = steps.filter(({ isMissing }) => isMissing).map(({ id }) => id.split('.').at(-1))
      assert.deepEqual(missing, missingOf(type, filled))
    })
  }

  test('is of steps in the order of the form, each with its share', () => {
    assert.deepEqual(
      stepsOf(documentOf({}), type).map(({ id, percent, isRequired }) => [id, percent, isRequired]),
      [
        ['photo', 22, true],
        ['user.last_name', 6, false],
        ['tutor_profile.headline', 17, true],
        ['tutor_profile.bio', 22, false],
        ['tutor_profile.subjects', 17, true],
        ['tutor_profile.hourly_rate', 11, false],
        ['tutor_profile.experience_years', 6, false],
      ],
    )
  })
})

test('what a profile needs comes next, then what counts most', () => {
  const next = (...args: Parameters<typeof documentOf>) => nextStep(stepsOf(documentOf(...args), type))?.id
  assert.equal(next({}), 'photo')
  assert.equal(next({}, { photo: true }), 'tutor_profile.headline')
  assert.equal(next({ headline: 'A', subjects: ['a'] }, { photo: true }), 'tutor_profile.bio')
  assert.equal(
    next(
      {
        headline: 'A',
        bio: '1234567890',
        subjects: ['a', 'b'],
        hourly_rate: { amount: '1' },
        experience_years: 0,
      },
      { photo: true, last_name: 'B' },
    ),
    undefined,
  )
})

test('a number that is still a text has a size, too', () => {
  assert.deepEqual(['12', 12, false, undefined, { amount: null }].map(sizeOf), [2, 1, 1, 0, 0])
})
