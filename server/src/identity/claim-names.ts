import type { ClaimNames } from '../config/config.ts'

export type Claims = Readonly<Record<string, unknown>>

/** A claim and what it says, under the name that it is configured by. */
export type FoundClaim = { name: string; value: unknown }

/** The first of the claims that is there. Null, and a list of nothing, say nothing, as if they were not there. */
export function findClaim(claims: Claims, names: ClaimNames): FoundClaim | undefined {
  for (const name of names) {
    const value = claimAt(claims, name)
    if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)) {
      return { name, value }
    }
  }
  return undefined
}

/** Whether the token has one of the claims, and says nothing in it. */
export function isNull(claims: Claims, names: ClaimNames): boolean {
  return names.some((name) => claimAt(claims, name) === null)
}

/**
 * A member of this name, which may have dots in it as URLs have; else what the name leads to as a path. Of several ways to
 * read it, the one with the longest first name is taken.
 */
function claimAt(claims: object, name: string): unknown {
  const whole = ownMember(claims, name)
  if (whole !== undefined) return whole
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const inner = ownMember(claims, name.slice(0, dot))
    if (typeof inner !== 'object' || inner === null) continue
    const value = claimAt(inner, name.slice(dot + 1))
    if (value !== undefined) return value
  }
  return undefined
}

function ownMember(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value
}
