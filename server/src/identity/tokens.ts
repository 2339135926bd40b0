import { createSecretKey } from 'node:crypto'
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwksCache,
  jwtVerify,
  type ExportedJWKSCache,
  type JWKSCacheInput,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose'
import { LruMap } from 'toad-cache'
import { Problem } from '../errors.ts'

/** Who a verified token speaks for. */
export type Caller = {
  issuer: string
  /** Undefined where the token does not name anybody, as a service's may not. */
  subject: string | undefined
  claims: JWTPayload
  scopes: readonly string[]
  /** The account of (issuer, subject), once it is known. */
  userId?: number
}

export type TokenOptions = {
  jwtSecret?: string
  jwksUrl?: string
  issuer?: string
  audience?: string
  subjectClaim: string
}

/** The issuer of tokens that need not name one: those signed with our own secret. */
export const LOCAL_ISSUER = 'local'

const CLOCK_TOLERANCE_SECONDS = 30
/** How long published keys are believed; a key that was withdrawn is refused after this at the latest. */
const KEYS_MAX_AGE_MS = 5 * 60_000
/** How long a token with an unknown key waits for the keys to be asked for again, so that no burst of them hammers. */
const KEYS_COOLDOWN_MS = 10_000
const FETCH_TIMEOUT_MS = 5_000
/** An issuer that does not answer is asked no more often than this. */
const FETCH_INTERVAL_MS = 1_000
const CACHED_TOKENS = 10_000

type Cached = { caller: Caller; expiresAt: number; keyIsCurrent: () => boolean }

/** Verifies a Bearer token, or throws `unauthorized` (the token is bad) or `unavailable` (the keys cannot be had). */
export type VerifyToken = (token: string) => Promise<Caller>

/**
 * Verification by the one issuer that is configured, with its algorithms pinned. Verified tokens are remembered until
 * they expire, and never longer than the keys that verified them are believed.
 */
export function createTokenVerifier(options: TokenOptions): VerifyToken {
  const verify = options.jwksUrl === undefined ? bySecret(options) : byPublishedKeys(options, options.jwksUrl)
  const cache = new LruMap<Cached>(CACHED_TOKENS)
  return async (token) => {
    const cached = cache.get(token)
    if (cached && cached.expiresAt > Date.now() && cached.keyIsCurrent()) return cached.caller
    cache.delete(token)
    const { claims, keyIsCurrent } = await verify(token)
    const caller: Caller = {
      issuer: options.issuer ?? LOCAL_ISSUER,
      subject: subjectOf(claims[options.subjectClaim]),
      claims,
      scopes: typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : [],
    }
    cache.set(token, { caller, expiresAt: (claims.exp ?? 0) * 1000, keyIsCurrent })
    return caller
  }
}

type Verified = {
  claims: JWTPayload
  /** Whether the key that verified the token is still the issuer's, as far as we know. */
  keyIsCurrent: () => boolean
}
type Verify = (token: string) => Promise<Verified>

function bySecret(options: TokenOptions): Verify {
  const key = createSecretKey(Buffer.from(options.jwtSecret ?? ''))
  const checks = { ...commonChecks(options), algorithms: ['HS256'] }
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, checks)
      return { claims: payload, keyIsCurrent: () => true }
    } catch (error) {
      throw toRefusal(error)
    }
  }
}

function byPublishedKeys(options: TokenOptions, jwksUrl: string): Verify {
  const keyCache: Partial<ExportedJWKSCache> = {}
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    cacheMaxAge: KEYS_MAX_AGE_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
    [jwksCache]: keyCache as JWKSCacheInput,
    [customFetch]: fetchSparingly(),
  })
  const checks = { ...commonChecks(options), algorithms: ['RS256', 'ES256', 'EdDSA'] }
  return async (token) => {
    // Any fetch from here on may leave the key out, and then the token has to prove itself against the new set.
    const fetchedAt = keyCache.uat ?? 0
    try {
      const { payload } = await verifyWithAny(token, keys, checks)
      const keyIsCurrent = () => keyCache.uat === fetchedAt && Date.now() < fetchedAt + KEYS_MAX_AGE_MS
      return { claims: payload, keyIsCurrent }
    } catch (error) {
      throw toRefusal(error)
    }
  }
}

/** A token that does not say which key signed it may have been signed by any that fits (while keys rotate: several). */
async function verifyWithAny(token: string, keys: JWTVerifyGetKey, checks: JWTVerifyOptions) {
  try {
    return await jwtVerify(token, keys, checks)
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, checks)
      } catch (refusal) {
        if (!(refusal instanceof errors.JWSSignatureVerificationFailed)) throw refusal
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

function fetchSparingly(): typeof fetch {
  let askedAt = -Infinity
  return async (url, init) => {
    if (Date.now() - askedAt < FETCH_INTERVAL_MS) throw new Error('the keys were asked for a moment ago')
    askedAt = Date.now()
    return fetch(url, init)
  }
}

function commonChecks({ issuer, audience }: TokenOptions): JWTVerifyOptions {
  return {
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp'],
  }
}

function toRefusal(error: unknown): Problem {
  const tokenIsBad = error instanceof errors.JOSEError && !ISSUER_FAULTS.has(error.code)
  if (tokenIsBad) return unauthorized('invalid_token', error)
  return new Problem('unavailable', { headers: { 'retry-after': '5' }, cause: error })
}

/** The issuer's fault, not the token's: no answer, no valid answer, or (the generic code) no 200. */
const ISSUER_FAULTS: ReadonlySet<string> = new Set([
  errors.JWKSTimeout.code,
  errors.JWKSInvalid.code,
  errors.JOSEError.code,
])

/** 401 with the challenge of RFC 6750, section 3; without a code when no token was given at all. */
export function unauthorized(code?: 'invalid_token', cause?: unknown): Problem {
  const challenge = code === undefined ? 'Bearer' : `Bearer error="${code}"`
  return new Problem('unauthorized', { headers: { 'www-authenticate': challenge }, cause })
}

/** simplejwt writes the user's id as a number. */
function subjectOf(claim: unknown): string | undefined {
  if (typeof claim === 'string') return claim
  return Number.isSafeInteger(claim) ? String(claim) : undefined
}
