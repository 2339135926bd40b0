import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileType } from '@upm/client'
import { fieldAt } from './field-at.ts'

const labels = { uk: 'Учень', en: 'Student' }

const student: ProfileType = {
  name: 'student',
  section: 'student_profile',
  labels,
  schema: { type: 'object', properties: { grade: { 'x-labels': labels } } },
  version: 1,
  required: [],
  completeness: [],
  groups: [],
}

test('a path leads to its field', () => {
  const found = (path: string) => fieldAt([student], path)?.name
  assert.equal(found('student_profile.grade'), 'grade')
  assert.equal(found('user.last_name'), 'last_name')
  assert.equal(found('avatar'), undefined)
  assert.equal(found('student_profile.licence'), undefined)
  assert.equal(found('tutor_profile.grade'), undefined)
})
