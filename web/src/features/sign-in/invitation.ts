/** What the link of an invitation brings: the secret in its fragment, whom it is for, and what they will be. Pure. */
export type Invitation = { token: string; email: string; role: string | null }

/** Undefined: the address is not that of an invitation. */
export function readInvitation(hash: string): Invitation | undefined {
  const params = new URLSearchParams(hash.replace(/^#/, ''))
  const [token, email] = [params.get('invitation'), params.get('email')]
  if (!token || !email) return undefined
  return { token, email, role: params.get('role') || null }
}
