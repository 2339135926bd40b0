import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { Problem } from './errors.ts'
import { requestedLanguage, writtenLanguage } from './http/language.ts'
import { presentProblem, PROBLEM_CONTENT_TYPE, sendProblem } from './http/problem.ts'
import type { Config } from './config.ts'
import type { Pool } from './database/database.ts'
import type { Extensions, Shared } from './features.ts'
import type { MediaStorage } from './media/storage/storage.ts'
import { isNavigation, openPage } from './page/page.ts'
import { upm } from './plugin.ts'

export type AppOptions = Extensions & {
  config: Config
  pool: Pool
  storage: MediaStorage
  shared?: Shared
  log?: FastifyBaseLogger
}

/** The whole server, ready to listen or to be injected with requests: production and tests run the same. */
export async function buildApp({
  config,
  pool,
  storage,
  shared,
  log,
  ...extensions
}: AppOptions): Promise<FastifyInstance> {
  const language = writtenLanguage(config.uiLanguages[0] ?? 'en')
  const app = Fastify({
    ...(log && { loggerInstance: log }),
    genReqId: (request) => requestId(request.headers['x-request-id']),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    bodyLimit: 1024 * 1024,
    // Slow clients: headers within 20 s (Node's headersTimeout), a whole upload of 10 MiB within two minutes.
    requestTimeout: 120_000,
    keepAliveTimeout: 75_000,
    connectionTimeout: 150_000,
    forceCloseConnections: 'idle',
    // Instead of its two lines for each request there is one of ours, below.
    logController: new LogController({ disableRequestLogging: true }),
    http: { headersTimeout: 20_000 },
    clientErrorHandler: (error, socket) => {
      // What is not even HTTP has no request to answer; RFC 9112 leaves a bare response and the end.
      if (error.code === 'ECONNRESET' || !socket.writable) return
      const problem = new Problem(error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'bad_request')
      const body = JSON.stringify(presentProblem(problem, language))
      socket.end(
        `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\ncontent-type: ${PROBLEM_CONTENT_TYPE}\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      )
    },
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply, requestedLanguage(request) ?? language)
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    // One line for each request, by the route's pattern: addresses can hold what is private.
    const { method, routeOptions } = request
    request.log.info(
      {
        method,
        route: routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    )
  })
  const page = config.page ? await openPage(config) : undefined
  app.setNotFoundHandler((request, reply) =>
    // The page says it to people, in their language.
    page && isNavigation(request)
      ? page.send(reply.code(404), '')
      : sendProblem(new Problem('not_found'), request, reply, requestedLanguage(request) ?? language),
  )
  const { host: _host, port: _port, workers: _workers, logLevel: _logLevel, ...options } = config
  await app.register(upm, {
    ...options,
    ...extensions,
    resources: { pool, storage, page, ...(shared && { shared }) },
  })
  return app
}

/** A caller's own request id is kept where it is harmless, so that traces can be followed across services. */
function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.:-]{1,64}$/.test(header) ? header : randomUUID()
}
