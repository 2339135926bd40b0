import cors from '@fastify/cors'
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify'
import type { Action } from './activity/actions.ts'
import type { Activity } from './activity/activity.ts'
import { createBatchReader } from './activity/batch.ts'
import { createEntries } from './activity/entries.ts'
import { createExport } from './activity/export.ts'
import { createFilterReader } from './activity/filters.ts'
import { activityRoutes } from './activity/routes.ts'
import { createActivitySchemas } from './activity/schema.ts'
import { catalogueRoutes } from './catalogues/routes.ts'
import { checkSubjects, defaultSubjects, type Subject } from './catalogues/subjects.ts'
import type { Config } from './config.ts'
import type { Pool } from './database/database.ts'
import { createDirectory } from './directory/directory.ts'
import { directoryRoutes } from './directory/routes.ts'
import { createPublicProfileSchema } from './directory/schema.ts'
import { registerAuthentication } from './identity/authenticate.ts'
import { registerJsonBodies } from './http/body.ts'
import { createFormats } from './http/formats.ts'
import { requestedLanguage, writtenLanguage } from './http/language.ts'
import { registerMetrics } from './http/metrics.ts'
import { registerApiDocs, registerApiSchema, registerOpenApi } from './http/openapi.ts'
import { sendProblem } from './http/problem.ts'
import { registerRateLimit, type Count } from './http/rate-limit.ts'
import { clientAddress } from './http/request-facts.ts'
import { problemSchema } from './http/responses.ts'
import { registerRouteRules } from './http/route-rules.ts'
import { createValidator, validatorCompiler, type JsonSchema } from './http/validation.ts'
import { createAccounts } from './identity/accounts.ts'
import { createClaimsReader } from './identity/claims.ts'
import { configuredIssuer, createTokenVerifier } from './identity/tokens.ts'
import { createAvatars } from './media/avatar.ts'
import { mediaRoutes } from './media/files.ts'
import { avatarRoutes } from './media/routes.ts'
import type { MediaStorage } from './media/storage/storage.ts'
import { operationsRoutes } from './operations/routes.ts'
import type { Page } from './page/page.ts'
import { pageRoutes } from './page/routes.ts'
import { createPatchReader } from './profiles/patch.ts'
import { createProfileTypes } from './profiles/profile-types.ts'
import type { ProfileType } from './profiles/profile-type.ts'
import { createProfiles } from './profiles/profiles.ts'
import { findLanguage } from './profiles/queries.ts'
import { profileRoutes } from './profiles/routes.ts'
import { createDocumentSchemas } from './profiles/schema.ts'
import { settingsRoutes } from './settings/routes.ts'
import { builtInIssuer } from './sign-in/issuer.ts'
import { version } from './version.ts'

/** What a host adds to the built-in declarations. */
export type Extensions = {
  profileTypes?: readonly ProfileType[]
  /** In the place of the built-in catalogue of subjects. */
  subjects?: readonly Subject[]
  actions?: readonly Action[]
}

/** What several processes of one server do together. */
export type Shared = { count: Count; metrics: () => Promise<string> }

export type FeaturesOptions = Extensions & {
  config: Config
  pool: Pool
  storage: MediaStorage
  activity: Activity
  shared?: Shared
  /** Undefined, where it is wanted: it has not been built. */
  page: Page | undefined
}

/** All of UPM's HTTP, feature by feature, in a context of its own: a host's routes, hooks and errors stay as they are. */
export async function features(app: FastifyInstance, options: FeaturesOptions): Promise<void> {
  const { config, pool, storage, activity, shared, page } = options
  const subjects = checkSubjects(options.subjects ?? defaultSubjects)
  const types = createProfileTypes(options.profileTypes)
  const validator = createValidator(createFormats(subjects))
  const schemas = createDocumentSchemas(types, config.uiLanguages)
  const defaultLanguage = config.uiLanguages[0] ?? 'en'
  const mediaUrl = (key: string) => storage.publicUrl(key) ?? `${app.prefix}${config.mediaUrl}${key}`

  const reader = createPatchReader(types, schemas, validator)
  const profiles = createProfiles({ pool, reader, types, mediaUrl })
  const activitySchemas = createActivitySchemas(activity.actions)
  const entries = createEntries({
    pool,
    readFilters: createFilterReader(validator, activity.actions),
    readBatch: createBatchReader(validator, activity.actions, activitySchemas.batch),
    openExport: createExport({ pool }),
  })
  const avatars = createAvatars({ pool, storage, activity, mediaUrl, log: app.log })
  const claims = createClaimsReader(validator, types)
  const accounts = createAccounts({
    pool,
    activity,
    profiles,
    claims,
    linkVerifiedEmail: config.auth.linkVerifiedEmail,
    defaultTimezone: config.defaultTimezone,
    defaultLanguage,
  })

  app.setValidatorCompiler<FastifySchema & JsonSchema>(validatorCompiler(validator))
  app.setSerializerCompiler(() => JSON.stringify)
  // All of them here: in a context that adds schemas of its own, Fastify falls back on compilers of its own.
  for (const schema of [
    problemSchema,
    schemas.user,
    schemas.settings,
    schemas.avatar,
    ...Object.values(schemas.sections),
    schemas.document,
    schemas.settingsPatch,
    schemas.documentPatch,
    createPublicProfileSchema(types),
    activitySchemas.entry,
    activitySchemas.batchEntry,
    activitySchemas.receipt,
    activitySchemas.summary,
  ]) {
    app.addSchema(schema)
  }

  const languageOf = async (request: FastifyRequest) =>
    requestedLanguage(request) ??
    writtenLanguage(
      (request.userId ? await findLanguage(pool, request.userId) : undefined) ?? defaultLanguage,
    )
  app.setErrorHandler(async (error, request, reply) => {
    const language = await languageOf(request).catch(() => writtenLanguage(defaultLanguage))
    return sendProblem(error, request, reply, language)
  })

  const closeRoutes = registerRouteRules(app)
  registerJsonBodies(app)
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
  })
  await app.register(cors, {
    origin: config.corsOrigins.includes('*') ? '*' : [...config.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: ['Content-Disposition', 'ETag', 'Link', 'Retry-After', 'X-Request-Id'],
    maxAge: 86_400,
    // OPTIONS without an origin is no preflight, and no fault either.
    strictPreflight: false,
  })
  const limit = await registerRateLimit(app, config.rateLimitPerMinute, shared?.count)
  registerAuthentication(app, {
    verify: createTokenVerifier([
      configuredIssuer(config.auth),
      ...(config.signIn ? [builtInIssuer(pool)] : []),
    ]),
    accounts,
    addressOf: clientAddress(config.trustedProxies),
    limit,
  })
  await registerOpenApi(app, { version, description: '', signIn: config.signIn !== undefined })
  registerMetrics(app, pool, shared?.metrics)

  await app.register(profileRoutes, { profiles })
  await app.register(settingsRoutes, { profiles })
  await app.register(avatarRoutes, { avatars, maxBytes: config.avatarMaxBytes })
  await app.register(mediaRoutes, { storage, path: config.mediaUrl })
  await app.register(activityRoutes, { entries, schemas: activitySchemas })
  await app.register(directoryRoutes, { directory: createDirectory(profiles) })
  await app.register(catalogueRoutes, { types, subjects, uiLanguages: config.uiLanguages })
  if (config.signIn) {
    // Loaded only where it is wanted: Better Auth takes 50 MB and a second.
    const { signInRoutes } = await import('./sign-in/routes.ts')
    await app.register(signInRoutes, {
      config: config.signIn,
      corsOrigins: config.corsOrigins,
      defaultLanguage: writtenLanguage(defaultLanguage),
      pool,
      accounts,
      activity,
      validator,
      roles: [...types.byName.keys()],
    })
  }
  await app.register(operationsRoutes, { pool, checkStorage: () => storage.check() })
  if (config.page) await app.register(pageRoutes, { page })
  registerApiSchema(app)
  closeRoutes()
  await registerApiDocs(app)
}
