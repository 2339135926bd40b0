import type { Config } from '../config/config.ts'
import { OperatorError } from '../operator-error.ts'
import { codeOf, memberOf } from '../values.ts'

/** What is wrong with the address, where that is what is wrong; else the error itself. */
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
