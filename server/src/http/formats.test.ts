import assert from 'node:assert/strict'
import { test } from 'node:test'
import { query, sql } from '../database/database.ts'
import { createDatabase } from '../../test/database.ts'
import { createFormats } from '../profile-types/formats.ts'

const formats = createFormats([{ slug: 'law' }])

const cases: Record<string, { code: string; good: string[]; bad: string[] }> = {
  line: {
    code: 'invalid_format',
    good: ['', 'Олена 🙂', "O'Brien", 'a\u200db\u200c\u200e\u200f\u2066c\u2069'],
    bad: ['a\nb', 'a\tb', '\0', '\u007f', '\u0085', '\ud83d', '\udc00x'].concat(
      [...'\u2028\u2029\u202a\u202b\u202c\u202d\u202e'].map((character) => `a${character}b`),
    ),
  },
  lines: { code: 'invalid_format', good: ['a\nb', '\n'], bad: ['a\rb', 'a\tb', '\0', '\u001b[0m', '\ud83d'] },
  subject: { code: 'unknown_value', good: ['law'], bad: ['', 'Law', 'law ', 'toString'] },
  'language-tag': {
    code: 'invalid_format',
    good: ['uk', 'en-GB', 'zh-Hant-TW', 'UK'],
    bad: ['', 'ukrainian language', 'en_US', 'x', '-', 'uk,en'],
  },
  currency: { code: 'unknown_value', good: ['UAH', 'EUR', 'USD'], bad: ['', 'uah', 'ГРН', 'US', 'ABCD'] },
  'time-zone': {
    code: 'unknown_value',
    good: ['Europe/Kyiv', 'Europe/Kiev', 'US/Eastern', 'UTC', 'Etc/GMT+12'],
    bad: ['', 'europe/kyiv', 'Kyiv', '+02:00', 'GMT+2', '__proto__'],
  },
  'decimal-amount': {
    code: 'invalid_format',
    good: ['0', '0.5', '450.00', '9999999999.9999'],
    bad: ['', '-1', '+1', '01', '1.', '.5', '1,5', '1e3', '1.00000', '10000000000', '٤', '1\n'],
  },
  email: {
    code: 'invalid_format',
    good: ['a@b.ua', 'a.b+c@d-e.example'],
    bad: ['', 'a', 'a@b', 'a@b..c', 'a @b.c', 'a@b.ua\n', '"a"@b.ua', 'ї@b.ua'],
  },
  uuid: {
    code: 'invalid_format',
    good: ['9c1f532b-9a3d-4b13-8af5-41c8ac0a8450', '9C1F532B-9A3D-4B13-8AF5-41C8AC0A8450'],
    bad: [
      '',
      'urn:uuid:9c1f532b-9a3d-4b13-8af5-41c8ac0a8450',
      '9c1f532b9a3d4b138af541c8ac0a8450',
      '{9c1f532b-9a3d-4b13-8af5-41c8ac0a8450}',
    ],
  },
  'date-time': {
    code: 'invalid_format',
    good: [
      '2026-11-22T10:15:32Z',
      '2026-11-22T10:15:32.123456789+02:00',
      '2024-02-29T00:00:00Z',
      '0001-01-01T00:00:00Z',
      '2026-11-22T10:15:32-15:59',
      '9999-12-31T23:59:59Z',
    ],
    bad: [
      '',
      '2026-11-22',
      '2026-11-22T10:15:32',
      '2026-11-22T25:00:00Z',
      '2025-02-29T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '2026-11-22T10:15:32+16:00',
      '2026-11-22T10:15:32+23:59',
      'now',
      'infinity',
    ],
  },
  date: {
    code: 'invalid_format',
    good: ['2026-11-22', '2024-02-29', '0001-01-01', '9999-12-31'],
    bad: [
      '',
      '2025-02-29',
      '2026-13-01',
      '0000-01-01',
      '10000-01-01',
      '2026-11-22T00:00:00Z',
      '20261122',
      'today',
    ],
  },
}

for (const [name, { code, good, bad }] of Object.entries(cases)) {
  test(`the format ${name} accepts what it should and names the fault of the rest`, () => {
    const format = formats[name]
    assert.equal(format?.code, code)
    for (const text of good) assert.ok(format?.accepts(text), JSON.stringify(text))
    for (const text of bad) assert.ok(!format?.accepts(text), JSON.stringify(text))
  })
}

test('what is accepted as an instant or an id, PostgreSQL can read', async (t) => {
  const { pool, drop } = await createDatabase('empty')
  t.after(drop)
  for (const text of cases['date-time']?.good ?? []) await query(pool, sql`select ${text}::timestamptz`)
  for (const text of cases['uuid']?.good ?? []) await query(pool, sql`select ${text}::uuid`)
})
