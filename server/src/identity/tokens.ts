import { createSecretKey } from 'node:crypto'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  jwksCache,
  jwtVerify,
  type ExportedJWKSCache,
  type JSONWebKeySet,
  type JWKSCacheInput,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose'
import { LruMap } from 'toad-cache'
import type { AuthConfig } from '../config.ts'
import { Problem } from '../errors.ts'

/** Who a verified token speaks for. */
export type Caller = {
  issuer: string
  /** Undefined where the token does not name anybody, as a service's may not. */
  subject: string | undefined
  claims: JWTPayload
  scopes: readonly string[]
  /** The claim that the subject comes from. */
  subjectClaim: string
  /** The account of (issuer, subject), once it is known. */
  userId?: number
}

/** Who signs tokens that are believed, and how they are verified. Each has its own algorithms and its own keys. */
export type Issuer = {
  /** What the accounts of its subjects are kept under. */
  name: string
  /** The `iss` that its tokens must have. Undefined: any that is not another issuer's, or none. */
  iss: string | undefined
  audience: string | undefined
  subjectClaim: string
  keys:
    | { kind: 'secret'; secret: string }
    /** Published at an address, for RS256, ES256 and EdDSA. */
    | { kind: 'published'; url: string }
    /** Read where they are kept, for EdDSA alone. Throws when they cannot be had. */
    | { kind: 'kept'; read: () => Promise<JSONWebKeySet> }
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

/** The issuer that the configuration names: another service, or whoever holds the secret. */
export function configuredIssuer(auth: Omit<AuthConfig, 'linkVerifiedEmail'>): Issuer {
  return {
    name: auth.issuer ?? LOCAL_ISSUER,
    iss: auth.issuer,
    audience: auth.audience,
    subjectClaim: auth.subjectClaim,
    keys:
      auth.jwksUrl === undefined
        ? { kind: 'secret', secret: auth.jwtSecret ?? '' }
        : { kind: 'published', url: auth.jwksUrl },
  }
}

/**
 * Verification by the issuers, each with its algorithms pinned: the `iss` of a token says whose keys it has to stand up
 * to, and no other's are tried. Verified tokens are remembered until they expire, and never longer than the keys that
 * verified them are believed.
 */
export function createTokenVerifier(issuers: readonly Issuer[]): VerifyToken {
  const verifiers = issuers.map((issuer) => ({ issuer, verify: verifierOf(issuer) }))
  const route = (token: string) => {
    const iss = claimedIssuer(token)
    return (
      verifiers.find(({ issuer }) => issuer.iss !== undefined && issuer.iss === iss) ??
      verifiers.find(({ issuer }) => issuer.iss === undefined)
    )
  }
  const cache = new LruMap<Cached>(CACHED_TOKENS)
  return async (token) => {
    const cached = cache.get(token)
    if (cached && cached.expiresAt > Date.now() && cached.keyIsCurrent()) return cached.caller
    cache.delete(token)
    const verifier = route(token)
    if (!verifier) throw unauthorized('invalid_token')
    const { name, subjectClaim } = verifier.issuer
    const { claims, keyIsCurrent } = await verifier.verify(token)
    const caller: Caller = {
      issuer: name,
      subject: subjectOf(claims[subjectClaim]),
      subjectClaim,
      claims,
      scopes: typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : [],
    }
    cache.set(token, { caller, expiresAt: (claims.exp ?? 0) * 1000, keyIsCurrent })
    return caller
  }
}

/** What the token says of its issuer; nothing of it is believed yet. */
function claimedIssuer(token: string): unknown {
  try {
    return decodeJwt(token).iss
  } catch (error) {
    throw toRefusal(error)
  }
}

type Verified = {
  claims: JWTPayload
  /** Whether the key that verified the token is still the issuer's, as far as we know. */
  keyIsCurrent: () => boolean
}
type Verify = (token: string) => Promise<Verified>

function verifierOf(issuer: Issuer): Verify {
  const { keys } = issuer
  switch (keys.kind) {
    case 'secret':
      return bySecret(issuer, keys.secret)
    case 'published':
      return byPublishedKeys(issuer, keys.url)
    case 'kept':
      return byKeptKeys(issuer, keys.read)
  }
}

function bySecret(issuer: Issuer, secret: string): Verify {
  const key = createSecretKey(Buffer.from(secret))
  const checks = { ...commonChecks(issuer), algorithms: ['HS256'] }
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, checks)
      return { claims: payload, keyIsCurrent: () => true }
    } catch (error) {
      throw toRefusal(error)
    }
  }
}

function byPublishedKeys(issuer: Issuer, jwksUrl: string): Verify {
  const keyCache: Partial<ExportedJWKSCache> = {}
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    cacheMaxAge: KEYS_MAX_AGE_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
    [jwksCache]: keyCache as JWKSCacheInput,
    [customFetch]: fetchSparingly(),
  })
  const checks = { ...commonChecks(issuer), algorithms: ['RS256', 'ES256', 'EdDSA'] }
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

/**
 * An unknown key is looked for at once, without a pause as for published ones: another machine may have made it a
 * moment ago, and to look is one small query.
 */
function byKeptKeys(issuer: Issuer, read: () => Promise<JSONWebKeySet>): Verify {
  const checks = { ...commonChecks(issuer), algorithms: ['EdDSA'] }
  type KeySet = { find: JWTVerifyGetKey; believedUntil: number }
  let current: KeySet | undefined
  const load = async () => {
    const believedUntil = Date.now() + KEYS_MAX_AGE_MS
    return (current = { find: createLocalJWKSet(await read()), believedUntil })
  }
  const verifyWith = async (token: string, set: KeySet): Promise<Verified> => {
    const { payload } = await jwtVerify(token, set.find, checks)
    return { claims: payload, keyIsCurrent: () => current === set && Date.now() < set.believedUntil }
  }
  return async (token) => {
    try {
      const known = current
      if (known && Date.now() < known.believedUntil) {
        try {
          return await verifyWith(token, known)
        } catch (error) {
          if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        }
      }
      return await verifyWith(token, await load())
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

function commonChecks({ iss, audience }: Issuer): JWTVerifyOptions {
  return {
    ...(iss !== undefined && { issuer: iss }),
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
