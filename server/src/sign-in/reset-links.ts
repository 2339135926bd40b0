/** Links with which somebody chooses a new password, where no mail server can send them. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { DbConnection } from '../database/connection.ts'
import { query, queryOne, sql } from '../database/database.ts'

/**
 * Makes a link's token for the account with this e-mail; the links that it had are void. The token is kept as a hash, as the
 * library keeps those that it makes.
 *
 * @returns undefined where nobody signs in with this e-mail.
 */
export async function createResetToken(
  db: DbConnection,
  email: string,
  seconds: number,
): Promise<string | undefined> {
  const user = await queryOne<{ id: string }>(
    db,
    sql`select u."id" from auth."user" u where u."email" = ${email.toLowerCase()} for update`,
  )
  if (!user) return undefined
  const token = randomBytes(24).toString('base64url')
  const identifier = createHash('sha256').update(`reset-password:${token}`).digest('base64url')
  await query(db, sql`delete from auth."verification" where "value" = ${user.id}`)
  await query(
    db,
    sql`insert into auth."verification" ("id", "identifier", "value", "expiresAt", "createdAt", "updatedAt")
      values (${randomUUID()}, ${identifier}, ${user.id}, now() + make_interval(secs => ${seconds}), now(), now())`,
  )
  return token
}

/** The address of the page that takes the token. */
export function resetLink(page: string, token: string): string {
  return `${page}/reset-password?token=${token}`
}
