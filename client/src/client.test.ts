import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openServer, useServer } from '../test/server.ts'
import {
  createClient,
  isProblem,
  NetworkError,
  ProblemError,
  UnexpectedResponseError,
  UpmError,
} from './index.ts'

const server = await useServer()
const anybody = createClient({ baseUrl: `${server.baseUrl}/` })

describe('the catalogues', () => {
  test('need no token', async () => {
    const { data: types } = await anybody.catalogues.profileTypes()
    assert.deepEqual(
      types.map(({ name, section }) => [name, section]),
      [
        ['tutor', 'tutor_profile'],
        ['student', 'student_profile'],
      ],
    )
    const { data: subjects } = await anybody.catalogues.subjects()
    assert.ok(subjects.some(({ slug, labels }) => slug === 'algebra' && labels.uk === 'Алгебра'))
    const { data: languages } = await anybody.catalogues.languages()
    assert.deepEqual(
      languages.map(({ code }) => code),
      ['uk', 'en'],
    )
    const { data: zones } = await anybody.catalogues.timezones()
    assert.equal(zones.find(({ name }) => name === 'Europe/Kiev')?.canonical, 'Europe/Kyiv')
  })

  test('are not sent again to whoever has them', async () => {
    const { etag } = await anybody.catalogues.subjects()
    assert.equal(await anybody.catalogues.subjects({ ifNoneMatch: etag }), undefined)
  })

  test('are asked for without the token, so that caches can keep them for all', async () => {
    const seen: (string | null)[] = []
    const client = createClient({
      baseUrl: server.baseUrl,
      token: () => assert.fail('nobody needs the token'),
      fetch: (request: never) => {
        seen.push((request as Request).headers.get('authorization'))
        return fetch(request)
      },
    })
    await client.catalogues.languages()
    assert.deepEqual(seen, [null])
  })
})

describe('raw', () => {
  test('calls any operation of the contract, with the token', async () => {
    const { client, userId } = await server.join()
    const health = await client.raw.GET('/healthz')
    assert.equal(health.data?.status, 'ok')
    assert.equal((await client.raw.GET('/readyz')).data?.status, 'ok')
    const profile = await client.raw.GET('/api/me/profile/')
    assert.equal(profile.data?.user.id, userId)
  })

  test('returns problems, as openapi-fetch does', async () => {
    const { error, response } = await anybody.raw.GET('/api/me/settings/')
    assert.equal(error?.code, 'unauthorized')
    assert.equal(response.status, 401)
  })

  test('a token of the call comes before that of the client', async () => {
    const { client } = await server.join()
    const other = await server.app.person()
    const authorization = `Bearer ${other.token}`
    const { data } = await client.raw.GET('/api/me/profile/', { headers: { authorization } })
    assert.equal(data?.user.id, other.userId)
  })
})

describe('errors', () => {
  test('without a token: unauthorized', async () => {
    await assert.rejects(anybody.profile.get(), (error) => isProblem(error, 'unauthorized'))
  })

  test('too many requests say how long to wait', async (t) => {
    const limited = await useServer({ env: { RATE_LIMIT_PER_MINUTE: '2' } }, t)
    const { client } = await limited.join()
    await client.settings.get()
    const error = await client.settings.get().catch((caught: unknown) => caught)
    assert.ok(isProblem(error, 'rate_limited'))
    assert.ok(error.retryAfterSeconds && error.retryAfterSeconds <= 60)
  })

  test('a date says it, too', () => {
    const at = new Date(Date.now() + 90_000).toUTCString()
    const problem = { type: '', title: 'Later', detail: 'Later.', status: 503, code: 'unavailable' }
    const { retryAfterSeconds, fieldErrors } = new ProblemError(problem, new Headers({ 'retry-after': at }))
    assert.ok(retryAfterSeconds && retryAfterSeconds > 80 && retryAfterSeconds <= 91)
    assert.deepEqual(fieldErrors, [])
  })

  test('nobody there: a network error with its cause', async () => {
    const client = createClient({ baseUrl: 'http://127.0.0.1:1', token: 'any' })
    await assert.rejects(
      client.profile.get(),
      (error) =>
        error instanceof NetworkError && error instanceof UpmError && error.cause instanceof TypeError,
    )
  })

  test('cut off within the answer: a network error', async (t) => {
    const baseUrl = await openServer(t, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"profile')
      setImmediate(() => response.destroy())
    })
    const client = createClient({ baseUrl, token: 'any' })
    await assert.rejects(client.profile.get(), NetworkError)
  })

  test("a proxy's error page, or any page: an unexpected response", async (t) => {
    let status = 502
    const baseUrl = await openServer(t, (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html', 'retry-after': '7' }).end('<h1>Proxy</h1>')
    })
    const client = createClient({ baseUrl, token: 'any' })
    for (status of [502, 200]) {
      const error = await client.profile.get().catch((caught: unknown) => caught)
      assert.ok(error instanceof UnexpectedResponseError)
      assert.deepEqual(
        [error.status, error.contentType, error.body, error.retryAfterSeconds],
        [status, 'text/html', '<h1>Proxy</h1>', 7],
      )
    }
  })

  test('an abort stays what it is', async (t) => {
    const baseUrl = await openServer(t, () => {})
    const client = createClient({ baseUrl, token: 'any' })
    const reason = new Error('the page was left')
    const controller = new AbortController()
    const reading = client.profile.get({ signal: controller.signal })
    controller.abort(reason)
    await assert.rejects(reading, (error) => error === reason)
    await assert.rejects(client.profile.get({ signal: AbortSignal.abort() }), { name: 'AbortError' })
    await assert.rejects(client.profile.get({ signal: AbortSignal.timeout(1) }), { name: 'TimeoutError' })
  })
})

test('addresses of the server become whole ones', () => {
  const client = createClient({ baseUrl: 'https://api.example.com/upm/' })
  assert.equal(client.resolveUrl('/upm/media/a.webp'), 'https://api.example.com/upm/media/a.webp')
  assert.equal(client.resolveUrl('https://cdn.example.com/a.webp'), 'https://cdn.example.com/a.webp')
  assert.equal(createClient({ baseUrl: '' }).resolveUrl('/media/a.webp'), '/media/a.webp')
})
