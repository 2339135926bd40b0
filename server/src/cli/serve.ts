import cluster from 'node:cluster'
import { EventEmitter } from 'node:events'
import closeWithGrace from 'close-with-grace'
import type { Logger } from 'pino'
import { loadConfig, type Config } from '../config/config.ts'
import { startWarnings } from '../config/start-warnings.ts'
import { openDatabase } from '../database/open.ts'
import { createMeters } from '../meters.ts'
import { OperatorError } from '../operator-error.ts'
import { messageOf } from '../values.ts'
import { createLogger, readConfig, type Terminal } from './context.ts'
import type { Environment } from './environment.ts'
import { choosePorts } from './listening.ts'
import { createReloads } from './reloads.ts'
import { giveUpRights } from './rights.ts'
import { createSupervisor } from './supervisor.ts'
import { readTask } from './task.ts'
import { answerWorkers } from './worker-link.ts'

/** How long a stop may take: what the workers have (worker.ts), and the end of an embedded database. */
const STOP_LIMIT_MS = 45_000

/** What a reload cannot change, because the first process holds it. */
const FIXED: readonly { name: string; of: (config: Config) => unknown }[] = [
  { name: 'DATABASE_URL', of: ({ databaseUrl }) => databaseUrl },
  { name: 'DATA_DIR', of: ({ dataDir }) => dataDir },
  { name: 'WORKERS', of: ({ workers }) => workers },
]

export type ServeTerminal = Terminal & {
  /** Reads the environment again, with the file of `--env-file`. */
  readEnv: () => Environment
  /** Says what went wrong, on stderr. */
  complain: (line: string) => void
  /** Calls the listener at each SIGHUP; `isGone`: because the terminal of the process was closed. */
  onHangUp: (listener: (isGone: boolean) => void) => void
}

type Exchange = (env: Environment) => Promise<boolean>

/**
 * Serves until a signal comes, then finishes what is running and stops the database, if it is ours. This process opens
 * the database and supervises; its workers do all the rest.
 */
export async function serve(terminal: ServeTerminal): Promise<void> {
  const task = readTask(terminal.env)
  if (cluster.worker && task) {
    const { work } = await import('./worker.ts')
    return work(terminal, cluster.worker, task)
  }
  // From the first moment on, since SIGHUP ends a process that does not listen to it.
  const hangUps = new EventEmitter<{ hangUp: [isGone: boolean] }>()
  terminal.onHangUp((isGone) => hangUps.emit('hangUp', isGone))
  const config = await readConfig({ env: terminal.env })
  const log = createLogger(config, terminal)
  const closing: (() => Promise<void>)[] = []
  /** The last thing opened is the first thing closed. */
  const closeAll = async () => {
    for (const step of closing.toReversed()) await step()
  }
  let lost: string | undefined
  let isStopping = false
  const { close, uninstall } = closeWithGrace(
    { delay: STOP_LIMIT_MS, logger: false, skip: ['SIGHUP'] },
    async ({ err, signal }) => {
      isStopping = true
      if (err) log.fatal({ err }, 'stopping after an error')
      else log.info({ signal }, 'stopping: running requests are finished first')
      await closeAll()
      log.info('stopped')
      // Whoever supervises the process is told by its exit status that it did not stop by itself.
      if (lost !== undefined) throw new OperatorError(lost)
    },
  )
  const giveUp = (reason: string) => {
    if (lost !== undefined) return
    lost = reason
    close()
  }
  const started = Promise.withResolvers<Exchange>()
  const requestReload = createReloads(async () => reload(terminal, config, log, await started.promise))
  hangUps.on('hangUp', (isGone) => (isGone ? close() : requestReload()))
  for (const warning of startWarnings(loadConfig(terminal.env))) log.warn(warning)
  try {
    const database = await openDatabase(config, 'own', log, giveUp)
    closing.push(() => database.close())
    answerWorkers(createMeters(), config.consumers)
    const workers = createSupervisor(config.workers, database.connection, log, (reason) => {
      terminal.complain(reason)
      giveUp(reason)
    })
    closing.push(() => workers.stop())
    const ports = await choosePorts(config)
    const port = await workers.start({ ...terminal.readEnv(), ...ports })
    await giveUpRights(config, database.connection, log)
    announce(terminal, log, config, port)
    started.resolve((env) => workers.reload({ ...env, ...ports }))
  } catch (error) {
    // A signal is stopping the start already, and that is its reason.
    if (isStopping) return
    uninstall()
    await closeAll()
    throw error
  }
}

/** Exchanges the workers for new ones, which read the program and the configuration anew; if they cannot run, none is. */
async function reload(terminal: ServeTerminal, old: Config, log: Logger, exchange: Exchange): Promise<void> {
  log.info('SIGHUP: the worker processes are reloaded one by one')
  try {
    const env = terminal.readEnv()
    const config = await readConfig({ env })
    for (const { name, of } of FIXED) {
      if (of(config) !== of(old))
        throw new OperatorError(`A reload cannot change ${name}. Restart UPM to change it.`)
    }
    for (const warning of startWarnings(loadConfig(env))) log.warn(warning)
    if (!(await exchange(env))) return
    log.level = config.logLevel
    log.info('all worker processes were reloaded')
  } catch (error) {
    log.error({ reason: messageOf(error) }, 'the reload failed; the worker processes that run go on')
  }
}

/** Says where to look, so that it stands out between the lines of the log. */
function announce(terminal: Terminal, log: Logger, { host, page, publicPath }: Config, port: number): void {
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  const line = `UPM is ready: http://${name}:${port}${publicPath}${page ? '/' : '/api/docs/'}`
  if (terminal.interactive) terminal.print(`\n${line}\n`)
  else log.info(line)
}
