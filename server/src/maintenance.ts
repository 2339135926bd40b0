import type { Feature, Job, Maintained } from './feature.ts'
import type { Extensions, Kept } from './services.ts'
import { allPersonalData, builtInActions, features } from './features.ts'
import type { Config } from './config/config.ts'
import { openPool } from './database/pool.ts'
import type { Connection } from './database/connect.ts'
import { checkSubjects, defaultSubjects } from './catalogues/subjects.ts'
import { createDocumentReader } from './document/read.ts'
import { createActions } from './log/actions.ts'
import { createCheckpoints } from './document/checkpoints.ts'
import { settingsOf } from './database/open.ts'
import { warnOfLostIssuers } from './identity/lost-issuers.ts'
import { acceptedIssuers } from './identity/tokens.ts'
import type { Log } from './logger.ts'
import { createMeters, watchDisks, type Meters } from './meters.ts'
import { openStorage } from './media/storage/open.ts'
import { createValidator } from './http/validation.ts'
import { createFormats } from './profile-types/formats.ts'
import { createProfileTypes } from './profile-types/profile-types.ts'
import { createUpgrader } from './profile-types/upgrade.ts'
import { startTasks } from './queue/queue.ts'

export type Maintenance = { stop: () => Promise<void> }

/** How long a user may stay locked for a checkpoint. */
const CHECKPOINT_LOCK_MS = 500

/** What of the host the maintenance has to know: jobs of its own, and what it declares. */
export type Hosted = Pick<Extensions, 'profileTypes' | 'subjects' | 'actions'> & {
  features?: readonly Feature<never, Kept>[]
  /** Put before every address. */
  prefix?: string
  /** Where the work is counted. */
  meters?: Meters
}

/**
 * Looks after the log and the storage until it is stopped. Several processes may do so at once: each job takes its
 * turn, and finds the work done.
 */
export async function startMaintenance(
  config: Config,
  connection: Connection,
  log: Log,
  {
    features: more = [],
    profileTypes,
    subjects = defaultSubjects,
    actions = [],
    prefix = '',
    meters = createMeters(),
  }: Hosted = {},
): Promise<Maintenance> {
  const onError = (err: Error) => log.warn({ err }, 'a database connection of the maintenance jobs broke')
  const settings = settingsOf(config)
  const pool = openPool(connection, { ...settings, maxConnections: 2, onError })
  const quickPool = openPool(connection, {
    ...settings,
    maxConnections: 1,
    statementTimeoutMs: CHECKPOINT_LOCK_MS,
    onError,
  })
  const present = [...features, ...more].filter(({ isOn }) => isOn?.(config) ?? true)
  const tasks = present.flatMap((feature) => feature.tasks ?? [])
  // Each task may hold a connection for long; the queue itself needs some beside them.
  const taskPool = openPool(connection, { ...settings, maxConnections: tasks.length + 2, onError })
  const storage = await openStorage(config.storage)
  const types = createProfileTypes(profileTypes)
  const mediaUrl = (key: string) => storage.publicUrl(key) ?? `${prefix}${config.mediaUrl}${key}`
  const shownAs = { types, mediaUrl }
  const writeCheckpoints = createCheckpoints(quickPool, shownAs)
  // It may still come, so that nothing waits for it; but an operator should not have to find out by a failed upload.
  void storage.check().catch((err: unknown) => log.warn({ err }, 'the media storage cannot be used'))
  void warnOfLostIssuers(pool, acceptedIssuers(config), log).catch((err: unknown) =>
    log.warn({ err }, 'the issuers of the accounts cannot be read'),
  )
  watchDisks(meters.registry, foldersOf(config))
  const needs = {
    config,
    storage,
    mediaUrl,
    log,
    types,
    writeCheckpoints,
    meters,
    prefix,
    personalData: allPersonalData(more),
    declared: {
      types,
      subjects: new Map(subjects.map(({ slug, labels }) => [slug, labels])),
      actions: createActions(builtInActions, [
        ...actions,
        ...more.flatMap((feature) => feature.actions ?? []),
      ]),
    },
    readDocument: createDocumentReader({
      ...shownAs,
      upgrader: createUpgrader(types, createValidator(createFormats(checkSubjects(subjects)))),
    }),
  }
  // The queue first: jobs ask it for work.
  const queue = await startTasks(taskPool, tasks, { ...needs, pool: taskPool })
  const jobs = await repeat(
    present.flatMap((feature) => feature.jobs ?? []),
    { ...needs, pool },
  )
  return {
    stop: async () => {
      await queue.stop()
      await jobs.stop()
      await storage.close()
      await pool.end()
      await quickPool.end()
      await taskPool.end()
    },
  }
}

/** The folders that the server fills by itself. */
function foldersOf({ dataDir, storage }: Config): Record<string, string> {
  return { data: dataDir, ...(storage.kind === 'local' && { media: storage.root }) }
}

/**
 * Runs each job now, and from then on a pause after its last round was over. A round that fails is logged, and the next
 * one makes up for it.
 */
export async function repeat<Needs extends Pick<Maintained, 'log' | 'meters'>>(
  jobs: readonly Job<Needs>[],
  needs: Needs,
): Promise<Maintenance> {
  const timers = new Map<Job<Needs>, NodeJS.Timeout>()
  const running = new Map<Job<Needs>, Promise<void>>()
  let stopped = false

  async function round(job: Job<Needs>): Promise<void> {
    const begun = performance.now()
    try {
      await job.run(needs)
      needs.meters.jobEnded(job.name, 'succeeded', performance.now() - begun)
    } catch (err) {
      needs.meters.jobEnded(job.name, 'failed', performance.now() - begun)
      needs.log.error({ err, job: job.name }, 'a maintenance job failed')
    }
    if (stopped) return
    // A random delay, so that processes that started together do not run the job at the same time.
    const pause = job.everyMs * (0.9 + Math.random() * 0.2)
    timers.set(job, setTimeout(start, pause, job).unref())
  }
  function start(job: Job<Needs>): void {
    needs.meters.jobStarted(job.name, job.everyMs)
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
