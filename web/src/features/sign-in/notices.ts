/** What the address of the sign-in tells: where somebody comes from, or what was wrong with a link in a mail. Pure. */
export type Notice =
  | { kind: 'fault'; text: 'linkExpired' | 'linkUsed' | 'linkOfNobody' | 'linkOfOther' | 'linkFailed' }
  | { kind: 'success'; text: 'confirmed' | 'passwordChanged' }
  | { kind: 'hint'; text: 'ended' }

/** The codes are those of docs/errors.md; a link that was refused adds one to the address that it leads to. */
const faults: Record<string, (Notice & { kind: 'fault' })['text']> = {
  TOKEN_EXPIRED: 'linkExpired',
  INVALID_TOKEN: 'linkUsed',
  USER_NOT_FOUND: 'linkOfNobody',
  INVALID_USER: 'linkOfOther',
}

export function noticeIn(params: URLSearchParams): Notice | undefined {
  const error = params.get('error')
  if (error !== null) {
    return { kind: 'fault', text: (Object.hasOwn(faults, error) && faults[error]) || 'linkFailed' }
  }
  if (params.has('confirmed')) return { kind: 'success', text: 'confirmed' }
  if (params.has('password-changed')) return { kind: 'success', text: 'passwordChanged' }
  if (params.has('ended')) return { kind: 'hint', text: 'ended' }
  return undefined
}

/** Where the first address of the page leads: links in mails end there when nobody has said where they should. */
export function landingPath(params: URLSearchParams): string {
  const [error, token] = [params.get('error'), params.get('token')]
  if (error !== null) return `/sign-in?error=${encodeURIComponent(error)}`
  if (token !== null) return `/reset-password?token=${encodeURIComponent(token)}`
  return '/profile'
}
