import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noise } from '../../server/test/picture.ts'
import { useServer } from '../test/server.ts'
import { createClient, isProblem } from './index.ts'

const server = await useServer()
const anybody = createClient({ baseUrl: server.baseUrl })

/** What makes a student public. */
const published = {
  settings: { privacy_public_profile: true },
  student_profile: { headline: 'I want to understand physics' },
}

const picture = async () => new Blob([new Uint8Array(await noise(32))], { type: 'image/png' })

test('whoever shows their profile is found by anybody, for as long as they do', async () => {
  const { client, userId } = await server.join({ role: 'tutor', given_name: 'Alex' })
  await assert.rejects(anybody.people.get(userId), (error) => isProblem(error, 'not_found'))
  await assert.rejects(client.settings.patch({ privacy_public_profile: true }), (error) =>
    isProblem(error, 'profile_incomplete'),
  )
  await client.avatar.upload(await picture())
  await client.profile.patch({
    settings: { privacy_public_profile: true },
    tutor_profile: { headline: 'Algebra', subjects: ['algebra'] },
  })
  const { data, etag } = await anybody.people.get(userId)
  assert.deepEqual([data.id, data.first_name, data.profile_type], [userId, 'Alex', 'tutor'])
  assert.equal(data.tutor_profile?.headline, 'Algebra')
  assert.equal(data.student_profile, null)
  assert.equal(await anybody.people.get(userId, { ifNoneMatch: etag }), undefined)
  await client.settings.patch({ privacy_public_profile: false })
  await assert.rejects(anybody.people.get(userId, { ifNoneMatch: etag }), (error) =>
    isProblem(error, 'not_found'),
  )
})

test('others are read without the token, so that caches can keep them for all', async () => {
  const { client, userId } = await server.join()
  await client.profile.patch(published)
  const seen: (string | null)[] = []
  const reader = createClient({
    baseUrl: server.baseUrl,
    token: () => assert.fail('nobody needs the token'),
    fetch: (request: never) => {
      seen.push((request as Request).headers.get('authorization'))
      return fetch(request)
    },
  })
  assert.equal((await reader.people.get(userId)).data.id, userId)
  assert.deepEqual(seen, [null])
})

test('the preview shows what others would see', async () => {
  const { client, userId } = await server.join({ role: 'student' })
  const before = await client.profile.preview()
  assert.deepEqual(before.data.student_profile, { headline: '', bio: '', subjects: [] })
  assert.equal(await client.profile.preview({ ifNoneMatch: before.etag }), undefined)
  const { data: hidden, etag: tag } = await client.profile.visibility()
  assert.deepEqual([hidden.shown, hidden.reasons.map(({ code }) => code)], [false, ['private', 'incomplete']])
  assert.equal(await client.profile.visibility({ ifNoneMatch: tag }), undefined)
  await client.profile.patch(published)
  const { data, etag } = await client.profile.preview()
  assert.deepEqual(await anybody.people.get(userId), { data, etag })
  const { data: visibility } = await client.profile.visibility()
  assert.deepEqual([visibility.shown, visibility.reasons], [true, []])
})
