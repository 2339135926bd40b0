/** The sign-in as the API's documentation has it. The payloads are Better Auth's own. */
import { Type, type TObject } from 'typebox'
import { json, problemsOf } from '../http/responses.ts'
import { nullable } from '../http/schemas.ts'
import { keysExample, sessionExample, signInExample, signUpExample, userExample } from './examples.ts'
import { address, closed, createBodies } from './schema.ts'

const user = Type.Ref('SignInUser')
const session = Type.Ref('SignInSession')

type Security = readonly Record<string, readonly string[]>[]

const nobody: Security = []
/** A session, by its token or by its cookie. */
const somebody: Security = [{ session: [] }, { sessionCookie: [] }]
const anybody: Security = [{}, ...somebody]

const refusals = (...statuses: number[]) => problemsOf('SignInProblem', [...statuses, 429, 503])
/** Of what is sent: it is no JSON, too much of it, or from a page that is not trusted. */
const sent = [400, 403, 413, 415]

const done = json('Done.', closed({ status: Type.Boolean() }), { example: { status: true } })
const redirect = (description: string) => ({
  description,
  headers: { location: { type: 'string', description: 'With `error` and a code where it went wrong.' } },
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
        'The answer is the same when the e-mail has an account already, which is left as it is. Nobody is signed ' +
        'in by it: sign in next, or, where the server sends mails, open the link in the mail first. There ' +
        'the account of an e-mail that nobody has confirmed is replaced.',
      security: nobody,
      body: bodies.signUp,
      response: {
        200: json('The account, or what looks like it.', closed({ token: Type.Null(), user }), {
          example: signUpExample,
        }),
        ...refusals(...sent, 422),
      },
    },
    signIn: {
      summary: 'Sign in',
      description:
        'Begins a session of a week. Logged as `system.login`. With the link of a mail, in its cookie or as ' +
        '`verificationToken`, it confirms the e-mail.',
      security: nobody,
      body: bodies.signIn,
      response: {
        200: json(
          'The session, also as the cookie `upm.session_token` (`__Secure-upm.session_token` with HTTPS).',
          closed({
            token: Type.String({ description: 'The Bearer token of the session.' }),
            redirect: Type.Boolean({ description: 'Whether a `callbackURL` was given.' }),
            url: Type.Optional(Type.String()),
            user,
          }),
          { example: signInExample },
        ),
        ...refusals(...sent, 401, 409),
      },
    },
    signOut: {
      summary: 'Sign out',
      description: 'Ends the session, if there is one, and its cookie.',
      security: anybody,
      response: {
        200: json('There is no session now.', closed({ success: Type.Boolean() }), {
          example: { success: true },
        }),
        ...refusals(...sent),
      },
    },
    getSession: {
      summary: 'Who is signed in',
      security: anybody,
      querystring: closed({
        disableCookieCache: Type.Optional(
          Type.Boolean({ description: 'Changes nothing: sessions are always read from the database.' }),
        ),
        disableRefresh: Type.Optional(Type.Boolean({ description: 'Do not prolong the session.' })),
      }),
      response: {
        200: json(
          'The session and its user; null when nobody is signed in. The header `set-auth-jwt` has an access token.',
          Type.Union([closed({ session, user }), Type.Null()]),
          { example: { session: sessionExample, user: userExample } },
        ),
        ...refusals(400, 401),
      },
    },
    getToken: {
      summary: 'Get an access token',
      description: 'What the rest of the API takes as a Bearer token, for 15 minutes.',
      security: somebody,
      response: {
        200: json('A new token.', closed({ token: Type.String({ description: 'A JWT.' }) })),
        ...refusals(400, 401),
      },
    },
    getKeys: {
      summary: 'The keys of access tokens',
      description: 'A JSON Web Key Set (RFC 7517), for other services that verify the tokens.',
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
      summary: 'Your sessions',
      description: 'Those that have not ended, this one included.',
      security: somebody,
      response: {
        200: json('The sessions.', Type.Array(session), { example: [sessionExample] }),
        ...refusals(400, 401),
      },
    },
    revokeSession: {
      summary: 'End one of your sessions',
      description: 'Also succeeds when there is none, or it is somebody else’s, which is then left as it is.',
      security: somebody,
      body: bodies.revokeSession,
      response: { 200: done, ...refusals(...sent, 401) },
    },
    revokeSessions: {
      summary: 'End all of your sessions',
      security: somebody,
      response: { 200: done, ...refusals(...sent, 401) },
    },
    revokeOtherSessions: {
      summary: 'End your sessions except this one',
      security: somebody,
      response: { 200: done, ...refusals(...sent, 401) },
    },
    changePassword: {
      summary: 'Change your password',
      security: somebody,
      body: bodies.changePassword,
      response: {
        200: json(
          'The password is the new one.',
          closed({
            token: nullable(
              Type.String({ description: 'Of the new session, which has its cookie as well; else null.' }),
            ),
            user,
          }),
          { example: { token: null, user: userExample } },
        ),
        ...refusals(...sent, 401),
      },
    },
    requestPasswordReset: {
      summary: 'Ask for a new password',
      description: 'Sends a link to the e-mail. The answer is the same when it has no account.',
      security: nobody,
      body: bodies.requestPasswordReset,
      response: {
        200: json('Taken.', closed({ status: Type.Boolean(), message: Type.String() })),
        ...refusals(...sent),
      },
    },
    openPasswordReset: {
      summary: 'The link to a new password',
      description:
        'What the mail links to. It leads on to `callbackURL`, with the `token` that `reset-password` takes.',
      security: nobody,
      params: closed({ token: Type.String() }),
      querystring: closed({ callbackURL: address('Where to go next.') }),
      response: { 302: redirect('To `callbackURL`.'), ...refusals(400, 403) },
    },
    resetPassword: {
      summary: 'Choose a new password',
      description: 'Ends all sessions.',
      security: nobody,
      body: bodies.resetPassword,
      response: { 200: done, ...refusals(...sent) },
    },
    sendVerificationEmail: {
      summary: 'Send the link to confirm an e-mail',
      description: 'The answer is the same when the e-mail has no account, or is confirmed already.',
      security: anybody,
      body: bodies.sendVerificationEmail,
      response: { 200: done, ...refusals(...sent) },
    },
    verifyEmail: {
      summary: 'The link to confirm an e-mail',
      description:
        'What the mail links to. It leads on to `callbackURL`, and confirms nothing by itself: the next sign-in of this ' +
        'browser does, as a cookie has the link now. An address of another origin is given the `token` instead, which ' +
        '`sign-in/email` takes as `verificationToken`.',
      security: nobody,
      querystring: closed({
        token: Type.String(),
        callbackURL: Type.Optional(address('Where to go next.')),
      }),
      response: {
        200: json(
          'It was confirmed before; no `callbackURL` was given.',
          closed({ status: Type.Boolean(), user: Type.Null() }),
        ),
        302: redirect('To `callbackURL`.'),
        ...refusals(400, 403),
      },
    },
  } satisfies Record<string, Operation>
}
