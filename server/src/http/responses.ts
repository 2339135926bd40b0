import { STATUS_CODES } from 'node:http'
import { Type } from 'typebox'
import { exampleOf, Problem, problems, type ProblemType } from '../errors.ts'
import { isRecord, memberOf } from '../values.ts'
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
        detail: 'Nothing was saved. Correct the marked fields.',
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

/** An error response in a route's schema: a problem with its own words, a kind of problem, or the status of a common one. */
export type Refusal = number | ProblemType | Problem

/** The problem of each status that most routes share. */
const COMMON: Readonly<Record<number, ProblemType>> = {
  400: problems.validation_failed,
  401: problems.unauthorized,
  403: problems.forbidden,
  404: problems.not_found,
  405: problems.method_not_allowed,
  406: problems.not_acceptable,
  412: problems.precondition_failed,
  413: problems.payload_too_large,
  415: problems.unsupported_media_type,
  429: problems.rate_limited,
  500: problems.internal_error,
  503: problems.unavailable,
}

/** The headers that come with an error, whichever route answers with it. */
const HEADERS: Readonly<Record<number, object>> = {
  401: {
    'WWW-Authenticate': {
      type: 'string',
      description: 'The challenge of RFC 6750.',
      examples: ['Bearer error="invalid_token"'],
    },
  },
  405: {
    Allow: {
      type: 'string',
      description: 'The methods of this address.',
      examples: ['GET, HEAD, PATCH'],
    },
  },
  429: retryAfter('12'),
  503: retryAfter('5'),
}

function retryAfter(seconds: string): object {
  return {
    'Retry-After': { type: 'string', description: 'The number of seconds to wait.', examples: [seconds] },
  }
}

/** The error responses of a route. Each has an example for each problem code that the route answers with, by the code. */
export type Refused = Record<
  string,
  {
    description: string
    headers?: object
    content: Record<string, { schema: object; examples: Record<string, { value: object }> }>
  }
>

/** The error responses of a route, for its schema. */
export function refusals(...list: Refusal[]): Refused {
  return refusalsOf('Problem', list, (problem) => presentProblem(problem, 'en'))
}

/**
 * The same for routes whose problems have further members.
 *
 * @throws Error for a status without a common problem.
 */
export function refusalsOf(
  schema: string,
  list: readonly Refusal[],
  present: (problem: Problem) => object,
): Refused {
  const refused: Refused = {}
  for (const problem of list.map(problemOf)) {
    const examples = refused[problem.status]?.content[PROBLEM_CONTENT_TYPE]?.examples ?? {}
    examples[problem.code] ??= { value: present(problem) }
    refused[problem.status] ??= {
      description: STATUS_CODES[problem.status] ?? String(problem.status),
      ...(HEADERS[problem.status] && { headers: HEADERS[problem.status] }),
      content: { [PROBLEM_CONTENT_TYPE]: { schema: Type.Ref(schema), examples } },
    }
  }
  return refused
}

function problemOf(refusal: Refusal): Problem {
  if (refusal instanceof Problem) return refusal
  if (typeof refusal !== 'number') return exampleOf(refusal)
  const type = COMMON[refusal]
  if (!type) throw new Error(`There is no common problem of the status ${refusal}: name the problem.`)
  return exampleOf(type)
}

/** The same responses with further problems. A problem that a route declares by itself keeps the example that it has there. */
export function withRefusals(responses: unknown, list: readonly Refusal[]): Record<string, unknown> {
  const all: Record<string, unknown> = isRecord(responses) ? { ...responses } : {}
  for (const [status, refusal] of Object.entries(refusals(...list))) {
    const own = all[status]
    const media = memberOf(memberOf(own, 'content'), PROBLEM_CONTENT_TYPE)
    const added = refusal.content[PROBLEM_CONTENT_TYPE]?.examples
    if (!isRecord(own) || !isRecord(media)) all[status] = refusal
    else {
      const declared: object = isRecord(media['examples']) ? media['examples'] : {}
      const examples = { ...declared, ...added, ...declared }
      all[status] = { ...own, content: { [PROBLEM_CONTENT_TYPE]: { ...media, examples } } }
    }
  }
  return all
}

/** A JSON response for a route's schema: what it is, its schema, and what headers come with it. */
export function json(
  description: string,
  schema: object,
  extra: { headers?: object; example?: unknown; examples?: NamedExamples } = {},
) {
  const { headers, example, examples } = extra
  return {
    description,
    ...(headers && { headers }),
    content: {
      'application/json': {
        schema,
        ...(example !== undefined && { example }),
        ...(examples && { examples }),
      },
    },
  }
}

/** Answers by names that say which of them they are, such as `tutor-empty`. */
export type NamedExamples = Readonly<Record<string, { value: unknown }>>

/** The same as a route's schema has them. */
export function named(examples: Readonly<Record<string, unknown>>): NamedExamples {
  return Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]))
}
