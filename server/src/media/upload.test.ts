/** Uploads are read fairly: by what may be held before a byte is read, and by forms of any shape. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { form, type FormPart } from '../../test/form.ts'
import { noise } from '../../test/picture.ts'
import { useTestApp } from '../../test/test-app.ts'

const MAX = 1_000_000
const app = await useTestApp({ env: { AVATAR_MAX_BYTES: String(MAX) } })
const photo = await sharp({ create: { width: 80, height: 60, channels: 3, background: 'teal' } })
  .jpeg()
  .toBuffer()

async function upload(token: string, parts: FormPart[]) {
  const { body, headers } = await form(parts)
  return app.send('POST', '/api/me/avatar/', {
    token,
    body,
    headers: { ...headers, 'accept-language': 'en' },
  })
}

/** A form written by hand: each part with its own headers. */
function byHand(parts: { head: string; body: Buffer | string }[]) {
  const pieces = parts.flatMap(({ head, body }) => [
    Buffer.from(`--limit\r\n${head}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ])
  return {
    body: Buffer.concat([...pieces, Buffer.from('--limit--\r\n')]),
    headers: { 'content-type': 'multipart/form-data; boundary=limit' },
  }
}

const send = (token: string, parts: { head: string; body: Buffer | string }[]) =>
  app.send('POST', '/api/me/avatar/', { token, ...byHand(parts) })

const part = (name: string, more = '', type = '') =>
  `Content-Disposition: form-data; name="${name}"${more}${type && `\r\nContent-Type: ${type}`}`

describe('a form', () => {
  for (const type of ['image/jpeg', 'application/octet-stream', 'text/plain', '']) {
    test(`may name no file: ${type || 'no type'}`, async () => {
      const { token } = await app.person()
      const answer = await send(token, [{ head: part('avatar', '', type), body: photo }])
      assert.equal(answer.statusCode, 201, answer.body)
    })
  }

  for (const count of [2, 5, 100]) {
    test(`of ${count} files is image_single`, async () => {
      const { token, userId } = await app.person()
      const answer = await upload(
        token,
        Array.from({ length: count }, () => ({ name: 'avatar', file: photo })),
      )
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'image_single'])
      assert.deepEqual(await app.actions(userId), ['system.profile.initialized'])
    })
  }

  test('of two files that only together are too large is image_single', async () => {
    const { token } = await app.person()
    const file = Buffer.concat([photo, Buffer.alloc(MAX * 0.7)])
    const answer = await upload(token, [
      { name: 'avatar', file },
      { name: 'avatar', file },
    ])
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'image_single'])
  })

  for (const count of [1, 20, 100, 3000]) {
    test(`of ${count} unknown fields is validation_failed`, async () => {
      const { token } = await app.person()
      const answer = await upload(token, [
        { name: 'avatar', file: photo },
        ...Array.from({ length: count }, (_, index) => ({ name: `field${index}`, value: 'x' })),
      ])
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'validation_failed'])
      assert.equal(answer.json().errors[0].code, 'unknown_field')
    })
  }

  test('may have names that objects have', async () => {
    const { token } = await app.person()
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const answer = await send(token, [
        { head: part('avatar', '; filename="a.jpg"'), body: photo },
        { head: part(name), body: 'x' },
      ])
      assert.deepEqual(answer.json().errors?.[0]?.field, name, answer.body)
    }
  })

  for (const [of, head, body] of [
    ['as JSON', part('crop_size', '', 'application/json'), '50'],
    ['as JSON in a Blob', part('crop_size', '; filename="blob"', 'application/json'), '50'],
    ['as JSON with a fraction of zero', part('crop_size', '', 'application/json; charset=utf-8'), '5.0e1'],
    ['in a Blob', part('crop_size', '; filename="blob"', 'application/octet-stream'), '50'],
  ] as const) {
    test(`may have a number ${of}`, async () => {
      const { token } = await app.person()
      const answer = await send(token, [
        { head: part('avatar', '; filename="a.jpg"'), body: photo },
        { head: part('crop_x', '', 'application/json'), body: '10' },
        { head: part('crop_y', '', 'text/plain'), body: '10' },
        { head, body },
      ])
      assert.equal(answer.statusCode, 201, answer.body)
    })
  }

  for (const body of ['{"x":1}', '"50"', 'null', '[50]', '1.5', '{', '', 'true', 'x'.repeat(5000)]) {
    test(`names a number that is none: ${body.slice(0, 10)}`, async () => {
      const { token } = await app.person()
      const answer = await send(token, [
        { head: part('avatar', '; filename="a.jpg"'), body: photo },
        { head: part('crop_x'), body: '0' },
        { head: part('crop_y'), body: '0' },
        { head: part('crop_size', '', 'application/json'), body },
      ])
      assert.equal(answer.json().code, 'validation_failed', answer.body)
      assert.deepEqual(
        answer.json().errors.map(({ field, code }: { field: string; code: string }) => [field, code]),
        [['crop_size', 'invalid_type']],
      )
    })
  }

  for (const size of ['81', '1000', '9999999999', '9'.repeat(400), '-5', '0', '-99999999999999999999']) {
    test(`with a crop_size of ${size.slice(0, 24)} is crop_invalid`, async () => {
      const { token } = await app.person()
      const answer = await upload(token, [
        { name: 'avatar', file: photo },
        { name: 'crop_x', value: '0' },
        { name: 'crop_y', value: '0' },
        { name: 'crop_size', value: size },
      ])
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'crop_invalid'], answer.body)
    })
  }

  for (const type of ['application/json', 'image/jpeg', 'application/x-www-form-urlencoded', undefined]) {
    test(`is named where another body comes: ${type}`, async () => {
      const { token } = await app.person()
      const answer = await app.send('POST', '/api/me/avatar/', {
        token,
        body: photo,
        headers: { ...(type && { 'content-type': type }), 'accept-language': 'en' },
      })
      assert.equal(answer.statusCode, 415)
      assert.match(answer.json().detail, /multipart\/form-data/)
      assert.equal(answer.headers['accept-post'], 'multipart/form-data')
    })
  }
})

describe('uploads at once', () => {
  let port = 0
  const sockets = new Set<Socket>()
  before(async () => {
    port = Number(new URL(await app.listen()).port)
  })
  after(() => {
    for (const socket of sockets) socket.destroy()
  })

  /** Sends a part of a large upload and holds on; resolves with what is answered, or with '' when nothing is. */
  async function begin(token: string, claimed: number, sent: number) {
    const socket = connect(port, '127.0.0.1')
    sockets.add(socket)
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(
      `POST /api/me/avatar/ HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\n` +
        `content-type: multipart/form-data; boundary=limit\r\ncontent-length: ${claimed}\r\n\r\n` +
        `--limit\r\n${part('avatar', '; filename="a.jpg"')}\r\n\r\n`,
    )
    socket.write(Buffer.alloc(sent, 0x41))
    return {
      socket,
      status: () => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
      text: () => text,
    }
  }

  const patiently = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve))
  }

  test('of one account hold no more than two pictures, and the others are told when to come again', async () => {
    const { token } = await app.person()
    const begun = await Promise.all(Array.from({ length: 12 }, () => begin(token, MAX, MAX / 2)))
    await patiently(() => begun.filter(({ status }) => status() === 429).length === 10)
    for (const { status, text } of begun.filter((other) => other.status() !== 0)) {
      assert.equal(status(), 429)
      assert.match(text(), /retry-after: \d+/i)
    }
    // Another account's picture passes meanwhile.
    const other = await app.person()
    assert.equal((await upload(other.token, [{ name: 'avatar', file: photo }])).statusCode, 201)
    for (const { socket } of begun) socket.destroy()
  })

  test('that are half sent by many accounts hold no room of another', async () => {
    const people = await Promise.all(Array.from({ length: 35 }, () => app.person()))
    const begun = (
      await Promise.all(
        people.map(async ({ token }) => [await begin(token, MAX, MAX / 2), await begin(token, MAX, MAX / 2)]),
      )
    ).flat()
    const other = await app.person()
    const large = await noise(500)
    assert.ok(large.length > 100_000 && large.length < MAX)
    const answer = await upload(other.token, [{ name: 'avatar', file: large }])
    assert.equal(answer.statusCode, 201, answer.body)
    // Those that had to make room were told so, and when to come again.
    for (const { status, text } of begun.filter((each) => each.status() !== 0)) {
      assert.equal(status(), 503)
      assert.match(text(), /retry-after: \d+/i)
    }
    for (const { socket } of begun) socket.destroy()
  })

  test('whose client goes away leave nothing behind', async () => {
    const { token, userId } = await app.person()
    const { body, headers } = byHand([{ head: part('avatar', '; filename="a.png"'), body: await noise(500) }])
    const gone = connect(port, '127.0.0.1')
    await once(gone, 'connect')
    gone.write(
      `POST /api/me/avatar/ HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\n` +
        `content-type: ${headers['content-type']}\r\ncontent-length: ${body.length}\r\n\r\n`,
    )
    await new Promise((resolve) => gone.write(body, resolve))
    gone.destroy()
    // Behind it, in the account's own queue: when this is done, the other one is.
    const answer = await upload(token, [{ name: 'avatar', file: photo }])
    assert.equal(answer.statusCode, 201, answer.body)
    assert.deepEqual(await app.actions(userId), ['system.profile.initialized', 'avatar.uploaded'])
  })
})
