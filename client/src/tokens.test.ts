import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { useServer } from '../test/server.ts'
import { createClient, isProblem } from './index.ts'
import type { RefreshToken, TokenSource } from './index.ts'

const server = await useServer()

/** A client that counts its requests. */
function counting(token: TokenSource | undefined, onUnauthorized?: RefreshToken) {
  const sent: (string | null)[] = []
  const client = createClient({
    baseUrl: server.baseUrl,
    token,
    onUnauthorized,
    fetch: (request: never, init?: never) => {
      if (typeof request === 'object') sent.push((request as Request).headers.get('authorization'))
      return fetch(request, init)
    },
  })
  return { client, sent }
}

test('a function is asked for the token before each request', async () => {
  const people = [await server.app.person(), await server.app.person()]
  let next = 0
  const { client } = counting(async () => people[next++]?.token)
  for (const { userId } of people) assert.equal((await client.profile.get()).data.user.id, userId)
})

describe('an expired token', () => {
  test('is refreshed once for all the requests that it fails, and each is sent once more', async () => {
    const { token, userId } = await server.app.person({ role: 'tutor' })
    const asked: (string | undefined)[] = []
    const { client, sent } = counting('expired', async (expired) => {
      asked.push(expired)
      await new Promise((resolve) => setImmediate(resolve))
      return token
    })
    const names = ['first_name', 'last_name'] as const
    const answers = await Promise.all([
      ...names.map((name) => client.profile.patch({ user: { [name]: name } })),
      ...Array.from({ length: 8 }, () => client.profile.get()),
    ])
    assert.ok(answers.every(({ data }) => data.user.id === userId))
    assert.deepEqual(asked, ['expired'])
    assert.equal(sent.length, 20)
    const { user } = (await client.profile.get()).data
    assert.deepEqual([user.first_name, user.last_name], [...names])
    assert.equal(sent.length, 21, 'the new token is kept')
  })

  test('a 401 that comes late finds the new token', async () => {
    const { token } = await server.app.person()
    let asked = 0
    let hold = true
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const client = createClient({
      baseUrl: server.baseUrl,
      token: 'expired',
      onUnauthorized: () => {
        asked += 1
        return token
      },
      fetch: async (request: never) => {
        const isHeld = hold
        hold = false
        const response: Response = await fetch(request)
        if (isHeld) await held
        return response
      },
    })
    const late = client.profile.get()
    await client.settings.get()
    release()
    await late
    assert.equal(asked, 1)
  })

  test('of those that follow on each other every one is refreshed', async () => {
    const { token } = await server.app.person()
    const fresh = ['also-expired', token]
    const asked: (string | undefined)[] = []
    const { client } = counting('expired', (expired) => {
      asked.push(expired)
      return fresh.shift()
    })
    await assert.rejects(client.profile.get(), (error) => isProblem(error, 'unauthorized'))
    await client.profile.get()
    assert.deepEqual(asked, ['expired', 'also-expired'])
  })

  test('undefined from the hook says signed out: it is not asked about this token again', async () => {
    const { token } = await server.app.person()
    let stored = 'expired'
    let asked = 0
    const { client } = counting(
      () => stored,
      () => {
        asked += 1
        return undefined
      },
    )
    const failures = await Promise.allSettled([
      client.profile.get(),
      client.profile.get(),
      client.settings.get(),
    ])
    assert.ok(failures.every(({ status }) => status === 'rejected'))
    await assert.rejects(client.profile.get(), (error) => isProblem(error, 'unauthorized'))
    assert.equal(asked, 1)
    stored = token
    await client.profile.get()
  })

  test('what the hook throws is what the requests throw; the next one asks again', async () => {
    const { token } = await server.app.person()
    const offline = new Error('offline')
    let asked = 0
    let refused = 0
    let bothRefused = () => {}
    const both = new Promise<void>((resolve) => (bothRefused = resolve))
    const client = createClient({
      baseUrl: server.baseUrl,
      token: 'expired',
      onUnauthorized: async () => {
        asked += 1
        await both
        if (asked === 1) throw offline
        return token
      },
      fetch: async (request: never) => {
        const response: Response = await fetch(request)
        if (response.status === 401 && ++refused === 2) setImmediate(bothRefused)
        return response
      },
    })
    const failures = await Promise.allSettled([client.profile.get(), client.profile.get()])
    assert.ok(failures.every((result) => result.status === 'rejected' && result.reason === offline))
    await client.profile.get()
    assert.equal(asked, 2)
  })

  test('without a hook, or with the same token again, the 401 is the answer', async () => {
    for (const hook of [undefined, (expired: string | undefined) => expired]) {
      const { client, sent } = counting('expired', hook)
      await assert.rejects(client.profile.get(), (error) => isProblem(error, 'unauthorized'))
      assert.equal(sent.length, 1)
    }
  })

  test('the hook can sign in somebody who has no token yet', async () => {
    const { token } = await server.app.person()
    const { client, sent } = counting(undefined, () => token)
    await client.profile.get()
    assert.deepEqual(sent, [null, `Bearer ${token}`])
  })
})
