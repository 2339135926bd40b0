import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { buffer } from 'node:stream/consumers'
import { createGunzip, gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { extract, pack, type Header } from 'tar-stream'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { form } from '../../test/form.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { ensurePartitions } from '../log/partitions.ts'
import { migrate } from '../database/migrate.ts'
import { query, sql, type Pool } from '../database/database.ts'
import { replay, statePart } from '../document/history.ts'
import { seedDemo } from '../demo/seed.ts'
import { openLocalStorage } from '../media/storage/local.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import { OperatorError } from '../operator-error.ts'
import { backUp } from './back-up.ts'
import type { Manifest } from './manifest.ts'
import { checkBackup, restore, type BackupFile, type Checked } from './restore.ts'
import { TABLES, columnsSql, tableSql } from './tables.ts'

const folder = await mkdtemp(join(tmpdir(), 'upm-backup-'))
after(() => rm(folder, { recursive: true, force: true }))

const app = await useTestApp({ env: SIGN_IN_ENV })
const file = join(folder, 'whole.tar.gz')
let checked: Checked
const person = visitor(app)

const toFile = (name: string): BackupFile => ({ name, open: () => createReadStream(name) })

async function write(name: string, from: TestApp = app): Promise<Manifest> {
  const { manifest: written } = await backUp({
    pool: from.pool,
    storage: from.storage,
    secrets: new Map([['development-secret', 'd'.repeat(64)]]),
    signInSecret: SIGN_IN_ENV.AUTH_SECRET,
    file: createWriteStream(name, { flags: 'wx' }),
    onProgress: (done, total) => assert.ok(done <= total),
  })
  return written
}

/** An installation that nobody has used. */
async function emptyPlace(t: TestContext): Promise<{
  database: TestDatabase
  storage: MediaStorage
  dataDir: string
}> {
  const database = await createDatabase('empty')
  const dataDir = await mkdtemp(join(folder, 'place-'))
  t.after(database.drop)
  return { database, storage: await openLocalStorage(join(dataDir, 'media')), dataDir }
}

type Place = Awaited<ReturnType<typeof emptyPlace>>

async function restoreTo({ database, storage, dataDir }: Place, from: BackupFile, told?: Checked) {
  await restore({
    ...(told ?? (await checkBackup(from, () => {}))),
    file: from,
    connection: database.connection,
    pool: database.pool,
    storage,
    dataDir,
    signInSecret: SIGN_IN_ENV.AUTH_SECRET,
    advance: () => {},
  })
}

/** All that a backup holds, in an order of its own. */
async function contentsOf(pool: Pool, storage: MediaStorage) {
  const tables: Record<string, string[]> = {}
  for (const table of TABLES) {
    const { rows } = await pool.query<{ row: string }>(
      `select t::text as row from (select ${columnsSql(table)} from ${tableSql(table.name)}) t order by t::text collate "C"`,
    )
    tables[table.name] = rows.map(({ row }) => row)
  }
  const files: Record<string, string> = {}
  for await (const { key } of storage.list('')) {
    const object = await storage.read(key)
    if (object) files[key] = (await buffer(object.stream)).toString('base64')
  }
  return { tables, files }
}

const drawPicture = (colour: string) =>
  sharp({ create: { width: 20, height: 20, channels: 3, background: colour } })
    .png()
    .toBuffer()

async function upload(to: TestApp, token: string, colour: string) {
  const { body, headers } = await form([{ name: 'avatar', file: await drawPicture(colour) }])
  const answer = await to.send('POST', '/api/me/avatar/', { token, body, headers })
  assert.equal(answer.statusCode, 201, answer.body)
}

before(async () => {
  const { config, pool, storage } = app
  await seedDemo({ config, pool, storage, users: 12, activity: 400, photos: 3, now: new Date() })
  await ensurePartitions(pool, { from: new Date('2026-05-01T00:00:00Z') })
  const token = await person.enter()
  const bio = 'Довгий текст \\ з "усім" і\nрядками. '.repeat(40)
  const patch = { tutor_profile: { headline: 'Math \\.', bio } }
  for (const body of [patch, { tutor_profile: { bio: `${bio}!` } }]) {
    const answer = await app.send('PATCH', '/api/me/profile/', { token, body })
    assert.equal(answer.statusCode, 200, answer.body)
  }
  await upload(app, token, 'teal')
  await app.pool.query(
    `insert into auth.invitations (token_hash, email, created_at, expires_at, mailed)
      values ('\\x00ff5c0a00ff5c0a00ff5c0a00ff5c0a00ff5c0a00ff5c0a00ff5c0a00ff5c0a', 'invited@example.com', now(), now() + interval '1 day', false)`,
  )
  await write(file)
  checked = await checkBackup(toFile(file), () => {})
})

test('a backup is restored with everything, and whoever was there gets in', async (t) => {
  const place = await emptyPlace(t)
  await restoreTo(place, toFile(file))
  assert.deepEqual(
    await contentsOf(place.database.pool, place.storage),
    await contentsOf(app.pool, app.storage),
  )
  assert.equal(await readFile(join(place.dataDir, 'development-secret'), 'utf8'), 'd'.repeat(64))

  const restored = await useTestApp(
    { env: { ...SIGN_IN_ENV, MEDIA_ROOT: join(place.dataDir, 'media') }, database: place.database },
    t,
  )
  const again = visitor(restored, person.email)
  const token = await again.token(await again.signIn())
  const document = (await restored.send('GET', '/api/me/profile/', { token })).json()
  assert.deepEqual(await replay(place.database.pool, document.user.id), statePart(document))
  const picture = await restored.send('GET', new URL(document.avatar.url, 'http://upm').pathname)
  assert.equal(picture.statusCode, 200)
  await upload(restored, token, 'navy')
  const [last] = await query<{ id: number }>(app.pool, sql`select max(id) as id from upm.users`)
  assert.ok((await visitor(restored).enter()).length > 0)
  const [next] = await query<{ id: number }>(place.database.pool, sql`select max(id) as id from upm.users`)
  assert.ok((next?.id ?? 0) > (last?.id ?? 0))
  const [constraint] = await query<{ deferrable: boolean }>(
    place.database.pool,
    sql`select condeferrable as deferrable from pg_constraint where conname = 'users_avatar_id_fkey'`,
  )
  assert.equal(constraint?.deferrable, false)
})

test('an installation that is in use is left as it is', async (t) => {
  const other = await emptyPlace(t)
  const { pool } = other.database
  await restoreTo(other, toFile(file))
  const untouched = await contentsOf(pool, other.storage)
  await pool.query(`delete from upm.activity_log; update upm.users set first_name = 'Somebody else'`)
  const changed = await contentsOf(pool, other.storage)
  assert.notDeepEqual(changed, untouched)
  await assert.rejects(restoreTo(other, toFile(file)), /The database is in use: there are rows in upm.users/)
  assert.deepEqual(await contentsOf(pool, other.storage), changed)
})

test('with another secret of the sign-in nothing is restored', async (t) => {
  const place = await emptyPlace(t)
  for (const signInSecret of [undefined, 'another-secret-0123456789-0123456789-0123']) {
    const { database, storage, dataDir } = place
    const { connection, pool } = database
    const options = {
      file: toFile(file),
      ...checked,
      connection,
      pool,
      storage,
      dataDir,
      signInSecret,
      advance: () => {},
    }
    await assert.rejects(
      restore(options),
      /Set AUTH_SECRET to the secret of the installation that was backed up/,
    )
  }
  await restoreTo(place, toFile(file))
})

type Packed = { header: Header; bytes: Buffer }

/** The archive with other entries: what somebody does who unpacks it, changes it and packs it again. */
async function repack(change: (entries: Packed[]) => Packed[]): Promise<Buffer> {
  const unpacked = extract()
  createReadStream(file).pipe(createGunzip()).pipe(unpacked)
  const entries: Packed[] = []
  for await (const entry of unpacked) entries.push({ header: entry.header, bytes: await buffer(entry) })
  const packed = pack()
  for (const { header, bytes } of change(entries)) packed.entry({ ...header, size: bytes.length }, bytes)
  packed.finalize()
  return gzipSync(await buffer(packed))
}

const USERS = 'tables/upm.users/00000001.copy'
const named =
  (name: string, change: (entry: Packed) => Packed[]) =>
  (entries: Packed[]): Packed[] =>
    entries.flatMap((entry) => (entry.header.name === name ? change(entry) : [entry]))
const withText = ({ header }: Packed, text: string): Packed => {
  const bytes = Buffer.from(text)
  const comment = `sha256=${createHash('sha256').update(bytes).digest('hex')}`
  return { header: { ...header, pax: { comment } }, bytes }
}

const lies: [what: string, bytes: () => Promise<Buffer> | Buffer, reason: RegExp][] = [
  ['nothing', () => Buffer.alloc(0), /its end is missing|damaged/],
  ['a text', () => Buffer.from('no archive'), /damaged, or no backup of UPM/],
  ['an archive of something else', () => gzipSync(Buffer.alloc(10_240)), /its end is missing/],
  [
    'half of it',
    async () => (await readFile(file)).subarray(0, Math.floor((await stat(file)).size / 2)),
    /damaged, or no backup of UPM/,
  ],
  ['its end left out', () => repack((entries) => entries.slice(0, -1)), /its end is missing/],
  ['a part less', () => repack(named(USERS, () => [])), /its manifest tells of \d+ other entries/],
  [
    'a part twice',
    () => repack(named(USERS, (entry) => [entry, entry])),
    /its manifest tells of \d+ other entries/,
  ],
  [
    'a byte changed',
    () =>
      repack(named(USERS, ({ header, bytes }) => [{ header, bytes: Buffer.from(bytes).fill('x', 3, 4) }])),
    /"tables\/upm\.users\/00000001\.copy" is not what its checksum says/,
  ],
  [
    'a part without its checksum',
    () => repack(named(USERS, ({ header, bytes }) => [{ header: { ...header, pax: {} }, bytes }])),
    /has no checksum/,
  ],
  [
    'a manifest of a later release',
    () => repack(named('manifest.json', (entry) => [withText(entry, '{"format":2}')])),
    /was written by a later release of UPM \(format 2\)/,
  ],
  [
    'a secret that would be a path',
    () =>
      repack(
        named('secrets/development-secret', ({ header, bytes }) => [
          withText({ header: { ...header, name: 'secrets/../../upm-was-here' }, bytes }, bytes.toString()),
        ]),
      ),
    /nobody knows what "secrets\/\.\.\/\.\.\/upm-was-here" is/,
  ],
  [
    'a manifest that says little',
    () => repack(named('manifest.json', (entry) => [withText(entry, '{"format":1}')])),
    /manifest\.json is not valid \(.*upm, made_at, database/,
  ],
  [
    'a manifest that is no JSON',
    () => repack(named('manifest.json', (entry) => [withText(entry, '{')])),
    /manifest\.json is no JSON/,
  ],
  [
    'a link',
    () =>
      repack((entries) => [
        {
          header: { name: 'media/x.webp', type: 'symlink', linkname: '/etc/passwd' } as Header,
          bytes: Buffer.alloc(0),
        },
        ...entries,
      ]),
    /is not a file/,
  ],
]
for (const [what, bytes, reason] of lies) {
  test(`a file with ${what} is refused before anything is changed`, async () => {
    const name = join(folder, `${what.replaceAll(/\W/g, '-')}.tar.gz`)
    await writeFile(name, await bytes())
    await assert.rejects(
      checkBackup(toFile(name), () => {}),
      (error) => error instanceof OperatorError && reason.test(error.message),
    )
  })
}

test('a restore that breaks off leaves the database empty, and can be begun again', async (t) => {
  const place = await emptyPlace(t)
  const half = join(folder, 'broken-off.tar.gz')
  const all = await readFile(file)
  await writeFile(half, all.subarray(0, all.length - 2_000))
  await assert.rejects(restoreTo(place, toFile(half), checked), /damaged/)
  assert.equal((await place.database.pool.query('select from upm.users')).rowCount, 0)
  // A file that is changed between the check and the end is refused, too.
  const other = join(folder, 'changed.tar.gz')
  await writeFile(
    other,
    await repack(named(USERS, (entry) => [withText(entry, entry.bytes.toString().replace('Alex', 'Eve'))])),
  )
  await assert.rejects(restoreTo(place, toFile(other), checked), /it was changed meanwhile/)
  assert.equal((await place.database.pool.query('select from upm.users')).rowCount, 0)
  await restoreTo(place, toFile(file))
  assert.deepEqual(
    await contentsOf(place.database.pool, place.storage),
    await contentsOf(app.pool, app.storage),
  )
})

test('a manifest that lies about columns reaches no statement', async (t) => {
  const place = await emptyPlace(t)
  const lying = structuredClone(checked)
  const users = lying.manifest.database.tables['upm.users']
  users?.columns.splice(0, 1, "id\") from program 'touch /tmp/upm-was-here' --")
  await assert.rejects(restoreTo(place, toFile(file), lying), /column .* does not exist/)
})

test('a backup of an earlier version is restored and then migrated', async (t) => {
  const old = await createDatabase('empty')
  t.after(old.drop)
  await migrate(old.connection, { target: 20 })
  await old.pool.query(`set constraints all deferred;
    begin; insert into upm.users (email, first_name, last_name, role, profile_type) values ('old@example.com', 'Old', 'One', 'tutor', 'tutor');
    insert into upm.profiles (user_id, profile_type) select id, 'tutor' from upm.users;
    insert into upm.identities (issuer, subject, user_id) select 'local', 'old', id from upm.users;
    insert into upm.settings (user_id) select id from upm.users; commit`)
  const name = join(folder, 'old.tar.gz')
  await backUp({
    pool: old.pool,
    storage: app.storage,
    secrets: new Map(),
    signInSecret: undefined,
    file: createWriteStream(name),
    onProgress: () => {},
  })
  const place = await emptyPlace(t)
  await restoreTo(place, toFile(name))
  const version = () =>
    query<{ version: number }>(
      place.database.pool,
      sql`select max(version) as version from upm.upm_migrations`,
    )
  assert.deepEqual(await version(), [{ version: 20 }])
  await migrate(place.database.connection)
  assert.equal((await place.database.pool.query('select from upm.users')).rowCount, 1)
  // Identities have had numbers since.
  const { rows: identities } = await place.database.pool.query('select id, subject from upm.identities')
  assert.deepEqual(identities, [{ id: 1, subject: 'old' }])
  // A database that is newer than the backup is not turned back.
  const newer = await emptyPlace(t)
  await migrate(newer.database.connection)
  await assert.rejects(restoreTo(newer, toFile(name)), /has already been migrated to version \d+/)
})

test('while accounts change, a backup is of one moment, with the pictures of that moment', async (t) => {
  const people = await Promise.all(Array.from({ length: 4 }, () => visitor(app).enter()))
  for (const token of people) await upload(app, token, 'grey')
  const over = new AbortController()
  const busy = people.map(async (token, place) => {
    for (let round = 0; !over.signal.aborted; round++) {
      const body = { user: { last_name: `Round ${round}` } }
      const answer = await app.send('PATCH', '/api/me/profile/', { token, body })
      assert.ok([200, 429].includes(answer.statusCode), answer.body)
      await upload(app, token, ['teal', 'navy', 'plum', 'gold'][(round + place) % 4] ?? 'teal')
    }
  })
  const name = join(folder, 'busy.tar.gz')
  try {
    await write(name)
  } finally {
    over.abort()
    await Promise.all(busy)
  }
  const place = await emptyPlace(t)
  await restoreTo(place, toFile(name))
  const { pool } = place.database
  const users = await query<{ id: number }>(pool, sql`select id from upm.users where started_at is not null`)
  const restored = await useTestApp(
    { env: { ...SIGN_IN_ENV, MEDIA_ROOT: join(place.dataDir, 'media') }, database: place.database },
    t,
  )
  assert.ok(users.length >= people.length)
  for (const token of people) {
    const document = (await restored.send('GET', '/api/me/profile/', { token })).json()
    assert.deepEqual(await replay(pool, document.user.id), statePart(document))
    const picture = await restored.send('GET', new URL(document.avatar.url, 'http://upm').pathname)
    assert.equal(picture.statusCode, 200)
  }
})

test('pictures that the storage has lost are named, and all else is in the backup', async (t) => {
  const other = await useTestApp({ env: SIGN_IN_ENV }, t)
  const [kept, lost] = [await visitor(other).enter(), await visitor(other).enter()]
  await upload(other, kept, 'teal')
  await upload(other, lost, 'navy')
  const [row] = await query<{ id: number; storage_key: string }>(
    other.pool,
    sql`select id, storage_key from upm.media order by id desc limit 1`,
  )
  await other.storage.delete([`${row?.storage_key}-64.webp`])
  const written = await backUp({
    pool: other.pool,
    storage: other.storage,
    secrets: new Map(),
    signInSecret: SIGN_IN_ENV.AUTH_SECRET,
    file: createWriteStream(join(folder, 'lost.tar.gz')),
    onProgress: () => {},
  })
  assert.deepEqual(written.lost, [row?.id])
  assert.deepEqual({ ...written.manifest.media, bytes: 0 }, { pictures: 1, files: 4, bytes: 0, lost: 1 })
})
