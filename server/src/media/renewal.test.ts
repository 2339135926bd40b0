/** The address of a picture ends when its profile is hidden, whatever happens on the way. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { channel } from 'node:diagnostics_channel'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { complete, publish } from '../../test/publish.ts'
import { addressOf } from '../../test/process.ts'
import { openS3, refuse, type S3, type S3Answer } from '../../test/s3.ts'
import { useTestApp, type Person, type SendOptions, type TestApp } from '../../test/test-app.ts'
import { query, queryOne, sql, statements } from '../database/database.ts'
import { replay, statePart } from '../document/history.ts'
import { createMeters } from '../meters.ts'
import type { Avatar } from './present.ts'
import { createPurge } from './purge.ts'
import { createPictureRenewals } from './renewal.ts'
import { sweepOrphans } from './sweep.ts'

const app = await useTestApp()

const HIDE = { settings: { privacy_public_profile: false } }
const SHOW = { settings: { privacy_public_profile: true } }
const SECRET = 'a-secret-for-tests-only-0123456789abcdef'
const silent = { info: () => {}, warn: () => {}, error: () => {} }
const later = (seconds: number) => new Date(Date.now() + seconds * 1000)

type Document = Record<string, unknown> & { version: number; avatar_url: string; avatar: Avatar }

const patch = (on: TestApp, { token }: Person, body: object, options: SendOptions = {}) =>
  on.send('PATCH', '/api/me/profile/', { token, body, ...options })

async function documentOf(on: TestApp, { token }: Person): Promise<Document> {
  return (await on.send('GET', '/api/me/profile/', { token })).json()
}

async function shownTutor(on: TestApp): Promise<Person & { before: Document }> {
  const person = await on.person({ role: 'tutor' })
  await publish(on, person)
  return { ...person, before: await documentOf(on, person) }
}

/** The job of the maintenance, with a storage that is there or is not. */
const jobOf = ({ pool, storage, config }: TestApp) =>
  createPictureRenewals({
    pool,
    storage,
    mediaUrl: (key) => storage.publicUrl(key) ?? `${config.mediaUrl}${key}`,
    log: silent,
    isCached: false,
    meters: createMeters(),
  })

const isThere = async (on: TestApp, url: string) => (await on.send('GET', url)).statusCode

/** The old address shows nothing, the new one shows the picture, the log leads to it, and nothing is left over. */
async function assertMoved(
  on: TestApp,
  person: Person,
  before: Document,
  { isLogged = true } = {},
): Promise<Document> {
  const now = await documentOf(on, person)
  assert.notEqual(now.avatar_url, before.avatar_url)
  for (const size of ['64', '128', '256', '512'] as const) {
    assert.equal(await isThere(on, before.avatar.variants[size]), 404)
    assert.equal(await isThere(on, now.avatar.variants[size]), 200)
  }
  assert.deepEqual({ ...now.avatar, url: '', variants: {} }, { ...before.avatar, url: '', variants: {} })
  if (isLogged) assert.deepEqual(await replay(on.pool, person.userId), statePart(now))
  assert.deepEqual(await leftOver(on), [])
  return now
}

/** Pictures that are to be moved, and files that no picture claims. */
async function leftOver({ pool }: TestApp): Promise<unknown[]> {
  return query(
    pool,
    sql`select user_id::text from upm.picture_renewals union all select storage_key from upm.unclaimed_files`,
  )
}

async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const told = () => (count += 1)
  channel('tracing:upm.statement:start').subscribe(told)
  assert.ok(statements.hasSubscribers)
  await work()
  channel('tracing:upm.statement:start').unsubscribe(told)
  return count
}

test('whoever hides the profile is answered with a new address, and the old one shows nothing', async () => {
  const { before, ...person } = await shownTutor(app)
  const pictures = await Promise.all(
    Object.values(before.avatar.variants).map(async (url) => (await app.send('GET', url)).rawPayload),
  )
  const rowOf = () =>
    queryOne(
      app.pool,
      sql`select m.created_at, m.sha256, u.changes_in_hour from upm.users u
        join upm.media m on m.owner_id = u.id where u.id = ${person.userId}`,
    )
  const row = (await rowOf()) as { changes_in_hour: number }

  const answer = await patch(
    app,
    person,
    { ...HIDE, tutor_profile: { bio: 'And another field.' } },
    {
      headers: { 'if-match': `"${before.version}"` },
    },
  )
  assert.equal(answer.statusCode, 200, answer.body)
  const now = await assertMoved(app, person, before)
  assert.deepEqual(answer.json(), now)
  assert.equal(answer.headers['etag'], `"${now.version}"`)
  assert.equal(now.version, before.version + 2)
  const moved = await Promise.all(
    Object.values(now.avatar.variants).map(async (url) => (await app.send('GET', url)).rawPayload),
  )
  assert.deepEqual(moved, pictures)
  // The person has made one change. The picture is as old as it was.
  assert.deepEqual(await rowOf(), { ...row, changes_in_hour: row.changes_in_hour + 1 })

  assert.deepEqual((await app.actions(person.userId)).slice(-3), [
    'profile.updated',
    'settings.updated',
    'avatar.moved',
  ])
  const entries = (await app.send('GET', '/api/me/activity/?limit=1', { token: person.token })).json()
  const { action, metadata, actor, ip_address } = entries[0]
  assert.deepEqual(
    { action, metadata, actor, ip_address },
    {
      action: 'avatar.moved',
      metadata: { avatar_url: now.avatar_url, previous_url: before.avatar_url },
      actor: null,
      ip_address: '127.0.0.1',
    },
  )
  // Shown again, it keeps the address; hidden again, it gets another.
  assert.equal((await patch(app, person, SHOW)).json().avatar_url, now.avatar_url)
  const body = HIDE.settings
  const settings = await app.send('PATCH', '/api/me/settings/', { token: person.token, body })
  const again = await assertMoved(app, person, now)
  assert.equal(settings.headers['etag'], `"${again.version}"`)
})

test('a change that hides no picture costs one statement, and moves nothing', async () => {
  const { before, ...person } = await shownTutor(app)
  const hidden = await app.person({ role: 'tutor' })
  await complete(app, hidden)
  const student = await app.person({ role: 'student' })
  await patch(app, student, { student_profile: { headline: 'Physics' }, ...SHOW })
  const { avatar_url: hiddenUrl } = await documentOf(app, hidden)

  for (const [one, body] of [
    [person, { settings: { timezone: 'Europe/Kyiv' } }],
    [person, { tutor_profile: { bio: 'New' } }],
    [hidden, HIDE],
    [hidden, { settings: { privacy_public_profile: false, notifications_enabled: false } }],
    [student, HIDE],
  ] as const) {
    const count = await statementsOf(async () => assert.equal((await patch(app, one, body)).statusCode, 200))
    assert.equal(count, 1, JSON.stringify(body))
  }
  const stale = await patch(app, person, HIDE, { headers: { 'if-match': '"1"' } })
  assert.equal(stale.statusCode, 412)
  assert.equal((await documentOf(app, person)).avatar_url, before.avatar_url)
  assert.equal((await documentOf(app, hidden)).avatar_url, hiddenUrl)
  assert.deepEqual(await leftOver(app), [])
  assert.ok(!(await app.actions(person.userId)).includes('avatar.moved'))
})

test('hidden, shown, replaced and moved by several at once, the link is never broken and the log replays', async () => {
  const { before, ...person } = await shownTutor(app)
  const job = jobOf(app)
  const told = new Set<string>()
  const rounds = Array.from({ length: 12 }, (_, n) => n)
  const answers = await Promise.all([
    ...rounds.map((n) => patch(app, person, n % 3 === 1 ? SHOW : HIDE)),
    ...rounds.slice(0, 4).map(() => job.renewDue(later(11))),
    publish(app, person),
    patch(app, person, { tutor_profile: { bio: 'Meanwhile' } }),
  ])
  for (const answer of answers) {
    if (!answer || typeof answer === 'number') continue
    assert.equal(answer.statusCode, 200, answer.body)
    told.add(answer.json<Document>().avatar_url)
  }
  await patch(app, person, SHOW)
  const shown = await documentOf(app, person)
  assert.equal(await isThere(app, shown.avatar_url), 200)
  await patch(app, person, HIDE)
  // What several have copied and only one could link is swept.
  await sweepOrphans(app.pool, app.storage, later(7200))
  const now = await assertMoved(app, person, shown)
  for (const url of [...told, before.avatar_url])
    assert.equal(await isThere(app, url), url === now.avatar_url ? 200 : 404)
  const keys = []
  for await (const { key } of app.storage.list(`avatars/`))
    if (key.includes(`/user${person.userId}-`)) keys.push(key)
  assert.equal(keys.length, 4)
})

test('an account that is disabled, and one that SQL hides, is the job’s', async () => {
  const disabled = await shownTutor(app)
  const byHand = await shownTutor(app)
  const gone = await shownTutor(app)
  await query(app.pool, sql`update upm.users set disabled_at = now() where id = ${disabled.userId}`)
  for (const { userId } of [byHand, gone])
    await query(
      app.pool,
      sql`update upm.settings set privacy_public_profile = false where user_id = ${userId}`,
    )
  const job = jobOf(app)
  assert.equal(await job.renewDue(), 0, 'whoever has hidden it has ten seconds')
  // A picture that is replaced or removed meanwhile needs no other address.
  assert.equal((await app.send('DELETE', '/api/me/avatar/', { token: gone.token })).statusCode, 204)
  assert.equal(await job.renewDue(later(11)), 2)
  await query(app.pool, sql`update upm.users set disabled_at = null where id = ${disabled.userId}`)
  await assertMoved(app, disabled, disabled.before)
  const moved = await assertMoved(app, byHand, byHand.before, { isLogged: false })
  assert.deepEqual((await app.actions(gone.userId)).slice(-2), ['settings.updated', 'avatar.deleted'])
  assert.equal(await job.renewDue(later(1000)), 0)
  const page = (await app.send('GET', '/api/me/activity/?limit=1', { token: byHand.token })).json()
  const { action, ip_address, metadata } = page[0]
  assert.deepEqual([action, ip_address, metadata.avatar_url], ['avatar.moved', null, moved.avatar_url])
})

test('a picture without files has no address that could end', async () => {
  const { before, ...person } = await shownTutor(app)
  await app.storage.delete(Object.values(before.avatar.variants).map((url) => url.replace('/media/', '')))
  const answer = await patch(app, person, HIDE)
  assert.deepEqual([answer.statusCode, answer.json().avatar_url], [200, before.avatar_url])
  await sweepOrphans(app.pool, app.storage, later(10))
  assert.deepEqual(await leftOver(app), [])
})

async function onS3(t: TestContext, more: Record<string, string> = {}): Promise<[S3, TestApp, string]> {
  const store = await openS3(t)
  const database = await createDatabase()
  t.after(database.drop)
  const on = await useTestApp({ env: { ...store.env, ...more }, database }, t)
  return [store, on, addressOf(database.connection)]
}

test('a store that is away or silent holds up no hiding; the job moves the picture when it is back', async (t) => {
  const [store, on] = await onS3(t)
  const faults: [what: string, answer: S3Answer][] = [
    ['refuses', (_request, response) => (refuse(response, 403, 'AccessDenied'), true)],
    [
      'takes no files',
      ({ method }, response) => method === 'PUT' && (refuse(response, 403, 'AccessDenied'), true),
    ],
    [
      'takes half of them',
      ({ method, url }, response) =>
        method === 'PUT' &&
        /-(?:64|256)\.webp/.test(url ?? '') &&
        (refuse(response, 403, 'AccessDenied'), true),
    ],
  ]
  for (const [what, answer] of faults) {
    const { before, ...person } = await shownTutor(on)
    store.answer = answer
    const hidden = await patch(on, person, HIDE)
    assert.equal(hidden.statusCode, 200, what)
    assert.deepEqual(
      [hidden.json().avatar_url, hidden.json().settings.privacy_public_profile, hidden.headers['etag']],
      [before.avatar_url, false, `"${before.version + 1}"`],
    )
    await assert.rejects(jobOf(on).renewDue(later(11)), /AccessDenied/, what)
    store.answer = undefined
    assert.equal(await isThere(on, before.avatar_url), 200, 'the link is whole until the picture moves')
    assert.equal(await jobOf(on).renewDue(later(60)), 1)
    // What the attempts have left goes, too, in an hour.
    await sweepOrphans(on.pool, on.storage, later(7200))
    await assertMoved(on, person, before)
    assert.equal(store.objects.size, 4)
    assert.equal((await on.send('DELETE', '/api/me/avatar/', { token: person.token })).statusCode, 204)
  }

  const { before, ...person } = await shownTutor(on)
  const waiting: ServerResponse[] = []
  store.answer = ({ method }, response) => method === 'GET' && waiting.push(response) > 0
  const hidden = await patch(on, person, HIDE)
  assert.deepEqual(
    [hidden.statusCode, hidden.json().avatar_url],
    [200, before.avatar_url],
    'it does not wait',
  )
  assert.ok(waiting.length > 0)
  store.answer = undefined
  await jobOf(on).renewDue(later(11))
  await sweepOrphans(on.pool, on.storage, later(7200))
  await assertMoved(on, person, before)
})

test('a cache is told which files are gone, by the sweep, until it has heard', async (t) => {
  const asked: string[] = []
  let status = 500
  const cache = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`)
    response.writeHead(status, { location: '/elsewhere' }).end('purged')
  }).listen(0, '127.0.0.1')
  await once(cache, 'listening')
  t.after(() => cache.close())
  const { port } = cache.address() as AddressInfo
  const MEDIA_PURGE_URL = `http://127.0.0.1:${port}/m/`
  const on = await useTestApp({ env: { MEDIA_PURGE_URL } }, t)
  const { before, ...person } = await shownTutor(on)
  const sweep = () =>
    sweepOrphans(on.pool, on.storage, later(600), undefined, createPurge(on.config.mediaPurgeUrl))
  const hidden = await patch(on, person, HIDE)
  assert.equal(await isThere(on, before.avatar_url), 404)
  assert.equal(asked.length, 0, 'no request waits for it')

  const expected = Object.values(before.avatar.variants)
    .map((url) => `PURGE ${url.replace('/media/', '/m/')}`)
    .sort()
  for (const refusal of [500, 302, 403]) {
    status = refusal
    await assert.rejects(sweep(), new RegExp(`answers ${refusal} to PURGE`))
    assert.deepEqual(asked.splice(0).sort(), expected)
  }
  status = 404
  assert.equal(await sweep(), 1)
  assert.deepEqual(asked.splice(0).sort(), expected)
  status = 200
  assert.equal(await sweep(), 0)
  assert.equal((await on.send('DELETE', '/api/me/avatar/', { token: person.token })).statusCode, 204)
  assert.equal(await sweep(), 1)
  const { variants } = hidden.json<Document>().avatar
  assert.deepEqual(
    asked.sort(),
    Object.values(variants)
      .map((url) => `PURGE ${url.replace('/media/', '/m/')}`)
      .sort(),
  )
  assert.deepEqual(await leftOver(on), [])
})

test(
  'a SIGKILL at any step leaves no old address alive, and no link broken',
  { timeout: 60_000 },
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'upm-renewal-'))
    t.after(() => rm(directory, { recursive: true, force: true }))
    const [store, on, database] = await onS3(t)
    const steps: [what: string, isReached: (method: string, url: string) => boolean][] = [
      ['before the first file is read', (method) => method === 'GET'],
      ['while the files are stored', (method, url) => method === 'PUT' && url.includes('-64.webp')],
      ['after the row was linked', (method) => method === 'DELETE'],
    ]
    for (const [what, isReached] of steps) {
      const { before, ...person } = await shownTutor(on)
      const reached = Promise.withResolvers<void>()
      store.answer = ({ method = '', url = '' }) => {
        if (!isReached(method, url)) return false
        reached.resolve()
        return true
      }
      const env = { ...store.env, DATA_DIR: directory, DATABASE_URL: database, AUTH_JWT_SECRET: SECRET }
      const child = spawn(process.execPath, ['--input-type=module', '--eval', HIDING], {
        env: { ...process.env, ...env, AUTH_BUILT_IN: 'off', LOG_LEVEL: 'silent', TOKEN: person.token },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      t.after(() => child.kill('SIGKILL'))
      const ended = once(child, 'exit')
      await Promise.race([reached.promise, ended])
      child.kill('SIGKILL')
      assert.deepEqual(await ended, [null, 'SIGKILL'], what)
      store.answer = undefined
      const found = await documentOf(on, person)
      assert.equal(
        found['settings'] && (found['settings'] as typeof SHOW.settings).privacy_public_profile,
        false,
      )
      assert.equal(await isThere(on, found.avatar_url), 200, what)
      await jobOf(on).renewDue(later(11))
      await sweepOrphans(on.pool, on.storage, later(7200))
      await assertMoved(on, person, before)
      assert.equal(store.objects.size, 4, what)
      assert.equal((await on.send('DELETE', '/api/me/avatar/', { token: person.token })).statusCode, 204)
    }
  },
)

/** A process that hides the profile of a token. */
const HIDING = `
import { buildApp } from '${new URL('../app.ts', import.meta.url).href}'
import { loadConfig } from '${new URL('../config/config.ts', import.meta.url).href}'
import { openPool } from '${new URL('../database/pool.ts', import.meta.url).href}'
import { openStorage } from '${new URL('./storage/open.ts', import.meta.url).href}'
const config = loadConfig(process.env)
const app = await buildApp({ config, pool: openPool(process.env.DATABASE_URL), storage: await openStorage(config.storage) })
await app.inject({
  method: 'PATCH',
  url: '/api/me/settings/',
  headers: { authorization: 'Bearer ' + process.env.TOKEN },
  payload: { privacy_public_profile: false },
})
`
