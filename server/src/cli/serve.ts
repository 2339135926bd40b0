import cluster from 'node:cluster'
import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { buildApp } from '../app.ts'
import type { Config } from '../config.ts'
import type { Connection } from '../database/database.ts'
import type { Shared } from '../features.ts'
import { blockOtherDecoders } from '../media/image.ts'
import { openConnections, openOwnedDatabase } from '../resources.ts'
import { OperatorError } from '../operator-error.ts'
import { createLogger, readConfig, type Terminal } from './context.ts'
import { answerWorkers, askFirstProcess } from './worker-link.ts'
import { startWorkers, workerConnection } from './workers.ts'

/** How long a stop may take, with all that is still running. */
const STOP_LIMIT_MS = 30_000

/** Serves until a signal comes, then finishes what is running and stops the database, if it is ours. */
export async function serve(terminal: Terminal): Promise<void> {
  const config = await readConfig(terminal.env)
  const log = createLogger(config, terminal)
  const closing: (() => Promise<void>)[] = []
  /** The last thing opened is the first thing closed. */
  const closeAll = async () => {
    for (const step of closing.toReversed()) await step()
  }
  let lost: string | undefined
  const { close, uninstall } = closeWithGrace(
    { delay: STOP_LIMIT_MS, logger: false },
    async ({ err, signal }) => {
      if (err) log.fatal({ err }, 'stopping after an error')
      else log.info({ signal }, 'stopping: what is running is finished first')
      await closeAll()
      log.info('stopped')
      // Whoever supervises the process is told by its exit status that it did not stop by itself.
      if (lost !== undefined) throw new OperatorError(lost)
    },
  )
  try {
    if (cluster.worker) {
      const shared = askFirstProcess(cluster.worker)
      const app = await listen(config, log, workerConnection(terminal.env), shared)
      closing.push(() => app.close())
      return
    }
    const database = await openOwnedDatabase(config, log, (reason) => {
      lost = reason
      close()
    })
    closing.push(() => database.close())
    if (config.workers > 1) {
      answerWorkers()
      const workers = await startWorkers(config.workers, database.connection, log)
      closing.push(() => workers.stop())
      announce(terminal, log, config, workers.port)
    } else {
      const app = await listen(config, log, database.connection)
      closing.push(() => app.close())
      announce(terminal, log, config, (app.server.address() as AddressInfo).port)
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
  shared?: Shared,
): Promise<FastifyInstance> {
  // Uploads are all that is decoded here: what libvips could open besides is closed to them.
  blockOtherDecoders()
  const { pool, storage, close } = await openConnections(config, connection, log)
  const app = await buildApp({ config, pool, storage, log, ...(shared && { shared }) })
  app.addHook('onClose', close)
  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    await app.close()
    throw explainListening(error, config)
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

function explainListening(error: unknown, { host, port }: Config): unknown {
  const { code } = error as NodeJS.ErrnoException
  switch (code) {
    case 'EADDRINUSE':
      return new OperatorError(
        `Port ${port} of ${host} is taken. Set PORT to another one, or stop what listens there.`,
      )
    case 'EACCES':
      return new OperatorError(`Port ${port} needs more rights than this user has. Set PORT to 1024 or more.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new OperatorError(`This machine has no address "${host}". Set HOST to one that it has.`)
    default:
      return error
  }
}
