import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit'
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

/** Counts a request against a key and says how many there were in the window, and when it ends (ms). */
export type Count = (key: string, windowMs: number) => Promise<{ current: number; ttl: number }>

/** Counts requests per minute: in this process, or where `count` does. `perMinute` 0: nothing is counted. */
export async function registerRateLimit(
  app: FastifyInstance,
  perMinute: number,
  count?: Count,
): Promise<Limit> {
  if (perMinute === 0) return async () => {}
  app.decorateRequest('limitKey', '')
  await app.register(rateLimit, {
    global: false,
    cache: COUNTED_KEYS,
    ...(count && { store: storeOf(count) }),
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
      throw new Problem('rate_limited', {
        params: { max: perMinute, seconds },
        headers: { 'retry-after': String(seconds) },
      })
    }
  }
}

/** The count of several processes as a store of the plugin. */
function storeOf(count: Count) {
  return class Store implements FastifyRateLimitStore {
    incr(key: string, callback: Parameters<FastifyRateLimitStore['incr']>[1], windowMs: number): void {
      count(key, windowMs).then(
        (result) => callback(null, result),
        (error: Error) => callback(error),
      )
    }

    child(): FastifyRateLimitStore {
      return this
    }
  }
}
