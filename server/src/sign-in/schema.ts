import { Type } from 'typebox'

export const MIN_PASSWORD_CHARACTERS = 10
export const MAX_PASSWORD_CHARACTERS = 128

const email = Type.String({ format: 'email', maxLength: 254 })
const newPassword = Type.String({ minLength: MIN_PASSWORD_CHARACTERS, maxLength: MAX_PASSWORD_CHARACTERS })
/** Nobody has a longer one, and hashing is not free. */
const password = Type.String({ maxLength: MAX_PASSWORD_CHARACTERS })
const address = Type.String({
  description:
    'Where the link in the mail leads in the end: a path on this server, or on an origin that it trusts.',
})

/** What can be sent, for an installation with these roles. */
export function createBodies(roles: readonly string[]) {
  return {
    signUp: closed({
      name: Type.String({ format: 'line', description: 'First and last name, parted by the first space.' }),
      email,
      password: newPassword,
      role: Type.Optional(
        Type.Enum([...roles], {
          description: 'A profile type, `student` if it is not said. It never changes.',
        }),
      ),
      callbackURL: Type.Optional(address),
    }),
    signIn: closed({
      email,
      password,
      rememberMe: Type.Optional(
        Type.Boolean({
          description: '`false`: the session ends within a day, and its cookie with the browser.',
        }),
      ),
      callbackURL: Type.Optional(address),
    }),
    revokeSession: closed({ token: Type.String({ description: 'As it is listed.' }) }),
    changePassword: closed({
      currentPassword: password,
      newPassword,
      revokeOtherSessions: Type.Optional(
        Type.Boolean({ description: 'End all sessions, and begin a new one for the caller.' }),
      ),
    }),
    requestPasswordReset: closed({ email, redirectTo: Type.Optional(address) }),
    resetPassword: closed({
      token: Type.String({ description: 'What the link in the mail has added to `redirectTo`.' }),
      newPassword,
    }),
    sendVerificationEmail: closed({ email, callbackURL: Type.Optional(address) }),
    nothing: closed({}),
  }
}

function closed<Properties extends Parameters<typeof Type.Object>[0]>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false })
}
