import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import fs, {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type TestContext, after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import type { StorageConfig } from '../../config/config.ts'
import { openStorage } from './open.ts'
import { type MediaStorage, RangeNotSatisfiable, StorageError, contentTypeOf } from './storage.ts'

type S3Config = Extract<StorageConfig, { kind: 's3' }>

const { S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = process.env

const s3: S3Config = {
  kind: 's3',
  endpoint: S3_ENDPOINT ?? 'http://127.0.0.1:1',
  region: S3_REGION ?? 'us-east-1',
  bucket: S3_BUCKET ?? 'media',
  accessKeyId: S3_ACCESS_KEY_ID ?? 'key',
  secretAccessKey: S3_SECRET_ACCESS_KEY ?? 'secret',
  forcePathStyle: process.env['S3_FORCE_PATH_STYLE'] !== 'false',
}

/** A skipped suite is missing in the count at the end of a run, a skipped test is not. */
function describeS3(name: string, suite: () => void): void {
  if (S3_ENDPOINT !== undefined) return void describe(name, suite)
  const skip =
    'no S3_ENDPOINT: set S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY'
  it(name, { skip })
}

const root = await mkdtemp(join(tmpdir(), 'upm-media-'))
// Others than its owner pass through it on their way to what a test forbids them.
await chmod(root, 0o711)
after(() => rm(root, { recursive: true }))

describe('local storage', () =>
  contract('local', () => openStorage({ kind: 'local', root: join(root, 'contract') })))

describeS3('S3 storage', () => contract('S3', () => openStorage(s3)))

/** What every driver must do. */
function contract(kind: 'local' | 'S3', open: () => Promise<MediaStorage>): void {
  // A bucket may hold other things, and what an earlier run has left.
  const prefix = `test-${randomUUID()}`
  const key = (name: string) => `${prefix}/${name}`
  const webp = (name: string) => storage.put(key(name), Buffer.from(name), 'image/webp')
  let storage: MediaStorage

  before(async () => {
    storage = await open()
  })
  after(async () => {
    const keys = await keysOf(storage, prefix)
    await storage.delete(keys)
    await storage.close()
  })

  it('gives back what was put', async () => {
    const bytes = randomBytes(100_000)
    await storage.put(key('2026/11/user42-3f9c-512.webp'), bytes, 'image/webp')
    const object = await storage.read(key('2026/11/user42-3f9c-512.webp'))
    assert.ok(object)
    assertSame(await buffer(object.stream), bytes)
    assert.equal(object.size, 100_000)
    assert.equal(object.contentType, 'image/webp')
    assert.ok(Math.abs(Number(object.modifiedAt) - Date.now()) < 60_000)
  })

  it('gives back nothing when nothing was put', async () => {
    await storage.put(key('empty.png'), new Uint8Array(), 'image/png')
    const object = await storage.read(key('empty.png'))
    assert.ok(object)
    assert.equal((await buffer(object.stream)).length, 0)
    assert.equal(object.size, 0)
    assert.equal(object.contentType, 'image/png')
    await assert.rejects(storage.read(key('empty.png'), { start: 0, end: 0 }), RangeNotSatisfiable)
  })

  it('tells of an object without its bytes', async () => {
    await storage.put(key('facts.webp'), randomBytes(1234), 'image/webp')
    const facts = await storage.stat(key('facts.webp'))
    assert.deepEqual([facts?.size, facts?.contentType], [1234, 'image/webp'])
    assert.ok(Math.abs(Number(facts?.modifiedAt) - Date.now()) < 60_000)
    for (const name of ['nothing.webp', 'facts.webp/deeper.webp', 'Not a key']) {
      assert.equal(await storage.stat(key(name)), undefined, name)
    }
  })

  it('puts only the bytes of a view, not of the buffer behind it', async () => {
    await storage.put(
      key('view.webp'),
      new Uint8Array(Buffer.from('0123456789')).subarray(3, 6),
      'image/webp',
    )
    assert.equal(await textOf(storage, key('view.webp')), '345')
  })

  it('stores what comes as a stream, and of a stream that fails nothing', async () => {
    // More than one part of an upload to S3.
    const bytes = randomBytes(9 * 2 ** 20)
    const parts = () =>
      Array.from({ length: 9 }, (_, part) => bytes.subarray(part * 2 ** 20, (part + 1) * 2 ** 20))
    assert.equal(
      await storage.putStream(key('streamed'), Readable.from(parts()), 'application/octet-stream'),
      bytes.length,
    )
    const object = await storage.read(key('streamed'))
    assert.ok(object)
    assertSame(await buffer(object.stream), bytes)
    assert.equal(object.size, bytes.length)
    assert.equal(
      await storage.putStream(key('small'), Readable.from([Buffer.from('x')]), 'application/octet-stream'),
      1,
    )
    assert.equal(await textOf(storage, key('small')), 'x')

    const broken = Readable.from(
      (function* fail() {
        yield* parts()
        throw new Error('the source broke')
      })(),
    )
    await assert.rejects(
      storage.putStream(key('broken'), broken, 'application/octet-stream'),
      /^Error: the source broke$/,
    )
    assert.equal(await storage.read(key('broken')), undefined)
    for (const name of ['streamed', 'small', 'broken']) await storage.deleteStreamed(key(name))
    assert.equal(await storage.read(key('streamed')), undefined)
    for (const name of ['streamed', 'small', 'broken']) assert.deepEqual(await keysOf(storage, key(name)), [])
    await assert.rejects(storage.deleteStreamed('../x'), /Not a key/)
    await assert.rejects(storage.putStream('../x', Readable.from([]), 'text/plain'), /Not a key/)
  })

  it('replaces an object', async () => {
    await storage.put(key('again.webp'), Buffer.from('the first, which is longer'), 'image/webp')
    await storage.put(key('again.webp'), Buffer.from('the second'), 'image/webp')
    assert.equal(await textOf(storage, key('again.webp')), 'the second')
  })

  it('one of several puts of the same key wins whole', async () => {
    const letters = ['a', 'b', 'c', 'd', 'e', 'f']
    const texts = letters.map((letter) => letter.repeat(50_000))
    const put = (text: string) => storage.put(key('race.webp'), Buffer.from(text), 'image/webp')
    // A key is written once, by one upload. Of several, a store may say to one that what is there is not its own.
    const puts = await Promise.allSettled(texts.map(put))
    assert.ok(puts.some(({ status }) => status === 'fulfilled'))
    assert.ok(texts.includes(await textOf(storage, key('race.webp'))))
    assert.deepEqual(await keysOf(storage, key('race')), [key('race.webp')])
  })

  it('a reader is not disturbed by a replacement', async () => {
    const bytes = randomBytes(300_000)
    await storage.put(key('open.webp'), bytes, 'image/webp')
    const object = await storage.read(key('open.webp'))
    await storage.put(key('open.webp'), Buffer.from('new'), 'image/webp')
    assert.ok(object)
    assertSame(await buffer(object.stream), bytes)
  })

  it('while an object is replaced, a reader finds the one or the other, whole', async () => {
    const versions = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter, index) =>
      Buffer.from(letter.repeat(1_000_000 - index * 100_000)),
    )
    await storage.put(key('live.webp'), Buffer.from('at first'), 'image/webp')
    const replaced = new AbortController()
    const replace = async () => {
      try {
        for (const version of versions) await storage.put(key('live.webp'), version, 'image/webp')
      } finally {
        replaced.abort()
      }
    }
    const read = async () => {
      while (!replaced.signal.aborted) {
        const object = await storage.read(key('live.webp'))
        // A store may have none for the moment in which it takes the one for the other; ours writes no key twice.
        if (!object && kind === 'S3') continue
        assert.ok(object)
        const bytes = await buffer(object.stream)
        assert.equal(bytes.length, object.size)
        const whole = versions.some((version) => version.equals(bytes)) || bytes.toString() === 'at first'
        assert.ok(whole, `${bytes.length} bytes are no version`)
      }
    }
    await Promise.all([replace(), read(), read()])
  })

  it('what is read may be left unread', async () => {
    await storage.put(key('left.webp'), randomBytes(200_000), 'image/webp')
    // More than there are connections to a store.
    for (let round = 0; round < 60; round++) {
      const object = await storage.read(key('left.webp'))
      object?.stream.destroy()
    }
    assert.equal(
      (await storage.read(key('left.webp'), { start: 1, end: 2 }))?.stream.destroy().destroyed,
      true,
    )
  })

  it('every key that is allowed is kept as it is', async () => {
    const names = [
      'odd/-_',
      'odd/a...b/c..webp',
      'odd/end.',
      `odd/${'n'.repeat(195)}.webp`,
      `odd/${'x/'.repeat(200)}y`,
    ]
    for (const name of names) await storage.put(key(name), Buffer.from(name), contentTypeOf(name))
    assert.deepEqual(await keysOf(storage, key('odd/')), names.map(key).toSorted())
    for (const name of names) assert.equal(await textOf(storage, key(name)), name)
  })

  describe('a range', () => {
    before(() => storage.put(key('range.webp'), Buffer.from('0123456789'), 'image/webp'))
    for (const [of, start, end, expected] of [
      ['the first byte', 0, 0, '0'],
      ['the last byte', 9, 9, '9'],
      ['the middle', 3, 6, '3456'],
      ['all', 0, 9, '0123456789'],
      ['past the end', 7, 100, '789'],
      ['to the end', 4, Number.POSITIVE_INFINITY, '456789'],
    ] as const) {
      it(of, async () => {
        const object = await storage.read(key('range.webp'), { start, end })
        assert.ok(object)
        assert.equal((await buffer(object.stream)).toString(), expected)
        assert.equal(object.size, 10)
        assert.equal(object.contentType, 'image/webp')
        assert.deepEqual(object.range, { start, end: Math.min(end, 9) })
      })
    }

    it('that begins behind the end is refused with the size', async () => {
      for (const start of [10, 11, 1_000_000]) {
        await assert.rejects(storage.read(key('range.webp'), { start, end: start }), (error) => {
          assert.ok(error instanceof RangeNotSatisfiable)
          assert.equal(error.size, 10)
          return true
        })
      }
      assert.equal(await storage.read(key('missing.webp'), { start: 10, end: 20 }), undefined)
    })
  })

  it('what is missing is undefined', async () => {
    await webp('folder/file.webp')
    assert.equal(await storage.read(key('nothing.webp')), undefined)
    assert.equal(await storage.read(key('folder')), undefined)
    assert.equal(await storage.read(key('folder/file.webp/deeper.webp')), undefined)
  })

  it('deletes one, many and what is missing', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `delete/${index}.webp`)
    await Promise.all(names.map(webp))
    await storage.delete([key('delete'), key('delete/1.webp/below.webp'), key('delete/0.webp')])
    assert.equal(await storage.read(key('delete/0.webp')), undefined)
    assert.equal(await textOf(storage, key('delete/1.webp')), 'delete/1.webp')
    await storage.delete([...names.map(key), key('delete/never.webp'), key('no/such/folder.webp')])
    assert.deepEqual(await keysOf(storage, key('delete/')), [])
    await storage.delete([])
  })

  it('lists what begins with a prefix', async () => {
    const names = ['list/1/a.webp', 'list/1/b.webp', 'list/10/c.webp', 'list/2/d/e/f.webp', 'list/g.webp']
    await Promise.all(names.map(webp))
    for (const [start, expected] of [
      ['list/', names],
      ['list', names],
      ['list/1', names.slice(0, 3)],
      ['list/1/', names.slice(0, 2)],
      ['list/2/d', names.slice(3, 4)],
      ['list/2/d/e/f.webp', names.slice(3, 4)],
      ['list/2/d/e/f.webp/', []],
      ['list/3', []],
      ['no/such/folder', []],
    ] as const) {
      assert.deepEqual(await keysOf(storage, key(start)), expected.map(key), start)
    }
    for await (const { modifiedAt } of storage.list(key('list/'))) {
      assert.ok(Math.abs(modifiedAt.getTime() - Date.now()) < 60_000)
    }
  })

  it('what is listed may be deleted while it is listed', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `sweep/${index % 3}/${index}.webp`)
    await Promise.all(names.map(webp))
    let seen = 0
    for await (const object of storage.list(key('sweep/'))) {
      await storage.delete([object.key])
      seen += 1
    }
    assert.equal(seen, 12)
    assert.deepEqual(await keysOf(storage, key('sweep/')), [])
  })

  it('refuses hostile keys', async () => {
    for (const hostile of [
      '',
      '/',
      '.',
      '..',
      '../x.webp',
      'a/../../x.webp',
      'a/..',
      './a.webp',
      'a/./b.webp',
      '/etc/passwd',
      'a//b.webp',
      'a/',
      '.hidden',
      'a/.hidden',
      'a\0.webp',
      'a\\..\\b',
      'C:\\a',
      'a b',
      'A.webp',
      'é.webp',
      'a%2e%2e',
      '~/a',
      'a\n',
      'a.webp\n',
      '…',
      `${'a'.repeat(201)}.webp`,
      'a/'.repeat(300),
    ]) {
      await assert.rejects(
        storage.put(hostile, Buffer.from('x'), contentTypeOf(hostile)),
        /Not a key/,
        hostile,
      )
      await assert.rejects(storage.delete([key('innocent.webp'), hostile]), /Not a key/, hostile)
      assert.equal(await storage.read(hostile), undefined, hostile)
    }
  })

  it('refuses a content type that the ending of the key does not say', async () => {
    await assert.rejects(
      storage.put(key('a.webp'), Buffer.from('<html>'), 'text/html'),
      /a\.webp cannot be text\/html/,
    )
    assert.equal(await storage.read(key('a.webp')), undefined)
  })

  it('is ready', () => storage.check())
}

describe('local storage, besides', () => {
  const file = Buffer.from('x')

  it('creates its folder, also deep', async () => {
    await openFolder('deep/er/media')
    assert.ok(existsSync(join(root, 'deep/er/media')))
  })

  it('keeps each object as a file of its key, and nothing else', async () => {
    const storage = await openFolder('plain')
    await storage.put('a/b/c.webp', file, 'image/webp')
    assert.deepEqual(await readFile(join(root, 'plain/a/b/c.webp')), file)
    assert.deepEqual(await readdir(join(root, 'plain/a/b')), ['c.webp'])
    assert.equal(storage.publicUrl('a/b/c.webp'), undefined)
  })

  it('no symbolic link leads out of the folder', async () => {
    const storage = await openFolder('links')
    const outside = join(root, 'outside')
    await mkdir(outside)
    await writeFile(join(outside, 'secret.webp'), 'secret')
    await symlink(outside, join(root, 'links/folder'))
    await symlink(join(outside, 'secret.webp'), join(root, 'links/file.webp'))
    assert.equal(await storage.read('folder/secret.webp'), undefined)
    assert.equal(await storage.read('file.webp'), undefined)
    await assert.rejects(storage.put('folder/new.webp', file, 'image/webp'), /folder is a symbolic link/)
    await assert.rejects(storage.put('folder/new/new.webp', file, 'image/webp'), /folder is a symbolic link/)
    await symlink(join(outside, 'new'), join(root, 'links/nowhere'))
    await assert.rejects(storage.put('nowhere/new/new.webp', file, 'image/webp'), /cannot be written/)
    await storage.delete(['folder/secret.webp', 'nowhere/new.webp'])
    assert.deepEqual(await keysOf(storage, ''), [])
    // A link in the place of an object is replaced, not followed.
    await storage.put('file.webp', file, 'image/webp')
    assert.deepEqual(await readdir(outside), ['secret.webp'])
    assert.equal(await readFile(join(outside, 'secret.webp'), 'utf8'), 'secret')
  })

  it('the folder itself may be a symbolic link', async () => {
    await mkdir(join(root, 'disk'))
    await symlink(join(root, 'disk'), join(root, 'linked'))
    const storage = await openFolder('linked')
    await storage.put('a.webp', file, 'image/webp')
    assert.equal(await textOf(storage, 'a.webp'), 'x')
    assert.ok(existsSync(join(root, 'disk/a.webp')))
  })

  it('files are for the owner and the group alone, as far as the umask lets them', async () => {
    const umaskBefore = process.umask(0)
    try {
      for (const [umask, fileMode, folderMode] of [
        [0, 0o640, 0o750],
        [0o022, 0o640, 0o750],
        [0o077, 0o600, 0o700],
      ] as const) {
        process.umask(umask)
        const name = `modes-${umask}`
        const storage = await openFolder(`${name}/media`)
        await storage.put('a/b.webp', Buffer.from('x'), 'image/webp')
        for (const [path, mode] of [
          ['', folderMode],
          ['/media', folderMode],
          ['/media/a', folderMode],
          ['/media/a/b.webp', fileMode],
        ] as const) {
          const stats = await stat(join(root, name + path))
          assert.equal((stats.mode & 0o777).toString(8), mode.toString(8), `${umask} ${path}`)
        }
      }
    } finally {
      process.umask(umaskBefore)
    }
  })

  it('what a crash has left of a put goes when the object is deleted', async () => {
    const storage = await openFolder('left')
    await storage.put('a/b.webp', file, 'image/webp')
    await writeFile(join(root, 'left/a/b.webp.tmp'), 'half')
    await writeFile(join(root, 'left/a/c.webp.tmp'), 'half of another')
    // A put that finds it does not mind.
    await storage.put('a/b.webp', Buffer.from('new'), 'image/webp')
    assert.equal(await textOf(storage, 'a/b.webp'), 'new')
    await storage.delete(['a/b.webp'])
    assert.deepEqual(await readdir(join(root, 'left/a')), ['c.webp.tmp'])
  })

  it('lists what a crash has left, and nothing that is no object', async () => {
    const storage = await openFolder('crash')
    await mkdir(join(root, 'crash/lost+found'))
    await writeFile(join(root, 'crash/lost+found/x.webp'), '')
    await writeFile(join(root, 'crash/.DS_Store'), '')
    const left = 'a.webp.0b0e7c1e-0000-4000-8000-000000000000.tmp'
    await writeFile(join(root, 'crash', left), 'half')
    const old = new Date('2026-01-01T00:00:00Z')
    await utimes(join(root, 'crash', left), old, old)
    for await (const object of storage.list('')) assert.deepEqual(object, { key: left, modifiedAt: old })
    assert.deepEqual(await keysOf(storage, ''), [left])
    await storage.delete([left])
    assert.deepEqual(await keysOf(storage, ''), [])
  })

  it('a failed put leaves the old object and no temporary file', async () => {
    const storage = await openFolder('failed')
    await storage.put('a/b.webp', file, 'image/webp')
    await assert.rejects(
      storage.put('a', file, 'application/octet-stream'),
      /a cannot be written to the media folder/,
    )
    await assert.rejects(storage.put('a/b.webp/c.webp', file, 'image/webp'), /cannot be written/)
    assert.deepEqual(await readdir(join(root, 'failed')), ['a'])
    assert.deepEqual(await keysOf(storage, ''), ['a/b.webp'])
  })

  it('put resolves when the bytes, then the name, then the folders are on the disk', async (t) => {
    const storage = await openFolder('durable')
    const done = watchDisk(t, join(root, 'durable'))
    await storage.put('a/b/c.webp', file, 'image/webp')
    const expected = [
      'write a/b/c.webp.tmp',
      'sync a/b/c.webp.tmp',
      'rename to a/b/c.webp',
      'sync a/b',
      'sync a',
      'sync ',
    ]
    assert.deepEqual(done, expected)
  })

  it('a put that cannot be written to the disk leaves the old object and no temporary file', async (t) => {
    const storage = await openFolder('broken')
    await storage.put('a.webp', file, 'image/webp')
    watchDisk(t, join(root, 'broken'), /\.tmp$/)
    await assert.rejects(
      storage.put('a.webp', Buffer.from('new'), 'image/webp'),
      oneLine(/^a\.webp cannot be written to the media folder \S+: EIO$/),
    )
    assert.equal(await textOf(storage, 'a.webp'), 'x')
    assert.deepEqual(await readdir(join(root, 'broken')), ['a.webp'])
  })

  it('loads nothing that only S3 needs', async () => {
    const program = `
      import { registerHooks } from 'node:module'
      const resolve = (name, context, next) => {
        if (/@aws-sdk|@smithy|drivers\\/s3|\\/s3\\.ts$/.test(name)) throw new Error(name + ' is loaded')
        return next(name, context)
      }
      registerHooks({ resolve })
      const { openStorage } = await import(${JSON.stringify(import.meta.resolve('./open.ts'))})
      await openStorage({ kind: 'local', root: ${JSON.stringify(join(root, 'alone'))} })
    `
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  })

  it('a folder that may not be read is a clear error', async () => {
    const storage = await openFolder('unread')
    await chmod(join(root, 'unread'), 0o311)
    await asNobody(() =>
      assert.rejects(keysOf(storage, ''), oneLine(/^The media folder \S+unread cannot be listed: EACCES/)),
    )
  })

  it('a folder that may not be written is a clear error', async () => {
    const storage = await openFolder('read-only')
    await chmod(join(root, 'read-only'), 0o555)
    await asNobody(async () => {
      await assert.rejects(
        storage.put('a.webp', file, 'image/webp'),
        /cannot be written to the media folder .*EACCES/,
      )
      // access(2) asks for the real user, which cannot be put aside for a moment.
      if (process.getuid?.() === 0) return
      await assert.rejects(storage.check(), /The media folder .*read-only cannot be used: EACCES/)
    })
  })

  it('a folder that is gone is a clear error', async () => {
    const storage = await openFolder('gone')
    await rm(join(root, 'gone'), { recursive: true })
    await assert.rejects(
      storage.check(),
      /^StorageError: The media folder \S*gone cannot be used: ENOENT[^\n]*$/,
    )
    // Not even nothing is there, so that nobody takes a disk that was taken away for one that is empty.
    await assertAway(storage)
    await writeFile(join(root, 'gone'), 'a file stands in its place')
    await assert.rejects(
      storage.put('a.webp', file, 'image/webp'),
      /a\.webp cannot be written to the media folder/,
    )
    await assert.rejects(openFolder('gone'), /The media folder \S*gone cannot be used: EEXIST/)
  })
})

describeS3('S3 storage, besides', () => {
  it('lists page by page', async () => {
    const { openS3Storage } = await import('./s3.ts')
    const storage = openS3Storage(s3, { pageSize: 3 })
    const keys = Array.from({ length: 10 }, (_, index) => `pages-${process.pid}/${index}.webp`)
    await Promise.all(keys.map((key) => storage.put(key, Buffer.from('x'), 'image/webp')))
    assert.deepEqual(await keysOf(storage, `pages-${process.pid}/`), keys)
    await storage.delete(keys)
    assert.deepEqual(await keysOf(storage, `pages-${process.pid}/`), [])
    await storage.close()
  })

  describe('seen by another client', async () => {
    const { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } =
      await import('@aws-sdk/client-s3')
    const { accessKeyId, secretAccessKey, bucket: Bucket, endpoint, region, forcePathStyle } = s3
    const client = new S3Client({
      ...(endpoint && { endpoint }),
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    })
    after(() => client.destroy())

    it('objects may be cached for ever', async () => {
      const storage = await openStorage(s3)
      const key = `cache-${process.pid}.webp`
      await storage.put(key, Buffer.from('x'), 'image/webp')
      const { CacheControl, ContentType, Body } = await client.send(
        new GetObjectCommand({ Bucket, Key: key }),
      )
      await Body?.transformToByteArray()
      assert.equal(CacheControl, 'public, max-age=86400, immutable')
      assert.equal(ContentType, 'image/webp')
      await storage.delete([key])
      await storage.close()
    })

    it('what a crash has left of an upload in parts goes when the object is deleted', async () => {
      const { CreateMultipartUploadCommand, ListMultipartUploadsCommand } = await import('@aws-sdk/client-s3')
      const storage = await openStorage(s3)
      const Key = `left-${process.pid}`
      await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
      const left = async () =>
        (await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))).Uploads?.length ?? 0
      assert.equal(await left(), 1)
      await storage.deleteStreamed(Key)
      assert.equal(await left(), 0)
      await storage.close()
    })

    it('objects of others are not listed, and do not stop the listing', async () => {
      const storage = await openStorage(s3)
      const prefix = `foreign-${process.pid}`
      const foreign = ['/', '//b.webp', '/A.webp', '/a+b (1).webp', '/Ünï.webp', '/.hidden'].map(
        (name) => prefix + name,
      )
      for (const Key of foreign) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
      await storage.put(`${prefix}/z.webp`, Buffer.from('x'), 'image/webp')
      assert.deepEqual(await keysOf(storage, prefix), [`${prefix}/z.webp`])
      await storage.delete([`${prefix}/z.webp`])
      for (const Key of foreign) await client.send(new DeleteObjectCommand({ Bucket, Key }))
      await storage.close()
    })
  })

  for (const [of, change, expected] of [
    ['a wrong secret', { secretAccessKey: 'wrong' }, /cannot be reached: the access key is wrong .*403/],
    ['a wrong key', { accessKeyId: 'nobody' }, /cannot be reached: the access key is wrong .*403/],
    [
      'a bucket that does not exist',
      { bucket: 'no-such-bucket-here' },
      /no-such-bucket-here .*does not exist/,
    ],
  ] as const) {
    it(`${of} is a clear error`, async () => {
      const storage = await openStorage({ ...s3, ...change })
      await assert.rejects(storage.check(), oneLine(expected))
      await assert.rejects(
        storage.put('a.webp', Buffer.from('x'), 'image/webp'),
        oneLine(/cannot put a\.webp: /),
      )
      await assert.rejects(storage.read('a.webp'), oneLine(/cannot read a\.webp: /))
      await assert.rejects(storage.delete(['a.webp']), oneLine(/cannot delete a\.webp: /))
      await assert.rejects(keysOf(storage, ''), oneLine(/cannot list: /))
      await storage.close()
    })
  }
})

describe('S3 storage without a store', () => {
  it('is opened without asking it, and fails with a clear error', async () => {
    const storage = await openStorage({ ...s3, endpoint: 'http://127.0.0.1:1' })
    const expected = /^S3 bucket \S+ at http:\/\/127\.0\.0\.1:1: cannot be reached: ECONNREFUSED$/
    await assert.rejects(storage.check(), oneLine(expected))
    await storage.close()
  })

  it('does not wait for ever for one that is silent', async () => {
    const { openS3Storage } = await import('./s3.ts')
    const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const storage = openS3Storage({ ...s3, endpoint }, { requestTimeoutMs: 50, checkTimeoutMs: 50 })
    await assert.rejects(storage.check(), oneLine(/cannot be reached: /))
    await assert.rejects(
      storage.put('a.webp', Buffer.from('x'), 'image/webp'),
      oneLine(/cannot put a\.webp: /),
    )
    await assert.rejects(storage.read('a.webp'), oneLine(/cannot read a\.webp: /))
    await assert.rejects(keysOf(storage, ''), oneLine(/cannot list: /))
    await storage.close()
    server.close()
  })

  it('a public address is given out where one is configured', async () => {
    const publicUrls = [
      [undefined, undefined],
      ['https://cdn.example.org', 'https://cdn.example.org/a/b.webp'],
      ['https://cdn.example.org/media/', 'https://cdn.example.org/media/a/b.webp'],
    ] as const
    for (const [publicUrl, expected] of publicUrls) {
      const storage = await openStorage({ ...s3, ...(publicUrl !== undefined && { publicUrl }) })
      assert.equal(storage.publicUrl('a/b.webp'), expected)
      await storage.close()
    }
  })
})

/** Each verb says that the store cannot do it, and none that an object is missing or gone. */
async function assertAway(storage: MediaStorage): Promise<void> {
  for (const attempt of [
    () => storage.put('a/b.webp', Buffer.from('x'), 'image/webp'),
    () => storage.read('a/b.webp'),
    () => storage.read('a/b.webp', { start: 0, end: 1 }),
    () => storage.stat('a/b.webp'),
    () => storage.delete(['a/b.webp']),
    () => storage.check(),
  ]) {
    await assert.rejects(attempt, StorageError, String(attempt))
  }
}

function openFolder(name: string): Promise<MediaStorage> {
  return openStorage({ kind: 'local', root: join(root, name) })
}

async function keysOf(storage: MediaStorage, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list(prefix)) keys.push(key)
  return keys.toSorted()
}

/** `deepEqual` takes minutes to say in what two large buffers differ. */
function assertSame(actual: Buffer, expected: Buffer): void {
  assert.ok(actual.equals(expected), `${actual.length} bytes are not the ${expected.length} expected`)
}

async function textOf(storage: MediaStorage, key: string): Promise<string> {
  const object = await storage.read(key)
  assert.ok(object, `${key} is missing`)
  return (await buffer(object.stream)).toString()
}

function oneLine(expected: RegExp): (error: Error) => true {
  return (error) => {
    assert.match(error.message, expected)
    assert.ok(!error.message.includes('\n') && error.cause instanceof Error)
    return true
  }
}

/** Collects what reaches the disk below a folder until the test ends; a sync of what `broken` fits fails. */
function watchDisk(t: TestContext, folder: string, broken?: RegExp): string[] {
  const done: string[] = []
  const at = (path: unknown) => relative(folder, String(path)).replace(/\.[0-9a-f-]{36}(?=\.tmp$)/, '')
  const { open, rename } = fs
  t.mock.method(fs, 'open', async (...args: Parameters<typeof open>) => {
    const handle = await open(...args)
    const sync = handle.sync.bind(handle)
    handle.sync = async () => {
      if (broken?.test(String(args[0]))) throw Object.assign(new Error('EIO'), { code: 'EIO' })
      await sync()
      done.push(`sync ${at(args[0])}`)
    }
    const write = handle.writeFile.bind(handle)
    handle.writeFile = async (...content) => {
      await write(...content)
      done.push(`write ${at(args[0])}`)
    }
    return handle
  })
  t.mock.method(fs, 'rename', async (...args: Parameters<typeof rename>) => {
    await rename(...args)
    done.push(`rename to ${at(args[1])}`)
  })
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  return done
}

/** Root may read and write anywhere, so what is refused to others is tried as one of them. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}
