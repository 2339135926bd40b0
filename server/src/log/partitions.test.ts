import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import type { Pool } from '../database/database.ts'
import { maintainLog } from './maintenance.ts'
import { dropExpired, ensurePartitions } from './partitions.ts'

/** A database of its own, with the log as the migration leaves it. */
async function freshLog(): Promise<Pool> {
  const database: TestDatabase = await createDatabase()
  after(() => database.drop())
  return database.pool
}

/** Each partition's name and range, in order. */
async function partitions(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string; bound: string }>(
    `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound from pg_inherits i
     join pg_class c on c.oid = i.inhrelid where i.inhparent = 'activity_log'::regclass`,
  )
  return rows
    .map(({ name, bound }) => {
      const [from = '', to = ''] = [...bound.matchAll(/\('?([^')]+)'?\)/g)].map(([, edge = '']) =>
        edge.replace(/^(\d{4}-\d\d)-01 00:00:00\+00$/, '$1'),
      )
      return `${from === 'MINVALUE' ? '0000' : from}…${to} ${name}`
    })
    .sort()
}

async function write(pool: Pool, ...timestamps: string[]): Promise<void> {
  for (const timestamp of timestamps) {
    await pool.query(
      `insert into activity_log (id, action, timestamp) values (gen_random_uuid(), 'system.login', $1)`,
      [timestamp],
    )
  }
}

/** The month of each entry, and the partition that holds it. */
async function places(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ place: string }>(
    `select to_char(timestamp, 'YYYY-MM-DD') || ' ' || tableoid::regclass as place from activity_log order by timestamp`,
  )
  return rows.map(({ place }) => place)
}

const at = (text: string) => new Date(`${text}T12:00:00Z`)

test('the first start makes the current month and three more, and moves what was logged before it', async () => {
  const pool = await freshLog()
  await write(
    pool,
    '1999-05-05',
    '2026-10-31T23:59:59.999999Z',
    '2026-11-01T00:00:00Z',
    '2027-01-15',
    '2027-08-01',
  )
  assert.equal(await ensurePartitions(pool, { now: at('2026-11-22') }), 4)
  assert.deepEqual(await partitions(pool), [
    '0000…2026-11 activity_log_past',
    '2026-11…2026-12 activity_log_2026_11',
    '2026-12…2027-01 activity_log_2026_12',
    '2027-01…2027-02 activity_log_2027_01',
    '2027-02…2027-03 activity_log_2027_02',
    '2027-03…MAXVALUE activity_log_future',
  ])
  assert.deepEqual(await places(pool), [
    '1999-05-05 activity_log_past',
    '2026-10-31 activity_log_past',
    '2026-11-01 activity_log_2026_11',
    '2027-01-15 activity_log_2027_01',
    '2027-08-01 activity_log_future',
  ])
  assert.equal(await ensurePartitions(pool, { now: at('2026-11-22') }), 0)
})

test('a server that was off for months makes them up, and their entries move in', async () => {
  const pool = await freshLog()
  await ensurePartitions(pool, { now: at('2026-01-10') })
  // Another process went on writing.
  await write(pool, '2026-04-30', '2026-05-01', '2026-08-20', '2026-12-24')
  assert.equal(await ensurePartitions(pool, { now: at('2026-09-03') }), 8)
  const layout = await partitions(pool)
  assert.equal(layout.length, 14)
  assertNoGap(layout)
  assert.deepEqual(await places(pool), [
    '2026-04-30 activity_log_2026_04',
    '2026-05-01 activity_log_2026_05',
    '2026-08-20 activity_log_2026_08',
    '2026-12-24 activity_log_2026_12',
  ])
})

test('months before the first one are made when they are asked for', async () => {
  const pool = await freshLog()
  await ensurePartitions(pool, { now: at('2026-11-22') })
  await write(pool, '2026-08-31', '2026-09-30')
  assert.equal(await ensurePartitions(pool, { from: at('2026-09-15'), now: at('2026-11-22') }), 2)
  assertNoGap(await partitions(pool))
  assert.deepEqual(await places(pool), ['2026-08-31 activity_log_past', '2026-09-30 activity_log_2026_09'])
})

test('a new month has the keys, indexes and constraints of the log', async () => {
  const pool = await freshLog()
  const describe = async (table: string) => {
    const { rows } = await pool.query<{ what: string }>(
      `select replace(replace(pg_get_indexdef(indexrelid), indexrelid::regclass::text, ''), $1, '') as what
       from pg_index where indrelid = $1::regclass
       union all select pg_get_constraintdef(oid) from pg_constraint where conrelid = $1::regclass
       union all select attname || ' ' || atttypid::regtype || ' ' || attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
         from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
         where attrelid = $1::regclass and attnum > 0 order by 1`,
      [table],
    )
    return rows.map(({ what }) => what.replace(' ONLY', ''))
  }
  const before = await describe('activity_log_past')
  await ensurePartitions(pool, { now: at('2026-11-22') })
  assert.ok(before.some((line) => line.startsWith('FOREIGN KEY (user_id)')))
  for (const table of ['activity_log_2026_11', 'activity_log_past', 'activity_log_future']) {
    assert.deepEqual(await describe(table), before)
  }
})

test('several processes at once make each month once', async () => {
  const pool = await freshLog()
  const made = await Promise.all(
    Array.from({ length: 6 }, () => ensurePartitions(pool, { now: at('2026-11-22') })),
  )
  assert.deepEqual(
    made.toSorted((one, other) => one - other),
    [0, 0, 0, 0, 0, 4],
  )
})

test('entries that are written while months are made all arrive, once', async () => {
  const pool = await freshLog()
  const making = new AbortController()
  let written = 0
  const writers = Array.from({ length: 4 }, async () => {
    while (!making.signal.aborted) {
      await write(pool, new Date(Date.UTC(2026, Math.floor(Math.random() * 18), 5)).toISOString())
      written++
    }
  })
  for (let month = 0; month < 8; month++) {
    await ensurePartitions(pool, { now: new Date(Date.UTC(2026, 2 + month, 5)) })
  }
  await ensurePartitions(pool, { from: at('2026-01-01'), now: at('2026-10-05') })
  making.abort()
  await Promise.all(writers)
  const { rows } = await pool.query(
    'select count(*)::integer as count, count(distinct id)::integer as ids from activity_log',
  )
  assert.deepEqual(rows, [{ count: written, ids: written }])
  assert.ok(written > 20)
  const ends = await pool.query(
    `select from activity_log_past union all select from activity_log_future where timestamp < '2027-02-01'`,
  )
  assert.equal(ends.rowCount, 0)
})

test('a reader that will not end delays the months and does not block everybody', async () => {
  const pool = await freshLog()
  const reader = await pool.connect()
  await reader.query('begin')
  await reader.query('select count(*) from activity_log')
  const making = ensurePartitions(pool, { now: at('2026-11-22') })
  await pause(100)
  await write(pool, '2026-11-22')
  await reader.query('commit')
  reader.release()
  assert.equal(await making, 4)
  assert.deepEqual(await places(pool), ['2026-11-22 activity_log_2026_11'])
})

test('retention drops the months that are over, what is older, and nothing else', async () => {
  const pool = await freshLog()
  await ensurePartitions(pool, { from: at('2026-01-01'), now: at('2026-11-22') })
  await write(pool, '2025-06-01', '2026-01-31', '2026-09-30', '2026-10-01', '2026-10-20', '2026-11-22')
  await pool.query(
    `insert into activity_receipts (actor_id, id, received_at)
     select 'billing', gen_random_uuid(), '2026-01-01'::timestamptz + n * interval '1 second' from generate_series(1, 25000) n
     union all select 'billing', gen_random_uuid(), '2026-10-30'`,
  )
  // 31 days before 20 November is 20 October: of that month a part is still wanted.
  assert.equal(await dropExpired(pool, 31, at('2026-11-20')), 9)
  const layout = await partitions(pool)
  assertNoGap(layout)
  assert.equal(layout[0], '0000…2026-10 activity_log_past')
  assert.deepEqual(await places(pool), [
    '2026-10-01 activity_log_2026_10',
    '2026-10-20 activity_log_2026_10',
    '2026-11-22 activity_log_2026_11',
  ])
  const receipts = await pool.query('select from activity_receipts')
  assert.equal(receipts.rowCount, 1)
  assert.equal(await dropExpired(pool, 31, at('2026-11-20')), 0)
})

test('retention keeps what is in the past end as long as a part of it is wanted', async () => {
  const pool = await freshLog()
  await ensurePartitions(pool, { now: at('2026-11-22') })
  await write(pool, '2026-10-30')
  assert.equal(await dropExpired(pool, 30, at('2026-11-22')), 0)
  assert.deepEqual(await places(pool), ['2026-10-30 activity_log_past'])
  await dropExpired(pool, 30, at('2026-12-22'))
  assert.deepEqual(await places(pool), [])
})

test('a log of which every month is over ends as two open ends that meet', async () => {
  const pool = await freshLog()
  await ensurePartitions(pool, { now: at('2026-01-10') })
  await write(pool, '2026-01-10', '2027-01-01')
  assert.equal(await dropExpired(pool, 30, at('2026-12-22')), 4)
  assert.deepEqual(await partitions(pool), [
    '0000…2026-05 activity_log_past',
    '2026-05…MAXVALUE activity_log_future',
  ])
  assert.equal(await ensurePartitions(pool, { now: at('2026-12-22') }), 4)
  assert.deepEqual(await places(pool), ['2027-01-01 activity_log_2027_01'])
})

test('a round of the maintenance makes the months and drops those that are over', async () => {
  const pool = await freshLog()
  const said: string[] = []
  const log = {
    info: (_facts: object, message: string) => void said.push(message),
    warn: () => {},
    error: () => {},
  }
  await maintainLog({ pool, log, retentionDays: undefined, writeCheckpoints: async () => 0 })
  assert.ok((await partitions(pool)).length >= 6)
  await maintainLog({ pool, log, retentionDays: 30, writeCheckpoints: async () => 0 })
  assert.deepEqual(said, ['partitions of the activity log were created'])
})

function assertNoGap(layout: string[]): void {
  const ranges = layout.map((line) => (line.split(' ', 1)[0] ?? '').split('…'))
  for (const [index, [from]] of ranges.entries()) {
    if (index > 0) assert.equal(from, ranges[index - 1]?.[1])
  }
  assert.equal(ranges.at(-1)?.[1], 'MAXVALUE')
}
