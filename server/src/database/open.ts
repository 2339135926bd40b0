import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Connection } from './database.ts'

export type Log = {
  info: (facts: object, message: string) => void
  warn: (facts: object, message: string) => void
  error: (facts: object, message: string) => void
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
  const { openEmbedded } = await import('./embedded/embedded.ts')
  const directory = join(config.dataDir, 'postgres')
  const embedded = await openEmbedded({ directory, log, mode, ...(onExit && { onExit }) })
  return { connection: embedded.connection, close: () => embedded.stop() }
}
