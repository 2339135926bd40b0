/** Behind PgBouncer in transaction mode, each transaction may have another connection to the server. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { form } from '../../test/form.ts'
import { startPgBouncer, withoutPgBouncer, type PgBouncer } from '../../test/pgbouncer.ts'
import { noise } from '../../test/picture.ts'
import { eventually, place, runUpm, until } from '../../test/process.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { seedDemo } from '../demo/seed.ts'
import { startMaintenance } from '../maintenance.ts'
import { query, queryOne, sql, transaction } from './database.ts'
import { isCancelled } from './errors.ts'
import { migrate } from './migrate.ts'
import { openPool } from './pool.ts'

const skip = withoutPgBouncer

async function behindPgBouncer(
  t: TestContext,
  options?: { poolSize?: number; settings?: string },
): Promise<{ database: TestDatabase; pgBouncer: PgBouncer }> {
  const database = await createDatabase('empty')
  t.after(() => database.drop())
  return { database, pgBouncer: await startPgBouncer(t, database.connection, options) }
}

/** UPM in schemas of its own, with nothing but PgBouncer between it and the server, from the migration on. */
async function installed(t: TestContext, { url }: PgBouncer, upm: string, prepare: 'auto' | 'off') {
  const schemas = { upm, auth: `${upm}_auth` }
  await migrate(url, { schemas })
  const pool = openPool(url, { schemas, prepare, maxConnections: 20, statementTimeoutMs: 30_000 })
  t.after(() => pool.end())
  const env = { ...SIGN_IN_ENV, DATABASE_SCHEMA: upm, DATABASE_PREPARE: prepare, DATABASE_URL: url }
  const app = await useTestApp({ env, database: { connection: url, pool, drop: async () => {} } }, t)
  const failures: unknown[] = []
  const log = { info: () => {}, warn: () => {}, error: (failure: unknown) => failures.push(failure) }
  const maintenance = await startMaintenance(app.config, url, log)
  t.after(() => maintenance.stop())
  return { app, failures }
}

/** So many requests at once, of all kinds; each has to succeed. */
async function load(app: TestApp, count: number): Promise<void> {
  const people = await Promise.all(Array.from({ length: 6 }, () => app.person({ role: 'tutor' })))
  const picture = await form([{ name: 'avatar', file: await noise(32) }])
  const kinds = [
    { method: 'GET', url: '/api/me/profile/' },
    { method: 'GET', url: '/api/me/activity/?action=profile.*' },
    { method: 'GET', url: '/api/me/activity/summary/' },
    { method: 'GET', url: '/readyz' },
    { method: 'PATCH', url: '/api/me/settings/', body: { timezone: 'Europe/Kyiv' } },
  ] as const
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const person = people[index % people.length]
      const kind = kinds[index % kinds.length]
      // Each one changes something else, so that each one is written.
      const patch = {
        method: 'PATCH',
        url: '/api/me/profile/',
        body: { user: { first_name: `Name ${index}` } },
      } as const
      // An account may have only so many uploads at once.
      const upload = { method: 'POST', url: '/api/me/avatar/', ...picture } as const
      const { method, url, ...options } =
        index < people.length ? upload : index % 3 === 0 || !kind ? patch : kind
      const answer = await app.send(method, url, { token: person?.token ?? '', ...options })
      return answer.statusCode < 300 ? [] : [`${method} ${url}: ${answer.body}`]
    }),
  )
  assert.deepEqual(answers.flat(), [])
}

for (const prepare of ['auto', 'off'] as const) {
  test(
    `DATABASE_PREPARE=${prepare}: no request fails, of two installations, and after a restart of PgBouncer`,
    { skip },
    async (t) => {
      const { pgBouncer } = await behindPgBouncer(t)
      const { app: one, failures } = await installed(t, pgBouncer, 'one', prepare)
      const { app: two } = await installed(t, pgBouncer, 'two', prepare)
      await Promise.all([load(one, 120), load(two, 120)])
      await visitor(one).enter()
      const { token } = await one.person()
      const csv = await one.send('GET', '/api/me/activity/', { token, headers: { accept: 'text/csv' } })
      assert.match(csv.body, /system\.profile\.initialized/)
      const { config, pool, storage } = one
      await seedDemo({ config, pool, storage, users: 3, activity: undefined, photos: 1, now: new Date() })

      assert.deepEqual(failures, [], 'no job has failed')
      await pgBouncer.stop()
      assert.equal((await one.send('GET', '/readyz')).statusCode, 503, '/readyz goes through the same door')
      await pgBouncer.start()
      await eventually(async () => (await one.send('GET', '/readyz')).statusCode === 200)
      await Promise.all([load(one, 120), load(two, 120)])
      await visitor(two).enter()
    },
  )
}

test('a server of several processes starts, serves and stops behind PgBouncer', { skip }, async (t) => {
  const { pgBouncer } = await behindPgBouncer(t)
  const { DATA_DIR } = await place(t)
  const server = runUpm(['serve'], {
    DATA_DIR: DATA_DIR ?? '',
    DATABASE_URL: pgBouncer.url,
    PORT: '0',
    PAGE: 'off',
    WORKERS: '2',
    AUTH_BUILT_IN: 'on',
  })
  t.after(() => server.child.kill('SIGKILL'))
  const address = await until(server, /UPM is ready: (\S+?)\/api/)
  const codes = await Promise.all(
    Array.from({ length: 50 }, async () => (await fetch(`${address}/readyz`)).status),
  )
  assert.deepEqual(new Set(codes), new Set([200]))
  server.child.kill('SIGTERM')
  assert.equal(await server.ended, 0, server.output())
})

test('nothing of a session stays on the server’s connections', { skip }, async (t) => {
  const { pgBouncer } = await behindPgBouncer(t, { poolSize: 1 })
  const pool = openPool(pgBouncer.url, { statementTimeoutMs: 12_345 })
  t.after(() => pool.end())
  const limit = sql`select current_setting('statement_timeout') as value`
  assert.deepEqual(await queryOne(pool, limit), { value: '0' })
  assert.deepEqual(await transaction(pool, (db) => queryOne(db, limit)), { value: '12345ms' })
  assert.deepEqual(await queryOne(pool, limit), { value: '0' })
  const rows = await query<{ name: string }>(
    pool,
    sql`select name from pg_prepared_statements where name <> 'upm_probe'`,
  )
  assert.deepEqual(rows, [])
})

test('a statement that takes too long is cancelled behind PgBouncer, too', { skip }, async (t) => {
  const { pgBouncer } = await behindPgBouncer(t)
  const pool = openPool(pgBouncer.url, { statementTimeoutMs: 300 })
  t.after(() => pool.end())
  const failures = [
    query(pool, sql`select pg_sleep(60)`),
    transaction(pool, (db) => query(db, sql`select pg_sleep(60)`)),
  ]
  for (const error of await Promise.all(
    failures.map((failure) => failure.catch((thrown: unknown) => thrown)),
  )) {
    assert.ok(isCancelled(error), String(error))
  }
  assert.deepEqual(await query(pool, sql`select 1 as one`), [{ one: 1 }])
})
