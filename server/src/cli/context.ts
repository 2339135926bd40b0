import { pino, type Logger } from 'pino'
import { loadConfig, type Config } from '../config.ts'
import { openPool, type Pool } from '../database/database.ts'
import { migrate, type Applied } from '../database/migrate.ts'
import { openDatabase, type OpenDatabase } from '../database/open.ts'
import { withSecrets } from '../identity/secrets.ts'

/** What `main.ts` hands to a command: the process, as far as a command may touch it. */
export type Terminal = {
  env: Record<string, string | undefined>
  /** Writes a line for the user; results go to stdout, everything else to stderr. */
  print: (line: string) => void
  interactive: boolean
}

/** The configuration, with secrets of this installation's own where none are set. */
export async function readConfig(env: Terminal['env']): Promise<Config> {
  return withSecrets(loadConfig(env))
}

/** JSON lines; readable ones on a terminal. To stderr for commands whose result is on stdout. */
export function createLogger(
  config: Config,
  terminal: Terminal,
  stream: 'stdout' | 'stderr' = 'stdout',
): Logger {
  const destination = stream === 'stdout' ? 1 : 2
  return pino(
    {
      level: config.logLevel,
      ...(terminal.interactive && {
        transport: {
          target: 'pino-pretty',
          options: { destination, ignore: 'pid,hostname', singleLine: true },
        },
      }),
    },
    ...(terminal.interactive ? [] : [pino.destination({ dest: destination, sync: false })]),
  )
}

export type CommandContext = {
  config: Config
  log: Logger
  database: OpenDatabase
  pool: Pool
  applied: Applied[]
}

/** Opens the database for the duration of a command, migrated, beside a running server if there is one. */
export async function withDatabase<T>(
  terminal: Terminal,
  work: (context: CommandContext) => Promise<T>,
): Promise<T> {
  const config = await readConfig(terminal.env)
  const log = createLogger({ ...config, logLevel: 'warn' }, { ...terminal, interactive: false }, 'stderr')
  const database = await openDatabase(config, 'share', log)
  try {
    const applied = await migrate(database.connection)
    const pool = openPool(database.connection)
    try {
      return await work({ config, log, database, pool, applied })
    } finally {
      await pool.end()
    }
  } finally {
    await database.close()
  }
}
