import assert from 'node:assert/strict'
import { test } from 'node:test'
import { form } from '../../test/form.ts'
import { noise } from '../../test/picture.ts'
import { complete, publish } from '../../test/publish.ts'
import { useTestApp, type Person, type SendOptions } from '../../test/test-app.ts'
import type { PublicProfile } from './present.ts'

const app = await useTestApp()

const PREVIEW = '/api/me/profile/public/'

const read = (id: number | string, options?: SendOptions) => app.send('GET', `/api/profiles/${id}/`, options)

async function patch({ token }: Person, body: object): Promise<void> {
  const answer = await app.send('PATCH', '/api/me/profile/', { token, body })
  assert.equal(answer.statusCode, 200, answer.body)
}

const show = (person: Person, isPublic = true) =>
  isPublic ? publish(app, person) : patch(person, { settings: { privacy_public_profile: false } })

/** A tutor who has filled in everything, and shows it. */
async function fullTutor(): Promise<Person> {
  const tutor = await app.person({ role: 'tutor', given_name: 'Alex', family_name: 'Koval' })
  const { body, headers } = await form([{ name: 'avatar', file: await noise(64) }])
  const uploaded = await app.send('POST', '/api/me/avatar/', { token: tutor.token, body, headers })
  assert.equal(uploaded.statusCode, 201)
  await patch(tutor, {
    settings: { privacy_public_profile: true, timezone: 'Europe/Kyiv' },
    tutor_profile: everything,
  })
  return tutor
}

const everything = {
  headline: 'Mathematics without fear',
  bio: 'Ten years at school, five online.',
  subjects: ['mathematics', 'algebra'],
  languages: ['uk', 'en'],
  experience_years: 15,
  hourly_rate: { amount: '450.00', currency: 'UAH' },
  lesson_formats: ['online'],
}

test('a public profile is the name, the picture and the public fields, and nothing else', async () => {
  const tutor = await fullTutor()
  const document = (await app.send('GET', '/api/me/profile/', { token: tutor.token })).json()
  const answer = await read(tutor.userId)
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(answer.headers['cache-control'], 'public, no-cache')
  assert.match(String(answer.headers['etag']), /^"[\w-]{22}"$/)
  assert.deepEqual(answer.json(), {
    id: tutor.userId,
    first_name: 'Alex',
    last_name: 'Koval',
    profile_type: 'tutor',
    avatar_url: document.avatar_url,
    avatar: document.avatar,
    tutor_profile: everything,
    student_profile: null,
  })
  assert.match(document.avatar_url, /-512\.webp$/)
  assert.doesNotMatch(answer.body, /@|email|role|settings|Europe|version|_at"/)
  assert.equal((await app.send('GET', `/api/profiles/${tutor.userId}`)).body, answer.body)
})

test('fields of a type that are not public stay out, whatever is in them', async () => {
  const student = await app.person({ role: 'student' })
  await patch(student, {
    settings: { privacy_public_profile: true },
    student_profile: { headline: 'Reads much', grade: '9', learning_goals: 'A secret plan' },
  })
  const { tutor_profile: tutor, student_profile: shown } = (await read(student.userId)).json<PublicProfile>()
  assert.equal(tutor, null)
  assert.deepEqual(shown, { headline: 'Reads much', bio: '', subjects: [] })
})

test('who holds two types shows both', async () => {
  const both = await app.person({ role: 'student' })
  await app.pool.query(`insert into profiles (user_id, profile_type) values ($1, 'tutor')`, [both.userId])
  await patch(both, {
    settings: { privacy_public_profile: true },
    tutor_profile: { headline: 'Teaches' },
    student_profile: { headline: 'Learns', learning_goals: 'A secret plan' },
  })
  // A student is presented here: the picture and the subjects that a tutor must have are not asked for.
  const profile = (await read(both.userId)).json<PublicProfile>()
  assert.equal(profile.profile_type, 'student')
  assert.equal(profile['tutor_profile']?.['headline'], 'Teaches')
  assert.deepEqual(profile['student_profile'], { headline: 'Learns', bio: '', subjects: [] })
})

test('a private profile is not found, just like one that does not exist, or an address that can be none', async () => {
  const hidden = await app.person({ role: 'tutor' })
  const nobody = await read(1_000_000)
  assert.equal(nobody.statusCode, 404)
  assert.equal(nobody.json().code, 'not_found')
  const headers = ({ headers: { date: _date, 'x-request-id': _id, ...rest } }: typeof nobody) => rest
  for (const id of [
    hidden.userId,
    '0',
    '-1',
    `-${hidden.userId}`,
    'abc',
    '1.0',
    '1e3',
    '0x1',
    '01',
    '+1',
    '%20',
    '%D9%A1',
    '%00',
    'null',
    '9007199254740991',
    '9007199254740992',
    '9223372036854775807',
    '9223372036854775808',
    '18446744073709551617',
    '1'.repeat(400),
  ]) {
    const answer = await read(id)
    assert.equal(answer.statusCode, 404, String(id))
    assert.equal(answer.body, nobody.body, String(id))
    assert.deepEqual(headers(answer), headers(nobody), String(id))
  }
  // Its owner is a stranger here like everybody else.
  assert.equal((await read(hidden.userId, { token: hidden.token })).body, nobody.body)
})

test('a profile is shown and hidden at once', async () => {
  const tutor = await app.person({ role: 'tutor' })
  const statuses: number[] = []
  await complete(app, tutor)
  for (const isPublic of [true, false, true, false]) {
    await patch(tutor, { settings: { privacy_public_profile: isPublic } })
    const { statusCode, headers } = await read(tutor.userId)
    statuses.push(statusCode)
    const again = await read(tutor.userId, { headers: { 'if-none-match': headers['etag'] ?? '*' } })
    statuses.push(again.statusCode)
  }
  assert.deepEqual(statuses, [200, 304, 404, 404, 200, 304, 404, 404])
})

test('the entity tag is that of what is shown: it changes with it, and with nothing else', async () => {
  const tutor = await app.person({ role: 'tutor' })
  await show(tutor)
  const tag = async () => String((await read(tutor.userId)).headers['etag'])
  const first = await tag()
  await patch(tutor, { settings: { timezone: 'Europe/Kyiv', notifications_enabled: false } })
  assert.equal(await tag(), first)
  for (const header of [first, `W/${first}`, `"other", ${first}`, '*']) {
    const answer = await read(tutor.userId, { headers: { 'if-none-match': header } })
    assert.deepEqual([answer.statusCode, answer.body, answer.headers['etag']], [304, '', first])
    assert.equal(answer.headers['cache-control'], 'public, no-cache')
  }
  await patch(tutor, { tutor_profile: { headline: 'New' } })
  assert.notEqual(await tag(), first)
  const answer = await read(tutor.userId, { headers: { 'if-none-match': first } })
  assert.equal(answer.statusCode, 200)
})

test('no token is needed, and none is looked at', async () => {
  const tutor = await app.person({ role: 'tutor' })
  await show(tutor)
  const { body } = await read(tutor.userId)
  for (const authorization of ['Bearer nonsense', `Bearer ${(await app.person()).token}`, 'Basic eDp5']) {
    assert.equal((await read(tutor.userId, { headers: { authorization } })).body, body)
  }
})

test('HEAD tells the same without the profile', async () => {
  const tutor = await app.person({ role: 'tutor' })
  await show(tutor)
  const { headers } = await read(tutor.userId)
  const head = await app.app.inject({ method: 'HEAD', url: `/api/profiles/${tutor.userId}/` })
  assert.deepEqual([head.statusCode, head.body, head.headers['etag']], [200, '', headers['etag']])
  await show(tutor, false)
  const hidden = await app.app.inject({ method: 'HEAD', url: `/api/profiles/${tutor.userId}/` })
  assert.deepEqual([hidden.statusCode, hidden.body], [404, ''])
})

test('what an old database holds is shown as it is', async () => {
  const tutor = await app.person({ role: 'tutor' })
  await show(tutor)
  const fields = { headline: 'x'.repeat(300), subjects: ['alchemy'], gone: 'of an older declaration' }
  await app.pool.query('update profiles set fields = $2 where user_id = $1', [tutor.userId, fields])
  const shown = (await read(tutor.userId)).json<PublicProfile>()['tutor_profile']
  assert.equal(shown?.['headline'], fields.headline)
  assert.deepEqual(shown['subjects'], ['alchemy'])
  assert.ok(!('gone' in shown))
})

test('the preview is what strangers see, also before they see it', async () => {
  const tutor = await fullTutor()
  const preview = () => app.send('GET', PREVIEW, { token: tutor.token })
  const shown = await read(tutor.userId)
  assert.equal((await preview()).body, shown.body)
  await show(tutor, false)
  const answer = await preview()
  assert.equal(answer.statusCode, 200)
  // The address of the picture has ended with the showing.
  const keyOf = ({ avatar_url: url }: PublicProfile) => String(url).replace(/-512\.webp$/, '')
  const [before, now] = [shown, answer].map((one) => keyOf(one.json()))
  assert.notEqual(now, before)
  assert.equal(answer.body, shown.body.replaceAll(String(before), String(now)))
  assert.equal(answer.headers['cache-control'], 'private, no-cache')
  assert.match(String(answer.headers['vary']), /\bAuthorization\b/)
  const headers = { 'if-none-match': String(answer.headers['etag']) }
  assert.equal((await app.send('GET', PREVIEW, { token: tutor.token, headers })).statusCode, 304)
  assert.equal((await app.send('GET', PREVIEW)).statusCode, 401)
})

test('looking at profiles leaves nothing in the log', async () => {
  const tutor = await app.person({ role: 'tutor' })
  await show(tutor)
  const before = await app.actions(tutor.userId)
  await read(tutor.userId)
  await app.send('GET', PREVIEW, { token: tutor.token })
  assert.deepEqual(await app.actions(tutor.userId), before)
})
