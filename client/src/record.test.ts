import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import sharp from 'sharp'
import { openServer, useServer } from '../test/server.ts'
import { createClient, isProblem, ProblemError } from './index.ts'
import { createRecorder, recordingOf, type Fact } from './record.ts'

const server = await useServer()
const PROFILE = 'GET /api/me/profile/'

/** A person whose client records, and what has been recorded of an operation. */
async function join(claims?: Record<string, unknown>) {
  const record = createRecorder()
  const person = await server.join(claims, { record })
  return { ...person, record, use: (operation: string) => record.toJSON().operations[operation] }
}

describe('reading', () => {
  test('only what is read is noted, by its path', async () => {
    const { client, use } = await join({ role: 'tutor' })
    const { data } = await client.profile.get()
    assert.ok(use(PROFILE))
    assert.deepEqual(use(PROFILE)?.reads, ['ETag'])
    assert.equal(data.profile_type, 'tutor')
    assert.equal(typeof data.user.first_name, 'string')
    assert.equal(data.avatar, null)
    assert.deepEqual(use(PROFILE), {
      reads: ['ETag', 'avatar', 'profile_type', 'user.first_name'],
      sends: [],
      statuses: [200],
      codes: [],
      types: ['application/json'],
    })
  })

  test('a spread or JSON of an object is all of it, and says so', async () => {
    const { client, use } = await join()
    const { data } = await client.profile.get()
    assert.ok('timezone' in { ...data.settings })
    assert.match(JSON.stringify(data.user), /email/)
    assert.deepEqual(use(PROFILE)?.reads, ['ETag', 'settings.*', 'user.*'])
  })

  test('the whole answer as JSON is everything', async () => {
    const { client, use } = await join()
    const { data } = await client.settings.get()
    assert.equal(JSON.parse(JSON.stringify(data)).timezone, 'UTC')
    assert.deepEqual(use('GET /api/me/settings/')?.reads, ['*'])
  })

  test('items of lists are []', async () => {
    const { client, use } = await join()
    const { data } = await client.activity.page({ limit: 1, action: 'system.*' })
    assert.deepEqual(
      data.map(({ action }) => action),
      ['system.profile.initialized'],
    )
    assert.deepEqual(use('GET /api/me/activity/')?.reads, ['Link', '[].action'])
    assert.deepEqual(use('GET /api/me/activity/')?.sends, ['action', 'limit'])
  })

  test('entries of a stream are noted like those of a page', async () => {
    const { client, use } = await join()
    for await (const { timestamp } of client.activity.export()) assert.ok(timestamp)
    assert.deepEqual(use('GET /api/me/activity/')?.reads, ['[].timestamp'])
    assert.deepEqual(use('GET /api/me/activity/')?.types, ['application/x-ndjson'])
  })

  test('what is watched behaves as it is', async () => {
    const { client } = await join({ role: 'tutor' })
    const plain = createClient({ baseUrl: server.baseUrl, token: (await server.app.person()).token })
    const { data } = await client.profile.get()
    const other = (await plain.profile.get()).data
    assert.deepEqual(Object.keys(data), Object.keys(other))
    assert.equal(data.settings, data.settings)
    assert.ok(Array.isArray(data.tutor_profile?.subjects))
    assert.equal(data.tutor_profile?.subjects.length, 0)
    assert.deepEqual([...(data.tutor_profile?.subjects ?? [])], [])
    assert.equal(await Promise.resolve(data), data)
    assert.equal(Object.prototype.toString.call(data), '[object Object]')
  })

  test('a member that was not in the answer is noted too', async () => {
    const { client, use } = await join({ role: 'tutor' })
    const { data } = await client.profile.get()
    assert.equal((data as { video?: string }).video, undefined)
    assert.ok(use(PROFILE)?.reads.includes('video'))
  })

  test('an answer of raw is read as a whole', async () => {
    const { client, use } = await join()
    await client.raw.GET('/api/me/settings/', {})
    assert.deepEqual(use('GET /api/me/settings/')?.reads, ['*'])
  })
})

describe('sending', () => {
  test('members are noted, and never their values', async () => {
    const { client, record, use } = await join({ role: 'tutor' })
    const { etag } = await client.profile.get()
    await client.profile.patch(
      {
        user: { first_name: 'Secretname' },
        tutor_profile: { hourly_rate: { amount: '7', currency: 'UAH' }, subjects: [] },
      },
      { ifMatch: etag },
    )
    assert.deepEqual(use('PATCH /api/me/profile/')?.sends, [
      'if-match',
      'tutor_profile.hourly_rate.amount',
      'tutor_profile.hourly_rate.currency',
      'tutor_profile.subjects',
      'user.first_name',
    ])
    assert.doesNotMatch(JSON.stringify(record), /Secretname|UAH/)
  })

  test('an upload has its parts', async () => {
    const { client, use } = await join()
    const create = { width: 80, height: 80, channels: 3, background: 'red' } as const
    const picture = await sharp({ create }).png().toBuffer()
    const { data } = await client.avatar.upload(picture, { crop: { x: 0, y: 0, size: 80 } })
    assert.ok(data.avatar.url)
    assert.deepEqual(use('POST /api/me/avatar/'), {
      reads: ['avatar.url'],
      sends: ['avatar', 'crop_size', 'crop_x', 'crop_y'],
      statuses: [201],
      codes: [],
      types: ['application/json', 'multipart/form-data'],
    })
  })
})

describe('problems', () => {
  test('codes and statuses that are looked at', async () => {
    const { client, use } = await join()
    await client.profile.patch({ user: { first_name: 'A' } })
    const failed = await client.profile
      .patch({ user: { first_name: 'B' } }, { ifMatch: '"1"' })
      .catch((error: unknown) => error)
    assert.deepEqual(use('PATCH /api/me/profile/')?.codes, [])
    assert.deepEqual(use('PATCH /api/me/profile/')?.statuses, [200])
    assert.ok(isProblem(failed, 'precondition_failed'))
    assert.equal(isProblem(failed, 'email_taken'), false)
    assert.equal(failed.status, 412)
    assert.deepEqual(use('PATCH /api/me/profile/')?.codes, ['email_taken', 'precondition_failed'])
    assert.deepEqual(use('PATCH /api/me/profile/')?.statuses, [200, 412])
    assert.ok(failed instanceof ProblemError)
    assert.match(failed.message, /412/)
    assert.match(String(failed), /^ProblemError: .*412/)
  })

  test('a 503 is not noted because it came, only because it is asked for', async (t) => {
    const baseUrl = await openServer(t, (_request, response) => {
      response.writeHead(503, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ status: 503, code: 'unavailable', title: 'Away', detail: 'Wait.' }))
    })
    const record = createRecorder()
    const client = createClient({ baseUrl, token: 'any', record })
    const failed = await client.settings.patch({ timezone: 'UTC' }).catch((error: unknown) => error)
    assert.ok(failed instanceof ProblemError)
    assert.deepEqual([failed.status, failed.code], [503, 'unavailable'])
    const use = () => record.toJSON().operations['PATCH /api/me/settings/']
    assert.deepEqual([use()?.statuses, use()?.codes, use()?.reads], [[], [], ['code']])
    assert.ok(isProblem(failed, 'unavailable'))
    assert.deepEqual(use()?.codes, ['unavailable'])
  })

  test('field errors are read by their members', async () => {
    const { client, use } = await join()
    const failed = await client.profile
      .patch({ user: { first_name: 'x'.repeat(200) } })
      .catch((error: unknown) => error)
    assert.ok(failed instanceof ProblemError)
    assert.equal(failed.fieldErrors[0]?.code, 'max_length')
    assert.deepEqual(use('PATCH /api/me/profile/')?.reads, ['errors[].code'])
  })

  test('a client that renews its token looks at 401', async () => {
    const record = createRecorder()
    const { client } = await server.join({}, { record, onUnauthorized: () => Promise.resolve(undefined) })
    await client.settings.get()
    assert.deepEqual(record.toJSON().operations['GET /api/me/settings/']?.statuses, [200, 401])
  })
})

test('facts are told once each, and make the recording again', async () => {
  const facts: Fact[] = []
  const record = createRecorder({ onFact: (fact) => facts.push(fact) })
  const { client } = await server.join({}, { record })
  for (let i = 0; i < 2; i += 1) assert.ok((await client.profile.get()).data.profile_type)
  assert.equal(facts.length, new Set(facts.map((fact) => JSON.stringify(fact))).size)
  assert.deepEqual(recordingOf(JSON.parse(JSON.stringify(facts))), record.toJSON())
})
