import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { nullable } from './schemas.ts'
import { createFormats } from '../profile-types/formats.ts'
import { createValidator } from './validation.ts'

const validator = createValidator(createFormats([{ slug: 'law' }]))
const body = validator.body(
  Type.Object(
    {
      line: Type.Optional(Type.String({ format: 'line', maxLength: 3 })),
      password: Type.Optional(Type.String({ minLength: 2 })),
      count: Type.Optional(nullable(Type.Integer({ minimum: 0, maximum: 80 }))),
      positive: Type.Optional(Type.Integer({ minimum: 1 })),
      flag: Type.Optional(Type.Boolean()),
      choice: Type.Optional(Type.Enum(['uk', 'en'])),
      perhaps: Type.Optional(Type.Unsafe({ type: ['string', 'null'], enum: ['uk', 'en', null] })),
      subjects: Type.Optional(
        Type.Array(Type.String({ format: 'subject' }), { maxItems: 3, uniqueItems: true }),
      ),
      inner: Type.Optional(
        Type.Object(
          { amount: Type.String(), 'a/b~c': Type.Optional(Type.Integer()) },
          { additionalProperties: false },
        ),
      ),
    },
    { additionalProperties: false },
  ),
)

const cases: [what: string, value: unknown, faults: object[]][] = [
  ['nothing wrong', { line: 'три', count: null, subjects: ['law'], inner: { amount: '1' } }, []],
  ['no object', [], [{ field: '', code: 'invalid_type', params: { expected: ['object'] } }]],
  ['null', null, [{ field: '', code: 'not_nullable' }]],
  ['an unknown field', { nope: 1 }, [{ field: 'nope', code: 'unknown_field' }]],
  [
    'an unknown field called like one of every object',
    JSON.parse('{"__proto__": 1, "toString": 1}'),
    [
      { field: '__proto__', code: 'unknown_field' },
      { field: 'toString', code: 'unknown_field' },
    ],
  ],
  [
    'an unknown field deep inside',
    { inner: { amount: '1', x: 1 } },
    [{ field: 'inner.x', code: 'unknown_field' }],
  ],
  ['a missing member', { inner: {} }, [{ field: 'inner.amount', code: 'required' }]],
  [
    'a text too long, in characters',
    { line: '🙂🙂🙂🙂' },
    [{ field: 'line', code: 'max_length', params: { max: 3 } }],
  ],
  [
    'a text too short, in characters',
    { password: '🔑' },
    [{ field: 'password', code: 'min_length', params: { min: 2 } }],
  ],
  ['a text of as many characters as allowed', { line: '🙂🙂🙂' }, []],
  [
    'a number for a text',
    { line: 7 },
    [{ field: 'line', code: 'invalid_type', params: { expected: ['string'] } }],
  ],
  [
    'a text for a number',
    { count: '7' },
    [{ field: 'count', code: 'invalid_type', params: { expected: ['integer', 'null'] } }],
  ],
  [
    'a fraction',
    { count: 1.5 },
    [{ field: 'count', code: 'invalid_type', params: { expected: ['integer', 'null'] } }],
  ],
  [
    'a text for a boolean',
    { flag: 'true' },
    [{ field: 'flag', code: 'invalid_type', params: { expected: ['boolean'] } }],
  ],
  [
    'null where it is not welcome',
    { line: null, flag: null },
    [
      { field: 'line', code: 'not_nullable' },
      { field: 'flag', code: 'not_nullable' },
    ],
  ],
  [
    'a number out of a range',
    { count: 81 },
    [{ field: 'count', code: 'out_of_range', params: { min: 0, max: 80 } }],
  ],
  [
    'a number below the least',
    { positive: 0 },
    [{ field: 'positive', code: 'out_of_range', params: { min: 1 } }],
  ],
  [
    'a value that is not a choice',
    { choice: 'de' },
    [{ field: 'choice', code: 'unknown_value', params: { allowed: ['uk', 'en'] } }],
  ],
  [
    'a number in the place of a choice',
    { choice: 7, perhaps: 7 },
    [
      { field: 'choice', code: 'unknown_value', params: { allowed: ['uk', 'en'] } },
      { field: 'perhaps', code: 'invalid_type', params: { expected: ['string', 'null'] } },
    ],
  ],
  ['an item of a list', { subjects: ['law', 'Law'] }, [{ field: 'subjects[1]', code: 'unknown_value' }]],
  [
    'an item of the wrong type',
    { subjects: [null, 1] },
    [
      { field: 'subjects[0]', code: 'not_nullable' },
      { field: 'subjects[1]', code: 'invalid_type', params: { expected: ['string'] } },
    ],
  ],
  [
    'an item twice',
    { subjects: ['law', 'law', 'law'] },
    [
      { field: 'subjects[1]', code: 'duplicate' },
      { field: 'subjects[2]', code: 'duplicate' },
    ],
  ],
  [
    'a list too long: one fault',
    { subjects: Array.from({ length: 500 }, () => 'x') },
    [{ field: 'subjects', code: 'max_items', params: { max: 3 } }],
  ],
  [
    'a name with what JSON pointers escape',
    { inner: { amount: '1', 'a/b~c': 'x' } },
    [{ field: 'inner.a/b~c', code: 'invalid_type', params: { expected: ['integer'] } }],
  ],
]

const byField = (a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b))

for (const [what, value, faults] of cases) {
  test(`a body with ${what} has exactly the faults it has`, () => {
    assert.deepEqual(body(value).toSorted(byField), faults.toSorted(byField))
  })
}

test('all faults of a body are told at once, but not more than a thousand', () => {
  assert.deepEqual(
    body({ line: 7, flag: 'x', nope: 1 })
      .map(({ field }) => field)
      .toSorted(),
    ['flag', 'line', 'nope'],
  )
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`unknown${i}`, i]))
  assert.equal(body(many).length, 1000)
})

test('a query is read as the numbers and booleans that are expected, and a parameter given twice is a fault', () => {
  const query = validator.query(
    Type.Object(
      {
        limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
        flag: Type.Optional(Type.Boolean()),
        q: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    ),
  )
  const read: Record<string, unknown> = { limit: '7', flag: 'true' }
  assert.deepEqual(query(read), [])
  assert.deepEqual(read, { limit: 7, flag: true })
  const empty: Record<string, unknown> = {}
  assert.deepEqual(query(empty), [])
  assert.deepEqual(empty, { limit: 50 })
  const faults: [object, string][] = [
    [{ limit: '0' }, 'limit out_of_range'],
    [{ limit: '101' }, 'limit out_of_range'],
    [{ limit: '-1' }, 'limit out_of_range'],
    [{ limit: '1e1000' }, 'limit invalid_type'],
    [{ limit: '1e1' }, 'limit invalid_type'],
    [{ limit: '0x10' }, 'limit invalid_type'],
    [{ limit: ' 7 ' }, 'limit invalid_type'],
    [{ limit: '7.0' }, 'limit invalid_type'],
    [{ limit: '9'.repeat(16) }, 'limit invalid_type'],
    [{ limit: '' }, 'limit invalid_type'],
    [{ limit: 'x' }, 'limit invalid_type'],
    [{ limit: ['1', '2'] }, 'limit duplicate'],
    [{ q: ['a', 'b'] }, 'q duplicate'],
    [{ flag: 'yes' }, 'flag invalid_type'],
    [{ nope: '1' }, 'nope unknown_parameter'],
  ]
  for (const [value, fault] of faults) {
    assert.deepEqual(
      query(value).map(({ field, code }) => `${field} ${code}`),
      [fault],
      JSON.stringify(value),
    )
  }
})
