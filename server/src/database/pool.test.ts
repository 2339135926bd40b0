import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import pg from 'pg'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { connectionOptions } from './connect.ts'
import { query, queryOne, sql, transaction, within } from './database.ts'
import { isCancelled, isDatabaseUnavailable } from './errors.ts'
import { CANCEL_REQUEST } from './connection.ts'
import { adoptPool, openPool } from './pool.ts'

async function useDatabase(t: TestContext): Promise<TestDatabase> {
  const database = await createDatabase()
  t.after(() => database.drop())
  return database
}

/** As a host opens it: with the driver's own type parsers, and sessions in its own time zone. */
function hostPool(t: TestContext, { connection }: TestDatabase, options: pg.PoolConfig = {}): pg.Pool {
  const { types: _types, ...plain } = connectionOptions(connection)
  const host = new pg.Pool({ ...plain, max: 2, ...options })
  // The database goes while the pool still says goodbye to it.
  host.on('error', () => {})
  t.after(() => host.end())
  return host
}

test('what is read over a host’s pool does not depend on its type parsers or its time zone', async (t) => {
  const host = hostPool(t, await useDatabase(t), { options: '-c TimeZone=Asia/Kathmandu' })
  const pool = adoptPool(host)
  const read = sql`select 7::bigint as id, '2026-11-22T19:35:00.1Z'::timestamptz as at`
  const expected = { id: 7, at: '2026-11-22T19:35:00.100000Z' }
  assert.deepEqual(await queryOne(pool, read), expected)
  assert.deepEqual(await transaction(pool, (db) => queryOne(db, read)), expected)
  const { rows } = await host.query(`select 7::bigint as id, current_setting('TimeZone') as zone`)
  assert.deepEqual(
    rows,
    [{ id: '7', zone: 'Asia/Kathmandu' }],
    'and the host’s own queries stay as they were',
  )
})

test('a host’s pool whose times cannot be read is refused with what to do', async (t) => {
  const pool = adoptPool(hostPool(t, await useDatabase(t), { options: '-c DateStyle=German' }))
  await assert.rejects(query(pool, sql`select 1`), /DateStyle "German.*UPM needs ISO/)
})

test('in a transaction of the host UPM writes on the host’s connection, and is rolled back with it', async (t) => {
  const host = hostPool(t, await useDatabase(t))
  const pool = adoptPool(host)
  const client = await host.connect()
  await client.query('begin')
  const key = { storage_key: 'avatars/of-the-host' }
  await query(
    within(pool, client),
    sql`insert into upm.unclaimed_files (storage_key, due_at) values (${key.storage_key}, now())`,
  )
  const written = sql`select storage_key from upm.unclaimed_files where storage_key = ${key.storage_key}`
  assert.deepEqual(await queryOne(within(pool, client), written), key)
  await client.query('rollback')
  client.release()
  assert.equal(await queryOne(pool, written), undefined)
})

for (const [what, open] of [
  [
    'UPM’s own pool',
    (t: TestContext, database: TestDatabase) => {
      const pool = openPool(database.connection, { statementTimeoutMs: 200 })
      t.after(() => pool.end())
      return pool
    },
  ],
  [
    'a host’s pool',
    (t: TestContext, database: TestDatabase) => adoptPool(hostPool(t, database), { statementTimeoutMs: 200 }),
  ],
] as const) {
  test(`${what}: a statement that takes too long is cancelled, alone and in a transaction`, async (t) => {
    const pool = open(t, await useDatabase(t))
    const slow = sql`select pg_sleep(60)`
    const failures = [query(pool, slow), transaction(pool, (db) => query(db, slow))]
    for (const error of await Promise.all(
      failures.map((failure) => failure.catch((thrown: unknown) => thrown)),
    )) {
      assert.ok(isCancelled(error) && isDatabaseUnavailable(error), String(error))
    }
    assert.deepEqual(await query(pool, sql`select 1 as one`), [{ one: 1 }], 'the connection goes on')
  })
}

/** A way to the database on which requests to cancel wait until they are let through. */
async function holdCancelRequests(t: TestContext, { connection }: TestDatabase) {
  const { host, port, user, password, database } = new pg.Client(connectionOptions(connection))
  const held = Promise.withResolvers<() => void>()
  const relay = createServer((socket) => {
    const server = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port })
    for (const end of [socket, server]) end.on('error', () => {})
    server.pipe(socket)
    socket.once('data', (first: Buffer) => {
      const pass = () => {
        server.write(first)
        socket.pipe(server)
      }
      if (first.length === 16 && first.readInt32BE(4) === CANCEL_REQUEST) held.resolve(pass)
      else pass()
    })
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  t.after(() => relay.close())
  const address = relay.address()
  assert.ok(typeof address === 'object' && address)
  return {
    connection: { host: '127.0.0.1', port: address.port, user, password: password ?? undefined, database },
    held: held.promise,
  }
}

test('a request to cancel that arrives late does not hit the next statement', async (t) => {
  const database = await useDatabase(t)
  const { connection, held } = await holdCancelRequests(t, database)
  const driver = new pg.Pool({ ...connection, max: 1 })
  driver.on('error', () => {})
  t.after(() => driver.end())
  const pool = adoptPool(driver, { statementTimeoutMs: 200 })
  const { process } = (await queryOne<{ process: number }>(pool, sql`select pg_backend_pid() as process`))!
  const other = new pg.Client(connectionOptions(database.connection))
  other.on('error', () => {})
  await other.connect()
  t.after(() => other.end())
  await other.query('select pg_advisory_lock(1)')
  let isOver = false
  const late = query(pool, sql`select pg_advisory_lock(1)`).finally(() => (isOver = true))
  const next = query(pool, sql`select 2 as two`)
  const pass = await held
  // The statement ends by itself before PostgreSQL hears that it should be cancelled.
  await other.query('select pg_advisory_unlock(1)')
  const state = () => other.query('select state from pg_stat_activity where pid = $1', [process])
  while ((await state()).rows[0]?.['state'] !== 'idle');
  await state()
  assert.equal(isOver, false, 'the connection is kept until the request is through')
  pass()
  assert.equal((await late).length, 1)
  assert.deepEqual(await next, [{ two: 2 }])
})

test('statements are prepared, unless the configuration says no', async (t) => {
  const { connection } = await useDatabase(t)
  for (const [prepare, count] of [
    ['auto', 1],
    ['off', 0],
  ] as const) {
    const pool = openPool(connection, { prepare, maxConnections: 1 })
    await query(pool, sql`select 1 as one`)
    const { rows } = await pool.query<{ name: string }>(
      `select name from pg_prepared_statements where statement = 'select 1 as one'`,
    )
    assert.equal(rows.length, count, prepare)
    await pool.end()
  }
})

test('a failed statement does not cost its connection', async (t) => {
  const { connection } = await useDatabase(t)
  const pool = openPool(connection, { maxConnections: 1 })
  t.after(() => pool.end())
  const process = sql`select pg_backend_pid() as pid`
  const before = await queryOne(pool, process)
  await assert.rejects(query(pool, sql`select 1 / 0`))
  assert.deepEqual(await queryOne(pool, process), before)
})

test('prepared statements that are lost are made again, also in a transaction, and nobody hears of it', async (t) => {
  const { connection } = await useDatabase(t)
  const pool = openPool(connection, { maxConnections: 1 })
  t.after(() => pool.end())
  const read = sql`select 1 as one`
  await query(pool, read)
  await pool.query('deallocate all')
  assert.deepEqual(await query(pool, read), [{ one: 1 }])
  const other = openPool(connection, { maxConnections: 1 })
  t.after(() => other.end())
  await query(other, read)
  await other.query('deallocate all')
  let runs = 0
  const result = await transaction(other, (db) => {
    runs += 1
    return query(db, read)
  })
  assert.deepEqual([result, runs], [[{ one: 1 }], 2])
})
