/** Whether others see a profile, and what must be there before they can. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { query, sql } from '../database/database.ts'
import { defineProfileType, lineField } from '../index.ts'
import { form } from '../../test/form.ts'
import { noise } from '../../test/picture.ts'
import { complete, publish, REQUIRED_FIELDS } from '../../test/publish.ts'
import { useTestApp, type Person, type SendOptions, type TestApp } from '../../test/test-app.ts'
import { replay, statePart } from './history.ts'
import type { ProfileDocument } from './present.ts'
import type { Visibility } from './visibility.ts'

const label = { uk: 'Поле', en: 'Field' }
/** What a host declares that wants a name and one field of its own, weighted. */
const guide = defineProfileType({
  name: 'guide',
  labels: label,
  fields: { route: lineField(100, { labels: label }) },
  publicFields: ['route'],
  searchableFields: [],
  required: ['first_name', 'route'],
  completeness: { first_name: 1, route: { weight: 2, from: 5 } },
})

const app = await useTestApp({ profileTypes: [guide] })

const PROFILE = '/api/me/profile/'
const SETTINGS = '/api/me/settings/'
const ON = { privacy_public_profile: true }

const read = async ({ token }: Person) => (await app.send('GET', PROFILE, { token })).json<ProfileDocument>()
const patch = ({ token }: Person, body: unknown, more: SendOptions = {}) =>
  app.send('PATCH', PROFILE, { token, body, ...more })
const visibility = async ({ token }: Person, { send }: Pick<TestApp, 'send'> = app) =>
  (await send('GET', '/api/me/profile/visibility/', { token })).json<Visibility>()
const statusOf = async ({ userId }: Person) => (await app.send('GET', `/api/profiles/${userId}/`)).statusCode

async function upload({ token }: Person) {
  const { body, headers } = await form([{ name: 'avatar', file: await noise(32) }])
  const answer = await app.send('POST', '/api/me/avatar/', { token, body, headers })
  assert.equal(answer.statusCode, 201, answer.body)
}

/** As an old database or an import has it: nobody asked whether the profile was complete. */
async function publicFromBefore(person: Person) {
  await query(
    app.pool,
    sql`update upm.settings set privacy_public_profile = true where user_id = ${person.userId}`,
  )
}

const PRIVATE = { code: 'private', fields: ['settings.privacy_public_profile'] }

test('somebody new learns that the profile is private, what it lacks, and where it will be', async () => {
  const tutor = await app.person({ role: 'tutor' })
  assert.deepEqual(await visibility(tutor), {
    shown: false,
    reasons: [
      PRIVATE,
      { code: 'incomplete', fields: ['avatar', 'tutor_profile.headline', 'tutor_profile.subjects'] },
    ],
    completeness: 0,
    address: `/people/${tutor.userId}`,
  })
  assert.equal(await statusOf(tutor), 404)
})

test('step by step the profile is completed, published and hidden again', async () => {
  const tutor = await app.person({ role: 'tutor' })
  const steps: [step: () => Promise<unknown>, completeness: number, missing: string[]][] = [
    [() => upload(tutor), 20, ['tutor_profile.headline', 'tutor_profile.subjects']],
    [() => patch(tutor, { tutor_profile: { headline: 'Algebra' } }), 35, ['tutor_profile.subjects']],
    [() => patch(tutor, { tutor_profile: { subjects: ['algebra'], bio: 'b'.repeat(299) } }), 50, []],
    [() => patch(tutor, { tutor_profile: { bio: 'b'.repeat(300) } }), 70, []],
  ]
  for (const [step, completeness, missing] of steps) {
    await step()
    const { shown, reasons, ...rest } = await visibility(tutor)
    assert.deepEqual([shown, rest.completeness], [false, completeness])
    assert.deepEqual(reasons, [
      PRIVATE,
      ...(missing.length > 0 ? [{ code: 'incomplete', fields: missing }] : []),
    ])
  }
  assert.equal((await patch(tutor, { settings: ON })).statusCode, 200)
  const { shown, reasons } = await visibility(tutor)
  assert.deepEqual([shown, reasons], [true, []])
  assert.equal(await statusOf(tutor), 200)
  assert.equal((await patch(tutor, { settings: { privacy_public_profile: false } })).statusCode, 200)
  assert.deepEqual((await visibility(tutor)).reasons, [PRIVATE])
  assert.equal(await statusOf(tutor), 404)
})

test('the weights and requirements of a declared type are those of its profile', async () => {
  const person = await app.person({ role: 'guide', given_name: '' })
  assert.deepEqual((await visibility(person)).reasons[1]?.fields, ['user.first_name', 'guide_profile.route'])
  await patch(person, { user: { first_name: 'Ада' }, guide_profile: { route: 'Ковч' } })
  const short = await visibility(person)
  assert.deepEqual([short.completeness, short.reasons], [33, [PRIVATE]])
  await patch(person, { guide_profile: { route: 'Ковчег' }, settings: ON })
  const { shown, completeness } = await visibility(person)
  assert.deepEqual([shown, completeness], [true, 100])
})

test('the visibility is read with one query, is private, and has a tag of its content', async (t) => {
  const tutor = await app.person({ role: 'tutor' })
  const get = (headers = {}) =>
    app.send('GET', '/api/me/profile/visibility/', { token: tutor.token, headers })
  await get()
  const asked = t.mock.method(app.pool, 'run')
  const first = await get()
  assert.equal(asked.mock.callCount(), 1)
  asked.mock.restore()
  assert.equal(first.headers['cache-control'], 'private, no-cache')
  assert.match(String(first.headers['vary']), /\bAuthorization\b/)
  const tag = String(first.headers['etag'])
  assert.equal((await get({ 'if-none-match': tag })).statusCode, 304)
  // What others do not see changes neither.
  await patch(tutor, { settings: { timezone: 'Europe/Kyiv' } })
  assert.equal((await get({ 'if-none-match': tag })).statusCode, 304)
  await patch(tutor, { tutor_profile: { headline: 'Algebra' } })
  assert.equal((await get({ 'if-none-match': tag })).statusCode, 200)
  assert.equal((await app.send('GET', '/api/me/profile/visibility/')).statusCode, 401)
})

describe('a profile that lacks something cannot be published', () => {
  const missing = ['avatar', 'tutor_profile.headline', 'tutor_profile.subjects']
  const bodies: [name: string, url: string, body: object][] = [
    ['by the profile', PROFILE, { settings: ON }],
    ['by the settings', SETTINGS, ON],
    [
      'together with other changes',
      PROFILE,
      { settings: { ...ON, timezone: 'Europe/Kyiv' }, user: { first_name: 'A' } },
    ],
    [
      'while the same change empties more',
      PROFILE,
      { settings: ON, tutor_profile: { headline: ' \u200b ' } },
    ],
  ]
  for (const [name, url, body] of bodies) {
    test(name, async () => {
      const tutor = await app.person({ role: 'tutor' })
      const before = await read(tutor)
      const answer = await app.send('PATCH', url, {
        token: tutor.token,
        body,
        headers: { 'accept-language': 'uk' },
      })
      assert.equal(answer.statusCode, 409, answer.body)
      const { code, title, detail, errors } = answer.json<Record<string, unknown>>()
      assert.deepEqual(
        [code, title, detail],
        [
          'profile_incomplete',
          'Профіль ще не заповнено',
          'Щоб опублікувати профіль, заповніть обов’язкові поля.',
        ],
      )
      assert.deepEqual(
        errors,
        missing.map((field) => ({ field, code: 'required', message: 'Це поле обов’язкове.' })),
      )
      assert.deepEqual(await read(tutor), before)
      assert.deepEqual(await app.actions(tutor.userId), ['system.profile.initialized'])
    })
  }

  test('a fault of the change itself is said first, and so is a stale version', async () => {
    const tutor = await app.person({ role: 'tutor' })
    const faulty = await patch(tutor, { settings: { ...ON, timezone: 'Mars' } })
    assert.deepEqual([faulty.statusCode, faulty.json().code], [400, 'validation_failed'])
    const stale = await patch(tutor, { settings: ON }, { headers: { 'if-match': '"9"' } })
    assert.equal(stale.statusCode, 412)
  })

  test('but it can be published by the change that fills in what is missing', async () => {
    const tutor = await app.person({ role: 'tutor' })
    await upload(tutor)
    const answer = await patch(tutor, { tutor_profile: REQUIRED_FIELDS.tutor_profile, settings: ON })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal((await visibility(tutor)).shown, true)
    assert.deepEqual(await replay(app.pool, tutor.userId), statePart(answer.json()))
  })

  test('the active type alone decides, in an account of two', async () => {
    const both = await app.person({ role: 'student' })
    await query(
      app.pool,
      sql`insert into upm.profiles (user_id, profile_type) values (${both.userId}, 'tutor')`,
    )
    const refused = await patch(both, { settings: ON, tutor_profile: REQUIRED_FIELDS.tutor_profile })
    assert.deepEqual(
      refused.json().errors.map(({ field }: { field: string }) => field),
      ['student_profile.headline'],
    )
    const answer = await patch(both, { settings: ON, student_profile: REQUIRED_FIELDS.student_profile })
    assert.equal(answer.statusCode, 200, answer.body)
  })

  test('and a host cannot publish it either', async () => {
    const tutor = await app.person({ role: 'tutor' })
    const change = app.app.upm.profiles.change(tutor.userId, { settings: ON })
    await assert.rejects(change, { code: 'profile_incomplete', status: 409 })
  })
})

describe('a public profile that loses something', () => {
  test('can be edited, is hidden until it is complete again, and then needs no further step', async () => {
    const tutor = await app.person({ role: 'tutor' })
    await publish(app, tutor)
    const losses: [
      lose: () => Promise<{ statusCode: number }>,
      fields: string[],
      mend: () => Promise<unknown>,
    ][] = [
      [() => app.send('DELETE', '/api/me/avatar/', { token: tutor.token }), ['avatar'], () => upload(tutor)],
      [
        () => patch(tutor, { tutor_profile: { headline: '', subjects: [] } }),
        ['tutor_profile.headline', 'tutor_profile.subjects'],
        () => patch(tutor, { tutor_profile: REQUIRED_FIELDS.tutor_profile }),
      ],
    ]
    for (const [lose, fields, mend] of losses) {
      assert.equal(await statusOf(tutor), 200)
      const { statusCode } = await lose()
      assert.ok(statusCode < 300, String(statusCode))
      const { shown, reasons } = await visibility(tutor)
      assert.deepEqual([shown, reasons], [false, [{ code: 'incomplete', fields }]])
      assert.equal(await statusOf(tutor), 404)
      // The wish stays, and an edit of anything else is free.
      const document = await read(tutor)
      assert.equal(document.settings.privacy_public_profile, true)
      const edit = await patch(tutor, { user: { last_name: `${fields.length}` }, settings: ON })
      assert.equal(edit.statusCode, 200, edit.body)
      await mend()
    }
    assert.equal(await statusOf(tutor), 200)
    assert.deepEqual(await replay(app.pool, tutor.userId), statePart(await read(tutor)))
  })

  test('the whole document of an old database can be sent back', async () => {
    const tutor = await app.person({ role: 'tutor' })
    await publicFromBefore(tutor)
    assert.equal(await statusOf(tutor), 404)
    assert.deepEqual(
      (await visibility(tutor)).reasons.map(({ code }) => code),
      ['incomplete'],
    )
    const document = await read(tutor)
    const same = await patch(tutor, document)
    assert.deepEqual([same.statusCode, same.json().version], [200, document.version], same.body)
    const edited = await patch(tutor, { ...document, user: { ...document.user, first_name: 'Ada' } })
    assert.equal(edited.statusCode, 200, edited.body)
    assert.equal((await app.send('PATCH', SETTINGS, { token: tutor.token, body: ON })).statusCode, 200)
    // It asks once it has been private: to publish is the step from there.
    await patch(tutor, { settings: { privacy_public_profile: false } })
    assert.equal((await patch(tutor, { settings: ON })).statusCode, 409)
  })
})

test('a photo that goes while the profile is being published leaves no public profile without one', async () => {
  for (let round = 0; round < 10; round++) {
    const tutor = await app.person({ role: 'tutor' })
    await complete(app, tutor)
    const answers = await Promise.all([
      patch(tutor, { settings: ON }),
      app.send('DELETE', '/api/me/avatar/', { token: tutor.token }),
      patch(tutor, { tutor_profile: { bio: `${round}` } }),
    ])
    assert.ok([200, 409].includes(answers[0].statusCode), answers[0].body)
    assert.deepEqual([answers[1].statusCode, answers[2].statusCode], [204, 200])
    assert.equal((await visibility(tutor)).shown, false)
    assert.equal(await statusOf(tutor), 404)
    const document = await read(tutor)
    assert.equal(document.settings.privacy_public_profile, answers[0].statusCode === 200)
    assert.deepEqual(await replay(app.pool, tutor.userId), statePart(document))
  }
})

test('of two changes at once, one that publishes and one that empties, the log tells what happened', async () => {
  for (let round = 0; round < 10; round++) {
    const tutor = await app.person({ role: 'tutor' })
    await complete(app, tutor)
    const [published, emptied] = await Promise.all([
      patch(tutor, { settings: ON }),
      patch(tutor, { tutor_profile: { headline: '' } }),
    ])
    assert.ok([200, 409].includes(published.statusCode), published.body)
    assert.equal(emptied.statusCode, 200)
    assert.equal((await visibility(tutor)).shown, false)
    assert.deepEqual(await replay(app.pool, tutor.userId), statePart(await read(tutor)))
  }
})

test('a type that is no longer declared requires nothing, and nothing of it is left to do', async () => {
  const person = await app.person({ role: 'student' })
  await query(
    app.pool,
    sql`with renamed as (update upm.profiles set profile_type = 'wizard' where user_id = ${person.userId})
      update upm.users set profile_type = 'wizard' where id = ${person.userId}`,
  )
  await publicFromBefore(person)
  const { shown, reasons, completeness } = await visibility(person)
  assert.deepEqual([shown, reasons, completeness], [true, [], 100])
})

test('the address is a URL where the server knows its own, and none where it has no page', async (t) => {
  const addressOf = async (env: Record<string, string>) => {
    const other = await useTestApp({ env }, t)
    const person = await other.person()
    return [(await visibility(person, other)).address, person.userId] as const
  }
  const [known, userId] = await addressOf({ PUBLIC_URL: 'https://tutors.example' })
  assert.equal(known, `https://tutors.example/people/${userId}`)
  assert.equal((await addressOf({ PAGE: 'off' }))[0], null)
})
