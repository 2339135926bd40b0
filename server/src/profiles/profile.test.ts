import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'

const app = await useTestApp()

test('the first valid token makes an account of its role with the defaults', async () => {
  const token = await app.token({ sub: 'olena', role: 'tutor', given_name: 'Olena', family_name: 'Koval' })
  const answer = await app.send('GET', '/api/me/profile/', { token })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['etag'], '"1"')
  const document = answer.json()
  assert.equal(document.profile_type, 'tutor')
  assert.deepEqual(document.settings, {
    timezone: 'UTC',
    ui_language: 'uk',
    notifications_enabled: true,
    privacy_public_profile: false,
  })
  assert.deepEqual(document.tutor_profile, {
    headline: '',
    bio: '',
    subjects: [],
    languages: [],
    experience_years: null,
    hourly_rate: null,
    lesson_formats: [],
  })
  assert.equal(document.student_profile, null)
  assert.deepEqual(await app.actions(document.user.id), ['system.profile.initialized'])
})
