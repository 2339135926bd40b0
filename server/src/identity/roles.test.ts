/** A role is what an account is, a profile type what it shows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestApp, useTestApp } from '../../test/test-app.ts'
import { openRoles, createRoles } from '../profile-types/roles.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'

const app = await useTestApp({ env: { ROLES: 'student,administrator=student,mentor=tutor' } })

const firstVisit = async (claims: object) =>
  app.send('GET', '/api/me/profile/', { token: await app.token({ ...claims }) })

test('an account begins with the type of its role, and keeps its role', async () => {
  for (const [role, type] of [
    ['student', 'student'],
    ['administrator', 'student'],
    ['mentor', 'tutor'],
  ] as const) {
    const answer = await firstVisit({ role })
    assert.equal(answer.statusCode, 200, answer.body)
    const document = answer.json()
    assert.deepEqual([document.user.role, document.profile_type], [role, type])
    assert.notEqual(document[`${type}_profile`], null)
    assert.equal(document[`${type === 'tutor' ? 'student' : 'tutor'}_profile`], null)
  }
})

test('the first entry of the log has both', async () => {
  const { userId } = await app.person({ role: 'administrator' })
  const { rows } = await app.pool.query<{
    metadata: { initial: { profile_type: string; user: { role: string } } }
  }>('select metadata from activity_log where user_id = $1', [userId])
  const initial = rows[0]?.metadata.initial
  assert.deepEqual([initial?.user.role, initial?.profile_type], ['administrator', 'student'])
})

test('every other role is unknown, that of a type too where it is not declared', async () => {
  for (const role of ['tutor', 'Administrator', 'root', '']) {
    const answer = await firstVisit({ role })
    assert.deepEqual([answer.statusCode, answer.json().code], [403, 'role_unknown'], role)
  }
})

test('a token without a role has the usual one: student, else the first', async (t) => {
  assert.equal((await firstVisit({})).json().user.role, 'student')
  const other = await createTestApp({ env: { ROLES: 'mentor=tutor' } })
  t.after(() => other.close())
  const answer = await other.send('GET', '/api/me/profile/', { token: await other.token() })
  assert.deepEqual([answer.json().user.role, answer.json().profile_type], ['mentor', 'tutor'])
})

test('a role whose type does not exist is one clear line', () => {
  assert.throws(() => createRoles(createProfileTypes(), { administrator: 'admin' }), {
    message:
      'ROLES says that accounts of the role "administrator" begin with the profile type "admin", which does not exist. The types are tutor, student.',
  })
})

test('people who sign up by themselves choose among the roles that are called like their type', () => {
  const types = createProfileTypes()
  assert.deepEqual(openRoles(createRoles(types)), ['tutor', 'student'])
  assert.deepEqual(openRoles(createRoles(types, { student: 'student', administrator: 'student' })), [
    'student',
  ])
})
