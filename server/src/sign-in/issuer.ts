import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import type { Pool } from '../database/database.ts'
import type { Issuer } from '../identity/tokens.ts'
import { listKeys } from './queries.ts'
import type { JWK } from 'jose'

/** Whom the tokens are for. */
export const AUDIENCE = 'upm'

/** A key is published and believed this much longer than it signs: longer than the last of its tokens is valid. */
export const KEY_GRACE_SECONDS = 3_600

/** The issuer whose keys are in the database: all machines believe what any of them has signed. */
export function builtInIssuer(pool: Pool): Issuer {
  return {
    names: [BUILT_IN_ISSUER],
    iss: BUILT_IN_ISSUER,
    audience: [AUDIENCE],
    subjectClaim: 'sub',
    keys: {
      kind: 'kept',
      read: async () => ({
        keys: (await listKeys(pool, KEY_GRACE_SECONDS)).map(({ id, publicKey }) => {
          const key: JWK = JSON.parse(publicKey)
          return { ...key, kid: id }
        }),
      }),
    },
  }
}
