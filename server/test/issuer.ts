import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'

export const ISSUER = 'https://issuer.example'
export const AUDIENCE = 'upm'

export type SigningKey = { kid: string; alg: string; privateKey: CryptoKey; publicKey: CryptoKey; jwk: JWK }

export async function createKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** A token of the test issuer; `claims` add to what a good one says, and undefined takes away. */
export function issue(
  key: SigningKey,
  claims: Record<string, unknown> = {},
  header: object = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const payload = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'olena',
    email: 'olena@example.com',
    exp: now + 3600,
    ...claims,
  }
  return new SignJWT(payload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(key.privateKey)
}

export type TestIssuer = {
  /** The address of its keys. */
  url: string
  /** How often the keys were asked for. */
  fetches: number
  publish: (...keys: SigningKey[]) => void
  /** Answers differently from now on. */
  answer: (listener: RequestListener) => void
  close: () => Promise<void>
}

/** An issuer on the loopback interface that publishes its keys, or misbehaves. */
export async function openIssuer(...keys: SigningKey[]): Promise<TestIssuer> {
  let listener: RequestListener
  const server = createServer((request, response) => {
    issuer.fetches += 1
    listener(request, response)
  })
  const issuer: TestIssuer = {
    url: '',
    fetches: 0,
    publish: (...published) => {
      const body = JSON.stringify({ keys: published.map(({ jwk }) => jwk) })
      listener = (_request, response) => response.setHeader('content-type', 'application/json').end(body)
    },
    answer: (next) => {
      listener = next
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  issuer.publish(...keys)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  return issuer
}
