import cluster from 'node:cluster'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { buildApp } from '../app.ts'
import type { Config } from '../config.ts'
import { openPool, type Connection } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import { openDatabase } from '../database/open.ts'
import { CommandError, createLogger, readConfig, type Terminal } from './context.ts'

/** Serves until a signal comes, then finishes what is running and stops the database, if it is ours. */
export async function serve(terminal: Terminal): Promise<void> {
  const config = await readConfig(terminal.env)
  const log = createLogger(config, terminal)
  let stop: (() => Promise<void>) | undefined
  const grace = closeWithGrace({ delay: 30_000, logger: log as never }, async ({ err, signal }) => {
    if (err) log.fatal({ err }, 'stopping after an error')
    else log.info({ signal }, 'stopping: requests that are running are finished first')
    await stop?.()
    log.info({}, 'stopped')
  })
  const database = await openDatabase(config, 'own', log, () => void grace.close())
  stop = () => database.close()
  const applied = await migrate(database.connection)
  if (applied.length > 0) log.info({ applied: applied.length }, 'the database was migrated')
  const app = await listen(config, log, database.connection)
  stop = async () => {
    await app.close()
    await database.close()
  }
  void cluster
}

async function listen(config: Config, log: Logger, connection: Connection): Promise<FastifyInstance> {
  const pool = openPool(connection, { onError: (err) => log.warn({ err }, 'an idle database connection broke') })
  const app = await buildApp({ config, pool, log })
  app.addHook('onClose', () => pool.end())
  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    await app.close()
    throw toCommandError(error, config)
  }
  return app
}

function toCommandError(error: unknown, { host, port }: Config): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return new CommandError(`Port ${port} of ${host} is taken. Set PORT to another one.`)
  if (code === 'EACCES') return new CommandError(`Port ${port} needs more rights than this user has. Set PORT to 1024 or more.`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new CommandError(`This machine has no address "${host}". Set HOST to one that it has.`)
  }
  return error
}
