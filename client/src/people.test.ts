import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useServer } from '../test/server.ts'
import { createClient, isProblem } from './index.ts'

const server = await useServer()
const anybody = createClient({ baseUrl: server.baseUrl })

test('whoever shows their profile is found by anybody, for as long as they do', async () => {
  const { client, userId } = await server.join({ role: 'tutor', given_name: 'Alex' })
  await assert.rejects(anybody.people.get(userId), (error) => isProblem(error, 'not_found'))
  await client.profile.patch({
    settings: { privacy_public_profile: true },
    tutor_profile: { headline: 'Algebra' },
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
  await client.settings.patch({ privacy_public_profile: true })
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
  const { data, etag } = await client.profile.preview()
  assert.deepEqual(data.student_profile, { headline: '', bio: '', subjects: [] })
  assert.equal(await client.profile.preview({ ifNoneMatch: etag }), undefined)
  await client.settings.patch({ privacy_public_profile: true })
  assert.deepEqual(await anybody.people.get(userId), { data, etag })
})
