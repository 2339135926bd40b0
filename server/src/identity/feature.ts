import type { Feature } from '../feature.ts'
import { accountActions } from './actions.ts'
import { identityData } from './personal-data.ts'
import { identityProblems } from './problems.ts'

/** Who asks, and which account that is. It has no routes: every route stands behind it (authenticate.ts). */
export const identityFeature: Feature<unknown> = {
  problems: identityProblems,
  actions: accountActions,
  personalData: identityData,
}
