import { join } from 'node:path'
import pg from 'pg'
import Postgrator from 'postgrator'
import { OperatorError } from '../operator-error.ts'
import { connectionOptions, type Connection } from './database.ts'

const directory = join(import.meta.dirname, 'migrations')

/** PostgreSQL 15, as its `server_version_num` counts. */
const OLDEST_SERVER = 150_000

/** One number for this database's migration lock; any two processes that migrate agree on it. */
const MIGRATION_LOCK = 860_620_626

export type Applied = { version: number; name: string }

/** The database cannot be brought to this version; the message says why in one line. */
export class MigrationError extends OperatorError {}

/**
 * Brings the database to `target` (default: the newest version that this code knows) and returns what was applied,
 * oldest first; empty when there was nothing to do.
 *
 * All of it happens in one transaction under an advisory lock: processes that migrate at once take turns, and a
 * failure or a crash leaves the database as it was. Files that were applied must not change: their checksums are
 * compared each time.
 *
 * @throws MigrationError when a migration fails, a file was edited after it was applied, or the database is newer.
 */
export async function migrate(connection: Connection, target?: number): Promise<Applied[]> {
  const client = new pg.Client(connectionOptions(connection))
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => {})
  await client.connect().catch((cause: Error) => {
    throw new MigrationError(`The database ${nameOf(connection)} cannot be reached: ${reasonOf(cause)}.`, {
      cause,
    })
  })
  try {
    await checkServer(client)
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    const applied = await runMigrations(client, target)
    await client.query('commit')
    return applied
  } finally {
    await client.end()
  }
}

/** Where a database is, without the password on the way there. */
function nameOf(connection: Connection): string {
  if (typeof connection !== 'string') return `${connection.database} at ${connection.host}`
  const { host, pathname } = new URL(connection)
  return `${pathname.slice(1) || '(default)'} at ${host || '(default)'}`
}

/** A refused connection to a name with several addresses has no message of its own. */
function reasonOf(error: Error & { code?: string }): string {
  return error.message || error.code || error.name
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    `select current_setting('server_version_num')::integer as number, current_setting('server_version') as text`,
  )
  const [server] = rows
  if (server && server.number < OLDEST_SERVER) {
    throw new MigrationError(`The database server is PostgreSQL ${server.text}: UPM needs 15 or newer.`)
  }
}

async function runMigrations(client: pg.Client, target: number | undefined): Promise<Applied[]> {
  const postgrator = new Postgrator({
    driver: 'pg',
    // The folder's own name is not a pattern, whatever brackets it has.
    migrationPattern: `${directory.replaceAll('\\', '/').replaceAll(/[?*()[\]{}]/g, '[$&]')}/*.sql`,
    schemaTable: 'upm_migrations',
    execQuery: (query) => client.query(query),
  })
  const newest = await postgrator.getMaxVersion()
  const current = await postgrator.getDatabaseVersion()
  if (current > newest) {
    throw new MigrationError(
      `The database is at version ${current}, this release knows up to ${newest}: start a newer release of UPM.`,
    )
  }
  if (target !== undefined && current > target) return []
  try {
    const applied = await postgrator.migrate(target === undefined ? 'max' : String(target))
    return applied.map(({ version, name }) => ({ version, name }))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const edited = /checksum failed for migration \[(\d+)\]/.exec(reason)?.[1]
    if (edited !== undefined) {
      throw new MigrationError(
        `Migration ${edited} was edited after this database had it: use the file as it was, and a new one for the change.`,
        { cause },
      )
    }
    throw new MigrationError(`The database could not be migrated: ${reason}`, { cause })
  }
}
