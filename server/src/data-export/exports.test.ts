import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { buffer } from 'node:stream/consumers'
import { sha256, unzip } from '../../test/unzip.ts'
import { uploadPicture } from '../../test/publish.ts'
import { useTestApp, type Person, type TestApp } from '../../test/test-app.ts'
import { allPersonalData, builtInActions } from '../features.ts'
import { defaultSubjects } from '../catalogues/subjects.ts'
import { query, queryOne, sql, transaction } from '../database/database.ts'
import { createDocumentReader } from '../document/read.ts'
import { createActions } from '../log/actions.ts'
import { sweepOrphans } from '../media/sweep.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { buildExport, MAX_ATTEMPTS, type BuildNeeds } from './build.ts'
import { lockExport } from './queries.ts'

const app = await useTestApp()
const never = new AbortController().signal

/** What the task works with, as the maintenance process has it. */
function needsOf({ pool, storage }: TestApp): BuildNeeds {
  const types = createProfileTypes()
  return {
    pool,
    storage,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    personalData: allPersonalData(),
    declared: {
      types,
      subjects: new Map(defaultSubjects.map(({ slug, labels }) => [slug, labels])),
      actions: createActions(builtInActions),
    },
    readDocument: createDocumentReader({ types, mediaUrl: (key) => `/media/${key}` }),
    onReady: async () => {},
  }
}
const needs = needsOf(app)

const ask = ({ token }: Person) => app.send('POST', '/api/me/exports/', { token })
const look = ({ token }: Person, id: string) => app.send('GET', `/api/me/exports/${id}/`, { token })
const download = ({ token }: Person, id: string) =>
  app.app.inject({ url: `/api/me/exports/${id}/download/`, headers: { authorization: `Bearer ${token}` } })

/** Asks for an archive and builds it. */
async function built(person: Person): Promise<string> {
  const answer = await ask(person)
  assert.equal(answer.statusCode, 202, answer.body)
  const { id } = answer.json<{ id: string }>()
  await buildExport(needs, { id }, never)
  return id
}

async function filesIn(prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of app.storage.list(prefix)) keys.push(key)
  return keys
}

const parse = (bytes: Buffer | undefined): unknown => JSON.parse(String(bytes))

test('an archive has everything that is held of the person, each file with its hash', async () => {
  const person = await app.person({ role: 'tutor', given_name: 'Олена' })
  await app.send('PATCH', '/api/me/profile/', {
    token: person.token,
    body: { tutor_profile: { headline: 'Фізика', bio: 'Перше речення. '.repeat(100) } },
  })
  await uploadPicture(app, person)
  const id = await built(person)
  assert.deepEqual((await look(person, id)).json(), {
    id,
    state: 'ready',
    percent: 100,
    expires_at: (await look(person, id)).json<{ expires_at: string }>().expires_at,
  })
  const answer = await download(person, id)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.headers['content-type'], 'application/zip')
  assert.match(
    String(answer.headers['content-disposition']),
    /^attachment; filename="upm-\d{4}-\d\d-\d\d\.zip"$/,
  )
  assert.equal(answer.headers['cache-control'], 'private, no-store')
  assert.equal(Number(answer.headers['content-length']), answer.rawPayload.length)

  const files = await unzip(answer.rawPayload)
  const manifest = parse(files.get('manifest.json')) as {
    files: { path: string; bytes: number; sha256: string }[]
    left_out: { what: { uk: string; en: string }; why: { uk: string; en: string } }[]
  }
  const listed = manifest.files.map(({ path, ...facts }) => [path, facts] as const)
  assert.deepEqual(
    listed.map(([path]) => path).sort(),
    [...files.keys()].filter((path) => path !== 'manifest.json').sort(),
  )
  for (const [path, facts] of listed) {
    const file = files.get(path)
    assert.ok(file, path)
    assert.deepEqual(facts, { bytes: file.length, sha256: sha256(file) }, path)
  }
  for (const { what, why } of manifest.left_out)
    assert.ok(what.uk && what.en && why.uk && why.en, JSON.stringify(what))

  const document = (await app.send('GET', '/api/me/profile/', { token: person.token })).json()
  assert.deepEqual(parse(files.get('profile.json')), document)
  const pictures = [...files.keys()].filter((path) => path.startsWith('pictures/'))
  assert.equal(pictures.length, 4)
  const shown = await app.send('GET', document.avatar_url)
  assert.ok(pictures.some((path) => files.get(path)?.equals(shown.rawPayload)))

  const log = String(files.get('activity.ndjson'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; action: string })
  const feed = (await app.send('GET', '/api/me/activity/?limit=100', { token: person.token })).json<
    { id: string; action: string }[]
  >()
  // The archive is a picture of the moment at which it was built: the download is logged after it.
  const before = feed.filter(({ action }) => action !== 'system.export.downloaded').toReversed()
  assert.deepEqual(log, before)
  assert.deepEqual(
    feed.slice(0, 2).map(({ action }) => action),
    ['system.export.downloaded', 'system.export.requested'],
  )
})

test('who asks too often, for what is not ready, or for what is not theirs, is refused, and nothing changes', async () => {
  const [person, stranger] = [await app.person(), await app.person()]
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(person)))
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [202, 429, 429, 429, 429, 429],
  )
  const { id } = answers.find(({ statusCode }) => statusCode === 202)?.json<{ id: string }>() ?? { id: '' }
  const refused = answers.find(({ statusCode }) => statusCode === 429)
  assert.equal(refused?.json<{ code: string }>().code, 'export_recent')
  const wait = Number(refused.headers['retry-after'])
  assert.ok(wait > 86_000 && wait <= 86_400, String(wait))
  assert.deepEqual(await app.actions(person.userId), [
    'system.profile.initialized',
    'system.export.requested',
  ])
  assert.deepEqual((await look(person, id)).json(), { id, state: 'queued', percent: 0, expires_at: null })

  for (const [answer, status, code] of [
    [await download(person, id), 409, 'export_not_ready'],
    [await look(stranger, id), 404, 'not_found'],
    [await download(stranger, id), 404, 'not_found'],
    [await look(person, '019ad3f2-5c1e-7b3a-9f60-2d1c8e4b7a95'), 404, 'not_found'],
    [await look(person, "1' or true --"), 404, 'not_found'],
    [await look(person, '%00'), 404, 'not_found'],
    [await app.send('POST', '/api/me/exports/', {}), 401, 'unauthorized'],
    [await app.send('GET', `/api/me/exports/${id}/`), 401, 'unauthorized'],
    [await app.app.inject({ url: `/api/me/exports/${id}/download/` }), 401, 'unauthorized'],
  ] as const)
    assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [status, code])
  await buildExport(needs, { id }, never)
  assert.equal((await download(stranger, id)).statusCode, 404)
  assert.deepEqual((await app.send('GET', '/api/me/exports/', { token: stranger.token })).json(), [])
  const listed = (await app.send('GET', '/api/me/exports/', { token: person.token })).json()
  assert.deepEqual([listed.length, listed[0].id, listed[0].state], [1, id, 'ready'])
  assert.equal((await ask(person)).statusCode, 429, 'also while an archive is ready')
  await query(
    app.pool,
    sql`update upm.exports set requested_at = clock_timestamp() - interval '24 hours' where id = ${id}::uuid`,
  )
  assert.equal((await ask(person)).statusCode, 202)
  const head = await app.app.inject({
    method: 'HEAD',
    url: `/api/me/exports/${id}/download/`,
    headers: { authorization: `Bearer ${person.token}` },
  })
  assert.equal(head.statusCode, 200)
  assert.ok(Number(head.headers['content-length']) > 1000)
  assert.ok(!(await app.actions(person.userId)).includes('system.export.downloaded'))
})

test('what is stored is encrypted, has no address, and what was changed in it breaks off', async () => {
  const person = await app.person({ given_name: 'Canary-7f3a' })
  const id = await built(person)
  const row = await queryOne<{ storage_key: string }>(
    app.pool,
    sql`select storage_key from upm.exports where id = ${id}::uuid`,
  )
  const key = row?.storage_key ?? ''
  assert.match(key, /^exports\/[0-9a-f]{64}$/)
  const stored = await app.storage.read(key)
  assert.ok(stored)
  const bytes = await buffer(stored.stream)
  for (const word of ['Canary-7f3a', 'PK\u0003\u0004', 'index.html', person.email])
    assert.ok(!bytes.includes(word), word)
  for (const url of [`/media/${key}`, `/media/exports/`, `/media/exports%2f${key.slice(8)}`])
    assert.equal((await app.app.inject({ url })).statusCode, 404, url)

  const { storage } = app.config
  const path = join(storage.kind === 'local' ? storage.root : '', key)
  for (const changed of [
    Buffer.concat([bytes.subarray(0, 500), Buffer.from([(bytes[500] ?? 0) ^ 1]), bytes.subarray(501)]),
    bytes.subarray(0, -1),
  ]) {
    await writeFile(path, changed)
    const answer = await download(person, id).then(
      ({ rawPayload }) => rawPayload.length,
      () => undefined,
    )
    assert.ok(answer === undefined || answer < bytes.length, 'it never looks complete')
  }
})

test('an archive is deleted after 24 hours, and with the account', async () => {
  const person = await app.person()
  const id = await built(person)
  const [key] = await filesIn(await keyOf(id))
  assert.ok(key)
  assert.equal(await sweepOrphans(app.pool, app.storage, new Date(Date.now() + 23.9 * 3_600_000)), 0)
  assert.equal((await download(person, id)).statusCode, 200)
  await sweepOrphans(app.pool, app.storage, new Date(Date.now() + 24.1 * 3_600_000))
  assert.deepEqual(await filesIn(key), [])
  await query(
    app.pool,
    sql`update upm.exports set expires_at = clock_timestamp() - interval '1 second' where id = ${id}::uuid`,
  )
  assert.equal((await look(person, id)).json<{ state: string }>().state, 'expired')
  const late = await download(person, id)
  assert.deepEqual([late.statusCode, late.json<{ code: string }>().code], [410, 'export_expired'])

  const leaver = await app.person()
  const theirs = await keyOf(await built(leaver))
  assert.equal((await filesIn(theirs)).length, 1)
  await query(app.pool, sql`delete from upm.exports where user_id = ${leaver.userId}`)
  await sweepOrphans(app.pool, app.storage)
  assert.deepEqual(await filesIn(theirs), [])
})

async function keyOf(id: string): Promise<string> {
  const row = await queryOne<{ storage_key: string }>(
    app.pool,
    sql`select storage_key from upm.exports where id = ${id}::uuid`,
  )
  return row?.storage_key ?? ''
}

test('two workers never build one archive, and an attempt that another one has followed changes nothing', async () => {
  const person = await app.person()
  const { id } = (await ask(person)).json<{ id: string }>()
  await transaction(app.pool, async (db) => {
    assert.equal(await lockExport(db, id), true)
    await assert.rejects(buildExport(needs, { id }, never), /another process is building this archive/)
    assert.equal((await look(person, id)).json<{ state: string }>().state, 'queued')
  })
  // At the end of its work, the first one finds that another attempt has begun.
  const files = await filesIn('exports/')
  await buildExport(
    {
      ...needs,
      readDocument: async (db, userId) => {
        await query(app.pool, sql`update upm.exports set attempts = attempts + 1 where id = ${id}::uuid`)
        return needs.readDocument(db, userId)
      },
    },
    { id },
    never,
  )
  assert.equal((await look(person, id)).json<{ state: string }>().state, 'running')
  await sweepOrphans(app.pool, app.storage)
  assert.deepEqual(await filesIn('exports/'), files)
  await buildExport(needs, { id }, never)
  assert.equal((await look(person, id)).json<{ state: string }>().state, 'ready')
  await buildExport(needs, { id }, never)
  assert.equal((await filesIn('exports/')).length, files.length + 1, 'what is ready is not built again')
})

test('a build that fails or is stopped leaves no file; after five attempts the person may ask again at once', async () => {
  const person = await app.person()
  const { id } = (await ask(person)).json<{ id: string }>()
  const files = await filesIn('exports/')
  const stopped = AbortSignal.abort(new Error('the server stops'))
  await assert.rejects(buildExport(needs, { id }, stopped), /the server stops/)
  const failing: BuildNeeds = {
    ...needs,
    readDocument: async () => {
      throw new Error('it cannot be read')
    },
  }
  for (let attempt = 2; attempt < MAX_ATTEMPTS; attempt += 1)
    await assert.rejects(buildExport(failing, { id }, never), /it cannot be read/)
  assert.equal((await look(person, id)).json<{ state: string }>().state, 'running')
  await buildExport(failing, { id }, never)
  assert.deepEqual((await look(person, id)).json(), { id, state: 'failed', percent: 0, expires_at: null })
  await buildExport(needs, { id }, never)
  await sweepOrphans(app.pool, app.storage)
  assert.deepEqual(await filesIn('exports/'), files)
  assert.equal((await download(person, id)).json<{ code: string }>().code, 'export_not_ready')
  assert.equal((await ask(person)).statusCode, 202)
})

test('a store that takes nothing is said to the queue, and nothing is ready', async (t: TestContext) => {
  const person = await app.person()
  const { id } = (await ask(person)).json<{ id: string }>()
  t.mock.method(app.storage, 'putStream', async () => {
    throw new Error('the store is away')
  })
  await assert.rejects(buildExport(needs, { id }, never), /the store is away/)
  t.mock.restoreAll()
  await buildExport(needs, { id }, never)
  assert.equal((await look(person, id)).json<{ state: string }>().state, 'ready')
})

test('other people who are mentioned in the log are called other', async () => {
  const person = await app.person()
  await query(
    app.pool,
    sql`insert into upm.activity_log (id, user_id, actor_kind, actor_id, action, entity_type, entity_id, metadata, timestamp)
      values (gen_random_uuid(), ${person.userId}, null, null, 'invite.sent', 'invite', 'i-1',
          '{"channel": "email", "to": "stranger@example.com"}', now()),
        (gen_random_uuid(), ${person.userId}, null, null, 'invite.sent', 'invite', 'i-2',
          ${JSON.stringify({ to: person.email })}::jsonb, now() + interval '1 second'),
        (gen_random_uuid(), ${person.userId}, 'operator', 'boss@example.com', 'profile.updated', 'profile', '987654',
          '{}', now() + interval '2 seconds')`,
  )
  const files = await unzip((await download(person, await built(person))).rawPayload)
  for (const [path, bytes] of files)
    for (const trace of ['stranger@example.com', 'boss@example.com', '987654'])
      assert.ok(!bytes.includes(trace), `${path}: ${trace}`)
  const entries = String(files.get('activity.ndjson'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { action: string; entity_id: string; metadata: object; actor: object })
  const invited = entries.filter(({ action }) => action === 'invite.sent').map(({ metadata }) => metadata)
  assert.deepEqual(invited, [{ channel: 'email', to: 'other' }, { to: person.email }])
  const updated = entries.find(({ action }) => action === 'profile.updated')
  assert.deepEqual([updated?.entity_id, updated?.actor], ['other', { kind: 'operator', id: 'other' }])
})

test('the page says everything in the language of the person, and hostile texts are texts', async () => {
  const hostile = `</style><script>alert('x')</script>"'&`
  const person = await app.person({ role: 'tutor', given_name: hostile })
  await app.send('PATCH', '/api/me/profile/', {
    token: person.token,
    headers: { 'user-agent': `Mozilla/5.0 ${hostile}` },
    body: { settings: { ui_language: 'en', timezone: 'Europe/Kyiv' }, tutor_profile: { headline: hostile } },
  })
  const page = String(
    (await unzip((await download(person, await built(person))).rawPayload)).get('index.html'),
  )
  assert.ok(page.startsWith('<!doctype html>'))
  assert.match(page, /<html lang="en">/)
  assert.doesNotMatch(page, /<script|alert\('x'\)<|<\/style>[^]*<\/style>/)
  assert.match(page, /&#60;script&#62;/)
  assert.match(page, /<h2 id="left-out-title">What was left out/)
  assert.match(page, /Settings changed: .*time zone/)

  const other = await app.person()
  const uk = String((await unzip((await download(other, await built(other))).rawPayload)).get('index.html'))
  assert.match(uk, /<html lang="uk">/)
  assert.match(uk, /Чого тут немає/)
  assert.match(uk, /Створено обліковий запис/)
})
