/** Who may sign up where not everybody may, and whose e-mail is proven by how they came here. */
import { signInProblems } from './problems.ts'
import { createHash, randomBytes } from 'node:crypto'
import { query, queryOne, sql, type Db } from '../database/database.ts'
import { Problem } from '../errors.ts'

export type NewInvitation = {
  email: string
  /** Undefined: whoever signs up chooses. */
  role?: string
  /** Whether the link is sent to the e-mail and shown to nobody else: whoever uses it gets the mails of it. */
  mailed: boolean
  seconds: number
}

/** What an invitation that was used says of whoever has signed up by it. */
export type Invited = { role: string | null; mailed: boolean }

/** Makes an invitation and returns its token, which is kept nowhere. */
export async function createInvitation(
  db: Db,
  { email, role, mailed, seconds }: NewInvitation,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await query(
    db,
    sql`insert into auth.invitations (token_hash, email, role, mailed, expires_at)
      values (${hashOf(token)}, ${email.toLowerCase()}, ${role ?? null}, ${mailed}, now() + make_interval(secs => ${seconds}))`,
  )
  return token
}

/** Voids the invitations of this e-mail that nobody has used. */
export async function withdrawInvitations(db: Db, email: string): Promise<void> {
  await query(db, sql`delete from auth.invitations where email = ${email.toLowerCase()} and used_at is null`)
}

/**
 * Uses an invitation up, if the transaction is kept. Of two at once the second waits, and finds it used.
 *
 * @throws Problem `invitation_invalid`.
 */
export async function spendInvitation(db: Db, token: string, email: string): Promise<Invited> {
  const invited = await queryOne<Invited>(
    db,
    sql`update auth.invitations set used_at = now()
      where token_hash = ${hashOf(token)} and email = ${email.toLowerCase()} and used_at is null and expires_at > now()
      returning role, mailed`,
  )
  if (!invited) throw new Problem(signInProblems.invitation_invalid)
  return invited
}

/** The address of the page that takes the invitation. What is secret is in the fragment, which no server gets to see. */
export function invitationLink(page: string, token: string, { email, role }: NewInvitation): string {
  const fragment = new URLSearchParams({ invitation: token, email, ...(role !== undefined && { role }) })
  return `${page}/sign-up#${fragment.toString()}`
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
