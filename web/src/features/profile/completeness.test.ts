import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileType } from '@upm/client'
import { stepsOf } from './completeness.ts'

const type: ProfileType = {
  name: 'tutor',
  section: 'tutor_profile',
  labels: { uk: 'Репетитор', en: 'Tutor' },
  schema: {
    type: 'object',
    properties: {
      headline: { type: 'string', 'x-public': true },
      subjects: { type: 'array', 'x-public': true },
      experience_years: { type: 'integer', 'x-public': true },
      licence_year: { type: 'integer' },
    },
  },
  required: [],
  completeness: [],
  groups: [],
}

test('a profile is complete when others find what they would look for', () => {
  const document = {
    avatar: null,
    user: { first_name: 'Alex', last_name: '' },
    tutor_profile: { headline: 'Hello', subjects: [], experience_years: 0, licence_year: null },
  }
  assert.deepEqual(
    stepsOf(document, type).map(({ id, isDone }) => [id, isDone]),
    [
      ['photo', false],
      ['user.first_name', true],
      ['user.last_name', false],
      ['tutor_profile.headline', true],
      ['tutor_profile.subjects', false],
      ['tutor_profile.experience_years', true],
    ],
  )
})

test('an account without a profile lacks a photo and names', () => {
  assert.deepEqual(
    stepsOf({ avatar: null, user: {} }, undefined).map(({ id }) => id),
    ['photo', 'user.first_name', 'user.last_name'],
  )
})
