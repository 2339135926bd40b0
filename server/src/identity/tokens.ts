import { problems, Problem } from '../errors.ts'
import { createSecretKey } from 'node:crypto'
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose'
import { LruMap } from 'toad-cache'
import type { AuthConfig, ClaimNames, Config } from '../config/config.ts'
import { BUILT_IN_ISSUER, PUBLIC_KEY_ALGORITHMS, SECRET_ALGORITHMS } from '../config/parsers.ts'
import type { Log } from '../logger.ts'
import { CLOCK_TOLERANCE_SECONDS, isAccessToken, isFor } from './access-token.ts'
import { type Caller } from '../accounts/caller.ts'
import { createDiscovery, type Discovery } from './discovery.ts'
import { createKeyStore, type KeySet, type KeyStore } from './key-store.ts'
import { loadDiscoveredKeys, loadPublishedKeys } from './published-keys.ts'
import { scopesOf } from './scopes.ts'
import { createUserinfo, issuerUnavailable } from './userinfo.ts'

/** Who signs tokens that are believed, and how they are verified. Each has its own algorithms and its own keys. */
export type Issuer = {
  /** What the accounts of its subjects are found under; new ones are kept under the first. */
  names: IssuerNames
  /** The `iss` that its tokens must have. Undefined: any that is not another issuer's, or none. */
  iss: string | undefined
  /** One of these must be what the token is for. Undefined: it may be for anybody. */
  audience: readonly string[] | undefined
  subjectClaim: string
  /** Undefined: where issuers usually write the scopes. */
  scopeClaim?: ClaimNames | undefined
  keys:
    | { kind: 'secret'; secret: string; algorithms: readonly string[] }
    /** Published at an address. */
    | { kind: 'published'; url: string; algorithms: readonly string[] }
    /** Published at an address that is found in a discovery document: the first of these that can be read. */
    | { kind: 'discovered'; algorithms: readonly string[]; discoveries: readonly Discovery[] }
    /** Read where they are kept, for EdDSA alone. Throws when they cannot be had. */
    | { kind: 'kept'; read: () => Promise<JSONWebKeySet> }
  /** What it says of itself, where it is asked for what its tokens do not say of a newcomer. */
  userinfo?: Discovery
}

export type IssuerNames = readonly [string, ...string[]]

/** What makes a token that of a service: it writes into the log of others and is nobody's own. */
export const SERVICE_SCOPE = 'activity:write'

/** The issuer of tokens that need not name one: those signed with our own secret. */
const LOCAL_ISSUER = 'local'

/** How long the last published keys count while the issuer is away. */
const STALE_MS = 24 * 60 * 60_000
/** The minimum time between two requests for published keys. A token with an unknown key waits for the next one. */
const INTERVAL_MS = 1_000
const CACHED_TOKENS = 10_000

type Cached = { caller: Caller; expiresAt: number; keyIsCurrent: () => boolean }

export type TokenVerifier = ReturnType<typeof createTokenVerifier>

type IssuerConfig = Pick<AuthConfig, 'subjectClaim'> &
  Partial<
    Pick<
      AuthConfig,
      'jwtSecret' | 'jwksUrl' | 'issuer' | 'audience' | 'algorithms' | 'scopeClaim' | 'userinfo'
    >
  >

/** The names of the issuer that the configuration names, or of whoever holds the secret. */
export function namesOf({ issuer: [first, ...others] = [] }: Pick<AuthConfig, 'issuer'>): IssuerNames {
  return first === undefined ? [LOCAL_ISSUER] : [first, ...others]
}

/** All names of all issuers whose tokens are accepted. */
export function acceptedIssuers({ auth, signIn }: Pick<Config, 'auth' | 'signIn'>): readonly string[] {
  return [...namesOf(auth), ...(signIn ? [BUILT_IN_ISSUER] : [])]
}

/**
 * The issuer that the configuration names: another service, or whoever holds the secret. With several names it is one
 * issuer for each, whose accounts are the same: a token has to stand up to the keys of the name that it bears. A name of which
 * no document can be read any more has the keys of the others.
 */
export function configuredIssuers(auth: IssuerConfig): Issuer[] {
  const { jwtSecret, jwksUrl, issuer = [], audience, subjectClaim, scopeClaim, userinfo = false } = auth
  const names = namesOf(auth)
  const isDiscovered = jwtSecret === undefined && jwksUrl === undefined && issuer.length > 0
  const discoveries = isDiscovered || userinfo ? issuer.map(createDiscovery) : []
  const common = { names, audience, subjectClaim, scopeClaim }
  if (issuer.length === 0) return [{ ...common, iss: undefined, keys: keysOf(auth, []) }]
  return issuer.map((iss, index) => {
    const own = discoveries[index]
    const others = discoveries.filter((one) => one !== own)
    return {
      ...common,
      iss,
      keys: keysOf(auth, own && isDiscovered ? [own, ...others] : []),
      ...(userinfo && own && { userinfo: own }),
    }
  })
}

function keysOf(
  { jwtSecret, jwksUrl, algorithms: named = [] }: IssuerConfig,
  discoveries: readonly Discovery[],
): Issuer['keys'] {
  if (jwtSecret === undefined && (jwksUrl !== undefined || discoveries.length > 0)) {
    // Never those of a secret: a public key would be one that everybody knows (RFC 8725, section 2.1).
    const wider = named.filter((name) => PUBLIC_KEY_ALGORITHMS.includes(name))
    const algorithms = [...new Set(['RS256', 'ES256', 'EdDSA', ...wider])]
    return jwksUrl === undefined
      ? { kind: 'discovered', algorithms, discoveries }
      : { kind: 'published', url: jwksUrl, algorithms }
  }
  const wider = named.filter((name) => SECRET_ALGORITHMS.has(name))
  return { kind: 'secret', secret: jwtSecret ?? '', algorithms: [...new Set(['HS256', ...wider])] }
}

/**
 * Verification by the issuers, each with its algorithms pinned: the `iss` of a token says whose keys it has to stand up
 * to, and no other's are tried. Verified tokens are remembered until they expire, and never longer than the keys that
 * verified them are believed.
 */
export function createTokenVerifier(issuers: readonly Issuer[], log?: Log) {
  const verifiers = issuers.map((issuer) => ({
    issuer,
    ...verifierOf(issuer, log),
    askUserinfo: issuer.userinfo && createUserinfo(issuer.userinfo, log),
  }))
  const route = (token: string) => {
    const iss = claimedIssuer(token)
    return (
      verifiers.find(({ issuer }) => issuer.iss !== undefined && issuer.iss === iss) ??
      verifiers.find(({ issuer }) => issuer.iss === undefined)
    )
  }
  const cache = new LruMap<Cached>(CACHED_TOKENS)

  /** Verifies a Bearer token, or throws `unauthorized` (the token is bad) or `unavailable` (the keys cannot be had). */
  async function verify(token: string): Promise<Caller> {
    const cached = cache.get(token)
    if (cached && cached.expiresAt > Date.now() && cached.keyIsCurrent()) return cached.caller
    cache.delete(token)
    const verifier = route(token)
    if (!verifier) throw unauthorized('invalid_token')
    const { issuer, askUserinfo } = verifier
    const { names, subjectClaim } = issuer
    const { header, claims, keyIsCurrent } = await verifier.verify(token)
    if (issuer.audience && !isFor(claims, issuer.audience)) throw unauthorized('invalid_token')
    if (!isAccessToken(header, claims, Date.now() / 1000)) throw unauthorized('invalid_token')
    const scopes = scopesOf(claims, issuer.scopeClaim)
    const subject =
      subjectOf(claims[subjectClaim]) ??
      // The claim of users may be one that a service has nothing to say in.
      (scopes.includes(SERVICE_SCOPE) ? subjectOf(claims.sub) : undefined)
    if (subject === undefined) throw unauthorized('invalid_token')
    const caller: Caller = {
      issuer: names[0],
      issuerNames: names,
      subject,
      subjectClaim,
      claims,
      scopes,
      ...(askUserinfo && { askUserinfo: () => askUserinfo(token, { subject, sub: claims.sub }) }),
    }
    cache.set(token, { caller, expiresAt: (claims.exp ?? 0) * 1000, keyIsCurrent })
    return caller
  }

  /** Asks for keys that are published, so that the log says at the start when they cannot be had. */
  async function prepare(): Promise<void> {
    await Promise.all(
      verifiers.map(async ({ issuer, keys }) => {
        if (issuer.keys.kind !== 'kept') await keys?.get().catch(() => {})
      }),
    )
  }

  return { verify, prepare }
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
  header: JWTHeaderParameters
  claims: JWTPayload
  /** Whether the key that verified the token is still the issuer's, as far as we know. */
  keyIsCurrent: () => boolean
}
type Verify = (token: string) => Promise<Verified>

function verifierOf(issuer: Issuer, log?: Log): { verify: Verify; keys?: KeyStore } {
  const { keys } = issuer
  switch (keys.kind) {
    case 'secret':
      return { verify: bySecret(issuer, keys.secret, keys.algorithms) }
    case 'published': {
      const { url, algorithms } = keys
      return byKeys(
        issuer,
        watched(issuer, log, () => loadPublishedKeys(url, algorithms)),
      )
    }
    case 'discovered': {
      const { discoveries, algorithms } = keys
      return byKeys(
        issuer,
        watched(issuer, log, () => loadFirst(discoveries, algorithms)),
      )
    }
    case 'kept': {
      const load = async () => ({ jwks: await keys.read(), algorithms: ['EdDSA'] })
      // An unknown key is looked for at once: another machine may have made it a moment ago, and to look is one small query.
      return byKeys(issuer, load, { intervalMs: 0, staleMs: 0 })
    }
  }
}

type Load = Parameters<typeof createKeyStore>[0]['load']

/** The keys of the first of these documents. @throws what the first one is at fault for, if there are none of any. */
async function loadFirst(discoveries: readonly Discovery[], algorithms: readonly string[]) {
  let fault: unknown
  for (const discovery of discoveries) {
    try {
      return await loadDiscoveredKeys(discovery, algorithms)
    } catch (error) {
      fault ??= error
    }
  }
  throw fault ?? new Error('keys cannot be discovered without a discovery document')
}

/** Says when the keys cannot be had any more, and when they can again, however many requests come in between. */
function watched({ iss: name }: Issuer, log: Log | undefined, load: Load): Load {
  let isAway = false
  return async () => {
    try {
      const loaded = await load()
      if (isAway) log?.info({ issuer: name }, 'the keys of the issuer can be read again')
      isAway = false
      return loaded
    } catch (error) {
      const message =
        'the keys of the issuer cannot be read; until they can, tokens with other keys than the last ones are answered with 503'
      if (!isAway) log?.error({ issuer: name, err: error }, message)
      isAway = true
      throw error
    }
  }
}

function bySecret(issuer: Issuer, secret: string, algorithms: readonly string[]): Verify {
  const key = createSecretKey(Buffer.from(secret))
  const checks = { ...commonChecks(issuer), algorithms: [...algorithms] }
  return async (token) => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, key, checks)
      return { header: protectedHeader, claims: payload, keyIsCurrent: () => true }
    } catch (error) {
      throw toRefusal(error)
    }
  }
}

/**
 * A token whose key is not among those that are known is judged by keys that were asked for after it had come: the first
 * token of a key that was made a moment ago is as good as any.
 */
function byKeys(
  issuer: Issuer,
  load: Load,
  { intervalMs, staleMs } = { intervalMs: INTERVAL_MS, staleMs: STALE_MS },
) {
  const checks = commonChecks(issuer)
  const keys = createKeyStore({ load, intervalMs, staleMs })
  const verifyWith = async (token: string, set: KeySet): Promise<Verified> => {
    const options = { ...checks, algorithms: [...set.algorithms] }
    const { payload, protectedHeader } = await verifyWithAny(token, set.find, options)
    return { header: protectedHeader, claims: payload, keyIsCurrent: () => keys.isCurrent(set) }
  }
  const verify: Verify = async (token) => {
    const requestsBefore = keys.requests()
    try {
      for (let set = await keys.get(); ; set = await keys.renew()) {
        try {
          return await verifyWith(token, set)
        } catch (error) {
          if (!isUnknownKey(error, token) || set.request > requestsBefore) throw error
        }
      }
    } catch (error) {
      throw toRefusal(error)
    }
  }
  return { verify, keys }
}

/** Whether newer keys may verify the token: it names a key that is not known, or none, and has not expired. */
function isUnknownKey(error: unknown, token: string): boolean {
  const isUnknown =
    error instanceof errors.JWKSNoMatchingKey ||
    (error instanceof errors.JWSSignatureVerificationFailed && decodeProtectedHeader(token).kid === undefined)
  const { exp } = decodeJwt(token)
  return isUnknown && typeof exp === 'number' && exp > Date.now() / 1000 - CLOCK_TOLERANCE_SECONDS
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

function commonChecks({ iss }: Issuer): JWTVerifyOptions {
  return {
    ...(iss !== undefined && { issuer: iss }),
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp'],
  }
}

function toRefusal(error: unknown): Problem {
  const tokenIsBad = error instanceof errors.JOSEError && !ISSUER_FAULTS.has(error.code)
  if (tokenIsBad) return unauthorized('invalid_token', error)
  return issuerUnavailable(error)
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
  return new Problem(problems.unauthorized, { headers: { 'www-authenticate': challenge }, cause })
}

/** 403 with the scopes that it takes (RFC 6750, section 3.1). */
export function insufficientScope(needed: readonly string[]): Problem {
  const challenge = `Bearer error="insufficient_scope", scope="${needed.join(' ')}"`
  return new Problem(problems.forbidden, { headers: { 'www-authenticate': challenge } })
}

/** simplejwt writes the user's id as a number. A token that names nobody is nobody's. */
function subjectOf(claim: unknown): string | undefined {
  if (typeof claim === 'string') return claim === '' ? undefined : claim
  return Number.isSafeInteger(claim) ? String(claim) : undefined
}
