/** The library's refusals as problem details (RFC 9457), with the `code` and the `message` that its clients read. */
import {
  Problem,
  problems,
  type FieldError,
  type Language,
  type ProblemType,
  type ProblemOptions,
} from '../errors.ts'
import { BASE_ERROR_CODES } from 'better-auth'
import { identityProblems } from '../identity/problems.ts'
import { signInProblems } from './problems.ts'
import { presentProblem, type ProblemDocument } from '../http/problem.ts'
import { jsonOf } from './json.ts'
import { codeOf, textOf } from '../values.ts'

/** What is at fault where it is one field of the body. */
const FAULTS: Record<string, FieldError | undefined> = {
  INVALID_CALLBACK_URL: { field: 'callbackURL', code: 'unknown_value' },
  INVALID_EMAIL: { field: 'email', code: 'invalid_format', params: { format: 'email' } },
  INVALID_PASSWORD: { field: 'currentPassword', code: 'wrong_password' },
  INVALID_REDIRECT_URL: { field: 'redirectTo', code: 'unknown_value' },
}

/** For what the library may refuse in a way that is not in the catalogue. */
const BY_STATUS: Record<number, ProblemType> = { 401: signInProblems.UNAUTHORIZED, 403: problems.forbidden }

const KNOWN: ReadonlyMap<string, ProblemType> = new Map(
  [...Object.values(problems), ...Object.values(identityProblems), ...Object.values(signInProblems)].map(
    (type) => [type.code, type],
  ),
)

class LibraryRefusal extends Problem {
  constructor(type: ProblemType, message: string, options?: ProblemOptions) {
    super(type, options)
    this.message = message
  }
}

/** What an answer of the library with a status of 400 or above says. */
export async function toRefusal(response: Response): Promise<Problem> {
  if (response.status >= 500) {
    return new Problem(problems.internal_error, {
      cause: new Error(`the sign-in answered ${response.status}`),
    })
  }
  // Its own 404 are of paths that it does not know, and have no body.
  if (response.status === 404) return new Problem(problems.not_found)
  const body = await jsonOf(response)
  const message = textOf(body, 'message') ?? ''
  const type = KNOWN.get(codeOf(body) ?? '') ?? BY_STATUS[response.status] ?? problems.bad_request
  const fault = FAULTS[type.code]
  const errors = fault ? [fault] : faultsIn(message)
  return new LibraryRefusal(type, message, {
    ...(errors.length > 0 && { errors }),
    // RFC 9110, section 15.5.2.
    ...(type.status === 401 && { headers: { 'www-authenticate': 'Bearer' } }),
  })
}

/** `[body.email] Invalid email address`: the library's rules for a field can be narrower than ours. */
function faultsIn(message: string): FieldError[] {
  return [...message.matchAll(/\[body\.(\w+)\]/g)].map(([, field = '']) => ({
    field,
    code: 'invalid_format',
  }))
}

export type RefusalDocument = ProblemDocument & { message: string }

/** The document of any problem of these routes: the library's clients show `message`. */
export function presentRefusal(problem: Problem, language: Language): RefusalDocument {
  const document = presentProblem(problem, language)
  const stock: Record<string, { message: string } | undefined> = BASE_ERROR_CODES
  const message = problem instanceof LibraryRefusal ? problem.message : stock[problem.code]?.message
  return { ...document, message: message || document.detail }
}
