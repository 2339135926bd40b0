import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { isUnstorable, violatedConstraint } from './errors.ts'
import { openPool } from './pool.ts'
import { query, queryOne, sql, transaction } from './database.ts'

const database = await createDatabase('empty')
const { pool } = database
test.after(() => database.drop())
await pool.query('create table things (id bigint constraint things_pkey primary key, name text)')

const instants: [stored: string, read: string][] = [
  ['2026-11-22 19:35:00.123456+00', '2026-11-22T19:35:00.123456Z'],
  ['2026-11-22 19:35:00+00', '2026-11-22T19:35:00.000000Z'],
  ['2026-11-22 19:35:00.1+00', '2026-11-22T19:35:00.100000Z'],
  ['2026-11-22 19:35:00.12345+00', '2026-11-22T19:35:00.123450Z'],
  ['1850-07-01 12:00:00.5+00', '1850-07-01T12:00:00.500000Z'],
  ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000000Z'],
  ['1969-12-31 23:59:59.999999+00', '1969-12-31T23:59:59.999999Z'],
  ['9999-12-31 23:59:59.999999+00', '9999-12-31T23:59:59.999999Z'],
]

test('times are read as ISO 8601 in UTC with six decimals, always', async () => {
  for (const [stored, read] of instants) {
    assert.equal((await queryOne<{ at: string }>(pool, sql`select ${stored}::timestamptz as at`))?.at, read)
  }
})

test('the same where the database or a session has other ideas of zones and dates', async (t) => {
  const { rows } = await pool.query('select current_database() as name')
  await pool.query(`alter database ${rows[0]?.['name']} set datestyle = 'German, DMY'`)
  await pool.query(`alter database ${rows[0]?.['name']} set timezone = 'Asia/Kathmandu'`)
  const other = openPool(database.connection)
  t.after(() => other.end())
  for (const [stored, read] of instants) {
    assert.equal((await queryOne<{ at: string }>(other, sql`select ${stored}::timestamptz as at`))?.at, read)
  }
  const client = await other.connect()
  for (const zone of ['Asia/Kathmandu', 'America/New_York', 'UTC']) {
    await client.query(`set timezone = '${zone}'`)
    for (const [stored, read] of instants) {
      const row = await queryOne<{ at: string }>(client, sql`select ${stored}::timestamptz as at`)
      assert.equal(row?.at, read, zone)
    }
  }
  client.release(true)
})

test('ids are numbers up to the last that a number holds', async () => {
  const row = await queryOne<{ id: number }>(pool, sql`select ${2 ** 53 - 1}::bigint as id`)
  assert.equal(row?.id, 2 ** 53 - 1)
})

test('values go beside the statement, never into it', async () => {
  const name = "'; drop table things; --"
  await query(pool, sql`insert into things values (1, ${name})`)
  assert.equal(
    (await queryOne<{ name: string }>(pool, sql`select name from things where name = ${name}`))?.name,
    name,
  )
})

test('a transaction that throws leaves nothing, and its connection goes on', async () => {
  await assert.rejects(
    transaction(pool, async (db) => {
      await query(db, sql`insert into things values (2, 'x')`)
      throw new Error('no')
    }),
    /no/,
  )
  assert.equal(await queryOne(pool, sql`select from things where id = 2`), undefined)
  assert.equal(await transaction(pool, async () => 7), 7)
})

test('a connection that broke in a transaction is not used again', async () => {
  await assert.rejects(
    transaction(pool, async (db) => {
      const row = await queryOne<{ pid: number }>(db, sql`select pg_backend_pid() as pid`)
      await query(pool, sql`select pg_terminate_backend(${row?.pid}::integer)`)
      await query(db, sql`select 1`)
    }),
  )
  assert.deepEqual(await query(pool, sql`select 1 as one`), [{ one: 1 }])
})

function failure(statement: ReturnType<typeof sql>): Promise<unknown> {
  return query(pool, statement).then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('the constraint that a write ran into is named, and nothing else is taken for one', async () => {
  assert.equal(violatedConstraint(await failure(sql`insert into things values (1, 'again')`)), 'things_pkey')
  assert.equal(violatedConstraint(await failure(sql`select 1 / 0`)), undefined)
  assert.equal(violatedConstraint(new Error('23505')), undefined)
})

test('no text with a NUL or half a character gets past the door, and what hides in JSON is the sender’s fault too', async () => {
  for (const value of ['a\0b', '\ud800', ['fine', '\0']]) {
    await assert.rejects(query(pool, sql`select ${value}::text`), { code: 'bad_request', status: 400 })
  }
  const hidden = await query(pool, sql`select ${'"a\\u0000b"'}::jsonb`).catch((error: unknown) => error)
  assert.ok(isUnstorable(hidden))
})
