import type { Database } from './data.ts'
import { play } from './load.ts'
import { usageOf } from './processes.ts'
import type { Scenario } from './scenarios.ts'
import type { Server } from './servers.ts'

/** What a server did in one round. CPU is in seconds per 1,000 requests; undefined where there is no /proc. */
export type Round = {
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  serverCpu: number | undefined
  databaseCpu: number | undefined
  /** Of the server with its render process, at the end of the round. */
  rssMb: number | undefined
}

export async function measureRound(
  server: Server,
  database: Database,
  scenario: Scenario,
  seconds: number,
): Promise<Round> {
  await play(server.url, scenario, { requests: scenario.warmUp })
  const before = { server: usageOf(server.pid), database: usageOf(database.pid) }
  const { requests, seconds: taken, p50Ms, p99Ms } = await play(server.url, scenario, { seconds })
  const after = { server: usageOf(server.pid), database: usageOf(database.pid) }
  const spent = (part: 'server' | 'database') => {
    const [first, last] = [before[part], after[part]]
    return first && last && ((last.cpuSeconds - first.cpuSeconds) * 1000) / requests
  }
  return {
    requestsPerSecond: requests / taken,
    p50Ms,
    p99Ms,
    serverCpu: spent('server'),
    databaseCpu: spent('database'),
    rssMb: after.server && after.server.rssBytes / 2 ** 20,
  }
}
