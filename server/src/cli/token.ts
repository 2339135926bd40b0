import { queryOne, sql } from '../database/database.ts'
import { namesOf } from '../identity/tokens.ts'
import type { ClaimNames } from '../config/config.ts'
import { signToken } from '../identity/sign-token.ts'
import { OperatorError } from '../operator-error.ts'
import { withDatabase, type Terminal } from './context.ts'

export type TokenOptions = { role?: string; days: number; scope?: string }

/** Prints a token: for a known user that user's, else one whose first use makes the user. */
export async function printToken(terminal: Terminal, email: string, options: TokenOptions): Promise<void> {
  await withDatabase(terminal, async ({ config, pool }) => {
    const { auth } = config
    if (auth.jwtSecret === undefined) {
      throw new OperatorError(`UPM cannot sign tokens: they come from the issuer ${auth.issuer?.[0]}.`)
    }
    const user = await queryOne<{ id: number; subject: string | null; other_issuer: string | null }>(
      pool,
      sql`select u.id, (select i.subject from upm.identities i where i.user_id = u.id
          and i.issuer = any(${namesOf(auth)}::text[]) order by i.created_at limit 1) as subject,
          (select i.issuer from upm.identities i where i.user_id = u.id order by i.created_at limit 1) as other_issuer
        from upm.users u where lower(u.email collate "C") = lower(${email}::text collate "C") order by u.email_shadowed limit 1`,
    )
    let subject = user?.subject ?? undefined
    const isUnopened = user !== undefined && subject === undefined
    if (isUnopened) {
      if (user.other_issuer !== null) {
        throw new OperatorError(
          `UPM cannot sign a token for ${email}: the account uses tokens of "${user.other_issuer}".`,
        )
      }
      if (auth.subjectClaim === 'user_id') subject = String(user.id)
      else if (!auth.linkVerifiedEmail) {
        throw new OperatorError(
          `No token can open the account of ${email} yet. Set AUTH_LINK_VERIFIED_EMAIL=on for this command and for the server.`,
        )
      }
    }
    const scope = options.scope ?? auth.requiredScopes?.join(' ')
    const token = await signToken(auth, {
      subject: subject ?? email.toLowerCase(),
      claims: {
        [nameOf(auth.emailClaim)]: email,
        // It would take the address away from somebody else. An account of an old database is opened by nothing less.
        ...(isUnopened && { [nameOf(auth.emailVerifiedClaim)]: true }),
        ...(options.role !== undefined && { [nameOf(auth.roleClaim)]: options.role }),
        ...(scope !== undefined && { [nameOf(auth.scopeClaim ?? ['scope'])]: scope }),
      },
      lifetimeSeconds: options.days * 86_400,
    })
    terminal.print(token)
  })
}

/** The name that the server looks for first. A path is one, too: a claim of that whole name comes before what it leads to. */
const nameOf = ([name = '']: ClaimNames) => name
