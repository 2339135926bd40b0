import type { Feature, Maintained } from '../feature.ts'
import { hostActions } from '../log/host-actions.ts'
import { maintainLog, retainLog, type MaintenanceOptions } from '../log/maintenance.ts'
import type { Entries } from './entries.ts'
import type { ExampledAccount } from './examples.ts'
import { activityRoutes } from './routes.ts'
import type { ActivitySchemas } from './schema.ts'
import { logData } from '../log/personal-data.ts'

const HOUR_MS = 60 * 60_000

type Needs = {
  entries: Entries
  activitySchemas: ActivitySchemas
  documentExamples: readonly ExampledAccount[]
}
type JobNeeds = Maintained & Pick<MaintenanceOptions, 'writeCheckpoints'>

export const activityFeature: Feature<Needs, JobNeeds> = {
  tag: {
    name: 'activity',
    description: "The activity log of the caller's account, and the events that other services report.",
  },
  actions: hostActions,
  personalData: logData,
  schemas: ({ activitySchemas: { entry, batchEntry, receipt, summary } }) => [
    entry,
    batchEntry,
    receipt,
    summary,
  ],
  jobs: [
    {
      name: 'activity log',
      everyMs: HOUR_MS,
      first: 'awaited',
      run: ({ config, ...needs }) => maintainLog({ ...needs, retentionDays: config.activityRetentionDays }),
    },
  ],
  tasks: [
    {
      name: 'activity-retention',
      schedule: '40 3 * * *',
      limitSeconds: 6 * 60 * 60,
      run: async ({ pool, config, log, meters }, _data, signal) => {
        await retainLog({ pool, config, log, meters, signal })
      },
    },
  ],
  routes: async (app, { entries, activitySchemas: schemas, documentExamples: examples }) => {
    await app.register(activityRoutes, { entries, schemas, examples })
  },
}
