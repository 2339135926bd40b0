/** What a token that is rightly signed has to be besides: a token for access, that anybody who brings it may use. */
import type { JWTHeaderParameters, JWTPayload } from 'jose'

/** Clocks may differ by this much. */
export const CLOCK_TOLERANCE_SECONDS = 30

/** A token that is valid for longer never expires for all practical purposes, and `exp` is there so that it does. */
const LONGEST_LIFETIME_SECONDS = 3_653 * 86_400

/** RFC 9068, section 2.1, and what issuers write that are older than it. */
const HEADER_TYPES = new Set(['jwt', 'at+jwt'])

/** The claims by which issuers say what a token is for: simplejwt, Cognito and Keycloak, in this order. */
const KIND_CLAIMS = ['token_type', 'token_use', 'typ'] as const
const ACCESS_KINDS = new Set(['access', 'access_token', 'bearer', 'jwt', 'at+jwt'])

/** `type` says all kinds of things. With these values it is that of flask-jwt-extended and its like. */
const OTHER_KINDS = new Set(['refresh', 'refresh_token', 'id', 'id_token', 'logout', 'logout_token'])

/**
 * Claims that no access token has. Hashes of a code or of an access token are in ID tokens (OpenID Connect Core,
 * section 3.3.2.11), `events` is what a logout token or a security event tells (RFC 8417), `htm` and `htu` are of a
 * proof (RFC 9449), `token_introspection` is of an answer to a resource server (RFC 9701).
 */
const FOREIGN_CLAIMS = ['at_hash', 'c_hash', 's_hash', 'events', 'htm', 'htu', 'token_introspection'] as const

/** Whether a verified token is an access token, and one for which it is enough to have it. `now` is in seconds. */
export function isAccessToken(header: JWTHeaderParameters, claims: JWTPayload, now: number): boolean {
  const { exp = 0, iat } = claims
  if (exp > now + LONGEST_LIFETIME_SECONDS + CLOCK_TOLERANCE_SECONDS) return false
  if (iat !== undefined && iat > now + CLOCK_TOLERANCE_SECONDS) return false
  if (header.typ !== undefined && !HEADER_TYPES.has(mediaType(header.typ))) return false
  const kinds = KIND_CLAIMS.map((name) => claims[name]).filter(isThere)
  if (!kinds.every((kind) => ACCESS_KINDS.has(lowerCase(kind)))) return false
  if (OTHER_KINDS.has(lowerCase(claims['type']))) return false
  if (isForeignByProduct(claims)) return false
  if (FOREIGN_CLAIMS.some((name) => isThere(claims[name]))) return false
  // Keycloak has long put the nonce of the sign-in into access tokens, too, and then says what they are.
  const saysSo = kinds.length > 0 || mediaType(header.typ) === 'at+jwt'
  if (isThere(claims['nonce']) && !saysSo) return false
  // The key that it is bound to would have to be proven with each request (RFC 9449, section 7.1).
  return !isThere(claims['cnf'])
}

/**
 * What tells the ID tokens of products that say it in no standard way. An ID token may be for the same audience as an
 * access token, where an app and its API are registered as one.
 */
function isForeignByProduct(claims: JWTPayload): boolean {
  const { jti, ver } = claims
  // Okta begins the ids of access tokens with "AT." (developer.okta.com/docs/reference/api/oidc/#tokens-and-claims).
  if (ver === 1 && typeof jti === 'string' && jti.startsWith('ID.')) return true
  // Entra names the client in access tokens alone: azp in version 2.0, appid in 1.0
  // (learn.microsoft.com/entra/identity-platform/access-token-claims-reference and id-token-claims-reference).
  const isOfEntra = (ver === '1.0' || ver === '2.0') && isThere(claims['tid'])
  if (isOfEntra && !isThere(claims['azp']) && !isThere(claims['appid'])) return true
  // Clerk: the person has not finished the sign-in (clerk.com/docs/guides/sessions/session-tokens).
  return claims['sts'] === 'pending'
}

/**
 * Whether a token is for one of these. Issuers that write no audience, or another one, name the client that the token was
 * given to: Clerk the origin of the page in `azp`, Cognito the app in `client_id`.
 */
export function isFor({ aud, azp, client_id }: JWTPayload, audience: readonly string[]): boolean {
  return [aud, azp, client_id].flat().some((name) => typeof name === 'string' && audience.includes(name))
}

/** RFC 7515, section 4.1.9: "application/" may be left out. */
function mediaType(typ: unknown): string {
  return lowerCase(typ).replace(/^application\//, '')
}

function lowerCase(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : ''
}

/** Null in a claim that need not be there says nothing. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}
