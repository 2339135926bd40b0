import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseUnavailable } from '../database/database.ts'
import { Problem, PROBLEMS, type Language } from '../errors.ts'
import { fieldMessage, problemDetail } from './messages.ts'

/** What the caller reads: RFC 9457 with the members `code` and, where fields are at fault, `errors`. */
export type ProblemDocument = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  errors?: { field: string; code: string; message: string; params?: Record<string, unknown> }[]
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

export function presentProblem(problem: Problem, language: Language): ProblemDocument {
  return {
    type: `urn:upm:problem:${problem.code}`,
    title: PROBLEMS[problem.code].title[language],
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
  const problem = toProblem(error)
  if (problem.status >= 500) request.log.error({ err: problem.cause ?? problem }, 'request failed')
  await reply
    .code(problem.status)
    .headers({ 'cache-control': 'no-store', ...problem.headers })
    .type(PROBLEM_CONTENT_TYPE)
    .serializer(JSON.stringify)
    .send(present(problem, language))
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupported_media_type', { params: { supported: 'application/json' } })
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('payload_too_large', { params: { max: MAX_JSON_BYTES } })
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new Problem('invalid_json')
    case 'FST_ERR_NOT_FOUND':
      return new Problem('not_found')
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new Problem('bad_request')
  if (isDatabaseUnavailable(error)) return unavailable(error)
  return new Problem('internal_error', { cause: error })
}

/** The database is away or overloaded: nothing was changed, and the request may be sent again. */
function unavailable(cause: unknown): Problem {
  return new Problem('unavailable', { headers: { 'retry-after': '5' }, cause })
}

/** The largest JSON body that is read. */
export const MAX_JSON_BYTES = 1024 * 1024
