/** The metrics of the business: what happened in an installation, counted in memory and shown at `/metrics`. */
import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { Counter, Gauge, Registry } from 'prom-client'
import { version } from './version.ts'

export type Meters = ReturnType<typeof createMeters>

/** What a route counts, by its outcome: `succeeded`, or the code of the problem that it answered with. */
export type Counted = 'sign_in' | 'sign_up' | 'avatar_upload'

/**
 * The metrics of one process. Counting is an addition in memory, so it may stand on a hot path. The values of labels are
 * bounded: codes of catalogues, configured roles, names of jobs; never an id, an address or a text of a user.
 */
export function createMeters() {
  const registry = new Registry()
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers: [registry] })
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] })

  new Gauge({
    name: 'upm_build_info',
    help: 'Always 1. The label is the version of UPM.',
    labelNames: ['version'],
    registers: [registry],
    aggregator: 'first',
  }).set({ version }, 1)
  const problems = counter(
    'upm_problems_total',
    'Responses that were a problem (RFC 9457), by the code of the problem.',
    'code',
  )
  const securityEvents = counter(
    'upm_security_events_total',
    'Sign-ins, refused sign-ins, changed and reset passwords, ended sessions, and attempts over a limit.',
    'event',
  )
  const outcomes = {
    sign_in: counter(
      'upm_sign_ins_total',
      'Sign-ins with a password, by outcome: succeeded, or the code of the refusal.',
      'outcome',
    ),
    sign_up: counter(
      'upm_sign_ups_total',
      'Requests to sign up, by outcome: succeeded, or the code of the refusal.',
      'outcome',
    ),
    avatar_upload: counter(
      'upm_avatar_uploads_total',
      'Uploaded pictures, by outcome: succeeded, or the code of the refusal.',
      'outcome',
    ),
  } satisfies Record<Counted, Counter<'outcome'>>
  const avatarDeletions = counter('upm_avatar_deletions_total', 'Pictures that their owners removed.')
  const firstVisits = counter(
    'upm_first_visits_total',
    'Accounts that were opened for the first time, by where they came from, role and profile type.',
    'source',
    'role',
    'profile_type',
  )
  const accounts = counter(
    'upm_accounts_total',
    'Accounts whose deletion began (leaving), was taken back (restored) or was completed (purged).',
    'event',
  )
  const entries = counter('upm_activity_entries_total', 'Entries written into the activity log.', 'action')
  const mails = counter(
    'upm_mails_total',
    'E-mails by kind and outcome: sent (the mail server accepted it), retried, or failed (given up).',
    'kind',
    'outcome',
  )
  const sweptPictures = counter(
    'upm_swept_pictures_total',
    'Unused pictures whose files were deleted from the media storage.',
  )
  const sweepFailures = counter(
    'upm_sweep_failures_total',
    'Unused pictures whose files could not be deleted. They are tried again.',
  )
  const partitions = counter(
    'upm_activity_partitions_total',
    'Monthly partitions of the activity log that were created, or dropped by retention.',
    'change',
  )
  const checkpoints = counter(
    'upm_activity_checkpoints_total',
    'Checkpoints written before retention drops the entry that a replay starts from.',
  )
  const outdated = gauge(
    'upm_outdated_profiles',
    'Profiles that are stored under an older version of their type. "upm types upgrade" upgrades them.',
    'profile_type',
  )
  const aged = counter(
    'upm_activity_aged_entries_total',
    'Old entries whose origin was shortened, or that were deleted by the retention of their action.',
    'change',
  )
  // Not `job`: Prometheus has a label of that name for what it scrapes.
  const jobRuns = counter('upm_job_runs_total', 'Runs of a maintenance job, by outcome.', 'task', 'outcome')
  const jobSuccess = gauge(
    'upm_job_last_success_timestamp_seconds',
    'When a maintenance job last succeeded (Unix time).',
    'task',
  )
  const jobInterval = gauge(
    'upm_job_interval_seconds',
    'The usual pause between two runs of a maintenance job.',
    'task',
  )
  const jobDuration = gauge(
    'upm_job_last_duration_seconds',
    'How long the last run of a maintenance job took.',
    'task',
  )

  return {
    registry,
    problem: (code: string) => problems.inc({ code }),
    /** By the code of its action. */
    securityEvent: (event: string) => securityEvents.inc({ event }),
    outcome: (counted: Counted, outcome: string) => outcomes[counted].inc({ outcome }),
    avatarDeleted: () => avatarDeletions.inc(),
    firstVisit: (visit: { source: string; role: string; profileType: string }) =>
      firstVisits.inc({ source: visit.source, role: visit.role, profile_type: visit.profileType }),
    account: (event: 'leaving' | 'restored' | 'purged') => accounts.inc({ event }),
    entries: (action: string, count = 1) => entries.inc({ action }, count),
    mail: (kind: string, outcome: 'sent' | 'retried' | 'failed') => mails.inc({ kind, outcome }),
    swept: (pictures: number) => sweptPictures.inc(pictures),
    sweepFailed: (pictures: number) => sweepFailures.inc(pictures),
    partitions: (change: 'created' | 'dropped', count: number) => partitions.inc({ change }, count),
    checkpoints: (count: number) => checkpoints.inc(count),
    outdatedProfiles: (profileType: string, count: number) =>
      outdated.set({ profile_type: profileType }, count),
    aged: (change: 'shortened' | 'deleted', count: number) => aged.inc({ change }, count),

    /** Shows a job before its first run, too: one that never ends has to be missed. */
    jobStarted(task: string, everyMs: number): void {
      jobInterval.set({ task }, everyMs / 1000)
      for (const outcome of ['succeeded', 'failed']) jobRuns.inc({ task, outcome }, 0)
    },

    /** The same for work that is done when somebody asks for it. */
    taskKnown(task: string): void {
      for (const outcome of ['succeeded', 'failed']) jobRuns.inc({ task, outcome }, 0)
    },

    jobEnded(task: string, outcome: 'succeeded' | 'failed', ms: number): void {
      jobRuns.inc({ task, outcome })
      jobDuration.set({ task }, ms / 1000)
      if (outcome === 'succeeded') jobSuccess.set({ task }, Date.now() / 1000)
    },
  }
}

/**
 * Shows how full the disks are that the server writes to. Asked when the metrics are read.
 *
 * @param folders by the value of the label; one that is not there (yet) is left out
 */
export function watchDisks(registry: Registry, folders: Readonly<Record<string, string>>): void {
  const watch = (name: string, help: string, bytesOf: (disk: StatsFs) => number) => {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['folder'],
      registers: [registry],
      collect: async () => {
        for (const [folder, path] of Object.entries(folders)) {
          const disk = await statfs(path).catch(() => undefined)
          if (disk) gauge.set({ folder }, bytesOf(disk))
        }
      },
    })
  }
  watch(
    'upm_disk_size_bytes',
    'The size of the disk that a folder of the server is on.',
    (disk) => disk.blocks * disk.bsize,
  )
  watch(
    'upm_disk_free_bytes',
    'The space of the disk that the server may still fill.',
    (disk) => disk.bavail * disk.bsize,
  )
}
