import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { createFormats } from '../profile-types/formats.ts'
import { isStreamSafe } from './limits.ts'
import { createValidator } from './validation.ts'

const validator = createValidator(createFormats([{ slug: 'law' }]))

const about = Type.Object(
  {
    name: Type.Optional(Type.String({ format: 'line', maxLength: 10 })),
    text: Type.Optional(Type.String({ format: 'lines', maxLength: 200_000 })),
    tags: Type.Optional(Type.Array(Type.String({ format: 'language-tag', maxLength: 35 }), { maxItems: 20 })),
    choices: Type.Optional(Type.Array(Type.Enum(['one', 'two']), { maxItems: 2, uniqueItems: true })),
    many: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 1_000_000, uniqueItems: true })),
    either: Type.Optional(
      Type.Union([Type.String({ maxLength: 5 }), Type.Array(Type.Integer(), { maxItems: 3 })]),
    ),
    map: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 5 }))),
  },
  { additionalProperties: false },
)
const read = validator.reader(about)
const faultsOf = (value: unknown) => read(value).errors.map(({ field, code }) => `${field} ${code}`)

/** Milliseconds of this thread, the least of three. */
function cost(work: () => unknown): number {
  const counts = Array.from({ length: 3 }, () => {
    const before = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...counts)
}

/** Quadratic work of these sizes takes seconds, linear work a few milliseconds. */
const MOST_MS = 150

const dear: [what: string, value: unknown, faults: string[]][] = [
  [
    'a list of a choice with 165,000 numbers',
    { choices: Array.from({ length: 165_000 }, (_, i) => i) },
    ['choices max_items'],
  ],
  [
    'a name of marks',
    { name: `a${'\u0345'.repeat(128_000)}${'\u0334'.repeat(128_000)}` },
    ['name max_length'],
  ],
  [
    'a long text of marks that fits',
    { text: `a${'\u0345'.repeat(90_000)}${'\u0334'.repeat(90_000)}` },
    ['text invalid_format'],
  ],
  [
    'a language of many variants',
    { tags: [`en-${Array.from({ length: 20_000 }, (_, i) => `v${10_000 + i}`).join('-')}`] },
    ['tags[0] max_length'],
  ],
  ['90,000 languages', { tags: Array.from({ length: 90_000 }, () => 'en') }, ['tags max_items']],
  [
    '50,000 distinct items of any type',
    { many: Array.from({ length: 50_000 }, (_, i) => (i % 2 ? i : { i })) },
    [],
  ],
  [
    'a map of 80,000 members',
    { map: Object.fromEntries(Array.from({ length: 80_000 }, (_, i) => [`k${i}`, ''])) },
    ['map max_items'],
  ],
]
for (const [what, value, faults] of dear) {
  test(`${what} costs no more than its size`, () => {
    assert.deepEqual(faultsOf(value), faults)
    const ms = cost(() => read(value))
    assert.ok(ms < MOST_MS, `${ms} ms`)
  })
}

test('what is too large is one fault, and all faults of the rest are still told', () => {
  const value = {
    name: 'x'.repeat(5000),
    tags: ['uk', 'x'.repeat(200), '?', 7],
    choices: ['three', 'one', 'one', 1],
    either: 'x'.repeat(100),
    map: { a: 'x'.repeat(100), ['k'.repeat(2000)]: '' },
    nope: 1,
  }
  assert.deepEqual(faultsOf(value).toSorted(), [
    'choices max_items',
    'either max_length',
    'map.a max_length',
    `map.${'k'.repeat(100)} max_length`,
    'name max_length',
    'nope unknown_field',
    'tags[1] max_length',
    'tags[2] invalid_format',
    'tags[3] invalid_type',
  ])
})

test('a text that fits once it is composed and trimmed is no fault, however it was sent', () => {
  const sent = { name: `${' '.repeat(900)}${'\u1100\u1161\u11a8'.repeat(10)}\n` }
  const { value, errors } = read(sent)
  assert.deepEqual({ value, errors }, { value: { name: '\uac01'.repeat(10) }, errors: [] })
})

test('thirty marks in a row are a text, more are none', () => {
  assert.ok(isStreamSafe(`a${'\u0301'.repeat(30)}b${'\u0301'.repeat(30)}`))
  assert.ok(!isStreamSafe(`a${'\u0301'.repeat(31)}`))
  assert.deepEqual(faultsOf({ text: `a${'\u0301'.repeat(40)}` }), ['text invalid_format'])
})

test('items are the same by what they say, of whatever type they are', () => {
  const many = [
    1,
    '1',
    1,
    { a: 1, b: [2] },
    '{"a":1,"b":[2]}',
    { b: [2], a: 1 },
    [1],
    ['1'],
    [1],
    null,
    null,
    true,
    'true',
  ]
  assert.deepEqual(faultsOf({ many }), [
    'many[2] duplicate',
    'many[5] duplicate',
    'many[8] duplicate',
    'many[10] duplicate',
  ])
})

test('names that an object does not have are told by their first hundred characters, a thousand at most', () => {
  const long = Object.fromEntries([['k'.repeat(500_000), 1]])
  assert.deepEqual(faultsOf(long), [`${'k'.repeat(100)} unknown_field`])
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i]))
  assert.equal(read(many).errors.length, 1000)
})

test('a pattern that would take for ever takes as long as its text', () => {
  const check = validator.body(Type.String({ pattern: '^(?:a+)+$', maxLength: 10_000 }))
  const text = `${'a'.repeat(9_000)}b`
  assert.deepEqual(check(text), [{ field: '', code: 'invalid_format' }])
  assert.ok(cost(() => check(text)) < MOST_MS)
})
