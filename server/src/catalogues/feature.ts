import type { Config } from '../config/config.ts'
import type { Feature } from '../feature.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { catalogueRoutes } from './routes.ts'
import type { Subject } from './subjects.ts'
import { fieldSchema } from '../profile-types/field-schema.ts'

export const catalogueFeature: Feature<{
  types: ProfileTypes
  subjects: readonly Subject[]
  config: Config
}> = {
  tag: {
    name: 'catalogues',
    description:
      'The choices that a form offers: profile types, subjects, languages, time zones. No token is needed.',
  },
  schemas: () => [fieldSchema],
  routes: async (app, { types, subjects, config }) => {
    await app.register(catalogueRoutes, { types, subjects, uiLanguages: config.uiLanguages })
  },
}
