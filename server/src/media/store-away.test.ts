import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { form } from '../../test/form.ts'
import { place, startServer, until } from '../../test/process.ts'
import { openS3, refuse, type S3Answer } from '../../test/s3.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import { openStorage } from './storage/open.ts'
import { StorageError } from './storage/storage.ts'
import { sweepOrphans } from './sweep.ts'

const file = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'teal' } })
  .png()
  .toBuffer()

async function upload(app: TestApp, token: string) {
  const { body, headers } = await form([{ name: 'avatar', file }])
  return app.send('POST', '/api/me/avatar/', { token, body, headers })
}

for (const [what, answer] of [
  [
    'is away',
    (request) => {
      request.socket.destroy()
      return true
    },
  ],
  ['refuses', (_request, response) => (refuse(response, 403, 'AccessDenied'), true)],
  ['has no bucket', (_request, response) => (refuse(response, 404, 'NoSuchBucket'), true)],
  ['is overloaded', (_request, response) => (refuse(response, 503, 'SlowDown'), true)],
  ['is in another region', (_request, response) => (refuse(response, 301, 'PermanentRedirect'), true)],
] as const satisfies (readonly [string, S3Answer])[]) {
  test(`while the store ${what}, all that needs it is 503, and nothing is lost`, async (t) => {
    const store = await openS3(t)
    const app = await useTestApp({ env: store.env }, t)
    const { token, userId } = await app.person()
    const { avatar_url: url } = (await upload(app, token)).json()
    const before = (await app.send('GET', '/api/me/profile/', { token })).json()

    store.answer = answer
    const answers = [
      await app.send('GET', url),
      await app.send('GET', url, { headers: { range: 'bytes=0-1' } }),
      await app.send('GET', url, { headers: { 'if-none-match': '"x"' } }),
      await app.app.inject({ method: 'HEAD', url }),
      await app.send('GET', url.replace('-512', '-64')),
      await upload(app, token),
      await app.send('GET', '/readyz'),
    ]
    for (const [index, { statusCode, headers, body }] of answers.entries()) {
      assert.equal(statusCode, 503, `${index}: ${body}`)
      assert.ok(Number(headers['retry-after']) > 0)
      assert.equal(headers['content-type'], 'application/problem+json')
      assert.equal(headers['cache-control'], 'no-store')
      assert.equal(headers['etag'], undefined)
    }
    assert.deepEqual((await app.send('GET', '/api/me/profile/', { token })).json(), before)
    // It is removed from the document; its files are as soon as the store is there.
    assert.equal((await app.send('DELETE', '/api/me/avatar/', { token })).statusCode, 204)
    await assert.rejects(sweepOrphans(app.pool, app.storage, new Date(Date.now() + 11_000)))

    store.answer = undefined
    await sweepOrphans(app.pool, app.storage, new Date(Date.now() + 2 * 3_600_000))
    assert.equal((await app.send('GET', url)).statusCode, 404)
    assert.equal(store.objects.size, 0)
    assert.deepEqual(await app.actions(userId), [
      'system.profile.initialized',
      'avatar.uploaded',
      'avatar.deleted',
    ])
  })
}

test('what the store says of type, length and ranges is not believed', async (t) => {
  const store = await openS3(t)
  const app = await useTestApp({ env: store.env }, t)
  const { token } = await app.person()
  const { avatar_url: url } = (await upload(app, token)).json()
  const whole = await app.send('GET', url)
  assert.equal(whole.headers['content-type'], 'image/webp')
  assert.equal(Number(whole.headers['content-length']), whole.rawPayload.length)
  // It knows no ranges: the whole comes, and is called so.
  const part = await app.send('GET', url, { headers: { range: 'bytes=0-1' } })
  assert.deepEqual([part.statusCode, part.headers['content-range']], [200, undefined])
  assert.deepEqual(part.rawPayload, whole.rawPayload)

  store.answer = ({ method, url: path }, response) => {
    const object = store.objects.get(path?.split('?', 1)[0] ?? '')
    response.writeHead(200, { 'transfer-encoding': 'chunked' })
    response.end(method === 'HEAD' ? undefined : object)
    return true
  }
  for (const headers of [{}, { range: 'bytes=0-1' }, { range: 'bytes=-1' }]) {
    const answer = await app.send('GET', url, { headers })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-length'], undefined)
    assert.equal(answer.headers['content-type'], 'image/webp')
    assert.deepEqual(answer.rawPayload, whole.rawPayload)
  }
  const head = await app.app.inject({ method: 'HEAD', url })
  assert.deepEqual([head.statusCode, head.headers['content-length']], [200, undefined])
})

test('a picture that the store has confirmed and does not have as it was sent replaces none', async (t) => {
  const store = await openS3(t)
  const app = await useTestApp({ env: store.env }, t)
  const { token } = await app.person()
  const { avatar_url: url } = (await upload(app, token)).json()
  const cases: [what: string, kept: (body: Buffer) => Buffer | undefined, tag: string | undefined][] = [
    ['nothing', () => undefined, undefined],
    ['half of it', (body) => body.subarray(0, body.length / 2), undefined],
    ['other bytes', (body) => Buffer.alloc(body.length), `"${'0'.repeat(32)}"`],
  ]
  for (const [what, kept, tag] of cases) {
    store.answer = (request, response, body) => {
      if (request.method !== 'PUT') return false
      const bytes = kept(body)
      if (bytes) store.objects.set(request.url?.split('?', 1)[0] ?? '', bytes)
      if (tag !== undefined) response.setHeader('etag', tag)
      response.end()
      return true
    }
    assert.equal((await upload(app, token)).statusCode, 503, what)
    store.answer = undefined
    const { avatar_url: now } = (await app.send('GET', '/api/me/profile/', { token })).json()
    assert.equal(now, url, what)
    assert.equal((await app.send('GET', url)).statusCode, 200, what)
  }
  // The tag of an object that is encrypted is no MD5: it is read again, and is as it was sent.
  store.answer = (request, response, body) => {
    if (request.method !== 'PUT') return false
    const key = request.url?.split('?', 1)[0] ?? ''
    store.objects.set(key, body)
    response.setHeader('etag', '"of-the-encrypted-bytes"').end()
    return true
  }
  assert.equal((await upload(app, token)).statusCode, 201)
})

for (const [code, status, date, expected] of [
  ['RequestTimeTooSkewed', 403, undefined, /clock skew: .*\(403 RequestTimeTooSkewed\)$/],
  [undefined, 403, new Date(Date.now() + 30 * 60_000), /clock skew: .* \d+ minutes .*\(403\)$/],
  ['SignatureDoesNotMatch', 403, undefined, /S3_SECRET_ACCESS_KEY .*\(403 SignatureDoesNotMatch\)$/],
  ['InvalidAccessKeyId', 403, undefined, /S3_ACCESS_KEY_ID \(403 InvalidAccessKeyId\)$/],
  ['AuthorizationHeaderMalformed', 400, undefined, /S3_REGION .*\(400 AuthorizationHeaderMalformed\)$/],
  ['NoSuchBucket', 404, undefined, /the bucket does not exist \(404/],
  ['AccessDenied', 403, undefined, /lacks the right \(403 AccessDenied\)$/],
] as const) {
  test(`an operator is told what ${code ?? 'a refusal by a clock that differs'} means`, async (t) => {
    const store = await openS3(t)
    store.answer = (request, response) => {
      if (date) response.setHeader('date', date.toUTCString())
      if (code === undefined || request.method === 'HEAD') response.writeHead(status).end()
      else refuse(response, status, code)
      return true
    }
    const { env } = store
    const storage = await openStorage({
      kind: 's3',
      endpoint: env['S3_ENDPOINT'] ?? '',
      region: 'us-east-1',
      bucket: 'bucket',
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      forcePathStyle: true,
    })
    for (const attempt of [
      () => storage.check(),
      ...(code === undefined ? [] : [() => storage.put('a.webp', file, 'image/webp')]),
    ]) {
      await assert.rejects(attempt, (error) => {
        assert.ok(error instanceof StorageError)
        assert.match(error.message, expected)
        return true
      })
    }
    await storage.close()
  })
}

test('a server whose store cannot be used starts, and its log says what is wrong', async (t) => {
  const store = await openS3(t)
  store.answer = (request, response) => {
    if (request.method === 'HEAD') response.writeHead(403).end()
    else refuse(response, 403, 'RequestTimeTooSkewed')
    return true
  }
  const server = await startServer({ ...(await place(t)), ...store.env, AUTH_BUILT_IN: 'off' })
  await until(server, /clock skew[^"]*\(403 RequestTimeTooSkewed\)/)
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
  assert.equal((await fetch(`${server.url}/readyz`)).status, 503)
  await server.stop()
})

test('every key begins with S3_PREFIX, in the bucket and in public addresses', async (t) => {
  const store = await openS3(t)
  const env = { ...store.env, S3_PREFIX: 'upm/one' }
  const app = await useTestApp({ env }, t)
  const { token } = await app.person()
  const { avatar_url: url } = (await upload(app, token)).json()
  assert.match(url, /^\/media\/avatars\//)
  assert.equal((await app.send('GET', url)).statusCode, 200)
  const keys = [...store.objects.keys()]
  assert.equal(keys.length, 4)
  for (const key of keys) assert.match(key, /^\/bucket\/upm\/one\/avatars\//)

  const pub = await useTestApp({ env: { ...env, S3_PUBLIC_URL: 'https://cdn.example.com/m/' } }, t)
  const person = await pub.person()
  const { avatar_url: address } = (await upload(pub, person.token)).json()
  assert.match(address, /^https:\/\/cdn\.example\.com\/m\/upm\/one\/avatars\/.*-512\.webp$/)
  await pub.send('DELETE', '/api/me/avatar/', { token: person.token })
  assert.deepEqual([...store.objects.keys()], keys)
})
