/** Values that were right when they were written, and that the catalogues of today no longer have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Type } from 'typebox'
import { replay, statePart } from './history.ts'
import { form } from '../../test/form.ts'
import { noise } from '../../test/picture.ts'
import { useTestApp, type Person } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'
import { choice } from '../http/schemas.ts'
import { choiceField, listField, objectField } from '../profile-types/fields.ts'
import { defineProfileType } from '../profile-types/profile-type.ts'

const labels = { uk: 'Х', en: 'X' }
const options = { a: labels, b: labels }
const coach = defineProfileType({
  name: 'coach',
  labels,
  fields: {
    level: choiceField({ labels, options }),
    levels: listField(Type.Enum(['a', 'b']), 3, 'choices', { labels, options }),
    place: objectField({ kind: choice(['a', 'b']), floor: Type.Integer({ maximum: 9 }) }, 'object', {
      labels,
    }),
    places: listField(Type.Object({ kind: choice(['a', 'b']) }, { additionalProperties: false }), 3, 'list', {
      labels,
    }),
  },
  publicFields: ['level', 'levels', 'place', 'places'],
  searchableFields: [],
})

const app = await useTestApp({
  profileTypes: [coach],
  subjects: ['law', 'music', 'yoga'].map((slug) => ({ slug, labels })),
  env: { UI_LANGUAGES: 'en' },
})

const PROFILE = '/api/me/profile/'

/** Somebody whose profile holds these fields, however they came there. */
async function personWith(role: string, fields: object): Promise<Person> {
  const person = await app.person({ role })
  await query(
    app.pool,
    sql`update profiles set fields = fields || ${JSON.stringify(fields)}::jsonb where user_id = ${person.userId}`,
  )
  // The log begins with what is there.
  await query(
    app.pool,
    sql`update activity_log set metadata = jsonb_set(metadata, ${['initial', `${role}_profile`]}::text[],
        (metadata #> ${['initial', `${role}_profile`]}::text[]) || ${JSON.stringify(fields)}::jsonb)
      where user_id = ${person.userId} and action = 'system.profile.initialized'`,
  )
  return person
}

type Step = { sent: object; faults?: string[] }

const cases: { name: string; role: string; stored: object; steps: Step[] }[] = [
  {
    name: 'a list that holds retired subjects gains, loses and changes places',
    role: 'tutor',
    stored: { subjects: ['alchemy', 'law', 'astrology'] },
    steps: [
      { sent: { subjects: ['alchemy', 'law', 'astrology', 'music'] } },
      { sent: { subjects: ['music', 'alchemy', 'astrology'] } },
      { sent: { subjects: ['astrology', 'phrenology'] }, faults: ['subjects[1] unknown_value'] },
      { sent: { subjects: ['astrology', 'Yoga', 'yoga'] }, faults: ['subjects[1] unknown_value'] },
      {
        sent: { subjects: ['astrology', 'yoga', 'astrology'] },
        faults: ['subjects[2] duplicate', 'subjects[2] unknown_value'],
      },
      {
        sent: { subjects: ['yoga', 5, null, 'alchemy'] },
        faults: ['subjects[1] invalid_type', 'subjects[2] not_nullable'],
      },
      { sent: { subjects: ['alchemy'] } },
      // What has left does not come back.
      { sent: { subjects: ['alchemy', 'astrology'] }, faults: ['subjects[1] unknown_value'] },
      { sent: { subjects: ['law'] } },
      { sent: { subjects: ['law', 'alchemy'] }, faults: ['subjects[1] unknown_value'] },
    ],
  },
  {
    name: 'a list that holds things twice keeps them as often as it held them',
    role: 'tutor',
    stored: { subjects: ['law', 'law', 'alchemy', 'alchemy'] },
    steps: [
      { sent: { subjects: ['law', 'law', 'alchemy', 'alchemy', 'music'] } },
      { sent: { subjects: ['law', 'law', 'law', 'music'] }, faults: ['subjects[2] duplicate'] },
      { sent: { subjects: ['law', 'music', 'alchemy', 'alchemy'] } },
      { sent: { subjects: ['law', 'music', 'alchemy', 'law'] }, faults: ['subjects[3] duplicate'] },
    ],
  },
  {
    name: 'a list that is too long for today can become shorter, and gain nothing before it fits',
    role: 'tutor',
    stored: { subjects: Array.from({ length: 25 }, (_, i) => `old-${i}`) },
    steps: [
      { sent: { subjects: Array.from({ length: 24 }, (_, i) => `old-${i}`) } },
      { sent: { subjects: Array.from({ length: 24 }, (_, i) => `old-${23 - i}`) } },
      {
        sent: { subjects: [...Array.from({ length: 22 }, (_, i) => `old-${i}`), 'law'] },
        faults: ['subjects max_items'],
      },
      { sent: { subjects: Array.from({ length: 22 }, () => 'old-1') }, faults: ['subjects max_items'] },
      { sent: { subjects: [...Array.from({ length: 19 }, (_, i) => `old-${i}`), 'law'] } },
    ],
  },
  {
    name: 'language tags that are none any more',
    role: 'tutor',
    stored: { languages: ['english language', 'EN-us', 'uk'] },
    steps: [
      { sent: { languages: ['uk', 'english language', 'de'] } },
      { sent: { languages: ['uk', 'another language'] }, faults: ['languages[1] invalid_format'] },
    ],
  },
  {
    name: 'the items of a choice',
    role: 'coach',
    stored: { levels: ['c', 'a'] },
    steps: [
      { sent: { levels: ['a', 'b', 'c'] } },
      { sent: { levels: ['d', 'c'] }, faults: ['levels[0] unknown_value'] },
      { sent: { levels: ['c', null, 5] }, faults: ['levels[1] not_nullable', 'levels[2] invalid_type'] },
    ],
  },
  {
    name: 'a choice',
    role: 'coach',
    stored: { level: 'c' },
    steps: [
      { sent: { level: 'c', levels: ['a'] } },
      { sent: { level: 'd' }, faults: ['level unknown_value'] },
      { sent: { level: 5 }, faults: ['level invalid_type'] },
      { sent: { level: null } },
      { sent: { level: 'c' }, faults: ['level unknown_value'] },
    ],
  },
  {
    name: 'a currency, while the amount changes',
    role: 'tutor',
    stored: { hourly_rate: { amount: '10', currency: 'HRK' } },
    steps: [
      { sent: { hourly_rate: { amount: '12', currency: 'HRK' } } },
      { sent: { hourly_rate: { amount: '13' } } },
      {
        sent: { hourly_rate: { amount: '13', currency: 'DEM' } },
        faults: ['hourly_rate.currency unknown_value'],
      },
      { sent: { hourly_rate: { currency: 'DEM' } }, faults: ['hourly_rate.currency unknown_value'] },
      {
        sent: { hourly_rate: { amount: 'x', currency: 'HRK' } },
        faults: ['hourly_rate.amount invalid_format'],
      },
      { sent: { hourly_rate: { amount: '13', currency: 'UAH' } } },
      { sent: { hourly_rate: { currency: 'HRK' } }, faults: ['hourly_rate.currency unknown_value'] },
    ],
  },
  {
    name: 'members of an object and items that are objects',
    role: 'coach',
    stored: { place: { kind: 'c', floor: 20 }, places: [{ kind: 'c' }, { kind: 'a' }] },
    steps: [
      { sent: { place: { floor: 3 } } },
      { sent: { place: { kind: 'c', floor: 4 } } },
      { sent: { place: { kind: 'd' } }, faults: ['place.kind unknown_value'] },
      { sent: { places: [{ kind: 'b' }, { kind: 'c' }] } },
      { sent: { places: [{ kind: 'c' }, { kind: 'd' }] }, faults: ['places[1].kind unknown_value'] },
    ],
  },
]

for (const { name, role, stored, steps } of cases) {
  test(`only what is new is judged: ${name}`, async () => {
    const person = await personWith(role, stored)
    const section = `${role}_profile`
    for (const { sent, faults = [] } of steps) {
      const before = (await app.send('GET', PROFILE, { token: person.token })).json()
      for (const extra of [{}, { version: before.version }]) {
        const answer = await app.send('PATCH', PROFILE, {
          token: person.token,
          body: { [section]: sent, ...extra },
        })
        const found = (answer.json().errors ?? []) as { field: string; code: string }[]
        assert.deepEqual(
          found.map(({ field, code }) => `${field} ${code}`).sort(),
          faults.map((fault) => `${section}.${fault}`).sort(),
          JSON.stringify(sent),
        )
        assert.equal(answer.statusCode, faults.length === 0 ? 200 : 400)
        if (faults.length > 0) continue
        for (const [field, value] of Object.entries(sent as Record<string, unknown>)) {
          const now = answer.json()[section][field]
          assert.deepEqual(isPlain(value) ? { ...now, ...value } : value, now)
        }
        break
      }
    }
    const document = (await app.send('GET', PROFILE, { token: person.token })).json()
    assert.deepEqual(await replay(app.pool, person.userId), statePart(document))
  })
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

test('settings that are not offered any more stay, and the others can be changed', async () => {
  const person = await app.person()
  await query(
    app.pool,
    sql`update settings set ui_language = 'pl', timezone = 'Mars/Olympus' where user_id = ${person.userId}`,
  )
  const { token } = person
  const settings = (await app.send('GET', '/api/me/settings/', { token })).json()
  assert.deepEqual([settings.ui_language, settings.timezone], ['pl', 'Mars/Olympus'])
  const send = (body: object) => app.send('PATCH', '/api/me/settings/', { token, body })
  const kept = await send({ ...settings, notifications_enabled: false })
  assert.equal(kept.statusCode, 200, kept.body)
  assert.deepEqual(kept.json(), { ...settings, notifications_enabled: false })
  assert.equal((await send({ ui_language: 'pl' })).statusCode, 200)
  for (const ui_language of ['uk', 'PL-pl', 'de']) assert.equal((await send({ ui_language })).statusCode, 400)
  assert.equal((await send({ ui_language: 'en', timezone: 'UTC' })).statusCode, 200)
  assert.equal((await send({ ui_language: 'pl' })).statusCode, 400)
})

test('answers fit their published schemas, formats included, whatever the catalogues have lost', async () => {
  const tutor = await personWith('tutor', {
    headline: `${'h'.repeat(500)}\u202e`,
    subjects: ['alchemy', 'alchemy', ...Array.from({ length: 30 }, (_, i) => `s-${i}`)],
    languages: ['english language'],
    experience_years: 99,
    hourly_rate: { amount: '010', currency: 'HRK' },
    lesson_formats: ['by_post', 'online', 'online'],
  })
  await query(
    app.pool,
    sql`update settings set ui_language = 'pl', timezone = 'Mars/Olympus', privacy_public_profile = true where user_id = ${tutor.userId}`,
  )
  await query(
    app.pool,
    sql`update users set role = 'wizard', first_name = ${'x\u202e'}, email = 'не адреса' where id = ${tutor.userId}`,
  )
  const student = await personWith('coach', {
    level: 'c',
    levels: ['c', 'c'],
    place: { kind: 'c', floor: 77 },
  })
  await query(
    app.pool,
    sql`update settings set privacy_public_profile = true where user_id = ${student.userId}`,
  )

  const document = (await app.send('GET', '/api/schema/')).json()
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: await publishedFormats() })
  ajv.addSchema(document, 'openapi')
  const fits = (name: string, value: unknown) => {
    const validate = ajv.compile({ $ref: `openapi#/components/schemas/${name}` })
    assert.ok(validate(value), `${name}: ${ajv.errorsText(validate.errors)}`)
  }
  const picture = await form([{ name: 'avatar', file: await noise(32) }])
  assert.equal(
    (await app.send('POST', '/api/me/avatar/', { token: tutor.token, ...picture })).statusCode,
    201,
  )
  for (const { token, userId } of [tutor, student]) {
    const whole = (await app.send('GET', PROFILE, { token })).json()
    fits('ProfileDocument', whole)
    fits('Settings', (await app.send('GET', '/api/me/settings/', { token })).json())
    const shown = await app.send('GET', `/api/profiles/${userId}/`)
    assert.equal(shown.statusCode, 200)
    fits('PublicProfile', shown.json())
    fits('PublicProfile', (await app.send('GET', '/api/me/profile/public/', { token })).json())
    fits('ActivitySummary', (await app.send('GET', '/api/me/activity/summary/', { token })).json())
    const body = { ...whole, settings: { ...whole.settings, notifications_enabled: false } }
    const changed = await app.send('PATCH', PROFILE, { token, body })
    assert.equal(changed.statusCode, 200, changed.body)
    fits('ProfileDocument', changed.json())
  }
})

/** The formats as the server itself means them. */
async function publishedFormats() {
  const { createFormats } = await import('../profile-types/formats.ts')
  return Object.fromEntries(
    Object.entries(createFormats([{ slug: 'law' }])).map(([name, { accepts }]) => [name, accepts]),
  )
}

test("every choice in the published schemas says its type, a host's own included", async () => {
  const untyped: string[] = []
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    const schema = value as Record<string, unknown>
    const isSchema = Array.isArray(schema['enum']) || ('const' in schema && !path.endsWith('/properties'))
    if (isSchema && schema['type'] === undefined) untyped.push(path)
    for (const [name, member] of Object.entries(schema)) {
      if (!/^examples?$|^x-|^default$/.test(name)) look(member, `${path}/${name}`)
    }
  }
  look((await app.send('GET', '/api/schema/')).json(), '')
  look((await app.send('GET', '/api/profile-types/')).json(), 'types')
  assert.deepEqual(untyped, [])
})

test('choices that a host declares without their type get it, however they are declared', () => {
  const { fields } = defineProfileType({
    name: 'x',
    labels,
    fields: {
      text: Type.Enum(['a', 'b'], { default: 'a' }),
      either: Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Null()], { default: null }),
      mixed: Type.Unsafe({ enum: [1, 'a', true, null], default: null }),
      one: Type.Unsafe({ const: 'a', default: 'a' }),
    },
    publicFields: [],
    searchableFields: [],
  })
  const typesOf = (name: string) => (fields[name] as unknown as { type: unknown }).type
  assert.equal(typesOf('text'), 'string')
  assert.deepEqual(typesOf('either'), ['string', 'null'])
  assert.deepEqual(typesOf('mixed'), ['integer', 'string', 'boolean', 'null'])
  assert.equal(typesOf('one'), 'string')
})
