import { queryOne, sql } from '../database/database.ts'
import { LOCAL_ISSUER } from '../identity/tokens.ts'
import { signToken } from '../identity/sign-token.ts'
import { OperatorError } from '../operator-error.ts'
import { withDatabase, type Terminal } from './context.ts'

export type TokenOptions = { role?: string; days: number; scope?: string }

/** Prints a token: for a known user that user's, else one whose first use makes the user. */
export async function printToken(terminal: Terminal, email: string, options: TokenOptions): Promise<void> {
  await withDatabase(terminal, async ({ config, pool }) => {
    const { auth } = config
    if (auth.jwtSecret === undefined) {
      throw new OperatorError('Tokens come from the issuer at AUTH_JWKS_URL: only it can sign one.')
    }
    const user = await queryOne<{ id: number; subject: string | null }>(
      pool,
      sql`select u.id, (select i.subject from identities i where i.user_id = u.id
          and i.issuer = ${auth.issuer ?? LOCAL_ISSUER} order by i.created_at limit 1) as subject
        from users u where lower(u.email) = lower(${email}) order by u.email_shadowed limit 1`,
    )
    let subject = user?.subject ?? undefined
    if (user && subject === undefined) {
      if (auth.subjectClaim === 'user_id') subject = String(user.id)
      else if (!auth.linkVerifiedEmail) {
        throw new OperatorError(
          `${email} is an account without a way in. Set AUTH_LINK_VERIFIED_EMAIL=on (for the server too) to let a token open it.`,
        )
      }
    }
    const token = await signToken(auth, {
      subject: subject ?? email.toLowerCase(),
      claims: {
        email,
        email_verified: true,
        ...(options.role !== undefined && { role: options.role }),
        ...(options.scope !== undefined && { scope: options.scope }),
      },
      lifetimeSeconds: options.days * 86_400,
    })
    terminal.print(token)
  })
}
