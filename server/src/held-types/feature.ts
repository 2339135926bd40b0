import type { Feature } from '../feature.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { heldTypeActions } from './actions.ts'
import type { HeldTypes } from './held-types.ts'
import { heldTypeProblems } from './problems.ts'
import { heldTypeRoutes, type HeldTypeRoutesOptions } from './routes.ts'

type Needs = {
  heldTypes: HeldTypes
  types: ProfileTypes
  documentExamples: HeldTypeRoutesOptions['examples']
}

export const heldTypesFeature: Feature<Needs> = {
  problems: heldTypeProblems,
  actions: heldTypeActions,
  routes: async (app, { heldTypes, types, documentExamples: examples }) => {
    await app.register(heldTypeRoutes, { heldTypes, types, examples })
  },
}
