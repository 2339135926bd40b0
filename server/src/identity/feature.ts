import type { Feature } from '../feature.ts'
import { accountActions } from './actions.ts'
import type { Linking } from './linking.ts'
import { identityData } from './personal-data.ts'
import { identityProblems } from './problems.ts'
import { identityRoutes, identitySchema } from './routes.ts'

/** Who asks, and which account that is: every route stands behind it (authenticate.ts). Its own are about the identities of an account. */
export const identityFeature: Feature<{ linking: Linking }> = {
  tag: { name: 'identities', description: 'By whose tokens your account is opened' },
  problems: identityProblems,
  actions: accountActions,
  personalData: identityData,
  schemas: () => [identitySchema],
  routes: async (app, { linking }) => {
    await app.register(identityRoutes, { linking })
  },
}
