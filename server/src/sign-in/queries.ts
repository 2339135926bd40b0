import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { query, queryOne, sql, type Db } from '../database/database.ts'
import type { StoredUser } from './person.ts'

export async function findUser(db: Db, id: string): Promise<StoredUser | undefined> {
  return queryOne<StoredUser>(
    db,
    sql`select "id", "email", "emailVerified", "name", "role" from auth."user" where "id" = ${id}`,
  )
}

/** Whoever signs in to this account of UPM. */
export async function findUserOf(db: Db, account: number): Promise<StoredUser | undefined> {
  return queryOne<StoredUser>(
    db,
    sql`select u."id", u."email", u."emailVerified", u."name", u."role" from upm.identities i join auth."user" u on u."id" = i.subject
      where i.user_id = ${account} and i.issuer = ${BUILT_IN_ISSUER} order by i.created_at limit 1`,
  )
}

export async function findUserByEmail(db: Db, email: string): Promise<{ id: string } | undefined> {
  return queryOne<{ id: string }>(db, sql`select "id" from auth."user" where "email" = ${email}`)
}

/** The id at the sign-in of whoever has this account. */
export async function findSubject(db: Db, issuer: string, userId: number): Promise<string | undefined> {
  const row = await queryOne<{ subject: string }>(
    db,
    sql`select subject from upm.identities where issuer = ${issuer} and user_id = ${userId} order by created_at limit 1`,
  )
  return row?.subject
}

/** Whether the feed of the account has a sign-in that failed within the last hour. */
export async function hasFailedLately(db: Db, account: number): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`select 1 from upm.activity_log
      where user_id = ${account} and action = 'system.login.failed' and timestamp > now() - interval '1 hour'
      limit 1`,
  )
  return row !== undefined
}

/** Nobody else changes the account of this e-mail until the transaction is over. */
export async function lockUser(db: Db, email: string): Promise<void> {
  await query(db, sql`select 1 from auth."user" where "email" = ${email} for update`)
}

/**
 * Passwords, sessions and links of an account are written one request after another: each of these takes the account's
 * row first, so that none of them waits for another that waits for it.
 */
export async function lockOwner(db: Db, userId: string): Promise<void> {
  await query(db, sql`select 1 from auth."user" where "id" = ${userId} for no key update`)
}

/** The same, of whoever has this account of the library (a way of signing in). Returns the owner's id. */
export async function lockOwnerOfAccount(db: Db, id: string): Promise<string | undefined> {
  const row = await queryOne<{ id: string }>(
    db,
    sql`select "id" from auth."user"
      where "id" = (select "userId" from auth."account" where "id" = ${id}) for no key update`,
  )
  return row?.id
}

/** The same, of whom this link was sent to. */
export async function lockOwnerOfLink(db: Db, id: string): Promise<void> {
  await query(
    db,
    sql`select 1 from auth."user"
      where "id" = (select "value" from auth."verification" where "id" = ${id}) for no key update`,
  )
}

/** The account's password as it is kept; undefined where it has none. */
export async function findCredential(db: Db, userId: string): Promise<string | undefined> {
  const row = await queryOne<{ password: string | null }>(
    db,
    sql`select "password" from auth."account" where "userId" = ${userId} and "providerId" = 'credential'`,
  )
  return row?.password ?? undefined
}

/** Whether this is still the hash of the account's password. */
export async function isPassword(db: Db, userId: string, hash: string): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`select 1 from auth."account"
      where "userId" = ${userId} and "providerId" = 'credential' and "password" = ${hash}`,
  )
  return row !== undefined
}

/** Keeps another hash of the password that the account has. */
export async function renewPassword(db: Db, userId: string, hash: string): Promise<void> {
  await query(
    db,
    sql`update auth."account" set "password" = ${hash}
      where "userId" = ${userId} and "providerId" = 'credential'`,
  )
}

/** Ends all links that were sent to the account, a change of its e-mail that it has asked for, and its trust in browsers. */
export async function deleteLinks(db: Db, userId: string): Promise<void> {
  await query(
    db,
    sql`with changes as (delete from auth.email_changes where user_id = ${userId}), browsers as (
        update auth.known_places set trusted_until = null where user_id = ${userId} and trusted_until is not null
      )
      delete from auth."verification" where "value" = ${userId}`,
  )
}

export async function deleteSession(db: Db, id: string): Promise<void> {
  await query(db, sql`delete from auth."session" where "id" = ${id}`)
}

export async function confirmEmail(db: Db, id: string): Promise<void> {
  await query(db, sql`update auth."user" set "emailVerified" = true, "updatedAt" = now() where "id" = ${id}`)
}

/** Deletes the account of this e-mail, if it was never confirmed and no profile has come of it. */
export async function deleteUnconfirmed(db: Db, email: string): Promise<void> {
  await query(
    db,
    sql`delete from auth."user" u where "email" = ${email} and not "emailVerified"
      and not exists (select 1 from upm.identities where issuer = ${BUILT_IN_ISSUER} and subject = u."id")`,
  )
}

/**
 * Notes what the account is signed in from, and says whether that is new to it, and whether it is the first device of all.
 */
export async function noteDevice(
  db: Db,
  userId: string,
  device: Buffer,
): Promise<{ isNew: boolean; isFirst: boolean }> {
  const row = await queryOne<{ is_new: boolean; is_first: boolean }>(
    db,
    // Of a row that was there already, xmax is who has just locked it. The other devices are those before the statement.
    sql`insert into auth.devices (user_id, device) values (${userId}, ${device})
      on conflict on constraint devices_pkey do update set seen_at = now()
      returning xmax = 0 as is_new,
        not exists (select from auth.devices d where d.user_id = ${userId}) as is_first`,
  )
  if (!row) throw new Error('an insert returned no row')
  return { isNew: row.is_new, isFirst: row.is_first }
}

export type KeyRow = { id: string; publicKey: string; alg: string | null }

/** The keys whose tokens may still be valid: those that sign, and those that did `graceSeconds` ago. */
export function listKeys(db: Db, graceSeconds: number): Promise<KeyRow[]> {
  return query<KeyRow>(
    db,
    sql`select "id", "publicKey", "alg" from auth."jwks"
      where "expiresAt" is null or "expiresAt" > now() - make_interval(secs => ${graceSeconds})`,
  )
}

/** A browser, or an address, that was not used for so long is not the owner's any more. */
export const PLACE_DAYS = 400

/** Deletes sessions, links, counts and places that are over, and returns how many. */
export async function deleteExpired(db: Db): Promise<number> {
  const row = await queryOne<{ count: number }>(
    db,
    sql`with sessions as (delete from auth."session" where "expiresAt" < now() returning 1),
        links as (delete from auth."verification" where "expiresAt" < now() returning 1),
        invitations as (delete from auth.invitations where expires_at < now() returning 1),
        changes as (delete from auth.email_changes where expires_at < now() returning 1),
        setups as (
          delete from auth.two_factor where verified_at is null and created_at < now() - interval '1 day' returning 1
        ),
        challenges as (delete from auth.used_challenges where expires_at < now() returning 1),
        former as (delete from auth.former_emails where expires_at < now() returning 1),
        counts as (delete from auth.attempts where ends_at < now() returning 1),
        places as (
          delete from auth.known_places where seen_at < now() - make_interval(days => ${PLACE_DAYS}) returning 1
        )
      select (select count(*) from sessions) + (select count(*) from links) + (select count(*) from counts)
        + (select count(*) from places) as count`,
  )
  return row?.count ?? 0
}
