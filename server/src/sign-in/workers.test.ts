import assert from 'node:assert/strict'
import { test } from 'node:test'
import { place, startServer, until } from '../../test/process.ts'

const credentials = { email: 'alex@example.com', password: 'correct horse battery' }

test('several processes are one sign-in: people, keys, sessions and counts are those of all', async (t) => {
  // Without AUTH_SECRET: the one that is made has to be the same for all, too.
  const server = await startServer({ ...(await place(t)), WORKERS: '2', AUTH_BUILT_IN: 'on' })
  await until(server, /all worker processes are listening/)

  /** A connection each, which the workers take in turn: two in a row are answered by both. */
  const send = (path: string, body?: object, token?: string) =>
    fetch(`${server.url}/api${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        connection: 'close',
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
  const tokenIn = async (answer: Response) => {
    assert.equal(answer.status, 200)
    return ((await answer.json()) as { token: string }).token
  }
  const times = async <T>(count: number, work: () => Promise<T>) => {
    const results: T[] = []
    for (let i = 0; i < count; i++) results.push(await work())
    return results
  }

  assert.equal((await send('/auth/sign-up/email', { ...credentials, name: 'Alex Koval' })).status, 200)
  const sessions = await times(2, async () =>
    tokenIn(await send('/auth/sign-in/email', { ...credentials, sessionToken: true })),
  )
  for (const session of sessions) {
    for (const token of await times(2, async () => tokenIn(await send('/auth/token', undefined, session)))) {
      const answers = await times(2, () => send('/me/profile/', undefined, token))
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      )
    }
  }
  const bodies = await times(2, async () => (await send('/auth/jwks')).text())
  assert.equal(new Set(bodies).size, 1)

  const [ended = '', kept = ''] = sessions
  assert.equal((await send('/auth/sign-out', {}, ended)).status, 200)
  for (const [session, status] of [
    [ended, 401],
    [kept, 200],
  ] as const) {
    const answers = await times(2, () => send('/auth/token', undefined, session))
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [status, status],
    )
  }

  const guesses = await times(12, () =>
    send('/auth/sign-in/email', { ...credentials, password: 'not the password' }),
  )
  assert.deepEqual(
    guesses.map(({ status }) => status),
    [...Array.from({ length: 10 }, () => 401), 429, 429],
  )

  assert.equal(await server.stop(), 0)
  for (const route of ['/api/me/profile', '/api/auth/token', '/api/auth/sign-in/email']) {
    const lines = server.output().matchAll(new RegExp(`"pid":(\\d+)[^\\n]*"route":"${route}/?"`, 'g'))
    assert.equal(new Set([...lines].map(([, pid]) => pid)).size, 2, `both have answered ${route}`)
  }
})
