import type { Feature } from '../feature.ts'
import { documentActions } from './actions.ts'
import type { Documents } from './documents.ts'
import { documentRoutes } from './routes.ts'
import type { DocumentSchemas } from './schema.ts'
import { settingsRoutes } from './settings-routes.ts'

export const documentFeature: Feature<{ documents: Documents; documentSchemas: DocumentSchemas }> = {
  tag: { name: 'profile', description: "The caller's profile document and settings." },
  actions: documentActions,
  schemas: ({
    documentSchemas: { user, settings, avatar, sections, document, settingsPatch, documentPatch },
  }) => [user, settings, avatar, ...Object.values(sections), document, settingsPatch, documentPatch],
  routes: async (app, { documents }) => {
    await app.register(documentRoutes, { profiles: documents })
    await app.register(settingsRoutes, { profiles: documents })
  },
}
