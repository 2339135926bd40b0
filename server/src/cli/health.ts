import { loadConfig } from '../config/config.ts'
import { OperatorError } from '../operator-error.ts'
import { memberOf, messageOf } from '../values.ts'
import type { Terminal } from './context.ts'

/** Whoever asks wants to know it now. */
const LIMIT_MS = 5_000

/**
 * Asks the server with this configuration on this machine whether it is alive, as health checks of containers do.
 *
 * @throws OperatorError when it is not
 */
export async function checkHealth({ env, print }: Terminal): Promise<void> {
  const { host, port, publicPath } = loadConfig(env)
  const name = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host)
  const url = `http://${name}:${port}${publicPath}/healthz`
  const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) }).catch((error: unknown) => {
    throw new OperatorError(`${url} does not answer: ${messageOf(memberOf(error, 'cause') ?? error)}.`)
  })
  if (!answer.ok) throw new OperatorError(`${url} answers ${answer.status}.`)
  print(`${url} answers ${answer.status}.`)
}
