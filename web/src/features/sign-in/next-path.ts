/** Where to go on after signing in. Pure. */

/** Those of signing in lead nowhere once somebody has. */
const NOT_AFTER = /^\/(?:sign-in|sign-up|forgot-password|reset-password)?\/?(?:[?#]|$)/

const HOME = '/profile'

/**
 * The path that `?next=` asks for, if it is one of this page; else the profile. Whoever makes a link to the sign-in
 * must not be able to send people on to another site, whose page may look like this one.
 */
export function nextPath(wanted: string | null): string {
  // Browsers read backslashes as slashes, and skip control characters: what they make of them is nobody's wish.
  if (wanted === null || !/^\/[^\\\p{Cc}]*$/u.test(wanted)) return HOME
  const { origin, pathname, search, hash } = new URL(wanted, 'http://page.invalid')
  // `/..//evil.example` is the path `//evil.example`, which is another site.
  if (origin !== 'http://page.invalid' || pathname.startsWith('//')) return HOME
  const path = pathname + search + hash
  return NOT_AFTER.test(path) ? HOME : path
}

/** The address of another screen of signing in that goes on to the same place. */
export function withNext(path: string, next: string): string {
  if (next === HOME) return path
  return `${path}${path.includes('?') ? '&' : '?'}next=${encodeURIComponent(next)}`
}
