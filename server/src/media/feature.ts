import type { Config } from '../config/config.ts'
import type { Feature, Maintained } from '../feature.ts'
import { avatarActions } from './actions.ts'
import { avatarRoutes } from './avatar-routes.ts'
import type { Avatars } from './avatar.ts'
import { fileRoutes } from './file-routes.ts'
import { mediaProblems } from './problems.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import type { MediaStorage } from './storage/storage.ts'
import { createPurge } from './purge.ts'
import { createPictureRenewals } from './renewal.ts'
import { sweepOrphans } from './sweep.ts'
import { mediaData } from './personal-data.ts'

/** Where there is nothing to sweep, it is one look at an index. */
const SWEEP_MS = 10_000

/** The same, for addresses that have to end. */
const RENEW_MS = 10_000

type Needs = { avatars: Avatars; storage: MediaStorage; config: Config; types: ProfileTypes }

type JobNeeds = Maintained & { storage: MediaStorage; mediaUrl: (key: string) => string }

export const mediaFeature: Feature<Needs, JobNeeds> = {
  tag: { name: 'avatar', description: "The caller's picture." },
  problems: mediaProblems,
  actions: avatarActions,
  personalData: mediaData,
  jobs: [
    {
      name: 'unclaimed media',
      everyMs: SWEEP_MS,
      run: async ({ pool, storage, config, log, meters }) => {
        const swept = await sweepOrphans(pool, storage, undefined, meters, createPurge(config.mediaPurgeUrl))
        if (swept > 0) log.info({ pictures: swept }, 'unused picture files were deleted')
      },
    },
    {
      name: 'hidden pictures',
      everyMs: RENEW_MS,
      run: async (needs) => {
        const moved = await createPictureRenewals({
          ...needs,
          isCached: needs.config.mediaPurgeUrl !== undefined,
        }).renewDue()
        if (moved > 0) needs.log.info({ pictures: moved }, 'hidden pictures were given new addresses')
      },
    },
  ],
  routes: async (app, { avatars, storage, config, types }) => {
    await app.register(avatarRoutes, { avatars, maxBytes: config.avatarMaxBytes, types })
    await app.register(fileRoutes, { storage, path: config.mediaUrl })
  },
}
