import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Connection } from './connect.ts'
import type { MigrateOptions } from './migrate.ts'
import type { DatabaseSettings } from './pool.ts'
import { type Log } from '../logger.ts'

type SchemaConfig = Pick<Config, 'databaseSchema' | 'authDatabaseSchema'>

const schemasOf = ({ databaseSchema, authDatabaseSchema }: SchemaConfig) => ({
  upm: databaseSchema,
  auth: authDatabaseSchema,
})

/** What holds for each pool of connections to the configured database. */
export function settingsOf(config: SchemaConfig & Pick<Config, 'databasePrepare'>): DatabaseSettings {
  return { schemas: schemasOf(config), prepare: config.databasePrepare }
}

/** What its migration needs to know. */
export function migrationOf(config: SchemaConfig & Pick<Config, 'signIn'>): MigrateOptions {
  return { schemas: schemasOf(config), signIn: config.signIn !== undefined }
}

export type OpenDatabase = { connection: Connection; close: () => Promise<void> }

/**
 * The configured database, or the embedded one under `DATA_DIR/postgres`, started if need be.
 *
 * @param mode `own`: this process serves, and no other may; `share`: a command that may run beside a server.
 * @param onExit called when an embedded database stops by itself.
 */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  mode: 'own' | 'share',
  log: Log,
  onExit?: (reason: string) => void,
): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined) return { connection: config.databaseUrl, close: async () => {} }
  // Loaded only where it is used: an installation with DATABASE_URL needs none of its binaries.
  const { openEmbedded } = await import('../embedded-postgres/embedded.ts')
  const directory = join(config.dataDir, 'postgres')
  const embedded = await openEmbedded({ directory, log, mode, ...(onExit && { onExit }) })
  return { connection: embedded.connection, close: () => embedded.stop() }
}
