import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { holdAccount, refuseHeld, releaseAccount } from '../accounts/hold.ts'
import type { Pool } from '../database/database.ts'
import { dropByAction } from './action-retention.ts'
import { familyOf, shortenOrigins } from './origins.ts'
import { dropExpired, ensurePartitions } from './partitions.ts'
import { restartWalks } from './walk.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const NOW = new Date('2026-11-20T12:00:00Z')
const before = new Date('2026-08-22T12:00:00Z')

async function freshLog(): Promise<TestDatabase & { users: number[] }> {
  const database = await createDatabase()
  after(() => database.drop())
  await ensurePartitions(database.pool, { from: new Date('2026-06-01'), now: NOW })
  const users: number[] = []
  for (const name of ['olena', 'petro']) {
    const { rows } = await database.pool.query<{ id: number }>(
      `with u as (insert into users (email, profile_type) values ($1, 'tutor') returning id),
        p as (insert into profiles (user_id, profile_type) select id, 'tutor' from u) select id from u`,
      [`${name}@example.com`],
    )
    users.push(rows[0]?.id ?? 0)
  }
  return { ...database, users }
}

type Entry = { user?: number | null; at: string; ip?: string | null; agent?: string | null; action?: string }

async function write(pool: Pool, entries: Entry[]): Promise<void> {
  await pool.query(
    `insert into activity_log (id, user_id, action, timestamp, ip_address, user_agent)
      select gen_random_uuid(), e.user_id, e.action, e.at, e.ip, e.agent
      from jsonb_to_recordset($1) as e (user_id bigint, action text, at timestamptz, ip inet, agent text)`,
    [
      JSON.stringify(
        entries.map(({ user = null, ip = null, agent = null, action = 'system.login', at }) => ({
          user_id: user,
          action,
          at,
          ip,
          agent,
        })),
      ),
    ],
  )
}

async function origins(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `select concat_ws(' ', timestamp::date, ip_address, user_agent) as line from activity_log order by timestamp, id`,
  )
  return rows.map(({ line }) => line)
}

test('after its time an entry keeps the network and the browser, and a later round goes on from there', async () => {
  const { pool, users } = await freshLog()
  const user = users[0] ?? 0
  await write(pool, [
    { user, at: '2026-06-05', ip: '203.0.113.77', agent: FIREFOX },
    { user, at: '2026-06-06', ip: '2001:db8:aaaa:bbbb::1', agent: CHROME },
    { user, at: '2026-06-07', ip: '::ffff:203.0.113.9', agent: null },
    { at: '2026-06-08', agent: 'I am Olena Koval' },
    { user, at: '2026-06-09', ip: '198.51.100.4', agent: 'curl/8.5.0' },
    { user, at: '2026-08-21', ip: '203.0.113.1', agent: FIREFOX },
    { user, at: '2026-08-23', ip: '203.0.113.2', agent: FIREFOX },
  ])
  assert.equal(await shortenOrigins(pool, before), 6)
  assert.deepEqual(await origins(pool), [
    '2026-06-05 203.0.113.0/24 Firefox',
    '2026-06-06 2001:db8:aaaa::/48 Chrome',
    '2026-06-07 ::/48',
    '2026-06-08 other',
    '2026-06-09 198.51.100.0/24 curl',
    '2026-08-21 203.0.113.0/24 Firefox',
    `2026-08-23 203.0.113.2 ${FIREFOX}`,
  ])
  assert.equal(await shortenOrigins(pool, before), 0)
  // Something old comes in afterwards, such as an import.
  await write(pool, [{ user, at: '2026-06-01', ip: '203.0.113.200', agent: CHROME }])
  await pool.query('select pg_stat_force_next_flush()')
  assert.equal(await shortenOrigins(pool, new Date('2026-08-24T12:00:00Z')), 2)
  assert.deepEqual(
    (await origins(pool)).filter((line) => !line.includes('/')),
    ['2026-06-08 other', '2026-06-07 ::/48'].filter((line) => !line.includes('/')),
  )
})

test('a family is a name that is known, whatever a stranger has sent', () => {
  for (const [agent, family] of [
    [FIREFOX, 'Firefox'],
    ['Firefox', 'Firefox'],
    ['other', 'other'],
    ['okhttp/4.12.0', 'okhttp'],
    ['Olena', 'other'],
    ['olena@example.com/1.0', 'other'],
    ['Mozilla/5.0', 'other'],
    ['Mozilla/5.0 Olena/7.0 Koval/3', 'other'],
    ['', 'other'],
    [`Mozilla/5.0 ${'a'.repeat(1000)}`, 'other'],
  ] as const) {
    assert.equal(familyOf(agent), family, agent)
    assert.equal(familyOf(familyOf(agent)), family)
  }
})

test('entries of an action are deleted after the days of the action, and nothing else is', async () => {
  const { pool, users } = await freshLog()
  const user = users[0] ?? 0
  await write(pool, [
    { user, at: '2026-06-05', action: 'lesson.booked' },
    { user, at: '2026-11-19', action: 'lesson.booked' },
    { user, at: '2026-06-05', action: 'lessons.other' },
    { user, at: '2026-06-05', action: 'system.login' },
    { user, at: '2026-06-05', action: 'system.login.failed' },
  ])
  const days = { 'lesson.*': 30, 'system.login': 30 }
  assert.equal(await dropByAction(pool, days, NOW), 2)
  const { rows } = await pool.query<{ action: string }>('select action from activity_log order by action')
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['lesson.booked', 'lessons.other', 'system.login.failed'],
  )
  assert.equal(await dropByAction(pool, days, NOW), 0)
})

test('a legal hold keeps the entries of its account until it is lifted: origins, actions, and months that are dropped', async () => {
  const { pool, users } = await freshLog()
  const [held = 0, free = 0] = users
  for (const user of [held, free]) {
    await write(pool, [
      { user, at: '2026-06-05', ip: '203.0.113.77', agent: FIREFOX, action: 'lesson.booked' },
    ])
  }
  await pool.query(
    `insert into activity_texts (user_id, sha256, text, used_at) select id, sha256('x'), 'x', '2026-06-05' from users`,
  )
  await holdAccount(pool, held, 'a dispute')
  await assert.rejects(refuseHeld(pool, held), { code: 'legal_hold', statusCode: 423 })
  await refuseHeld(pool, free)
  const whose = async () => {
    const { rows } = await pool.query<{ user_id: number }>('select user_id from activity_log order by 1')
    return rows.map(({ user_id: id }) => id)
  }
  assert.equal(await shortenOrigins(pool, before), 1)
  assert.equal(await dropByAction(pool, { 'lesson.*': 30 }, NOW), 1)
  assert.deepEqual(await whose(), [held])
  assert.equal(await dropExpired(pool, 60, NOW), 3)
  assert.deepEqual(await origins(pool), [`2026-06-05 203.0.113.77 ${FIREFOX}`])
  const texts = await pool.query('select from activity_texts')
  assert.equal(texts.rowCount, 1)
  // Nothing is left to do, though the past end is not empty.
  assert.equal(await dropExpired(pool, 60, NOW), 0)

  assert.deepEqual(await releaseAccount(pool, held), { reason: 'a dispute' })
  await restartWalks(pool)
  assert.equal(await shortenOrigins(pool, before), 1)
  await dropExpired(pool, 60, NOW)
  assert.deepEqual(await whose(), [])
})

test('a round that is killed goes on where it was', async () => {
  const { pool, connection, users } = await freshLog()
  // Some 40 pieces.
  await pool.query(
    `insert into activity_log (id, user_id, action, timestamp, ip_address, user_agent, metadata)
      select gen_random_uuid(), $1, 'system.login', '2026-06-05'::timestamptz + make_interval(secs => n), '203.0.113.77', $2,
        jsonb_build_object('filling', repeat('x', 400))
      from generate_series(1, 120000) n`,
    [users[0], FIREFOX],
  )
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SHORTENING], {
    env: { ...process.env, CONNECTION: JSON.stringify(connection), BEFORE: before.toISOString() },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const progress = async () => {
    const { rows } = await pool.query<{ next: number }>(
      `select coalesce(sum(next_block), 0)::integer as next from log_walks`,
    )
    return rows[0]?.next ?? 0
  }
  while ((await progress()) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  child.kill('SIGKILL')
  await once(child, 'exit')
  const { rows } = await pool.query<{ left: number }>(
    `select count(*)::integer as left from activity_log where masklen(ip_address) = 32`,
  )
  const left = rows[0]?.left ?? 0
  assert.ok(left > 0 && left < 120_000, `${left} entries are left`)
  assert.equal(await shortenOrigins(pool, before), left)
})

const SHORTENING = `
import { openPool } from '${new URL('../database/pool.ts', import.meta.url).href}'
import { shortenOrigins } from '${new URL('./origins.ts', import.meta.url).href}'
await shortenOrigins(openPool(JSON.parse(process.env.CONNECTION)), new Date(process.env.BEFORE))
`
