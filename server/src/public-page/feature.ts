import type { Config } from '../config/config.ts'
import type { Directory } from '../directory/directory.ts'
import type { Feature } from '../feature.ts'
import type { Labels } from '../http/schemas.ts'
import type { Page } from '../page/page.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { publicPageRoutes } from './routes.ts'

type Needs = {
  page: Page | undefined
  directory: Directory
  types: ProfileTypes
  subjects: readonly { slug: string; labels: Labels }[]
  config: Config
}

export const publicPageFeature: Feature<Needs> = {
  isOn: ({ page }) => page,
  routes: async (app, { page, directory, types, subjects, config }) => {
    const catalogue = { types, subjects: new Map(subjects.map(({ slug, labels }) => [slug, labels])) }
    await app.register(publicPageRoutes, { page, directory, catalogue, config })
  },
}
