import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'

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

test('times have six decimals always, in the document and in the log', async () => {
  const { token, userId } = await app.person({ role: 'tutor' })
  for (const fraction of ['', '.5', '.120000', '.000001', '.123456']) {
    const [created, updated] = [`2026-11-22T10:15:32${fraction}Z`, `2026-11-23T10:15:32${fraction}Z`]
    await query(
      app.pool,
      sql`update users set created_at = ${created}, updated_at = ${updated} where id = ${userId}`,
    )
    const six = (instant: string) => `${instant.slice(0, 19)}.${fraction.slice(1).padEnd(6, '0')}Z`
    for (const [method, body] of [['GET', undefined] as const, ['PATCH', {}] as const]) {
      const answer = await app.send(method, '/api/me/profile/', { token, body })
      const { created_at, updated_at } = answer.json()
      assert.deepEqual([created_at, updated_at], [six(created), six(updated)])
    }
  }
  const changed = await app.send('PATCH', '/api/me/profile/', { token, body: { user: { last_name: 'K' } } })
  assert.match(changed.json().updated_at, SIX_DECIMALS)
  const entries = (await app.send('GET', '/api/me/activity/', { token })).json()
  for (const { timestamp } of entries) assert.match(timestamp, SIX_DECIMALS)
  assert.equal(entries[0].timestamp, changed.json().updated_at)
  const { initial } = entries[1].metadata
  assert.match(initial.created_at, SIX_DECIMALS)
  assert.match(initial.updated_at, SIX_DECIMALS)
})

const SIX_DECIMALS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
