/** Whether somebody has signed in a moment ago: what decides over an account is not left to a stolen token, or to a device that was left open. */
import type { Caller } from '../accounts/caller.ts'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { Problem } from '../errors.ts'
import { identityProblems, RECENT_SECONDS } from './problems.ts'

/**
 * OpenID Connect Core, section 2: `auth_time` is when the person signed in. An issuer that gives none has at least issued the
 * token then. The bundled sign-in always gives it, except in the tokens of a release before, and these are renewed without the person.
 *
 * @param now in milliseconds
 * @throws Problem `reauthentication_required` with the challenge of RFC 9470, section 3.
 */
export function requireRecent({ issuer, claims }: Pick<Caller, 'issuer' | 'claims'>, now: number): void {
  const { auth_time: authTime, iat } = claims
  const signedInAt = authTime === undefined && issuer !== BUILT_IN_ISSUER ? iat : authTime
  if (typeof signedInAt === 'number' && now / 1000 - signedInAt <= RECENT_SECONDS) return
  throw new Problem(identityProblems.reauthentication_required, {
    params: { minutes: RECENT_SECONDS / 60 },
    headers: {
      'www-authenticate': `Bearer error="insufficient_user_authentication", max_age="${RECENT_SECONDS}"`,
    },
  })
}
