import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AUDIENCE, createKey, ISSUER, issue, openIssuer } from '../../test/issuer.ts'
import { useTestApp } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'

const app = await useTestApp()
const token = await app.token({ sub: 'olena' })
await app.send('GET', '/api/me/profile/', { token })

const ask = (headers: Record<string, string>, url = '/api/me/profile/') => app.app.inject({ url, headers })
const countUsers = async () =>
  (await query<{ n: number }>(app.pool, sql`select count(*) as n from users`))[0]?.n

test('the scheme is read in any case, and with more than one space', async () => {
  for (const authorization of [
    `Bearer ${token}`,
    `bearer ${token}`,
    `BEARER ${token}`,
    `Bearer   ${token}  `,
  ]) {
    assert.equal((await ask({ authorization })).statusCode, 200, authorization.slice(0, 10))
  }
})

const refusals: { what: string; headers: Record<string, string>; challenge: string; url?: string }[] = [
  { what: 'no token', headers: {}, challenge: 'Bearer' },
  {
    what: 'a token in the query',
    headers: {},
    url: `/api/me/profile/?access_token=${token}`,
    challenge: 'Bearer',
  },
  {
    what: 'a token in a cookie',
    headers: { cookie: `token=${token}; access_token=${token}` },
    challenge: 'Bearer',
  },
  {
    what: 'a token in another header',
    headers: { 'x-authorization': `Bearer ${token}`, 'proxy-authorization': `Bearer ${token}` },
    challenge: 'Bearer',
  },
  ...[
    '',
    'Bearer',
    'Bearer ',
    token,
    `Basic ${token}`,
    `Token ${token}`,
    `Bearer${token}`,
    `Bearer ${token} x`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer "${token}"`,
    `Bearer ${token}\0`,
    'Bearer ключ',
    `Bearer ${'x'.repeat(10_000)}`,
    `Bearer ${token.slice(0, -3)}`,
  ].map((authorization) => ({
    what: JSON.stringify(authorization.replace(token, '‹token›').slice(0, 40)),
    headers: { authorization },
    challenge: 'Bearer error="invalid_token"',
  })),
]

for (const { what, headers, url, challenge } of refusals) {
  test(`${what} is answered with 401 and a challenge`, async () => {
    const before = await countUsers()
    const answer = await ask({ 'accept-language': 'en', ...headers }, url)
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.headers['www-authenticate'], challenge)
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.deepEqual(answer.json(), {
      type: 'urn:upm:problem:unauthorized',
      title: 'Sign in to continue',
      status: 401,
      detail: 'Send a valid access token.',
      code: 'unauthorized',
    })
    assert.equal(await countUsers(), before)
  })
}

test('a public route does not look at tokens, good or bad', async () => {
  for (const authorization of [`Bearer ${token}`, 'Bearer bad', 'Basic x', '']) {
    assert.equal((await ask({ authorization }, '/api/subjects/')).statusCode, 200)
  }
})

test('with the keys of an issuer: its tokens open accounts, its silence is 503, and neither is ever 500', async (t) => {
  const key = await createKey('one', 'EdDSA')
  const issuer = await openIssuer(key)
  t.after(() => issuer.close())
  const env = { AUTH_JWT_SECRET: '', AUTH_JWKS_URL: issuer.url, AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE }
  issuer.answer((_request, response) => response.writeHead(500).end())
  const { send, pool } = await useTestApp({ env }, t)
  const signed = await issue(key, { sub: 'olena', role: 'tutor' })

  const silent = await send('GET', '/api/me/profile/', { token: signed })
  assert.equal(silent.statusCode, 503)
  assert.equal(silent.json().code, 'unavailable')
  assert.ok(Number(silent.headers['retry-after']) > 0)
  assert.equal(silent.headers['www-authenticate'], undefined)

  issuer.publish(key)
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 1_000 })
  const answer = await send('GET', '/api/me/profile/', { token: signed })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().profile_type, 'tutor')
  assert.deepEqual(await query(pool, sql`select issuer, subject from identities`), [
    { issuer: ISSUER, subject: 'olena' },
  ])
  assert.equal(
    (await send('GET', '/api/me/profile/', { token: await app.token({ sub: 'olena' }) })).statusCode,
    401,
  )
})

test('a service makes and opens no user, also with an e-mail, nor with a subject that has an account', async () => {
  const before = await countUsers()
  for (const sub of ['billing', 'olena']) {
    for (const scope of ['activity:write', 'openid  activity:write', ['openid', 'activity:write']]) {
      const service = await app.token({ sub, scope, email: 'billing@example.com', email_verified: true })
      for (const [method, url] of [
        ['GET', '/api/me/profile/'],
        ['PATCH', '/api/me/settings/'],
        ['DELETE', '/api/me/avatar/'],
        ['GET', '/api/me/activity/'],
      ] as const) {
        const body = method === 'PATCH' ? { timezone: 'Europe/Kyiv' } : undefined
        const answer = await app.send(method, url, { token: service, body })
        assert.deepEqual([answer.statusCode, answer.json().code], [403, 'forbidden'], `${method} ${url}`)
      }
    }
  }
  assert.equal(await countUsers(), before)
})

test('with AUTH_REQUIRED_SCOPE a user’s token needs each of its scopes, and a refusal names them and makes nobody', async (t) => {
  const {
    send,
    token: sign,
    pool,
  } = await useTestApp({ env: { AUTH_REQUIRED_SCOPE: 'openid upm:profile' } }, t)
  for (const scope of [undefined, null, '', 'openid', 'upm:profile:read openid', 'UPM:profile openid']) {
    const answer = await send('GET', '/api/me/profile/', { token: await sign({ sub: 'olena', scope }) })
    assert.deepEqual([answer.statusCode, answer.json().code], [403, 'forbidden'], String(scope))
    assert.equal(
      answer.headers['www-authenticate'],
      'Bearer error="insufficient_scope", scope="openid upm:profile"',
    )
  }
  assert.deepEqual(await query(pool, sql`select id from users`), [])
  const fit = await sign({ sub: 'olena', scope: 'upm:profile openid email' })
  assert.equal((await send('GET', '/api/me/profile/', { token: fit })).statusCode, 200)
  // What services need is something else.
  const service = await sign({ sub: 'billing', scope: 'activity:write' })
  assert.equal((await send('POST', '/api/activity/', { token: service, body: [] })).statusCode, 400)
})

test('what a service lacks is said as RFC 6750 has it', async () => {
  const answer = await app.send('POST', '/api/activity/', { token, body: [] })
  assert.equal(answer.statusCode, 403)
  assert.equal(
    answer.headers['www-authenticate'],
    'Bearer error="insufficient_scope", scope="activity:write"',
  )
})
