import { problems, Problem } from '../errors.ts'
import { tracingChannel } from 'node:diagnostics_channel'
import sql, { raw, type Sql } from 'sql-template-tag'
import type pg from 'pg'
import { DbConnection } from './connection.ts'
import { Pool } from './pool.ts'
import { isStorable } from './storable.ts'

export { raw, sql }
export type { Sql }
export type { PoolClient } from 'pg'
export type { Pool } from './pool.ts'

/** What a query runs on: the pool, or the connection of a transaction. */
export type Db = Pool | DbConnection

/** The same for the connection of a host, which has begun a transaction on it. */
export function within(pool: Pool, db: Db | pg.PoolClient): Db {
  return db instanceof Pool || db instanceof DbConnection ? db : pool.within(db)
}

/** Columns of the row that is called so in a statement, with commas between. */
export function columns(row: string, names: readonly string[]): Sql {
  return raw(names.map((name) => `${row}.${name}`).join(', '))
}

/**
 * The last door before PostgreSQL: a text that it would refuse is the fault of whoever sent it, wherever it was hidden.
 *
 * @throws Problem `bad_request`.
 */
export function checkValues(values: readonly unknown[]): void {
  for (const value of values) {
    if (typeof value === 'string' ? !isStorable(value) : Array.isArray(value) && !value.every(isKept))
      throw new Problem(problems.bad_request)
  }
}

function isKept(item: unknown): boolean {
  return typeof item !== 'string' || isStorable(item)
}

/** A statement on its way. Its text holds no values. */
export type Statement = { text: string }

/** Tells who listens (tracing/) of each statement. While nobody listens it is one comparison. */
export const statements = tracingChannel<unknown, Statement>('upm.statement')

/** Runs a statement and tells of it. */
export function told<T>(statement: Statement, run: () => Promise<T>): Promise<T> {
  // The text of a template is put together when it is read.
  return statements.hasSubscribers ? statements.tracePromise(run, { text: statement.text }) : run()
}

/** Runs one prepared statement in one round trip and returns its rows. UPM's tables are written `upm.users`, `auth."user"`. */
export async function query<Row>(db: Db, statement: Sql): Promise<Row[]> {
  checkValues(statement.values)
  const result = await told(statement, () => db.run(statement))
  // oxlint-disable-next-line typescript/consistent-type-assertions -- whoever writes a statement says what its columns are
  return result.rows as Row[]
}

/** The first row, if there is one. */
export async function queryOne<Row>(db: Db, statement: Sql): Promise<Row | undefined> {
  return (await query<Row>(db, statement))[0]
}

/**
 * Runs `work` once the transaction of this connection is committed, and never if it is rolled back. Without a transaction of
 * ours (on the pool, or in a transaction that a host has begun) it runs at once. It must not throw.
 */
export function afterCommit(db: Db, work: () => void): void {
  if (db instanceof DbConnection) db.afterCommit(work)
  else work()
}

/** Runs `work` in a transaction: all of it is kept when it resolves, none when it throws. */
export async function transaction<T>(pool: Pool, work: (db: DbConnection) => Promise<T>): Promise<T> {
  const connection = await pool.connect()
  try {
    return await connection.transaction(work)
  } finally {
    connection.release()
  }
}
