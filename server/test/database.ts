import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { connectionOptions, type Connection } from '../src/database/connect.ts'
import { openPool } from '../src/database/pool.ts'
import type { Pool } from '../src/database/database.ts'

/** Where the setup leaves the way to the server and the name of the template for the test files' processes. */
export const TEMPLATE_VARIABLE = 'UPM_TEST_TEMPLATE'

/** The same server, another database. */
export function at(connection: Connection, database: string): Connection {
  if (typeof connection !== 'string') return { ...connection, database }
  const url = new URL(connection)
  url.pathname = `/${database}`
  return url.href
}

export type TestDatabase = { connection: Connection; pool: Pool; drop: () => Promise<void> }

/** A database of its own: a copy of the migrated template, or an empty one, which may follow the rules of Turkish. */
export async function createDatabase(
  kind: 'migrated' | 'empty' | 'turkish' = 'migrated',
): Promise<TestDatabase> {
  const { server, template } = JSON.parse(process.env[TEMPLATE_VARIABLE] ?? '{}') as {
    server?: Connection
    template?: string
  }
  if (server === undefined || template === undefined) throw new Error('run tests with "npm test"')
  const name = `upm_test_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client(connectionOptions(server))
  await admin.connect()
  const rules = kind === 'turkish' ? `encoding 'UTF8' locale_provider icu icu_locale 'tr' locale 'C'` : ''
  await admin.query(
    `create database ${name} template ${kind === 'migrated' ? template : 'template0'} ${rules}`,
  )
  const connection = at(server, name)
  const pool = openPool(connection, { maxConnections: 10 })
  return {
    connection,
    pool,
    drop: async () => {
      try {
        await pool.end()
        await dropDatabase(admin, name)
      } finally {
        await admin.end()
      }
    },
  }
}

/**
 * Lets nobody in any more (the queue of a server that still runs comes back each second), ends who is still connected (a server
 * that a test has killed, say), then drops. "with (force)" would end an autovacuum
 * worker too, which only a superuser may; a plain drop asks that worker to stop and waits for it.
 */
export async function dropDatabase(admin: pg.Client, name: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name])
  if (rowCount === 0) return
  await admin.query(`alter database ${name} with allow_connections false`)
  await admin.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
    [name],
  )
  await admin.query(`drop database ${name}`)
}
