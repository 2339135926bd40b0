import type { Pool } from '../database/database.ts'
import type { Log } from '../logger.ts'
import type { Meters } from '../meters.ts'
import type { Config } from '../config/config.ts'
import { dropByAction } from './action-retention.ts'
import { shortenOrigins } from './origins.ts'
import { dropExpired, ensurePartitions, findExpiry } from './partitions.ts'

export type MaintenanceOptions = {
  pool: Pool
  log: Log
  /** `ACTIVITY_RETENTION_DAYS`; undefined: everything is kept. */
  retentionDays: number | undefined
  /** Gives every user whose last start of a replay is before an instant a new one; returns to how many. */
  writeCheckpoints: (before: Date) => Promise<number>
  meters?: Meters
  /** The clock. */
  now?: Date
}

/**
 * One round: makes the months that will be needed and drops those that are over. Any number of processes may come to
 * do it at once: they take turns, and the others find the work done.
 */
export async function maintainLog(options: MaintenanceOptions): Promise<void> {
  const { pool, log, retentionDays, writeCheckpoints, meters, now = new Date() } = options
  const made = await ensurePartitions(pool, { now })
  meters?.partitions('created', made)
  if (made > 0) log.info({ months: made }, 'partitions of the activity log were created')
  if (retentionDays === undefined) return
  const expiry = await findExpiry(pool, retentionDays, now)
  const written = expiry ? await writeCheckpoints(expiry) : 0
  meters?.checkpoints(written)
  if (written > 0) meters?.entries('profile.checkpoint', written)
  if (written > 0) log.info({ users: written }, 'checkpoints were written before months are dropped')
  const dropped = await dropExpired(pool, retentionDays, now)
  meters?.partitions('dropped', dropped)
  if (dropped > 0) log.info({ months: dropped, retentionDays }, 'partitions of the activity log were dropped')
}

export type RetentionOptions = {
  pool: Pool
  config: Pick<Config, 'activityActionDays' | 'activityOriginDays'>
  log: Log
  meters: Meters
  signal?: AbortSignal
  /** The clock. */
  now?: Date
}

/** What becomes of entries as they grow old, before their month is dropped: where they came from is shortened, and some actions are deleted. */
export async function retainLog({ pool, config, log, meters, signal, now = new Date() }: RetentionOptions) {
  const deleted = await dropByAction(pool, config.activityActionDays, now, signal)
  meters.aged('deleted', deleted)
  if (deleted > 0) log.info({ entries: deleted }, 'entries were deleted by the retention of their action')
  if (config.activityOriginDays === undefined) return
  const before = new Date(now.getTime() - config.activityOriginDays * 86_400_000)
  const shortened = await shortenOrigins(pool, before, signal)
  meters.aged('shortened', shortened)
  if (shortened > 0) log.info({ entries: shortened }, 'the origins of old entries were shortened')
}
