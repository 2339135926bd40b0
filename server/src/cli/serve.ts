import { builtInActions } from '../features.ts'
import cluster from 'node:cluster'
import type { Server } from 'node:net'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createActions } from '../log/actions.ts'
import { createServiceRights } from '../log/service-actions.ts'
import { buildApp, type AppOptions } from '../app.ts'
import { loadConfig, type Config } from '../config/config.ts'
import type { Connection } from '../database/connect.ts'
import { createMeters } from '../meters.ts'
import { openConnections, openOwnedDatabase } from '../resources.ts'
import { OperatorError } from '../operator-error.ts'
import { startWarnings } from '../config/start-warnings.ts'
import { createLogger, readConfig, type Terminal } from './context.ts'
import { explainListening } from './listening.ts'
import { loadTracing, readTracingSettings } from '../tracing/settings.ts'
import { giveUpRights } from './rights.ts'
import { answerWorkers, askFirstProcess } from './worker-link.ts'
import { startWorkers, workerConnection } from './workers.ts'

/** How long a stop may take, with all that is still running. */
const STOP_LIMIT_MS = 30_000

/** Serves until a signal comes, then finishes what is running and stops the database, if it is ours. */
export async function serve(terminal: Terminal): Promise<void> {
  const config = await readConfig(terminal.env)
  // Said before anything is opened, and once, however many processes there will be.
  createServiceRights(createActions(builtInActions), config.auth.serviceActions)
  const traced = readTracingSettings(terminal.env)
  const log = createLogger(config, terminal)
  const meters = createMeters()
  const closing: (() => Promise<void>)[] = []
  /** The last thing opened is the first thing closed. */
  const closeAll = async () => {
    for (const step of closing.toReversed()) await step()
  }
  const startTraces = async () => {
    if (!traced) return undefined
    const tracing = (await loadTracing()).startTracing(traced, log)
    closing.push(() => tracing.stop())
    return tracing
  }
  let lost: string | undefined
  const { close, uninstall } = closeWithGrace(
    { delay: STOP_LIMIT_MS, logger: false },
    async ({ err, signal }) => {
      if (err) log.fatal({ err }, 'stopping after an error')
      else log.info({ signal }, 'stopping: running requests are finished first')
      await closeAll()
      log.info('stopped')
      // Whoever supervises the process is told by its exit status that it did not stop by itself.
      if (lost !== undefined) throw new OperatorError(lost)
    },
  )
  try {
    if (cluster.isPrimary) for (const warning of startWarnings(loadConfig(terminal.env))) log.warn(warning)
    if (cluster.worker) {
      const connection = workerConnection(terminal.env)
      // The first process opens the port for its workers, so that they need no rights for it.
      await giveUpRights(config, connection)
      const shared = askFirstProcess(cluster.worker, meters)
      const app = await listen(config, log, connection, { meters, shared, tracing: await startTraces() })
      closing.push(() => app.close().then(shared.leave))
      return
    }
    const onExit = (reason: string) => {
      lost = reason
      close()
    }
    const database = await openOwnedDatabase(config, log, onExit, { meters })
    closing.push(() => database.close())
    if (config.workers > 1) {
      answerWorkers(meters, config.consumers)
      const workers = await startWorkers(
        config.workers,
        database.connection,
        log,
        config.operationsPort === undefined ? 1 : 2,
      )
      closing.push(() => workers.stop())
      await giveUpRights(config, database.connection, log)
      announce(terminal, log, config, workers.port)
    } else {
      const app = await listen(config, log, database.connection, { meters, tracing: await startTraces() })
      closing.push(() => app.close())
      await giveUpRights(config, database.connection, log)
      announce(terminal, log, config, portOf(app.server))
    }
  } catch (error) {
    uninstall()
    await closeAll()
    throw error
  }
}

async function listen(
  config: Config,
  log: Logger,
  connection: Connection,
  parts: Pick<AppOptions, 'meters' | 'shared' | 'tracing'>,
): Promise<FastifyInstance> {
  const { pool, storage, close } = await openConnections(config, connection, log)
  const app = await buildApp({ config, pool, storage, log, ...parts })
  app.addHook('onClose', close)
  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    await app.close()
    throw error instanceof OperatorError ? error : explainListening(error, config)
  }
  return app
}

/** Says where to look, so that it stands out between the lines of the log. */
function announce(terminal: Terminal, log: Logger, { host, page }: Config, port: number): void {
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  const line = `UPM is ready: http://${name}:${port}${page ? '/' : '/api/docs/'}`
  if (terminal.interactive) terminal.print(`\n${line}\n`)
  else log.info(line)
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
