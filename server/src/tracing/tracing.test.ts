import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { place, startServer, until, upm, type Server } from '../../test/process.ts'
import { OperatorError } from '../operator-error.ts'
import { readTracingSettings } from './settings.ts'
import { summaryOf } from './statements.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'
const traceparent = `00-${TRACE}-${CALLER}-01`

type Value = { stringValue?: string; intValue?: number | string }
type Span = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: { key: string; value: Value }[]
  status: { code?: number; message?: string }
  events?: unknown[]
}
type Sent = {
  resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[]
}

/** An OpenTelemetry collector: whoever takes OTLP over HTTP. */
async function openCollector(t: TestContext) {
  const bodies: { path: string | undefined; type: string | undefined; body: Buffer }[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request)
      bodies.push({ path: request.url, type: request.headers['content-type'], body })
      response.writeHead(200, { 'content-type': request.headers['content-type'] }).end()
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    /** All that came, as text. */
    text: () => Buffer.concat(bodies.map(({ body }) => body)).toString('latin1'),
    sent: () => bodies.map(({ body }) => JSON.parse(body.toString()) as Sent),
    spans: () =>
      bodies
        .map(({ body }) => JSON.parse(body.toString()) as Sent)
        .flatMap(({ resourceSpans }) => resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans),
  }
}

const attributesOf = ({ attributes }: Pick<Span, 'attributes'>) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? String(value.intValue)]))

async function start(t: TestContext, env: Record<string, string>): Promise<Server> {
  const server = await startServer({ ...(await place(t)), PAGE: 'off', ...env })
  t.after(() => server.child.kill('SIGKILL'))
  return server
}

/** A sign-up, a sign-in, a patch and a refused patch, with what must not get into a trace. */
async function live({ url }: Server): Promise<{ ids: string[] }> {
  const ids: string[] = []
  const ask = async (method: string, path: string, headers: object, body?: object) => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
    ids.push(answer.headers.get('x-request-id') ?? '')
    return answer
  }
  const account = { email: 'secret.person@example.com', password: 'correct horse battery' }
  await ask('POST', '/api/auth/sign-up/email', {}, { ...account, name: 'Secret Person', role: 'tutor' })
  const signIn = await ask('POST', '/api/auth/sign-in/email', {}, { ...account, sessionToken: true })
  const { token: session } = (await signIn.json()) as { token: string }
  const { token } = (await (
    await ask('GET', '/api/auth/token', { authorization: `Bearer ${session}` })
  ).json()) as { token: string }
  const authorization = `Bearer ${token}`
  const patch = await ask(
    'PATCH',
    '/api/me/profile/',
    { authorization, traceparent },
    { tutor_profile: { headline: 'secret headline' } },
  )
  assert.equal(patch.status, 200)
  const refused = await ask('GET', '/api/me/activity/?action=secret_action&limit=secret', {
    authorization,
    traceparent: traceparent.replace(TRACE, TRACE.replace('4', '5')),
    'x-request-id': 'mine-1',
  })
  assert.equal(refused.status, 400)
  await ask('GET', '/healthz', {})
  return { ids }
}

test('a request is a span under the span of its caller, with its statements below, and nothing of a person', async (t) => {
  const collector = await openCollector(t)
  const server = await start(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    OTEL_SERVICE_NAME: 'profiles',
  })
  const { ids } = await live(server)
  const [signUpId, , , patchId, refusedId] = ids
  assert.equal(await server.stop(), 0)

  assert.ok(collector.bodies.every(({ path, type }) => path === '/v1/traces' && type === 'application/json'))
  const [sent] = collector.sent()
  const resource = attributesOf(sent?.resourceSpans[0]?.resource ?? { attributes: [] })
  assert.equal(resource['service.name'], 'profiles')
  assert.equal(resource['deployment.environment'], 'test')
  const spans = collector.spans()

  const patch = spans.find(({ name }) => name === 'PATCH /api/me/profile/')
  assert.ok(patch)
  assert.deepEqual([patch.traceId, patch.parentSpanId, patch.kind], [TRACE, CALLER, 2])
  assert.equal(patchId, TRACE)
  assert.deepEqual(attributesOf(patch), {
    'http.request.method': 'PATCH',
    'http.route': '/api/me/profile/',
    'http.response.status_code': '200',
    'upm.request_id': TRACE,
  })
  const statements = spans.filter(({ parentSpanId }) => parentSpanId === patch.spanId)
  assert.ok(
    statements.some(({ name }) => name.includes('UPDATE profiles') && name.includes('INSERT activity_log')),
  )
  assert.ok(statements.every(({ traceId, kind }) => traceId === TRACE && kind === 3))

  // A trace that begins here has the id that the answer and the log have.
  const signUp = spans.find(({ name }) => name === 'POST /api/auth/sign-up/email')
  assert.ok(signUp)
  assert.equal(signUp.parentSpanId ?? '', '')
  assert.equal(signUp.traceId, signUpId)
  assert.ok(spans.some(({ name, traceId }) => name.startsWith('INSERT auth.user') && traceId === signUpId))

  // A refusal is no error of the server, and the caller's own number leads to its trace.
  const refused = spans.find(({ name }) => name === 'GET /api/me/activity/')
  assert.ok(refused)
  assert.equal(refused.status.code ?? 0, 0)
  assert.equal(refusedId, 'mine-1')
  assert.equal(attributesOf(refused)['upm.request_id'], 'mine-1')

  for (const line of server
    .output()
    .split('\n')
    .filter((each) => each.includes('"PATCH"')))
    assert.match(line, new RegExp(`"trace_id":"${TRACE}"`))
  assert.ok(!spans.some(({ name }) => name.includes('healthz')))
  assert.doesNotMatch(collector.text(), /secret|correct horse|Secret|127\.0\.0\.1|\$1/)
  assert.ok(spans.every(({ status, events = [] }) => status.message === undefined && events.length === 0))
})

test('the usual encoding is protobuf, and several workers trace, too', async (t) => {
  const collector = await openCollector(t)
  const server = await start(t, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, WORKERS: '2' })
  await until(server, /all worker processes are listening/)
  await fetch(`${server.url}/api/languages/`, { headers: { traceparent, connection: 'close' } })
  assert.equal(await server.stop(), 0)
  assert.ok(collector.bodies.every(({ type }) => type === 'application/x-protobuf'))
  assert.ok(collector.text().includes(Buffer.from(TRACE, 'hex').toString('latin1')))
  assert.ok(collector.text().includes('GET /api/languages/'))
})

test('a collector that is away harms nothing', async (t) => {
  const server = await start(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  })
  for (let i = 0; i < 20; i += 1) assert.equal((await fetch(`${server.url}/api/languages/`)).status, 200)
  const begun = performance.now()
  assert.equal(await server.stop(), 0)
  assert.ok(performance.now() - begun < 20_000)
})

describe('the variables', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }

  test('without them, or when they say so, there are no traces', () => {
    for (const env of [
      {},
      { OTEL_SERVICE_NAME: 'profiles' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
      { ...endpoint, OTEL_SDK_DISABLED: 'true' },
      { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' },
      { ...endpoint, OTEL_TRACES_EXPORTER: 'none' },
    ])
      assert.equal(readTracingSettings(env), undefined)
  })

  test('an address, or the exporter by its name, turns them on', () => {
    for (const env of [
      endpoint,
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example/v1/traces' },
      { OTEL_TRACES_EXPORTER: 'otlp' },
      { ...endpoint, OTEL_SDK_DISABLED: 'false' },
    ])
      assert.deepEqual(readTracingSettings(env), { protocol: 'http/protobuf', serviceName: 'upm' })
    assert.equal(
      readTracingSettings({ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' })?.protocol,
      'http/json',
    )
  })

  test('what cannot be done is refused by name', () => {
    for (const [env, name] of [
      [{ OTEL_TRACES_EXPORTER: 'zipkin' }, /^OTEL_TRACES_EXPORTER must be otlp or none; it is "zipkin"\.$/],
      [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /^OTEL_EXPORTER_OTLP_PROTOCOL must be http/],
      [
        { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
        /^OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL/,
      ],
    ] as const)
      assert.throws(
        () => readTracingSettings(env),
        (error) => error instanceof OperatorError && name.test(error.message),
      )
  })

  test('at the start it is one line', async (t) => {
    const { code, output } = await upm(['serve'], { ...(await place(t)), OTEL_TRACES_EXPORTER: 'zipkin' })
    assert.equal(code, 1)
    assert.match(output, /^upm: OTEL_TRACES_EXPORTER must be otlp or none; it is "zipkin"\.\n$/)
  })
})

test('without its variables no package of OpenTelemetry is loaded', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'upm-loaded-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  // V8 writes down which scripts the process has loaded. prom-client has the interface of OpenTelemetry by itself.
  const server = await start(t, { NODE_V8_COVERAGE: folder })
  assert.equal((await fetch(`${server.url}/api/languages/`)).status, 200)
  assert.equal(await server.stop(), 0)
  const files = await readdir(folder)
  const loaded = (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n')
  assert.match(loaded, /"url":"[^"]*\/prom-client\//)
  const ours = [
    ...loaded.matchAll(/"url":"([^"]*(?:@opentelemetry\/(?!api\/)|@fastify\/otel|tracing\/tracing)[^"]*)"/g),
  ]
  assert.deepEqual(
    ours.map(([, url]) => url),
    [],
  )
})

test('a statement is named by what it does', () => {
  for (const [text, summary] of [
    ['select 1', 'SELECT'],
    ['select id from users where id = $1', 'SELECT users'],
    ['select id from upm.users where id = $1', 'SELECT users'],
    ['with one as (select id from users for no key update) select * from one', 'SELECT users'],
    [
      'with a as (update users set x = $1), b as (insert into activity_log (id) select $2) select',
      'UPDATE users, INSERT activity_log',
    ],
    ['insert into t (a) values ($1) on conflict (a) do update set a = $1', 'INSERT t'],
    ['delete from "auth"."session" where "id" = $1', 'DELETE auth.session'],
    ['-- a comment that would insert into nothing\nselect x from y', 'SELECT y'],
    ['begin', 'BEGIN'],
    ['', 'SQL'],
  ] as const)
    assert.equal(summaryOf(text), summary)
})
