import { Type, type TProperties } from 'typebox'
import { problemSchema } from '../http/responses.ts'
import { choice, nullable } from '../http/schemas.ts'
import { MAX_NAME_CHARACTERS } from '../accounts/names.ts'
import { sessionExample, userExample } from './examples.ts'

export const MIN_PASSWORD_CHARACTERS = 10
export const MAX_PASSWORD_CHARACTERS = 128
/** The tokens of sessions and of links, the longest of which are JSON Web Tokens with an e-mail in them. */
const MAX_TOKEN_CHARACTERS = 1024
/** Of what stands in a header or in a mail in the end. */
const MAX_ADDRESS_CHARACTERS = 2048

/** The components; the payloads are Better Auth's, and so is the case of their names. */
export const signInSchemas = [
  Type.Object(
    {
      id: Type.String({
        description: 'The `sub` of the access tokens. It differs from `user.id` in the profile.',
      }),
      email: Type.String(),
      emailVerified: Type.Boolean({
        description: 'Whether the user has proven that they own this e-mail address.',
      }),
      name: Type.String({ description: 'The name given at sign-up. The profile has the current name.' }),
      image: nullable(Type.String({ description: 'Always null. The profile has the picture.' })),
      role: Type.String({ description: 'The role chosen at sign-up.' }),
      createdAt: Type.String({ format: 'date-time' }),
      updatedAt: Type.String({ format: 'date-time' }),
    },
    { $id: 'SignInUser', additionalProperties: false, examples: [userExample] },
  ),
  Type.Object(
    {
      id: Type.String({
        description: 'The id of the session. Send it to `revoke-session` to end the session.',
      }),
      userId: Type.String({ description: 'The `id` of the user.' }),
      ipAddress: nullable(Type.String({ description: 'The IP address that the user signed in from.' })),
      userAgent: nullable(Type.String({ description: 'The `User-Agent` header of the sign-in.' })),
      createdAt: Type.String({ format: 'date-time', description: 'When the user signed in.' }),
      updatedAt: Type.String({
        format: 'date-time',
        description: 'When the session was last used, to within an hour.',
      }),
      expiresAt: Type.String({
        format: 'date-time',
        description:
          'When the session ends. Each hour of use extends it to one week from then, but never beyond 30 days after the sign-in.',
      }),
    },
    { $id: 'SignInSession', additionalProperties: false, examples: [sessionExample] },
  ),
  Type.Object(
    {
      ...problemSchema.properties,
      code: Type.String({
        description: 'The code that programs branch on. docs/errors.md lists all codes.',
      }),
      message: Type.String({
        description:
          'For clients of Better Auth: its own message if the code is from Better Auth, otherwise the same as `detail`.',
      }),
    },
    { $id: 'SignInProblem', additionalProperties: false },
  ),
]

const email = Type.String({ format: 'email', maxLength: 254 })
const newPassword = Type.String({
  minLength: MIN_PASSWORD_CHARACTERS,
  maxLength: MAX_PASSWORD_CHARACTERS,
  description: 'May contain any characters, including spaces.',
})
/** Nobody has a longer one, and hashing is not free. */
const password = Type.String({ maxLength: MAX_PASSWORD_CHARACTERS })

/** Where something leads. */
export const address = (description: string, example?: string) =>
  Type.String({
    // A header has it in the end, where other letters than a URI's cannot be (RFC 9110, section 10.2.2).
    format: 'uri-reference',
    maxLength: MAX_ADDRESS_CHARACTERS,
    description: `${description} A path on this server, or an address of an origin that the server trusts.`,
    ...(example !== undefined && { examples: [example] }),
  })
const landing = address('Where the link in the e-mail leads in the end.')

export const token = (description: string, example?: string) =>
  Type.String({
    maxLength: MAX_TOKEN_CHARACTERS,
    description,
    ...(example !== undefined && { examples: [example] }),
  })

const passkeyName = Type.String({
  format: 'line',
  minLength: 1,
  maxLength: 60,
  description: 'What the owner calls it.',
})
/** Of binary data in JSON: base64url. Attestations have certificates in them. */
const bytes = Type.String({ maxLength: 16_384 })
const common = {
  id: bytes,
  rawId: bytes,
  type: Type.Literal('public-key'),
  // Browsers answer for the extensions that were asked for, and no others (WebAuthn, section 9.4).
  clientExtensionResults: closed({
    credProps: Type.Optional(closed({ rk: Type.Optional(Type.Boolean()) })),
  }),
  authenticatorAttachment: Type.Optional(nullable(Type.String({ maxLength: 32 }))),
}
/** `PublicKeyCredential.toJSON()` (WebAuthn Level 3, section 5.1.8). */
const creation = closed({
  ...common,
  response: closed({
    clientDataJSON: bytes,
    attestationObject: bytes,
    authenticatorData: Type.Optional(bytes),
    transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 10 })),
    publicKeyAlgorithm: Type.Optional(Type.Integer()),
    publicKey: Type.Optional(bytes),
  }),
})
const assertion = closed({
  ...common,
  response: closed({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: Type.Optional(nullable(bytes)),
  }),
})
const sample = { id: 'vKq3', rawId: 'vKq3', type: 'public-key', clientExtensionResults: {} }
const creationExample = {
  ...sample,
  response: { clientDataJSON: 'eyJ0eXBlIjoi', attestationObject: 'o2NmbXRk', transports: ['internal'] },
}
const assertionExample = {
  ...sample,
  response: { clientDataJSON: 'eyJ0eXBlIjoi', authenticatorData: 'SZYN5YgO', signature: 'MEUCIQDx' },
}

/** As people type it. */
const code = (description: string) => Type.String({ maxLength: 32, description, examples: ['492039'] })
const codeOrRecovery = code('The code of the app, or a recovery code.')

/** What can be sent, in an installation with these roles. */
export function createBodies(roles: readonly string[]) {
  return {
    signUp: closed(
      {
        name: Type.String({
          format: 'line',
          maxLength: 2 * MAX_NAME_CHARACTERS + 1,
          description: `First and last name, separated by the first space. Each has at most ${MAX_NAME_CHARACTERS} characters.`,
        }),
        email,
        password: newPassword,
        role: Type.Optional(
          choice(roles, {
            description: 'What the user signs up as. Default: `student`. It cannot be changed later.',
          }),
        ),
        callbackURL: Type.Optional(landing),
        invitation: Type.Optional(
          Type.String({
            maxLength: 200,
            description:
              'The `invitation` parameter of an invitation link. It is valid only for the e-mail address that was invited. If ' +
              'the invitation has a role, the account gets that role. Required if only invited people can sign up.',
          }),
        ),
      },
      { name: 'Alex Koval', email: 'alex@example.com', password: 'correct horse', role: 'tutor' },
    ),
    signIn: closed(
      {
        email,
        password,
        rememberMe: Type.Optional(
          Type.Boolean({
            description: '`false`: the session ends within a day, and its cookie when the browser closes.',
          }),
        ),
        callbackURL: Type.Optional(address('Where the client goes next. The response returns it as `url`.')),
        timezone: Type.Optional(
          Type.String({
            maxLength: 64,
            description:
              'The time zone of the device, such as `Europe/Kyiv`. An account that is made by this sign-in, its first one, begins with it. Otherwise, and if the server does not know the zone, it has no effect.',
          }),
        ),
        language: Type.Optional(
          Type.String({
            maxLength: 35,
            description:
              'The language of the page, such as `uk`. An account that is made by this sign-in begins with it, if `GET /api/languages/` lists it.',
          }),
        ),
        sessionToken: Type.Optional(
          Type.Boolean({
            description:
              '`true`: the response has a session token and sets no session cookie. Apps and pages of other origins send it as ' +
              'a Bearer token. Otherwise the response only sets the cookie.',
          }),
        ),
        code: Type.Optional(
          code(
            'If the account has a second step: the code of the app, or a recovery code. Without it the response is 403 `second_factor_required`, and no session starts.',
          ),
        ),
        trustDevice: Type.Optional(
          Type.Boolean({
            description:
              '`true`: this browser needs no code for the next 30 days, until the password changes. Needs cookies.',
          }),
        ),
        verificationToken: Type.Optional(
          token(
            'The `token` of the confirmation link. Pages of this server need not send it, because a cookie has it.',
          ),
        ),
      },
      { email: 'alex@example.com', password: 'correct horse' },
    ),
    revokeSession: closed(
      { id: token('The `id` of the session in the list of sessions.') },
      { id: sessionExample.id },
    ),
    changePassword: closed(
      {
        currentPassword: password,
        newPassword,
        revokeOtherSessions: Type.Optional(
          Type.Boolean({ description: 'End all sessions, and start a new one in place of the current one.' }),
        ),
      },
      { currentPassword: 'correct horse', newPassword: 'battery staple', revokeOtherSessions: true },
    ),
    changeEmail: closed(
      { newEmail: email, password },
      { newEmail: 'alex.koval@example.com', password: 'correct horse' },
    ),
    confirmEmailChange: closed(
      { token: token('The `token` in the fragment of the link in the e-mail to the new address.') },
      { token: `${userExample.id}.yB8nQ3tLw0vXr5Kc7ZsMf1Jd` },
    ),
    undoEmailChange: closed(
      { token: token('The `token` in the fragment of the link in the e-mail to the old address.') },
      { token: `${userExample.id}.3b241101-e2bb-4255-8caf-4136c566a962.yB8nQ3tLw0vXr5Kc7ZsMf1Jd` },
    ),
    getPasskeyCreation: closed({ password }, { password: 'correct horse' }),
    addPasskey: closed(
      { response: creation, name: passkeyName },
      { name: 'Firefox, Linux', response: creationExample },
    ),
    signInWithPasskey: closed(
      {
        response: assertion,
        rememberMe: Type.Optional(
          Type.Boolean({
            description: '`false`: the session ends within a day, and its cookie when the browser closes.',
          }),
        ),
        timezone: Type.Optional(
          Type.String({
            maxLength: 64,
            description:
              'The time zone of the device, such as `Europe/Kyiv`. An account that is made by this sign-in, its first one, begins with it. Otherwise, and if the server does not know the zone, it has no effect.',
          }),
        ),
        language: Type.Optional(
          Type.String({
            maxLength: 35,
            description:
              'The language of the page, such as `uk`. An account that is made by this sign-in begins with it, if `GET /api/languages/` lists it.',
          }),
        ),
        sessionToken: Type.Optional(
          Type.Boolean({
            description:
              '`true`: the response has a session token and sets no session cookie. Apps and pages of other origins send it as ' +
              'a Bearer token. Otherwise the response only sets the cookie.',
          }),
        ),
      },
      { response: assertionExample },
    ),
    renamePasskey: closed(
      { id: token('The `id` of the passkey.'), name: passkeyName },
      { id: userExample.id, name: 'Phone' },
    ),
    removePasskey: closed(
      { id: token('The `id` of the passkey.'), password },
      { id: userExample.id, password: 'correct horse' },
    ),
    enableSecondStep: closed({ password }, { password: 'correct horse' }),
    verifySecondStep: closed({ code: code('The code of the app.') }, { code: '492039' }),
    disableSecondStep: closed(
      { password, code: codeOrRecovery },
      { password: 'correct horse', code: '492039' },
    ),
    renewRecoveryCodes: closed(
      { password, code: codeOrRecovery },
      { password: 'correct horse', code: '492039' },
    ),
    requestPasswordReset: closed(
      { email, redirectTo: Type.Optional(landing) },
      { email: 'alex@example.com', redirectTo: '/new-password' },
    ),
    resetPassword: closed(
      {
        token: token('The `token` parameter that the link in the e-mail added to the address.'),
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
