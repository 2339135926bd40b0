import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import type { Logger } from 'pino'
import type { Connection } from '../database/connect.ts'
import { OperatorError } from '../operator-error.ts'

const CONNECTION_VARIABLE = 'UPM_WORKER_CONNECTION'
/** A worker that dies is replaced after this, so that one that cannot live does not burn the machine. */
const RESTART_DELAY_MS = 1_000

export type Workers = { port: number; stop: () => Promise<void> }

/** How a worker reaches the database that the first process has opened. */
export function workerConnection(env: Record<string, string | undefined>): Connection {
  const connection: Connection = JSON.parse(env[CONNECTION_VARIABLE] ?? '""')
  return connection
}

/**
 * Starts processes that share the port, and replaces those that die. Resolves when all of them listen.
 *
 * @throws OperatorError when one ends before it listens: it has said why.
 */
export async function startWorkers(
  count: number,
  connection: Connection,
  log: Logger,
  ports: number,
): Promise<Workers> {
  let stopping = false
  const fork = () => cluster.fork({ [CONNECTION_VARIABLE]: JSON.stringify(connection) })
  const workers = Array.from({ length: count }, fork)
  let found: number[]
  try {
    found = await Promise.all(workers.map((worker) => untilListening(worker, ports)))
  } catch (error) {
    stopping = true
    await stopAll()
    throw error
  }
  cluster.on('exit', (worker, code, signal) => {
    if (stopping) return
    log.error({ worker: worker.process.pid, code, signal }, 'a worker process died; a new one replaces it')
    setTimeout(() => !stopping && fork(), RESTART_DELAY_MS).unref()
  })
  log.info({ workers: count }, 'all worker processes are listening')
  return {
    port: found[0] ?? 0,
    stop: async () => {
      stopping = true
      await stopAll()
    },
  }
}

async function stopAll(): Promise<void> {
  const alive = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
  await Promise.all(
    alive.map(async (worker) => {
      if (worker.isDead()) return
      const gone = once(worker, 'exit')
      worker.process.kill('SIGTERM')
      await gone
    }),
  )
}

/** Resolves with the last of the ports that it opens: the public one. */
async function untilListening(worker: Worker, ports: number): Promise<number> {
  let opened = 0
  return new Promise((resolve, reject) => {
    worker.on('listening', ({ port }) => {
      opened += 1
      if (opened === ports) resolve(port)
    })
    worker.once('exit', () =>
      reject(new OperatorError('A worker process could not start. Its error message is above.')),
    )
  })
}
