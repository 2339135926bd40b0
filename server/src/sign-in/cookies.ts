/**
 * The names and attributes of our cookies. With HTTPS a browser takes `__Host-` from this very host alone, and not from a
 * sibling that could plant a session of its own; such a cookie is for the whole host (RFC 6265bis, section 4.1.3.2).
 * Under a prefix, where the rest of a host has no use for it, the path is narrower, and the name `__Secure-`.
 */
export type CookiePlace = {
  /** What stands before every name. */
  namePrefix: '' | '__Secure-' | '__Host-'
  isSecure: boolean
  /** For the cookie of what is below `below`, a path of the sign-in. */
  path: (below: string) => string
}

export function cookiePlace(origin: string | undefined, prefix: string): CookiePlace {
  const isSecure = origin?.startsWith('https:') ?? false
  if (!isSecure) return { namePrefix: '', isSecure, path: (below) => `${prefix}${below}` || '/' }
  if (prefix !== '') return { namePrefix: '__Secure-', isSecure, path: (below) => `${prefix}${below}` }
  return { namePrefix: '__Host-', isSecure, path: () => '/' }
}

/** A `Set-Cookie` that scripts and other sites do not get. */
export function setCookie(
  place: CookiePlace,
  name: string,
  value: string,
  below: string,
  seconds: number,
): string {
  return [
    `${place.namePrefix}${name}=${value}`,
    `Max-Age=${seconds}`,
    `Path=${place.path(below)}`,
    'HttpOnly',
    ...(place.isSecure ? ['Secure'] : []),
    'SameSite=Lax',
  ].join('; ')
}
