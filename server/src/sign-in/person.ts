import { isReleased } from '../identity/emails.ts'

/** The person whom the library keeps, as far as tokens tell of them. */
export type StoredUser = { id: string; email: string; emailVerified: boolean; name: string; role: string }

/** First and last name. The library keeps one; the first word of it is the given one. */
export function nameParts(name: string): [given: string, family: string] {
  const [, given = '', family = ''] = /^(\S*)\s*(.*)$/s.exec(name.trim()) ?? []
  return [given, family]
}

/** What a token says, besides when and by whom it was issued. */
export function claimsOf({ email, emailVerified, name, role }: Omit<StoredUser, 'id'>) {
  const [given, family] = nameParts(name)
  // A token does not tell what stands for an address that was taken away.
  const own = isReleased(email) ? {} : { email }
  return { ...own, email_verified: emailVerified, given_name: given, family_name: family, role }
}
