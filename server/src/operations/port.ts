import { problems, Problem } from '../errors.ts'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import { OperatorError } from '../operator-error.ts'
import { codeOf, messageOf } from '../values.ts'

/** What is asked for there; on the public port there is then only the first of them. */
const PATHS = new Set(['/healthz', '/readyz', '/metrics'])

export type OperationsPort = ReturnType<typeof registerOperationsPort>

/** Opens the port before the server is ready, and closes it with the server. Without one, everybody may ask. */
export function registerOperationsPort(
  app: FastifyInstance,
  { operationsPort: port, operationsHost: host }: Pick<Config, 'operationsPort' | 'operationsHost'>,
  prefix: string,
) {
  if (port === undefined) return { check: (_request: IncomingMessage) => {} }
  const inside = new WeakSet<IncomingMessage>()
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1)
    if (!PATHS.has(path)) {
      response.writeHead(404, { 'x-content-type-options': 'nosniff' }).end()
      return
    }
    inside.add(request)
    request.url = `${prefix}${request.url}`
    app.routing(request, response)
  })
  app.addHook('onReady', async () => {
    await listen(server, port, host)
    app.log.info({ address: server.address() }, 'the operations port is open')
  })
  app.addHook('onClose', async () => {
    server.close()
    server.closeAllConnections()
  })

  /** For the routes of operators: others than them find nothing, where they have a port of their own. */
  function check(request: IncomingMessage): void {
    if (!inside.has(request)) throw new Problem(problems.not_found)
  }

  return { check }
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port, host }, resolve)
    })
  } catch (cause) {
    throw new OperatorError(
      `Port ${port} on ${host} for /metrics and /readyz cannot be opened (${codeOf(cause) ?? messageOf(cause)}). Set OPERATIONS_PORT or OPERATIONS_HOST to another value.`,
      { cause },
    )
  }
}
