import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the request is counted against. */
    limitKey: string
  }
}

export type Limit = (request: FastifyRequest, key: string) => Promise<void>

/** How many users and addresses are counted at once; beyond that the one that was quiet longest is forgotten. */
const COUNTED_KEYS = 100_000

/** Counts requests per minute, in this process. `perMinute` 0: nothing is counted. */
export async function registerRateLimit(app: FastifyInstance, perMinute: number): Promise<Limit> {
  if (perMinute === 0) return async () => {}
  app.decorateRequest('limitKey', '')
  await app.register(rateLimit, {
    global: false,
    cache: COUNTED_KEYS,
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => request.limitKey,
  })
  // Without options of its own: then it counts in the plugin's store, which alone is of the size above.
  const check = app.createRateLimit()
  return async (request, key) => {
    request.limitKey = key
    const result = await check(request)
    if (!result.isAllowed && result.isExceeded) {
      const seconds = Math.max(1, result.ttlInSeconds)
      throw new Problem('rate_limited', { params: { max: perMinute, seconds }, headers: { 'retry-after': String(seconds) } })
    }
  }
}
