import { setTimeout as pause } from 'node:timers/promises'
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

/** How long keys are believed. A withdrawn key is refused after this time at the latest. */
const MAX_AGE_MS = 5 * 60_000
/** The minimum time between two attempts that fail, while the last keys still count. */
const STALE_RETRY_MS = 10_000
/** Beyond so many, tokens with an unknown key do not wait. */
const MAX_WAITING = 1_000

/** The keys of an issuer, as of one time that they were asked for. */
export type KeySet = {
  find: JWTVerifyGetKey
  algorithms: readonly string[]
  /** Which request it came from, the last one that found the same keys. */
  request: number
  /** Until when it is believed without being asked for again. */
  believedUntil: number
}

export type KeySource = {
  /** Throws when the keys cannot be had. */
  load: () => Promise<{ jwks: JSONWebKeySet; algorithms: readonly string[] }>
  /** The minimum time between two requests, however many tokens with unknown keys come, and after one that failed. */
  intervalMs: number
  /** How long the last keys count while they cannot be had. */
  staleMs: number
}

export type KeyStore = ReturnType<typeof createKeyStore>

/**
 * Keys that somebody else makes and withdraws. All who need them at one time share one request. When keys that are there
 * cannot be asked for again, they count on, and nobody waits for the next attempts.
 */
export function createKeyStore({ load, intervalMs, staleMs }: KeySource) {
  let current: (KeySet & { text: string; loadedAt: number }) | undefined
  let requests = 0
  let askedAt = -Infinity
  let failure: { at: number; error: unknown } | undefined
  let loading: Promise<KeySet> | undefined
  let pausing: Promise<KeySet> | undefined
  let waiting = 0

  const now = () => Date.now()
  // A clock can be set back. What happened "later than now" is over, or a wait would last as long as the clock was ahead.
  const isWithin = (limitMs: number, since: number) => since <= now() && now() < since + limitMs
  const isBelieved = (set: KeySet & { loadedAt: number }) =>
    set.loadedAt <= now() && now() < set.believedUntil
  const isUsable = () => current !== undefined && isWithin(staleMs, current.loadedAt)
  const hasJustFailed = () => failure !== undefined && isWithin(intervalMs, failure.at)
  const ask = () => (loading ??= attempt().finally(() => (loading = undefined)))

  async function attempt(): Promise<KeySet> {
    const request = ++requests
    askedAt = now()
    const loadedAt = askedAt
    try {
      const { jwks, algorithms } = await load()
      failure = undefined
      const text = JSON.stringify([jwks, algorithms])
      const fresh = { request, loadedAt, believedUntil: loadedAt + MAX_AGE_MS }
      // The same keys stay the same set, so that tokens that were verified with them need not be verified again.
      current =
        current?.text === text
          ? Object.assign(current, fresh)
          : { ...fresh, find: createLocalJWKSet(jwks), algorithms, text }
      return current
    } catch (error) {
      failure = { at: now(), error }
      if (current && isUsable()) {
        current.believedUntil = Math.max(current.believedUntil, now() + STALE_RETRY_MS)
      }
      throw error
    }
  }

  /** @throws whatever the source does, if there are no keys that count. */
  async function get(): Promise<KeySet> {
    const known = current
    if (known && isBelieved(known)) return known
    if (known && failure && isUsable()) {
      ask().catch(() => {})
      return known
    }
    if (failure && hasJustFailed()) throw failure.error
    try {
      return await ask()
    } catch (error) {
      if (known && isUsable()) return known
      throw error
    }
  }

  /** Keys as of a later request than any that has been made so far, once the interval since the last one is over. */
  async function renew(): Promise<KeySet> {
    if (loading) return loading
    if (failure && hasJustFailed()) throw failure.error
    if (waiting >= MAX_WAITING) throw new Error('too many tokens with unknown keys wait for new keys')
    waiting += 1
    try {
      return await (pausing ??= untilAllowed().then(() => {
        pausing = undefined
        return ask()
      }))
    } finally {
      waiting -= 1
    }
  }

  async function untilAllowed(): Promise<void> {
    if (isWithin(intervalMs, askedAt)) await pause(askedAt + intervalMs - now())
  }

  return {
    get,
    renew,
    /** How many requests have been made so far. */
    requests: () => requests,
    isCurrent: (set: KeySet): boolean => current !== undefined && current === set && isBelieved(current),
  }
}
