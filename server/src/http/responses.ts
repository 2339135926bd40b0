import { STATUS_CODES } from 'node:http'
import { Type } from 'typebox'
import { Problem, problems, validationFailed, rateLimited } from '../errors.ts'
import { MAX_JSON_BYTES } from './body-limit.ts'
import { PROBLEM_CONTENT_TYPE, presentProblem } from './problem.ts'

/** RFC 9457 as UPM speaks it. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'A URN that identifies the kind of problem.' }),
    title: Type.String({ description: 'A short name of the problem, in the language of the caller.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: Type.String({ description: 'What is wrong with this request, in the language of the caller.' }),
    code: Type.String({ description: 'The code that programs branch on. docs/errors.md lists all codes.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            field: Type.String({
              description:
                'The path of the faulty field in the request, such as `tutor_profile.subjects[2]`.',
            }),
            code: Type.String({
              description: 'What is wrong with the field. docs/errors.md lists all field codes.',
            }),
            message: Type.String({
              description: 'The message to show beside the field, in the language of the caller.',
            }),
            params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  {
    $id: 'Problem',
    additionalProperties: false,
    examples: [
      {
        type: 'urn:upm:problem:validation_failed',
        title: 'Some fields are not valid',
        status: 400,
        detail: 'Nothing was changed. Correct the fields listed in "errors".',
        code: 'validation_failed',
        errors: [
          {
            field: 'tutor_profile.headline',
            code: 'max_length',
            message: 'At most 120 characters.',
            params: { max: 120 },
          },
        ],
      },
    ],
  },
)

/** An error response in a route's schema: the problem that its example shows, or the status of a common problem. */
export type Refusal = number | Problem

/** The examples of problems that most routes share. */
const common: readonly Problem[] = [
  validationFailed([{ field: 'verbose', code: 'unknown_parameter' }]),
  new Problem(problems.unauthorized),
  new Problem(problems.forbidden),
  new Problem(problems.not_found),
  new Problem(problems.precondition_failed),
  new Problem(problems.payload_too_large, { params: { max: MAX_JSON_BYTES } }),
  new Problem(problems.unsupported_media_type, { params: { supported: 'application/json' } }),
  rateLimited(600, 12),
  new Problem(problems.unavailable),
]

/** The error responses of a route, for its schema. */
export function refusals(...list: Refusal[]) {
  return refusalsOf('Problem', list, (problem) => presentProblem(problem, 'en'))
}

/**
 * The same for routes whose problems have further members.
 *
 * @throws Error for a status without a common problem.
 */
export function refusalsOf(schema: string, list: readonly Refusal[], present: (problem: Problem) => object) {
  return Object.fromEntries(
    list.map((refusal) => {
      const problem = typeof refusal === 'number' ? common.find(({ status }) => status === refusal) : refusal
      if (!problem) throw new Error(`There is no common problem of the status ${refusal}: name the problem.`)
      return [
        problem.status,
        {
          description: STATUS_CODES[problem.status] ?? String(problem.status),
          content: { [PROBLEM_CONTENT_TYPE]: { schema: Type.Ref(schema), example: present(problem) } },
        },
      ]
    }),
  )
}

/** A JSON response for a route's schema: what it is, its schema, and what headers come with it. */
export function json(
  description: string,
  schema: object,
  extra: { headers?: object; example?: unknown } = {},
) {
  const { headers, example } = extra
  return {
    description,
    ...(headers && { headers }),
    content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
  }
}
