import { Type, type Static } from 'typebox'
import { Problem, validationFailed, type FieldError } from '../errors.ts'
import { normalizeText } from '../http/normalize.ts'
import type { Validator } from '../http/validation.ts'
import { nameSchema } from '../profiles/schema.ts'
import type { ProfileTypes } from '../profiles/profile-types.ts'
import type { Caller } from './tokens.ts'

/** What a first token must and may say of the person, besides much that is not ours. */
const claimsSchema = Type.Object({
  email: Type.String({ format: 'email', maxLength: 254 }),
  given_name: Type.Optional(nameSchema),
  family_name: Type.Optional(nameSchema),
  role: Type.Optional(Type.String()),
  is_self_learning: Type.Optional(Type.Boolean()),
})

/** The person that a first token describes. */
export type Person = {
  email: string
  firstName: string
  lastName: string
  role: string
  isSelfLearning: boolean
}

export type ClaimsReader = {
  /** @throws Problem `validation_failed` when the token does not name the subject well; other faulty claims with it. */
  subject: (caller: Caller) => string
  /** @throws Problem `validation_failed` by the claims' names, `role_unknown`. */
  person: (caller: Pick<Caller, 'claims'>) => Person
}

const DEFAULT_ROLE = 'student'
const MAX_SUBJECT_CHARACTERS = 255

export function createClaimsReader(validator: Validator, types: ProfileTypes): ClaimsReader {
  const validate = validator.body(claimsSchema)
  return {
    subject: ({ subject, subjectClaim, claims }) => {
      const fault = subjectFault(subject, claims[subjectClaim])
      if (fault === undefined) return subject as string
      const others = validate(normalizeText(claimsSchema, claims)).filter(
        ({ field }) => field !== subjectClaim,
      )
      throw validationFailed([{ field: subjectClaim, ...fault }, ...others])
    },
    person: ({ claims }) => {
      const normalized = normalizeText(claimsSchema, claims)
      const errors = validate(normalized)
      if (errors.length > 0) throw validationFailed(errors)
      const person = normalized as Static<typeof claimsSchema>
      const role = person.role ?? DEFAULT_ROLE
      if (!types.byName.has(role)) throw new Problem('role_unknown', { params: { role: role.slice(0, 50) } })
      return {
        email: person.email,
        firstName: person.given_name ?? '',
        lastName: person.family_name ?? '',
        role,
        isSelfLearning: person.is_self_learning ?? false,
      }
    },
  }
}

function subjectFault(subject: string | undefined, claim: unknown): Omit<FieldError, 'field'> | undefined {
  if (claim === undefined || subject === '') return { code: 'required' }
  if (claim === null) return { code: 'not_nullable' }
  if (subject === undefined) return { code: 'invalid_type', params: { expected: ['string'] } }
  if ([...subject].length > MAX_SUBJECT_CHARACTERS)
    return { code: 'max_length', params: { max: MAX_SUBJECT_CHARACTERS } }
  // What PostgreSQL cannot store.
  return !subject.isWellFormed() || subject.includes('\0') ? { code: 'invalid_format' } : undefined
}
