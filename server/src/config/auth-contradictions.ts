import { SECRET_ALGORITHMS } from './parsers.ts'

/** The variables of outside issuers, as far as each of them could be read. */
type Read = {
  AUTH_JWT_SECRET?: string | undefined
  AUTH_JWKS_URL?: string | undefined
  AUTH_ISSUER?: readonly string[] | undefined
  AUTH_ALGORITHMS?: readonly string[] | undefined
  AUTH_USERINFO?: boolean | undefined
}

/** What is wrong between variables of outside issuers that are right by themselves, one sentence for each. */
export function authContradictions(read: Read): string[] {
  // Nothing is said of how others go with one that could not be read.
  const areRead = ['AUTH_JWT_SECRET', 'AUTH_JWKS_URL', 'AUTH_ISSUER'].every((name) => name in read)
  return [...(areRead ? ofSources(read) : []), ...ofSecret(read)]
}

function ofSources(read: Read): string[] {
  const { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: jwksUrl, AUTH_ISSUER: issuer } = read
  const problems: string[] = []
  if (secret !== undefined && jwksUrl !== undefined) {
    problems.push('AUTH_JWT_SECRET and AUTH_JWKS_URL cannot both be set: a token has one issuer.')
  }
  const isDiscovered = issuer !== undefined && secret === undefined && jwksUrl === undefined
  if (isDiscovered && !issuer.every(isAddress)) {
    problems.push(
      'AUTH_ISSUER must be a URL that starts with https:// or http:// if neither AUTH_JWKS_URL nor AUTH_JWT_SECRET is set, because UPM reads its discovery document.',
    )
  }
  if (read.AUTH_USERINFO === true && issuer?.every(isAddress) !== true) {
    problems.push('AUTH_ISSUER must be a URL with AUTH_USERINFO=on, because UPM asks this issuer.')
  }
  // Never both kinds: whoever knows a public key could sign with it as if it were a secret (RFC 8725, section 2.1).
  const isSecret = jwksUrl === undefined && !isDiscovered
  const misfits = (read.AUTH_ALGORITHMS ?? []).filter((name) => SECRET_ALGORITHMS.has(name) !== isSecret)
  if (misfits.length > 0) {
    problems.push(
      isSecret
        ? `AUTH_ALGORITHMS cannot have ${misfits.join(', ')}: tokens are signed with a secret. For published keys set AUTH_ISSUER or AUTH_JWKS_URL and no AUTH_JWT_SECRET.`
        : `AUTH_ALGORITHMS cannot have ${misfits.join(', ')}: the keys of the issuer are published. For a shared secret set AUTH_JWT_SECRET.`,
    )
  }
  return problems
}

function ofSecret({ AUTH_JWT_SECRET: secret, AUTH_ALGORITHMS: named = [] }: Read): string[] {
  if (secret === undefined) return []
  return [...SECRET_ALGORITHMS].flatMap(([name, bytes]) => {
    const isUsed = name === 'HS256' || named.includes(name)
    return isUsed && Buffer.byteLength(secret) < bytes
      ? [`AUTH_JWT_SECRET must be at least ${bytes} bytes long, because ${name} requires it.`]
      : []
  })
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}
