import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem, problems, rateLimited, validationFailed } from '../errors.ts'
import { allProblems } from '../features.ts'
import { presentProblem } from '../http/problem.ts'
import { translateProblem } from './translate.ts'

const types = new Map(allProblems.map((type) => [type.code, type]))

const examples = [
  validationFailed([
    { field: 'tutor_profile.headline', code: 'max_length', params: { max: 120 } },
    { field: 'verbose', code: 'unknown_parameter' },
  ]),
  rateLimited(600, 12),
  rateLimited(3000, 1_000),
  rateLimited(3000, 80_000),
  new Problem(problems.payload_too_large, { params: { max: 1_048_576 } }),
  new Problem(problems.payload_too_large, { params: { max: 1 } }),
  new Problem(problems.unsupported_media_type, { params: { supported: 'application/json' } }),
  new Problem(problems.method_not_allowed, { params: { allow: 'GET, HEAD, PATCH' } }),
  ...allProblems.map((type) => new Problem(type)),
]

test('an example in Ukrainian is what the server would have said', () => {
  for (const problem of examples) {
    const english = presentProblem(problem, 'en')
    assert.deepEqual(translateProblem(english, types, 'uk'), presentProblem(problem, 'uk'), problem.code)
    assert.equal(translateProblem(english, types, 'en'), english)
  }
})

test('whatever is no problem of the catalogue stays as it is', () => {
  for (const value of [null, 7, [], {}, { code: 'unheard_of', title: 'x' }])
    assert.deepEqual(translateProblem(value, types, 'uk'), value)
})
