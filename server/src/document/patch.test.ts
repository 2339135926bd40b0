import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { query, sql } from '../database/database.ts'
import { useTestApp, type Person } from '../../test/test-app.ts'

const app = await useTestApp()

type Fault = [field: string, code: string, params?: Record<string, unknown>]
type Case = { name: string; body: unknown; faults: Fault[]; as?: 'tutor' | 'student' | 'both' }

const long = (length: number, character = 'я') => character.repeat(length)

/** Every way in which a patch can be wrong, what is said about it, and that it leaves no trace. */
const cases: Case[] = [
  { name: 'a body that is a list', body: [], faults: [['', 'invalid_type', { expected: ['object'] }]] },
  { name: 'a body that is a text', body: '"x"', faults: [['', 'invalid_type']] },
  { name: 'a body that is a number', body: '7', faults: [['', 'invalid_type']] },
  { name: 'a body that is null', body: 'null', faults: [['', 'not_nullable']] },
  { name: 'an unknown section', body: { users: {} }, faults: [['users', 'unknown_field']] },
  { name: '__proto__ as a section', body: '{"__proto__":{"a":1}}', faults: [['__proto__', 'unknown_field']] },
  {
    name: 'constructor as a field',
    body: '{"user":{"constructor":{}}}',
    faults: [['user.constructor', 'unknown_field']],
  },
  { name: 'a section that is a text', body: { user: 'Olena' }, faults: [['user', 'invalid_type']] },
  { name: 'a section that is a list', body: { settings: [] }, faults: [['settings', 'invalid_type']] },
  { name: 'the user as null', body: { user: null }, faults: [['user', 'not_nullable']] },
  { name: 'the settings as null', body: { settings: null }, faults: [['settings', 'not_nullable']] },
  {
    name: 'a held section as null',
    body: { tutor_profile: null },
    faults: [['tutor_profile', 'not_nullable']],
  },
  {
    name: 'an unknown field of the user',
    body: { user: { nick: 'x' } },
    faults: [['user.nick', 'unknown_field']],
  },
  {
    name: 'a first name of 151 characters',
    body: { user: { first_name: long(151) } },
    faults: [['user.first_name', 'max_length', { max: 150 }]],
  },
  {
    name: 'a last name of 151 emoji',
    body: { user: { last_name: long(151, '🦊') } },
    faults: [['user.last_name', 'max_length', { max: 150 }]],
  },
  {
    name: 'a first name that is null',
    body: { user: { first_name: null } },
    faults: [['user.first_name', 'not_nullable']],
  },
  {
    name: 'a first name that is a number',
    body: { user: { first_name: 5 } },
    faults: [['user.first_name', 'invalid_type', { expected: ['string'] }]],
  },
  {
    name: 'a name with a newline',
    body: { user: { first_name: 'a\nb' } },
    faults: [['user.first_name', 'invalid_format']],
  },
  {
    name: 'a name with NUL',
    body: { user: { first_name: 'a\u0000b' } },
    faults: [['user.first_name', 'invalid_format']],
  },
  {
    name: 'a name with an escape character',
    body: { user: { first_name: 'a\u001bb' } },
    faults: [['user.first_name', 'invalid_format']],
  },
  {
    name: 'a name with a C1 control',
    body: { user: { first_name: 'a\u0085b' } },
    faults: [['user.first_name', 'invalid_format']],
  },
  {
    name: 'a lone surrogate',
    body: '{"user":{"last_name":"\\ud800"}}',
    faults: [['user.last_name', 'invalid_format']],
  },
  {
    name: 'another e-mail',
    body: { user: { email: 'other@example.com' } },
    faults: [['user.email', 'read_only']],
  },
  { name: 'another role', body: { user: { role: 'student' } }, faults: [['user.role', 'read_only']] },
  { name: 'another id', body: { user: { id: 999_999 } }, faults: [['user.id', 'read_only']] },
  {
    name: 'self-learning switched',
    body: { user: { is_self_learning: true } },
    faults: [['user.is_self_learning', 'read_only']],
  },
  {
    name: 'another profile type',
    body: { profile_type: 'student' },
    faults: [['profile_type', 'read_only']],
  },
  {
    name: 'a picture by patch',
    body: { avatar_url: '/media/x.webp' },
    faults: [['avatar_url', 'read_only']],
  },
  { name: 'a picture object by patch', body: { avatar: { url: 'x' } }, faults: [['avatar', 'read_only']] },
  {
    name: 'a version that is not the current one',
    body: { version: 99 },
    faults: [['version', 'read_only']],
  },
  {
    name: 'another time of making',
    body: { created_at: '2020-01-01T00:00:00Z' },
    faults: [['created_at', 'read_only']],
  },
  { name: 'another time of change', body: { updated_at: null }, faults: [['updated_at', 'read_only']] },
  {
    name: 'a section that the user does not hold',
    body: { student_profile: { grade: '9' } },
    faults: [['student_profile', 'not_applicable']],
  },
  {
    name: 'a faulty section that the user does not hold',
    body: { student_profile: { grade: 9, foo: 1 } },
    faults: [['student_profile', 'not_applicable']],
  },
  {
    name: 'a headline of 121 characters',
    body: { tutor_profile: { headline: long(121) } },
    faults: [['tutor_profile.headline', 'max_length', { max: 120 }]],
  },
  {
    name: 'a headline with a tab',
    body: { tutor_profile: { headline: 'a\tb' } },
    faults: [['tutor_profile.headline', 'invalid_format']],
  },
  {
    name: 'a headline that is null',
    body: { tutor_profile: { headline: null } },
    faults: [['tutor_profile.headline', 'not_nullable']],
  },
  {
    name: 'a bio of 2001 characters',
    body: { tutor_profile: { bio: long(2001) } },
    faults: [['tutor_profile.bio', 'max_length', { max: 2000 }]],
  },
  {
    name: 'a bio with a lone carriage return',
    body: { tutor_profile: { bio: 'a\rb' } },
    faults: [['tutor_profile.bio', 'invalid_format']],
  },
  {
    name: 'a bio with a bell',
    body: { tutor_profile: { bio: 'a\u0007b' } },
    faults: [['tutor_profile.bio', 'invalid_format']],
  },
  {
    name: 'a bio that is an object',
    body: { tutor_profile: { bio: {} } },
    faults: [['tutor_profile.bio', 'invalid_type']],
  },
  {
    name: 'subjects as a text',
    body: { tutor_profile: { subjects: 'mathematics' } },
    faults: [['tutor_profile.subjects', 'invalid_type', { expected: ['array'] }]],
  },
  {
    name: 'subjects as null',
    body: { tutor_profile: { subjects: null } },
    faults: [['tutor_profile.subjects', 'not_nullable']],
  },
  {
    name: 'an unknown subject',
    body: { tutor_profile: { subjects: ['mathematics', 'alchemy'] } },
    faults: [['tutor_profile.subjects[1]', 'unknown_value']],
  },
  {
    name: 'a subject in capitals',
    body: { tutor_profile: { subjects: ['Mathematics'] } },
    faults: [['tutor_profile.subjects[0]', 'unknown_value']],
  },
  {
    name: 'a subject that is a number',
    body: { tutor_profile: { subjects: [7] } },
    faults: [['tutor_profile.subjects[0]', 'invalid_type']],
  },
  {
    name: 'a subject that is null',
    body: { tutor_profile: { subjects: [null] } },
    faults: [['tutor_profile.subjects[0]', 'not_nullable']],
  },
  {
    name: 'two pairs of equal subjects',
    body: { tutor_profile: { subjects: ['algebra', 'physics', 'algebra', 'physics'] } },
    faults: [
      ['tutor_profile.subjects[2]', 'duplicate'],
      ['tutor_profile.subjects[3]', 'duplicate'],
    ],
  },
  {
    name: '21 subjects',
    body: { tutor_profile: { subjects: Array.from({ length: 21 }, (_, i) => `s${i}`) } },
    faults: [['tutor_profile.subjects', 'max_items', { max: 20 }]],
  },
  {
    name: 'a language that is no tag',
    body: { tutor_profile: { languages: ['uk', 'українська'] } },
    faults: [['tutor_profile.languages[1]', 'invalid_format']],
  },
  {
    name: 'experience below zero',
    body: { tutor_profile: { experience_years: -1 } },
    faults: [['tutor_profile.experience_years', 'out_of_range', { min: 0, max: 80 }]],
  },
  {
    name: 'experience above 80',
    body: { tutor_profile: { experience_years: 81 } },
    faults: [['tutor_profile.experience_years', 'out_of_range', { min: 0, max: 80 }]],
  },
  {
    name: 'experience in halves',
    body: { tutor_profile: { experience_years: 1.5 } },
    faults: [['tutor_profile.experience_years', 'invalid_type']],
  },
  {
    name: 'experience as a text',
    body: { tutor_profile: { experience_years: '5' } },
    faults: [['tutor_profile.experience_years', 'invalid_type']],
  },
  {
    name: 'experience beyond all numbers',
    body: '{"tutor_profile":{"experience_years":1e999}}',
    faults: [['tutor_profile.experience_years', 'invalid_type']],
  },
  {
    name: 'a rate that is a number',
    body: { tutor_profile: { hourly_rate: 300 } },
    faults: [['tutor_profile.hourly_rate', 'invalid_type']],
  },
  {
    name: 'a rate without currency where none is stored',
    body: { tutor_profile: { hourly_rate: { amount: '300' } } },
    faults: [['tutor_profile.hourly_rate.currency', 'required']],
  },
  {
    name: 'an empty rate where none is stored',
    body: { tutor_profile: { hourly_rate: {} } },
    faults: [
      ['tutor_profile.hourly_rate.amount', 'required'],
      ['tutor_profile.hourly_rate.currency', 'required'],
    ],
  },
  {
    name: 'an amount that is a number',
    body: { tutor_profile: { hourly_rate: { amount: 300, currency: 'UAH' } } },
    faults: [['tutor_profile.hourly_rate.amount', 'invalid_type']],
  },
  {
    name: 'an amount below zero',
    body: { tutor_profile: { hourly_rate: { amount: '-1', currency: 'UAH' } } },
    faults: [['tutor_profile.hourly_rate.amount', 'invalid_format']],
  },
  {
    name: 'an amount in words',
    body: { tutor_profile: { hourly_rate: { amount: '1e3', currency: 'UAH' } } },
    faults: [['tutor_profile.hourly_rate.amount', 'invalid_format']],
  },
  {
    name: 'an amount that is null',
    body: { tutor_profile: { hourly_rate: { amount: null, currency: 'UAH' } } },
    faults: [['tutor_profile.hourly_rate.amount', 'not_nullable']],
  },
  {
    name: 'a currency that does not exist',
    body: { tutor_profile: { hourly_rate: { amount: '1', currency: 'ZZZ' } } },
    faults: [['tutor_profile.hourly_rate.currency', 'unknown_value']],
  },
  {
    name: 'a currency in small letters',
    body: { tutor_profile: { hourly_rate: { amount: '1', currency: 'uah' } } },
    faults: [['tutor_profile.hourly_rate.currency', 'unknown_value']],
  },
  {
    name: 'an unknown member of the rate',
    body: { tutor_profile: { hourly_rate: { amount: '1', currency: 'UAH', per: 'hour' } } },
    faults: [['tutor_profile.hourly_rate.per', 'unknown_field']],
  },
  {
    name: 'an unknown lesson format',
    body: { tutor_profile: { lesson_formats: ['online', 'by_post'] } },
    faults: [['tutor_profile.lesson_formats[1]', 'unknown_value']],
  },
  {
    name: "a student's field on a tutor",
    body: { tutor_profile: { grade: '9' } },
    faults: [['tutor_profile.grade', 'unknown_field']],
  },
  {
    name: 'a grade of 51 characters',
    as: 'student',
    body: { student_profile: { grade: long(51) } },
    faults: [['student_profile.grade', 'max_length', { max: 50 }]],
  },
  {
    name: 'goals of 2001 characters',
    as: 'student',
    body: { student_profile: { learning_goals: long(2001) } },
    faults: [['student_profile.learning_goals', 'max_length', { max: 2000 }]],
  },
  {
    name: 'goals that are null',
    as: 'student',
    body: { student_profile: { learning_goals: null } },
    faults: [['student_profile.learning_goals', 'not_nullable']],
  },
  {
    name: 'a time zone in the wrong case',
    body: { settings: { timezone: 'europe/kyiv' } },
    faults: [['settings.timezone', 'unknown_value']],
  },
  {
    name: 'a time zone that does not exist',
    body: { settings: { timezone: 'Mars/Olympus' } },
    faults: [['settings.timezone', 'unknown_value']],
  },
  {
    name: 'an offset as a time zone',
    body: { settings: { timezone: '+02:00' } },
    faults: [['settings.timezone', 'unknown_value']],
  },
  {
    name: 'a time zone that is null',
    body: { settings: { timezone: null } },
    faults: [['settings.timezone', 'not_nullable']],
  },
  {
    name: 'a language that is not offered',
    body: { settings: { ui_language: 'pl' } },
    faults: [['settings.ui_language', 'unknown_value', { allowed: ['uk', 'en'] }]],
  },
  {
    name: 'a language that is null',
    body: { settings: { ui_language: null } },
    faults: [['settings.ui_language', 'not_nullable']],
  },
  {
    name: 'a language that is a number',
    body: { settings: { ui_language: 5 } },
    faults: [['settings.ui_language', 'invalid_type', { expected: ['string'] }]],
  },
  {
    name: 'a language that is no tag at all',
    body: { settings: { ui_language: 'українська мова' } },
    faults: [['settings.ui_language', 'unknown_value']],
  },
  {
    name: 'a time zone that is a number',
    body: { settings: { timezone: 5 } },
    faults: [['settings.timezone', 'invalid_type']],
  },
  {
    name: 'lesson formats of other types',
    body: { tutor_profile: { lesson_formats: [null, 5] } },
    faults: [
      ['tutor_profile.lesson_formats[0]', 'not_nullable'],
      ['tutor_profile.lesson_formats[1]', 'invalid_type'],
    ],
  },
  {
    name: 'a currency that is a number',
    body: { tutor_profile: { hourly_rate: { amount: '1', currency: 980 } } },
    faults: [['tutor_profile.hourly_rate.currency', 'invalid_type']],
  },
  {
    name: 'a currency that is null',
    body: { tutor_profile: { hourly_rate: { amount: '1', currency: null } } },
    faults: [['tutor_profile.hourly_rate.currency', 'not_nullable']],
  },
  {
    name: 'languages that differ by case alone',
    body: { tutor_profile: { languages: ['en-US', 'uk', 'EN-us'] } },
    faults: [['tutor_profile.languages[2]', 'duplicate']],
  },
  ...['\u2028', '\u2029', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e'].map((character): Case => ({
    name: `one line with U+${character.charCodeAt(0).toString(16)}`,
    body: { user: { last_name: `a${character}b` }, tutor_profile: { headline: `a${character}b` } },
    faults: [
      ['tutor_profile.headline', 'invalid_format'],
      ['user.last_name', 'invalid_format'],
    ],
  })),
  {
    name: 'notifications as a text',
    body: { settings: { notifications_enabled: 'yes' } },
    faults: [['settings.notifications_enabled', 'invalid_type', { expected: ['boolean'] }]],
  },
  {
    name: 'notifications as a number',
    body: { settings: { notifications_enabled: 1 } },
    faults: [['settings.notifications_enabled', 'invalid_type']],
  },
  {
    name: 'privacy as null',
    body: { settings: { privacy_public_profile: null } },
    faults: [['settings.privacy_public_profile', 'not_nullable']],
  },
  {
    name: 'an unknown setting',
    body: { settings: { theme: 'dark' } },
    faults: [['settings.theme', 'unknown_field']],
  },
  {
    name: 'everything at once',
    body: {
      user: { first_name: null, email: 'x@example.com', foo: 1 },
      tutor_profile: { headline: long(121), subjects: ['alchemy'], hourly_rate: { amount: 'x' } },
      student_profile: { grade: '9' },
      settings: { timezone: 'Mars', ui_language: 7 },
      version: 99,
      bar: 1,
    },
    faults: [
      ['bar', 'unknown_field'],
      ['settings.timezone', 'unknown_value'],
      ['settings.ui_language', 'invalid_type'],
      ['student_profile', 'not_applicable'],
      ['tutor_profile.headline', 'max_length'],
      ['tutor_profile.hourly_rate.amount', 'invalid_format'],
      ['tutor_profile.hourly_rate.currency', 'required'],
      ['tutor_profile.subjects[0]', 'unknown_value'],
      ['user.email', 'read_only'],
      ['user.first_name', 'not_nullable'],
      ['user.foo', 'unknown_field'],
      ['version', 'read_only'],
    ],
  },
]

const people = {
  tutor: await app.person({ role: 'tutor' }),
  student: await app.person({ role: 'student' }),
}

async function documentOf({ token }: Person): Promise<Record<string, unknown>> {
  return (await app.send('GET', '/api/me/profile/', { token })).json()
}

describe('a faulty patch names every fault and leaves no trace:', () => {
  for (const { name, body, faults, as = 'tutor' } of cases) {
    test(name, async () => {
      const person = people[as === 'student' ? 'student' : 'tutor']
      const before = await documentOf(person)
      const answer = await app.send('PATCH', '/api/me/profile/', {
        token: person.token,
        body,
        headers: { 'content-type': 'application/json', 'accept-language': 'en' },
      })
      assert.equal(answer.statusCode, 400, answer.body)
      assert.equal(answer.headers['content-type'], 'application/problem+json')
      const problem = answer.json()
      assert.equal(problem.code, 'validation_failed')
      const found = problem.errors as { field: string; code: string; message: string; params?: object }[]
      assert.deepEqual(
        found.map(({ field, code }) => `${field} ${code}`).sort(),
        faults.map(([field, code]) => `${field} ${code}`).sort(),
      )
      for (const [field, code, params] of faults) {
        const fault = found.find((one) => one.field === field && one.code === code)
        if (params) assert.deepEqual(fault?.params, params)
        assert.match(fault?.message ?? '', /^[A-Z].*\.$/)
        assert.doesNotMatch(fault?.message ?? '', /[{}]/)
      }
      assert.deepEqual(await documentOf(person), before)
      assert.deepEqual(await app.actions(person.userId), ['system.profile.initialized'])
    })
  }

  test('the same faults on the settings are named by their paths there', async () => {
    const { token, userId } = people.tutor
    const body = { timezone: 'Mars', theme: 'dark', notifications_enabled: null }
    const answer = await app.send('PATCH', '/api/me/settings/', { token, body })
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(
      answer
        .json()
        .errors.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`)
        .sort(),
      ['notifications_enabled not_nullable', 'theme unknown_field', 'timezone unknown_value'],
    )
    assert.deepEqual(await app.actions(userId), ['system.profile.initialized'])
  })

  test('messages are in the language that is asked for, else in that of the user', async () => {
    const { token } = people.tutor
    const body = { settings: { timezone: 'Mars' } }
    const message = async (headers: Record<string, string>) =>
      (await app.send('PATCH', '/api/me/profile/', { token, body, headers })).json().errors[0].message
    assert.match(await message({ 'accept-language': 'en-GB,uk;q=0.5' }), /^This is not one/)
    assert.match(await message({ 'accept-language': 'uk-UA' }), /^Такого варіанта/)
    assert.match(await message({}), /^Такого варіанта/)
  })
})

describe('a faulty body is refused before it is read as a patch:', () => {
  const refusals: [
    name: string,
    body: string | Buffer,
    contentType: string | undefined,
    status: number,
    code: string,
  ][] = [
    ['no JSON', '{"user":', 'application/json', 400, 'invalid_json'],
    ['nothing at all', '', 'application/json', 400, 'invalid_json'],
    [
      'broken UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      'application/json',
      400,
      'invalid_json',
    ],
    [
      'lists in lists in lists …',
      `{"tutor_profile":{"subjects":${'['.repeat(101)}${']'.repeat(101)}}}`,
      'application/json',
      400,
      'invalid_json',
    ],
    [
      '20,000 lists in each other',
      `{"user":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      'application/json',
      400,
      'invalid_json',
    ],
    [
      '10,000 objects in each other',
      `{"tutor_profile":{"hourly_rate":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}}`,
      'application/json',
      400,
      'invalid_json',
    ],
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['a text', 'hello', 'text/plain', 415, 'unsupported_media_type'],
    ['XML', '<a/>', 'application/xml', 415, 'unsupported_media_type'],
    ['a JSON Patch (RFC 6902)', '[]', 'application/json-patch+json', 415, 'unsupported_media_type'],
    ['a broken content type', '{}', ';;;', 415, 'unsupported_media_type'],
    [
      'more than 1 MiB',
      JSON.stringify({ user: { first_name: 'x'.repeat(1024 * 1024) } }),
      'application/json',
      413,
      'payload_too_large',
    ],
  ]
  for (const [name, body, contentType, status, code] of refusals) {
    test(name, async () => {
      const { token, userId } = people.tutor
      const headers = contentType === undefined ? {} : { 'content-type': contentType }
      const answer = await app.send('PATCH', '/api/me/profile/', { token, body, headers })
      assert.equal(answer.statusCode, status, answer.body)
      assert.equal(answer.json().code, code)
      assert.deepEqual(await app.actions(userId), ['system.profile.initialized'])
    })
  }
})

describe('a patch that is right', () => {
  test('normalizes text before it counts and stores it', async () => {
    const person = await app.person({ role: 'tutor' })
    const body = {
      user: { first_name: `  ${'e\u0301'.repeat(150)}  ` },
      tutor_profile: { bio: `\r\n one\r\ntwo \n`, headline: '🦊'.repeat(120) },
    }
    const answer = await app.send('PATCH', '/api/me/profile/', { token: person.token, body })
    assert.equal(answer.statusCode, 200, answer.body)
    const document = answer.json()
    assert.equal(document.user.first_name, 'é'.repeat(150))
    assert.equal(document.tutor_profile.bio, 'one\ntwo')
    assert.deepEqual(document, await documentOf(person))
  })

  test('keeps what is left out, clears with null, and answers the whole new document', async () => {
    const { token, userId } = await app.person({ role: 'tutor' })
    const first = {
      tutor_profile: {
        headline: 'H',
        experience_years: 5,
        hourly_rate: { amount: '10.50', currency: 'EUR' },
      },
    }
    await app.send('PATCH', '/api/me/profile/', { token, body: first })
    const second = {
      tutor_profile: { experience_years: null, hourly_rate: { amount: '11' } },
      student_profile: null,
    }
    const answer = await app.send('PATCH', '/api/me/profile/', {
      token,
      body: JSON.stringify(second),
      headers: { 'content-type': 'application/merge-patch+json' },
    })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.headers['etag'], '"3"')
    const { tutor_profile: tutor } = answer.json()
    assert.equal(tutor.headline, 'H')
    assert.equal(tutor.experience_years, null)
    assert.deepEqual(tutor.hourly_rate, { amount: '11', currency: 'EUR' })
    assert.deepEqual(await app.actions(userId), [
      'system.profile.initialized',
      'profile.updated',
      'profile.updated',
    ])
  })

  test('accepts the whole document sent back, and logs only what really changed', async () => {
    const person = await app.person({ role: 'tutor' })
    const document = await documentOf(person)
    const changed = structuredClone(document) as {
      settings: { timezone: string }
      user: { last_name: string }
    }
    changed.settings.timezone = 'Europe/Kiev'
    changed.user.last_name = 'Koval'
    const answer = await app.send('PATCH', '/api/me/profile/', { token: person.token, body: changed })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.json().version, 2)
    const entries = await query<{
      action: string
      entity_type: string
      entity_id: string
      metadata: unknown
    }>(
      app.pool,
      sql`select action, entity_type, entity_id, metadata from activity_log where user_id = ${person.userId} and action <> 'system.profile.initialized' order by action`,
    )
    assert.deepEqual(entries, [
      {
        action: 'profile.updated',
        entity_type: 'profile',
        entity_id: String(person.userId),
        metadata: {
          changed: ['last_name'],
          changes: { user: { old: { last_name: '' }, new: { last_name: 'Koval' } } },
        },
      },
      {
        action: 'settings.updated',
        entity_type: 'settings',
        entity_id: String(person.userId),
        metadata: { changed: ['timezone'], before: { timezone: 'UTC' }, after: { timezone: 'Europe/Kiev' } },
      },
    ])
  })

  test('that changes nothing logs nothing and keeps the version', async () => {
    const person = await app.person({ role: 'tutor' })
    const before = await documentOf(person)
    for (const body of [
      {},
      { user: {} },
      { user: { first_name: ' ' }, settings: { timezone: 'UTC' } },
      before,
    ]) {
      const answer = await app.send('PATCH', '/api/me/profile/', { token: person.token, body })
      assert.equal(answer.statusCode, 200, answer.body)
      assert.deepEqual(answer.json(), before)
      assert.equal(answer.headers['etag'], '"1"')
    }
    assert.deepEqual(await app.actions(person.userId), ['system.profile.initialized'])
  })

  test('of the settings answers them bare, with the version of the document', async () => {
    const { token, userId } = await app.person({ role: 'student' })
    const answer = await app.send('PATCH', '/api/me/settings/', { token, body: { ui_language: 'en' } })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.headers['etag'], '"2"')
    assert.deepEqual(answer.json(), {
      timezone: 'UTC',
      ui_language: 'en',
      notifications_enabled: true,
      privacy_public_profile: false,
    })
    assert.deepEqual((await app.send('GET', '/api/me/settings/', { token })).json(), answer.json())
    assert.deepEqual(await app.actions(userId), ['system.profile.initialized', 'settings.updated'])
  })

  for (const timezone of [
    'Europe/Kiev',
    'Europe/Kyiv',
    'US/Eastern',
    'UTC',
    'Etc/GMT+12',
    'Asia/Kathmandu',
    'GB-Eire',
    'EST5EDT',
    'America/Argentina/ComodRivadavia',
  ]) {
    test(`takes the time zone ${timezone} and keeps it as it was written`, async () => {
      const { token } = people.student
      const answer = await app.send('PATCH', '/api/me/settings/', { token, body: { timezone } })
      assert.equal(answer.statusCode, 200, answer.body)
      assert.equal(answer.json().timezone, timezone)
    })
  }

  test('of an old value that today is refused: it may stay, and nothing else is lost', async () => {
    const person = await app.person({ role: 'tutor' })
    const headline = long(300)
    await query(
      app.pool,
      sql`update profiles set fields = ${JSON.stringify({ headline, subjects: ['alchemy', 'alchemy'] })}::jsonb where user_id = ${person.userId}`,
    )
    const document = (await documentOf(person)) as { tutor_profile: { bio: string } }
    const whole = await app.send('PATCH', '/api/me/profile/', {
      token: person.token,
      body: { ...document, tutor_profile: { ...document.tutor_profile, bio: 'new' } },
    })
    assert.equal(whole.statusCode, 200, whole.body)
    assert.equal(whole.json().tutor_profile.headline, headline)
    assert.equal(whole.json().tutor_profile.bio, 'new')
    const worse = await app.send('PATCH', '/api/me/profile/', {
      token: person.token,
      body: { tutor_profile: { headline: `${headline}!` } },
    })
    assert.equal(worse.statusCode, 400)
  })
})

describe('If-Match and If-None-Match', () => {
  const readings: [header: string | undefined, status: number][] = [
    [undefined, 200],
    ['"1"', 304],
    ['W/"1"', 304],
    ['"7", "1"', 304],
    ['*', 304],
    ['"2"', 200],
    ['nonsense', 200],
  ]
  for (const [header, status] of readings) {
    test(`GET with If-None-Match ${header} answers ${status}`, async () => {
      const { token } = people.tutor
      const headers = header === undefined ? {} : { 'if-none-match': header }
      for (const url of ['/api/me/profile/', '/api/me/settings/']) {
        const answer = await app.send('GET', url, { token, headers })
        assert.equal(answer.statusCode, status)
        assert.equal(answer.headers['etag'], '"1"')
        assert.equal(answer.headers['cache-control'], 'private, no-cache')
        assert.match(String(answer.headers['vary']), /Authorization/)
        if (status === 304) assert.equal(answer.body, '')
      }
    })
  }

  test('a browser’s own cache gets no 304: it may ask with the tag of another account', async () => {
    const { token } = people.tutor
    const asked = { 'if-none-match': '"1"', 'sec-fetch-site': 'same-origin' }
    for (const url of ['/api/me/profile/', '/api/me/settings/']) {
      const statusOf = async (more: object) =>
        (await app.send('GET', url, { token, headers: { ...asked, ...more } })).statusCode
      assert.equal(await statusOf({}), 200)
      assert.equal(await statusOf({ 'cache-control': 'max-age=0' }), 200)
      assert.equal(await statusOf({ 'cache-control': 'no-cache' }), 304, 'the page asks itself')
    }
  })

  const writings: [header: string, status: number][] = [
    ['"1"', 200],
    ['*', 200],
    ['"3", "1"', 200],
    ['"2"', 412],
    ['W/"1"', 412],
    ['1', 412],
    ['"abc"', 412],
    ['"99999999999999999999"', 412],
  ]
  for (const [header, status] of writings) {
    test(`PATCH with If-Match ${header} answers ${status}`, async () => {
      const { token, userId } = await app.person({ role: 'tutor' })
      for (const body of [
        { user: { first_name: 'Olena' } },
        { user: { first_name: 'Olena' }, student_profile: null },
      ]) {
        const answer = await app.send('PATCH', '/api/me/profile/', {
          token,
          body,
          headers: { 'if-match': header },
        })
        if (status === 200) {
          assert.equal(answer.statusCode, 200, answer.body)
          break
        }
        assert.equal(answer.statusCode, 412, answer.body)
        assert.equal(answer.json().code, 'precondition_failed')
      }
      assert.equal((await app.actions(userId)).length, status === 200 ? 2 : 1)
    })
  }
})
