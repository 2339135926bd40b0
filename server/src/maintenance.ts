import type { Config } from './config.ts'
import { openPool, type Connection, type Pool } from './database/database.ts'
import type { Log } from './database/open.ts'
import { sweepOrphans } from './media/sweep.ts'
import { openStorage } from './media/storage/open.ts'

export type Maintenance = { stop: () => Promise<void> }

/** Something that has to be done again and again, by one process of all that share the database. */
type Job = { name: string; everyMs: number; run: () => Promise<void> }

const HOUR_MS = 60 * 60_000

/**
 * Looks after the database and the storage until it is stopped. The first round of what serving depends on is done when
 * this resolves; the rest runs behind it. A job that fails is logged and tried again in its next round.
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
  const jobs: Job[] = [
    {
      name: 'orphaned media',
      everyMs: 6 * HOUR_MS,
      run: async () => {
        const swept = await sweepOrphans(pool, storage)
        if (swept > 0) log.info({ files: swept }, 'files that no picture claims were deleted')
      },
    },
  ]
  const timers = jobs.map((job) => repeat(job, pool, log))
  return {
    stop: async () => {
      await Promise.all(timers.map((stop) => stop()))
      await storage.close()
      await pool.end()
    },
  }
}

/** Runs a job now and in each of its rounds; the function that is returned ends that when the running round is done. */
function repeat({ name, everyMs, run }: Job, _pool: Pool, log: Log): () => Promise<void> {
  let running = Promise.resolve()
  const round = () => {
    running = run().catch((err: unknown) => log.error({ err, job: name }, 'a job of the maintenance failed'))
  }
  round()
  const timer = setInterval(round, everyMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    return running
  }
}
