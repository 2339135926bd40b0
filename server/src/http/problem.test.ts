import {
  problems,
  FIELD_CODES,
  Problem,
  validationFailed,
  type FieldError,
  type Language,
  rateLimited,
} from '../errors.ts'
import { allProblems } from '../features.ts'
import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import Fastify from 'fastify'
import { pino } from 'pino'
import { fieldMessage } from './messages.ts'
import { presentProblem, sendProblem } from './problem.ts'

const languages: Language[] = ['uk', 'en']

/** All that any sentence asks for. */
const PARAMS = {
  min: 1,
  max: 5,
  size: 5,
  seconds: 5,
  width: 1,
  height: 1,
  max_side: 1,
  allow: 'GET',
  available: 'x',
  supported: 'x',
  role: 'x',
  expected: 'string',
}

test('a problem is presented as RFC 9457 wants it, with every faulty field', () => {
  const problem = validationFailed([
    { field: 'tutor_profile.headline', code: 'max_length', params: { max: 120 } },
    { field: 'settings', code: 'not_nullable' },
  ])
  assert.deepEqual(presentProblem(problem, 'en'), {
    type: 'urn:upm:problem:validation_failed',
    title: 'Some fields are not valid',
    status: 400,
    detail: 'Nothing was saved. Correct the marked fields.',
    code: 'validation_failed',
    errors: [
      {
        field: 'tutor_profile.headline',
        code: 'max_length',
        message: 'At most 120 characters.',
        params: { max: 120 },
      },
      { field: 'settings', code: 'not_nullable', message: 'This field cannot be empty (null).' },
    ],
  })
})

test('every code has a title, a sentence and a message in each language', () => {
  for (const type of allProblems) {
    const { code } = type
    const [uk, en] = languages.map((language) =>
      presentProblem(new Problem(type, { params: PARAMS }), language),
    )
    assert.ok(uk && en && uk.title && uk.detail && en.title && en.detail, code)
    assert.match(uk.title + uk.detail, /[а-яїієґ]/i, code)
    assert.doesNotMatch(en.title + en.detail, /[а-яїієґ]/i, code)
  }
  for (const code of FIELD_CODES) {
    for (const language of languages)
      assert.ok(fieldMessage({ field: 'x', code, params: PARAMS }, language), code)
  }
})

test('a number in a sentence has the form that its language asks for', () => {
  const about = (max: number, language: Language) =>
    fieldMessage({ field: 'x', code: 'max_length', params: { max } }, language)
  assert.equal(about(1, 'en'), 'At most 1 character.')
  assert.equal(about(120, 'en'), 'At most 120 characters.')
  assert.equal(about(1, 'uk'), 'Не більше ніж 1 символ.')
  assert.equal(about(2, 'uk'), 'Не більше ніж 2 символи.')
  assert.equal(about(120, 'uk'), 'Не більше ніж 120 символів.')
})

test('a wait is told in the unit that a person would use', () => {
  const told = (seconds: number, language: Language) =>
    presentProblem(rateLimited(1500, seconds), language).detail
  assert.equal(told(0, 'en'), 'The limit is 1,500. Try again in 1 second.')
  assert.equal(told(90, 'en'), 'The limit is 1,500. Try again in 90 seconds.')
  assert.equal(told(3600, 'en'), 'The limit is 1,500. Try again in 60 minutes.')
  assert.match(told(82_800, 'uk'), /Спробуйте ще раз через 23 години\.$/)
})

test('a problem whose params are missing is told by its title', () => {
  const { detail, title } = presentProblem(new Problem(problems.rate_limited), 'en')
  assert.equal(detail, `${title}.`)
})

test('messages say what the params say', () => {
  const cases: [Omit<FieldError, 'field'>, string, string][] = [
    [
      { code: 'invalid_type', params: { expected: ['integer', 'null'] } },
      'The value must be a whole number or null.',
      'Очікується ціле число або null.',
    ],
    [
      { code: 'out_of_range', params: { min: 0, max: 80 } },
      'Enter a number from 0 to 80.',
      'Введіть число від 0 до 80.',
    ],
    [{ code: 'out_of_range', params: { min: 1 } }, 'Enter 1 or more.', 'Введіть 1 або більше.'],
    [{ code: 'out_of_range', params: { max: 9 } }, 'Enter 9 or less.', 'Введіть 9 або менше.'],
    [
      { code: 'out_of_range', params: { min: '2026-01-01' } },
      'Not before 2026-01-01.',
      'Не раніше ніж 2026-01-01.',
    ],
    [
      { code: 'out_of_range', params: { max: '2026-12-31' } },
      'Not after 2026-12-31.',
      'Не пізніше ніж 2026-12-31.',
    ],
    [{ code: 'out_of_range' }, 'This value is out of range.', 'Значення поза межами дозволеного.'],
    [{ code: 'max_items', params: { max: 20 } }, 'At most 20 items.', 'Не більше ніж 20 елементів.'],
  ]
  for (const [error, en, uk] of cases) {
    assert.equal(fieldMessage({ field: 'x', ...error }, 'en'), en)
    assert.equal(fieldMessage({ field: 'x', ...error }, 'uk'), uk)
  }
})

/** What comes of something that a handler throws, and what is logged of it. */
async function thrown(error: unknown) {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  const app = Fastify({ loggerInstance: pino({ level: 'error' }, stream) })
  app.setErrorHandler((cause, request, reply) => sendProblem(cause, request, reply, 'en'))
  app.get('/', async () => {
    throw error
  })
  const answer = await app.inject('/')
  await app.close()
  return { answer, log: lines.join('') }
}

test('what is not in the form of its field is told what would be', () => {
  const message = (params: Record<string, unknown>, language: Language) =>
    fieldMessage({ field: 'x', code: 'invalid_format', params }, language)
  assert.match(message({ format: 'decimal-amount' }, 'en'), /^Enter an amount such as 350/)
  assert.match(message({ format: 'line' }, 'uk'), /невидимі символи/)
  assert.equal(message({ format: 'uuid' }, 'en'), 'This value has the wrong format.')
  assert.equal(message({}, 'en'), 'This value has the wrong format.')
})

test('our own faults are told to the log and to nobody else', async () => {
  const faults = [
    new Error('the password is hunter2'),
    Object.assign(new Error('relation "users" does not exist'), { code: '42P01' }),
    new TypeError('x is not a function'),
    new Problem(problems.internal_error, { cause: new Error('hunter2') }),
    Object.assign(new Error('hunter2'), { statusCode: 502 }),
    'a text',
    null,
    undefined,
  ]
  const bodies = new Set<string>()
  for (const fault of faults) {
    const { answer, log } = await thrown(fault)
    assert.equal(answer.statusCode, 500, String(fault))
    assert.equal(answer.json().code, 'internal_error')
    assert.match(log, /"msg":"request failed"/)
    if (fault instanceof Error) assert.match(log, /"stack"/)
    bodies.add(answer.body)
  }
  assert.equal(bodies.size, 1)
})

test("refusals keep their headers, are not cached, and are nobody's fault in the log", async () => {
  const { answer, log } = await thrown(
    new Problem(problems.method_not_allowed, { params: { allow: 'GET' }, headers: { allow: 'GET' } }),
  )
  assert.equal(answer.statusCode, 405)
  assert.equal(answer.headers['allow'], 'GET')
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['content-type'], 'application/problem+json')
  assert.equal(answer.json().detail, 'This address accepts only GET.')
  assert.equal(log, '')
})

test("the framework's refusals become ours", async () => {
  const cases: [string, number, number, string][] = [
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 415, 'unsupported_media_type'],
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 413, 'payload_too_large'],
    ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 400, 'invalid_json'],
    ['FST_ERR_NOT_FOUND', 404, 404, 'not_found'],
    ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400, 400, 'bad_request'],
  ]
  for (const [code, statusCode, status, expected] of cases) {
    const { answer } = await thrown(Object.assign(new Error('x'), { code, statusCode }))
    assert.deepEqual([answer.statusCode, answer.json().code], [status, expected])
  }
})
