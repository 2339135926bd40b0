/** People at the sign-in, each with an address of their own, as the limits are by address. */
import assert from 'node:assert/strict'
import type { Answer, SendOptions, TestApp } from './test-app.ts'

export const PASSWORD = 'correct horse battery'

/** What the sign-in is tested with: a proxy on the loopback interface says whose requests they are. */
export const SIGN_IN_ENV = {
  AUTH_BUILT_IN: 'on',
  AUTH_SECRET: 'a-secret-of-the-sign-in-for-tests-0123456789',
  TRUSTED_PROXIES: '127.0.0.1',
}

export type Visitor = {
  email: string
  ip: string
  post: (path: string, body?: object, options?: SendOptions) => Promise<Answer>
  get: (path: string, options?: SendOptions) => Promise<Answer>
  signUp: (fields?: object, options?: SendOptions) => Promise<Answer>
  /** Returns the session's token. */
  signIn: (options?: SendOptions) => Promise<string>
  /** Signs in for the first time where e-mails are confirmed, with this link of a mail. Returns the session's token. */
  confirm: (link: URL) => Promise<string>
  /** Signs up and in and returns the token for the API. */
  enter: (fields?: object) => Promise<string>
  /** The token for the API that the session gives. */
  token: (session: string) => Promise<string>
}

let visitors = 0

export function visitor(app: Pick<TestApp, 'send'>, email = `visitor-${visitors}@example.com`): Visitor {
  visitors += 1
  const ip = `198.18.${Math.floor(visitors / 250)}.${(visitors % 250) + 1}`
  const headers = { 'x-forwarded-for': ip }
  const self: Visitor = {
    email,
    ip,
    post: (path, body, options) =>
      app.send('POST', `/api/auth${path}`, {
        ...(body && { body }),
        ...options,
        headers: { ...headers, ...options?.headers },
      }),
    get: (path, options) =>
      app.send('GET', `/api/auth${path}`, { ...options, headers: { ...headers, ...options?.headers } }),
    signUp: (fields, options) =>
      self.post(
        '/sign-up/email',
        { name: 'Alex Koval', email, password: PASSWORD, role: 'tutor', ...fields },
        options,
      ),
    signIn: async (options) => {
      const answer = await self.post(
        '/sign-in/email',
        { email, password: PASSWORD, sessionToken: true },
        options,
      )
      assert.equal(answer.statusCode, 200, answer.body)
      return answer.json<{ token: string }>().token
    },
    confirm: async ({ searchParams }) => {
      const body = {
        email,
        password: PASSWORD,
        verificationToken: searchParams.get('token'),
        sessionToken: true,
      }
      const answer = await self.post('/sign-in/email', body)
      assert.equal(answer.statusCode, 200, answer.body)
      return answer.json<{ token: string }>().token
    },
    enter: async (fields) => {
      const answer = await self.signUp(fields)
      assert.equal(answer.statusCode, 200, answer.body)
      return self.token(await self.signIn())
    },
    token: async (session) => {
      const answer = await self.get('/token', { token: session })
      assert.equal(answer.statusCode, 200, answer.body)
      return answer.json<{ token: string }>().token
    },
  }
  return self
}
