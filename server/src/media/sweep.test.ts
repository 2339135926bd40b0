import assert from 'node:assert/strict'
import { rename, writeFile, rm } from 'node:fs/promises'
import { test, type TestContext } from 'node:test'
import sharp from 'sharp'
import { query, sql } from '../database/database.ts'
import { form } from '../../test/form.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import type { MediaStorage } from './storage/storage.ts'
import { sweepOrphans } from './sweep.ts'
import { forgetFiles, giveUpFiles, noteFiles, takeDueFiles } from './unclaimed-files.ts'

const file = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'teal' } })
  .png()
  .toBuffer()
const SIZES = [512, 256, 128, 64]
const hoursLater = (hours: number) => new Date(Date.now() + hours * 3_600_000)
const fileKeys = (storageKey: string) => SIZES.map((size) => `${storageKey}-${size}.webp`)

async function upload(app: TestApp, token: string) {
  const { body, headers } = await form([{ name: 'avatar', file }])
  return app.send('POST', '/api/me/avatar/', { token, body, headers })
}

async function keysOf(storage: MediaStorage): Promise<string[]> {
  const all = []
  for await (const { key } of storage.list('')) all.push(key)
  return all.sort()
}

/** The table that the sweep goes by: the key and how often its files were to be deleted. */
async function unclaimed({ pool }: TestApp): Promise<[string, number][]> {
  const rows = await query<{ storage_key: string; attempts: number }>(
    pool,
    sql`select storage_key, attempts from unclaimed_files order by storage_key`,
  )
  return rows.map(({ storage_key: key, attempts }) => [key, attempts])
}

async function folderGoneFor(app: TestApp, work: () => Promise<void>): Promise<void> {
  const { storage } = app.config
  const root = storage.kind === 'local' ? storage.root : ''
  await rename(root, `${root}-away`)
  await writeFile(root, 'a file where the folder was')
  await work()
  await rm(root)
  await rename(`${root}-away`, root)
}

/** Two installations, each with a database of its own, on one folder. */
async function neighbours(t: TestContext): Promise<[TestApp, TestApp]> {
  const one = await useTestApp({}, t)
  const root = one.config.storage.kind === 'local' ? one.config.storage.root : ''
  return [one, await useTestApp({ env: { MEDIA_ROOT: root } }, t)]
}

test('a key is noted before its first byte is stored, and no longer once a picture claims it', async (t) => {
  const app = await useTestApp({}, t)
  const { token } = await app.person()
  const put = app.storage.put.bind(app.storage)
  const noted: [string, number][][] = []
  t.mock.method(app.storage, 'put', async (...args: Parameters<typeof put>) => {
    noted.push(await unclaimed(app))
    return put(...args)
  })
  assert.equal((await upload(app, token)).statusCode, 201)
  const [stored] = await query<{ storage_key: string }>(app.pool, sql`select storage_key from media`)
  assert.deepEqual(
    noted,
    SIZES.map(() => [[stored?.storage_key, 0]]),
  )
  assert.deepEqual(await unclaimed(app), [])
})

test('the sweep takes what was noted and never claimed, after an hour, and nothing else', async (t) => {
  const app = await useTestApp({}, t)
  const { token } = await app.person()
  assert.equal((await upload(app, token)).statusCode, 201)
  const claimed = await keysOf(app.storage)
  const left = 'avatars/2026/01/user1-0123abcd'
  const unknown = fileKeys('avatars/2026/01/user1-4567abcd')
  await noteFiles(app.pool, left)
  for (const key of [...fileKeys(left).slice(1), ...unknown]) {
    await app.storage.put(key, file, 'image/webp')
  }
  const all = await keysOf(app.storage)

  assert.equal(await sweepOrphans(app.pool, app.storage), 0)
  assert.equal(await sweepOrphans(app.pool, app.storage, hoursLater(0.9)), 0)
  assert.deepEqual(await keysOf(app.storage), all)
  assert.equal(await sweepOrphans(app.pool, app.storage, hoursLater(1.1)), 1)
  assert.deepEqual(await keysOf(app.storage), [...claimed, ...unknown].sort())
  assert.deepEqual(await unclaimed(app), [])
  assert.equal(await sweepOrphans(app.pool, app.storage, hoursLater(1000)), 0)
})

test('an installation deletes nothing of another one in the same folder, nor with an empty database', async (t) => {
  const [one, other] = await neighbours(t)
  const { token } = await one.person()
  assert.equal((await upload(one, token)).statusCode, 201)
  await noteFiles(one.pool, 'avatars/2026/01/user1-00aa')
  await one.storage.put('avatars/2026/01/user1-00aa-512.webp', file, 'image/webp')
  const before = await keysOf(one.storage)
  assert.equal(await sweepOrphans(other.pool, other.storage, hoursLater(1000)), 0)
  assert.deepEqual(await keysOf(one.storage), before)

  const stranger = await other.person()
  for (let n = 0; n < 2; n += 1) assert.equal((await upload(other, stranger.token)).statusCode, 201)
  await Promise.all([
    sweepOrphans(other.pool, other.storage, hoursLater(1000)),
    app204(other, stranger.token),
  ])
  assert.deepEqual(await keysOf(one.storage), before)
})

async function app204(app: TestApp, token: string): Promise<void> {
  assert.equal((await app.send('DELETE', '/api/me/avatar/', { token })).statusCode, 204)
}

test('what a picture claims is never swept, also when the table has it', async (t) => {
  const app = await useTestApp({}, t)
  const { token } = await app.person()
  const { avatar_url: url } = (await upload(app, token)).json()
  const [row] = await query<{ storage_key: string }>(app.pool, sql`select storage_key from media`)
  await giveUpFiles(app.pool, row?.storage_key ?? '')
  assert.equal(await sweepOrphans(app.pool, app.storage, hoursLater(1000)), 0)
  assert.equal((await app.send('GET', url)).statusCode, 200)
})

test('a removed picture whose files cannot be deleted is deleted by the first sweep after ten seconds', async (t) => {
  const app = await useTestApp({}, t)
  const { token } = await app.person()
  assert.equal((await upload(app, token)).statusCode, 201)
  await folderGoneFor(app, () => app204(app, token))
  assert.equal((await keysOf(app.storage)).length, 4)
  assert.equal(await sweepOrphans(app.pool, app.storage), 0)
  assert.equal(await sweepOrphans(app.pool, app.storage, new Date(Date.now() + 11_000)), 1)
  assert.deepEqual(await keysOf(app.storage), [])
  assert.deepEqual(await unclaimed(app), [])
})

test('attempts in vain are repeated within minutes, however many there were', async (t) => {
  const app = await useTestApp({}, t)
  await giveUpFiles(app.pool, 'avatars/2026/01/user1-00aa')
  await app.storage.put('avatars/2026/01/user1-00aa-64.webp', file, 'image/webp')
  const waits: number[] = []
  await folderGoneFor(app, async () => {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await query(app.pool, sql`update unclaimed_files set due_at = clock_timestamp()`)
      await assert.rejects(sweepOrphans(app.pool, app.storage), /cannot be deleted from the media folder/)
      const [row] = await query<{ seconds: number }>(
        app.pool,
        sql`select round(extract(epoch from due_at - clock_timestamp()))::integer as seconds from unclaimed_files`,
      )
      waits.push(row?.seconds ?? 0)
    }
  })
  assert.ok(Math.max(...waits) <= 300 && Math.min(...waits) >= 9, waits.join(' '))
  assert.deepEqual(
    waits,
    waits.toSorted((a, b) => a - b),
  )
  assert.equal(await sweepOrphans(app.pool, app.storage, new Date(Date.now() + 301_000)), 1)
  assert.deepEqual(await keysOf(app.storage), [])
})

test('several processes share the sweep: each file is deleted by one of them', async (t) => {
  const app = await useTestApp({}, t)
  const storageKeys = Array.from({ length: 60 }, (_, index) => `avatars/2026/01/user${index}-00aa`)
  for (const key of storageKeys) await giveUpFiles(app.pool, key)
  const deleted: string[] = []
  t.mock.method(app.storage, 'delete', async (keys: string[]) => void deleted.push(...keys))
  const swept = await Promise.all([1, 2, 3].map(() => sweepOrphans(app.pool, app.storage)))
  assert.equal(
    swept.reduce((sum, count) => sum + count),
    60,
  )
  assert.deepEqual(deleted.sort(), storageKeys.flatMap(fileKeys).sort())
})

test('an upload that stood still until its files were swept links nothing, and they are swept again', async (t) => {
  const app = await useTestApp({}, t)
  const { token, userId } = await app.person()
  const put = app.storage.put.bind(app.storage)
  let sweeping: Promise<number> | undefined
  t.mock.method(app.storage, 'put', async (...args: Parameters<typeof put>) => {
    await (sweeping ??= sweepOrphans(app.pool, app.storage, hoursLater(2)))
    return put(...args)
  })
  const answer = await upload(app, token)
  assert.equal(answer.statusCode, 503, answer.body)
  assert.ok(Number(answer.headers['retry-after']) > 0)
  assert.deepEqual(await app.actions(userId), ['system.profile.initialized'])
  assert.equal((await app.send('GET', '/api/me/profile/', { token })).json().avatar, null)
  assert.equal(await sweepOrphans(app.pool, app.storage), 1)
  assert.deepEqual(await keysOf(app.storage), [])
})

test('an upload that stood still until its files were swept, and then failed, leaves nothing that is not swept', async (t) => {
  const app = await useTestApp({}, t)
  const { token } = await app.person()
  const put = app.storage.put.bind(app.storage)
  let puts = 0
  let sweeping: Promise<number> | undefined
  t.mock.method(app.storage, 'put', async (...args: Parameters<typeof put>) => {
    await (sweeping ??= sweepOrphans(app.pool, app.storage, hoursLater(2)))
    if (++puts === 2) throw new Error('the store is away')
    return put(...args)
  })
  const answer = await upload(app, token)
  assert.equal(answer.statusCode, 503, answer.body)
  assert.equal((await keysOf(app.storage)).length, 3)
  assert.equal(await sweepOrphans(app.pool, app.storage), 0)
  assert.equal(await sweepOrphans(app.pool, app.storage, hoursLater(2)), 1)
  assert.deepEqual(await keysOf(app.storage), [])
})

test('several sweeps of the same files at once, and a note meanwhile, forget no file', async (t) => {
  const app = await useTestApp({}, t)
  const key = 'avatars/2026/01/user1-00bb'
  await noteFiles(app.pool, key)
  const [early] = await takeDueFiles(app.pool, 1, hoursLater(2))
  await sweepOrphans(app.pool, app.storage, hoursLater(2))
  await giveUpFiles(app.pool, key)
  await forgetFiles(app.pool, early ? [early] : [])
  assert.deepEqual(await unclaimed(app), [[key, 1]])
})

test('the pictures of an account that is deleted in the database are deleted too', async (t) => {
  const app = await useTestApp({}, t)
  const { token, userId } = await app.person()
  assert.equal((await upload(app, token)).statusCode, 201)
  await query(app.pool, sql`update users set avatar_id = null where id = ${userId}`)
  await query(app.pool, sql`delete from media where owner_id = ${userId}`)
  assert.equal(await sweepOrphans(app.pool, app.storage, hoursLater(0.01)), 1)
  assert.deepEqual(await keysOf(app.storage), [])
})
