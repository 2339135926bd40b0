import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { form } from '../../test/form.ts'
import { runUpm, until, upm } from '../../test/process.ts'
import { replay, statePart } from '../document/history.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import { query, sql, type Db } from '../database/database.ts'
import type { ProfileDocument } from '../document/present.ts'
import type { DemoOptions } from './demo.ts'
import { seedDemo } from './seed.ts'

const now = new Date('2026-11-22T15:00:00Z')

async function place(t: TestContext): Promise<TestApp & { database: TestDatabase }> {
  const database = await createDatabase()
  const app = await useTestApp({ database }, t)
  t.after(() => database.drop())
  return { ...app, database }
}

function seed({ config, pool, storage }: TestApp, options: Partial<DemoOptions> = {}) {
  return seedDemo({ config, pool, storage, users: 20, activity: undefined, photos: 3, now, ...options })
}

/** One line for each table's rows, for the next ids, and for the stored files. */
async function fingerprint({ pool, storage }: Pick<TestApp, 'pool' | 'storage'>): Promise<string[]> {
  const lines = []
  for (const table of ['users', 'settings', 'profiles', 'identities', 'media', 'activity_log']) {
    const { rows } = await pool.query<{ digest: string }>(
      // Which transaction has written an entry is told by the database, and when a token was heard by who has come with it.
      `select count(*) || ' ' || md5(string_agg(row, ' ' order by row collate "C")) as digest
       from (select (to_jsonb(r) - 'tx' - 'heard_at')::text as row from ${table} r) rows`,
    )
    lines.push(`${table} ${rows[0]?.digest}`)
  }
  const { rows } = await pool.query<{ next: string }>(
    'select u.last_value || $1 || m.last_value as next from users_id_seq u, media_id_seq m',
    [' '],
  )
  const keys = []
  // What was half written when a run was killed is for the sweep.
  for await (const { key } of storage.list('avatars/')) if (!key.endsWith('.tmp')) keys.push(key)
  return [...lines, `next ids ${rows[0]?.next}`, keys.sort().join('\n')]
}

type Demo = { subject: string; email: string; id: number }

function listDemo(db: Db): Promise<Demo[]> {
  return query<Demo>(
    db,
    sql`select i.subject, u.email, u.id from identities i join users u on u.id = i.user_id
      where starts_with(i.subject, 'demo-') order by u.id`,
  )
}

async function documentOf(app: TestApp, { subject, email }: Demo): Promise<ProfileDocument> {
  const answer = await app.send('GET', '/api/me/profile/', {
    token: await app.token({ sub: subject, email }),
  })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<ProfileDocument>()
}

type Entry = {
  id: string
  action: string
  entity_type: string
  entity_id: string
  timestamp: string
  metadata: unknown
}

/** Everything that a log must be: whole, in order, and leading to the document that the app shows. */
async function checkLog(app: TestApp, demo: Demo): Promise<Entry[]> {
  const document = await documentOf(app, demo)
  assert.deepEqual(await replay(app.pool, demo.id), statePart(document))
  const entries = await query<Entry>(
    app.pool,
    sql`select id, action, entity_type, entity_id, timestamp, metadata from activity_log
      where user_id = ${demo.id} order by timestamp, id`,
  )
  const actions = new Set(entries.map(({ action }) => action))
  const required = [
    'system.profile.initialized',
    'system.login',
    'profile.updated',
    'settings.updated',
    'avatar.uploaded',
    'invite.sent',
  ]
  for (const action of required) assert.ok(actions.has(action), `${demo.email} has no ${action}`)
  const changes = entries.filter(({ action }) => /^(profile|settings|avatar)\./.test(action))
  assert.equal(document.version, 1 + changes.length)
  assert.equal(document.created_at, entries[0]?.timestamp)
  assert.equal(document.updated_at, changes.at(-1)?.timestamp)
  const { initial } = (entries[0] as Entry).metadata as { initial: ProfileDocument }
  assert.deepEqual([initial.version, initial.created_at], [1, document.created_at])
  for (const [
    position,
    { id, timestamp, entity_id: entityId, action, entity_type: entityType },
  ] of entries.entries()) {
    assert.equal(entityId, String(demo.id))
    assert.equal(entityType, app.app.upm.activity.actions.get(action)?.entityType)
    assert.equal(Number.parseInt(id.replace('-', '').slice(0, 12), 16), Date.parse(timestamp))
    const before = entries[position - 1]?.timestamp ?? ''
    assert.ok(timestamp > before && timestamp < now.toISOString(), `${before} ${timestamp}`)
  }
  return entries
}

test('the default set is whole: profiles, photos, settings, and logs that replay', async (t) => {
  const app = await place(t)
  const seeded = await seed(app, { photos: 20 })
  assert.deepEqual(seeded.users, { made: 20, found: 0 })
  assert.deepEqual(seeded.entries, { made: 500, found: 0 })
  assert.equal(seeded.rows, 20 * 4 + 2 + 20 + 500)
  const demo = await listDemo(app.pool)
  assert.equal(demo.length, 20)
  const hashes = new Set<string>()
  for (const one of demo) {
    await checkLog(app, one)
    const document = await documentOf(app, one)
    for (const url of Object.values(document.avatar?.variants ?? {})) {
      const file = await app.send('GET', url)
      assert.equal(file.statusCode, 200)
      assert.equal(file.headers['content-type'], 'image/webp')
      hashes.add(file.rawPayload.toString('base64'))
    }
    assert.equal(hashes.size % 4, 0)
    assert.deepEqual(Object.keys(document.avatar?.variants ?? {}), ['64', '128', '256', '512'])
  }
  assert.equal(hashes.size, 80)
  assert.deepEqual(
    seeded.people.map(({ role }) => role),
    ['tutor', 'student'],
  )
})

test('the same options give the same rows and files in every database', async (t) => {
  const [one, other] = [await place(t), await place(t)]
  await seed(one)
  await seed(other, { now: new Date('2026-11-22T00:00:00.001Z') })
  assert.deepEqual(await fingerprint(one), await fingerprint(other))
})

test('a second run changes nothing, not even in another year', async (t) => {
  const app = await place(t)
  await seed(app, { activity: 501 })
  const before = await fingerprint(app)
  const again = await seed(app, { activity: 501, now: new Date('2028-01-31T12:00:00Z') })
  assert.deepEqual(
    [again.users, again.entries, again.rows],
    [{ made: 0, found: 20 }, { made: 0, found: 501 }, 0],
  )
  // A smaller demo is part of it.
  await seed(app, { users: 5, activity: 10 })
  assert.deepEqual(await fingerprint(app), before)
})

test('a larger demo adds what the smaller one lacks, and is then as if it had been the first', async (t) => {
  const [grown, large] = [await place(t), await place(t)]
  const size = { users: 60, activity: 2000 }
  await seed(grown)
  await seed(grown, { users: 20, activity: 600 })
  await seed(grown, size)
  await seed(large, size)
  assert.deepEqual(await fingerprint(grown), await fingerprint(large))
  const demo = await listDemo(grown.pool)
  for (const index of [0, 1, 2, 19, 20, 41, 59]) await checkLog(grown, demo[index] as Demo)
})

test('very long logs replay too, and their changes do not get into one another', async (t) => {
  const app = await place(t)
  const { entries } = await seed(app, { users: 2, activity: 6001 })
  assert.equal(entries.made, 6001)
  for (const one of await listDemo(app.pool)) await checkLog(app, one)
})

test('too little activity is raised to what the stories need', async (t) => {
  const app = await place(t)
  const { entries } = await seed(app, { activity: 3 })
  assert.equal(entries.made, 3 * 6 + 17 * 7)
  for (const one of await listDemo(app.pool)) assert.ok((await checkLog(app, one)).length >= 6)
})

test('a run that was killed in the middle is finished by the next one', async (t) => {
  const [killed, undisturbed] = [await place(t), await place(t)]
  const { connection } = killed.database
  const url = typeof connection === 'string' ? connection : urlOf(connection)
  const directory = await mkdtemp(join(tmpdir(), 'upm-demo-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const media = killed.config.storage.kind === 'local' ? killed.config.storage.root : ''
  // Passwords are hashed with salt and would make every run another one.
  const env = { DATABASE_URL: url, DATA_DIR: directory, MEDIA_ROOT: media, AUTH_BUILT_IN: 'off' }
  const args = ['seed-demo', '--users', '21', '--activity', '24000']
  // In the accounts, in the visits, and late in the visits.
  for (const moment of [undefined, /: 10 %/, /: 70 %/]) {
    const run = runUpm(args, env)
    if (moment) await until(run, moment)
    else await untilSome(killed)
    run.child.kill('SIGKILL')
    assert.equal(await run.ended, 'SIGKILL')
  }
  const { code, output } = await upm(args, env)
  assert.equal(code, 0, output)
  await seed(undisturbed, { users: 21, activity: 24_000, photos: 200, now: new Date() })
  assert.deepEqual(await fingerprint(killed), await fingerprint(undisturbed))
})

function urlOf({
  user,
  database,
  host,
  port,
}: {
  user: string
  database: string
  host: string
  port: number
}): string {
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`
}

async function untilSome({ storage }: TestApp): Promise<void> {
  for (;;) for await (const _ of storage.list('avatars/')) return
}

test('a run that fails in the middle leaves whole accounts only, and no gap', async (t) => {
  const [failed, undisturbed] = [await place(t), await place(t)]
  const full = new Error('the disk is full')
  let files = 0
  const storage = {
    ...failed.storage,
    put: async (...args: Parameters<typeof failed.storage.put>) => {
      if (++files > 84) throw full
      return failed.storage.put(...args)
    },
  }
  const options = { users: 22, photos: 22 }
  await assert.rejects(seed(failed, { ...options, storage }), full)
  const demo = await listDemo(failed.pool)
  assert.equal(demo.length, 20)
  for (const one of demo) await checkLog(failed, one)
  await seed(failed, options)
  await seed(undisturbed, options)
  assert.deepEqual(await fingerprint(failed), await fingerprint(undisturbed))
})

test('somebody who signs up meanwhile gets an id and keeps it', async (t) => {
  const app = await place(t)
  let stranger: Promise<{ userId: number }> | undefined
  const storage = {
    ...app.storage,
    put: async (...args: Parameters<typeof app.storage.put>) => {
      await (stranger ??= app.person())
      return app.storage.put(...args)
    },
  }
  await seed(app, { storage })
  assert.equal((await stranger)?.userId, 1)
  const demo = await listDemo(app.pool)
  assert.deepEqual(
    demo.map(({ id }) => id),
    Array.from({ length: 20 }, (_, index) => index + 2),
  )
  for (const one of demo) await checkLog(app, one)
  const { token, userId } = await app.person()
  assert.equal(userId, 22)
  assert.deepEqual(await app.actions(userId), ['system.profile.initialized'])
  const { body, headers } = await form([{ name: 'avatar', file: await photo(app) }])
  assert.equal((await app.send('POST', '/api/me/avatar/', { token, body, headers })).statusCode, 201)
})

async function photo(app: TestApp): Promise<Buffer> {
  const [first] = await listDemo(app.pool)
  const document = await documentOf(app, first as Demo)
  return (await app.send('GET', document.avatar_url ?? '')).rawPayload
}

test('what its users have changed stays changed, also when the demo grows', async (t) => {
  const app = await place(t)
  await seed(app)
  const [first, , , , , last] = await listDemo(app.pool)
  for (const one of [first, last] as Demo[]) {
    const { subject, email } = one
    const token = await app.token({ sub: subject, email })
    const { avatar_url: url, settings } = await documentOf(app, one)
    const patch = {
      user: { first_name: 'Хтось' },
      settings: { notifications_enabled: !settings.notifications_enabled },
    }
    assert.equal((await app.send('PATCH', '/api/me/profile/', { token, body: patch })).statusCode, 200)
    assert.equal((await app.send('DELETE', '/api/me/avatar/', { token })).statusCode, 204)
    const before = await documentOf(app, one)
    await seed(app, { activity: before.version * 300 })
    const after = await documentOf(app, one)
    assert.equal(after.user.first_name, 'Хтось')
    assert.deepEqual({ ...after, version: 0 }, { ...before, version: 0 })
    assert.ok(after.version > before.version)
    assert.deepEqual(await replay(app.pool, one.id), statePart(after))
    if (url !== null) assert.equal((await app.send('GET', url)).statusCode, 404)
  }
})

test('an account that is not of the demo is never touched: one clear error, and nothing is written', async (t) => {
  for (const claims of [
    { email: 'Roman.Hnatiuk.1@demo.example.com' },
    { sub: 'demo-roman.hnatiuk.1', email: 'somebody@example.com' },
  ]) {
    const app = await place(t)
    await app.person(claims)
    const before = await fingerprint(app)
    await assert.rejects(seed(app), {
      name: 'Error',
      message: /^roman\.hnatiuk\.1@demo\.example\.com is an account that seed-demo has not made/,
    })
    assert.deepEqual(await fingerprint(app), before)
  }
})

test('an account that takes an e-mail of the demo meanwhile is refused as clearly', async (t) => {
  const app = await place(t)
  let stranger: Promise<unknown> | undefined
  const storage = {
    ...app.storage,
    put: async (...args: Parameters<typeof app.storage.put>) => {
      await (stranger ??= app.person({ email: 'roman.hnatiuk.1@demo.example.com' }))
      return app.storage.put(...args)
    },
  }
  await assert.rejects(seed(app, { storage }), {
    message: /^roman\.hnatiuk\.1@demo\.example\.com is an account/,
  })
  assert.deepEqual(await listDemo(app.pool), [])
})

test('an e-mail of the demo that nobody needs is nobody’s business', async (t) => {
  const app = await place(t)
  const { userId } = await app.person({ email: 'roman.hnatiuk.21@demo.example.com' })
  assert.equal((await seed(app)).users.made, 20)
  assert.deepEqual(await app.actions(userId), ['system.profile.initialized'])
})

test('what is logged after the demo is later than all of it, also after it has grown', async (t) => {
  const app = await place(t)
  const unordered = () =>
    query(
      app.pool,
      sql`select id from users u where logged_at is distinct from
          (select max(timestamp) from activity_log where user_id = u.id)
        or started_at is distinct from (select min(timestamp) from activity_log where user_id = u.id)`,
    )
  await seed(app)
  assert.deepEqual(await unordered(), [])
  await seed(app, { activity: 1_000 })
  assert.deepEqual(await unordered(), [])
})

test('what retention has dropped does not come back', async (t) => {
  const app = await place(t)
  await seed(app)
  await query(app.pool, sql`delete from activity_log where timestamp < '2026-09-01'`)
  const before = await fingerprint(app)
  const config = { ...app.config, activityRetentionDays: 60 }
  await seed(app, { config })
  assert.deepEqual(await fingerprint(app), before)
})

test('the command says what it did and how to sign in', async (t) => {
  const app = await place(t)
  const { connection } = app.database
  const directory = await mkdtemp(join(tmpdir(), 'upm-demo-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const env = {
    DATABASE_URL: typeof connection === 'string' ? connection : urlOf(connection),
    DATA_DIR: directory,
  }
  const { code, output } = await upm(['seed-demo', '--users', '5'], env)
  assert.equal(code, 0, output)
  assert.match(output, /seed-demo: 100 % \(125 of 125\)/)
  assert.match(output, /^users: +5 created, 0 already there$/m)
  assert.match(output, /^log entries: 125 created, 0 already there$/m)
  assert.match(output, /^[\d,]+ rows in [\d.]+ s: [\d,]+ rows per second$/m)
  const email = /npx upm token (\S+)/.exec(output)?.[1] ?? ''
  const token = (await upm(['token', email], env)).output.trim()
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/)

  await query(app.pool, sql`delete from identities where subject = ${`demo-${email.split('@')[0]}`}`)
  const strangers = await upm(['seed-demo'], env)
  assert.equal(strangers.code, 1)
  assert.match(strangers.output, /^upm: This database has accounts that are not part of the demo/)
  const refused = await upm(['seed-demo', '--force'], env)
  assert.equal(refused.code, 1)
  assert.equal(
    refused.output,
    `upm: ${email} is an account that seed-demo has not made for the issuer "local". Nothing of it was changed: remove it, or use another database.\n`,
  )
  const faulty = await upm(['seed-demo', '--users', '0'], env)
  assert.equal(faulty.code, 1)
  assert.match(faulty.output, /'--users <n>' argument '0' is invalid/)
})
