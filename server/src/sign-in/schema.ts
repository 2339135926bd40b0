import { Type, type TProperties } from 'typebox'
import { problemSchema } from '../http/responses.ts'
import { nullable } from '../http/schemas.ts'
import { sessionExample, userExample } from './examples.ts'

export const MIN_PASSWORD_CHARACTERS = 10
export const MAX_PASSWORD_CHARACTERS = 128

/** The components; the payloads are Better Auth's, and so is the case of their names. */
export const signInSchemas = [
  Type.Object(
    {
      id: Type.String({ description: 'The `sub` of the tokens. Not the `id` of the profile.' }),
      email: Type.String(),
      emailVerified: Type.Boolean({ description: 'Whether whoever has the password gets its mails.' }),
      name: Type.String({ description: 'As signed up with; today’s is in the profile.' }),
      image: nullable(Type.String({ description: 'Not used: the picture is in the profile.' })),
      role: Type.String({ description: 'The profile type that was signed up for.' }),
      createdAt: Type.String({ format: 'date-time' }),
      updatedAt: Type.String({ format: 'date-time' }),
    },
    { $id: 'SignInUser', additionalProperties: false, examples: [userExample] },
  ),
  Type.Object(
    {
      id: Type.String(),
      token: Type.String({ description: 'What ends it (`revoke-session`), and its Bearer token.' }),
      userId: Type.String({ description: 'The `id` of its user.' }),
      ipAddress: nullable(Type.String({ description: 'Where it was signed in from.' })),
      userAgent: nullable(Type.String({ description: 'What it was signed in with.' })),
      createdAt: Type.String({ format: 'date-time', description: 'When it was signed in.' }),
      updatedAt: Type.String({ format: 'date-time', description: 'When it was last prolonged.' }),
      expiresAt: Type.String({
        format: 'date-time',
        description: 'It is prolonged by a week on each day that it is used.',
      }),
    },
    { $id: 'SignInSession', additionalProperties: false, examples: [sessionExample] },
  ),
  Type.Object(
    {
      ...problemSchema.properties,
      code: Type.String({
        description:
          'What programs branch on: one of the body codes of docs/errors.md, mostly of the sign-in.',
      }),
      message: Type.String({
        description: 'For Better Auth’s own clients: its words where the code is its own, else `detail`.',
      }),
    },
    { $id: 'SignInProblem', additionalProperties: false },
  ),
]

const email = Type.String({ format: 'email', maxLength: 254 })
const newPassword = Type.String({
  minLength: MIN_PASSWORD_CHARACTERS,
  maxLength: MAX_PASSWORD_CHARACTERS,
  description: 'Any characters, spaces included.',
})
/** Nobody has a longer one, and hashing is not free. */
const password = Type.String({ maxLength: MAX_PASSWORD_CHARACTERS })

/** Where something leads. */
export const address = (description: string) =>
  Type.String({
    // A header has it in the end, where other letters than a URI's cannot be (RFC 9110, section 10.2.2).
    format: 'uri-reference',
    description: `${description} A path on this server, or on an origin that it trusts.`,
  })
const landing = address('Where the link in the mail leads in the end.')

/** What can be sent, in an installation with these roles. */
export function createBodies(roles: readonly string[]) {
  return {
    signUp: closed(
      {
        name: Type.String({ format: 'line', description: 'First and last name, parted by the first space.' }),
        email,
        password: newPassword,
        role: Type.Optional(
          Type.Enum([...roles], {
            description: 'A profile type; `student` if it is not said. It never changes.',
          }),
        ),
        callbackURL: Type.Optional(landing),
      },
      { name: 'Alex Koval', email: 'alex@example.com', password: 'correct horse', role: 'tutor' },
    ),
    signIn: closed(
      {
        email,
        password,
        rememberMe: Type.Optional(
          Type.Boolean({
            description: '`false`: the session ends within a day, its cookie with the browser.',
          }),
        ),
        callbackURL: Type.Optional(address('Where to go next; it comes back as `url`.')),
        verificationToken: Type.Optional(
          Type.String({
            description:
              'The `token` of the link that confirms the e-mail. Pages of this server need not send it: a cookie has it.',
          }),
        ),
      },
      { email: 'alex@example.com', password: 'correct horse' },
    ),
    revokeSession: closed(
      { token: Type.String({ description: 'As it is listed.' }) },
      { token: sessionExample.token },
    ),
    changePassword: closed(
      {
        currentPassword: password,
        newPassword,
        revokeOtherSessions: Type.Optional(
          Type.Boolean({ description: 'End all sessions, and begin a new one in the place of this one.' }),
        ),
      },
      { currentPassword: 'correct horse', newPassword: 'battery staple', revokeOtherSessions: true },
    ),
    requestPasswordReset: closed(
      { email, redirectTo: Type.Optional(landing) },
      { email: 'alex@example.com', redirectTo: '/new-password' },
    ),
    resetPassword: closed(
      {
        token: Type.String({ description: 'What the link in the mail has added to its address.' }),
        newPassword,
      },
      { token: 'yB8nQ3tLw0vXr5Kc7ZsMf1Jd', newPassword: 'battery staple' },
    ),
    sendVerificationEmail: closed(
      { email, callbackURL: Type.Optional(landing) },
      { email: 'alex@example.com', callbackURL: '/welcome' },
    ),
  }
}

/** An object of these members and no others. */
export function closed<Properties extends TProperties>(properties: Properties, example?: unknown) {
  return Type.Object(properties, {
    additionalProperties: false,
    ...(example !== undefined && { examples: [example] }),
  })
}
