/** A worker: one process that answers requests. The first process starts, retires and replaces it (supervisor.ts). */
import type { Worker } from 'node:cluster'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { buildApp, type AppOptions } from '../app.ts'
import type { Config } from '../config/config.ts'
import type { Connection } from '../database/connect.ts'
import { migrate } from '../database/migrate.ts'
import { migrationOf } from '../database/open.ts'
import { builtInActions } from '../features.ts'
import { createActions } from '../log/actions.ts'
import { createServiceRights } from '../log/service-actions.ts'
import { startMaintenance } from '../maintenance.ts'
import { createMeters } from '../meters.ts'
import { OperatorError } from '../operator-error.ts'
import { openConnections } from '../resources.ts'
import { loadTracing, readTracingSettings } from '../tracing/settings.ts'
import { createLogger, declaredIn, readConfig, type Terminal } from './context.ts'
import { drain } from './drain.ts'
import { explainListening, portOf } from './listening.ts'
import { giveUpRights } from './rights.ts'
import type { Task } from './task.ts'
import { askFirstProcess, reportFailure, type Order } from './worker-link.ts'

/** How long requests that are running may take to end when the process is to stop. */
const STOP_LIMIT_MS = 30_000

/** Serves until the first process says that it is enough, or is gone. */
export async function work(terminal: Terminal, self: Worker, task: Task): Promise<void> {
  const config = await readConfig(terminal)
  const { extensions } = await declaredIn(terminal)
  // Said before anything is opened.
  createServiceRights(createActions(builtInActions, extensions.actions), config.auth.serviceActions)
  const traced = readTracingSettings(terminal.env)
  const log = createLogger(config, terminal)
  const closing: (() => Promise<void>)[] = []
  /** The last thing opened is the first thing closed. */
  const closeAll = async () => {
    for (const step of closing.toReversed()) await step()
  }
  const { close, uninstall } = closeWithGrace(
    { delay: STOP_LIMIT_MS, logger: false, skip: ['SIGHUP', 'SIGINT', 'SIGTERM'] },
    async ({ err }) => {
      if (err) {
        log.fatal({ err }, 'a worker process stops after an error')
        await reportFailure(self, err.stack ?? err.message)
      }
      await closeAll()
    },
  )
  const told = listenToFirstProcess(self, close)
  try {
    if (task.migrates) {
      const applied = await migrate(task.connection, migrationOf(config))
      if (applied.length > 0) log.info({ version: applied.at(-1)?.version }, 'the database was migrated')
    }
    // The first process opens the port for its workers, so that they need no rights for it.
    await giveUpRights(config, task.connection)
    const meters = createMeters()
    if (task.maintains) {
      const maintenance = await startMaintenance(config, task.connection, log, {
        prefix: config.publicPath,
        meters,
        ...extensions,
      })
      closing.push(() => maintenance.stop())
    }
    const { count, metrics, admitConsumer, ...firstProcess } = askFirstProcess(self, meters)
    const shared = { metrics, admitConsumer, ...(!task.isAlone && { count }) }
    const tracing = traced && (await loadTracing()).startTracing(traced, log)
    if (tracing) closing.push(() => tracing.stop())
    const app = await listen(config, log, task.connection, { meters, shared, tracing, ...extensions })
    closing.push(() => app.close().then(firstProcess.leave))
    told.retire = () => drain(app.server, firstProcess.left, told.stopped)
    firstProcess.ready(portOf(app.server))
  } catch (error) {
    uninstall()
    await closeAll()
    throw error
  }
}

/** Ends the worker when it is told to: at once, or after its connections have come to an end. */
function listenToFirstProcess(self: Worker, close: () => void) {
  const stop = new AbortController()
  const told = { stopped: stop.signal, retire: async () => {} }
  stop.signal.addEventListener('abort', close, { once: true })
  self.on('message', (message: Order) => {
    if (message.upm === 'retire') void told.retire().then(() => stop.abort())
  })
  self.process.on('SIGTERM', () => stop.abort())
  // A terminal sends these to all processes. The first process decides what they mean.
  for (const signal of ['SIGINT', 'SIGHUP']) self.process.on(signal, () => {})
  return told
}

async function listen(
  config: Config,
  log: Logger,
  connection: Connection,
  parts: Omit<AppOptions, 'config' | 'pool' | 'storage' | 'log'>,
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
