import type { Pool } from '../database/database.ts'
import type { Log } from '../database/open.ts'
import { dropExpired, ensurePartitions } from './partitions.ts'

export type MaintenanceOptions = {
  pool: Pool
  log: Log
  /** `ACTIVITY_RETENTION_DAYS`; undefined: everything is kept. */
  retentionDays: number | undefined
  /** Default: an hour. */
  everyMs?: number
}

export type Maintenance = { stop: () => Promise<void> }

/**
 * Keeps the partitions of the log in order: once before this resolves, and from then on every hour or so until it is
 * stopped. Any number of processes may do so: they take turns, and find the work done.
 *
 * A failure is logged and never thrown. The log's open ends take whatever comes meanwhile, and the next round makes
 * up for it.
 */
export async function startMaintenance(options: MaintenanceOptions): Promise<Maintenance> {
  const { pool, log, retentionDays, everyMs = 3_600_000 } = options
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  let stopped = false

  async function round(): Promise<void> {
    try {
      const made = await ensurePartitions(pool)
      if (made > 0) log.info({ made }, 'made months of the activity log')
      if (retentionDays === undefined) return
      const dropped = await dropExpired(pool, retentionDays)
      if (dropped > 0) log.info({ dropped, retentionDays }, 'dropped months of the activity log')
    } catch (err) {
      log.error({ err }, 'the partitions of the activity log could not be kept in order')
    }
  }

  function schedule(): void {
    if (stopped) return
    // Processes that were started together do not come together again.
    timer = setTimeout(
      () => {
        running = round().then(schedule)
      },
      everyMs * (0.9 + Math.random() * 0.2),
    ).unref()
  }

  await round()
  schedule()
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
