/** When two values are one, and which form of it is kept. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Type } from 'typebox'
import { replay, statePart } from './history.ts'
import { useTestApp, type Person } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'
import { isSame } from '../http/same.ts'
import { lineField, listField, objectField } from '../profile-types/fields.ts'
import { defineProfileType } from '../profile-types/profile-type.ts'

const labels = { uk: 'Х', en: 'X' }
const coach = defineProfileType({
  name: 'coach',
  labels,
  fields: {
    mother_tongue: Type.String({ format: 'language-tag', maxLength: 35, default: 'uk' }),
    motto: lineField(40, { labels }),
    mottos: listField(Type.String({ format: 'line', maxLength: 40 }), 5, 'list', { labels }),
    fee: Type.String({ format: 'decimal-amount', maxLength: 15, default: '0' }),
    fees: listField(Type.String({ format: 'decimal-amount', maxLength: 15 }), 5, 'list', { labels }),
    place: objectField(
      {
        name: Type.String({ format: 'line', maxLength: 40 }),
        tags: Type.Array(Type.String({ format: 'language-tag' })),
        deposit: Type.String({ format: 'decimal-amount', maxLength: 15 }),
      },
      'object',
      { labels },
    ),
  },
  publicFields: [],
  searchableFields: [],
})

const app = await useTestApp({ profileTypes: [coach] })

const PROFILE = '/api/me/profile/'

async function patch({ token }: Person, section: string, fields: object) {
  const answer = await app.send('PATCH', PROFILE, { token, body: { [section]: fields } })
  return { status: answer.statusCode, document: answer.json(), section: answer.json()[section] }
}

/** What is stored, the version, and how many entries there are. */
async function stateOf({ token, userId }: Person) {
  const document = (await app.send('GET', PROFILE, { token })).json()
  return { document, entries: await app.actions(userId) }
}

/** A patch that is a change, and then ways of saying the same again. */
const sameAgain: [role: string, first: object, again: object[]][] = [
  ['tutor', { languages: ['EN-us', 'uk'] }, [{ languages: ['en-US', 'uk'] }, { languages: ['en-us', 'UK'] }]],
  [
    'tutor',
    { hourly_rate: { amount: '10.0', currency: 'UAH' } },
    [
      { hourly_rate: { amount: '10', currency: 'UAH' } },
      { hourly_rate: { amount: '10.0000', currency: 'UAH' } },
      { hourly_rate: { amount: '10.00' } },
      { hourly_rate: { currency: 'UAH' } },
    ],
  ],
  ['tutor', { hourly_rate: { amount: '0', currency: 'UAH' } }, [{ hourly_rate: { amount: '0.00' } }]],
  ['coach', { mother_tongue: 'PT-br' }, [{ mother_tongue: 'pt-BR' }, { mother_tongue: 'pt-br' }]],
  ['coach', { fee: '1.50' }, [{ fee: '1.5' }, { fee: '1.5000' }]],
  ['coach', { fees: ['1', '2.50'] }, [{ fees: ['1.0', '2.5'] }]],
  [
    'coach',
    { place: { name: 'Lviv', tags: ['UK'], deposit: '7.0' } },
    [{ place: { name: 'Lviv', tags: ['uk'], deposit: '7' } }, { place: { deposit: '7.00', tags: ['Uk'] } }],
  ],
]

for (const [role, first, again] of sameAgain) {
  test(`${JSON.stringify(first)} said in another way is no change`, async () => {
    const person = await app.person({ role })
    assert.equal((await patch(person, `${role}_profile`, first)).status, 200)
    const before = await stateOf(person)
    assert.equal(before.document.version, 2)
    for (const fields of again) {
      // By itself in one statement, and next to something that is judged with the document at hand.
      for (const body of [{}, { version: 2 }]) {
        const answer = await app.send('PATCH', PROFILE, {
          token: person.token,
          body: { [`${role}_profile`]: fields, ...body },
        })
        assert.equal(answer.statusCode, 200, answer.body)
        assert.deepEqual(answer.json(), before.document)
      }
    }
    assert.deepEqual(await stateOf(person), before)
    assert.deepEqual(await replay(app.pool, person.userId), statePart(before.document))
  })
}

test('what really differs is a change, however alike it looks', async () => {
  const person = await app.person({ role: 'coach' })
  await patch(person, 'coach_profile', { fee: '10', fees: ['1', '2'], motto: '10', mottos: ['10', 'en-us'] })
  const changes = [
    { fee: '10.01' },
    { fee: '100' },
    { fees: ['2', '1'] },
    { fees: ['2', '1', '3'] },
    { motto: '10.0' },
    { mottos: ['10.0', 'en-us'] },
    { mottos: ['10.0', 'en-US'] },
    { mother_tongue: 'en-US' },
    { mother_tongue: 'en-GB' },
    { place: { name: '1', tags: ['uk'], deposit: '1' } },
    { place: { name: '1.0', tags: ['uk'], deposit: '1' } },
    { place: null },
  ]
  for (const [i, change] of changes.entries()) {
    const { status, document, section } = await patch(person, 'coach_profile', change)
    assert.equal(status, 200)
    assert.equal(document.version, 3 + i, JSON.stringify(change))
    assert.deepEqual({ ...section, ...change }, section)
  }
  const { document } = await stateOf(person)
  assert.deepEqual(await replay(app.pool, person.userId), statePart(document))
})

test('amounts keep the form that product.md gives them, and no other is taken', async () => {
  const person = await app.person({ role: 'coach' })
  for (const fee of [
    '-0',
    '-1',
    '1e5',
    '010',
    '00',
    '1.',
    '.5',
    '1.00000',
    '٣',
    '+1',
    '',
    ' 1',
    '0x1',
    'NaN',
  ]) {
    assert.equal((await patch(person, 'coach_profile', { fee })).status, 400, fee)
  }
  for (const fee of ['450.00', '0', '0.0001', '9999999999.9999']) {
    assert.equal((await patch(person, 'coach_profile', { fee })).section.fee, fee)
  }
})

test('equal amounts in one list are duplicates', async () => {
  const person = await app.person({ role: 'coach' })
  const { status, document } = await patch(person, 'coach_profile', { fees: ['1', '2', '1.0', '2.00'] })
  assert.equal(status, 400)
  assert.deepEqual(
    document.errors.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`),
    ['coach_profile.fees[2] duplicate', 'coach_profile.fees[3] duplicate'],
  )
})

test('language tags are kept in their canonical spelling, wherever they stand', async () => {
  const tutor = await app.person({ role: 'tutor' })
  const sent = ['EN-us', 'ZH-hant-tw', 'iw', 'SR-LATN-rs', 'de-at-1996']
  assert.deepEqual((await patch(tutor, 'tutor_profile', { languages: sent })).section.languages, [
    'en-US',
    'zh-Hant-TW',
    'he',
    'sr-Latn-RS',
    'de-AT-1996',
  ])
  const settings = await app.send('PATCH', '/api/me/settings/', {
    token: tutor.token,
    body: { ui_language: 'EN' },
  })
  assert.equal(settings.json().ui_language, 'en')
  const again = await app.send('PATCH', '/api/me/settings/', {
    token: tutor.token,
    body: { ui_language: 'En' },
  })
  assert.equal(again.headers['etag'], settings.headers['etag'])
})

test('a tag that an older version stored as it was sent is the same in another spelling', async () => {
  const tutor = await app.person({ role: 'tutor' })
  await query(
    app.pool,
    sql`update profiles set fields = '{"languages": ["EN-us", "UK"]}' where user_id = ${tutor.userId}`,
  )
  for (const languages of [
    ['en-US', 'uk'],
    ['EN-us', 'UK'],
  ]) {
    const { document, section } = await patch(tutor, 'tutor_profile', { languages })
    assert.deepEqual([document.version, section.languages], [1, ['EN-us', 'UK']])
  }
  const { section } = await patch(tutor, 'tutor_profile', { languages: ['en-US', 'uk', 'de'] })
  assert.deepEqual(section.languages, ['en-US', 'uk', 'de'])
})

test('the database and the server agree on what is the same', async () => {
  const texts = [
    '1',
    '1.0',
    '1.00',
    '10',
    '01',
    '1.',
    '',
    'en-US',
    'EN-us',
    'x',
    '0',
    '0.0',
    '-0',
    '1e0',
    'İ',
    'i',
  ]
  const values = [...texts, null, 1, true, ['1'], ['1.0'], ['1', '1'], [], {}, { a: '1' }, { a: '1.0' }]
  const more = [{ a: '1', b: '1' }, { b: '1.0', a: '1.0' }, { a: null }, { b: '1' }, [['1']], [['1.0']]]
  const forms = ['decimal', 'tag', { items: 'decimal' }, { items: { items: 'decimal' } }] as const
  const all = [
    ...forms,
    { properties: { a: 'decimal' } } as const,
    { properties: { b: 'tag' } } as const,
    undefined,
  ]
  for (const form of all) {
    for (const one of [...values, ...more]) {
      const others = [...values, ...more]
      const rows = await query<{ same: boolean }>(
        app.pool,
        sql`select is_same_value(${JSON.stringify(one)}::jsonb, other.value, ${form === undefined ? null : JSON.stringify(form)}::jsonb) as same
          from jsonb_array_elements(${JSON.stringify(others)}::jsonb) with ordinality as other (value, place) order by place`,
      )
      for (const [i, { same }] of rows.entries()) {
        const said = `${JSON.stringify(one)} ${JSON.stringify(others[i])} ${JSON.stringify(form)}`
        assert.equal(same, isSame(one, others[i], form), said)
      }
    }
  }
})

const INVISIBLE = [
  ['\u200b', 'zero-width space'],
  ['\u2060', 'word joiner'],
  ['\u3164', 'Hangul filler'],
  ['\u115f', 'Hangul choseong filler'],
  ['\u1160', 'Hangul jungseong filler'],
  ['\uffa0', 'half-width Hangul filler'],
  ['\u2800', 'Braille blank'],
  ['\u00ad', 'soft hyphen'],
  ['\u034f', 'grapheme joiner'],
  ['\u061c', 'Arabic letter mark'],
  ['\u180e', 'Mongolian vowel separator'],
  ['\ufe0f', 'variation selector'],
  ['\u{e0100}', 'variation selector of the supplement'],
  ['\u{e0041}\u{e007f}', 'tags'],
  ['\u200d', 'joiner'],
  ['\u200c', 'non-joiner'],
  ['\u200e\u200f', 'marks of direction'],
  ['\u2066\u2069', 'isolates'],
  ['\u2061\u2064', 'invisible operators'],
  ['\ufeff', 'byte order mark'],
  ['\ufff9\ufffb', 'marks of annotations'],
  ['\u{1d159}', 'empty note head'],
  ['\u3000\u2003\u00a0', 'wide spaces'],
  [' \u200b \u3164 ', 'several of them and spaces'],
] as const

describe('a text of invisible characters alone is empty:', () => {
  for (const [text, name] of INVISIBLE) {
    test(name, async () => {
      const person = await app.person({ role: 'coach', given_name: text, family_name: `${text}\u200b` })
      const { document } = await stateOf(person)
      assert.deepEqual([document.user.first_name, document.user.last_name], ['', ''])
      await patch(person, 'user', { first_name: 'Olena', last_name: 'Koval' })
      const whole = { user: { first_name: text, last_name: text }, coach_profile: { motto: text, bio: text } }
      const answer = await app.send('PATCH', PROFILE, { token: person.token, body: whole })
      assert.equal(answer.statusCode, 200, answer.body)
      const { user, coach_profile: fields } = answer.json()
      assert.deepEqual([user.first_name, user.last_name, fields.motto, fields.bio], ['', '', '', ''])
      // In a list two of them are one.
      const list = await patch(person, 'coach_profile', { mottos: [text, ''] })
      assert.equal(list.status, 400)
      assert.equal(list.document.errors[0].code, 'duplicate')
    })
  }
})

test('marks that scripts need stay where there is something to see', async () => {
  const person = await app.person({ role: 'coach' })
  const texts = [
    'می\u200cخواهم',
    'क्\u200dष',
    '👩\u200d🏫',
    '❤\ufe0f',
    '\u2067עברית\u2069 b',
    'a\u200e(b)\u200f',
    'co\u00adoperate',
  ]
  for (const text of texts) {
    const { status, section } = await patch(person, 'user', { first_name: text })
    assert.deepEqual([status, section.first_name], [200, text])
  }
})
