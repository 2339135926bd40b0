import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import Fastify, { type FastifyRequest } from 'fastify'
import { createDatabase } from '../../test/database.ts'
import { useTestApp } from '../../test/test-app.ts'
import { Problem } from '../errors.ts'
import { registerRateLimit } from './rate-limit.ts'

const LIMIT = 5
const database = await createDatabase()
after(() => database.drop())

async function useLimitedApp(t: TestContext, env: Record<string, string> = {}) {
  const testApp = await useTestApp({ env: { RATE_LIMIT_PER_MINUTE: String(LIMIT), ...env }, database }, t)
  /** Sends the request `times` times and returns the statuses. */
  const statuses = async (
    times: number,
    url: string,
    { token, ip = '203.0.113.1', headers = {} }: Sending = {},
  ) => {
    const answers = []
    for (let i = 0; i < times; i++) {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
      answers.push(
        await testApp.app.inject({ url, remoteAddress: ip, headers: { ...authorization, ...headers } }),
      )
    }
    return answers.map(({ statusCode }) => statusCode)
  }
  return { ...testApp, statuses }
}

type Sending = { token?: string; ip?: string; headers?: Record<string, string> }

const times = (count: number, status: number) => Array.from({ length: count }, () => status)

test('a user who asks too often is told when to come back, and nothing else happens', async (t) => {
  const { statuses, send, person, actions } = await useLimitedApp(t)
  const { userId, token: mine } = await person()
  assert.deepEqual(await statuses(LIMIT - 1, '/api/me/profile/', { token: mine }), times(LIMIT - 1, 200))
  const answer = await send('PATCH', '/api/me/profile/', {
    token: mine,
    body: { user: { first_name: 'X' } },
    headers: { 'accept-language': 'en', origin: 'https://app.example' },
  })
  assert.equal(answer.statusCode, 429)
  const seconds = Number(answer.headers['retry-after'])
  assert.ok(seconds >= 1 && seconds <= 60)
  assert.equal(answer.headers['content-type'], 'application/problem+json')
  assert.deepEqual(answer.json(), {
    type: 'urn:upm:problem:rate_limited',
    title: 'Too many attempts',
    status: 429,
    detail: `The limit is ${LIMIT}. Try again in ${seconds} seconds.`,
    code: 'rate_limited',
  })
  assert.deepEqual(await actions(userId), ['system.profile.initialized'])
})

test('the count begins anew after a minute', async (t) => {
  const { statuses, token } = await useLimitedApp(t)
  const mine = await token({ sub: 'patient' })
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  assert.deepEqual(await statuses(LIMIT + 1, '/api/me/profile/', { token: mine }), [
    ...times(LIMIT, 200),
    429,
  ])
  t.mock.timers.tick(60_000)
  assert.deepEqual(await statuses(1, '/api/me/profile/', { token: mine }), [200])
})

test('two users behind one address are counted apart, and one user behind two addresses together', async (t) => {
  const { statuses, token } = await useLimitedApp(t)
  const [olena, ivan] = [await token({ sub: 'olena' }), await token({ sub: 'ivan' })]
  assert.deepEqual(await statuses(LIMIT, '/api/me/profile/', { token: olena }), times(LIMIT, 200))
  assert.deepEqual(await statuses(LIMIT, '/api/me/profile/', { token: ivan }), times(LIMIT, 200))
  assert.deepEqual(
    await statuses(1, '/api/me/profile/', { token: await token({ sub: 'olena' }), ip: '203.0.113.2' }),
    [429],
  )
})

const bad = (i: number) => ({ token: `bad.${i}.token` })

test('bad tokens are counted by address, and users at that address go on', async (t) => {
  const { statuses, token } = await useLimitedApp(t)
  for (let i = 0; i < LIMIT; i++) assert.deepEqual(await statuses(1, '/api/me/profile/', bad(i)), [401])
  assert.deepEqual(await statuses(1, '/api/me/profile/', bad(99)), [429])
  assert.deepEqual(await statuses(1, '/api/me/profile/'), [429], 'no token at all counts with them')
  assert.deepEqual(await statuses(1, '/api/subjects/'), [429])
  assert.deepEqual(await statuses(1, '/api/me/profile/', { token: await token({ sub: 'olena' }) }), [200])
  assert.deepEqual(await statuses(1, '/api/subjects/', { ip: '203.0.113.9' }), [200])
})

test('a refused token still counts as its user when it is valid', async (t) => {
  const { statuses, token } = await useLimitedApp(t)
  const stranger = await token({ sub: 'stranger', role: 'unknown' })
  assert.deepEqual(await statuses(LIMIT + 1, '/api/me/profile/', { token: stranger }), [
    ...times(LIMIT, 403),
    429,
  ])
})

test('a header that anybody can send does not make a new address', async (t) => {
  const { statuses } = await useLimitedApp(t)
  for (let i = 0; i < LIMIT; i++) {
    assert.deepEqual(
      await statuses(1, '/api/subjects/', { headers: { 'x-forwarded-for': `198.51.100.${i}` } }),
      [200],
    )
  }
  assert.deepEqual(
    await statuses(1, '/api/subjects/', { headers: { 'x-forwarded-for': '198.51.100.9' } }),
    [429],
  )
})

const via = (client: string) => ({ ip: '10.0.0.1', headers: { 'x-forwarded-for': client } })

test('behind a trusted proxy the clients are counted, and an IPv6 client by its network', async (t) => {
  const { statuses } = await useLimitedApp(t, { TRUSTED_PROXIES: '10.0.0.1' })
  assert.deepEqual(await statuses(LIMIT + 1, '/api/subjects/', via('198.51.100.1')), [
    ...times(LIMIT, 200),
    429,
  ])
  assert.deepEqual(await statuses(1, '/api/subjects/', via('198.51.100.2')), [200])
  // A household has 2^64 addresses: counting each would count nothing.
  for (let i = 0; i < LIMIT; i++)
    assert.deepEqual(await statuses(1, '/api/subjects/', via(`2001:db8::${i}`)), [200])
  assert.deepEqual(await statuses(1, '/api/subjects/', via('2001:db8::ffff')), [429])
  assert.deepEqual(await statuses(1, '/api/subjects/', via('2001:db8:0:1::1')), [200])
})

test('what operators and preflights ask is free', async (t) => {
  const { statuses, app } = await useLimitedApp(t, { CORS_ORIGINS: 'https://app.example' })
  for (const url of ['/healthz', '/readyz', '/metrics']) {
    assert.deepEqual(await statuses(LIMIT * 2, url), times(LIMIT * 2, 200), url)
  }
  const headers = { origin: 'https://app.example', 'access-control-request-method': 'PATCH' }
  for (let i = 0; i < LIMIT * 2; i++) {
    assert.equal((await app.inject({ method: 'OPTIONS', url: '/api/me/profile/', headers })).statusCode, 204)
  }
  assert.deepEqual(await statuses(1, '/api/subjects/'), [200])
})

test('0 is no limit', async (t) => {
  const { statuses } = await useLimitedApp(t, { RATE_LIMIT_PER_MINUTE: '0' })
  assert.deepEqual([...new Set(await statuses(200, '/api/languages/'))], [200])
})

test('who has used up the limit is not forgotten because others come', async () => {
  const app = Fastify()
  const limit = await registerRateLimit(app, 1)
  let request: FastifyRequest | undefined
  app.get('/', async (current) => {
    request = current
  })
  await app.inject('/')
  assert.ok(request)
  await limit.count(request, 'mine')
  for (let i = 0; i < 20_000; i++) await limit.count(request, `other ${i}`)
  await assert.rejects(limit.count(request, 'mine'), Problem)
  await app.close()
})
