import type { Feature } from '../feature.ts'
import { documentActions } from './actions.ts'
import type { Documents } from './documents.ts'
import { documentRoutes } from './routes.ts'
import type { DocumentExample } from './examples.ts'
import type { DocumentSchemas } from './schema.ts'
import { settingsRoutes } from './settings-routes.ts'

type Needs = {
  documents: Documents
  documentSchemas: DocumentSchemas
  documentExamples: readonly DocumentExample[]
}

export const documentFeature: Feature<Needs> = {
  tag: { name: 'profile', description: "The caller's profile document and settings." },
  actions: documentActions,
  schemas: ({
    documentSchemas: { user, settings, avatar, sections, document, settingsPatch, documentPatch },
  }) => [user, settings, avatar, ...Object.values(sections), document, settingsPatch, documentPatch],
  routes: async (app, { documents, documentExamples: examples }) => {
    await app.register(documentRoutes, { profiles: documents, examples })
    await app.register(settingsRoutes, { profiles: documents, examples })
  },
}
