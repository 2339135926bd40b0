import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { query, sql } from '../database/database.ts'
import { publish } from '../../test/publish.ts'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV } from '../../test/visitor.ts'

const app = await useTestApp({ env: SIGN_IN_ENV })

// The one whom the addresses with an id are about.
const shown = await app.person()
await publish(app, shown)

type Operation = {
  operationId?: string
  security?: object[]
  summary?: string
  tags?: string[]
  parameters?: { in: string; required: boolean }[]
  requestBody?: object
  responses: Record<string, unknown>
}
const { paths } = (await app.send('GET', '/api/schema/')).json<{
  paths: Record<string, Record<string, Operation>>
}>()
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase() as 'GET',
    path: path.replaceAll(/\{\w+\}/g, String(shown.userId)),
    operation,
    isPublic: operation.security?.length === 0 || isOptional(operation),
  })),
)

/** Whether a stranger may call it, too. */
function isOptional({ security = [] }: Operation): boolean {
  return security.some((scheme) => Object.keys(scheme).length === 0)
}

function isOfSignIn({ tags }: Operation): boolean {
  return tags?.includes('sign-in') ?? false
}

/** Whether something has to be said that a stranger in these tests does not say. */
function wantsMore({ parameters = [], requestBody }: Operation): boolean {
  return requestBody !== undefined || parameters.some((one) => one.in === 'query' && one.required)
}

describe('every operation', () => {
  for (const [place, { method, path, operation, isPublic }] of operations.entries()) {
    // Attempts at the sign-in are counted by address.
    const from = { 'x-forwarded-for': `198.18.${100 + (place >> 8)}.${place & 255}` }

    test(`${method} ${path} is named and described`, () => {
      assert.ok(operation.operationId && operation.summary && operation.tags?.length === 1)
      assert.ok(Object.keys(operation.responses).some((status) => /^[23]/.test(status)))
    })

    test(`${method} ${path} answers a stranger with ${isPublic ? 'what is public' : '401'}`, async () => {
      for (const headers of [
        {},
        { authorization: 'Bearer nonsense' },
        { authorization: 'Basic eDp5' },
      ] as Record<string, string>[]) {
        const answer = await app.send(method, path, { headers: { ...from, ...headers } })
        if (isPublic) {
          if (wantsMore(operation)) assert.equal(answer.statusCode, 400, answer.body)
          else assert.ok(answer.statusCode < 300, answer.body)
          continue
        }
        if (isOfSignIn(operation) && operation.requestBody) {
          // What is sent is read before it is asked who sends it.
          assert.equal(answer.statusCode, 400)
          continue
        }
        assert.equal(answer.statusCode, 401)
        assert.match(String(answer.headers['www-authenticate']), /^Bearer/)
        assert.equal(answer.json().code, isOfSignIn(operation) ? 'UNAUTHORIZED' : 'unauthorized')
      }
    })

    test(`${method} ${path} refuses a parameter that it does not have`, async () => {
      const { token } = await app.person()
      const scoped = await app.token({ scope: 'activity:write' })
      const url = `${path}?nonsense=1`
      const answer = await app.send(method, url, {
        token: path === '/api/activity/' ? scoped : token,
        headers: from,
      })
      assert.equal(answer.statusCode, 400, answer.body)
      const { errors } = answer.json<{ errors: { field: string; code: string }[] }>()
      assert.deepEqual(
        errors.filter(({ code }) => code !== 'required').map(({ field, code }) => [field, code]),
        [['nonsense', 'unknown_parameter']],
      )
    })

    test(`${method} ${path} works without the last slash`, async () => {
      if (!path.endsWith('/')) return
      const answer = await app.send(method, path.slice(0, -1))
      assert.equal(answer.statusCode, isPublic ? 200 : 401)
    })
  }

  test('strangers made no account', async () => {
    const rows = await query(app.pool, sql`select id from users where email like 'nonsense%'`)
    assert.equal(rows.length, 0)
  })
})

describe('an address', () => {
  for (const path of new Set(operations.map((one) => one.path))) {
    test(`${path} names its methods to a method that it does not have`, async () => {
      const known = operations.filter((one) => one.path === path).map(({ method }) => method as string)
      const method = (['PUT', 'DELETE', 'POST'] as const).find((one) => !known.includes(one)) ?? 'PUT'
      const answer = await app.send(method, path)
      assert.equal(answer.statusCode, 405, answer.body)
      assert.equal(answer.json().code, 'method_not_allowed')
      const allow = String(answer.headers['allow']).split(', ')
      assert.deepEqual(allow.filter((one) => one !== 'HEAD').sort(), known.sort())
    })
  }

  test('with a part that is open names its methods too', async () => {
    const answer = await app.send('PUT', '/media/avatars/x')
    assert.equal(answer.statusCode, 405)
    assert.equal(answer.headers['allow'], 'GET, HEAD')
  })

  for (const path of [
    '/api/',
    '/api/you/',
    '/api/me/profile/x',
    '/nowhere',
    '/api/me/profil',
    '//api/',
    '/%2e%2e/nowhere',
    '/api/me/profile//',
  ]) {
    test(`that does not exist (${path}) is 404`, async () => {
      const answer = await app.send('GET', path)
      assert.equal(answer.statusCode, 404)
      assert.equal(answer.headers['content-type'], 'application/problem+json')
      assert.equal(answer.json().code, 'not_found')
    })
  }

  test('that cannot be decoded is 400', async () => {
    const answer = await app.send('GET', '/api/%ff')
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().code, 'bad_request')
  })
})

describe('operations', () => {
  test('health, readiness and metrics answer without a token', async () => {
    assert.deepEqual((await app.send('GET', '/healthz')).json(), { status: 'ok' })
    assert.deepEqual((await app.send('GET', '/readyz')).json(), { status: 'ok' })
    const metrics = await app.send('GET', '/metrics')
    assert.match(String(metrics.headers['content-type']), /^text\/plain/)
    assert.match(
      metrics.body,
      /upm_http_request_duration_seconds_count\{method="GET",route="\/readyz",status="200"\} \d/,
    )
  })

  test('a request id of the caller comes back where it is harmless', async () => {
    const ask = (id: string) => app.send('GET', '/healthz', { headers: { 'x-request-id': id } })
    assert.equal((await ask('trace-1')).headers['x-request-id'], 'trace-1')
    assert.match(String((await ask('a b\tc')).headers['x-request-id']), /^[0-9a-f-]{36}$/)
    assert.match(String((await ask('x'.repeat(65))).headers['x-request-id']), /^[0-9a-f-]{36}$/)
  })
})
