import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import { createDatabase } from '../../test/database.ts'
import { form } from '../../test/form.ts'
import { addressOf, runUpm } from '../../test/process.ts'
import { useTestApp, type Person, type TestApp } from '../../test/test-app.ts'
import { openPool } from '../database/pool.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { maintainLog } from '../log/maintenance.ts'
import { ensurePartitions } from '../log/partitions.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { createCheckpoints } from './checkpoints.ts'
import { replay, statePart } from './history.ts'

const NOW = new Date()
const MONTHS = 36
const MONTH_MS = 30.4 * 86_400_000
const ago = (months: number) => new Date(NOW.getTime() - months * MONTH_MS)

async function place(
  t: TestContext,
): Promise<TestApp & { database: Awaited<ReturnType<typeof createDatabase>> }> {
  const database = await createDatabase()
  const app = await useTestApp({ database }, t)
  t.after(() => database.drop())
  await ensurePartitions(app.pool, { from: ago(MONTHS + 1) })
  return { ...app, database }
}

/** Moves what a user has done into the past: the first entry to so many months ago, the rest evenly up to `until`. */
async function spread({ pool }: TestApp, userId: number, months: number, until = 0): Promise<void> {
  await query(
    pool,
    sql`with placed as (
        select id, timestamp, (row_number() over (order by timestamp) - 1)::float8 / greatest(1, count(*) over () - 1) as part
        from activity_log where user_id = ${userId}
      )
      update activity_log l set timestamp = ${ago(months).toISOString()}::timestamptz
        + placed.part * (${ago(until).toISOString()}::timestamptz - ${ago(months).toISOString()}::timestamptz)
      from placed where l.id = placed.id and l.timestamp = placed.timestamp and l.user_id = ${userId}`,
  )
  await query(
    pool,
    sql`update users set created_at = ${ago(months).toISOString()}::timestamptz, started_at = ${ago(months).toISOString()}::timestamptz,
        logged_at = (select max(timestamp) from activity_log where user_id = ${userId})
      where id = ${userId}`,
  )
}

const patch = async (app: TestApp, { token }: Person, body: unknown) => {
  const answer = await app.send('PATCH', '/api/me/profile/', { token, body })
  assert.equal(answer.statusCode, 200, answer.body)
}
const documentOf = async (app: TestApp, { token }: Person) =>
  (await app.send('GET', '/api/me/profile/', { token })).json<Record<string, unknown>>()

const silent = { info: () => {}, warn: () => {}, error: () => {} }

function maintain(app: TestApp, retentionDays = 90): Promise<void> {
  const writeCheckpoints = createCheckpoints(app.pool, {
    types: createProfileTypes(),
    mediaUrl: (key) => `${app.config.mediaUrl}${key}`,
  })
  return maintainLog({ pool: app.pool, log: silent, retentionDays, writeCheckpoints, now: NOW })
}

async function starts(app: TestApp, { userId }: Person): Promise<string[]> {
  const rows = await query<{ action: string }>(
    app.pool,
    sql`select action from activity_log
      where user_id = ${userId} and action in ('system.profile.initialized', 'profile.checkpoint') order by timestamp`,
  )
  return rows.map(({ action }) => action)
}

test('36 months, of which 90 days are kept: what is left replays to the document', async (t) => {
  const app = await place(t)
  const [busy, silentOne, recent, stranger] = [
    await app.person({ role: 'tutor' }),
    await app.person({ role: 'tutor' }),
    await app.person(),
    await app.person(),
  ] as const
  for (let i = 0; i < 40; i += 1) {
    await patch(app, busy, {
      user: { first_name: `name ${i}` },
      tutor_profile: { bio: `${i} `.repeat(400), subjects: i % 2 ? ['algebra'] : [] },
      ...(i % 5 === 0 && { settings: { timezone: `Etc/GMT+${i % 12}` } }),
    })
  }
  const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  const upload = await form([{ name: 'avatar', file: picture }])
  await app.send('POST', '/api/me/avatar/', { token: silentOne.token, ...upload })
  await patch(app, silentOne, { tutor_profile: { headline: 'Nothing since' } })
  await patch(app, recent, { user: { first_name: 'New' } })
  // Nobody has ever opened this one.
  await query(app.pool, sql`delete from activity_log where user_id = ${stranger.userId}`)
  await query(app.pool, sql`delete from identities where user_id = ${stranger.userId}`)
  await query(app.pool, sql`update users set started_at = null where id = ${stranger.userId}`)
  await spread(app, busy.userId, MONTHS)
  await spread(app, silentOne.userId, MONTHS, MONTHS - 1)
  await spread(app, recent.userId, 1)
  const people = [busy, silentOne, recent]
  const documents = await Promise.all(people.map((person) => documentOf(app, person)))

  await maintain(app)

  const oldest = await queryOne<{ at: string; months: number }>(
    app.pool,
    sql`select min(timestamp) as at, (select count(*)::int from pg_inherits where inhparent = 'activity_log'::regclass) as months
      from activity_log`,
  )
  assert.ok(new Date(oldest?.at ?? 0) > ago(5), oldest?.at)
  assert.ok((oldest?.months ?? 0) < 12)
  assert.deepEqual(await starts(app, busy), ['profile.checkpoint'])
  assert.deepEqual(await starts(app, silentOne), ['profile.checkpoint'])
  assert.deepEqual(await starts(app, recent), ['system.profile.initialized'])
  assert.deepEqual(await starts(app, stranger), [])
  for (const [i, person] of people.entries()) {
    // A checkpoint is no change of the document.
    assert.deepEqual(await documentOf(app, person), documents[i])
    assert.deepEqual(await replay(app.pool, person.userId), statePart(documents[i] ?? {}))
  }
  // And on from there, with a picture that takes the place of the one that only the checkpoint tells of.
  const again = await form([{ name: 'avatar', file: picture }])
  assert.equal(
    (await app.send('POST', '/api/me/avatar/', { token: silentOne.token, ...again })).statusCode,
    201,
  )
  await patch(app, busy, { tutor_profile: { bio: 'short' } })
  for (const person of [busy, silentOne]) {
    assert.deepEqual(await replay(app.pool, person.userId), statePart(await documentOf(app, person)))
  }
  await maintain(app)
  assert.deepEqual(await starts(app, busy), ['profile.checkpoint'])
})

test('a month stays as long as one of its users has no later start, and nobody is waited for', async (t) => {
  const app = await place(t)
  const [locked, free] = [await app.person(), await app.person()]
  await spread(app, locked.userId, 20)
  await spread(app, free.userId, 20)
  const holder = await app.pool.connect()
  await holder.query('begin')
  await app.app.upm.activity.log({ user: { id: free.userId }, action: 'system.login' })
  await holder.query('select from users where id = $1 for no key update', [locked.userId])
  // The tables are locked for the drop, which waits for nobody for long: the holder has only the row.
  const before = performance.now()
  await maintain(app)
  assert.ok(performance.now() - before < 10_000)
  assert.deepEqual(await starts(app, free), ['system.profile.initialized', 'profile.checkpoint'])
  assert.deepEqual(await starts(app, locked), ['system.profile.initialized'])
  await holder.query('rollback')
  holder.release()
  await maintain(app)
  assert.deepEqual(await starts(app, locked), ['profile.checkpoint'])
  assert.deepEqual(await starts(app, free), ['profile.checkpoint'])
  assert.deepEqual(await replay(app.pool, locked.userId), statePart(await documentOf(app, locked)))
})

test('a server that is killed among the checkpoints goes on where it stopped, and each user gets one', async (t) => {
  const app = await place(t)
  const people = 3_000
  await query(
    app.pool,
    sql`with account as (
        insert into users (email, role, profile_type, created_at, started_at)
        select 'u' || n || '@example.com', 'tutor', 'tutor', now() - interval '2 years', now() - interval '2 years'
        from generate_series(1, ${people}::integer) n returning id
      ), chosen as (insert into settings (user_id) select id from account)
      insert into profiles (user_id, profile_type, fields)
      select id, 'tutor', jsonb_build_object('bio', repeat('x ' || id || ' ', 100)) from account`,
  )
  await query(
    app.pool,
    sql`insert into activity_log (id, user_id, action, timestamp, metadata)
      select gen_random_uuid(), id, 'system.profile.initialized', started_at, '{"initial": {}}' from users`,
  )
  const directory = await mkdtemp(join(tmpdir(), 'upm-checkpoints-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  const env = {
    DATABASE_URL: addressOf(app.database.connection),
    DATA_DIR: directory,
    PORT: '0',
    ACTIVITY_RETENTION_DAYS: '90',
    AUTH_BUILT_IN: 'off',
    AUTH_JWT_SECRET: 'a-secret-for-tests-only-0123456789abcdef',
  }
  const count = async () =>
    (await queryOne<{ count: number }>(
      app.pool,
      sql`select count(*)::int from activity_log where action = 'profile.checkpoint'`,
    ))!.count
  const server = runUpm(['serve'], env)
  while ((await count()) === 0) {
    assert.equal(server.child.exitCode, null, server.output())
    await pause(2)
  }
  server.child.kill('SIGKILL')
  await server.ended
  const done = await count()
  t.diagnostic(`killed after ${done} of ${people}`)
  assert.ok(done < people)
  await maintain(app)
  const row = await queryOne<{ users: number; entries: number; first: number }>(
    app.pool,
    sql`select count(distinct user_id)::int as users, count(*)::int as entries,
        count(*) filter (where action <> 'profile.checkpoint')::int as first from activity_log`,
  )
  assert.deepEqual(row, { users: people, entries: people, first: 0 })
})

test('a batch that takes longer than a user may be locked is made smaller until it fits', async (t) => {
  const app = await place(t)
  const people = await Promise.all(Array.from({ length: 12 }, () => app.person()))
  for (const { userId } of people) await spread(app, userId, 20)
  // Each checkpoint takes 60 ms, so that no more than a few fit into 250.
  await app.pool.query(`create function slow() returns trigger language plpgsql as
    $$ begin perform pg_sleep(0.06); return new; end $$`)
  await app.pool.query(`create trigger slow before insert on activity_log for each row
    when (new.action = 'profile.checkpoint') execute function slow()`)
  const quick = openPool(app.database.connection, { maxConnections: 1, statementTimeoutMs: 250 })
  t.after(() => quick.end())
  const write = createCheckpoints(quick, {
    types: createProfileTypes(),
    mediaUrl: (key) => `${app.config.mediaUrl}${key}`,
  })
  assert.equal(await write(ago(1)), people.length)
  for (const person of people) {
    assert.deepEqual(await starts(app, person), ['system.profile.initialized', 'profile.checkpoint'])
  }
})
