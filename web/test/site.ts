import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { useTestApp, type TestApp, type TestAppOptions } from '../../server/test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../server/test/visitor.ts'

/** Somebody with an account, who signs in with a password. */
export type Member = {
  name: string
  email: string
  password: string
  userId: number
  /** For the API, a quarter of an hour long. */
  token: string
}

export type Site = TestApp & {
  /** With a slash at the end. */
  baseUrl: string
  /** A new member; a tutor where nothing else is said. */
  join: (about?: { name?: string; email?: string; role?: string }) => Promise<Member>
  /** Signs a member in: what the page opens from now on is theirs. */
  enter: (page: Page, member: Member) => Promise<void>
}

let members = 0

/** The real server, with its sign-in and its page, on a free port, for as long as the test file runs. */
export async function startSite({ env, ...options }: TestAppOptions = {}): Promise<Site> {
  const app = await useTestApp({ ...options, env: { ...SIGN_IN_ENV, ...env } })
  const baseUrl = `${await app.listen()}/`
  return {
    ...app,
    baseUrl,
    join: async ({
      name = 'Олена Коваль',
      email = `member-${++members}@example.com`,
      role = 'tutor',
    } = {}) => {
      const token = await visitor(app, email).enter({ name, role })
      const answer = await app.send('GET', '/api/me/profile/', { token })
      const { user } = answer.json<{ user: { id: number } }>()
      return { name, email, password: PASSWORD, userId: user.id, token }
    },
    enter: async (page, { email, password }) => {
      const answer = await page.request.post(`${baseUrl}api/auth/sign-in/email`, {
        data: { email, password },
        headers: { origin: new URL(baseUrl).origin },
      })
      assert.equal(answer.status(), 200, await answer.text())
    },
  }
}
