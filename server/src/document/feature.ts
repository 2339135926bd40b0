import type { Feature } from '../feature.ts'
import { documentActions } from './actions.ts'
import type { Documents } from './documents.ts'
import { documentRoutes } from './routes.ts'
import type { DocumentExample } from './examples.ts'
import type { DocumentSchemas } from './schema.ts'
import { documentProblems } from './problems.ts'
import { settingsRoutes } from './settings-routes.ts'
import { visibilitySchema, type AddressOf } from './visibility.ts'
import { documentData } from './personal-data.ts'

type Needs = {
  documents: Documents
  documentSchemas: DocumentSchemas
  documentExamples: readonly DocumentExample[]
  publicPageOf: AddressOf
}

export const documentFeature: Feature<Needs> = {
  tag: { name: 'profile', description: "The caller's profile document and settings." },
  problems: documentProblems,
  actions: documentActions,
  personalData: documentData,
  schemas: ({
    documentSchemas: { user, settings, avatar, sections, document, settingsPatch, documentPatch },
  }) => [
    user,
    settings,
    avatar,
    ...Object.values(sections),
    document,
    settingsPatch,
    documentPatch,
    visibilitySchema,
  ],
  routes: async (app, { documents, documentExamples: examples, publicPageOf: addressOf }) => {
    await app.register(documentRoutes, { profiles: documents, examples, addressOf })
    await app.register(settingsRoutes, { profiles: documents, examples })
  },
}
