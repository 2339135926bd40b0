/** Nothing of UPM meets anything of its host, whatever the host has, and in whatever order. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { hostileHost, HOST_ORIGIN, tokenOf, upmOptions, UPM_ORIGIN } from '../test/host-app.ts'
import { hostType } from '../test/host-type.ts'
import { form } from '../test/form.ts'
import { noise } from '../test/picture.ts'
import { refuseHooks } from './mount.ts'
import { upm } from './index.ts'

type Sent = { method?: string; headers?: Record<string, string>; body?: string | Buffer<ArrayBuffer> }
type Got = { status: number; headers: Record<string, unknown>; body: string }
type Send = (url: string, sent?: Sent) => Promise<Got>

const injected =
  (host: FastifyInstance): Send =>
  async (url, { method = 'GET', headers = {}, body } = {}) => {
    const answer = await host.inject({
      method: method as 'GET',
      url,
      headers,
      ...(body !== undefined && { payload: body }),
    })
    return { status: answer.statusCode, headers: answer.headers, body: answer.body }
  }

const byHttp =
  (baseUrl: string): Send =>
  async (url, { method = 'GET', headers = {}, body } = {}) => {
    const answer = await fetch(baseUrl + url, { method, headers, ...(body !== undefined && { body }) })
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    }
  }

const codeOf = ({ body }: Got) => (JSON.parse(body) as { code: string }).code
const picture = await noise(100)

for (const order of ['first', 'middle', 'last'] as const) {
  test(`a host with all plugins, UPM registered ${order}: neither has anything of the other`, async (t) => {
    const options = await upmOptions(t, { corsOrigins: [UPM_ORIGIN], prefix: '/account', page: true })
    const { host, seen, lines } = await hostileHost(t, order, (app) => app.register(upm, options))
    const headers = { authorization: `Bearer ${await tokenOf('olena@example.com')}` }
    const baseUrl = await host.listen({ host: '127.0.0.1', port: 0 })

    for (const [how, send] of Object.entries({ inject: injected(host), http: byHttp(baseUrl) })) {
      await t.test(how, async () => {
        seen.length = 0
        const mine: Got[] = []
        const ask: Send = async (url, sent) => {
          const got = await send(`/account${url}`, sent)
          mine.push(got)
          return got
        }
        const profile = await ask('/api/me/profile/', { headers })
        assert.equal(profile.status, 200, profile.body)
        assert.equal((await ask('/api/me/profile', { headers })).status, 200)
        const head = await ask('/api/me/profile/', { method: 'HEAD', headers })
        assert.deepEqual([head.status, head.body], [200, ''])
        const json = { ...headers, 'content-type': 'application/merge-patch+json' }
        // Larger than what the host accepts, in a type that the host parses itself.
        const bio = `${how} `.repeat(250).trim()
        const body = JSON.stringify({ student_profile: { bio } })
        const patched = await ask('/api/me/profile/', { method: 'PATCH', headers: json, body })
        assert.equal(patched.status, 200, patched.body)
        assert.equal(JSON.parse(patched.body).student_profile.bio, bio)
        const packed = await ask('/api/timezones/', { headers: { 'accept-encoding': 'gzip' } })
        assert.equal(packed.headers['content-encoding'], 'gzip', 'once, though the host compresses as well')
        const upload = await form([{ name: 'avatar', file: picture, type: 'image/png' }])
        const avatar = await ask('/api/me/avatar/', {
          method: 'POST',
          headers: { ...headers, ...upload.headers },
          body: upload.body as Buffer<ArrayBuffer>,
        })
        assert.equal(avatar.status, 201, avatar.body)
        const file = JSON.parse(avatar.body).avatar_url as string
        assert.match(file, /^\/account\/media\//)
        assert.equal((await send(file)).status, 200)
        assert.match((await ask('/')).body, /<base href="\/account\/"/)
        assert.equal((await ask('')).status, 200)
        assert.equal((await ask('/readyz')).status, 200)
        assert.match((await ask('/metrics')).body, /upm_http_request_duration_seconds/)
        const schema = JSON.parse((await ask('/api/schema/')).body)
        assert.ok(schema.components.schemas.ProfileDocument)
        // The paths are the contract's, wherever UPM is.
        assert.deepEqual(schema.servers, [{ url: '/account' }])
        assert.deepEqual(
          Object.keys(schema.paths).filter((path) => path.includes('account')),
          [],
        )

        const refusals: [string, Sent, number, string][] = [
          ['/api/me/profile/', {}, 401, 'unauthorized'],
          ['/api/me/profile/', { method: 'PUT' }, 405, 'method_not_allowed'],
          ['/api/me/profile/', { method: 'PROPFIND' }, 405, 'method_not_allowed'],
          ['/nowhere', { headers }, 404, 'not_found'],
          ['/API/languages/', {}, 404, 'not_found'],
          ['/api/me/profile/?x=1', { headers }, 400, 'validation_failed'],
          ['/api/me/profile/', { method: 'PATCH', headers: json, body: '{' }, 400, 'invalid_json'],
          [
            '/api/me/profile/',
            { method: 'PATCH', headers: { ...headers, 'content-type': 'text/plain' }, body: 'x' },
            415,
            'unsupported_media_type',
          ],
          [
            '/api/me/profile/',
            { method: 'PATCH', headers: json, body: ' '.repeat(2 ** 21) },
            413,
            'payload_too_large',
          ],
        ]
        for (const [url, sent, status, code] of refusals) {
          const got = await ask(url, sent)
          assert.deepEqual([got.status, codeOf(got)], [status, code], `${sent.method ?? 'GET'} ${url}`)
        }
        for (const origin of [UPM_ORIGIN, HOST_ORIGIN]) {
          const asked = { origin, 'access-control-request-method': 'PATCH' }
          const preflight = await ask('/api/me/profile/', { method: 'OPTIONS', headers: asked })
          assert.equal(preflight.status, 204)
          const allowed = origin === UPM_ORIGIN ? UPM_ORIGIN : undefined
          assert.equal(preflight.headers['access-control-allow-origin'], allowed)
        }
        for (const got of mine) {
          for (const name of [
            'x-host',
            'x-frame-options',
            'x-ratelimit-limit',
            'access-control-allow-credentials',
          ])
            assert.equal(got.headers[name], undefined, name)
          assert.equal(got.headers['x-content-type-options'], 'nosniff')
        }
        assert.deepEqual(seen, [], 'no hook of the host has run')

        const named = await ask('/api/me/profile/', { headers: { ...headers, 'x-correlation': 'abc-1' } })
        assert.equal(named.headers['x-request-id'], 'abc-1')
        await ask('/api/me/profile/', { headers: { 'x-correlation': 'abc-2' } })
        const ofUpm = lines.map((line) => JSON.parse(line)).find(({ reqId }) => reqId === 'abc-2')
        assert.ok(ofUpm, 'the logger of the host has the line, with its id')
      })
      await t.test(`${how}: the host is as it was`, async () => {
        seen.length = 0
        for (const url of ['/', '/healthz', '/readyz', '/metrics']) {
          const got = await send(url, { headers: { origin: HOST_ORIGIN } })
          assert.deepEqual([got.status, got.body], [200, `${url} of the host`])
          for (const name of ['x-host', 'x-frame-options', 'x-ratelimit-limit'])
            assert.notEqual(got.headers[name], undefined, name)
          assert.equal(got.headers['access-control-allow-origin'], HOST_ORIGIN)
          assert.equal(got.headers['x-request-id'], undefined)
        }
        assert.ok(seen.includes('onSend /metrics'))
        assert.equal((await send('/file.txt')).body, 'a file of the host')
        assert.deepEqual(await send('/fails').then(({ status, body }) => [status, body]), [
          418,
          'an error of the host',
        ])
        for (const url of ['/nowhere', '/api/me/profile/', '/accounts'])
          assert.equal((await send(url, { headers })).body, 'not with the host', url)
        const parsed = await send('/body', {
          method: 'POST',
          body: '{"a":1}',
          headers: { 'content-type': 'application/json' },
        })
        assert.equal(parsed.body, 'parsed by the host')
        const preflight = await send('/body', {
          method: 'OPTIONS',
          headers: { origin: HOST_ORIGIN, 'access-control-request-method': 'POST' },
        })
        assert.equal(preflight.headers['access-control-allow-origin'], HOST_ORIGIN)
        assert.deepEqual(
          Object.keys(host.swagger().paths ?? {}).filter((path) => path.startsWith('/account')),
          [],
        )
      })
    }
  })
}

/** Sends bytes as they are, and resolves with all that comes until the connection ends, or until `enough`. */
async function raw(host: FastifyInstance, bytes: string, enough?: RegExp): Promise<string> {
  const { port } = host.server.address() as { port: number }
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (enough?.test(text)) break
  }
  socket.destroy()
  return text
}

test('below a host: a refusal while the body is being sent, an expectation, and a sender that goes away', async (t) => {
  const options = await upmOptions(t, { prefix: '/account' })
  const { host } = await hostileHost(t, 'last', (app) => app.register(upm, options))
  await host.listen({ host: '127.0.0.1', port: 0 })
  const authorization = `Authorization: Bearer ${await tokenOf('anna@example.com')}`
  const post = (url: string, length: number, more: string) =>
    `POST /account${url} HTTP/1.1\r\nHost: x\r\n${authorization}\r\nContent-Length: ${length}\r\n${more}\r\n`
  const type = 'Content-Type: multipart/form-data; boundary=b\r\n'

  const start = '--b\r\nContent-Disposition: form-data; name="avatar"; filename="a"\r\n\r\n'
  const upload = `${post('/api/me/avatar/', 2 ** 30, type)}${start}${'a'.repeat(12 * 2 ** 20)}`
  assert.match(await raw(host, upload, /\r\n\r\n\{.*\}/s), /^HTTP\/1\.1 413 [^]*"code":"file_too_large"/)

  const expecting = await raw(host, post('/api/activity/', 2, 'Expect: 100-continue\r\n'), /403 Forbidden/)
  assert.match(expecting, /HTTP\/1\.1 403 Forbidden/)

  const { port } = host.server.address() as { port: number }
  const leaving = connect(port, '127.0.0.1')
  leaving.write(`${post('/api/me/avatar/', 1000, type)}--b\r\nContent-Disposition: form-data; name="avatar"`)
  await once(leaving, 'connect')
  leaving.destroy()
  await once(leaving, 'close')
  assert.equal((await host.inject('/account/healthz')).statusCode, 200)
})

test('without a prefix UPM has its own addresses alone, and the host keeps those of operators', async (t) => {
  for (const order of ['first', 'last'] as const) {
    const options = await upmOptions(t)
    const { host } = await hostileHost(t, order, (app) => app.register(upm, options))
    const headers = { authorization: `Bearer ${await tokenOf('ivan@example.com')}` }
    for (const url of ['/api/me/profile/', '/api/me/profile', '/api/languages', '/api/docs/', '/api/schema/'])
      assert.equal((await host.inject({ url, headers })).statusCode, 200, url)
    assert.equal((await host.inject({ method: 'PUT', url: '/api/me/profile' })).statusCode, 405)
    for (const url of ['/', '/healthz', '/readyz', '/metrics'])
      assert.equal((await host.inject(url)).body, `${url} of the host`)
    for (const url of ['/api/nowhere', '/profile', '/api/me/profile/x'])
      assert.equal((await host.inject(url)).body, 'not with the host', url)
  }
})

test('in a scope with a prefix, and below it a prefix of its own', async (t) => {
  for (const prefix of ['', '/account']) {
    const options = await upmOptions(t, { prefix })
    const host = Fastify({ pluginTimeout: 0 })
    t.after(() => host.close())
    host.register(
      async (scope) => {
        scope.get('/own', async () => 'own')
        await scope.register(upm, options)
      },
      { prefix: '/v1' },
    )
    const headers = { authorization: `Bearer ${await tokenOf('maria@example.com')}` }
    const url = `/v1${prefix}/api/me/profile`
    assert.equal((await host.inject({ url, headers })).statusCode, 200, url)
    assert.equal((await host.inject('/v1/own')).body, 'own')
    const nowhere = (await host.inject('/v1/nowhere')).json<{ error: string }>()
    assert.equal(nowhere.error, 'Not Found')
  }
})

test('twice in one process: two prefixes, two databases, two sets of types and actions', async (t) => {
  const host = Fastify({ pluginTimeout: 0 })
  t.after(() => host.close())
  const school = await upmOptions(t, { prefix: '/school', profileTypes: [hostType] })
  const secret = 'the secret of the work, which is another'
  const work = await upmOptions(t, {
    prefix: '/office',
    auth: { jwtSecret: secret, subjectClaim: 'sub', linkVerifiedEmail: false },
  })
  host.register(upm, { ...school, roles: { host: 'host' } })
  host.register(upm, work)
  const names = async (prefix: string) => {
    const types = (await host.inject(`${prefix}/api/profile-types/`)).json<{ name: string }[]>()
    return types.map(({ name }) => name)
  }
  assert.ok((await names('/school')).includes('host'))
  assert.ok(!(await names('/office')).includes('host'))
  const headers = { authorization: `Bearer ${await tokenOf('taras@example.com', secret)}` }
  const profile = await host.inject({ url: '/office/api/me/profile/', headers })
  assert.equal(profile.statusCode, 200, profile.body)
  assert.equal((await host.inject({ url: '/school/api/me/profile/', headers })).statusCode, 401)
  const count = async ({ resources }: typeof work) =>
    (await resources.pool.query('select from users')).rowCount
  assert.deepEqual([await count(school), await count(work)], [0, 1])
  const counted = (await host.inject('/school/metrics')).body
  assert.doesNotMatch(counted, /_count\{method="GET",route="[^"]*\/api\/me\/profile\/",status="200"\}/)
})

test('a start that fails is the failure of the host, and says why', async (t) => {
  const host = Fastify({ pluginTimeout: 0 })
  t.after(() => host.close())
  host.register(upm, {
    ...(await upmOptions(t)),
    resources: undefined,
    databaseUrl: 'postgres://127.0.0.1:1/x',
  } as never)
  await assert.rejects(async () => host.ready(), /ECONNREFUSED/)
  for (const prefix of ['account', '/account/', '/a/../b', '/a b']) {
    const app = Fastify()
    app.register(upm, { ...(await upmOptions(t)), prefix })
    await assert.rejects(async () => app.ready(), /prefix must be a path/)
  }
  const rootPage = Fastify()
  rootPage.register(upm, { ...(await upmOptions(t)), page: true })
  await assert.rejects(async () => rootPage.ready(), /prefix is required with page/)
  const elsewhere = Fastify()
  const publicUrl = 'https://example.com/profiles'
  elsewhere.register(upm, { ...(await upmOptions(t)), prefix: '/account', publicUrl })
  await assert.rejects(
    async () => elsewhere.ready(),
    /publicUrl has the path \/profiles, but .* at \/account\./,
  )
})

test('the end of the host is the end of UPM', async (t) => {
  const host = Fastify({ pluginTimeout: 0 })
  const options = await upmOptions(t)
  let closed = false
  const feature = {
    routes: async (app: { addHook: FastifyInstance['addHook'] }) =>
      void app.addHook('onClose', async () => void (closed = true)),
  }
  await host.register(upm, { ...options, features: [feature as never] })
  await host.close()
  assert.ok(closed)
})

test('a release of Fastify that keeps hooks in another way is refused by name', () => {
  assert.throws(() => refuseHooks({ version: '6.0.0' } as never), /plugin of Fastify 6\.0\.0/)
})
