import type { Feature, Maintained } from '../feature.ts'
import { documentActions } from './actions.ts'
import type { Documents } from './documents.ts'
import { documentRoutes } from './routes.ts'
import type { DocumentExample } from './examples.ts'
import type { DocumentSchemas } from './schema.ts'
import { documentProblems } from './problems.ts'
import { settingsRoutes } from './settings-routes.ts'
import type { ProfileTypes } from '../profile-types/profile-types.ts'
import { countOutdated } from './upgrade-queries.ts'
import { visibilitySchema, type AddressOf } from './visibility.ts'
import { documentData } from './personal-data.ts'

type Needs = {
  documents: Documents
  documentSchemas: DocumentSchemas
  documentExamples: readonly DocumentExample[]
  publicPageOf: AddressOf
}

/** Nothing is wrong while there are some. But an operator should know that old and new fields are stored side by side. */
const OUTDATED_EVERY_MS = 3_600_000

export const documentFeature: Feature<Needs, Maintained & { types: ProfileTypes }> = {
  tag: { name: 'profile', description: "The caller's profile document and settings." },
  problems: documentProblems,
  actions: documentActions,
  personalData: documentData,
  jobs: [
    {
      name: 'outdated-profiles',
      everyMs: OUTDATED_EVERY_MS,
      run: async ({ pool, types, log, meters }) => {
        for (const type of types.all.filter(({ version }) => version > 1)) {
          const profiles = await countOutdated(pool, type)
          meters.outdatedProfiles(type.name, profiles)
          if (profiles > 0)
            log.warn(
              { profileType: type.name, version: type.version, profiles },
              'profiles are stored under an older version of their type; "upm types upgrade" upgrades them',
            )
        }
      },
    },
  ],
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
