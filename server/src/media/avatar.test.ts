import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import sharp, { type Sharp } from 'sharp'
import { query, sql } from '../database/database.ts'
import { form, type FormPart } from '../../test/form.ts'
import { replay, statePart } from '../document/history.ts'
import { useTestApp } from '../../test/test-app.ts'
import { changeAvatar } from './queries.ts'
import { noteFiles } from './unclaimed-files.ts'

const app = await useTestApp({ env: { AVATAR_MAX_BYTES: '200000' } })

/** A picture with a red, a green, a blue and a yellow quarter, in reading order. */
async function quarters(width: number, height: number): Promise<Sharp> {
  const quarter = (background: string) => ({
    create: { width: Math.ceil(width / 2), height: Math.ceil(height / 2), channels: 3 as const, background },
  })
  return sharp({ create: { width, height, channels: 3, background: 'black' } }).composite([
    { input: quarter('#f00'), left: 0, top: 0 },
    { input: quarter('#0f0'), left: Math.floor(width / 2), top: 0 },
    { input: quarter('#00f'), left: 0, top: Math.floor(height / 2) },
    { input: quarter('#ff0'), left: Math.floor(width / 2), top: Math.floor(height / 2) },
  ])
}

const photo = await (await quarters(800, 600)).jpeg().toBuffer()

async function upload(token: string, parts: FormPart[]) {
  const { body, headers } = await form(parts)
  return app.send('POST', '/api/me/avatar/', {
    token,
    body,
    headers: { ...headers, 'accept-language': 'en' },
  })
}

async function storedKeys(userId: number): Promise<string[]> {
  const keys = []
  for await (const { key } of app.storage.list('avatars/'))
    if (key.includes(`/user${userId}-`)) keys.push(key)
  return keys.sort()
}

type NewRow = {
  kind: string
  content_type: string
  bytes: number
  width: number
  height: number
  sha256: Buffer
  placeholder: string
}

async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const rows = await query(
      app.pool,
      sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    if (rows.length > 0) return
  }
}

const documentOf = async (token: string) => (await app.send('GET', '/api/me/profile/', { token })).json()

describe('uploading a picture', () => {
  test('stores four sizes, links them in the document and logs it', async () => {
    const { token, userId } = await app.person({ role: 'tutor' })
    const answer = await upload(token, [{ name: 'avatar', file: photo }])
    assert.equal(answer.statusCode, 201, answer.body)
    const { avatar_url: url, avatar } = answer.json()
    assert.match(url, /^\/media\/avatars\/\d{4}\/\d{2}\/user\d+-[0-9a-f]{32}-512\.webp$/)
    assert.equal(avatar.url, url)
    assert.deepEqual(Object.keys(avatar), [
      'url',
      'variants',
      'width',
      'height',
      'content_type',
      'file_size',
      'placeholder',
    ])
    assert.deepEqual([avatar.width, avatar.height, avatar.content_type], [512, 512, 'image/webp'])
    for (const size of [64, 128, 256, 512]) {
      const file = await app.send('GET', avatar.variants[size])
      assert.equal(file.statusCode, 200)
      const metadata = await sharp(file.rawPayload).metadata()
      assert.deepEqual([metadata.format, metadata.width, metadata.height], ['webp', size, size])
      if (size === 512) assert.equal(file.rawPayload.length, avatar.file_size)
    }
    const document = await documentOf(token)
    assert.deepEqual([document.avatar_url, document.avatar, document.version], [url, avatar, 2])
    const [entry] = await query<{ entity_type: string; entity_id: string; metadata: unknown }>(
      app.pool,
      sql`select entity_type, entity_id, metadata from activity_log where user_id = ${userId} and action = 'avatar.uploaded'`,
    )
    assert.deepEqual(entry, {
      entity_type: 'avatar',
      entity_id: String(userId),
      metadata: { avatar_url: url, file_size: avatar.file_size, width: 512, height: 512 },
    })
  })

  test('a new one has a new URL, and the files of the old one are gone after the commit', async () => {
    const { token, userId } = await app.person()
    const first = (await upload(token, [{ name: 'avatar', file: photo }])).json()
    const second = (await upload(token, [{ name: 'avatar', file: photo }])).json()
    assert.notEqual(second.avatar_url, first.avatar_url)
    assert.equal((await app.send('GET', first.avatar_url)).statusCode, 404)
    assert.equal((await app.send('GET', second.avatar_url)).statusCode, 200)
    assert.equal((await storedKeys(userId)).length, 4)
    const rows = await query<{ metadata: { previous_url?: string } }>(
      app.pool,
      sql`select metadata from activity_log where user_id = ${userId} and action = 'avatar.uploaded' order by timestamp`,
    )
    assert.deepEqual(
      rows.map(({ metadata }) => metadata.previous_url),
      [undefined, first.avatar_url],
    )
  })

  test('turns it upright, takes the crop in upright pixels, and keeps no metadata', async () => {
    const { token } = await app.person()
    // Stored on its side: what a viewer shows upper left is stored lower left (orientation 6: turn by 90° clockwise).
    const sideways = await (
      await quarters(600, 800)
    )
      .jpeg()
      .withExif({
        IFD0: { Copyright: 'somebody' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '50/1 27/1 0/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '30/1 31/1 0/1',
        },
      })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    const before = await sharp(sideways).metadata()
    assert.ok(before.exif?.includes('somebody'))
    assert.equal(before.orientation, 6)
    const crop = [
      { name: 'crop_x', value: '0' },
      { name: 'crop_y', value: '0' },
      { name: 'crop_size', value: '200' },
    ]
    const answer = await upload(token, [{ name: 'avatar', file: sideways }, ...crop])
    assert.equal(answer.statusCode, 201, answer.body)
    const file = (await app.send('GET', answer.json().avatar_url)).rawPayload
    const { exif, xmp, icc, iptc, orientation } = await sharp(file).metadata()
    assert.deepEqual(
      [exif, xmp, icc, iptc, orientation],
      [undefined, undefined, undefined, undefined, undefined],
    )
    const { dominant } = await sharp(file).stats()
    assert.ok(dominant.b > 200 && dominant.r < 60 && dominant.g < 60, JSON.stringify(dominant))
  })

  test('of two changes of a picture the one that waited takes away what the other has put there', async () => {
    const { token, userId } = await app.person()
    assert.equal((await upload(token, [{ name: 'avatar', file: photo }])).statusCode, 201)
    const [media] = await query<NewRow>(
      app.pool,
      sql`select kind, content_type, bytes, width, height, sha256, placeholder from media where owner_id = ${userId}`,
    )
    assert.ok(media)
    const change = (storageKey: string) => ({
      avatar: { ...media, ownerId: userId, storageKey, contentType: media.content_type },
      limits: { perHour: 0, perDay: 0 },
      request: { ipAddress: null, userAgent: null, requestId: 'r' },
      entryId: randomUUID(),
      urlAround: ['/media/', '-512.webp'] as const,
    })
    const keys = [`avatars/2026/11/user${userId}-a`, `avatars/2026/11/user${userId}-b`] as const
    for (const key of keys) await noteFiles(app.pool, key)
    const first = await app.pool.connect()
    await first.query('begin')
    assert.equal((await changeAvatar(first, userId, change(keys[0])))?.is_current, true)
    const waiting = changeAvatar(app.pool, userId, change(keys[1]))
    await untilSomebodyWaits()
    await first.query('commit')
    first.release()
    // It saw the database of before its wait, in which the picture of the other was not there yet.
    const row = await waiting
    assert.deepEqual([row?.is_current, row?.at], [false, null])
    const again = await changeAvatar(app.pool, userId, change(keys[1]))
    assert.deepEqual([again?.is_current, again?.previous_key], [true, keys[0]])
    const left = await query<{ storage_key: string }>(
      app.pool,
      sql`select storage_key from media where owner_id = ${userId}`,
    )
    assert.deepEqual(left, [{ storage_key: keys[1] }])
    const document = await documentOf(token)
    assert.equal(document.avatar_url, `/media/${keys[1]}-512.webp`)
    assert.deepEqual(await replay(app.pool, userId), statePart(document))
  })

  test('uploads at once of one user leave one picture, no stray file, and a log that replays', async () => {
    const { token, userId } = await app.person()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        i === 3
          ? app.send('DELETE', '/api/me/avatar/', { token })
          : upload(token, [{ name: 'avatar', file: photo }]),
      ),
    )
    for (const [i, answer] of answers.entries())
      assert.equal(answer.statusCode, i === 3 ? 204 : 201, answer.body)
    const document = await documentOf(token)
    assert.deepEqual(await replay(app.pool, userId), statePart(document))
    assert.deepEqual(
      (await storedKeys(userId)).map((key) => `/media/${key}`),
      document.avatar ? Object.values<string>(document.avatar.variants).sort() : [],
    )
    const [rows] = await query<{ n: number }>(
      app.pool,
      sql`select count(*)::int as n from media where owner_id = ${userId}`,
    )
    assert.equal(rows?.n, document.avatar ? 1 : 0)
  })
})

describe('a faulty upload is refused and leaves no trace:', () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
  )
  const heic = Buffer.concat([
    Buffer.from([0, 0, 0, 24]),
    Buffer.from('ftypheic\0\0\0\0mif1heic'),
    Buffer.alloc(100),
  ])
  const file = (bytes: Buffer): FormPart => ({ name: 'avatar', file: bytes })
  const crop = (x: string, y: string, size: string): FormPart[] => [
    { name: 'crop_x', value: x },
    { name: 'crop_y', value: y },
    { name: 'crop_size', value: size },
  ]
  const cases: [
    name: string,
    parts: FormPart[],
    status: number,
    code: string,
    faults?: [string, string][],
  ][] = [
    [
      'no file',
      [{ name: 'crop_x', value: '1' }],
      400,
      'validation_failed',
      [
        ['crop_y', 'required'],
        ['crop_size', 'required'],
      ],
    ],
    ['an empty form', [], 400, 'image_required'],
    ['a text in the place of the file', [{ name: 'avatar', value: 'me' }], 400, 'image_required'],
    ['an empty file', [file(Buffer.alloc(0))], 400, 'image_required'],
    [
      'a file input left empty',
      [{ name: 'avatar', file: Buffer.alloc(0), filename: '' }],
      400,
      'image_required',
    ],
    ['two files', [file(photo), file(photo)], 400, 'image_single'],
    [
      'a file of another name',
      [{ name: 'photo', file: photo }],
      400,
      'validation_failed',
      [['photo', 'unknown_field']],
    ],
    [
      'a field of another name',
      [file(photo), { name: 'title', value: 'me' }],
      400,
      'validation_failed',
      [['title', 'unknown_field']],
    ],
    ['an SVG', [file(svg)], 400, 'image_unsupported'],
    [
      'an SVG that says it is a PNG',
      [{ name: 'avatar', file: svg, filename: 'me.png', type: 'image/png' }],
      400,
      'image_unsupported',
    ],
    ['HTML', [file(Buffer.from('<!doctype html><p>hi'))], 400, 'image_unsupported'],
    ['HEIC', [file(heic)], 400, 'image_unsupported'],
    ['random bytes', [file(Buffer.from('0123456789'.repeat(50)))], 400, 'image_unsupported'],
    ['half a picture', [file(photo.subarray(0, photo.length / 2))], 400, 'image_corrupt'],
    ['too many bytes', [file(Buffer.concat([photo, Buffer.alloc(200_001)]))], 413, 'file_too_large'],
    ['far too many bytes', [file(Buffer.alloc(2_000_000))], 413, 'file_too_large'],
    ['a crop outside of the picture', [file(photo), ...crop('500', '0', '400')], 400, 'crop_invalid'],
    ['a crop that begins before the picture', [file(photo), ...crop('-1', '0', '100')], 400, 'crop_invalid'],
    ['a crop without size', [file(photo), ...crop('0', '0', '0')], 400, 'crop_invalid'],
    [
      'a crop in halves',
      [file(photo), ...crop('0.5', '0', '100')],
      400,
      'validation_failed',
      [['crop_x', 'invalid_type']],
    ],
    [
      'a crop in words',
      [file(photo), ...crop('left', '', '1e2')],
      400,
      'validation_failed',
      [
        ['crop_x', 'invalid_type'],
        ['crop_y', 'invalid_type'],
        ['crop_size', 'invalid_type'],
      ],
    ],
    [
      'a crop given twice',
      [file(photo), ...crop('0', '0', '9'), { name: 'crop_x', value: '1' }],
      400,
      'validation_failed',
      [['crop_x', 'duplicate']],
    ],
    [
      'a part of a crop',
      [file(photo), { name: 'crop_size', value: '9' }],
      400,
      'validation_failed',
      [
        ['crop_x', 'required'],
        ['crop_y', 'required'],
      ],
    ],
  ]
  for (const [name, parts, status, code, faults] of cases) {
    test(name, async () => {
      const { token, userId } = await app.person()
      const answer = await upload(token, parts)
      assert.equal(answer.statusCode, status, answer.body)
      const problem = answer.json()
      assert.equal(problem.code, code)
      assert.doesNotMatch(problem.detail, /[{}]/)
      if (faults) {
        const found: string[] = problem.errors.map(
          (error: { field: string; code: string }) => `${error.field} ${error.code}`,
        )
        assert.deepEqual(found.sort(), faults.map((fault) => fault.join(' ')).sort())
      }
      assert.deepEqual(await app.actions(userId), ['system.profile.initialized'])
      assert.deepEqual(await storedKeys(userId), [])
      assert.equal((await documentOf(token)).version, 1)
    })
  }

  test('JSON in the place of a form', async () => {
    const { token } = await app.person()
    const answer = await app.send('POST', '/api/me/avatar/', { token, body: { avatar: 'x' } })
    assert.equal(answer.statusCode, 415)
    assert.equal(answer.json().code, 'unsupported_media_type')
  })

  test('a form that ends early', async () => {
    const { token } = await app.person()
    const { body, headers } = await form([file(photo)])
    const answer = await app.send('POST', '/api/me/avatar/', {
      token,
      body: body.subarray(0, body.length - 40),
      headers,
    })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().code, 'bad_request')
  })

  test('a form without boundary', async () => {
    const { token } = await app.person()
    const answer = await app.send('POST', '/api/me/avatar/', {
      token,
      body: 'x',
      headers: { 'content-type': 'multipart/form-data' },
    })
    assert.ok(answer.statusCode === 400 || answer.statusCode === 415, answer.body)
  })
})

describe('removing a picture', () => {
  test('takes the link and the files away, and logs it', async () => {
    const { token, userId } = await app.person()
    const { avatar_url: url } = (await upload(token, [{ name: 'avatar', file: photo }])).json()
    const answer = await app.send('DELETE', '/api/me/avatar/', { token })
    assert.equal(answer.statusCode, 204)
    assert.equal(answer.body, '')
    const document = await documentOf(token)
    assert.deepEqual([document.avatar_url, document.avatar, document.version], [null, null, 3])
    assert.equal((await app.send('GET', url)).statusCode, 404)
    assert.deepEqual(await storedKeys(userId), [])
    const [entry] = await query<{ metadata: unknown }>(
      app.pool,
      sql`select metadata from activity_log where user_id = ${userId} and action = 'avatar.deleted'`,
    )
    assert.deepEqual(entry?.metadata, { previous_url: url })
  })

  test('that is not there succeeds and logs nothing', async () => {
    const { token, userId } = await app.person()
    assert.equal((await app.send('DELETE', '/api/me/avatar/', { token })).statusCode, 204)
    assert.deepEqual(await app.actions(userId), ['system.profile.initialized'])
    assert.equal((await documentOf(token)).version, 1)
  })
})

describe('serving a picture', () => {
  test('answers ranges, entity tags and HEAD, and may be cached for ever', async () => {
    const { token } = await app.person()
    const { avatar_url: url } = (await upload(token, [{ name: 'avatar', file: photo }])).json()
    const whole = await app.send('GET', url)
    assert.equal(whole.headers['content-type'], 'image/webp')
    assert.equal(whole.headers['cache-control'], 'public, max-age=86400, immutable')
    assert.equal(whole.headers['accept-ranges'], 'bytes')
    assert.equal(whole.headers['x-content-type-options'], 'nosniff')
    const size = whole.rawPayload.length
    const ask = (headers: Record<string, string>) => app.send('GET', url, { headers })
    const part = await ask({ range: 'bytes=10-19' })
    assert.equal(part.statusCode, 206)
    assert.equal(part.headers['content-range'], `bytes 10-19/${size}`)
    assert.deepEqual(part.rawPayload, whole.rawPayload.subarray(10, 20))
    const tail = await ask({ range: 'bytes=-5' })
    assert.deepEqual(tail.rawPayload, whole.rawPayload.subarray(size - 5))
    const all = await ask({ range: `bytes=-${size + 1000}` })
    assert.equal(all.statusCode, 206)
    assert.equal(all.headers['content-range'], `bytes 0-${size - 1}/${size}`)
    assert.deepEqual(all.rawPayload, whole.rawPayload)
    for (const range of ['bytes=0-1,4-5', 'bytes=5-2', 'bytes=x', 'lines=0-1']) {
      const answer = await ask({ range })
      assert.equal(answer.statusCode, 200, range)
      assert.deepEqual(answer.rawPayload, whole.rawPayload)
    }
    for (const range of [`bytes=${size}-`, 'bytes=-0']) {
      const beyond = await ask({ range })
      assert.equal(beyond.statusCode, 416, range)
      assert.equal(beyond.headers['content-range'], `bytes */${size}`)
      assert.equal(beyond.headers['cache-control'], 'no-store')
      assert.equal(beyond.headers['etag'], undefined)
    }
  })

  test('HEAD has the headers of GET and no body, and ignores Range', async () => {
    const { token } = await app.person()
    const { avatar_url: url } = (await upload(token, [{ name: 'avatar', file: photo }])).json()
    const { headers: expected } = await app.send('GET', url)
    for (const range of [undefined, 'bytes=0-1', 'bytes=999999999-', 'bytes=x']) {
      const answer = await app.app.inject({ method: 'HEAD', url, headers: { ...(range && { range }) } })
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.body, '')
      for (const name of ['content-length', 'content-type', 'etag', 'last-modified', 'cache-control']) {
        assert.equal(answer.headers[name], expected[name], name)
        assert.ok(answer.headers[name], name)
      }
      assert.equal(answer.headers['content-range'], undefined)
    }
    const missing = await app.app.inject({ method: 'HEAD', url: url.replace('user', 'user9') })
    assert.equal(missing.statusCode, 404)
  })

  test('preconditions count, in the order of RFC 9110', async () => {
    const { token } = await app.person()
    const { avatar_url: url } = (await upload(token, [{ name: 'avatar', file: photo }])).json()
    const { headers: sent, rawPayload: whole } = await app.send('GET', url)
    const [tag, date] = [String(sent['etag']), String(sent['last-modified'])]
    const at = (ms: number) => new Date(Date.parse(date) + ms).toUTCString()
    const [before, after] = [at(-1000), at(1000)]
    const cases: [headers: Record<string, string>, status: number][] = [
      [{ 'if-match': tag }, 200],
      [{ 'if-match': `"a", ${tag}` }, 200],
      [{ 'if-match': '*' }, 200],
      [{ 'if-match': '"a"' }, 412],
      [{ 'if-match': `W/${tag}` }, 412],
      [{ 'if-match': 'a' }, 412],
      [{ 'if-unmodified-since': date }, 200],
      [{ 'if-unmodified-since': after }, 200],
      [{ 'if-unmodified-since': before }, 412],
      [{ 'if-unmodified-since': '1994-11-06' }, 200],
      [{ 'if-none-match': tag }, 304],
      [{ 'if-none-match': `W/${tag}` }, 304],
      [{ 'if-none-match': `"a", ${tag}` }, 304],
      [{ 'if-none-match': '*' }, 304],
      [{ 'if-none-match': '"a"' }, 200],
      [{ 'if-modified-since': date }, 304],
      [{ 'if-modified-since': after }, 304],
      [{ 'if-modified-since': before }, 200],
      [{ 'if-modified-since': 'yesterday' }, 200],
      // A tag comes before a date, and what would change the file before what would save sending it.
      [{ 'if-match': tag, 'if-unmodified-since': before }, 200],
      [{ 'if-match': '"a"', 'if-unmodified-since': after }, 412],
      [{ 'if-none-match': '"a"', 'if-modified-since': after }, 200],
      [{ 'if-none-match': tag, 'if-modified-since': before }, 304],
      [{ 'if-match': '"a"', 'if-none-match': tag }, 412],
      [{ 'if-match': tag, 'if-none-match': tag }, 304],
      [{ 'if-unmodified-since': before, 'if-modified-since': after }, 412],
      // A range is looked at last.
      [{ range: 'bytes=0-1', 'if-none-match': tag }, 304],
      [{ range: 'bytes=0-1', 'if-match': '"a"' }, 412],
      [{ range: 'bytes=0-1', 'if-match': tag }, 206],
      [{ range: 'bytes=999999999-', 'if-none-match': tag }, 304],
      [{ range: 'bytes=0-1', 'if-range': tag }, 206],
      [{ range: 'bytes=0-1', 'if-range': date }, 206],
      [{ range: 'bytes=0-1', 'if-range': `W/${tag}` }, 200],
      [{ range: 'bytes=0-1', 'if-range': '"a"' }, 200],
      [{ range: 'bytes=0-1', 'if-range': after }, 200],
      [{ range: 'bytes=0-1', 'if-range': before }, 200],
      [{ range: 'bytes=0-1', 'if-range': 'yesterday' }, 200],
      [{ range: 'bytes=999999999-', 'if-range': '"a"' }, 200],
    ]
    for (const [headers, status] of cases) {
      const answer = await app.send('GET', url, { headers })
      assert.equal(answer.statusCode, status, JSON.stringify(headers))
      if (status === 200) assert.deepEqual(answer.rawPayload, whole)
      if (status === 206) assert.deepEqual(answer.rawPayload, whole.subarray(0, 2))
      if (status === 304) {
        assert.equal(answer.body, '')
        assert.deepEqual([answer.headers['etag'], answer.headers['last-modified']], [tag, date])
        assert.equal(answer.headers['cache-control'], sent['cache-control'])
      }
      if (status === 412) assert.equal(answer.json().code, 'precondition_failed')
      const head = await app.app.inject({ method: 'HEAD', url, headers })
      assert.equal(head.statusCode, status === 206 ? 200 : status, `HEAD ${JSON.stringify(headers)}`)
    }
    // What is not there has no preconditions.
    const missing = url.replace('-512', '-1')
    for (const headers of [{ 'if-match': '"a"' }, { 'if-none-match': '*' }]) {
      assert.equal((await app.send('GET', missing, { headers })).statusCode, 404)
    }
  })

  for (const path of [
    'avatars/2026/11/user1-00-512.webp',
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    'development-secret',
    'avatars/',
    '',
    'avatars/2026/11/user1-0g-512.webp',
  ]) {
    test(`finds nothing at ${JSON.stringify(path)}`, async () => {
      const answer = await app.send('GET', `/media/${path}`)
      assert.ok(answer.statusCode === 404 || answer.statusCode === 400, String(answer.statusCode))
    })
  }
})
