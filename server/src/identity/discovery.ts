import {
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
  type AuthorizationServer,
} from 'oauth4webapi'
import { memberOf, messageOf } from '../values.ts'
import { fetchFromIssuer } from './issuer-http.ts'

/** How long a document is believed. Keys have an age of their own; addresses hardly ever change. */
const MAX_AGE_MS = 60 * 60_000

export type Discovery = ReturnType<typeof createDiscovery>

/** A clock can be set back: what was read "later than now" is read again. */
function isFresh(readAt: number): boolean {
  const age = Date.now() - readAt
  return age >= 0 && age < MAX_AGE_MS
}

/**
 * What an issuer says of itself: OpenID Connect Discovery, else RFC 8414. It is read when it is first needed, by all who
 * need it then together, and again every hour. While the issuer is away, the last document counts.
 */
export function createDiscovery(issuer: string) {
  let known: { document: AuthorizationServer; readAt: number } | undefined
  let asking: Promise<AuthorizationServer> | undefined

  async function ask(): Promise<AuthorizationServer> {
    try {
      const document = await discover(issuer)
      known = { document, readAt: Date.now() }
      return document
    } catch (error) {
      if (!known) throw error
      known.readAt = Date.now()
      return known.document
    } finally {
      asking = undefined
    }
  }

  return {
    /** @throws Error with the reason, if there has never been a document. */
    document: (): Promise<AuthorizationServer> =>
      known && isFresh(known.readAt) ? Promise.resolve(known.document) : (asking ??= ask()),
    /** What it says has not worked: it is read again when it is next needed. */
    doubt: (): void => {
      if (known) known.readAt = -Infinity
    },
  }
}

/** Plain HTTP is for an issuer that is configured with it, and then for its endpoints. */
export function requestOptions(issuer: string) {
  return {
    [customFetch]: fetchFromIssuer,
    [allowInsecureRequests]: new URL(issuer).protocol === 'http:',
  }
}

async function discover(issuer: string): Promise<AuthorizationServer> {
  const url = new URL(issuer)
  const faults: string[] = []
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    const name = algorithm === 'oidc' ? 'openid-configuration' : 'oauth-authorization-server'
    const response = await discoveryRequest(url, { ...requestOptions(issuer), algorithm })
    if (response.status === 200) return read(issuer, url, response)
    faults.push(`${name} is answered with ${response.status}`)
  }
  throw new Error(`the issuer ${issuer} has no discovery document: ${faults.join(', ')}`)
}

async function read(issuer: string, url: URL, response: Response): Promise<AuthorizationServer> {
  const named: unknown = memberOf(await response.clone().json(), 'issuer')
  // To the letter, as tokens have it; the library takes addresses that lead to the same place (RFC 8414, section 3.3).
  if (typeof named === 'string' && named !== issuer) {
    throw new Error(
      `AUTH_ISSUER is "${issuer}", but the discovery document says that the issuer is "${named}". Set AUTH_ISSUER to exactly this.`,
    )
  }
  try {
    return await processDiscoveryResponse(url, response)
  } catch (error) {
    throw new Error(`the discovery document of ${issuer} is not valid: ${messageOf(error)}`, { cause: error })
  }
}
