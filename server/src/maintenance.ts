import { maintainLog } from './activity/maintenance.ts'
import type { Config } from './config.ts'
import { openPool, type Connection } from './database/database.ts'
import type { Log } from './database/open.ts'
import { sweepOrphans } from './media/sweep.ts'
import { openStorage } from './media/storage/open.ts'
import { deleteExpired } from './sign-in/queries.ts'

export type Maintenance = { stop: () => Promise<void> }

/** Something that has to be done again and again. */
export type Job = {
  name: string
  everyMs: number
  /** Whether the first round must be over before anything is served. */
  first?: 'awaited'
  run: () => Promise<void>
}

const HOUR_MS = 60 * 60_000

/**
 * Looks after the log and the storage until it is stopped. Several processes may do so at once: each job takes its
 * turn, and finds the work done.
 */
export async function startMaintenance(
  config: Config,
  connection: Connection,
  log: Log,
): Promise<Maintenance> {
  const pool = openPool(connection, {
    maxConnections: 2,
    onError: (err) => log.warn({ err }, 'a database connection of the maintenance broke'),
  })
  const storage = await openStorage(config.storage)
  const jobs = await repeat(
    [
      {
        name: 'activity log',
        everyMs: HOUR_MS,
        first: 'awaited',
        run: () => maintainLog({ pool, log, retentionDays: config.activityRetentionDays }),
      },
      {
        name: 'orphaned media',
        everyMs: 6 * HOUR_MS,
        run: async () => {
          const swept = await sweepOrphans(pool, storage)
          if (swept > 0) log.info({ files: swept }, 'files that no picture claims were deleted')
        },
      },
      ...(config.signIn
        ? [
            {
              name: 'sign-in',
              everyMs: HOUR_MS,
              run: async () => {
                const deleted = await deleteExpired(pool)
                if (deleted > 0) log.info({ deleted }, 'sessions and links that are over were deleted')
              },
            },
          ]
        : []),
    ],
    log,
  )
  return {
    stop: async () => {
      await jobs.stop()
      await storage.close()
      await pool.end()
    },
  }
}

/**
 * Runs each job now, and from then on a pause after its last round was over. A round that fails is logged, and the next
 * one makes up for it.
 */
export async function repeat(jobs: Job[], log: Log): Promise<Maintenance> {
  const timers = new Map<Job, NodeJS.Timeout>()
  const running = new Map<Job, Promise<void>>()
  let stopped = false

  async function round(job: Job): Promise<void> {
    try {
      await job.run()
    } catch (err) {
      log.error({ err, job: job.name }, 'a job of the maintenance failed')
    }
    if (stopped) return
    // Processes that were started together do not come back together.
    const pause = job.everyMs * (0.9 + Math.random() * 0.2)
    timers.set(job, setTimeout(start, pause, job).unref())
  }
  function start(job: Job): void {
    running.set(job, round(job))
  }

  for (const job of jobs) start(job)
  for (const job of jobs) if (job.first === 'awaited') await running.get(job)
  return {
    stop: async () => {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all(running.values())
    },
  }
}
