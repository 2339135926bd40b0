import type { Pool } from '../database/database.ts'
import type { Log } from '../database/open.ts'
import { dropExpired, ensurePartitions } from './partitions.ts'

export type MaintenanceOptions = {
  pool: Pool
  log: Log
  /** `ACTIVITY_RETENTION_DAYS`; undefined: everything is kept. */
  retentionDays: number | undefined
}

/**
 * One round: makes the months that will be needed and drops those that are over. Any number of processes may come to
 * do it at once: they take turns, and the others find the work done.
 */
export async function maintainLog({ pool, log, retentionDays }: MaintenanceOptions): Promise<void> {
  const made = await ensurePartitions(pool)
  if (made > 0) log.info({ months: made }, 'months of the activity log were made')
  if (retentionDays === undefined) return
  const dropped = await dropExpired(pool, retentionDays)
  if (dropped > 0) log.info({ months: dropped, retentionDays }, 'months of the activity log were dropped')
}
