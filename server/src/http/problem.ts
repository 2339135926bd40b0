import { problems, Problem, type Language } from '../errors.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseUnavailable, isUnstorable } from '../database/errors.ts'
import { fieldMessage, problemDetail } from './messages.ts'
import { codeOf, memberOf } from '../values.ts'

/** What the caller reads: RFC 9457 with the members `code` and, where fields are at fault, `errors`. */
export type ProblemDocument = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  errors?: { field: string; code: string; message: string; params?: Record<string, unknown> }[]
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the problem that the request was answered with. */
    problemCode?: string
  }
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

export function presentProblem(problem: Problem, language: Language): ProblemDocument {
  return {
    type: `urn:upm:problem:${problem.code}`,
    title: problem.type.title[language],
    status: problem.status,
    detail: problemDetail(problem, language),
    code: problem.code,
    ...(problem.errors && {
      errors: problem.errors.map((error) => ({
        field: error.field,
        code: error.code,
        message: fieldMessage(error, language),
        ...(error.params && { params: error.params }),
      })),
    }),
  }
}

/**
 * Turns whatever was thrown into an answer. What is not the caller's fault is logged, and told to nobody.
 *
 * @param present for routes whose problems have further members (RFC 9457, section 3.2).
 */
export async function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  language: Language,
  present: (problem: Problem, language: Language) => ProblemDocument = presentProblem,
): Promise<void> {
  const problem = toProblem(error, request)
  request.problemCode = problem.code
  if (problem.status >= 500) request.log.error({ err: problem.cause ?? problem }, 'request failed')
  await reply
    .code(problem.status)
    .headers({ 'cache-control': 'no-store', 'content-language': language, ...problem.headers })
    .type(PROBLEM_CONTENT_TYPE)
    .serializer(JSON.stringify)
    .send(present(problem, language))
}

/** Whatever was thrown, as a problem. */
export function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error
  const statusCode = memberOf(error, 'statusCode')
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(problems.unsupported_media_type, { params: { supported: 'application/json' } })
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(problems.payload_too_large, { params: { max: request.routeOptions.bodyLimit } })
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Problem(problems.invalid_json)
    case 'FST_ERR_NOT_FOUND':
      return new Problem(problems.not_found)
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new Problem(problems.bad_request)
  if (isUnstorable(error)) return new Problem(problems.bad_request, { cause: error })
  if (isDatabaseUnavailable(error)) return unavailable(error)
  return new Problem(problems.internal_error, { cause: error })
}

/** The database is away or overloaded: nothing was changed, and the request may be sent again. */
function unavailable(cause: unknown): Problem {
  return new Problem(problems.unavailable, { headers: { 'retry-after': '5' }, cause })
}
