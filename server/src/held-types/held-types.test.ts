import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp, type Person } from '../../test/test-app.ts'
import { replay, statePart } from '../document/history.ts'
import { defineProfileType } from '../profile-types/profile-type.ts'

const guide = defineProfileType({
  name: 'guide',
  labels: { uk: 'Гід', en: 'Guide' },
  fields: {},
  publicFields: [],
  searchableFields: [],
  addableBy: ['tutor'],
})
const app = await useTestApp({ profileTypes: [guide] })

const add = ({ token }: Person, profile_type: unknown, headers = {}) =>
  app.send('POST', '/api/me/profiles/', { token, body: { profile_type }, headers })
const activate = ({ token }: Person, profile_type: unknown, headers = {}) =>
  app.send('PATCH', '/api/me/profiles/active/', { token, body: { profile_type }, headers })
const remove = ({ token }: Person, type: string, headers = {}) =>
  app.send('DELETE', `/api/me/profiles/${type}/`, { token, headers })
const read = async ({ token }: Person) => (await app.send('GET', '/api/me/profile/', { token })).json()
const edit = ({ token }: Person, body: object) => app.send('PATCH', '/api/me/profile/', { token, body })

async function assertReplays(person: Person): Promise<void> {
  assert.deepEqual(await replay(app.pool, person.userId), statePart(await read(person)))
}

test('a tutor also learns: a second profile is added, edited, made active; then the first one goes', async () => {
  const person = await app.person({ role: 'tutor' })
  await edit(person, { tutor_profile: { headline: 'Stars', bio: 'Long ago' } })
  const before = await read(person)

  const added = await add(person, 'student')
  assert.equal(added.statusCode, 201)
  assert.equal(added.headers['etag'], `"${before.version + 1}"`)
  assert.deepEqual(
    [added.json().profile_type, added.json().student_profile.headline, added.json().version],
    ['tutor', '', before.version + 1],
  )
  await assertReplays(person)

  assert.equal((await edit(person, { student_profile: { grade: '11' } })).statusCode, 200)
  const active = await activate(person, 'student')
  assert.deepEqual([active.statusCode, active.json().profile_type], [200, 'student'])
  assert.equal(active.json().user.role, 'tutor', 'the role is what the account is, not what it shows')
  const again = await activate(person, 'student')
  assert.deepEqual([again.statusCode, again.json().version], [200, active.json().version], 'no change')
  await assertReplays(person)

  const removed = await remove(person, 'tutor')
  assert.deepEqual([removed.statusCode, removed.body], [204, ''])
  const after = await read(person)
  assert.deepEqual([after.tutor_profile, after.student_profile.grade], [null, '11'])
  await assertReplays(person)

  const back = await add(person, 'tutor')
  assert.equal(back.json().tutor_profile.headline, '', 'a profile that is added is empty')
  await assertReplays(person)

  const log = (await app.send('GET', '/api/me/activity/?limit=100', { token: person.token })).json()
  const entries = log.filter(({ action }: { action: string }) => action.startsWith('profile.type_'))
  assert.deepEqual(
    entries.map((entry: { action: string; metadata: { profile_type: string } }) => [
      entry.action,
      entry.metadata.profile_type,
    ]),
    [
      ['profile.type_added', 'tutor'],
      ['profile.type_removed', 'tutor'],
      ['profile.type_activated', 'student'],
      ['profile.type_added', 'student'],
    ],
  )
  assert.equal(entries[1].metadata.fields.headline, 'Stars', 'what was removed can be read in the log')
})

test('each refusal has its code, and changes nothing', async () => {
  const [tutor, student] = [await app.person({ role: 'tutor' }), await app.person({ role: 'student' })]
  const before = await read(tutor)
  const refusals = [
    [await add(tutor, 'tutor'), 409, 'type_held'],
    [await add(tutor, 'wizard'), 400, 'validation_failed'],
    [await add(tutor, null), 400, 'validation_failed'],
    [await add(tutor, { name: 'student' }), 400, 'validation_failed'],
    [await add(student, 'guide'), 403, 'type_forbidden'],
    [await activate(tutor, 'student'), 409, 'type_not_held'],
    [await activate(tutor, 'constructor'), 400, 'validation_failed'],
    [await remove(tutor, 'tutor'), 409, 'last_profile'],
    [await remove(tutor, 'student'), 404, 'not_found'],
    [await remove(tutor, 'wizard'), 404, 'not_found'],
    [await remove(tutor, '%00'), 404, 'not_found'],
    [await add(tutor, 'student', { 'if-match': '"77"' }), 412, 'precondition_failed'],
    [await add(tutor, null, { 'if-match': '"77"' }), 412, 'precondition_failed'],
    [await add(tutor, 'tutor', { 'if-match': '"77"' }), 412, 'precondition_failed'],
  ] as const
  for (const [answer, status, code] of refusals)
    assert.deepEqual([answer.statusCode, answer.json().code], [status, code])
  assert.deepEqual(await read(tutor), before)

  assert.equal((await add(tutor, 'guide')).statusCode, 201, 'the role of a tutor may')
  const active = await remove(tutor, 'tutor')
  assert.deepEqual([active.statusCode, active.json().code], [409, 'active_profile'])
  const stale = await remove(tutor, 'guide', { 'if-match': `"${before.version}"` })
  assert.equal(stale.statusCode, 412)
})

test('the list of types says which role may add one, and with which words', async () => {
  const types = (await app.send('GET', '/api/profile-types/')).json()
  assert.deepEqual(
    types.map(({ add_labels: labels, addable_by: roles }: Record<string, unknown>) => [labels, roles]),
    [
      [{ uk: 'Я також викладаю', en: 'I also teach' }, undefined],
      [{ uk: 'Я також навчаюся', en: 'I also learn' }, undefined],
      [undefined, ['tutor']],
    ],
  )
})

test('of many requests at once each sees what the others did', async () => {
  const person = await app.person({ role: 'tutor' })
  const added = await Promise.all(Array.from({ length: 8 }, () => add(person, 'student')))
  assert.deepEqual(
    added.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [201, ...Array<number>(7).fill(409)],
  )
  const mixed = await Promise.all([
    activate(person, 'student'),
    remove(person, 'student'),
    edit(person, { student_profile: { grade: '7' } }),
    remove(person, 'tutor'),
    add(person, 'guide'),
    activate(person, 'tutor'),
  ])
  for (const { statusCode } of mixed) assert.ok(statusCode < 500, String(statusCode))
  const document = await read(person)
  assert.notEqual(document[`${document.profile_type}_profile`], null, 'the active profile is there')
  await assertReplays(person)
})

test('the largest profile can be removed, and its log replays', async () => {
  const person = await app.person({ role: 'student' })
  await add(person, 'tutor')
  await activate(person, 'tutor')
  const long = (length: number) => '🦊'.repeat(length)
  const filled = await edit(person, {
    student_profile: { bio: long(2000), learning_goals: `a${long(1999)}`, headline: long(120) },
  })
  assert.equal(filled.statusCode, 200)
  assert.equal((await remove(person, 'student')).statusCode, 204)
  await assertReplays(person)
  const log = await app.send('GET', '/api/me/activity/', { token: person.token })
  assert.equal(log.json()[0].metadata.fields.bio, long(2000))
})

test('adding and removing profiles is a change like any other: there is a limit to it', async (t) => {
  const few = await useTestApp({ env: { CHANGES_PER_HOUR: '3' } }, t)
  const person = await few.person({ role: 'tutor' })
  const send = (method: 'POST' | 'DELETE', url: string, body?: object) =>
    few.send(method, url, { token: person.token, ...(body && { body }) })
  const statuses: number[] = []
  for (let round = 0; round < 2; round += 1) {
    statuses.push((await send('POST', '/api/me/profiles/', { profile_type: 'student' })).statusCode)
    statuses.push((await send('DELETE', '/api/me/profiles/student/')).statusCode)
  }
  assert.deepEqual(statuses, [201, 204, 201, 429])
})
