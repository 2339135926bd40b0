/**
 * Work that somebody waits for, or that takes long: kept in PostgreSQL by pg-boss, in the transaction that asks for it, and done
 * by the process that runs the maintenance (docs/decisions/0011-the-queue.md).
 */
import pg from 'pg'
import { PgBoss, type ConstructorOptions } from 'pg-boss'
import type { Db, Pool } from '../database/database.ts'
import { jobsSchemaOf } from '../database/jobs-schema.ts'
import type { Log } from '../logger.ts'
import type { Meters } from '../meters.ts'
import { hasCode } from '../values.ts'

/** What a task works on. Ids alone: what is in the queue is in dumps and logs, and nobody erases it. */
export type TaskData = { id: string }

/** A kind of work. */
export type Task<Needs> = {
  /** Lower-case words with underscores or hyphens. */
  name: string
  /** How often a run that failed is tried again. Default: 5, with growing pauses. */
  retries?: number
  /** How long one run may take, in seconds. Default: 15 minutes. */
  limitSeconds?: number
  /** When it is done by itself, besides: a cron line in UTC. Its `id` is then empty. What was missed while no process ran is done once. */
  schedule?: string
  /**
   * Does it. It may be run again after a crash at any line, and must find what was done. One task with one `id` is never run
   * twice at the same time, while its process is alive.
   *
   * @param signal aborted when the process stops, or when another process has taken the work over
   */
  run: (needs: Needs, data: TaskData, signal: AbortSignal) => Promise<void>
}

/** Asks for work. */
export type Queue = {
  /**
   * Asks for a task to be done. In a transaction it is asked for when that is committed. The same task with the same `id` that is
   * waiting or being done already is not asked for twice.
   */
  send: (db: Db, task: string, data: TaskData, options?: { after?: Date }) => Promise<void>
}

/** A process that is silent for this long is dead, and its work is taken over. The library allows no less than 10 s. */
const HEARTBEAT_SECONDS = 10
const SUPERVISE_SECONDS = 10
/** A person waits for some of it. */
const POLL_SECONDS = 1
const DEFAULT_LIMIT_SECONDS = 15 * 60
const DEFAULT_RETRIES = 5
/** Of tasks with one id, one waits or is being done. */
const POLICY = 'exclusive'
/** How long what is done stays visible. */
export const DONE_DAYS = 1

/** Our pool as the library wants it. Its numbers and times are the driver's own, not ours (database/connect.ts). */
function doorTo(db: Db): NonNullable<ConstructorOptions['db']> {
  const types = { getTypeParser: pg.types.getTypeParser }
  // A script of several statements goes without values, by the simple protocol.
  return { executeSql: (text, values) => db.query({ text, types }, values?.length ? values : undefined) }
}

function bossOn(pool: Pool, options: { supervise: boolean; schedule: boolean }): PgBoss {
  return new PgBoss({
    db: doorTo(pool),
    schema: jobsSchemaOf(pool.schemas.upm),
    migrate: false,
    createSchema: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    // Our role need not be the owner of the tables.
    reindex: false,
    monitorVacuum: false,
    registerInstance: false,
    ...options,
  })
}

/** The side that asks. It needs no start and no end: it holds nothing but the pool. */
export function createQueue(pool: Pool): Queue {
  const boss = bossOn(pool, { supervise: false, schedule: false })
  return {
    send: async (db, task, data, { after } = {}) => {
      const ask = () =>
        boss.send(task, data, {
          singletonKey: data.id,
          ...(after && { startAfter: after }),
          db: doorTo(db),
        })
      try {
        await ask()
      } catch (error) {
        if (!hasCode(error, 'PGBOSS_QUEUE_NOT_FOUND')) throw error
        // Nobody has worked on this task yet: a process of an older version still does the maintenance. It was only looked up,
        // so the transaction of the caller goes on.
        await boss.createQueue(task, { policy: POLICY })
        await ask()
      }
    },
  }
}

/**
 * The side that does the work, until it is stopped: then what is running is told by its signal, and put back.
 *
 * @param needs what every task works with
 */
export async function startTasks<Needs>(
  pool: Pool,
  tasks: readonly Task<Needs>[],
  needs: Needs & { log: Log; meters: Meters },
): Promise<{ stop: () => Promise<void> }> {
  const { log, meters } = needs
  if (tasks.length === 0) return { stop: async () => {} }
  const boss = bossOn(pool, {
    supervise: true,
    schedule: tasks.some(({ schedule }) => schedule !== undefined),
  })
  boss.on('error', (err: Error) => log.warn({ err }, 'the queue of tasks has a problem'))
  await boss.start()
  const stopping = new AbortController()
  for (const task of tasks) {
    const settings = {
      retryLimit: task.retries ?? DEFAULT_RETRIES,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 600,
      expireInSeconds: task.limitSeconds ?? DEFAULT_LIMIT_SECONDS,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      deleteAfterSeconds: DONE_DAYS * 24 * 60 * 60,
    }
    await boss.createQueue(task.name, { policy: POLICY, ...settings })
    // It may be there already, from an older version or from somebody who has asked for the task.
    await boss.updateQueue(task.name, settings)
    if (task.schedule !== undefined) {
      await boss.schedule(
        task.name,
        task.schedule,
        { id: '' },
        { tz: 'UTC', missed: 'once', singletonKey: '' },
      )
    }
    meters.taskKnown(task.name)
    await boss.work<TaskData>(
      task.name,
      { pollingIntervalSeconds: POLL_SECONDS, batchSize: 1 },
      async ([job]) => {
        if (!job) return
        const signal = AbortSignal.any([job.signal, stopping.signal])
        const begun = performance.now()
        const failure = await task.run(needs, job.data, signal).then(
          () => undefined,
          (err: unknown) => ({ err }),
        )
        meters.jobEnded(task.name, failure ? 'failed' : 'succeeded', performance.now() - begun)
        if (!failure) return
        log.error({ ...failure, task: task.name, id: job.data.id }, 'a task failed; it is tried again')
        // The library keeps what is thrown with the job. An error may quote values of a person.
        throw new Error('see the log of the server')
      },
    )
  }
  return {
    stop: async () => {
      stopping.abort(new Error('the server stops'))
      await boss.stop({ graceful: true, timeout: 10_000 })
    },
  }
}
