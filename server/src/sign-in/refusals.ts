/** The library's refusals as problem details (RFC 9457), with the `code` and the `message` that its clients read. */
import { BASE_ERROR_CODES } from 'better-auth'
import {
  Problem,
  PROBLEMS,
  type FieldError,
  type Language,
  type ProblemCode,
  type ProblemOptions,
} from '../errors.ts'
import { presentProblem, type ProblemDocument } from '../http/problem.ts'

/** What is at fault where it is one field of the body. */
const FAULTS: { [Code in ProblemCode]?: FieldError } = {
  INVALID_CALLBACK_URL: { field: 'callbackURL', code: 'unknown_value' },
  INVALID_EMAIL: { field: 'email', code: 'invalid_format', params: { format: 'email' } },
  INVALID_PASSWORD: { field: 'currentPassword', code: 'wrong_password' },
  INVALID_REDIRECT_URL: { field: 'redirectTo', code: 'unknown_value' },
}

/** For what the library may refuse in a way that is not in the catalogue. */
const BY_STATUS: Record<number, ProblemCode> = { 401: 'UNAUTHORIZED', 403: 'forbidden' }

class LibraryRefusal extends Problem {
  constructor(code: ProblemCode, message: string, options?: ProblemOptions) {
    super(code, options)
    this.message = message
  }
}

/** What an answer of the library with a status of 400 or above says. */
export async function toRefusal(response: Response): Promise<Problem> {
  if (response.status >= 500) {
    return new Problem('internal_error', { cause: new Error(`the sign-in answered ${response.status}`) })
  }
  // Its own 404 are of paths that it does not know, and have no body.
  if (response.status === 404) return new Problem('not_found')
  const { code = '', message = '' } = (await response.json()) as { code?: string; message?: string }
  const known = Object.hasOwn(PROBLEMS, code) ? (code as ProblemCode) : undefined
  const name = known ?? BY_STATUS[response.status] ?? 'bad_request'
  const fault = FAULTS[name]
  const errors = fault ? [fault] : faultsIn(message)
  return new LibraryRefusal(name, message, {
    ...(errors.length > 0 && { errors }),
    // RFC 9110, section 15.5.2.
    ...(PROBLEMS[name].status === 401 && { headers: { 'www-authenticate': 'Bearer' } }),
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
