import type { Pool } from '../database/database.ts'
import type { Feature, Maintained } from '../feature.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import { createQueue } from '../queue/queue.ts'
import { exportActions } from './actions.ts'
import { buildExport } from './build.ts'
import { EXPORT_TASK, MAIL_TASK, type DataExports } from './exports.ts'
import type { FillNeeds } from './fill.ts'
import { sendReadyMail } from './mail.ts'
import { exportData } from './personal-data.ts'
import { exportProblems } from './problems.ts'
import { deleteOld, listForgotten } from './queries.ts'
import { dataExportRoutes } from './routes.ts'
import { exportSchema, startedSchema } from './schema.ts'

const MINUTE_MS = 60_000

type Needs = { dataExports: DataExports }
type JobNeeds = Maintained & FillNeeds & { pool: Pool; storage: MediaStorage; prefix: string }

export const dataExportFeature: Feature<Needs, JobNeeds> = {
  tag: {
    name: 'export',
    description: 'An archive of everything that the server holds of the caller, to take along.',
  },
  problems: exportProblems,
  actions: exportActions,
  schemas: () => [exportSchema, startedSchema],
  personalData: exportData,
  tasks: [
    {
      name: EXPORT_TASK,
      // The row counts the attempts. Here they must not end sooner.
      retries: 10,
      run: (needs, data, signal) => {
        const queue = createQueue(needs.pool)
        const onReady = (db: Parameters<typeof queue.send>[0], id: string) =>
          queue.send(db, MAIL_TASK, { id })
        return buildExport({ ...needs, onReady }, data, signal)
      },
    },
    { name: MAIL_TASK, run: sendReadyMail },
  ],
  jobs: [
    {
      name: 'exports',
      everyMs: MINUTE_MS,
      run: async ({ pool, log }) => {
        await deleteOld(pool)
        // The queue gives up a task after a while, the row does not.
        const queue = createQueue(pool)
        const forgotten = await listForgotten(pool)
        for (const id of forgotten) await queue.send(pool, EXPORT_TASK, { id })
        if (forgotten.length > 0) log.warn({ exports: forgotten.length }, 'archives wait for a long time')
      },
    },
  ],
  routes: async (app, { dataExports }) => {
    await app.register(dataExportRoutes, { dataExports })
  },
}
