import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileType } from '@upm/client'
import { student } from '../../../../server/src/profile-types/types/student.ts'
import { tutor } from '../../../../server/src/profile-types/types/tutor.ts'
import { presentProfileType } from '../../../../server/src/profile-types/present.ts'
import { defineProfileType, integerField, textField } from '../../../../server/src/index.ts'
import { isUntouched, newcomerSteps } from './newcomer-steps.ts'

const shown = (type: Parameters<typeof presentProfileType>[0]) =>
  presentProfileType(type) as unknown as ProfileType

const asked = (type: ProfileType | undefined) =>
  newcomerSteps(type).map((step) =>
    step.kind === 'fields' ? step.fields.map(({ field }) => field.name).join(' ') : step.kind,
  )

const psychologist = shown(
  defineProfileType({
    name: 'psychologist',
    labels: { uk: 'Психолог', en: 'Psychologist' },
    fields: {
      approach: textField(1000, { labels: { uk: 'Підхід', en: 'Approach' } }),
      licence_year: integerField(1950, 2100, { labels: { uk: 'Рік ліцензії', en: 'Licensed since' } }),
    },
    publicFields: ['headline', 'approach', 'licence_year'],
    searchableFields: ['headline'],
  }),
)

test('a tutor is asked for a photo, what a profile needs, then for price, experience and format', () => {
  assert.deepEqual(asked(shown(tutor)), [
    'photo',
    'headline subjects',
    'hourly_rate experience_years lesson_formats',
    'preview',
  ])
})

test('a student and a type that nobody here knows have steps of their own, at most three and the preview', () => {
  for (const type of [shown(student), psychologist]) {
    const steps = asked(type)
    assert.equal(steps[0], 'photo')
    assert.equal(steps.at(-1), 'preview')
    assert.ok(steps.length >= 3 && steps.length <= 4, steps.join(' | '))
    const fields = steps.slice(1, -1).flatMap((step) => step.split(' '))
    assert.equal(new Set(fields).size, fields.length, 'nothing is asked twice')
  }
  assert.deepEqual(asked(psychologist), ['photo', 'headline licence_year', 'preview'])
  assert.deepEqual(asked(undefined), ['photo', 'preview'])
})

test('the first visit is over as soon as anything is filled in', () => {
  const type = shown(tutor)
  const document = {
    avatar: null as object | null,
    settings: { privacy_public_profile: false },
    user: { first_name: 'Олена', last_name: 'Коваль' },
    tutor_profile: { ...tutor.defaults } as Record<string, unknown>,
  }
  const isFirst = (change: Partial<typeof document>) => isUntouched({ ...document, ...change }, [type])
  assert.equal(isFirst({}), true)
  assert.equal(isFirst({ avatar: {} }), false)
  assert.equal(isFirst({ settings: { privacy_public_profile: true } }), false)
  for (const fields of [{ headline: 'Привіт' }, { subjects: ['algebra'] }, { experience_years: 0 }]) {
    assert.equal(isFirst({ tutor_profile: { ...tutor.defaults, ...fields } }), false, JSON.stringify(fields))
  }
})
