import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Type } from 'typebox'
import { choiceField, defineProfileType, integerField, listField, objectField, textField } from '../index.ts'
import { replay, statePart } from '../document/history.ts'
import { form } from '../../test/form.ts'
import { noise } from '../../test/picture.ts'
import { useTestApp } from '../../test/test-app.ts'

/** The example of docs/profile-types.md. */
const psychologist = defineProfileType({
  name: 'psychologist',
  labels: { uk: 'Психолог', en: 'Psychologist' },
  fields: {
    approach: textField(1000, {
      labels: { uk: 'Підхід', en: 'Approach' },
      hints: { uk: 'Методи, з якими ви працюєте', en: 'The methods that you work with' },
    }),
    qualification: choiceField({
      labels: { uk: 'Кваліфікація', en: 'Qualification' },
      options: {
        counsellor: { uk: 'Консультування', en: 'Counselling' },
        psychotherapist: { uk: 'Психотерапія', en: 'Psychotherapy' },
      },
    }),
    licence_year: integerField(1950, 2100, { labels: { uk: 'Рік ліцензії', en: 'Licensed since' } }),
    session_minutes: integerField(10, 240, {
      labels: { uk: 'Тривалість сесії', en: 'Session length' },
      example: { uk: '50', en: '50' },
      suffix: { uk: 'хв', en: 'min' },
    }),
    session_formats: listField(Type.Enum(['online', 'in_person', 'phone']), 3, 'choices', {
      labels: { uk: 'Формат сесій', en: 'Session formats' },
      options: {
        online: { uk: 'Онлайн', en: 'Online' },
        in_person: { uk: 'Очно', en: 'In person' },
        phone: { uk: 'Телефоном', en: 'By phone' },
      },
    }),
  },
  commonFields: {
    headline: { example: { uk: 'Допомагаю пережити втрату', en: 'Help in hard times' } },
  },
  publicFields: [
    'headline',
    'bio',
    'subjects',
    'approach',
    'qualification',
    'session_minutes',
    'session_formats',
  ],
  searchableFields: ['headline', 'bio', 'approach'],
  required: ['photo', 'first_name', 'headline', 'qualification'],
  completeness: {
    photo: 20,
    first_name: 10,
    headline: 20,
    qualification: 20,
    approach: { weight: 20, from: 200 },
    session_formats: 10,
  },
  groups: [
    {
      name: 'about',
      labels: { uk: 'Про вас', en: 'About you' },
      fields: ['headline', 'bio', 'qualification', 'licence_year'],
    },
    {
      name: 'sessions',
      labels: { uk: 'Як проходять сесії', en: 'How you work' },
      fields: ['approach', 'session_formats', 'session_minutes'],
    },
  ],
  example: {
    headline: 'Help in hard times',
    approach: 'CBT',
    licence_year: 2012,
    session_formats: ['online'],
  },
})

const app = await useTestApp({ profileTypes: [psychologist] })

test('docs/profile-types.md has this very declaration', async () => {
  const declaration = (text: string) => /defineProfileType\(\{\n {2}name[^]+?\n\}\)/.exec(text)?.[0]
  const page = await readFile(join(import.meta.dirname, '../../../docs/profile-types.md'), 'utf8')
  assert.equal(declaration(page), declaration(await readFile(import.meta.filename, 'utf8')))
})

test('one declaration gives a type its role, document, validation, log, OpenAPI and form', async () => {
  const { token, userId } = await app.person({ role: 'psychologist' })
  const before = (await app.send('GET', '/api/me/profile/', { token })).json()
  assert.equal(before.profile_type, 'psychologist')
  assert.equal(before.tutor_profile, null)
  assert.deepEqual(before.psychologist_profile, {
    headline: '',
    bio: '',
    subjects: [],
    approach: '',
    qualification: null,
    licence_year: null,
    session_minutes: null,
    session_formats: [],
  })

  const body = {
    psychologist_profile: {
      approach: 'Listening',
      qualification: 'counsellor',
      session_formats: ['phone'],
      licence_year: 2012,
    },
  }
  const changed = await app.send('PATCH', '/api/me/profile/', { token, body })
  assert.equal(changed.statusCode, 200, changed.body)
  assert.equal(changed.json().psychologist_profile.licence_year, 2012)
  assert.deepEqual(await replay(app.pool, userId), statePart(changed.json()))

  const faulty = {
    psychologist_profile: {
      qualification: 'healer',
      licence_year: 1900,
      session_formats: ['phone', 'phone'],
      grade: 1,
    },
  }
  const refused = await app.send('PATCH', '/api/me/profile/', { token, body: faulty })
  assert.deepEqual(
    refused
      .json()
      .errors.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`)
      .sort(),
    [
      'psychologist_profile.grade unknown_field',
      'psychologist_profile.licence_year out_of_range',
      'psychologist_profile.qualification unknown_value',
      'psychologist_profile.session_formats[1] duplicate',
    ],
  )

  const { components } = (await app.send('GET', '/api/schema/')).json()
  assert.ok(components.schemas.PsychologistProfile.properties.licence_year)
  assert.ok(components.schemas.ProfilePatch.properties.psychologist_profile)
  const types = (await app.send('GET', '/api/profile-types/')).json()
  const listed = types.find(({ name }: { name: string }) => name === 'psychologist')
  assert.equal(listed.section, 'psychologist_profile')
  assert.deepEqual(Object.keys(listed.schema.properties), Object.keys(before.psychologist_profile))
  assert.deepEqual(listed.schema.properties.approach['x-labels'], { uk: 'Підхід', en: 'Approach' })
  const annotations = (field: string) => {
    const { 'x-widget': widget, 'x-options': options, 'x-public': isPublic } = listed.schema.properties[field]
    return { widget, options: options && Object.keys(options), isPublic }
  }
  assert.deepEqual(annotations('qualification'), {
    widget: 'choice',
    options: ['counsellor', 'psychotherapist'],
    isPublic: true,
  })
  assert.deepEqual(annotations('session_formats'), {
    widget: 'choices',
    options: ['online', 'in_person', 'phone'],
    isPublic: true,
  })
  assert.deepEqual(annotations('licence_year'), {
    widget: 'integer',
    options: undefined,
    isPublic: undefined,
  })
  const minutes = listed.schema.properties.session_minutes
  assert.deepEqual(minutes['x-suffix'], { uk: 'хв', en: 'min' })
  assert.deepEqual(minutes['x-example'], { uk: '50', en: '50' })
  assert.deepEqual(listed.schema.properties.headline['x-example'], {
    uk: 'Допомагаю пережити втрату',
    en: 'Help in hard times',
  })
  assert.equal(listed.schema.properties.headline['x-labels'].en, 'Headline')
  assert.deepEqual(listed.required, ['photo', 'first_name', 'headline', 'qualification'])
  assert.deepEqual(listed.completeness.slice(3), [
    { field: 'qualification', weight: 20, from: 1 },
    { field: 'approach', weight: 20, from: 200 },
    { field: 'session_formats', weight: 10, from: 1 },
  ])
  const groups: { name: string; fields: string[] }[] = listed.groups
  assert.deepEqual(
    groups.map(({ name, fields }) => [name, fields.length]),
    [
      ['about', 4],
      ['sessions', 3],
      ['other', 1],
    ],
  )
})

test('a choice is one of its options or null, and anything else is one fault', async () => {
  const { token } = await app.person({ role: 'psychologist' })
  const choose = async (qualification: unknown) => {
    const body = { psychologist_profile: { qualification } }
    const answer = await app.send('PATCH', '/api/me/profile/', { token, body })
    if (answer.statusCode === 200) return [answer.json().psychologist_profile.qualification]
    return answer.json<{ errors: { code: string }[] }>().errors.map(({ code }) => code)
  }
  assert.deepEqual(await choose('psychotherapist'), ['psychotherapist'])
  assert.deepEqual(await choose(null), [null])
  assert.deepEqual(await choose('healer'), ['unknown_value'])
  assert.deepEqual(await choose(''), ['unknown_value'])
  assert.deepEqual(await choose(7), ['invalid_type'])
  assert.deepEqual(await choose(['counsellor']), ['invalid_type'])
})

test('strangers see the public fields of a type, and no others', async () => {
  const { token, userId, email } = await app.person({ role: 'psychologist' })
  const fields = {
    headline: 'Here to listen',
    approach: 'Listening',
    qualification: 'counsellor',
    session_formats: ['phone'],
    licence_year: 2012,
  }
  const body = { psychologist_profile: fields, settings: { privacy_public_profile: true } }
  const early = await app.send('PATCH', '/api/me/profile/', { token, body })
  assert.deepEqual(
    early.json().errors.map(({ field }: { field: string }) => field),
    ['avatar', 'user.first_name'],
  )
  const picture = await form([{ name: 'avatar', file: await noise(32) }])
  assert.equal((await app.send('POST', '/api/me/avatar/', { token, ...picture })).statusCode, 201)
  const named = { ...body, user: { first_name: 'Ольга' } }
  assert.equal((await app.send('PATCH', '/api/me/profile/', { token, body: named })).statusCode, 200)
  const answer = await app.send('GET', `/api/profiles/${userId}/`)
  const { licence_year: _hidden, ...visible } = fields
  assert.equal(answer.json().profile_type, 'psychologist')
  assert.deepEqual(answer.json().psychologist_profile, {
    bio: '',
    subjects: [],
    session_minutes: null,
    ...visible,
  })
  assert.doesNotMatch(answer.body, /licence_year/)
  assert.ok(!answer.body.includes(email))
  const { components } = (await app.send('GET', '/api/schema/')).json()
  const { properties } = components.schemas.PublicProfile.properties.psychologist_profile.anyOf[0]
  assert.deepEqual(Object.keys(properties), psychologist.publicFields)
})

const about = { labels: { uk: 'Поле', en: 'Field' } }
const options = { online: about.labels }
const faulty: [name: string, fields: Parameters<typeof defineProfileType>[0]['fields'], message: RegExp][] = [
  ['Doctor', {}, /name is lower case/],
  ['doctor', { Approach: textField(10, about) }, /snake_case/],
  ['doctor', { access_token: textField(10, about) }, /looks like a secret/],
  ['doctor', { approach: Type.String() }, /no default/],
  ['doctor', { nested: objectField({ pin_code: Type.String() }, 'object', about) }, /looks like a secret/],
  [
    'doctor',
    { formats: listField(Type.Enum(['online', 'phone']), 2, 'choices', { ...about, options }) },
    /"formats" has no label for its value "phone"/,
  ],
  [
    'doctor',
    { formats: listField(Type.Enum(['online']), 2, 'choices', about) },
    /no label for its value "online"/,
  ],
  [
    'doctor',
    { formats: listField(Type.Enum(['toString']), 2, 'choices', { ...about, options: {} }) },
    /no label for its value "toString"/,
  ],
  [
    'doctor',
    {
      formats: listField(Type.Enum(['phone']), 2, 'choices', {
        ...about,
        options: { phone: about.labels, ...options },
      }),
    },
    /has a label for "online", which is none of its values/,
  ],
  [
    'doctor',
    { formats: listField(Type.String(), 2, 'choices', { ...about, options }) },
    /choice without an enum/,
  ],
  [
    'doctor',
    { format: { ...choiceField({ ...about, options }), enum: ['online', 'phone', null] } },
    /"format" has no label for its value "phone"/,
  ],
  [
    'doctor',
    { notes: listField(Type.String(), 1001, 'list', about) },
    /"notes": a list has at most 1000 items/,
  ],
  [
    'doctor',
    { dosage: Type.String({ default: '', 'x-widget': 'slider' }) },
    /"dosage" has the widget "slider"; there are line, text/,
  ],
  [
    'doctor',
    { doses: listField(Type.Object({ amount: Type.Number({ 'x-widget': 'slider' }) }), 3, 'list', about) },
    /"doses" has the widget "slider"/,
  ],
  [
    'doctor',
    { code: Type.String({ pattern: '^(?=a)', default: '' }) },
    /"code": the pattern .* cannot be matched in time/,
  ],
]
for (const [name, fields, message] of faulty) {
  test(`a declaration that contradicts itself is refused at start: ${message.source}`, () => {
    const declare = () =>
      defineProfileType({ name, labels: about.labels, fields, publicFields: [], searchableFields: [] })
    assert.throws(declare, message)
  })
}

test('what a host leaves open in its declaration has a limit', () => {
  const { fields } = defineProfileType({
    name: 'doctor',
    labels: about.labels,
    fields: {
      notes: Type.Array(Type.Object({ text: Type.String() }), { default: [] }),
      facts: Type.Record(Type.String(), Type.String(), { default: {} }),
      kind: Type.Union([Type.Literal('a'), Type.String()], { default: 'a' }),
    },
    publicFields: [],
    searchableFields: [],
  })
  const limits = (schema: unknown) => JSON.parse(JSON.stringify(schema)) as Record<string, unknown>
  const { notes, facts, kind } = fields
  assert.partialDeepStrictEqual(limits(notes), {
    maxItems: 100,
    items: { maxProperties: 100, properties: { text: { maxLength: 2000 } } },
  })
  assert.partialDeepStrictEqual(limits(facts), {
    maxProperties: 100,
    patternProperties: { '^.*$': { maxLength: 2000 } },
  })
  assert.partialDeepStrictEqual(limits(kind), { anyOf: [{ const: 'a' }, { maxLength: 2000 }] })
})
