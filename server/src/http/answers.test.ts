import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { query, sql } from '../database/database.ts'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV } from '../../test/visitor.ts'

const testApp = await useTestApp({ env: { ...SIGN_IN_ENV, PUBLIC_URL: 'https://account.example.com' } })
const { app, pool, person, send } = testApp
const { hostname, port } = new URL(await testApp.listen())
const { token, userId } = await person({ role: 'tutor' })
const authorization = `Bearer ${token}`

type Raw = { status: number; headers: Map<string, string>; body: string; problem: { code: string } }

/** Sends bytes, from an iterable as fast as they are taken, and reads nothing before all of them are sent. */
async function sendRaw(head: string, body: Iterable<Buffer> = []): Promise<Raw> {
  const socket = connect(Number(port), hostname)
  const failed = once(socket, 'error').then(([error]) => Promise.reject(error as Error))
  const sent = (async () => {
    socket.pause()
    socket.write(head)
    for (const chunk of body) if (!socket.write(chunk)) await once(socket, 'drain')
    const answer = await text(socket)
    const end = answer.indexOf('\r\n\r\n')
    const [first = '', ...lines] = answer.slice(0, end).split('\r\n')
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    )
    const json = headers.get('content-type')?.includes('problem+json')
      ? answer.slice(answer.indexOf('{', end))
      : '{}'
    return {
      status: Number(first.split(' ')[1]),
      headers,
      body: answer.slice(end + 4),
      problem: JSON.parse(json.slice(0, json.lastIndexOf('}') + 1)) as { code: string },
    }
  })()
  return Promise.race([sent, failed])
}

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x')
const times = (count: number, chunk = MEGABYTE) => Array.from({ length: count }, () => chunk)
function* chunked(chunks: Iterable<Buffer>): Generator<Buffer> {
  for (const chunk of chunks) {
    yield Buffer.from(`${chunk.length.toString(16)}\r\n`)
    yield chunk
    yield Buffer.from('\r\n')
  }
  yield Buffer.from('0\r\n\r\n')
}
const head = (line: string, headers: Record<string, string | number>) =>
  `${line} HTTP/1.1\r\nHost: x\r\n${Object.entries({ authorization, connection: 'close', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

const JSON_TYPE = { 'content-type': 'application/json' }
const FORM_TYPE = { 'content-type': 'multipart/form-data; boundary=b' }
const FORM_START = Buffer.from(
  '--b\r\nContent-Disposition: form-data; name="avatar"; filename="a.jpg"\r\n\r\n',
)
const form = [FORM_START, ...times(20), Buffer.from('\r\n--b--\r\n')]
const formBytes = form.reduce((sum, chunk) => sum + chunk.length, 0)
const all = { 'content-length': 20 * MEGABYTE.length }
const inChunks = { 'transfer-encoding': 'chunked' }

describe('somebody who is still sending reads the answer', () => {
  const cases: [string, string, Iterable<Buffer>, number, string][] = [
    [
      '20 MB of JSON',
      head('PATCH /api/me/profile/', { ...JSON_TYPE, ...all }),
      times(20),
      413,
      'payload_too_large',
    ],
    [
      '20 MB of JSON without a length',
      head('PATCH /api/me/settings/', { ...JSON_TYPE, ...inChunks }),
      chunked(times(20)),
      413,
      'payload_too_large',
    ],
    [
      '20 MB to sign in with',
      head('POST /api/auth/sign-in/email', { ...JSON_TYPE, ...all }),
      times(20),
      413,
      'payload_too_large',
    ],
    [
      '20 MB to sign up with, without a length',
      head('POST /api/auth/sign-up/email', { ...JSON_TYPE, ...inChunks }),
      chunked(times(20)),
      413,
      'payload_too_large',
    ],
    [
      'a picture of 20 MB',
      head('POST /api/me/avatar/', { ...FORM_TYPE, 'content-length': formBytes }),
      form,
      413,
      'file_too_large',
    ],
    [
      'a picture of 20 MB without a length',
      head('POST /api/me/avatar/', { ...FORM_TYPE, ...inChunks }),
      chunked(form),
      413,
      'file_too_large',
    ],
    [
      '20 MB of another type',
      head('PATCH /api/me/profile/', { 'content-type': 'text/csv', ...all }),
      times(20),
      415,
      'unsupported_media_type',
    ],
    [
      '20 MB from a stranger',
      head('PATCH /api/me/profile/', { ...JSON_TYPE, ...all, authorization: 'Bearer x' }),
      times(20),
      401,
      'unauthorized',
    ],
    ['20 MB to nowhere', head('POST /nowhere/', { ...JSON_TYPE, ...all }), times(20), 404, 'not_found'],
    [
      '20 MB by a method that is not there',
      head('PUT /api/me/profile/', { ...JSON_TYPE, ...all }),
      times(20),
      405,
      'method_not_allowed',
    ],
  ]
  for (const [name, start, body, status, code] of cases) {
    test(name, async () => {
      const answer = await sendRaw(start, body)
      assert.equal(answer.status, status, answer.body)
      assert.equal(answer.problem.code, code)
      assert.equal(answer.headers.get('connection'), 'close')
    })
  }

  test('a declared length that is too large is refused before anything of it comes', async () => {
    const answer = await sendRaw(head('PATCH /api/me/profile/', { ...JSON_TYPE, ...all }))
    assert.equal(answer.status, 413)
  })

  test('whoever asks before sending (Expect) is refused without being told to go on', async () => {
    for (const [path, type, code] of [
      ['PATCH /api/me/profile/', JSON_TYPE, 'payload_too_large'],
      ['POST /api/auth/sign-in/email', JSON_TYPE, 'payload_too_large'],
      ['POST /api/me/avatar/', FORM_TYPE, 'file_too_large'],
    ] as const) {
      const answer = await sendRaw(head(path, { ...type, ...all, expect: '100-continue' }))
      assert.deepEqual([answer.status, answer.problem.code], [413, code])
      // Nor is the connection broken for those who do not wait.
      const eager = await sendRaw(head(path, { ...type, ...all, expect: '100-continue' }), times(20))
      assert.deepEqual([eager.status, eager.problem.code], [413, code])
    }
  })

  test('whoever asks before sending what is fine is told to go on', async () => {
    const patch = request({
      hostname,
      port,
      method: 'PATCH',
      path: '/api/me/profile/',
      headers: { ...JSON_TYPE, authorization, expect: '100-continue' },
    })
    patch.flushHeaders()
    await once(patch, 'continue')
    patch.end('{"user":{"first_name":"Alex"}}')
    const [answer] = await once(patch, 'response')
    assert.equal(answer.statusCode, 200)
    answer.resume()
  })

  test('but not for ever: after 64 MB nothing more is read', async () => {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    socket.on('error', () => {})
    socket.resume()
    socket.write(head('PATCH /api/me/profile/', { ...JSON_TYPE, 'content-length': 1024 ** 3 }))
    let sent = 0
    while (!socket.destroyed && sent < 1024) {
      sent += 1
      if (!socket.write(MEGABYTE)) {
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {})
      }
    }
    assert.ok(sent > 60 && sent < 100, `${sent} MB were taken`)
  })
})

test('a body that is packed is 415, and says that the coding was it', async () => {
  const { gzipSync } = await import('node:zlib')
  for (const [method, url, packed] of [
    ['PATCH', '/api/me/profile/', 'gzip'],
    ['PATCH', '/api/me/settings/', 'br'],
    ['POST', '/api/activity/', 'deflate'],
    ['POST', '/api/me/avatar/', 'identity, gzip'],
    ['POST', '/api/auth/sign-in/email', 'zstd'],
  ] as const) {
    const body = gzipSync('{}')
    const service = await testApp.token({ scope: 'activity:write' })
    const answer = await send(method, url, {
      token: url === '/api/activity/' ? service : token,
      body,
      headers: {
        ...(url.includes('avatar') ? FORM_TYPE : JSON_TYPE),
        'content-encoding': packed,
      },
    })
    assert.equal(answer.statusCode, 415, `${url}: ${answer.body}`)
    assert.equal(answer.headers['accept-encoding'], 'identity')
  }
  const plain = await send('PATCH', '/api/me/profile/', {
    token,
    body: {},
    headers: { 'content-encoding': 'identity' },
  })
  assert.equal(plain.statusCode, 200)
})

describe('a method that an address does not have is a problem with the ones that it has', () => {
  for (const method of [
    'PROPFIND',
    'QUERY',
    'TRACE',
    'LOCK',
    'REPORT',
    'PURGE',
    'FOO',
    'get',
    'X-Y_Z',
    'CONNECT',
    'PRI',
  ]) {
    test(method, async () => {
      const answer = await sendRaw(head(`${method} /api/me/profile/`, {}))
      assert.ok([405, 501].includes(answer.status), `${answer.status}`)
      assert.equal(answer.headers.get('content-type'), 'application/problem+json')
      assert.equal(answer.headers.get('allow'), 'GET, HEAD, PATCH')
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    })
  }
  test('and nothing at an address that there is not', async () => {
    for (const method of ['PROPFIND', 'FOO']) {
      const answer = await sendRaw(head(`${method} /api/nothing/`, {}))
      assert.equal(answer.status, 404)
      assert.equal(answer.problem.code, 'not_found')
    }
  })
})

test('what can be patched says so: at OPTIONS, and in every answer', async () => {
  for (const url of ['/api/me/profile/', '/api/me/settings/', '/api/me/settings']) {
    for (const [method, options, status] of [
      ['OPTIONS', {}, 204],
      ['GET', { token }, 200],
      ['PUT', { token }, 405],
      ['PROPFIND', {}, 405],
      ['PATCH', { token, body: 'x', headers: { 'content-type': 'text/plain' } }, 415],
    ] as const) {
      const answer = await send(method as 'GET', url, options)
      assert.equal(answer.statusCode, status, `${method} ${url}`)
      assert.equal(answer.headers['accept-patch'], 'application/merge-patch+json, application/json')
      if (method === 'OPTIONS') assert.equal(answer.headers['allow'], 'GET, HEAD, PATCH')
    }
  }
  assert.equal((await send('GET', '/api/languages/')).headers['accept-patch'], undefined)
})

test('a problem says in which language it is', async () => {
  for (const language of ['uk', 'en']) {
    for (const url of ['/api/me/profile/', '/nowhere/', '/api/auth/token', '/%ff']) {
      const answer = await send('GET', url, { headers: { 'accept-language': language } })
      assert.ok(answer.statusCode >= 400)
      assert.equal(answer.headers['content-language'], language, url)
    }
  }
  assert.equal((await sendRaw('HELLO\r\n\r\n')).headers.get('content-language'), 'uk')
})

test('HEAD of an export opens no stream', async () => {
  const begun = async () =>
    (
      await query<{ n: number }>(
        pool,
        sql`select count(*)::integer as n from pg_stat_activity where query ~ '^(?:begin read only|declare export|fetch|rollback)' and datname = current_database()`,
      )
    )[0]?.n
  await send('GET', '/api/me/activity/', { token })
  const before = await begun()
  for (const accept of ['text/csv', 'application/x-ndjson']) {
    // More than an account may have open at once.
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        send('HEAD' as 'GET', '/api/me/activity/', { token, headers: { accept } }),
      ),
    )
    for (const answer of answers) {
      assert.equal(answer.statusCode, 200)
      assert.match(String(answer.headers['content-type']), new RegExp(accept.replace('+', '\\+')))
    }
    const faulty = await send('HEAD' as 'GET', '/api/me/activity/?limit=5', { token, headers: { accept } })
    assert.equal(faulty.statusCode, 400)
  }
  assert.equal(await begun(), before)
  assert.ok(userId > 0)
})

describe('a request has one host', () => {
  for (const [name, lines, status] of [
    ['two are refused', 'Host: a\r\nHost: b\r\n', 400],
    ['two alike are refused', 'Host: a\r\nhost: a\r\n', 400],
    ['none is refused', '', 400],
    ['one is fine', 'Host: a\r\n', 200],
  ] as const) {
    test(name, async () => {
      for (const path of ['/healthz', '/api/languages/', '/nowhere']) {
        const answer = await sendRaw(`GET ${path} HTTP/1.1\r\nConnection: close\r\n${lines}\r\n`)
        assert.equal(answer.status, status === 200 && path === '/nowhere' ? 404 : status)
        if (status === 400) assert.equal(answer.problem.code, 'bad_request')
      }
    })
  }
})

describe('every answer has its security headers', () => {
  const cases: [string, string][] = [
    ['a document', head('GET /api/me/profile/', {})],
    ['a problem', head('GET /api/me/profile/', { authorization: 'Bearer x' })],
    ['what is nowhere', head('GET /nowhere', {})],
    ['what is no request', 'HELLO\r\n\r\n'],
    ['headers that are too large', head('GET /', { x: 'a'.repeat(40_000) })],
    ['an unknown method', head('FOO /', {})],
    ['an address that cannot be decoded', head('GET /%ff', {})],
    ['the page', head('GET /', { accept: 'text/html' })],
    ['the documentation', head('GET /api/docs/', {})],
    ['the metrics', head('GET /metrics', {})],
    ['a preflight', head('OPTIONS /api/me/profile/', { origin: 'https://x.example' })],
    ['a file that there is not', head('GET /media/avatars/2026/01/x', {})],
  ]
  for (const [name, bytes] of cases) {
    test(name, async () => {
      const { headers } = await sendRaw(bytes)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors '(?:none|self)'/)
      assert.equal(headers.get('strict-transport-security'), 'max-age=31536000')
    })
  }

  test('without HTTPS nobody is told to use it', async (t) => {
    for (const env of [{}, { PUBLIC_URL: 'http://account.example.com' }]) {
      const plain = await useTestApp({ env }, t)
      const answer = await plain.send('GET', '/healthz')
      assert.equal(answer.headers['strict-transport-security'], undefined)
      assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    }
  })

  test('pages of other origins may read that there is nothing', async (t) => {
    const open = await useTestApp({ env: { CORS_ORIGINS: 'https://app.example.com' } }, t)
    const answer = await open.send('GET', '/nowhere', { headers: { origin: 'https://app.example.com' } })
    assert.equal(answer.statusCode, 404)
    assert.equal(answer.headers['access-control-allow-origin'], 'https://app.example.com')
  })
})

describe('who is slow is cut off with 408', () => {
  test('after the times that are documented', () => {
    assert.equal(app.server.headersTimeout, 20_000)
    assert.equal(app.server.requestTimeout, 120_000)
  })

  for (const [name, bytes] of [
    ['in its headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A'],
    ['in its body', head('PATCH /api/me/profile/', { ...JSON_TYPE, 'content-length': 100 })],
    [
      'in a form',
      `${head('POST /api/me/avatar/', { ...FORM_TYPE, 'content-length': 5000 })}${FORM_START.toString()}`,
    ],
  ] as const) {
    test(name, async (t) => {
      const slow = await useTestApp({}, t)
      const address = new URL(await slow.listen())
      Object.assign(slow.app.server, { headersTimeout: 500, requestTimeout: 500 })
      const socket = connect(Number(address.port), address.hostname)
      const began = Date.now()
      socket.write(bytes.replace(authorization, `Bearer ${(await slow.person()).token}`))
      const answer = await text(socket)
      assert.match(answer, /^HTTP\/1\.1 408 /)
      assert.match(answer, /"code":"request_timeout"/)
      // Node looks every second; the rest is a busy machine.
      assert.ok(Date.now() - began < 10_000)
    })
  }
})

test('a connection stays open after a body that was read', async () => {
  const body = JSON.stringify({ user: { first_name: 'x'.repeat(500) } })
  const bytes =
    head('PATCH /api/me/profile/', {
      ...JSON_TYPE,
      'content-length': body.length,
      connection: 'keep-alive',
    }) + body
  const socket = connect(Number(port), hostname)
  socket.write(bytes + bytes.replace('keep-alive', 'close'))
  assert.equal((await text(socket)).match(/HTTP\/1\.1 400 /g)?.length, 2)
})
