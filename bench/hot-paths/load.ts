import { createHistogram } from 'node:perf_hooks'
import { Pool } from 'undici'
import type { Scenario } from './scenarios.ts'

export type Load = { requests: number; seconds: number; p50Ms: number; p99Ms: number }

/** How long to go on: until so many seconds are over, or so many requests are made. */
export type Extent = { seconds: number } | { requests: number }

/**
 * Plays a scenario on a server. Each of its connections sends a request, reads the answer to its end and sends the next
 * one; what is under way at the end is waited for, so that all the work that was caused is also counted.
 *
 * @throws Error at the first answer that is not a success: a server that refuses is quick.
 */
export async function play(url: string, scenario: Scenario, extent: Extent): Promise<Load> {
  const { connections, next } = scenario
  const pool = new Pool(url, { connections, pipelining: 1 })
  const histogram = createHistogram()
  const start = performance.now()
  let requests = 0
  const isOver = () =>
    'requests' in extent ? requests >= extent.requests : performance.now() - start >= extent.seconds * 1000
  const playOne = async () => {
    while (!isOver()) {
      requests += 1
      const call = next()
      const sentAt = performance.now()
      const { statusCode, body } = await pool.request(call)
      if (statusCode >= 300)
        throw new Error(`${scenario.name}: ${call.method} ${call.path}: ${statusCode} ${await body.text()}`)
      await body.dump({ limit: Infinity })
      histogram.record(Math.max(1, Math.round((performance.now() - sentAt) * 1000)))
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, playOne))
    const seconds = (performance.now() - start) / 1000
    return {
      requests,
      seconds,
      p50Ms: histogram.percentile(50) / 1000,
      p99Ms: histogram.percentile(99) / 1000,
    }
  } finally {
    await pool.destroy()
  }
}
