import type { JSONWebKeySet } from 'jose'
import type { AuthorizationServer } from 'oauth4webapi'
import { PUBLIC_KEY_ALGORITHMS } from '../config/parsers.ts'
import { isRecord } from '../values.ts'
import type { Discovery } from './discovery.ts'
import { fetchFromIssuer } from './issuer-http.ts'

type Loaded = { jwks: JSONWebKeySet; algorithms: readonly string[] }

/** The keys at an address (RFC 7517, section 5). */
export async function loadPublishedKeys(url: string, algorithms: readonly string[]): Promise<Loaded> {
  const accept = 'application/json, application/jwk-set+json'
  const response = await fetchFromIssuer(url, { headers: { accept } })
  if (response.status !== 200) throw new Error(`${url} answered with ${response.status}`)
  const jwks: unknown = await response.json().catch(() => undefined)
  if (!isKeySet(jwks)) throw new Error(`${url} answered with something else than a JSON Web Key Set`)
  return { jwks, algorithms }
}

/** The keys and the algorithms that the issuer's document names, besides those that are accepted anyway. */
export async function loadDiscoveredKeys(
  discovery: Discovery,
  algorithms: readonly string[],
): Promise<Loaded> {
  const document = await discovery.document()
  try {
    return await loadPublishedKeys(keysAddress(document), [
      ...new Set([...algorithms, ...namedAlgorithms(document)]),
    ])
  } catch (error) {
    discovery.doubt()
    throw error
  }
}

function keysAddress({ issuer, jwks_uri: url }: AuthorizationServer): string {
  if (typeof url !== 'string' || !URL.canParse(url)) {
    throw new Error(`the discovery document of ${issuer} names no keys (jwks_uri)`)
  }
  if (new URL(url).protocol !== 'https:' && new URL(issuer).protocol === 'https:') {
    throw new Error(`the discovery document of ${issuer} names keys that are not behind HTTPS: ${url}`)
  }
  return url
}

/** Only those of published keys: a document may also name those of clients' secrets, or "none". */
function namedAlgorithms(document: AuthorizationServer): string[] {
  const named: unknown = document['id_token_signing_alg_values_supported']
  return Array.isArray(named) ? PUBLIC_KEY_ALGORITHMS.filter((name) => named.includes(name)) : []
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return isRecord(value) && Array.isArray(value['keys']) && value['keys'].every(isRecord)
}
