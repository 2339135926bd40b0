import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openMailbox } from '../../server/test/mailbox.ts'
import { PASSWORD, SIGN_IN_ENV } from '../../server/test/visitor.ts'
import { useServer } from '../test/server.ts'
import { createClient, fieldErrorsAt, isProblem } from './index.ts'
import type { UpmClient, UpmClientOptions } from './index.ts'

const server = await useServer({ env: SIGN_IN_ENV })

type Sent = { path: string; authorization: string | null }

let visitors = 0

/** A fetch from an address of its own, as limits are by address, that keeps what it was asked to send. */
function fetchOf(sent: Sent[], headersOf: () => Record<string, string> = () => ({})) {
  visitors += 1
  const address = `198.19.0.${visitors}`
  return async (request: never) => {
    const { url, headers } = request as Request
    sent.push({ path: new URL(url).pathname, authorization: headers.get('authorization') })
    headers.set('x-forwarded-for', address)
    for (const [name, value] of Object.entries(headersOf())) headers.set(name, value)
    return fetch(request)
  }
}

/** Somebody who is not signed up yet, and an app of theirs, which keeps the token of the session. */
function newcomer(options: Partial<UpmClientOptions> = {}) {
  const sent: Sent[] = []
  const app = { session: undefined as string | undefined }
  const client: UpmClient = createClient({
    baseUrl: server.baseUrl,
    language: 'en',
    session: () => app.session,
    onUnauthorized: async () => (await client.auth.token()).data,
    fetch: fetchOf(sent),
    ...options,
  })
  const credentials = { email: `newcomer-${visitors}@example.com`, password: PASSWORD }
  const enter = async () => {
    await client.auth.signUp({ name: 'Alex Koval', role: 'tutor', ...credentials })
    app.session = (await client.auth.signIn(credentials)).data.token
  }
  return { app, client, credentials, enter, sent }
}

const caught = (call: Promise<unknown>) => call.catch((error: unknown) => error)

describe('an app', () => {
  test('signs up, signs in, and gets its access tokens by itself', async () => {
    const { app, client, credentials, sent } = newcomer()
    const { user } = (await client.auth.signUp({ name: 'Alex Koval', role: 'tutor', ...credentials })).data
    assert.equal(user.email, credentials.email)
    assert.equal(user.role, 'tutor')
    const { data: signedIn } = await client.auth.signIn(credentials)
    assert.equal(signedIn.user.id, user.id)
    app.session = signedIn.token
    const { data } = await client.profile.get()
    assert.equal(data.user.email, credentials.email)
    await Promise.all([client.settings.get(), client.profile.get()])
    assert.equal(sent.filter(({ path }) => path === '/api/auth/token').length, 1)
  })

  test('sends the session to the sign-in and the access token to all else, also through raw', async () => {
    const { app, client, enter, sent } = newcomer()
    await enter()
    await client.profile.get()
    await client.auth.sessions()
    const { data } = await client.raw.GET('/api/auth/get-session')
    assert.ok(data && !JSON.stringify(data).includes(app.session ?? ''))
    await client.raw.GET('/api/me/settings/')
    for (const { path, authorization } of sent.slice(3)) {
      assert.equal(authorization === `Bearer ${app.session}`, path.startsWith('/api/auth/'), path)
    }
  })

  test('is told who is signed in, and without a 401 when nobody is', async () => {
    const { client, credentials, enter, sent } = newcomer()
    assert.equal((await client.auth.session()).data, undefined)
    assert.equal(sent.length, 1)
    await enter()
    const { data: current } = await client.auth.session()
    assert.equal(current?.user.email, credentials.email)
    assert.ok(current && new Date(current.session.expiresAt) > new Date())
  })

  test('that nobody is signed in at has no token, and is told so once', async () => {
    const { client, sent } = newcomer()
    assert.equal((await client.auth.token()).data, undefined)
    const failures = await Promise.allSettled([client.profile.get(), client.settings.get()])
    for (const failure of failures) {
      assert.ok(failure.status === 'rejected' && isProblem(failure.reason, 'unauthorized'))
    }
    assert.equal(sent.filter(({ path }) => path === '/api/auth/token').length, 2)
  })

  test('does not take the next person for the one before', async () => {
    const { app, client, enter } = newcomer()
    await enter()
    const { data: first } = await client.profile.get()
    await client.auth.signOut()
    app.session = undefined
    await assert.rejects(client.profile.get(), (error) => isProblem(error, 'unauthorized'))
    const other = { email: `other-of-${first.user.email}`, password: PASSWORD }
    await client.auth.signUp({ name: 'Olena', ...other })
    app.session = (await client.auth.signIn(other)).data.token
    const { data: second } = await client.profile.get()
    assert.equal(second.user.email, other.email)
    assert.equal(second.profile_type, 'student')
  })

  test('gets a new access token when the old one has expired, for all requests at once', async (t) => {
    const { client, enter, sent } = newcomer()
    await enter()
    await client.profile.get()
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 16 * 60_000 })
    sent.length = 0
    await Promise.all([client.profile.get(), client.settings.get(), client.activity.page()])
    assert.equal(sent.filter(({ path }) => path === '/api/auth/token').length, 1)
  })
})

test('a page of the same origin needs no more than its cookie', async () => {
  let cookie = ''
  const sent: Sent[] = []
  const send = fetchOf(sent, () => ({ origin: server.baseUrl, 'sec-fetch-site': 'same-origin', cookie }))
  const browser = async (request: never) => {
    const response = await send(request)
    for (const one of response.headers.getSetCookie()) {
      if (one.startsWith('upm.session_token=')) cookie = one.split(';')[0] ?? ''
    }
    return response
  }
  let accessToken: string | undefined
  const client: UpmClient = createClient({
    baseUrl: server.baseUrl,
    token: () => accessToken,
    onUnauthorized: async () => (accessToken = (await client.auth.token()).data),
    fetch: browser,
  })
  const credentials = { email: 'page@example.com', password: PASSWORD }
  await client.auth.signUp({ name: 'Page', ...credentials })
  assert.equal((await client.auth.signIn(credentials)).data.token, undefined, 'no script has it')
  assert.equal((await client.auth.session()).data?.user.email, credentials.email)
  assert.equal((await client.profile.get()).data.user.email, credentials.email)
  assert.ok(accessToken)
  await client.auth.changePassword({ currentPassword: PASSWORD, newPassword: 'another password' })
  await client.auth.signOut()
  assert.equal((await client.auth.session()).data, undefined)
  for (const { path, authorization } of sent.filter((one) => one.path.startsWith('/api/auth/'))) {
    assert.equal(authorization, null, path)
  }
})

describe('sessions', () => {
  test('are listed, and ended one by one or all but this one', async () => {
    const { app, client, credentials, enter } = newcomer()
    await enter()
    const { data: current } = await client.auth.session()
    const others = [await client.auth.signIn(credentials), await client.auth.signIn(credentials)]
    const { data: listed } = await client.auth.sessions()
    assert.equal(listed.length, 3)
    for (const token of [app.session, ...others.map((other) => other.data.token)]) {
      assert.ok(token !== undefined && !JSON.stringify(listed).includes(token.split('.')[0] ?? ''))
    }
    assert.ok(listed.every(({ ipAddress, userAgent }) => ipAddress?.startsWith('198.19.') && userAgent))
    await client.auth.revokeSession(listed.find(({ id }) => id !== current?.session.id)?.id ?? '')
    assert.equal((await client.auth.sessions()).data.length, 2)
    await client.auth.revokeOtherSessions()
    assert.deepEqual(
      (await client.auth.sessions()).data.map(({ id }) => id),
      [current?.session.id],
    )
  })

  test('end with a changed password, where that is wanted', async () => {
    const { app, client, credentials, enter } = newcomer()
    await enter()
    const newPassword = 'another password'
    const { data: kept } = await client.auth.changePassword({ currentPassword: PASSWORD, newPassword })
    assert.equal(kept.token, null)
    await client.auth.signIn({ ...credentials, password: newPassword })
    const {
      data: { token },
    } = await client.auth.changePassword({
      currentPassword: newPassword,
      newPassword: PASSWORD,
      revokeOtherSessions: true,
    })
    assert.equal((await client.auth.session()).data, undefined)
    app.session = token ?? undefined
    assert.equal((await client.auth.sessions()).data.length, 1)
  })
})

describe('refusals', () => {
  test('have a code, words for people, and every faulty field', async () => {
    const { client, credentials, enter } = newcomer()
    await enter()
    const wrong = await caught(client.auth.signIn({ ...credentials, password: 'not the password' }))
    assert.ok(isProblem(wrong, 'INVALID_EMAIL_OR_PASSWORD'))
    assert.equal(wrong.title, 'The e-mail or the password is incorrect')
    const faulty = await caught(client.auth.signUp({ name: 'A\nB', email: 'nobody', password: 'short' }))
    assert.ok(isProblem(faulty, 'VALIDATION_ERROR'))
    assert.deepEqual(faulty.fieldErrors.map(({ field }) => field).sort(), ['email', 'name', 'password'])
    const change = await caught(
      client.auth.changePassword({ currentPassword: 'not the password', newPassword: 'another password' }),
    )
    assert.ok(isProblem(change, 'INVALID_PASSWORD'))
    assert.deepEqual(
      fieldErrorsAt(change, 'currentPassword').map(({ message }) => message),
      ['The password is incorrect.'],
    )
  })

  test('for want of a session are no reason to refresh a token', async () => {
    const { client } = newcomer({ onUnauthorized: () => assert.fail('the sign-in does not ask') })
    for (const call of [client.auth.sessions(), client.auth.revokeOtherSessions()]) {
      await assert.rejects(call, (error) => isProblem(error, 'UNAUTHORIZED'))
    }
  })

  test('of a token are told from a server that is out of order', async () => {
    const { client } = newcomer({ fetch: async () => new Response('<h1>Proxy</h1>', { status: 502 }) })
    await assert.rejects(client.auth.token(), { name: 'UnexpectedResponseError' })
  })

  test('where the sign-in is left out say that it is not there', async (t) => {
    const { baseUrl } = await useServer({}, t)
    const { client } = newcomer({ baseUrl })
    await assert.rejects(client.auth.session(), (error) => isProblem(error, 'not_found'))
  })
})

test('an e-mail is confirmed, and a forgotten password replaced, by mail', async (t) => {
  const mailbox = await openMailbox()
  const { baseUrl } = await useServer(
    { env: { ...SIGN_IN_ENV, SMTP_URL: mailbox.smtpUrl, PUBLIC_URL: 'http://127.0.0.1' } },
    t,
  )
  const { app, client, credentials } = newcomer({ baseUrl })
  const open = async ({ pathname, search }: URL) =>
    new URL(
      (await fetch(baseUrl + pathname + search, { redirect: 'manual' })).headers.get('location') ?? '',
      baseUrl,
    )
  await mailbox.mailOf(() => client.auth.signUp({ name: 'Alex', ...credentials }))
  await mailbox.mailOf(async () => {
    const early = await caught(client.auth.signIn(credentials))
    assert.ok(isProblem(early, 'EMAIL_NOT_VERIFIED'))
  })
  const confirmation = await mailbox.mailOf(() =>
    client.auth.sendVerificationEmail({ email: credentials.email, callbackURL: '/welcome' }),
  )
  assert.equal((await open(confirmation.url)).pathname, '/welcome')
  await mailbox.mailOf(() => assert.rejects(client.auth.signIn(credentials)))
  const verificationToken = confirmation.url.searchParams.get('token') ?? ''
  app.session = (await client.auth.signIn({ ...credentials, verificationToken })).data.token

  const forgotten = await mailbox.mailOf(() =>
    client.auth.requestPasswordReset({ email: credentials.email, redirectTo: '/new-password' }),
  )
  const page = await open(forgotten.url)
  assert.equal(page.pathname, '/new-password')
  const token = page.searchParams.get('token') ?? ''
  await client.auth.resetPassword({ token, newPassword: 'another password' })
  assert.equal((await client.auth.session()).data, undefined)
  await assert.rejects(client.auth.resetPassword({ token, newPassword: 'one more password' }), (error) =>
    isProblem(error, 'INVALID_TOKEN'),
  )
  await client.auth.signIn({ ...credentials, password: 'another password' })
})
