/** What a token says of itself, unverified: the server verifies it, the page only looks. Pure. */

type Claims = { sub?: string; iat?: number; exp?: number }

export function subjectOf(token: string): string | undefined {
  return claimsOf(token).sub
}

/** From its issue to its end, in milliseconds. */
export function lifetimeOf(token: string): number {
  const { iat = 0, exp = Infinity } = claimsOf(token)
  return (exp - iat) * 1000
}

function claimsOf(token: string): Claims {
  const payload = token.split('.')[1] ?? ''
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as Claims
}
