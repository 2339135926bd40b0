/** What is sent to the sign-in is judged here, all faults at once, before the library sees it. */
import type { TObject } from 'typebox'
import { Problem, type FieldError, type ProblemCode } from '../errors.ts'
import { normalizeText } from '../http/normalize.ts'
import type { Validator } from '../http/validation.ts'
import { MAX_NAME_CHARACTERS } from '../profiles/schema.ts'
import { nameParts } from './options.ts'

type Body = Record<string, unknown>

/** @throws Problem with every faulty field, under the code that the library has for it. */
export type ReadBody = (body: unknown) => Body

export function createBodyReader(validator: Validator, schema: TObject): ReadBody {
  const validate = validator.body(schema)
  return (sent) => {
    // Whoever sends no body has left out every field.
    const body = normalize(schema, sent === undefined ? {} : sent)
    const errors = [...validate(body), ...nameFaults(body)]
    if (errors.length > 0) throw refusalOf(errors, body)
    return body as Body
  }
}

/** A password is left as it is: spaces may be part of it. */
function normalize(schema: TObject, sent: unknown): unknown {
  const body = normalizeText(schema, sent)
  const email = member(body, 'email')
  return typeof email === 'string' ? { ...(body as Body), email: email.trim() } : body
}

/** The library keeps one name; cut in two it has to fit into a profile. */
function nameFaults(body: unknown): FieldError[] {
  const name = member(body, 'name')
  const isTooLong =
    typeof name === 'string' && nameParts(name).some((part) => [...part].length > MAX_NAME_CHARACTERS)
  return isTooLong ? [{ field: 'name', code: 'max_length', params: { max: MAX_NAME_CHARACTERS } }] : []
}

/** What is wrong in one way has a code of its own; what is wrong in several has the one for that. */
function refusalOf(errors: FieldError[], body: unknown): Problem {
  const [first = 'VALIDATION_ERROR', ...others] = new Set(errors.map(codeOf))
  const code = others.length === 0 ? first : 'VALIDATION_ERROR'
  const role = code === 'role_unknown' && { role: String(member(body, 'role')).slice(0, 50) }
  return new Problem(code, { errors, params: { ...errors[0]?.params, ...role } })
}

function codeOf({ field, code }: FieldError): ProblemCode {
  const isPassword = /password$/i.test(field)
  if (isPassword && code === 'min_length') return 'PASSWORD_TOO_SHORT'
  if (isPassword && code === 'max_length') return 'PASSWORD_TOO_LONG'
  if (field === 'email' && code === 'invalid_format') return 'INVALID_EMAIL'
  if (field === 'role' && code === 'unknown_value') return 'role_unknown'
  return 'VALIDATION_ERROR'
}

function member(body: unknown, name: string): unknown {
  return (body as Body | null)?.[name]
}
