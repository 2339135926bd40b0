/** The first process keeps workers running: it starts them, replaces those that die, and exchanges them on a reload. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../database/connect.ts'
import type { Environment } from './environment.ts'
import type { Log } from '../logger.ts'
import { OperatorError } from '../operator-error.ts'
import { messageOf } from '../values.ts'
import { taskVariable } from './task.ts'
import type { Order, Report } from './worker-link.ts'

/** A worker that has listened for this long was well: its death is an accident. */
const STABLE_MS = 10_000
/** After so many deaths of a worker and its replacements, with no stable one among them, there are no more attempts. */
const MAX_QUICK_DEATHS = 5
/** Doubled after each further death. */
const FIRST_PAUSE_MS = 500
/** Workers that are told to stop do so before (worker.ts), unless they are stuck. */
const STOP_LIMIT_MS = 35_000
/** The same, where their connections may come to an end first. */
const RETIRE_LIMIT_MS = 60_000

type Running = {
  worker: Worker
  port: number
  env: Environment
  readyAtMs: number
  /** How many of its predecessors died one after the other, each before it was stable. */
  quickDeaths: number
  /** Resolves with the reason when it has ended. */
  ended: Promise<string>
}

/**
 * @param onCollapse called once when workers die again and again as soon as they run
 */
export function createSupervisor(
  count: number,
  connection: Connection,
  log: Log,
  onCollapse: (reason: string) => void,
) {
  const slots: Running[] = []
  const stopped = new AbortController()
  // A single worker accepts its connections itself; several get them in turns.
  if (count === 1) cluster.schedulingPolicy = cluster.SCHED_NONE
  // Its task is all that a worker needs. Node itself would look for the file of --env-file, which may be gone by now.
  cluster.setupPrimary({ args: ['serve'] })

  /** Starts a process and resolves when it listens, however long that takes. */
  async function launch(slot: number, env: Environment, migrates: boolean): Promise<Running> {
    stopped.signal.throwIfAborted()
    const task = { connection, migrates, maintains: slot === 0, isAlone: count === 1 }
    const worker = cluster.fork({ ...env, ...taskVariable(task) })
    const ended = untilEnded(worker)
    const port = await Promise.race([
      untilReady(worker),
      ended.then((reason): never => {
        throw new OperatorError(reason)
      }),
    ])
    return { worker, port, env, readyAtMs: performance.now(), quickDeaths: 0, ended }
  }

  function keep(slot: number, running: Running): void {
    slots[slot] = running
    void running.ended.then((reason) => {
      const isQuick = performance.now() - running.readyAtMs < STABLE_MS
      return replace(slot, running, reason, isQuick ? running.quickDeaths + 1 : 0)
    })
  }

  /** Tries until there is a new one: at once after an accident, else after longer and longer pauses. */
  async function replace(slot: number, dead: Running, why: string, deaths: number): Promise<void> {
    const isOver = () => stopped.signal.aborted || slots[slot] !== dead
    let [reason, quickDeaths] = [why, deaths]
    let pid = dead.worker.process.pid
    while (!isOver()) {
      if (quickDeaths >= MAX_QUICK_DEATHS) {
        stopped.abort()
        onCollapse(
          `UPM stops because a worker process died ${quickDeaths} times in a row, ` +
            `each time before or within ${STABLE_MS / 1000} seconds after it listened. The last reason: ${reason}`,
        )
        return
      }
      log.error({ worker: pid, reason, quickDeaths }, 'a worker process died; a new one replaces it')
      if (quickDeaths > 0) await pause(FIRST_PAUSE_MS * 2 ** (quickDeaths - 1))
      if (isOver()) return
      try {
        const running = await launch(slot, dead.env, false)
        // A reload was faster.
        if (isOver()) return await retire(running)
        keep(slot, { ...running, quickDeaths })
      } catch (error) {
        reason = messageOf(error)
        quickDeaths += 1
        // Its successor, which had not listened yet.
        pid = undefined
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopped.signal }).catch(() => {})
  }

  return {
    /**
     * Starts all workers and resolves with their port.
     *
     * @throws OperatorError with the reason of a worker that cannot start. Then `stop` has to be called.
     */
    async start(env: Environment): Promise<number> {
      const first = await launch(0, env, true)
      keep(0, first)
      const others = Array.from({ length: count - 1 }, async (_, index) =>
        keep(index + 1, await launch(index + 1, env, false)),
      )
      await Promise.all(others)
      log.info({ workers: count }, 'all worker processes are listening')
      return first.port
    },

    /**
     * Exchanges the workers one by one. Each new one listens before the old one stops to accept connections. Resolves
     * with false where a stop came between.
     *
     * @throws OperatorError with the reason of a new worker that cannot start. The old ones that are left go on.
     */
    async reload(env: Environment): Promise<boolean> {
      for (let slot = 0; slot < count; slot += 1) {
        const running = await launch(slot, env, slot === 0).catch((error: unknown) => {
          if (!stopped.signal.aborted) throw error
        })
        if (!running) return false
        const old = slots[slot]
        keep(slot, running)
        if (old) await retire(old)
      }
      return !stopped.signal.aborted
    },

    /** Lets all workers finish what is running, and resolves when they have ended. */
    async stop(): Promise<void> {
      stopped.abort()
      const alive = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isDead() === false)
      await Promise.all(
        alive.map(async (worker) => {
          if (!worker) return
          const gone = once(worker, 'exit')
          worker.process.kill('SIGTERM')
          const kill = setTimeout(() => worker.process.kill('SIGKILL'), STOP_LIMIT_MS)
          await gone
          clearTimeout(kill)
        }),
      )
    },
  }
}

/** Tells a worker to finish what is running, and waits until it has ended. */
async function retire({ worker, ended }: Running): Promise<void> {
  if (worker.isConnected()) worker.send({ upm: 'retire' } satisfies Order)
  const kill = setTimeout(() => worker.process.kill('SIGKILL'), RETIRE_LIMIT_MS)
  await ended
  clearTimeout(kill)
}

async function untilReady(worker: Worker): Promise<number> {
  return new Promise((resolve) => {
    worker.on('message', (message: Report) => {
      if (message.upm === 'ready') resolve(message.port)
    })
  })
}

/** Resolves with the reason: what the worker itself said last, or how it ended. */
async function untilEnded(worker: Worker): Promise<string> {
  let said: string | undefined
  worker.on('message', (message: Report) => {
    if (message.upm === 'failed') said = message.reason
  })
  const how = await new Promise<string>((resolve) => {
    worker.once('exit', (code: number | null, signal: string | null) =>
      resolve(
        signal === null
          ? `it ended with exit code ${code}; its own message is above`
          : `it was ended by ${signal}${signal === 'SIGKILL' ? ', for example because the machine had no memory left' : ''}`,
      ),
    )
    worker.on('error', (error) => {
      // Other errors are messages to a worker that is about to end.
      if (worker.process.pid === undefined) resolve(error.message)
    })
  })
  // Its last message may still be on its way.
  if (worker.isConnected()) await once(worker, 'disconnect')
  return said ?? `A worker process could not go on: ${how}.`
}
