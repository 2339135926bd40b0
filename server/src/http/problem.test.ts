import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import Fastify from 'fastify'
import { pino } from 'pino'
import {
  FIELD_CODES,
  Problem,
  PROBLEMS,
  validationFailed,
  type FieldError,
  type Language,
  type ProblemCode,
} from '../errors.ts'
import { fieldMessage } from './messages.ts'
import { presentProblem, sendProblem } from './problem.ts'

const languages: Language[] = ['uk', 'en']

test('a problem is presented as RFC 9457 wants it, with every faulty field', () => {
  const problem = validationFailed([
    { field: 'tutor_profile.headline', code: 'max_length', params: { max: 120 } },
    { field: 'settings', code: 'not_nullable' },
  ])
  assert.deepEqual(presentProblem(problem, 'en'), {
    type: 'urn:upm:problem:validation_failed',
    title: 'Some fields are not valid',
    status: 400,
    detail: 'Nothing was changed. See "errors" for each field.',
    code: 'validation_failed',
    errors: [
      {
        field: 'tutor_profile.headline',
        code: 'max_length',
        message: 'Characters at most: 120.',
        params: { max: 120 },
      },
      { field: 'settings', code: 'not_nullable', message: 'This field cannot be empty (null).' },
    ],
  })
})

test('every code has a title, a sentence and a message in each language', () => {
  for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
    const [uk, en] = languages.map((language) => presentProblem(new Problem(code), language))
    assert.ok(uk && en && uk.title && uk.detail && en.title && en.detail, code)
    assert.match(uk.title + uk.detail, /[а-яїієґ]/i, code)
    assert.doesNotMatch(en.title + en.detail, /[а-яїієґ]/i, code)
  }
  for (const code of FIELD_CODES) {
    for (const language of languages) assert.ok(fieldMessage({ field: 'x', code }, language), code)
  }
})

test('messages say what the params say', () => {
  const cases: [Omit<FieldError, 'field'>, string, string][] = [
    [
      { code: 'invalid_type', params: { expected: ['integer', 'null'] } },
      'Expected: a whole number or null.',
      'Очікується: ціле число або null.',
    ],
    [{ code: 'out_of_range', params: { min: 0, max: 80 } }, 'Between 0 and 80.', 'Від 0 до 80.'],
    [{ code: 'out_of_range', params: { min: 1 } }, 'At least 1.', 'Не менше 1.'],
    [{ code: 'out_of_range', params: { max: 9 } }, 'At most 9.', 'Не більше 9.'],
    [
      { code: 'out_of_range', params: { min: '2026-01-01' } },
      'Not before 2026-01-01.',
      'Не раніше 2026-01-01.',
    ],
    [
      { code: 'out_of_range', params: { max: '2026-12-31' } },
      'Not after 2026-12-31.',
      'Не пізніше 2026-12-31.',
    ],
    [{ code: 'out_of_range' }, 'This value is out of range.', 'Значення поза межами дозволеного.'],
    [{ code: 'max_items', params: { max: 20 } }, 'Items at most: 20.', 'Найбільше елементів: 20.'],
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
  assert.match(message({ format: 'decimal-amount' }, 'en'), /^A number such as 350/)
  assert.match(message({ format: 'line' }, 'uk'), /невидимі символи/)
  assert.equal(message({ format: 'uuid' }, 'en'), 'This is not in the expected form.')
  assert.equal(message({}, 'en'), 'This is not in the expected form.')
})

test('our own faults are told to the log and to nobody else', async () => {
  const faults = [
    new Error('the password is hunter2'),
    Object.assign(new Error('relation "users" does not exist'), { code: '42P01' }),
    new TypeError('x is not a function'),
    new Problem('internal_error', { cause: new Error('hunter2') }),
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
    new Problem('method_not_allowed', { params: { allow: 'GET' }, headers: { allow: 'GET' } }),
  )
  assert.equal(answer.statusCode, 405)
  assert.equal(answer.headers['allow'], 'GET')
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['content-type'], 'application/problem+json')
  assert.equal(answer.json().detail, 'Available methods: GET.')
  assert.equal(log, '')
})

test("the framework's refusals become ours", async () => {
  const cases: [string, number, number, ProblemCode][] = [
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
