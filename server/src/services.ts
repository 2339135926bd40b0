import { createRoles } from './profile-types/roles.ts'
import type { Feature, Maintained } from './feature.ts'
import type { Page } from './page/page.ts'
import type { FastifyInstance } from 'fastify'
import { type ProfileType } from './profile-types/profile-type.ts'
import { type Subject, checkSubjects, defaultSubjects } from './catalogues/subjects.ts'
import type { Action, Actions } from './log/actions.ts'
import { type Count } from './http/rate-limit.ts'
import { type Config } from './config/config.ts'
import type { Meters } from './meters.ts'
import { type Pool } from './database/database.ts'
import { type MediaStorage } from './media/storage/storage.ts'
import { type Activity } from './log/activity.ts'
import type { Changes, OnProfileChanged } from './log/changes.ts'
import { createProfileTypes, type ProfileTypes } from './profile-types/profile-types.ts'
import { createUpgrader } from './profile-types/upgrade.ts'
import { createValidator } from './http/validation.ts'
import { createFormats } from './profile-types/formats.ts'
import { createDocumentExamples } from './document/examples.ts'
import { createDocumentSchemas } from './document/schema.ts'
import { registerOperationsPort } from './operations/port.ts'
import { createPlaces, type Admit } from './operations/consumers.ts'
import { createMetrics } from './operations/metrics.ts'
import type { WriteCheckpoints } from './document/checkpoints.ts'
import type { Labels } from './http/schemas.ts'
import type { PersonalData } from './personal-data.ts'
import type { ReadDocument } from './document/read.ts'
import { createPatchReader } from './document/patch.ts'
import { createDocuments } from './document/documents.ts'
import { warnOnce } from './document/stuck.ts'
import { createClaimsReader } from './identity/claims.ts'
import { createActivitySchemas } from './activity/schema.ts'
import { createServiceRights } from './log/service-actions.ts'
import { createEntries } from './activity/entries.ts'
import { createFilterReader } from './activity/filters.ts'
import { createBatchReader } from './activity/batch.ts'
import { createExports } from './activity/export.ts'
import { createRenderer } from './media/renderer.ts'
import { createAvatars } from './media/avatar.ts'
import { createPictureRenewals } from './media/renewal.ts'
import { createAccounts } from './identity/accounts.ts'
import { createLinking } from './identity/linking.ts'
import { createAuthenticator } from './identity/authenticate.ts'
import { acceptedIssuers, configuredIssuers, createTokenVerifier } from './identity/tokens.ts'
import { builtInIssuer } from './sign-in/issuer.ts'
import { clientAddress } from './http/request-facts.ts'
import { createNotices } from './accounts/notices.ts'
import { createLeaving } from './leaving/leaving.ts'
import { createHeldTypes } from './held-types/held-types.ts'
import { createDataExports } from './data-export/exports.ts'
import { createDirectory } from './directory/directory.ts'
import { createQueue } from './queue/queue.ts'
import { writtenLanguage } from './http/language.ts'
/** What the jobs of features work with. */
export type Kept = Maintained & {
  storage: MediaStorage
  /** The address of a file of the storage, by its key. */
  mediaUrl: (key: string) => string
  types: ProfileTypes
  writeCheckpoints: WriteCheckpoints
  /** What all features hold of a person, also those that are off. */
  personalData: readonly PersonalData[]
  /** What profiles, subjects and events are called. */
  declared: { types: ProfileTypes; subjects: ReadonlyMap<string, Labels>; actions: Actions }
  readDocument: ReadDocument
  /** Put before every address. */
  prefix: string
}

/** What a host adds to the built-in declarations. */
export type Extensions = {
  profileTypes?: readonly ProfileType[]
  /** In the place of the built-in catalogue of subjects. */
  subjects?: readonly Subject[]
  actions?: readonly Action[]
  /** Whole features: routes with their problems, actions, schemas and jobs. They come after UPM's own. */
  features?: readonly Feature<Services, Kept>[]
  /** Called after a profile document was changed and the change was committed: in this process, and at most once. */
  onProfileChanged?: OnProfileChanged
}

/** What several processes of one server do together. */
export type Shared = { count?: Count; metrics: () => Promise<string>; admitConsumer: Admit }

export type ServicesOptions = Extensions & {
  config: Config
  pool: Pool
  storage: MediaStorage
  activity: Activity
  meters: Meters
  shared?: Shared | undefined
  /** Undefined, where it is wanted: it has not been built. */
  page: Page | undefined
  /** Put before every address. */
  prefix: string
  changes: Changes
}

/** The verbs of every feature, wired to each other: what `Feature.routes` picks from. */
export type Services = ReturnType<typeof createServices>

/**
 * @param app for its log and its end
 */
export function createServices(app: FastifyInstance, options: ServicesOptions) {
  const { config, pool, storage, activity, meters, shared, page, prefix, changes } = options
  const subjects = checkSubjects(options.subjects ?? defaultSubjects)
  const types = createProfileTypes(options.profileTypes)
  const formats = createFormats(subjects)
  const validator = createValidator(formats)
  const documentSchemas = createDocumentSchemas(types, config.uiLanguages)
  const defaultLanguage = config.uiLanguages[0] ?? 'en'
  const mediaUrl = (key: string) => storage.publicUrl(key) ?? `${prefix}${config.mediaUrl}${key}`
  const { changeLimits } = config
  const port = registerOperationsPort(app, config, prefix)
  const metrics = createMetrics(
    meters,
    pool,
    port,
    shared?.admitConsumer ?? createPlaces(config.consumers),
    shared?.metrics,
  )

  const reader = createPatchReader(types, documentSchemas, validator)
  const count = meters.entries
  const upgrader = createUpgrader(types, validator, warnOnce(app.log))
  const { log } = app
  const discarding = { pool, storage, log, isCached: config.mediaPurgeUrl !== undefined }
  const pictureRenewals = createPictureRenewals({ ...discarding, mediaUrl, meters, changes })
  const documents = createDocuments({
    pool,
    reader,
    types,
    mediaUrl,
    upgrader,
    changeLimits,
    count,
    changes,
    onHidden: pictureRenewals.renewNow,
  })
  const roles = createRoles(types, config.roles)
  const claims = createClaimsReader(validator, roles, config.auth)
  const activitySchemas = createActivitySchemas(activity.actions)
  const mayLog = createServiceRights(activity.actions, config.auth.serviceActions)
  const entries = createEntries({
    pool,
    filterReader: createFilterReader(validator, activity.actions),
    batchReader: createBatchReader(validator, activity.actions, activitySchemas.batch, mayLog),
    exports: createExports({ pool }),
    serviceOf: claims.service,
    count: meters.entries,
  })
  const renderer = createRenderer({ log: app.log })
  app.addHook('onClose', async () => renderer.close())
  const avatars = createAvatars({ ...discarding, renderer, mediaUrl, changeLimits, meters, changes })
  const heldTypes = createHeldTypes({ pool, documents, activity, changeLimits, validator })
  const issuers = [...configuredIssuers(config.auth), ...(config.signIn ? [builtInIssuer(pool)] : [])]
  const accounts = createAccounts({
    pool,
    activity,
    profiles: documents,
    claims,
    linkVerifiedEmail: config.auth.linkVerifiedEmail,
    issuers: acceptedIssuers(config),
    defaultTimezone: config.defaultTimezone,
    defaultLanguage,
    meters,
    roles,
    heldTypes,
    log,
  })
  const notices = createNotices()
  const { eraseGraceDays: graceDays } = config
  const leaving = createLeaving({
    pool,
    activity,
    meters,
    notices,
    graceDays,
    forget: accounts.forget,
    onHidden: pictureRenewals.renewNow,
  })
  const tokens = createTokenVerifier(issuers, app.log)
  const authenticator = createAuthenticator({
    tokens,
    accounts,
    requiredScopes: config.auth.requiredScopes ?? [],
    addressOf: clientAddress(config.trustedProxies),
  })
  const { verifyUser } = authenticator
  const linking = createLinking({ pool, activity, accounts, claims, validator, meters, verifyUser })
  const directory = createDirectory(documents)
  const queue = createQueue(pool)
  const dataExports = createDataExports({ pool, storage, activity, queue })
  return {
    config,
    pool,
    storage,
    activity,
    page,
    subjects,
    types,
    roles,
    formats,
    validator,
    documentSchemas,
    documentExamples: createDocumentExamples(types),
    publicPageOf: (userId: number) =>
      config.page ? `${config.publicUrl ?? ''}${prefix}/people/${userId}` : null,
    activitySchemas,
    defaultLanguage: writtenLanguage(defaultLanguage),
    port,
    meters,
    metrics,
    documents,
    heldTypes,
    entries,
    avatars,
    pictureRenewals,
    accounts,
    notices,
    leaving,
    tokens,
    authenticator,
    linking,
    directory,
    queue,
    dataExports,
  }
}
