import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { query, queryOne, sql, type Db } from '../database/database.ts'

/** The address is the account's own, or that of the account that is asked for. */
export type Holder = { id: string; email: string; emailVerified: boolean }

/**
 * Locks the account and whoever else signs in with the address, in one order for all: of two accounts that change to each
 * other's address none waits for the other that waits for it.
 */
export async function lockWithHolder(db: Db, userId: string, email: string): Promise<Holder | undefined> {
  const rows = await query<Holder>(
    db,
    sql`select "id", "email", "emailVerified" from auth."user" where "id" = ${userId} or "email" = ${email}
      order by "id" for update`,
  )
  return rows.find(({ id }) => id === userId)
}

/** Of an account that is locked. */
export async function setEmail(db: Db, userId: string, email: string): Promise<void> {
  await query(
    db,
    sql`update auth."user" set "email" = ${email}, "emailVerified" = true, "updatedAt" = now() where "id" = ${userId}`,
  )
}

/** Of an account that is locked: nobody signs in to it until a new password is chosen. */
export async function voidPassword(db: Db, userId: string): Promise<void> {
  await query(
    db,
    sql`update auth."account" set "password" = null, "updatedAt" = now()
      where "userId" = ${userId} and "providerId" = 'credential'`,
  )
}

/** Ends all sessions of an account that is locked, and returns how many. */
export async function deleteSessions(db: Db, userId: string): Promise<number> {
  const rows = await query(db, sql`delete from auth."session" where "userId" = ${userId} returning 1`)
  return rows.length
}

export type NewChange = { userId: string; email: string; tokenHash: Buffer; seconds: number }

/** Takes the place of a change that the account has asked for before. */
export async function saveChange(db: Db, { userId, email, tokenHash, seconds }: NewChange): Promise<void> {
  await query(
    db,
    sql`insert into auth.email_changes (user_id, email, token_hash, expires_at)
      values (${userId}, ${email}, ${tokenHash}, now() + make_interval(secs => ${seconds}))
      on conflict on constraint email_changes_pkey do update set
        email = excluded.email, token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at`,
  )
}

export function findChange(
  db: Db,
  userId: string,
  tokenHash: Buffer,
): Promise<{ email: string } | undefined> {
  return queryOne(
    db,
    sql`select email from auth.email_changes
      where user_id = ${userId} and token_hash = ${tokenHash} and expires_at > now()`,
  )
}

/** Of an account that is locked: whether there was one. */
export async function deleteChange(db: Db, userId: string, tokenHash?: Buffer): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`delete from auth.email_changes where user_id = ${userId}
      ${tokenHash ? sql`and token_hash = ${tokenHash} and expires_at > now()` : sql``} returning 1`,
  )
  return row !== undefined
}

/**
 * To whom mails about the address go. A confirmed account of it, or one that it was changed from lately, has it; what
 * was never confirmed gives way to whoever confirms it. Null: to somebody who signs in elsewhere.
 */
export async function findOwnerOf(
  db: Db,
  email: string,
  userId: string,
): Promise<{ id: string | null } | undefined> {
  return queryOne(
    db,
    sql`select "id" as id from auth."user" where "email" = ${email} and "emailVerified"
      union all
      select user_id from auth.former_emails where email = ${email} and user_id <> ${userId} and expires_at > now()
      union all
      select null from upm.users u where lower(u.email collate "C") = ${email} and u.email_verified and not u.email_shadowed
        and not exists (select from upm.identities i where i.user_id = u.id and i.issuer = ${BUILT_IN_ISSUER} and i.subject = ${userId})
      limit 1`,
  )
}

/** Keeps the address for its owner. It is of an account that is locked, and nobody else can have it kept. */
export async function keepFormer(
  db: Db,
  { id, userId, email, seconds }: { id: string; userId: string; email: string; seconds: number },
): Promise<{ expires_at: string }> {
  const row = await queryOne<{ expires_at: string }>(
    db,
    sql`insert into auth.former_emails (email, user_id, id, changed_at, expires_at)
      values (${email}, ${userId}, ${id},
        greatest(clock_timestamp(), (
          select max(changed_at) + interval '1 microsecond' from auth.former_emails where user_id = ${userId})),
        now() + make_interval(secs => ${seconds}))
      on conflict on constraint former_emails_pkey do update set
        user_id = excluded.user_id, id = excluded.id, changed_at = excluded.changed_at, expires_at = excluded.expires_at
      returning expires_at`,
  )
  if (!row) throw new Error('an insert returned no row')
  return row
}

export function findFormer(
  db: Db,
  userId: string,
  id: string,
): Promise<{ email: string; changed_at: string } | undefined> {
  return queryOne(
    db,
    sql`select email, changed_at from auth.former_emails
      where user_id = ${userId} and id = ${id} and expires_at > now()`,
  )
}

/** The address of an account that was changed lately, if nobody has it. */
export function findFormerByEmail(
  db: Db,
  email: string,
): Promise<{ id: string; user_id: string; expires_at: string } | undefined> {
  return queryOne(
    db,
    sql`select id, user_id, expires_at from auth.former_emails f
      where email = ${email} and expires_at > now()
        and not exists (select from auth."user" u where u."email" = f.email)`,
  )
}

/** The account gets the address back: it is kept no longer, nor is any that came after it. */
export async function deleteFormerSince(db: Db, userId: string, changedAt: string): Promise<void> {
  await query(
    db,
    sql`delete from auth.former_emails where user_id = ${userId} and changed_at >= ${changedAt}::timestamptz`,
  )
}
