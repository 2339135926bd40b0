import { rateLimited } from '../errors.ts'
import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the request is counted against. */
    limitKey: string
  }
}

export type RateLimit = Awaited<ReturnType<typeof registerRateLimit>>

/** How many users and addresses are counted at once; beyond that the one that was quiet longest is forgotten. */
const COUNTED_KEYS = 100_000

/** Counts a request against a key and says how many there were in the window, and when it ends (ms). */
export type Count = (key: string, windowMs: number) => Promise<{ current: number; ttl: number }>

/** Limits requests per minute. Requests are counted in this process, or by `shared`. With `perMinute` 0 there is no limit. */
export async function registerRateLimit(app: FastifyInstance, perMinute: number, shared?: Count) {
  if (perMinute === 0) return { count: async (_request: FastifyRequest, _key: string) => {} }
  app.decorateRequest('limitKey', '')
  await app.register(rateLimit, {
    global: false,
    cache: COUNTED_KEYS,
    ...(shared && { store: storeOf(shared) }),
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => request.limitKey,
  })
  // A check with its own options would get its own store. Without options it uses the plugin's store, which has the size above.
  const check = app.createRateLimit()

  /** Counts the request against a key. @throws Problem `rate_limited` when there were too many. */
  async function count(request: FastifyRequest, key: string): Promise<void> {
    request.limitKey = key
    const result = await check(request)
    if (!result.isAllowed && result.isExceeded) {
      throw rateLimited(perMinute, result.ttlInSeconds)
    }
  }

  return { count }
}

/** A store of the plugin that counts for several processes. */
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
