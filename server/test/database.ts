import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { connectionOptions, openPool, type Connection, type Pool } from '../src/database/database.ts'

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

/** A database of its own: a copy of the migrated template, or an empty one. */
export async function createDatabase(kind: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  const { server, template } = JSON.parse(process.env[TEMPLATE_VARIABLE] ?? '{}') as {
    server?: Connection
    template?: string
  }
  if (server === undefined || template === undefined) throw new Error('run tests with "npm test"')
  const name = `upm_test_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client(connectionOptions(server))
  await admin.connect()
  await admin.query(`create database ${name} template ${kind === 'migrated' ? template : 'template0'}`)
  const connection = at(server, name)
  const pool = openPool(connection, { maxConnections: 10 })
  return {
    connection,
    pool,
    drop: async () => {
      await pool.end()
      await admin.query(`drop database if exists ${name} with (force)`)
      await admin.end()
    },
  }
}
