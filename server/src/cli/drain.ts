import { once } from 'node:events'
import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A client that uses its connection at all has used it by then, and was told to open a new one. */
const IDLE_GRACE_MS = 5_000

/**
 * Stops accepting connections and lets those that are open come to an end: each answer from now on is the last one of
 * its connection, so that no client sends a request into a connection that is being closed. Resolves when all
 * are closed, when idle ones are left after five seconds, or when `cut` says so.
 *
 * @param left called when nothing is accepted any more; resolves when no connection is on its way to this process
 */
export async function drain(server: Server, left: () => Promise<void>, cut: AbortSignal): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'))
  const closed = once(server, 'close')
  // The HTTP server's own close() would cut connections on which a request may be on its way.
  NetServer.prototype.close.call(server)
  await left()
  await Promise.race([closed, sleep(IDLE_GRACE_MS, undefined, { signal: cut }).catch(() => {})])
}
