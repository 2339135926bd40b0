import type { ClaimNames } from '../config/config.ts'
import { findClaim, type Claims } from './claim-names.ts'

/**
 * Where issuers write scopes: RFC 8693 (section 4.2), Entra and Okta, and Auth0, which has what was asked for in `scope` and what was
 * granted in `permissions`.
 */
const USUAL_CLAIMS = ['scope', 'scp', 'permissions']

/** The scopes of a token: one text with spaces between, or a list. `names`: the first that is there, in place of the usual ones. */
export function scopesOf(claims: Claims, names?: ClaimNames): string[] {
  const values = names ? [findClaim(claims, names)?.value] : USUAL_CLAIMS.map((name) => claims[name])
  return values
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .flatMap((text) => (typeof text === 'string' ? text.split(' ') : []))
    .filter((scope) => scope !== '')
}
