import type pg from 'pg'
import type { Config } from './config/config.ts'
import { adoptPool, openPool } from './database/pool.ts'
import type { Connection } from './database/connect.ts'
import type { Pool } from './database/database.ts'
import { checkHostPool } from './database/host-pool.ts'
import { migrate } from './database/migrate.ts'
import { migrationOf, openDatabase, settingsOf } from './database/open.ts'
import { type Log } from './logger.ts'
import { startMaintenance, type Hosted } from './maintenance.ts'
import { openStorage } from './media/storage/open.ts'
import type { MediaStorage } from './media/storage/storage.ts'

export type Resources = { pool: Pool; storage: MediaStorage; close: () => Promise<void> }

/** No request waits longer for the database: not for a lock, and not for a query gone wrong. */
const STATEMENT_TIMEOUT_MS = 30_000

/** What serving needs: connections to a database that is ready, and the storage. */
export async function openConnections(config: Config, connection: Connection, log: Log): Promise<Resources> {
  const storage = await openStorage(config.storage)
  const pool = openPool(connection, {
    ...settingsOf(config),
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onError: (err) =>
      log.warn({ err }, 'an idle database connection broke; the next request opens a new one'),
  })
  return {
    pool,
    storage,
    close: async () => {
      await storage.close()
      await pool.end()
    },
  }
}

type OwnedDatabase = { connection: Connection; close: () => Promise<void> }

/**
 * The database, started if it is the embedded one, migrated, and looked after (partitions, retention, orphans) until
 * it is closed. One process of an installation does this; its workers only open connections.
 */
async function openOwnedDatabase(
  config: Config,
  log: Log,
  onExit: (reason: string) => void,
  hosted: Hosted = {},
): Promise<OwnedDatabase> {
  const database = await openDatabase(config, 'own', log, onExit)
  try {
    const applied = await migrate(database.connection, migrationOf(config))
    if (applied.length > 0) log.info({ version: applied.at(-1)?.version }, 'the database was migrated')
    const maintenance = await startMaintenance(config, database.connection, log, hosted)
    return {
      connection: database.connection,
      close: async () => {
        await maintenance.stop()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The same on a pool of the host's, which the host closes. */
export async function openOnPool(
  driver: pg.Pool,
  config: Config,
  log: Log,
  hosted: Hosted,
): Promise<Resources> {
  const connection = await checkHostPool(driver)
  const applied = await migrate(connection, migrationOf(config))
  if (applied.length > 0) log.info({ version: applied.at(-1)?.version }, 'the database was migrated')
  const storage = await openStorage(config.storage)
  const maintenance = await startMaintenance(config, connection, log, hosted)
  return {
    pool: adoptPool(driver, { ...settingsOf(config), statementTimeoutMs: STATEMENT_TIMEOUT_MS }),
    storage,
    close: async () => {
      await maintenance.stop()
      await storage.close()
    },
  }
}

/** Both, for one process that does it all. */
export async function openResources(
  config: Config,
  log: Log,
  onExit: (reason: string) => void,
  hosted: Hosted = {},
): Promise<Resources> {
  const database = await openOwnedDatabase(config, log, onExit, hosted)
  try {
    const resources = await openConnections(config, database.connection, log)
    return {
      ...resources,
      close: async () => {
        await resources.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
