import type { Feature, Maintained } from '../feature.ts'
import type { Validator } from '../http/validation.ts'
import type { PersonalData } from '../personal-data.ts'
import { createQueue } from '../queue/queue.ts'
import type { Config } from '../config/config.ts'
import type { Page } from '../page/page.ts'
import { deletePageRoutes } from './delete-page.ts'
import { leavingActions } from './actions.ts'
import type { Leaving } from './leaving.ts'
import { leavingProblems } from './problems.ts'
import { listDue, purgeAccount } from './purge.ts'
import { leavingRoutes } from './routes.ts'
import { accountStateSchema } from './schema.ts'

type Needs = { leaving: Leaving; validator: Validator; page: Page | undefined; config: Config }

const PURGE = 'purge-account'

/** One look at an index. */
const LOOK_MS = 10_000
/** A log of a hundred million entries. */
const HOURS_SECONDS = 6 * 3_600

export const leavingFeature: Feature<Needs, Maintained & { personalData: readonly PersonalData[] }> = {
  tag: { name: 'account', description: 'The account itself: its state, its deletion and its restoration.' },
  problems: leavingProblems,
  actions: leavingActions,
  schemas: () => [accountStateSchema],
  jobs: [
    {
      name: 'accounts to purge',
      everyMs: LOOK_MS,
      run: async ({ pool }) => {
        const queue = createQueue(pool)
        for (const id of await listDue(pool)) await queue.send(pool, PURGE, { id: String(id) })
      },
    },
  ],
  tasks: [
    {
      name: PURGE,
      limitSeconds: HOURS_SECONDS,
      run: async (needs, { id }, signal) => {
        if (await purgeAccount(needs, Number(id), { signal })) needs.log.info({}, 'an account was purged')
      },
    },
  ],
  routes: async (app, { leaving, validator, page, config }) => {
    await app.register(leavingRoutes, { leaving, validator })
    if (config.page) await app.register(deletePageRoutes, { page, graceDays: config.eraseGraceDays })
  },
}
