import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino, type Logger } from 'pino'
import { loadConfig, type Config } from '../config/config.ts'
import { openPool } from '../database/pool.ts'
import type { Pool } from '../database/database.ts'
import { migrate, type Applied } from '../database/migrate.ts'
import { migrationOf, openDatabase, settingsOf, type OpenDatabase } from '../database/open.ts'
import { withSecrets } from '../identity/secrets.ts'
import { OperatorError } from '../operator-error.ts'
import { hasCode } from '../values.ts'
import type { Declared } from './config-file.ts'
import { giveUpRights } from './rights.ts'

/** What `main.ts` hands to a command: the process, as far as a command may touch it. */
export type Terminal = {
  env: Record<string, string | undefined>
  /** Writes a line for the user; results go to stdout, everything else to stderr. */
  print: (line: string) => void
  interactive: boolean
  /** Whether the process is this command's alone, so that it may give up root's rights for good. */
  ownsProcess?: boolean
  /** Loads `upm.config.ts` of the working directory, once. A command that needs none of it leaves it alone. */
  readConfigFile?: () => Promise<Declared>
}

/** What `upm.config.ts` declares; nothing where there is no such file. */
export async function declaredIn({ readConfigFile }: Pick<Terminal, 'readConfigFile'>): Promise<Declared> {
  return (await readConfigFile?.()) ?? { extensions: {}, variables: {} }
}

/** The variables, those that are not set as `upm.config.ts` says. */
async function environmentOf(terminal: Pick<Terminal, 'env' | 'readConfigFile'>): Promise<Terminal['env']> {
  const { variables } = await declaredIn(terminal)
  const set = Object.entries(terminal.env).filter(([, value]) => value !== undefined && value !== '')
  return { ...terminal.env, ...variables, ...Object.fromEntries(set) }
}

/** The configuration, with secrets of this installation's own where none are set. */
export async function readConfig(terminal: Pick<Terminal, 'env' | 'readConfigFile'>): Promise<Config> {
  return withSecrets(loadConfig(await environmentOf(terminal)))
}

/** Libraries may log the headers that they are given. */
const HEADERS_WITH_SECRETS = ['authorization', 'cookie', '["set-cookie"]', '["proxy-authorization"]'].flatMap(
  (name) => {
    const member = name.startsWith('[') ? name : `.${name}`
    return [`headers${member}`, `*.headers${member}`]
  },
)

/** Lines are written together, a moment later, so that a request needs no system call for its own. */
const IN_BATCHES = { sync: false, minLength: 4096, periodicFlush: 100 }

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
      redact: HEADERS_WITH_SECRETS,
      ...(terminal.interactive && {
        transport: {
          target: 'pino-pretty',
          options: { destination, ignore: 'pid,hostname', singleLine: true },
        },
      }),
    },
    ...(terminal.interactive ? [] : [pino.destination({ ...IN_BATCHES, dest: destination })]),
  )
}

/** Where people reach the server, as far as the configuration says. */
export function serverAddress({ publicUrl, publicPath, host, port }: Config): string {
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${publicUrl ?? `http://${name}:${port}`}${publicPath}`
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
  const config = await readConfig(terminal)
  const log = createLogger({ ...config, logLevel: 'warn' }, { ...terminal, interactive: false }, 'stderr')
  const database = await openDatabase(config, 'share', log)
  try {
    const applied = await migrate(database.connection, migrationOf(config))
    if (terminal.ownsProcess) await giveUpRights(config, database.connection)
    const pool = openPool(database.connection, settingsOf(config))
    try {
      return await work({ config, log, database, pool, applied })
    } finally {
      await pool.end()
    }
  } finally {
    await database.close()
  }
}

/** What a command finds in a database that it does not change. */
export type Place = { config: Config; pool: Pool; log: Logger }

/** For a dry run: no migration, no secret, no folder and no row is made. */
export async function withUntouchedDatabase<T>(
  terminal: Terminal,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const config = loadConfig(await environmentOf(terminal))
  const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }))
  if (config.databaseUrl === undefined) {
    const hasDatabase = existsSync(join(config.dataDir, 'postgres'))
    if (!hasDatabase) throw new OperatorError('There is no database yet. Run "upm migrate" first.')
  }
  const database = await openDatabase(config, 'share', log)
  try {
    const pool = openPool(database.connection, settingsOf(config))
    try {
      return await work({ config, pool, log })
    } catch (error) {
      if (!hasCode(error, '42P01', '42703')) throw error
      throw new OperatorError(
        'The database has not been migrated to this release. Run "upm migrate" first.',
        {
          cause: error,
        },
      )
    } finally {
      await pool.end()
    }
  } finally {
    await database.close()
  }
}
