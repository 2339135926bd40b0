import type { Config } from '../config/config.ts'
import type { Pool } from '../database/database.ts'
import type { Feature } from '../feature.ts'
import type { Language } from '../errors.ts'
import type { Validator } from '../http/validation.ts'
import type { Notices } from '../accounts/notices.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Activity } from '../log/activity.ts'
import type { Meters } from '../meters.ts'
import { openRoles, type Roles } from '../profile-types/roles.ts'
import { signInActions } from './actions.ts'
import { signInProblems } from './problems.ts'
import { deleteExpired } from './queries.ts'
import { signInData } from './personal-data.ts'

const HOUR_MS = 60 * 60_000

type Needs = {
  config: Config
  pool: Pool
  accounts: Accounts
  activity: Activity
  meters: Meters
  validator: Validator
  roles: Roles
  defaultLanguage: Language
  notices: Notices
}

export const signInFeature: Feature<Needs> = {
  isOn: ({ signIn }) => signIn !== undefined,
  tag: {
    name: 'sign-in',
    description:
      'Accounts, sessions and access tokens. Better Auth runs the sign-in: paths and payloads are its own, with `role` added.',
  },
  securitySchemes: {
    session: {
      type: 'http',
      scheme: 'bearer',
      description: 'The session token that the sign-in returns. It is not an access token.',
    },
    sessionCookie: {
      type: 'apiKey',
      in: 'cookie',
      name: 'upm.session_token',
      description:
        'The session as a cookie, for pages. With HTTPS the name of the cookie starts with `__Host-`, or with `__Secure-` if UPM runs under a path prefix.',
    },
  },
  problems: signInProblems,
  actions: signInActions,
  personalData: signInData,
  jobs: [
    {
      name: 'sign-in',
      everyMs: HOUR_MS,
      run: async ({ pool, log }) => {
        const deleted = await deleteExpired(pool)
        if (deleted > 0) log.info({ deleted }, 'expired sessions and links were deleted')
      },
    },
  ],
  routes: async (
    app,
    { config, pool, accounts, activity, meters, validator, roles, defaultLanguage, notices },
  ) => {
    if (!config.signIn) return
    // Loaded only where it is wanted: Better Auth takes 50 MB and a second.
    const { signInRoutes } = await import('./routes.ts')
    await app.register(signInRoutes, {
      config: config.signIn,
      corsOrigins: config.corsOrigins,
      defaultLanguage,
      pool,
      accounts,
      activity,
      meters,
      validator,
      roles: openRoles(roles),
      uiLanguages: config.uiLanguages,
      notices,
    })
  },
}
