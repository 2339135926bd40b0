import { Type, type Static } from 'typebox'
import { Problem, validationFailed } from '../errors.ts'
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
  emailVerified: boolean
  firstName: string
  lastName: string
  role: string
  isSelfLearning: boolean
}

export type ClaimsReader = {
  /** @throws Problem `validation_failed` (field `sub`) when the token names nobody, or in too many characters. */
  subject: (caller: Caller) => string
  /** @throws Problem `validation_failed` by the claims' names, `role_unknown`. */
  person: (caller: Caller) => Person
}

const DEFAULT_ROLE = 'student'
const MAX_SUBJECT_CHARACTERS = 255

export function createClaimsReader(validator: Validator, types: ProfileTypes, subjectClaim: string): ClaimsReader {
  const validate = validator.body(claimsSchema)
  return {
    subject: ({ subject }) => {
      if (subject === undefined || subject === '') throw validationFailed([{ field: subjectClaim, code: 'required' }])
      if ([...subject].length > MAX_SUBJECT_CHARACTERS) {
        throw validationFailed([{ field: subjectClaim, code: 'max_length', params: { max: MAX_SUBJECT_CHARACTERS } }])
      }
      if (!subject.isWellFormed() || subject.includes('\0')) {
        throw validationFailed([{ field: subjectClaim, code: 'invalid_format' }])
      }
      return subject
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
        emailVerified: claims['email_verified'] === true,
        firstName: person.given_name ?? '',
        lastName: person.family_name ?? '',
        role,
        isSelfLearning: person.is_self_learning ?? false,
      }
    },
  }
}
