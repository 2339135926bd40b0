import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../errors.ts'
import { readPreferences } from './preferences.ts'

const headers: [header: string | undefined, preferences: object][] = [
  [undefined, { applied: '' }],
  ['', { applied: '' }],
  ['status=412', { status: 412, applied: 'status=412' }],
  [
    'status=409, code=email_taken,delay=800',
    { status: 409, code: 'email_taken', delayMs: 800, applied: 'status=409, code=email_taken, delay=800' },
  ],
  ['Example = "tutor-empty"', { example: 'tutor-empty', applied: 'example=tutor-empty' }],
  [
    'example="two, words; \\"quoted\\""',
    { example: 'two, words; "quoted"', applied: 'example="two, words; \\"quoted\\""' },
  ],
  // RFC 7240, section 2: of a preference that comes twice the first one counts, others are left alone.
  ['status=404, status=500', { status: 404, applied: 'status=404' }],
  ['return=minimal, respond-async, wait=10, handling=lenient', { applied: '' }],
  ['status=404; foo="bar, status=500", delay=1', { status: 404, delayMs: 1, applied: 'status=404, delay=1' }],
  // Without a value it says nothing.
  ['status, delay=, code=""', { applied: '' }],
  [',,status=404,', { status: 404, applied: 'status=404' }],
]

for (const [header, preferences] of headers) {
  test(`Prefer: ${header}`, () => assert.deepEqual(readPreferences(header), preferences))
}

for (const header of [
  'status=abc',
  'status=99',
  'status=600',
  'status=-1',
  'delay=60001',
  'delay=1.5',
  'delay=soon',
]) {
  test(`Prefer: ${header} is refused with what is possible`, () => {
    const [name = ''] = header.split('=')
    assert.throws(
      () => readPreferences(header),
      (error) =>
        error instanceof Problem &&
        error.code === 'preference_invalid' &&
        String(error.params['choices']).includes(`${name}=`),
    )
  })
}

test('a hostile header costs no time', () => {
  for (const header of [
    '"'.repeat(16_000),
    'a="\\'.repeat(4_000),
    'status=412;'.repeat(1_500),
    ' '.repeat(16_000),
    `x${' '.repeat(16_000)}x`,
  ]) {
    const start = performance.now()
    readPreferences(header)
    assert.ok(performance.now() - start < 200, header.slice(0, 20))
  }
})
