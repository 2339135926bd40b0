/** The sign-in as the API's documentation has it. The payloads are Better Auth's own. */
import { Type, type TObject } from 'typebox'
import { Problem, validationFailed } from '../errors.ts'
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
  refusalsOf('SignInProblem', [...list, 429, 503], (problem) => presentRefusal(problem, 'en'))
/** The body is not JSON, is too large, or comes from a page that is not trusted. */
const sent = [
  validationFailed([{ field: 'email', code: 'invalid_format', params: { format: 'email' } }]),
  new Problem(signInProblems.INVALID_ORIGIN),
  413,
  415,
]
const signedOut = new Problem(signInProblems.UNAUTHORIZED)
const badLink = new Problem(signInProblems.INVALID_TOKEN)
const badAddress = new Problem(signInProblems.INVALID_CALLBACK_URL, {
  errors: [{ field: 'callbackURL', code: 'unknown_value' }],
})

const done = json('The request succeeded.', closed({ status: Type.Boolean() }), { example: { status: true } })
const redirect = (description: string) => ({
  description,
  headers: {
    location: {
      type: 'string',
      description: 'The address. If something went wrong, its parameter `error` has a code.',
    },
  },
  type: 'null',
})

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
        ...refusals(...sent, new Problem(signInProblems.FAILED_TO_CREATE_USER)),
      },
    },
    signIn: {
      summary: 'Sign in',
      description:
        'Starts a session. The session ends after one week without use, and after 30 days at the latest. A session that ' +
        'the request brings along ends. If the request has the token of a confirmation link, in a cookie or as ' +
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
          ...sent,
          new Problem(signInProblems.INVALID_EMAIL_OR_PASSWORD),
          new Problem(identityProblems.email_taken),
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
      security: anybody,
      querystring: closed({
        disableCookieCache: Type.Optional(
          Type.Boolean({ description: 'Has no effect: sessions are always read from the database.' }),
        ),
        disableRefresh: Type.Optional(Type.Boolean({ description: 'Do not extend the session.' })),
      }),
      response: {
        200: json(
          'The session and its user. Null if nobody is signed in. The header `set-auth-jwt` has an access token.',
          Type.Union([closed({ session, user }), Type.Null()]),
          { example: { session: sessionExample, user: userExample } },
        ),
        ...refusals(400, signedOut),
      },
    },
    getToken: {
      summary: 'Get an access token',
      description: 'Returns a Bearer token for the rest of the API. It is valid for 15 minutes.',
      security: somebody,
      response: {
        200: json(
          'A new access token.',
          closed({ token: Type.String({ description: 'A JSON Web Token.' }) }),
          { example: { token: 'eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl' } },
        ),
        ...refusals(400, signedOut),
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
        ...refusals(400),
      },
    },
    listSessions: {
      summary: 'List your sessions',
      description: 'Returns the sessions that have not ended, including the current one.',
      security: somebody,
      response: {
        200: json('The sessions.', Type.Array(session), { example: [sessionExample] }),
        ...refusals(400, signedOut),
      },
    },
    revokeSession: {
      summary: 'End one of your sessions',
      description:
        'Succeeds also if the session does not exist or belongs to somebody else. Only your own sessions are ended.',
      security: somebody,
      body: bodies.revokeSession,
      response: { 200: done, ...refusals(...sent, signedOut) },
    },
    revokeSessions: {
      summary: 'End all of your sessions',
      security: somebody,
      response: { 200: done, ...refusals(...sent, signedOut) },
    },
    revokeOtherSessions: {
      summary: 'End all of your sessions except this one',
      security: somebody,
      response: { 200: done, ...refusals(...sent, signedOut) },
    },
    changePassword: {
      summary: 'Change your password',
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
        ...refusals(...sent, signedOut),
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
        ...refusals(...sent),
      },
    },
    openPasswordReset: {
      summary: 'Open the link to reset a password',
      description:
        'The link in the e-mail leads here. The server redirects to `callbackURL` and adds the `token` that `reset-password` takes.',
      security: nobody,
      params: closed({ token: token() }),
      querystring: closed({ callbackURL: address('Where the server redirects to.') }),
      response: { 302: redirect('A redirect to `callbackURL`.'), ...refusals(badLink, badAddress) },
    },
    resetPassword: {
      summary: 'Choose a new password',
      description: 'Sets the new password and ends all sessions of the user.',
      security: nobody,
      body: bodies.resetPassword,
      response: { 200: done, ...refusals(...sent) },
    },
    sendVerificationEmail: {
      summary: 'Send the link that confirms an e-mail address',
      description: 'The response is the same if the address has no account or is confirmed already.',
      security: anybody,
      body: bodies.sendVerificationEmail,
      response: { 200: done, ...refusals(...sent) },
    },
    verifyEmail: {
      summary: 'Open the link that confirms an e-mail address',
      description:
        'The link in the e-mail leads here. The server stores the token in a cookie and redirects to `callbackURL`. The ' +
        'address is confirmed by the next sign-in in this browser. If `callbackURL` has another origin, the server adds ' +
        'the `token` to it instead; send it to `sign-in/email` as `verificationToken`.',
      security: nobody,
      querystring: closed({
        token: token(),
        callbackURL: Type.Optional(address('Where the server redirects to.')),
      }),
      response: {
        200: json(
          'The address was confirmed before, and the request has no `callbackURL`.',
          closed({ status: Type.Boolean(), user: Type.Null() }),
          { example: { status: true, user: null } },
        ),
        302: redirect('A redirect to `callbackURL`.'),
        ...refusals(badLink, badAddress),
      },
    },
  } satisfies Record<string, Operation>
}
