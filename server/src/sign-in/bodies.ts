/** What is sent to the sign-in is judged here, all faults at once, before the library sees it. */
import type { TObject } from 'typebox'
import { Problem, type FieldError, type ProblemType } from '../errors.ts'
import type { Validator } from '../http/validation.ts'
import { MAX_NAME_CHARACTERS } from '../accounts/names.ts'
import { identityProblems } from '../identity/problems.ts'
import { signInProblems } from './problems.ts'
import { isEasilyGuessed } from './common-passwords.ts'
import { nameParts } from './person.ts'
import { isRecord, memberOf, textOf } from '../values.ts'

const EMAILS: readonly string[] = ['email', 'newEmail']

export type Body = Record<string, unknown>

export function createBodyReader(validator: Validator, schema: TObject) {
  const judge = validator.reader(schema)
  const newPassword = ['newPassword', 'password'].find(
    (name) => schema.properties[name] && 'minLength' in schema.properties[name],
  )

  /** @throws Problem with every faulty field, under the code that the library has for it. */
  function read(sent: unknown): Body {
    // Whoever sends no body has left out every field.
    const { value, errors } = judge(sent === undefined ? {} : trimEmail(sent))
    const body = isRecord(value) ? value : {}
    if (!errors.some(({ field }) => field === 'name')) errors.push(...nameFaults(body))
    if (!errors.some(({ field }) => field === newPassword)) errors.push(...passwordFaults(newPassword, body))
    if (errors.length > 0) throw refusalOf(errors, body)
    return body
  }

  return { read }
}

/** A password is left as it is: spaces may be part of it. */
function trimEmail(sent: unknown): unknown {
  if (!isRecord(sent)) return sent
  const trimmed = EMAILS.flatMap((name) => {
    const email = textOf(sent, name)
    return email === undefined ? [] : [[name, email.trim()]]
  })
  return { ...sent, ...Object.fromEntries(trimmed) }
}

/** The library keeps one name; cut in two it has to fit into a profile. */
function nameFaults(body: unknown): FieldError[] {
  const name = memberOf(body, 'name')
  const isTooLong =
    typeof name === 'string' && nameParts(name).some((part) => [...part].length > MAX_NAME_CHARACTERS)
  return isTooLong ? [{ field: 'name', code: 'max_length', params: { max: MAX_NAME_CHARACTERS } }] : []
}

/** A password that is chosen is none that is guessed first. */
function passwordFaults(field: string | undefined, body: unknown): FieldError[] {
  const password = field === undefined ? undefined : memberOf(body, field)
  if (field === undefined || typeof password !== 'string') return []
  const about = [memberOf(body, 'email'), memberOf(body, 'name')].filter((one) => typeof one === 'string')
  return isEasilyGuessed(password, about) ? [{ field, code: 'common_password' }] : []
}

/** What is wrong in one way has a code of its own; what is wrong in several has the one for that. */
function refusalOf(errors: FieldError[], body: unknown): Problem {
  const [first = signInProblems.VALIDATION_ERROR, ...others] = new Set(errors.map(typeOf))
  const type = others.length === 0 ? first : signInProblems.VALIDATION_ERROR
  const sent = memberOf(body, 'role')
  const role = type === identityProblems.role_unknown && {
    role: typeof sent === 'string' ? sent.slice(0, 50) : '',
  }
  return new Problem(type, { errors, params: { ...errors[0]?.params, ...role } })
}

function typeOf({ field, code }: FieldError): ProblemType {
  const isPassword = /password$/i.test(field)
  if (isPassword && code === 'min_length') return signInProblems.PASSWORD_TOO_SHORT
  if (isPassword && code === 'max_length') return signInProblems.PASSWORD_TOO_LONG
  if (code === 'common_password') return signInProblems.PASSWORD_TOO_COMMON
  if (EMAILS.includes(field) && code === 'invalid_format') return signInProblems.INVALID_EMAIL
  if (field === 'role' && code === 'unknown_value') return identityProblems.role_unknown
  return signInProblems.VALIDATION_ERROR
}
