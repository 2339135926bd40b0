import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileType } from '@upm/client'
import { addableTypes, filledFields, isHeld } from './addable.ts'

const typeOf = (name: string, more: Partial<ProfileType> = {}): ProfileType => ({
  name,
  section: `${name}_profile`,
  version: 1,
  labels: { uk: name, en: name },
  schema: { type: 'object', properties: { headline: { type: 'string' }, subjects: { type: 'array' } } },
  required: [],
  completeness: [],
  groups: [],
  ...more,
})

const [tutor, student, guide] = [
  typeOf('tutor'),
  typeOf('student'),
  typeOf('guide', { addable_by: ['tutor'] }),
]
const document = (role: string) => ({
  user: { role },
  tutor_profile: { headline: 'Stars', subjects: [] },
  student_profile: null,
})

test('a type that is not held can be added, if the role may', () => {
  const all = [tutor, student, guide]
  assert.deepEqual(addableTypes(document('tutor'), all), [student, guide])
  assert.deepEqual(addableTypes(document('student'), all), [student])
  assert.deepEqual(
    all.map((type) => isHeld(document('tutor'), type)),
    [true, false, false],
  )
})

test('what is lost with a profile are the fields that hold something', () => {
  assert.deepEqual(
    filledFields(document('tutor'), tutor).map(({ name }) => name),
    ['headline'],
  )
  assert.deepEqual(filledFields(document('tutor'), student), [])
})
