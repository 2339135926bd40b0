import { BUILT_IN_ISSUER } from '../config.ts'
import { query, queryOne, sql, type Db } from '../database/database.ts'
import type { StoredUser } from './options.ts'

export async function findUser(db: Db, id: string): Promise<StoredUser | undefined> {
  return queryOne<StoredUser>(
    db,
    sql`select "id", "email", "emailVerified", "name", "role" from auth."user" where "id" = ${id}`,
  )
}

/** Nobody else changes the account of this e-mail until the transaction is over. */
export async function lockUser(db: Db, email: string): Promise<void> {
  await query(db, sql`select 1 from auth."user" where "email" = ${email} for update`)
}

export async function confirmEmail(db: Db, id: string): Promise<void> {
  await query(db, sql`update auth."user" set "emailVerified" = true, "updatedAt" = now() where "id" = ${id}`)
}

/** Deletes the account of this e-mail, if it was never confirmed and no profile has come of it. */
export async function deleteUnconfirmed(db: Db, email: string): Promise<void> {
  await query(
    db,
    sql`delete from auth."user" u where "email" = ${email} and not "emailVerified"
      and not exists (select 1 from identities where issuer = ${BUILT_IN_ISSUER} and subject = u."id")`,
  )
}

/** Notes what the account is signed in from, and says whether it is new to it. */
export async function noteDevice(db: Db, userId: string, device: Buffer): Promise<boolean> {
  const row = await queryOne<{ is_new: boolean }>(
    db,
    // Of a row that was there already, xmax is who has just locked it.
    sql`insert into auth.devices (user_id, device) values (${userId}, ${device})
      on conflict on constraint devices_pkey do update set seen_at = now()
      returning xmax = 0 as is_new`,
  )
  return row?.is_new ?? false
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

export type Attempts = { count: number; seconds: number }

/** Counts one more attempt and says how many there were, and in how many seconds the count ends. */
export async function countAttempt(db: Db, key: string, windowSeconds: number): Promise<Attempts> {
  const row = await queryOne<Attempts>(
    db,
    sql`insert into auth.attempts as a (key, count, ends_at)
      values (${key}, 1, now() + make_interval(secs => ${windowSeconds}))
      on conflict on constraint attempts_pkey do update set
        count = case when a.ends_at <= now() then 1 else a.count + 1 end,
        ends_at = case when a.ends_at <= now() then excluded.ends_at else a.ends_at end
      returning count, ceil(extract(epoch from ends_at - now()))::integer as seconds`,
  )
  if (!row) throw new Error('an insert returned no row')
  return row
}

export async function forgetAttempts(db: Db, keys: readonly string[]): Promise<void> {
  await query(db, sql`delete from auth.attempts where key = any(${keys})`)
}

/** Deletes sessions, links and counts that are over, and returns how many. */
export async function deleteExpired(db: Db): Promise<number> {
  const row = await queryOne<{ count: number }>(
    db,
    sql`with sessions as (delete from auth."session" where "expiresAt" < now() returning 1),
        links as (delete from auth."verification" where "expiresAt" < now() returning 1),
        counts as (delete from auth.attempts where ends_at < now() returning 1)
      select (select count(*) from sessions) + (select count(*) from links) + (select count(*) from counts) as count`,
  )
  return row?.count ?? 0
}
