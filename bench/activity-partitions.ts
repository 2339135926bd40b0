/**
 * What partitions cost the page of the activity log: the same entries of three years in one partition, in years,
 * quarters and months, and in ten years of months. DATABASE_URL=… node bench/activity-partitions.ts prints the table of
 * docs/decisions/0001-activity-partitions.md. It makes databases of its own and drops them.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Filters } from '../server/src/activity/filters.ts'
import { findPage } from '../server/src/activity/queries.ts'
import { insertEntry } from '../server/src/log/insert.ts'
import { connectionOptions } from '../server/src/database/connect.ts'
import type { DbConnection } from '../server/src/database/connection.ts'
import { openPool } from '../server/src/database/pool.ts'
import { migrate } from '../server/src/database/migrate.ts'

const ROUNDS = 11
const QUERIES = 60
const FIRST = new Date('2024-01-01T00:00:00Z')
const MONTHS = 36

const layouts = {
  '1 partition': { months: 36, years: 3 },
  '3 years': { months: 12, years: 3 },
  '12 quarters': { months: 3, years: 3 },
  '36 months': { months: 1, years: 3 },
  '120 months': { months: 1, years: 10 },
}

const users = {
  'newest 50 in the newest month': 1,
  '50 spread over 36 months': 2,
  '5 old ones only': 3,
  none: 4,
  'very many': 5,
}

const everything: Filters = { actions: null, entityType: null, after: null, below: null }
const pages: Record<string, Filters> = {
  'no filter': everything,
  'a rare action': { ...everything, actions: ['avatar.deleted'] },
  'a family of 2': { ...everything, actions: ['system.login', 'system.profile.initialized'] },
  'before, 18 months ago': {
    ...everything,
    below: { timestamp: '2025-07-01T00:00:00.000000Z', id: '00000000-0000-0000-0000-000000000000' },
  },
}

type Layout = keyof typeof layouts

const server = process.env['DATABASE_URL']
if (server === undefined) throw new Error('set DATABASE_URL to a PostgreSQL server to measure on')

function at(database: string): string {
  const url = new URL(server ?? '')
  url.pathname = `/${database}`
  return url.href
}

async function connect(database: string): Promise<Client> {
  const pool = openPool(at(database), { maxConnections: 1 })
  const db = await pool.connect()
  return {
    db,
    end: async () => {
      db.release()
      await pool.end()
    },
  }
}

type Client = { db: DbConnection; end: () => Promise<void> }

function month(index: number): string {
  return `'${new Date(Date.UTC(FIRST.getUTCFullYear(), index)).toISOString()}'`
}

async function fill(database: string, { months, years }: { months: number; years: number }): Promise<void> {
  await migrate(at(database))
  const { db, end } = await connect(database)
  const oldest = MONTHS - years * 12
  await db.query('drop table activity_log_past, activity_log_future')
  const partition = (name: string, from: string, to: string) =>
    db.query(
      `create table activity_log_${name} partition of activity_log for values from (${from}) to (${to})`,
    )
  await partition('past', 'minvalue', month(oldest))
  for (let index = oldest; index < MONTHS; index += months) {
    await partition(`p${index - oldest}`, month(index), month(index + months))
  }
  await partition('future', month(MONTHS), 'maxvalue')
  await db.query(`
    begin;
    insert into users (id, email, profile_type) select n, n || '@example.com', 'student' from generate_series(1, 1000) n;
    insert into profiles (user_id, profile_type) select id, 'student' from users;
    commit`)
  const write = (user: string, count: number, timestamp: string) =>
    db.query(`
      insert into activity_log (id, user_id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent, request_id)
      select gen_random_uuid(), ${user},
        case when n % 5000 = 17 then 'avatar.deleted' when n % 4 = 0 then 'system.login' else 'profile.updated' end,
        'profile', '42', jsonb_build_object('changed', array['headline'], 'changes', jsonb_build_object('tutor_profile',
          jsonb_build_object('old', jsonb_build_object('headline', 'Mathematics ' || n), 'new', jsonb_build_object('headline', 'Algebra ' || n)))),
        ${timestamp}, '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', gen_random_uuid()
      from generate_series(1, ${count}) n`)
  const spread = (count: number) =>
    `${month(0)}::timestamptz + n * interval '${(MONTHS * 30 * 86_400) / count} seconds'`
  await write('1', 200, `${month(MONTHS - 1)}::timestamptz + n * interval '1 hour'`)
  await write('1', 2_000, spread(2_000))
  await write('2', 50, spread(50))
  await write('3', 5, `${month(0)}::timestamptz + n * interval '1 hour'`)
  await write('5', 100_000, spread(100_000))
  await write('6 + n % 990', 100_000, spread(100_000))
  await db.query('vacuum analyze activity_log')
  await end()
}

async function time(work: () => Promise<unknown>, times: number): Promise<number> {
  const start = performance.now()
  for (let index = 0; index < times; index++) await work()
  return (performance.now() - start) / times
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN
}

function line(values: string[]): void {
  process.stdout.write(`| ${values.join(' | ')} |\n`)
}

const suffix = randomUUID().slice(0, 8)
const databases = new Map(
  Object.keys(layouts).map((name, index) => [name as Layout, `upm_bench_${suffix}_${index}`]),
)
const admin = new pg.Client(connectionOptions(server))
await admin.connect()
const clients = new Map<Layout, Client>()
try {
  const cells = new Map<string, Map<Layout, number[]>>()
  const record = (row: string, layout: Layout, ms: number) => {
    const columns = cells.get(row) ?? new Map<Layout, number[]>()
    cells.set(row, columns.set(layout, [...(columns.get(layout) ?? []), ms]))
  }
  for (const [layout, database] of databases) {
    process.stderr.write(`filling ${layout}\n`)
    await admin.query(`create database ${database}`)
    await fill(database, layouts[layout])
    clients.set(layout, await connect(database))
  }
  // Layouts take turns in each round, so that whatever else the machine does meets them all.
  for (let round = -1; round < ROUNDS; round++) {
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`)
    for (const [page, filters] of Object.entries(pages)) {
      for (const [user, userId] of Object.entries(users)) {
        for (const [layout, client] of clients) {
          const ms = await time(() => findPage(client.db, userId, filters, 50), QUERIES)
          if (round >= 0) record(`${page}: ${user}`, layout, ms)
        }
      }
    }
    for (const [layout, client] of clients) {
      const entry = { userId: 4, actor: null, action: 'system.login', entityType: 'system', entityId: '4' }
      const rest = {
        metadata: {},
        at: '2026-12-24T00:00:00Z',
        ipAddress: null,
        userAgent: null,
        requestId: null,
      }
      const insert = () => insertEntry(client.db, { id: randomUUID(), ...entry, ...rest })
      await client.db.query('begin')
      const ms = await time(insert, QUERIES)
      await client.db.query('rollback')
      if (round >= 0) record('an insert, without its commit', layout, ms)
      const fresh = await connect(databases.get(layout) ?? '')
      const first = await time(() => findPage(fresh.db, 1, everything, 50), 1)
      await fresh.end()
      if (round >= 0) record("a new connection's first page (plans it)", layout, first)
    }
  }
  const names = [...databases.keys()]
  line(['median ms', ...names])
  line(['---', ...names.map(() => '---:')])
  for (const [row, columns] of cells) {
    const base = median(columns.get('1 partition') ?? [])
    const cell = (layout: Layout) => {
      const ms = median(columns.get(layout) ?? [])
      return layout === '1 partition' ? ms.toFixed(2) : `${ms.toFixed(2)} (${(ms / base).toFixed(2)}×)`
    }
    line([row, ...names.map(cell)])
  }
} finally {
  for (const client of clients.values()) await client.end()
  for (const database of databases.values())
    await admin.query(`drop database if exists ${database} with (force)`)
  await admin.end()
}
