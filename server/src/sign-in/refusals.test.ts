import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createAuthClient } from 'better-auth/client'
import { useTestApp, type Answer } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor, type Visitor } from '../../test/visitor.ts'
import { toRefusal } from './refusals.ts'

const app = await useTestApp({ env: SIGN_IN_ENV })

type Refusal = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  message: string
  errors?: { field: string; code: string; message: string; params?: object }[]
}

const english = { 'accept-language': 'en' }

/** Somebody with a session, who sends this. */
async function refused(send: (person: Visitor, session: string) => Promise<Answer>): Promise<Refusal> {
  const person = visitor(app)
  await person.signUp()
  const answer = await send(person, await person.signIn())
  assert.equal(answer.headers['content-type'], 'application/problem+json', answer.body)
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['www-authenticate'], answer.statusCode === 401 ? 'Bearer' : undefined)
  const refusal = answer.json<Refusal>()
  assert.equal(refusal.status, answer.statusCode)
  assert.equal(refusal.type, `urn:upm:problem:${refusal.code}`)
  return refusal
}

describe('what the library refuses is a problem with its code and message:', () => {
  const cases: {
    what: string
    send: (person: Visitor, session: string) => Promise<Answer>
    is: Omit<Refusal, 'type' | 'errors'>
    errors?: Refusal['errors']
  }[] = [
    {
      what: 'a wrong password',
      send: ({ post, email }) =>
        post('/sign-in/email', { email, password: 'not the password' }, { headers: english }),
      is: {
        status: 401,
        code: 'INVALID_EMAIL_OR_PASSWORD',
        message: 'Invalid email or password',
        title: 'The e-mail or the password is incorrect',
        detail: 'Check the e-mail and the password, then try again.',
      },
    },
    {
      what: 'a wrong password, in Ukrainian, the default',
      send: ({ post, email }) => post('/sign-in/email', { email, password: 'not the password' }),
      is: {
        status: 401,
        code: 'INVALID_EMAIL_OR_PASSWORD',
        message: 'Invalid email or password',
        title: 'Неправильна електронна адреса або пароль',
        detail: 'Перевірте електронну адресу й пароль і спробуйте ще раз.',
      },
    },
    {
      what: 'no session',
      send: ({ get }) => get('/token', { headers: english }),
      is: {
        status: 401,
        code: 'UNAUTHORIZED',
        message: 'Unauthorized',
        title: 'Sign in to continue',
        detail: 'You are not signed in, or your session has ended.',
      },
    },
    {
      what: 'a wrong current password',
      send: ({ post }, token) =>
        post(
          '/change-password',
          { currentPassword: 'not the password', newPassword: 'another password' },
          { token, headers: english },
        ),
      is: {
        status: 400,
        code: 'INVALID_PASSWORD',
        message: 'Invalid password',
        title: 'The current password is incorrect',
        detail: 'Enter the password that you sign in with now. Nothing was changed.',
      },
      errors: [{ field: 'currentPassword', code: 'wrong_password', message: 'The password is incorrect.' }],
    },
    {
      what: 'a new password that is too short',
      send: ({ post }, token) =>
        post(
          '/change-password',
          { currentPassword: PASSWORD, newPassword: '123456789' },
          { token, headers: english },
        ),
      is: {
        status: 400,
        code: 'PASSWORD_TOO_SHORT',
        message: 'Password too short',
        title: 'The password is too short',
        detail: 'A password has at least 10 characters.',
      },
      errors: [
        {
          field: 'newPassword',
          code: 'min_length',
          message: 'At least 10 characters.',
          params: { min: 10 },
        },
      ],
    },
    {
      what: 'a password that nobody can have',
      send: ({ post, email }) =>
        post('/sign-in/email', { email, password: 'x'.repeat(129) }, { headers: english }),
      is: {
        status: 400,
        code: 'PASSWORD_TOO_LONG',
        message: 'Password too long',
        title: 'The password is too long',
        detail: 'A password has at most 128 characters.',
      },
      errors: [
        { field: 'password', code: 'max_length', message: 'At most 128 characters.', params: { max: 128 } },
      ],
    },
    {
      what: 'an e-mail that only the library refuses',
      send: ({ post }) =>
        post(
          '/sign-up/email',
          { email: 'a!b@example.com', password: PASSWORD, name: 'X' },
          { headers: english },
        ),
      is: {
        status: 400,
        code: 'VALIDATION_ERROR',
        message: '[body.email] Invalid email address',
        title: 'Some fields are not valid',
        detail: 'Nothing was saved. Correct the marked fields.',
      },
      errors: [{ field: 'email', code: 'invalid_format', message: 'This value has the wrong format.' }],
    },
    {
      what: 'a reset without a mail server',
      send: ({ post, email }) => post('/request-password-reset', { email }, { headers: english }),
      is: {
        status: 400,
        code: 'RESET_PASSWORD_DISABLED',
        message: "Reset password isn't enabled",
        title: 'A password cannot be reset here',
        detail: 'This server does not send e-mail. Ask the administrator for help.',
      },
    },
    {
      what: 'a confirmation without a mail server',
      send: ({ post, email }) => post('/send-verification-email', { email }, { headers: english }),
      is: {
        status: 400,
        code: 'VERIFICATION_EMAIL_NOT_ENABLED',
        message: "Verification email isn't enabled",
        title: 'E-mails are not confirmed here',
        detail: 'This server does not send e-mail. You can sign in without confirming your address.',
      },
    },
    {
      what: 'a link that leads elsewhere',
      send: ({ post, email }) =>
        post('/request-password-reset', { email, redirectTo: 'https://evil.example' }, { headers: english }),
      is: {
        status: 403,
        code: 'INVALID_REDIRECT_URL',
        message: 'Invalid redirectURL',
        title: 'This address is not allowed',
        detail:
          '"redirectTo" must be a path on this server, or an address of an origin that the server trusts.',
      },
      errors: [
        {
          field: 'redirectTo',
          code: 'unknown_value',
          message: 'This is not one of the options.',
        },
      ],
    },
    {
      what: 'a link that is no longer valid',
      send: ({ post }) =>
        post('/reset-password', { token: 'x', newPassword: PASSWORD }, { headers: english }),
      is: {
        status: 400,
        code: 'INVALID_TOKEN',
        message: 'Invalid token',
        title: 'This link is no longer valid',
        detail: 'The link was used already or has expired. Ask for a new one.',
      },
    },
    {
      what: 'the same, of a mail: 400 too, as nobody has to sign in again',
      send: ({ get }) => get('/verify-email?token=x', { headers: english }),
      is: {
        status: 400,
        code: 'INVALID_TOKEN',
        message: 'Invalid token',
        title: 'This link is no longer valid',
        detail: 'The link was used already or has expired. Ask for a new one.',
      },
    },
    {
      what: 'a cookie without an origin',
      send: ({ post }) => post('/sign-out', {}, { headers: { ...english, cookie: 'upm.session_token=x' } }),
      is: {
        status: 403,
        code: 'MISSING_OR_NULL_ORIGIN',
        message: 'Missing or null Origin',
        title: 'The origin of the page is missing',
        detail: 'A request with a cookie must have an Origin header.',
      },
    },
    {
      what: 'another origin',
      send: ({ post }) =>
        post(
          '/sign-in/email',
          { email: 'a@example.com', password: PASSWORD },
          {
            headers: { ...english, origin: 'https://evil.example' },
          },
        ),
      is: {
        status: 403,
        code: 'INVALID_ORIGIN',
        message: 'Invalid origin',
        title: 'You cannot sign in from this page',
        detail: 'The server does not trust the origin of this page (PUBLIC_URL, CORS_ORIGINS).',
      },
    },
  ]
  for (const { what, send, is, errors } of cases) {
    test(what, async () => {
      const { type: _type, ...refusal } = await refused(send)
      assert.deepEqual(refusal, { ...is, ...(errors && { errors }) })
    })
  }
})

test('what UPM itself refuses has a message, too', async () => {
  const person = visitor(app)
  const answers = [
    await person.post('/sign-in/email', undefined, {
      body: '{',
      headers: { 'content-type': 'application/json' },
    }),
    await person.post('/sign-in/email', { email: 'x'.repeat(40_000) }, { headers: english }),
    await person.post('/sign-up/email', {
      email: person.email,
      password: PASSWORD,
      name: 'X',
      role: 'admin',
    }),
  ]
  assert.deepEqual(
    answers.map((answer) => answer.json<Refusal>().code),
    ['invalid_json', 'payload_too_large', 'role_unknown'],
  )
  for (const answer of answers) {
    const { message, detail } = answer.json<Refusal>()
    assert.equal(message, detail)
  }
  assert.match(answers[1]?.json<Refusal>().detail ?? '', /^The body may have at most [\d,]+ bytes\.$/)
})

test('a refusal that is not in the catalogue says what its status says', async () => {
  const of = (status: number, body: object = { code: 'A_NEW_ONE', message: 'New' }) =>
    toRefusal(new Response(JSON.stringify(body), { status }))
  assert.equal((await of(400)).code, 'bad_request')
  assert.equal((await of(422, {})).code, 'bad_request')
  assert.equal((await of(401)).code, 'UNAUTHORIZED')
  assert.equal((await of(403)).code, 'forbidden')
  assert.equal((await of(404)).code, 'not_found')
  assert.equal((await of(500)).code, 'internal_error')
})

test('Better Auth’s own client reads it all', async () => {
  const client = createAuthClient({ baseURL: await app.listen() })
  const email = 'client@example.com'
  const signedUp = await client.signUp.email({ email, password: PASSWORD, name: 'Alex Koval' })
  assert.equal(signedUp.data?.user.email, email)
  const { data, error } = await client.signIn.email({ email, password: 'not the password' })
  assert.equal(data, null)
  assert.deepEqual(
    [error?.status, error?.code, error?.message],
    [401, 'INVALID_EMAIL_OR_PASSWORD', 'Invalid email or password'],
  )
  const credentials = { email, password: PASSWORD, sessionToken: true }
  const session = (await client.signIn.email(credentials)).data?.token
  const headers = { authorization: `Bearer ${session}` }
  const current = await client.getSession({ query: { disableCookieCache: true }, fetchOptions: { headers } })
  assert.equal(current.data?.user.email, email)
  assert.equal((await client.listSessions({ fetchOptions: { headers } })).data?.length, 1)
  assert.equal((await client.revokeOtherSessions({ fetchOptions: { headers } })).data?.status, true)
  assert.equal((await client.signOut({ fetchOptions: { headers } })).data?.success, true)
  assert.equal((await client.getSession({ fetchOptions: { headers } })).data, null)
})
