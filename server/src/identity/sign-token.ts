import { createSecretKey } from 'node:crypto'
import { SignJWT } from 'jose'
import type { AuthConfig } from '../config/config.ts'

export type TokenRequest = { subject: string; claims: Record<string, unknown>; lifetimeSeconds: number }

/** Signs a token that this installation accepts. Only where it verifies with a secret of its own (HS256). */
export async function signToken(
  auth: Pick<AuthConfig, 'subjectClaim' | 'jwtSecret' | 'issuer' | 'audience'>,
  { subject, claims, lifetimeSeconds }: TokenRequest,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const token = new SignJWT({ ...claims, [auth.subjectClaim]: subject })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
  const [issuer] = auth.issuer ?? []
  if (issuer !== undefined) token.setIssuer(issuer)
  const [audience] = auth.audience ?? []
  if (audience !== undefined) token.setAudience(audience)
  return token.sign(createSecretKey(Buffer.from(auth.jwtSecret ?? '')))
}
