import { problems, Problem } from './errors.ts'
import { maxHeaderSize, METHODS, type IncomingMessage } from 'node:http'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { registerAnswers, securityHeaders } from './http/answers.ts'
import { MAX_JSON_BYTES } from './http/body-limit.ts'
import { CONNECTION_LIMITS, createConnectionAnswers } from './http/connection.ts'
import { requestedLanguage, writtenLanguage } from './http/language.ts'
import { sendProblem } from './http/problem.ts'
import type { Config } from './config/config.ts'
import type { Pool } from './database/database.ts'
import type { Extensions, Shared } from './services.ts'
import { identifyRequest, traceIdOf } from './http/request-id.ts'
import type { Tracing } from './tracing/tracing.ts'
import type { MediaStorage } from './media/storage/storage.ts'
import { createMeters, type Meters } from './meters.ts'
import { BUILD_FOLDER, isNavigation, openPage } from './page/page.ts'
import { api } from './api.ts'
import { allPersonalData, builtInActions } from './features.ts'
import { printedAddress, clientAddress } from './http/request-facts.ts'
import { withSecrets } from './identity/secrets.ts'
import { createActions } from './log/actions.ts'
import { createActivity } from './log/activity.ts'
import { createChanges } from './log/changes.ts'
import { createUpmApi } from './upm-api.ts'
import { createServices } from './services.ts'

export type AppOptions = Extensions & {
  config: Config
  pool: Pool
  storage: MediaStorage
  /** Default: new ones. A process that also runs the maintenance jobs shares its own. */
  meters?: Meters
  /** Default: no traces. */
  tracing?: Tracing | undefined
  shared?: Shared
  log?: FastifyBaseLogger
  /** Put before every address, such as `/account`. Default: the path of PUBLIC_URL. */
  prefix?: string
  /** In the app of a host, which has listened to the connection and has logged the request. */
  host?: {
    /** The id that the host gave to the request. */
    requestId: (request: IncomingMessage) => string | undefined
    /** Called with the pattern of each address. */
    onRoute: (url: string) => void
  }
}

/**
 * The whole server. It listens by itself, or a host passes requests on to it (mount.ts), or they are injected: production, hosts
 * and tests run the same.
 */
export async function buildApp({
  config: given,
  pool,
  storage,
  meters = createMeters(),
  tracing,
  shared,
  log,
  prefix = given.publicPath,
  host,
  ...extensions
}: AppOptions): Promise<FastifyInstance> {
  const config = await withSecrets(given)
  const language = writtenLanguage(config.uiLanguages[0] ?? 'en')
  const headers = securityHeaders(config)
  const connection = createConnectionAnswers(language, {
    ...headers,
    ...(config.corsOrigins.includes('*') && { 'access-control-allow-origin': '*' }),
  })
  const app = Fastify({
    ...(log && { loggerInstance: log }),
    genReqId: (request) => identifyRequest(request, tracing !== undefined, host?.requestId(request)),
    childLoggerFactory: (logger, bindings, options, request) => {
      const traceId = traceIdOf(request)
      return logger.child(traceId === undefined ? bindings : { ...bindings, trace_id: traceId }, options)
    },
    // An address is no longer than the headers may be; what its parts may be is said by their routes.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxHeaderSize },
    bodyLimit: MAX_JSON_BYTES,
    ...CONNECTION_LIMITS,
    forceCloseConnections: 'idle',
    // A start takes as long as it takes: who supervises the process knows when that is too long.
    pluginTimeout: 0,
    // Instead of its two lines for each request there is one of ours, below.
    logController: new LogController({ disableRequestLogging: true }),
    clientErrorHandler: connection.onClientError,
    frameworkErrors: (error, request, reply) => {
      // No hook has seen it.
      reply.headers(headers)
      void sendProblem(error, request, reply, requestedLanguage(request) ?? language)
    },
  })
  // So that they are answered like others that an address does not have; CONNECT never gets here.
  for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  connection.attach(app)
  await tracing?.register(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    // One line for each request, by the route's pattern: addresses can hold what is private. A host has lines of its own.
    const { method, routeOptions } = request
    if (host && !isTraced(request, reply)) return
    request.log.info(
      {
        method,
        route: routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(isTraced(request, reply) && whoAsked(request)),
      },
      'request',
    )
  })
  await registerAnswers(app, config)
  // Nothing reads a body that is sent to nowhere.
  app.removeAllContentTypeParsers()
  app.setErrorHandler((error, request, reply) =>
    sendProblem(error, request, reply, requestedLanguage(request) ?? language),
  )
  const ownActions = [
    ...(extensions.actions ?? []),
    ...(extensions.features ?? []).flatMap(({ actions = [] }) => actions),
  ]
  const page = config.page ? await openPage(config, BUILD_FOLDER, ownActions) : undefined
  app.setNotFoundHandler((request, reply) =>
    // The page says it to people, in their language.
    page && isNavigation(request, prefix)
      ? page.send(reply.code(404), prefix)
      : sendProblem(new Problem(problems.not_found), request, reply, requestedLanguage(request) ?? language),
  )
  if (host) app.addHook('onRoute', ({ url }) => host.onRoute(url))
  const { onProfileChanged, features = [] } = extensions
  const changes = createChanges(pool, app.log, onProfileChanged)
  const activity = createActivity(
    pool,
    createActions(builtInActions, ownActions),
    clientAddress(config.trustedProxies),
    meters.entries,
    changes,
  )
  const services = createServices(app, {
    config,
    pool,
    storage,
    activity,
    page,
    prefix,
    shared,
    meters,
    changes,
    ...extensions,
  })
  const own = createUpmApi(services, allPersonalData(features))
  app.decorate('upm', { ...own, at: () => own })
  await app.register(api, { prefix, services, features, shared })
  return app
}

/** Of sign-ins and of what was refused an operator has to be able to say who it was. Of all else nobody asks. */
function isTraced({ routeOptions }: FastifyRequest, { statusCode }: FastifyReply): boolean {
  return statusCode >= 400 || routeOptions.url?.includes('/api/auth/') === true
}

/** The account, or the service, and the address. What came in beside UPM's routes has the address alone. */
function whoAsked({ userId, about, caller, facts, ip }: FastifyRequest) {
  return {
    user: userId || about,
    subject: userId ? undefined : caller?.subject,
    address: printedAddress(facts?.ipAddress ?? ip),
  }
}
