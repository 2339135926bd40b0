import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { useTestApp } from '../test/test-app.ts'
import { loadConfig } from './config/config.ts'

const { app, person, send } = await useTestApp()
await app.listen({ host: '127.0.0.1', port: 0 })
const { port } = app.server.address() as { port: number }

/** Sends bytes as they are and returns all that comes back until the server ends the connection. */
function sendRaw(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

const faulty: [name: string, bytes: string, status: number, code: string][] = [
  ['what is not HTTP', 'HELLO\r\n\r\n', 400, 'bad_request'],
  [
    'headers that are too large',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  ['a NUL in a header', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', 400, 'bad_request'],
  [
    'a length below zero',
    'PATCH /api/me/profile/ HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
    400,
    'bad_request',
  ],
  [
    'two lengths of one body, as request smuggling has it',
    'POST /api/activity/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'bad_request',
  ],
]
for (const [name, bytes, status, code] of faulty) {
  test(`${name} is answered with ${status} and the end of the connection`, async () => {
    const answer = await sendRaw(bytes)
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
    assert.match(answer, /content-type: application\/problem\+json/)
    assert.equal((JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { code: string }).code, code)
  })
}

test('OPTIONS without an origin is no fault', async () => {
  assert.equal((await app.inject({ method: 'OPTIONS', url: '/api/me/profile/' })).statusCode, 204)
})

test('brackets within a text are no nesting', async () => {
  const { token } = await person({ role: 'tutor' })
  const bio = `${'['.repeat(500)}"\\${'{'.repeat(500)}`
  const answer = await send('PATCH', '/api/me/profile/', { token, body: { tutor_profile: { bio } } })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().tutor_profile.bio, bio)
})

test('media can be served under no address that is taken', () => {
  const tree = app.printRoutes({ commonPrefix: false }).split('\n')
  const taken = tree.flatMap((line) => /^.{4}[├└]── ([\w.-]+)/.exec(line)?.[1] ?? [])
  for (const known of ['api', 'healthz', 'readyz', 'metrics', 'people', 'profile']) {
    assert.ok(taken.includes(known), `${known} is not in the tree`)
  }
  // Those with a dot are files at the root of the page, which have nothing below them.
  for (const first of taken.filter((name) => !name.includes('.'))) {
    assert.throws(() => loadConfig({ MEDIA_URL: `/${first}/` }), /^ConfigError: MEDIA_URL must be/, first)
  }
})
