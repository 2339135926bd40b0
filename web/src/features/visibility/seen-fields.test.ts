import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileType } from '@upm/client'
import { seenFields } from './seen-fields.ts'

const labels = { uk: 'А', en: 'A' }

const typeOf = (name: string, properties: ProfileType['schema']['properties']): ProfileType => ({
  name,
  section: `${name}_profile`,
  labels,
  schema: { type: 'object', properties },
  version: 1,
  required: [],
  completeness: [],
  groups: [],
})

const types = [
  typeOf('tutor', { headline: { 'x-public': true }, licence: {} }),
  typeOf('student', { headline: { 'x-public': true }, grade: {} }),
]

test('everybody sees the names and the public fields, each named once', () => {
  const { shown, hidden } = seenFields(types)
  assert.deepEqual(
    [shown, hidden].map((fields) => fields.map(({ name }) => name)),
    [
      ['first_name', 'last_name', 'headline'],
      ['licence', 'grade'],
    ],
  )
})
