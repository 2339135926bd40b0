import type { Feature } from '../feature.ts'
import { leavingActions } from './actions.ts'
import type { Leaving } from './leaving.ts'
import { leavingProblems } from './problems.ts'
import { leavingRoutes } from './routes.ts'
import { accountStateSchema } from './schema.ts'

type Needs = { leaving: Leaving }

export const leavingFeature: Feature<Needs> = {
  tag: { name: 'account', description: 'The account itself: its state, its deletion and its restoration.' },
  problems: leavingProblems,
  actions: leavingActions,
  schemas: () => [accountStateSchema],
  routes: async (app, { leaving }) => {
    await app.register(leavingRoutes, { leaving })
  },
}
