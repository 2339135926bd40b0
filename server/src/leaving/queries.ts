import { query, queryOne, sql, type Db } from '../database/database.ts'

/** An account as far as its deletion is concerned. `is_due`: it can no longer be restored. */
export type LeavingRow = { erase_at: string | null; is_due: boolean }

const state = sql`erase_at, erase_begun_at is not null or coalesce(erase_at <= clock_timestamp(), false) as is_due`

export function findState(db: Db, userId: number): Promise<LeavingRow | undefined> {
  return queryOne(db, sql`select ${state} from upm.users where id = ${userId}`)
}

/** Locks the account until the transaction is over, whether it is to be deleted or not. */
export function lockState(db: Db, userId: number): Promise<LeavingRow | undefined> {
  return queryOne(db, sql`select ${state} from upm.users where id = ${userId} for no key update`)
}

/** Whether this is the e-mail address of the account, without regard to case; its id, if it has no address. */
export async function isConfirmed(db: Db, userId: number, confirm: string): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`select from upm.users where id = ${userId}
      and lower(coalesce(email, id::text) collate "C") = lower(${confirm}::text collate "C")`,
  )
  return row !== undefined
}

/** Returns when the account is to be deleted. */
export async function setLeaving(db: Db, userId: number, graceDays: number): Promise<string> {
  const row = await queryOne<{ erase_at: string }>(
    db,
    sql`update upm.users set erase_at = clock_timestamp() + make_interval(hours => 24 * ${graceDays}::integer)
      where id = ${userId} returning erase_at`,
  )
  if (!row) throw new Error('a locked account is gone')
  return row.erase_at
}

/** Makes an account that is to be deleted due at once. Returns since when it is. */
export async function setDue(db: Db, userId: number): Promise<string> {
  const row = await queryOne<{ erase_at: string }>(
    db,
    sql`update upm.users set erase_at = least(erase_at, clock_timestamp()) where id = ${userId} returning erase_at`,
  )
  if (!row) throw new Error('a locked account is gone')
  return row.erase_at
}

export async function setStaying(db: Db, userId: number): Promise<void> {
  await query(db, sql`update upm.users set erase_at = null where id = ${userId}`)
}

/** The time has come, or the purge has begun already; and no operator holds the account. */
const isDue = sql`(erase_at <= clock_timestamp() or erase_begun_at is not null) and held_at is null`

/** The ids of accounts whose time has come, the oldest first. */
export async function findDue(db: Db, limit: number): Promise<number[]> {
  const rows = await query<{ id: number }>(
    db,
    sql`select id from upm.users where erase_at is not null and ${isDue} order by erase_at, id limit ${limit}::integer`,
  )
  return rows.map(({ id }) => id)
}

/** Whether an account may be purged at this moment. */
export async function mayPurge(db: Db, userId: number): Promise<boolean> {
  const row = await queryOne(db, sql`select from upm.users where id = ${userId} and ${isDue}`)
  return row !== undefined
}

/** Locks an account whose time has come, so that it can be deleted. False: it has not come, or there is no such account. */
export async function lockDue(db: Db, userId: number): Promise<boolean> {
  const row = await queryOne(db, sql`select from upm.users where id = ${userId} and ${isDue} for update`)
  return row !== undefined
}

export async function markBegun(db: Db, userId: number): Promise<void> {
  await query(
    db,
    sql`update upm.users set erase_begun_at = coalesce(erase_begun_at, clock_timestamp()) where id = ${userId}`,
  )
}

/** With it go all rows that belong to it. False: it is gone already. */
export async function deleteAccount(db: Db, userId: number): Promise<boolean> {
  const row = await queryOne(db, sql`delete from upm.users where id = ${userId} returning id`)
  return row !== undefined
}
