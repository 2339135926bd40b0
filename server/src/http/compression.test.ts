import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { form } from '../../test/form.ts'
import { noise } from '../../test/picture.ts'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { acceptedCodings, encode } from './codings.ts'

const CHROME = 'gzip, deflate, br, zstd'
const testApp = await useTestApp({ env: { ...SIGN_IN_ENV, PAGE: 'on' } })
const { app } = testApp
const origin = await testApp.listen()

type Got = { status: number; headers: IncomingMessage['headers']; bytes: Buffer; text: string }

/** Over a connection, as clients see it: nothing is unpacked on the way. */
async function ask(path: string, { coding, token, headers = {}, method = 'GET' }: Asked = {}): Promise<Got> {
  const request = get(origin + path, {
    method,
    agent: false,
    headers: {
      ...(coding !== undefined && { 'accept-encoding': coding }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  const bytes = await buffer(answer)
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    bytes,
    text: method === 'HEAD' ? '' : unpack(bytes, answer.headers['content-encoding']),
  }
}
type Asked = { coding?: string; token?: string; headers?: Record<string, string>; method?: string }

function unpack(bytes: Buffer, coding = 'identity'): string {
  const unpackers: Record<string, (bytes: Buffer) => Buffer> = {
    br: brotliDecompressSync,
    gzip: gunzipSync,
    zstd: zstdDecompressSync,
    identity: (plain) => plain,
  }
  return unpackers[coding]?.(bytes).toString() ?? assert.fail(coding)
}

const varies = ({ headers }: Got) => (headers['vary'] ?? '').toLowerCase().split(/, */)
const wordy = 'Готую до НМТ з математики й фізики: від основ до олімпіад. '.repeat(30).trim()

/** With a document of more than 1 kB. */
async function author() {
  const member = await testApp.person({ role: 'tutor' })
  const body = { tutor_profile: { bio: wordy } }
  const answer = await testApp.send('PATCH', '/api/me/profile/', { token: member.token, body })
  assert.equal(answer.statusCode, 200, answer.body)
  return member
}
const { token } = await author()

test('a client gets the coding that it prefers, and the best one if it has no preference', () => {
  const cases: [string | undefined, string[]][] = [
    [undefined, []],
    ['', []],
    ['identity', []],
    ['deflate', []],
    ['*', ['br', 'gzip', 'zstd']],
    [CHROME, ['br', 'gzip', 'zstd']],
    ['gzip, deflate', ['gzip']],
    ['GZIP', ['gzip']],
    ['zstd', ['zstd']],
    ['br;q=0.5, gzip', ['gzip', 'br']],
    ['br;q=0, *', ['gzip', 'zstd']],
    ['gzip;q=0', []],
    ['identity, gzip;q=0.5', []],
    ['*;q=0', []],
    [`${'x, '.repeat(100_000)}br`, []],
  ]
  for (const [header, expected] of cases) assert.deepEqual(acceptedCodings(header), expected, header)
})

test('no body takes longer than some milliseconds, however large it is', async () => {
  const { bytes: body } = await ask('/api/schema/')
  const large = Buffer.concat(Array.from({ length: Math.ceil(2 ** 20 / body.length) }, () => body))
  for (const coding of ['br', 'gzip', 'zstd']) {
    const before = process.threadCpuUsage()
    const packed = encode(large, coding)
    const { user, system } = process.threadCpuUsage(before)
    assert.ok(packed.length < large.length / 4, coding)
    // Measured: 2 to 8 ms. The law is 50.
    assert.ok(user + system < 50_000, `${coding}: ${(user + system) / 1000} ms`)
  }
})

describe('JSON is compressed:', () => {
  const places = {
    'a catalogue': '/api/timezones/',
    'a profile': '/api/me/profile/',
    'the contract': '/api/schema/',
  }
  for (const [name, path] of Object.entries(places)) {
    for (const coding of ['br', 'gzip', 'zstd']) {
      test(`${name}, ${coding}`, async () => {
        const plain = await ask(path, { token })
        const packed = await ask(path, { token, coding })
        assert.equal(plain.headers['content-encoding'], undefined)
        assert.equal(packed.headers['content-encoding'], coding)
        assert.equal(packed.text, plain.text)
        assert.ok(packed.bytes.length < plain.bytes.length * 0.75)
        assert.equal(Number(packed.headers['content-length']), packed.bytes.length)
        assert.equal(packed.headers['content-type'], plain.headers['content-type'])
        // Also the plain one, or a cache would mistake one for the other.
        for (const answer of [plain, packed]) assert.ok(varies(answer).includes('accept-encoding'))
        const head = await ask(path, { token, coding, method: 'HEAD' })
        for (const header of ['content-encoding', 'content-length', 'content-type', 'etag', 'vary']) {
          assert.equal(head.headers[header], packed.headers[header], header)
        }
      })
    }
  }

  test('a page of the log, and the page for browsers', async () => {
    for (let i = 0; i < 5; i++) {
      const body = { tutor_profile: { headline: `Математика ${i}` } }
      await testApp.send('PATCH', '/api/me/profile/', { token, body })
    }
    const log = await ask('/api/me/activity/', { token, coding: CHROME })
    assert.equal(log.headers['content-encoding'], 'br')
    assert.ok((JSON.parse(log.text) as unknown[]).length > 5)
    assert.deepEqual(
      varies(log).filter((field) => field !== 'origin'),
      ['authorization', 'accept', 'accept-encoding'],
    )
    const page = await ask('/sign-in', { coding: CHROME, headers: { accept: 'text/html' } })
    // A page of less than 1 kB goes as it is.
    if (Buffer.byteLength(page.text) > 1024) assert.equal(page.headers['content-encoding'], 'br')
    assert.match(page.text, /<div id="root"/)
  })

  test('a problem of many fields', async () => {
    const body = JSON.stringify(
      Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`no_such_field_${i}`, 1])),
    )
    const answer = await app.inject({
      method: 'PATCH',
      url: '/api/me/profile/',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'accept-encoding': 'gzip',
      },
      payload: body,
    })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.headers['content-encoding'], 'gzip')
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
    const { code } = JSON.parse(gunzipSync(answer.rawPayload).toString()) as { code: string }
    assert.equal(code, 'validation_failed')
  })
})

describe('it is left as it is:', () => {
  test('up to 1 kB', async () => {
    const small = await ask('/api/me/settings/', { token, coding: CHROME })
    assert.ok(small.bytes.length <= 1024)
    assert.equal(small.headers['content-encoding'], undefined)
    assert.equal(small.headers['etag'], (await ask('/api/me/settings/', { token })).headers['etag'])
    const problem = await ask('/api/me/profile/', { coding: CHROME })
    assert.equal(problem.status, 401)
    assert.equal(problem.headers['content-encoding'], undefined)
  })

  test('an export, which is a stream', async () => {
    for (const format of ['ndjson', 'csv']) {
      const { headers, bytes } = await ask(`/api/me/activity/${format}/`, { token, coding: CHROME })
      assert.equal(headers['content-encoding'], undefined)
      assert.equal(headers['transfer-encoding'], 'chunked')
      assert.ok(bytes.length > 1024)
    }
  })

  test('a picture, also a part of it', async () => {
    const { body, headers } = await form([{ name: 'avatar', file: await noise(200), type: 'image/png' }])
    const upload = await testApp.send('POST', '/api/me/avatar/', { token, body, headers })
    assert.equal(upload.statusCode, 201, upload.body)
    const { avatar_url: url } = upload.json<{ avatar_url: string }>()
    const whole = await ask(url, { coding: CHROME })
    assert.equal(whole.headers['content-encoding'], undefined)
    const part = await ask(url, { coding: CHROME, headers: { range: 'bytes=0-1499' } })
    assert.equal(part.status, 206)
    assert.equal(part.headers['content-encoding'], undefined)
    assert.deepEqual(part.bytes, whole.bytes.subarray(0, 1500))
  })

  test('what the sign-in answers: its length must not tell of tokens', async () => {
    const member = visitor(testApp)
    await member.enter()
    // Enough sessions for a list that would be compressed.
    let session = ''
    for (let i = 0; i < 6; i++) session = await member.signIn()
    let largest = 0
    for (const path of ['/get-session', '/token', '/list-sessions', '/jwks']) {
      const answer = await member.get(path, { token: session, headers: { 'accept-encoding': CHROME } })
      assert.equal(answer.statusCode, 200, answer.body)
      assert.equal(answer.headers['content-encoding'], undefined, path)
      largest = Math.max(largest, answer.rawPayload.length)
    }
    assert.ok(largest > 1024, `the largest one has ${largest} bytes`)
  })
})

describe('a conditional request', () => {
  test('names the version of a document, in whichever coding it is sent', async () => {
    const { version } = (await testApp.send('GET', '/api/me/profile/', { token })).json<{ version: number }>()
    for (const coding of [undefined, 'br', 'gzip', 'zstd', CHROME]) {
      const asked = { token, ...(coding !== undefined && { coding }) }
      const read = await ask('/api/me/profile/', asked)
      assert.equal(read.headers['etag'], `"${version}"`)
      const again = await ask('/api/me/profile/', {
        ...asked,
        headers: { 'if-none-match': `W/"${version}"` },
      })
      assert.deepEqual([again.status, again.headers['etag'], again.bytes.length], [304, `"${version}"`, 0])
      assert.ok(varies(again).includes('accept-encoding'))
      assert.equal(again.headers['content-encoding'], undefined)
    }
  })

  test('of what shared caches keep is answered for the coding that the client has', async () => {
    const path = '/api/subjects/'
    const etagOf = async (coding?: string) =>
      String((await ask(path, { ...(coding !== undefined && { coding }) })).headers['etag'])
    const [plain, br, gzip] = [await etagOf(), await etagOf('br'), await etagOf('gzip')]
    // RFC 9110, section 8.8.3.3: other bytes have another strong tag.
    assert.deepEqual([br, gzip], [plain.replace(/"$/, ':br"'), plain.replace(/"$/, ':gzip"')])
    const cases: [string, string | undefined, number, string][] = [
      // What the client has, what it accepts now.
      [plain, undefined, 304, plain],
      [plain, CHROME, 304, plain],
      [br, CHROME, 304, br],
      [`W/${br}`, CHROME, 304, br],
      [gzip, CHROME, 304, gzip],
      [`"1:br", ${br}`, 'br', 304, br],
      // A cache asks with what it has, for a client that cannot read it.
      [br, undefined, 200, plain],
      [br, 'gzip', 200, gzip],
      [br, 'br;q=0, gzip', 200, gzip],
      ['"1:br"', 'br', 200, br],
      ['"1"', undefined, 200, plain],
    ]
    for (const [known, coding, status, etag] of cases) {
      const answer = await ask(path, {
        ...(coding !== undefined && { coding }),
        headers: { 'if-none-match': known },
      })
      assert.deepEqual([answer.status, answer.headers['etag']], [status, etag], `${known} with ${coding}`)
      assert.ok(varies(answer).includes('accept-encoding'))
      if (status === 304)
        assert.deepEqual([answer.headers['content-encoding'], answer.bytes.length], [undefined, 0])
    }
  })

  test('changes the version that was read, in whichever coding', async () => {
    const writer = (await author()).token
    for (const coding of ['br', 'gzip', 'zstd', undefined]) {
      const read = await ask('/api/me/profile/', { token: writer, ...(coding !== undefined && { coding }) })
      const tag = String(read.headers['etag'])
      const patch = (headline: string, etag: string) =>
        testApp.send('PATCH', '/api/me/profile/', {
          token: writer,
          body: { tutor_profile: { headline } },
          headers: { 'if-match': etag, ...(coding !== undefined && { 'accept-encoding': 'identity' }) },
        })
      assert.equal((await patch(`A ${coding}`, tag)).statusCode, 200)
      const stale = await patch(`B ${coding}`, tag)
      assert.deepEqual([stale.statusCode, stale.json<{ code: string }>().code], [412, 'precondition_failed'])
    }
  })
})

test('a feature of a host says which of its answers hold secrets, and a large one is not compressed', async (t) => {
  const secretive = await useTestApp(
    {
      features: [
        {
          routes: async (context) => {
            const text = 'x'.repeat(2000)
            const schema = { hide: true }
            context.get('/api/own/open/', { schema, config: { access: 'public' } }, () => ({ text }))
            context.get(
              '/api/own/secret/',
              { schema, config: { access: 'public', compressed: false } },
              () => ({ text }),
            )
            context.get('/api/own/large/', { schema, config: { access: 'public' } }, () => ({
              text: text.repeat(2500),
            }))
          },
        },
      ],
    },
    t,
  )
  const codingOf = async (name: string) =>
    (await secretive.app.inject({ url: `/api/own/${name}/`, headers: { 'accept-encoding': 'br' } })).headers[
      'content-encoding'
    ]
  assert.deepEqual(
    [await codingOf('open'), await codingOf('secret'), await codingOf('large')],
    ['br', undefined, undefined],
  )
})
