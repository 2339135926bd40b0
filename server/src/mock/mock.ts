/** The mock: the real server on a database that is thrown away, with a desk before it (docs/mock.md). */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { CONNECTION_LIMITS } from '../http/connection.ts'
import { createDesk, MOCK_PATH, type DeskOptions } from './desk.ts'
import type { Worlds } from './worlds.ts'

export type MockOptions = Omit<DeskOptions, 'forward'>

export type Mock = { port: number; close: () => Promise<void> }

/** Events of the server that listens which the server of the app knows how to answer (http/connection.ts). */
const PASSED_ON = ['clientError', 'connect'] as const

/** Listens until it is closed. @throws what `listen` says. */
export async function openMock(options: MockOptions): Promise<Mock> {
  const { worlds, exchange, config } = options

  /** Access tokens are exchanged; the sign-in reads tokens of sessions, which are its own. */
  async function forward(
    event: Parameters<Worlds['enter']>[0],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { authorization } = request.headers
    if (authorization !== undefined && request.url?.startsWith('/api/auth/') !== true) {
      request.headers.authorization = await exchange(authorization)
    }
    worlds.enter(event, request, response)
  }

  const desk = await createDesk({
    ...options,
    forward: (request, response) => void forward('request', request, response),
  })
  const server = createServer({ ...CONNECTION_LIMITS.http, requestTimeout: CONNECTION_LIMITS.requestTimeout })
  server.keepAliveTimeout = CONNECTION_LIMITS.keepAliveTimeout
  for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => {
      const isOurs = request.headers.prefer !== undefined || request.url?.startsWith(MOCK_PATH) === true
      if (!isOurs) return void forward(event, request, response)
      if (event === 'checkContinue') response.writeContinue()
      desk.server.emit('request', request, response)
    })
  }
  for (const event of PASSED_ON) server.on(event, (...about: unknown[]) => worlds.pass(event, ...about))
  server.listen({ host: config.host, port: config.port })
  await once(server, 'listening')
  return { port: portOf(server), close: () => close(server, desk) }
}

async function close(server: Server, desk: FastifyInstance): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  // What is under way belongs to a world, and is finished with it.
  const busy = setTimeout(() => server.closeAllConnections(), 5_000)
  await closed
  clearTimeout(busy)
  await desk.close()
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
