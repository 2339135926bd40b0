import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'

const ORIGIN = 'https://app.example'
const app = await useTestApp({ env: { CORS_ORIGINS: `${ORIGIN},http://localhost:5173` } })
const { token } = await app.person()

const list = (header: unknown) =>
  String(header)
    .split(',')
    .map((item) => item.trim().toLowerCase())

test('a page of an allowed origin reads answers and the headers that it needs, also of refusals', async () => {
  for (const sending of [{ token }, {}, { token: 'bad' }]) {
    const { headers } = await app.send('GET', '/api/me/profile/', { ...sending, headers: { origin: ORIGIN } })
    assert.equal(headers['access-control-allow-origin'], ORIGIN)
    assert.ok(list(headers['vary']).includes('origin'))
    for (const name of ['etag', 'link', 'retry-after']) {
      assert.ok(list(headers['access-control-expose-headers']).includes(name), name)
    }
    assert.equal(headers['access-control-allow-credentials'], undefined)
  }
})

test('a preflight is answered without a token, on addresses with and without the last slash', async () => {
  for (const url of ['/api/me/profile/', '/api/me/profile', '/api/me/settings/']) {
    const answer = await app.app.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,content-type,if-match',
      },
    })
    assert.equal(answer.statusCode, 204)
    assert.equal(answer.headers['access-control-allow-origin'], ORIGIN)
    assert.ok(list(answer.headers['access-control-allow-methods']).includes('patch'))
    for (const name of ['authorization', 'content-type', 'if-match']) {
      assert.ok(list(answer.headers['access-control-allow-headers']).includes(name), name)
    }
  }
})

test('a page of another origin gets no leave to read', async () => {
  for (const origin of [
    'https://evil.example',
    'https://app.example.evil.example',
    'http://app.example',
    'null',
    ORIGIN.toUpperCase(),
  ]) {
    const { headers } = await app.send('GET', '/api/me/profile/', { token, headers: { origin } })
    assert.equal(headers['access-control-allow-origin'], undefined, origin)
    const preflight = await app.app.inject({
      method: 'OPTIONS',
      url: '/api/me/profile/',
      headers: { origin, 'access-control-request-method': 'PATCH' },
    })
    assert.equal(preflight.headers['access-control-allow-origin'], undefined, origin)
  }
})

async function allowed(on: typeof app): Promise<unknown> {
  const { headers } = await on.send('GET', '/api/subjects/', { headers: { origin: ORIGIN } })
  return headers['access-control-allow-origin']
}

test('by default no origin is allowed, and with * any', async (t) => {
  const closed = await useTestApp({}, t)
  const open = await useTestApp({ env: { CORS_ORIGINS: '*' } }, t)
  assert.equal(await allowed(closed), undefined)
  assert.equal(await allowed(open), '*')
})
