import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useServer } from '../test/server.ts'
import { createClient, fieldErrorsAt, isProblem, ProblemError } from './index.ts'

const server = await useServer()

test('a profile of another type is added, shown and deleted', async () => {
  const { client } = await server.join({ role: 'tutor' })
  const added = await client.profile.add('student')
  assert.deepEqual([added.version, added.data.student_profile?.headline], [2, ''])
  await assert.rejects(client.profile.add('student'), (error) => isProblem(error, 'type_held'))
  await assert.rejects(client.profile.activate('wizard'), (error) => isProblem(error, 'validation_failed'))
  const active = await client.profile.activate('student', { ifMatch: added.etag })
  assert.deepEqual([active.version, active.data.profile_type], [3, 'student'])
  const stale = client.profile.remove('tutor', { ifMatch: added.version })
  await assert.rejects(stale, (error) => isProblem(error, 'precondition_failed'))
  assert.equal(await client.profile.remove('tutor', { ifMatch: active.etag }), undefined)
  assert.equal((await client.profile.get()).data.tutor_profile, null)
})

describe('the profile', () => {
  test('is read with its version and entity tag', async () => {
    const { client, userId, email } = await server.join({ role: 'tutor', given_name: 'Alex' })
    const { data, etag, version } = await client.profile.get()
    assert.deepEqual([data.user.id, data.user.email, data.user.first_name], [userId, email, 'Alex'])
    assert.equal(data.profile_type, 'tutor')
    assert.equal(data.student_profile, null)
    assert.deepEqual([data.version, version, etag], [1, 1, '"1"'])
  })

  test('is not sent again to whoever has the current version', async () => {
    const { client } = await server.join()
    const { etag } = await client.profile.get()
    assert.equal(await client.profile.get({ ifNoneMatch: etag }), undefined)
    await client.profile.patch({ user: { first_name: 'Olena' } })
    const changed = await client.profile.get({ ifNoneMatch: etag })
    assert.equal(changed?.data.user.first_name, 'Olena')
  })

  test('undefined leaves a field, null clears it', async () => {
    const { client } = await server.join({ role: 'tutor' })
    const rate = { amount: '500', currency: 'UAH' }
    await client.profile.patch({
      tutor_profile: { headline: 'Algebra', experience_years: 7, hourly_rate: rate },
    })
    const left = await client.profile.patch({
      user: undefined,
      tutor_profile: { headline: undefined, experience_years: undefined, hourly_rate: { amount: '550' } },
    })
    assert.equal(left.data.tutor_profile?.headline, 'Algebra')
    assert.equal(left.data.tutor_profile?.experience_years, 7)
    assert.deepEqual(left.data.tutor_profile?.hourly_rate, { amount: '550', currency: 'UAH' })
    const cleared = await client.profile.patch({
      tutor_profile: { experience_years: null, hourly_rate: null },
    })
    assert.equal(cleared.data.tutor_profile?.experience_years, null)
    assert.equal(cleared.data.tutor_profile?.hourly_rate, null)
  })

  test('may be sent back whole', async () => {
    const { client } = await server.join({ role: 'student' })
    const { data, version } = await client.profile.get()
    assert.equal((await client.profile.patch(data)).version, version)
  })

  test('every faulty field is told, and found by its path', async () => {
    const { client, userId } = await server.join({ role: 'tutor' })
    const change = { tutor_profile: { headline: 'x'.repeat(121), subjects: ['algebra', 'no-such-subject'] } }
    const error = await client.profile.patch(change).catch((caught: unknown) => caught)
    assert.ok(error instanceof ProblemError)
    assert.deepEqual([error.status, error.code], [400, 'validation_failed'])
    assert.match(error.message, /Some fields are not valid/)
    assert.match(error.requestId ?? '', /^[\da-f-]{36}$/)
    assert.equal(error.retryAfterSeconds, undefined)
    const [headline, ...others] = fieldErrorsAt(error, 'tutor_profile.headline')
    assert.deepEqual([headline?.code, headline?.params, others], ['max_length', { max: 120 }, []])
    assert.deepEqual(
      fieldErrorsAt(error, 'tutor_profile.subjects').map(({ field, code }) => [field, code]),
      [['tutor_profile.subjects[1]', 'unknown_value']],
    )
    assert.equal(fieldErrorsAt(error, 'tutor_profile').length, 2)
    assert.deepEqual(fieldErrorsAt(new Error('else'), 'tutor_profile.headline'), [])
    assert.deepEqual(await server.app.actions(userId), ['system.profile.initialized'])
  })

  test('messages are in the language of the client, which may change', async () => {
    const { token } = await server.join()
    let language = 'uk'
    const client = createClient({ baseUrl: server.baseUrl, token, language: () => language })
    const title = () =>
      client.settings.patch({ timezone: 'Nowhere' }).then(
        () => assert.fail('it was taken'),
        (error: ProblemError) => error.title,
      )
    assert.equal(await title(), 'Деякі поля заповнено неправильно')
    language = 'en'
    assert.equal(await title(), 'Some fields are not valid')
  })
})

describe('ifMatch', () => {
  test('a stale version is refused, and changes nothing', async () => {
    const { client, userId } = await server.join()
    const { etag, version } = await client.profile.get()
    const changed = await client.profile.patch({ user: { first_name: 'One' } }, { ifMatch: etag })
    assert.equal(changed.version, version + 1)
    for (const ifMatch of [etag, version]) {
      await assert.rejects(client.profile.patch({ user: { first_name: 'Two' } }, { ifMatch }), (error) => {
        assert.ok(isProblem(error, 'precondition_failed') && !isProblem(error, 'conflict'))
        return error.status === 412
      })
    }
    assert.equal((await client.profile.get()).data.user.first_name, 'One')
    assert.deepEqual(await server.app.actions(userId), ['system.profile.initialized', 'profile.updated'])
    await client.profile.patch({ user: { first_name: 'Two' } }, { ifMatch: changed.version })
  })

  test('a tag that a compressing proxy made weak is good for it', async () => {
    const { token } = await server.join()
    const weakening = async (request: never) => {
      const response: Response = await fetch(request)
      const etag = response.headers.get('etag')
      const headers = new Headers(response.headers)
      if (etag !== null) headers.set('etag', `W/${etag}`)
      return new Response(response.body, { status: response.status, headers })
    }
    const client = createClient({ baseUrl: server.baseUrl, token, fetch: weakening })
    const { etag } = await client.profile.get()
    assert.equal((await client.profile.patch({ user: { first_name: 'W' } }, { ifMatch: etag })).version, 2)
  })

  test('update starts anew when somebody else was faster, and loses nothing', async () => {
    const { client } = await server.join({ role: 'tutor' })
    const subjects = ['algebra', 'geometry', 'physics', 'chemistry']
    await Promise.all(
      subjects.map((subject) =>
        client.profile.update(
          ({ tutor_profile: tutor }) => ({
            tutor_profile: { subjects: [...(tutor?.subjects ?? []), subject] },
          }),
          { attempts: 10 },
        ),
      ),
    )
    const { data } = await client.profile.get()
    assert.deepEqual(data.tutor_profile?.subjects.toSorted(), subjects.toSorted())
  })

  test('update gives up after its attempts', async () => {
    const { client } = await server.join()
    let asked = 0
    const update = client.settings.update(
      async () => {
        asked += 1
        await client.settings.patch({ timezone: asked % 2 ? 'Europe/Kyiv' : 'UTC' })
        return { notifications_enabled: false }
      },
      { attempts: 2 },
    )
    await assert.rejects(update, (error) => isProblem(error, 'precondition_failed'))
    assert.equal(asked, 2)
    assert.equal((await client.settings.get()).data.notifications_enabled, true)
  })
})

test('the settings share the version of the profile', async () => {
  const { client } = await server.join()
  const read = await client.settings.get()
  assert.deepEqual([read.data.timezone, read.version], ['UTC', 1])
  assert.equal(await client.settings.get({ ifNoneMatch: read.etag }), undefined)
  const changed = await client.settings.patch({ timezone: 'Europe/Kyiv' }, { ifMatch: read.etag })
  assert.deepEqual([changed.data.timezone, changed.version, changed.etag], ['Europe/Kyiv', 2, '"2"'])
  assert.equal((await client.profile.get()).version, 2)
  await assert.rejects(
    client.settings.patch({ privacy_public_profile: true }, { ifMatch: read.version }),
    (error) => isProblem(error, 'precondition_failed'),
  )
})
