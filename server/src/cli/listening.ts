/** The addresses that a server listens on. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { Config } from '../config/config.ts'
import { OperatorError } from '../operator-error.ts'
import { codeOf, memberOf } from '../values.ts'
import type { Environment } from './environment.ts'

/** For each port 0 a free one, as variables for the workers. They would open a different one each. */
export async function choosePorts(config: Config): Promise<Environment> {
  const { port, host, operationsPort, operationsHost } = config
  return {
    ...(port === 0 && { PORT: String(await findFreePort(host)) }),
    ...(operationsPort === 0 && { OPERATIONS_PORT: String(await findFreePort(operationsHost)) }),
  }
}

async function findFreePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw explainListening(error, { host, port: 0 })
  }
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

export function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Says in one line why a port cannot be opened; other errors stay what they are. */
export function explainListening(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): unknown {
  const syscall = memberOf(error, 'syscall')
  if (syscall !== 'listen' && syscall !== 'bind' && syscall !== 'getaddrinfo') return error
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new OperatorError(
        `Port ${port} on ${host} is already in use. Set PORT to another port, or stop the program that uses it.`,
      )
    case 'EACCES':
      return new OperatorError(`This user may not open port ${port}. Set PORT to 1024 or more.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new OperatorError(
        `This machine does not have the address "${host}". Set HOST to an address of this machine.`,
      )
    default:
      return error
  }
}
