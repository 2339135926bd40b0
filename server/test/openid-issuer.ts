import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import type { SigningKey } from './issuer.ts'

/** An OpenID provider on the loopback interface: discovery document, keys and userinfo. */
export type OpenIdIssuer = {
  /** Its name, which tokens have as `iss`. */
  issuer: string
  /** Members of the discovery document; undefined leaves one out. */
  document: Record<string, unknown>
  /** The paths that were asked for. */
  requests: string[]
  /** How often one of them was. */
  count: (part: string) => number
  keys: SigningKey[]
  /** Answers an address from now on, in place of what is there. */
  on: (path: string, listener: RequestListener) => void
  /** The same with JSON. */
  says: (path: string, body: unknown, status?: number) => void
  close: () => Promise<void>
}

/** @param path of the issuer behind the host: `/realms/school`, or `/` for a name with a slash at its end. */
export async function openOpenIdIssuer(path: string, ...keys: SigningKey[]): Promise<OpenIdIssuer> {
  const listeners = new Map<string, RequestListener>()
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    opened.requests.push(url)
    const listener = listeners.get(url)
    if (listener) listener(request, response)
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  const base = path.replace(/\/$/, '')
  const answer =
    (body: () => unknown, status = 200): RequestListener =>
    (_request, response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body()))
  const opened: OpenIdIssuer = {
    issuer,
    requests: [],
    count: (part) => opened.requests.filter((request) => request.includes(part)).length,
    keys,
    document: {
      issuer,
      jwks_uri: `${issuer.replace(/\/$/, '')}/keys`,
      userinfo_endpoint: `${issuer.replace(/\/$/, '')}/userinfo`,
      id_token_signing_alg_values_supported: [...new Set(keys.map(({ alg }) => alg))],
    },
    on: (at, listener) => listeners.set(`${base}${at}`, listener),
    says: (at, body, status) =>
      opened.on(
        at,
        answer(() => body, status),
      ),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  opened.on(
    '/.well-known/openid-configuration',
    answer(() => opened.document),
  )
  opened.on(
    '/keys',
    answer(() => ({ keys: opened.keys.map(({ jwk }) => jwk) })),
  )
  return opened
}

/** A token with just this header and these claims; the times are of an hour from now unless they are given. */
export function signAs(key: SigningKey, header: object, claims: object): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ iat: now, exp: now + 3600, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey)
}
