import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, after } from 'node:test'
import type { FastifyBaseLogger, FastifyInstance, LightMyRequestResponse } from 'fastify'
import { buildApp } from '../src/app.ts'
import { loadConfig, type Config } from '../src/config/config.ts'
import { query, sql, type Pool } from '../src/database/database.ts'
import { signToken } from '../src/identity/sign-token.ts'
import { openStorage } from '../src/media/storage/open.ts'
import { setCost } from '../src/sign-in/passwords.ts'
import type { MediaStorage } from '../src/media/storage/storage.ts'
import type { Extensions } from '../src/services.ts'
import { createContractCheck } from './contract.ts'
import { createDatabase, type TestDatabase } from './database.ts'

const SECRET = 'a-secret-for-tests-only-0123456789abcdef'

export type TestAppOptions = Extensions & {
  /** Environment variables on top of those of every test. */
  env?: Record<string, string>
  database?: TestDatabase
  log?: FastifyBaseLogger
}

export type Person = { token: string; userId: number; email: string }
export type Answer = LightMyRequestResponse
export type SendOptions = { token?: string; body?: unknown; headers?: Record<string, string> }

export type TestApp = {
  app: FastifyInstance
  config: Config
  pool: Pool
  storage: MediaStorage
  /** A token for these claims; `sub` and `email` are made up where they are not given. */
  token: (claims?: Record<string, unknown>) => Promise<string>
  /** Somebody who has been here before: with an account. */
  person: (claims?: Record<string, unknown>) => Promise<Person>
  send: (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT',
    url: string,
    options?: SendOptions,
  ) => Promise<Answer>
  /** Listens on a free port, for clients that speak HTTP, and resolves with the address. */
  listen: () => Promise<string>
  /** The codes of a user's entries, oldest first, since the account was made. */
  actions: (userId: number) => Promise<string[]>
  close: () => Promise<void>
}

let people = 0

// A third of a second of a core for each sign-in would be most of what the tests cost. passwords.test.ts has the real cost.
setCost({ N: 2 ** 4, r: 1, p: 1 })

/** The real app on a real database of its own; both are gone after the test file. */
export async function createTestApp({
  env = {},
  database,
  ...extensions
}: TestAppOptions = {}): Promise<TestApp> {
  // Links in mails are of a second. With the real cost no two of an account are of the same one.
  if (env['SMTP_URL'] !== undefined) setCost()
  const { pool, drop } = database ?? (await createDatabase())
  const directory = await mkdtemp(join(tmpdir(), 'upm-app-'))
  const config = loadConfig({
    DATA_DIR: directory,
    AUTH_JWT_SECRET: SECRET,
    // It is a second to load; the tests of the sign-in turn it on.
    AUTH_BUILT_IN: 'off',
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'silent',
    ...env,
  })
  const storage = await openStorage(config.storage)
  const app = await buildApp({ config, pool, storage, ...extensions })
  await app.ready()
  const check = await createContractCheck(app)

  const token: TestApp['token'] = async (claims = {}) => {
    const { sub = `subject-${++people}`, ...rest } = claims
    return signToken(config.auth, {
      subject: sub as string,
      claims: { email: `${String(sub)}@example.com`, ...rest },
      lifetimeSeconds: 3600,
    })
  }
  const send: TestApp['send'] = async (method, url, { token: bearer, body, headers = {} } = {}) => {
    const answer = await app.inject({
      method,
      url,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined &&
          typeof body === 'object' &&
          !Buffer.isBuffer(body) && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    })
    check(method, url, answer)
    return answer
  }
  return {
    app,
    config,
    pool,
    storage,
    token,
    send,
    person: async (claims = {}) => {
      const signed = await token(claims)
      const answer = await send('GET', '/api/me/profile/', { token: signed })
      const { user } = answer.json<{ user: { id: number; email: string } }>()
      return { token: signed, userId: user.id, email: user.email }
    },
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    actions: async (userId) => {
      const rows = await query<{ action: string }>(
        pool,
        sql`select action from upm.activity_log where user_id = ${userId} order by timestamp, id`,
      )
      return rows.map(({ action }) => action)
    },
    close: async () => {
      await app.close()
      await storage.close()
      await rm(directory, { recursive: true, force: true })
      if (!database) await drop()
    },
  }
}

/** The same, closed by the test runner: for `before` of a file, or inside one test. */
export async function useTestApp(options?: TestAppOptions, t?: TestContext): Promise<TestApp> {
  const testApp = await createTestApp(options)
  if (t) t.after(() => testApp.close())
  else after(() => testApp.close())
  return testApp
}
