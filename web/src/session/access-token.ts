/** What a token says of itself, unverified: the server verifies it, the page only looks. Pure. */

type Claims = { sub?: string; email?: unknown; iat?: number; exp?: number }

export function subjectOf(token: string): string | undefined {
  return claimsOf(token).sub
}

/** The address that the person signs in with. */
export function emailOf(token: string): string | undefined {
  const { email } = claimsOf(token)
  return typeof email === 'string' ? email : undefined
}

/** From its issue to its end, in milliseconds. */
export function lifetimeOf(token: string): number {
  const { iat = 0, exp = Infinity } = claimsOf(token)
  return (exp - iat) * 1000
}

function claimsOf(token: string): Claims {
  const payload = token.split('.')[1] ?? ''
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
    c.charCodeAt(0),
  )
  return JSON.parse(new TextDecoder().decode(bytes)) as Claims
}
