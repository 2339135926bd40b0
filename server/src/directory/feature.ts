import type { Feature } from '../feature.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import type { Directory } from './directory.ts'
import { directoryRoutes, type DirectoryRoutesOptions } from './routes.ts'
import { createPublicProfileSchema } from './schema.ts'

type Needs = {
  directory: Directory
  types: ProfileTypes
  documentExamples: DirectoryRoutesOptions['examples']
}

export const directoryFeature: Feature<Needs> = {
  tag: { name: 'directory', description: 'Public profiles. No token is needed.' },
  schemas: ({ types }) => [createPublicProfileSchema(types)],
  routes: async (app, { directory, types, documentExamples: examples }) => {
    await app.register(directoryRoutes, { directory, types, examples })
  },
}
