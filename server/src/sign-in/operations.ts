/** The sign-in as the API's documentation has it. The payloads are Better Auth's own. */
import { Type, type TObject } from 'typebox'
import { problems } from '../errors.ts'
import { json, refusalsOf, type Refusal } from '../http/responses.ts'
import { nullable } from '../http/schemas.ts'
import { keysExample, sessionExample, signInExample, signUpExample, userExample } from './examples.ts'
import { identityProblems } from '../identity/problems.ts'
import { signInProblems } from './problems.ts'
import { presentRefusal } from './refusals.ts'
import { address, closed, createBodies, token } from './schema.ts'

const user = Type.Ref('SignInUser')
const session = Type.Ref('SignInSession')

type Security = readonly Record<string, readonly string[]>[]

const nobody: Security = []
/** A session, by its token or by its cookie. */
const somebody: Security = [{ session: [] }, { sessionCookie: [] }]
const anybody: Security = [{}, ...somebody]

const refusals = (...list: Refusal[]) =>
  refusalsOf('SignInProblem', [...list, ...always], (problem) => presentRefusal(problem, 'en'))
/** What every operation can answer with. */
const always = [problems.validation_failed, problems.bad_request, 429, 500, 503]
/** The body is not JSON, is too large, or comes from a page that is not trusted. */
const sent = [
  signInProblems.VALIDATION_ERROR,
  problems.invalid_json,
  signInProblems.INVALID_ORIGIN,
  signInProblems.MISSING_OR_NULL_ORIGIN,
  413,
  415,
]
/** The same, for a form that another site could send. */
const entering = [...sent, signInProblems.CROSS_SITE_NAVIGATION_LOGIN_BLOCKED]
const signedOut = [signInProblems.UNAUTHORIZED, signInProblems.FAILED_TO_GET_SESSION]
const badEmail = signInProblems.INVALID_EMAIL
const badPassword = [
  signInProblems.PASSWORD_TOO_SHORT,
  signInProblems.PASSWORD_TOO_LONG,
  signInProblems.PASSWORD_TOO_COMMON,
]
const badLink = [signInProblems.INVALID_TOKEN, signInProblems.TOKEN_EXPIRED, signInProblems.USER_NOT_FOUND]
/** Of a link in an e-mail. */
const linkToken = 'yB8nQ3tLw0vXr5Kc7ZsMf1Jd'
const badAddress = signInProblems.INVALID_CALLBACK_URL

const done = json('The request succeeded.', closed({ status: Type.Boolean() }), { example: { status: true } })
const redirect = (description: string) => ({
  description,
  headers: {
    location: {
      type: 'string',
      description: 'The address. If something went wrong, its parameter `error` has a code.',
      examples: ['/new-password?token=yB8nQ3tLw0vXr5Kc7ZsMf1Jd'],
    },
  },
  type: 'null',
})

const dateTime = (description: string) => Type.String({ format: 'date-time', description })
const passkey = closed({
  id: Type.String({ description: 'The id for `update-passkey` and `delete-passkey`.' }),
  name: Type.String({ description: 'What the owner calls it.' }),
  createdAt: dateTime('When it was added.'),
  usedAt: nullable(dateTime('When it was last used to sign in. Null: never.')),
})
const passkeyExample = {
  id: '3b241101-e2bb-4255-8caf-4136c566a962',
  name: 'Firefox, Linux',
  createdAt: '2026-11-22T10:12:01.872Z',
  usedAt: null,
}
const creationOptions = Type.Object(
  {
    challenge: Type.String(),
    rp: Type.Object({ name: Type.String(), id: Type.String() }, { additionalProperties: false }),
    user: Type.Object(
      { id: Type.String(), name: Type.String(), displayName: Type.String() },
      { additionalProperties: false },
    ),
    pubKeyCredParams: Type.Array(
      Type.Object({ alg: Type.Integer(), type: Type.String() }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: true },
)
const creationOptionsExample = {
  challenge: 'q2ZkMzY3',
  rp: { name: 'UPM', id: 'upm.example.com' },
  user: { id: 'MDE5YWFi', name: 'alex@example.com', displayName: 'Alex Koval' },
  pubKeyCredParams: [{ alg: -8, type: 'public-key' }],
  timeout: 60000,
  attestation: 'none',
  excludeCredentials: [],
  authenticatorSelection: { residentKey: 'required', userVerification: 'required', requireResidentKey: true },
  extensions: { credProps: true },
  hints: [],
}

/** Where somebody who is signed in has to give the password. */
const ownPassword = [
  signInProblems.PASSWORD_TOO_LONG,
  signInProblems.INVALID_PASSWORD,
  signInProblems.CREDENTIAL_ACCOUNT_NOT_FOUND,
]
const backupCodes = Type.Array(Type.String(), {
  description: 'Recovery codes. Each of them works once, in place of a code of the app.',
})
const codesExample = Array.from({ length: 10 }, (_, i) => `k7mqp-x2rt${'abcdefghjk'[i]}`)

export type Operation = {
  summary: string
  description?: string
  security: Security
  querystring?: TObject
  params?: TObject
  body?: TObject
  response: object
}

export type OperationName = keyof ReturnType<typeof createOperations>

const tokenExample = 'eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl'

/** What can be done, by its `operationId`, in an installation with these roles. */
export function createOperations(roles: readonly string[]) {
  const bodies = createBodies(roles)
  return {
    signUp: {
      summary: 'Sign up',
      description:
        'Creates an account. It does not sign the user in: sign in next. If the server sends e-mails, open the link in the ' +
        'e-mail first. If the address has an account already, the response looks the same and that account is not ' +
        'changed. One exception: if the server sends e-mails, an account with an unconfirmed address is replaced.',
      security: nobody,
      body: bodies.signUp,
      response: {
        200: json(
          'The account. The response looks the same if the address was taken.',
          closed({ token: Type.Null(), user }),
          {
            example: signUpExample,
          },
        ),
        ...refusals(
          ...entering,
          badEmail,
          ...badPassword,
          badAddress,
          identityProblems.role_unknown,
          signInProblems.sign_up_closed,
          signInProblems.invitation_required,
          signInProblems.invitation_invalid,
          signInProblems.FAILED_TO_CREATE_USER,
        ),
      },
    },
    signIn: {
      summary: 'Sign in',
      description:
        'Starts a session. The session ends after one week without use, and after 30 days at the latest. A session that ' +
        'the request brings along ends. If the account has a second step, the request needs its `code`. If the request has the token of a confirmation link, in a cookie or as ' +
        '`verificationToken`, the sign-in also confirms the e-mail address. Logged as `system.login`.',
      security: nobody,
      body: bodies.signIn,
      response: {
        200: json(
          'The session, as the cookie `upm.session_token` (with HTTPS `__Host-upm.session_token`) or as a token.',
          closed({
            token: nullable(
              Type.String({
                description: 'The session token, if the request has `sessionToken: true`. Otherwise null.',
              }),
            ),
            redirect: Type.Boolean({ description: 'Whether the request has a `callbackURL`.' }),
            url: Type.Optional(Type.String()),
            user,
          }),
          { example: signInExample },
        ),
        ...refusals(
          ...entering,
          badEmail,
          signInProblems.PASSWORD_TOO_LONG,
          ...badLink,
          badAddress,
          signInProblems.INVALID_EMAIL_OR_PASSWORD,
          signInProblems.EMAIL_NOT_VERIFIED,
          signInProblems.second_factor_required,
          signInProblems.INVALID_CODE,
          identityProblems.account_disabled,
          identityProblems.email_taken,
        ),
      },
    },
    signOut: {
      summary: 'Sign out',
      description: 'Ends the session and deletes its cookie. Succeeds also without a session.',
      security: anybody,
      response: {
        200: json('The session has ended.', closed({ success: Type.Boolean() }), {
          example: { success: true },
        }),
        ...refusals(...sent),
      },
    },
    getSession: {
      summary: 'Get the current session',
      description:
        'Returns the session of the cookie or of the session token, and its user. Reading it extends the session, at ' +
        'most once a day.',
      security: anybody,
      querystring: closed({
        disableCookieCache: Type.Optional(
          Type.Boolean({
            examples: [true],
            description: 'Has no effect: sessions are always read from the database.',
          }),
        ),
        disableRefresh: Type.Optional(
          Type.Boolean({ examples: [true], description: 'Do not extend the session.' }),
        ),
      }),
      response: {
        200: json(
          'The session and its user. Null if nobody is signed in.',
          Type.Union([closed({ session, user }), Type.Null()]),
          {
            headers: {
              'set-auth-jwt': {
                type: 'string',
                description: 'A new access token, as `getToken` returns it. Absent if nobody is signed in.',
                examples: [tokenExample],
              },
            },
            example: { session: sessionExample, user: userExample },
          },
        ),
        ...refusals(...signedOut),
      },
    },
    getToken: {
      summary: 'Get an access token',
      description:
        'Returns a Bearer token for the rest of the API. It is valid for 15 minutes. When the session has ended, it only reads.',
      security: somebody,
      response: {
        200: json(
          'A new access token.',
          closed({ token: Type.String({ description: 'A JSON Web Token.' }) }),
          { example: { token: tokenExample } },
        ),
        ...refusals(...signedOut),
      },
    },
    getKeys: {
      summary: 'Get the public keys of access tokens',
      description: 'Returns a JSON Web Key Set (RFC 7517). Other services verify access tokens with it.',
      security: nobody,
      response: {
        200: json(
          'The public keys.',
          closed({
            keys: Type.Array(
              Type.Object(
                {
                  kty: Type.String(),
                  kid: Type.String(),
                  alg: Type.String(),
                  crv: Type.String(),
                  x: Type.String(),
                },
                { additionalProperties: false },
              ),
            ),
          }),
          { example: keysExample },
        ),
        ...refusals(),
      },
    },
    listSessions: {
      summary: 'List your sessions',
      description: 'Returns the sessions that have not ended, including the current one.',
      security: somebody,
      response: {
        200: json('The sessions.', Type.Array(session), { example: [sessionExample] }),
        ...refusals(...signedOut),
      },
    },
    revokeSession: {
      summary: 'End one of your sessions',
      description:
        'Succeeds also if the session does not exist or belongs to somebody else. Only your own sessions are ended.',
      security: somebody,
      body: bodies.revokeSession,
      response: { 200: done, ...refusals(...sent, ...signedOut) },
    },
    revokeSessions: {
      summary: 'End all of your sessions',
      description:
        'Ends every session of the user, including the current one. Access tokens stay valid until they expire.',
      security: somebody,
      response: { 200: done, ...refusals(...sent, ...signedOut) },
    },
    revokeOtherSessions: {
      summary: 'End all of your sessions except this one',
      description: 'Signs the user out on all other devices. The current session goes on.',
      security: somebody,
      response: { 200: done, ...refusals(...sent, ...signedOut) },
    },
    changePassword: {
      summary: 'Change your password',
      description:
        'Sets a new password. The request has to prove the current one. The current session goes on, unless ' +
        '`revokeOtherSessions` replaces it. Logged as `system.password.changed`.',
      security: somebody,
      body: bodies.changePassword,
      response: {
        200: json(
          'The password was changed.',
          closed({
            token: nullable(
              Type.String({
                description:
                  'The token of the new session, if the request brought the old session as a token. Otherwise null.',
              }),
            ),
            user,
          }),
          { example: { token: null, user: userExample } },
        ),
        ...refusals(
          ...sent,
          ...badPassword,
          signInProblems.INVALID_PASSWORD,
          signInProblems.CREDENTIAL_ACCOUNT_NOT_FOUND,
          ...signedOut,
        ),
      },
    },
    changeEmail: {
      summary: 'Change your e-mail address',
      description:
        'Sends a link to the new address. The address changes when the link is confirmed (`confirm-email-change`). The ' +
        'response is the same if another account has the address; then the e-mail says so. The old address gets an e-mail, too.',
      security: somebody,
      body: bodies.changeEmail,
      response: {
        200: json('The request was accepted.', closed({ status: Type.Boolean() }), {
          example: { status: true },
        }),
        ...refusals(
          ...sent,
          badEmail,
          ...ownPassword,
          signInProblems.email_unchanged,
          signInProblems.CHANGE_EMAIL_DISABLED,
          ...signedOut,
        ),
      },
    },
    confirmEmailChange: {
      summary: 'Confirm your new e-mail address',
      description:
        'Changes the e-mail address, in a session of the account that has asked for it. The link works once, for one hour. ' +
        'The old address gets a link that undoes the change (`undo-email-change`), if it was confirmed. Links that were sent ' +
        'to the old address stop working. Logged as `profile.updated` and `system.email.changed`.',
      security: somebody,
      body: bodies.confirmEmailChange,
      response: {
        200: done,
        ...refusals(
          ...sent,
          signInProblems.INVALID_TOKEN,
          signInProblems.EMAIL_MISMATCH,
          ...signedOut,
          identityProblems.email_taken,
        ),
      },
    },
    undoEmailChange: {
      summary: 'Undo a change of the e-mail address',
      description:
        'Gives the account the address back that the link was sent to, also if the address was changed again since. All ' +
        'sessions end, and the password stops working: choose a new one with `resetToken` (`reset-password`). The link works ' +
        'for 7 days. Logged as `profile.updated`, `system.email.changed` and `system.session.ended`.',
      security: nobody,
      body: bodies.undoEmailChange,
      response: {
        200: json(
          'The account has its former address.',
          closed({
            status: Type.Boolean(),
            resetToken: Type.String({
              description: 'The `token` for `reset-password`. It is valid for one hour.',
            }),
          }),
          { example: { status: true, resetToken: linkToken } },
        ),
        ...refusals(...sent, signInProblems.INVALID_TOKEN, identityProblems.email_taken),
      },
    },
    getPasskeyCreation: {
      summary: 'Begin to add a passkey',
      description:
        'Returns what `navigator.credentials.create` takes (WebAuthn). Valid for 5 minutes, in this session. Needs the password.',
      security: somebody,
      body: bodies.getPasskeyCreation,
      response: {
        200: json('The options (`PublicKeyCredentialCreationOptionsJSON`).', creationOptions, {
          example: creationOptionsExample,
        }),
        ...refusals(...sent, ...ownPassword, signInProblems.passkey_limit, ...signedOut),
      },
    },
    addPasskey: {
      summary: 'Add a passkey',
      description:
        'Takes what the browser has made. The passkey signs in without a password and without a code. Logged as `system.factor.changed`.',
      security: somebody,
      body: bodies.addPasskey,
      response: {
        200: json('The passkey.', passkey, { example: passkeyExample }),
        ...refusals(...sent, signInProblems.INVALID_PASSKEY, signInProblems.passkey_limit, ...signedOut),
      },
    },
    getPasskeyRequest: {
      summary: 'Begin to sign in with a passkey',
      description: 'Returns what `navigator.credentials.get` takes (WebAuthn). Valid once, for 5 minutes.',
      security: nobody,
      response: {
        200: json(
          'The options (`PublicKeyCredentialRequestOptionsJSON`).',
          closed({
            challenge: Type.String(),
            timeout: Type.Integer(),
            rpId: Type.String(),
            userVerification: Type.String(),
          }),
          {
            example: {
              challenge: 'q2ZkMzY3',
              timeout: 60000,
              rpId: 'upm.example.com',
              userVerification: 'required',
            },
          },
        ),
        ...refusals(),
      },
    },
    signInWithPasskey: {
      summary: 'Sign in with a passkey',
      description:
        'Starts a session, as `sign-in/email` does. The device has verified the person, so no password and no code is needed. ' +
        'Logged as `system.login` with the method `passkey`.',
      security: nobody,
      body: bodies.signInWithPasskey,
      response: {
        200: json(
          'The session, as a cookie or as a token.',
          closed({
            token: nullable(
              Type.String({
                description: 'The session token, if the request has `sessionToken: true`. Otherwise null.',
              }),
            ),
            redirect: Type.Boolean({ description: 'Always false.' }),
            user,
          }),
          { example: signInExample },
        ),
        ...refusals(
          ...entering,
          signInProblems.INVALID_PASSKEY,
          identityProblems.account_disabled,
          identityProblems.email_taken,
        ),
      },
    },
    listPasskeys: {
      summary: 'List your passkeys',
      description: 'Returns the passkeys of the account, the oldest first.',
      security: somebody,
      response: {
        200: json('The passkeys.', Type.Array(passkey), { example: [passkeyExample] }),
        ...refusals(...signedOut),
      },
    },
    renamePasskey: {
      summary: 'Rename a passkey',
      description: 'Changes what it is called in the list. Logged as `system.factor.changed`.',
      security: somebody,
      body: bodies.renamePasskey,
      response: { 200: done, ...refusals(...sent, signInProblems.passkey_unknown, ...signedOut) },
    },
    removePasskey: {
      summary: 'Remove a passkey',
      description:
        'It signs in no more. Needs the password, which is left as a way to sign in. Logged as `system.factor.changed`.',
      security: somebody,
      body: bodies.removePasskey,
      response: {
        200: done,
        ...refusals(...sent, ...ownPassword, signInProblems.passkey_unknown, ...signedOut),
      },
    },
    getSecondStep: {
      summary: 'Get the state of your second step',
      description: 'Returns whether two-step verification is on, and how many recovery codes are left.',
      security: somebody,
      response: {
        200: json(
          'The second step.',
          closed({
            enabledAt: nullable(
              Type.String({ format: 'date-time', description: 'When it was turned on. Null: it is off.' }),
            ),
            recoveryCodes: Type.Integer({
              minimum: 0,
              description: 'The number of recovery codes that are left.',
            }),
          }),
          { example: { enabledAt: '2026-11-22T10:12:01.872Z', recoveryCodes: 10 } },
        ),
        ...refusals(...signedOut),
      },
    },
    enableSecondStep: {
      summary: 'Begin to set up a second step',
      description:
        'Returns a new secret for an authenticator app. It counts when `two-factor/verify-totp` gets its first code, within one hour.',
      security: somebody,
      body: bodies.enableSecondStep,
      response: {
        200: json(
          'The secret for the app.',
          closed({
            totpURI: Type.String({
              description:
                'The address that an app reads out of a QR code. Its parameter `secret` is for typing (SHA-1, 6 digits, 30 seconds).',
            }),
          }),
          {
            example: {
              totpURI:
                'otpauth://totp/upm.example.com:alex%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=upm.example.com&digits=6&period=30',
            },
          },
        ),
        ...refusals(...sent, ...ownPassword, signInProblems.TOTP_ALREADY_ENABLED, ...signedOut),
      },
    },
    verifySecondStep: {
      summary: 'Turn on the second step',
      description:
        'Takes the first code of the app. From then on each sign-in needs a code. The response has ten recovery codes, which ' +
        'are shown only once. Logged as `system.factor.changed`.',
      security: somebody,
      body: bodies.verifySecondStep,
      response: {
        200: json('The second step is on.', closed({ backupCodes }), {
          example: { backupCodes: codesExample },
        }),
        ...refusals(
          ...sent,
          signInProblems.INVALID_CODE,
          signInProblems.TOTP_ALREADY_ENABLED,
          signInProblems.TOTP_NOT_ENABLED,
          ...signedOut,
        ),
      },
    },
    disableSecondStep: {
      summary: 'Turn off the second step',
      description:
        'Needs the password and a code. The recovery codes stop working, too. Logged as `system.factor.changed`.',
      security: somebody,
      body: bodies.disableSecondStep,
      response: {
        200: done,
        ...refusals(
          ...sent,
          ...ownPassword,
          signInProblems.INVALID_CODE,
          signInProblems.TOTP_NOT_ENABLED,
          ...signedOut,
        ),
      },
    },
    renewRecoveryCodes: {
      summary: 'Get new recovery codes',
      description:
        'Returns ten new codes in place of the old ones. Needs the password and a code. Logged as `system.factor.changed`.',
      security: somebody,
      body: bodies.renewRecoveryCodes,
      response: {
        200: json('The new codes.', closed({ backupCodes }), { example: { backupCodes: codesExample } }),
        ...refusals(
          ...sent,
          ...ownPassword,
          signInProblems.INVALID_CODE,
          signInProblems.TOTP_NOT_ENABLED,
          ...signedOut,
        ),
      },
    },
    requestPasswordReset: {
      summary: 'Request a password reset',
      description:
        'Sends a link to the e-mail address. The response is the same if the address has no account.',
      security: nobody,
      body: bodies.requestPasswordReset,
      response: {
        200: json('The request was accepted.', closed({ status: Type.Boolean(), message: Type.String() }), {
          example: {
            status: true,
            message: 'If this email exists in our system, check your email for the reset link',
          },
        }),
        ...refusals(
          ...sent,
          badEmail,
          signInProblems.RESET_PASSWORD_DISABLED,
          signInProblems.INVALID_REDIRECT_URL,
        ),
      },
    },
    openPasswordReset: {
      summary: 'Open the link to reset a password',
      description:
        'The link in the e-mail leads here. The server redirects to `callbackURL` and adds the `token` that `reset-password` takes.',
      security: nobody,
      params: closed({ token: token('The token of the link.', linkToken) }),
      querystring: closed({ callbackURL: address('Where the server redirects to.', '/new-password') }),
      response: { 302: redirect('A redirect to `callbackURL`.'), ...refusals(...badLink, badAddress) },
    },
    resetPassword: {
      summary: 'Choose a new password',
      description: 'Sets the new password and ends all sessions of the user.',
      security: nobody,
      body: bodies.resetPassword,
      response: { 200: done, ...refusals(...sent, ...badPassword, ...badLink) },
    },
    sendVerificationEmail: {
      summary: 'Send the link that confirms an e-mail address',
      description: 'The response is the same if the address has no account or is confirmed already.',
      security: anybody,
      body: bodies.sendVerificationEmail,
      response: {
        200: done,
        ...refusals(
          ...sent,
          badEmail,
          signInProblems.EMAIL_MISMATCH,
          signInProblems.EMAIL_ALREADY_VERIFIED,
          signInProblems.VERIFICATION_EMAIL_NOT_ENABLED,
          badAddress,
        ),
      },
    },
    verifyEmail: {
      summary: 'Open the link that confirms an e-mail address',
      description:
        'The link in the e-mail leads here. The server stores the token in a cookie and redirects to `callbackURL`. The ' +
        'address is confirmed by the next sign-in in this browser. If `callbackURL` has another origin, the server adds ' +
        'the `token` to it instead; send it to `sign-in/email` as `verificationToken`.',
      security: nobody,
      querystring: closed({
        token: token('The token of the link.', linkToken),
        callbackURL: Type.Optional(address('Where the server redirects to.', '/welcome')),
      }),
      response: {
        200: json(
          'The address was confirmed before, and the request has no `callbackURL`.',
          closed({ status: Type.Boolean(), user: Type.Null() }),
          { example: { status: true, user: null } },
        ),
        302: redirect('A redirect to `callbackURL`.'),
        ...refusals(...badLink, badAddress),
      },
    },
  } satisfies Record<string, Operation>
}
