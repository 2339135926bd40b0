import type { Feature } from '../feature.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import type { Directory } from './directory.ts'
import { directoryRoutes } from './routes.ts'
import { createPublicProfileSchema } from './schema.ts'

export const directoryFeature: Feature<{ directory: Directory; types: ProfileTypes }> = {
  tag: { name: 'directory', description: 'Public profiles. No token is needed.' },
  schemas: ({ types }) => [createPublicProfileSchema(types)],
  routes: async (app, { directory }) => {
    await app.register(directoryRoutes, { directory })
  },
}
