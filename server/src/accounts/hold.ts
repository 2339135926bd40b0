/** Legal hold: an account that an operator must keep for a reason, such as a dispute. It is not deleted, and its log does not grow old. */
import { queryOne, sql, type Db } from '../database/database.ts'
import { Problem } from '../errors.ts'
import { accountProblems } from './problems.ts'

/** @throws Problem `legal_hold`. The account is locked. */
export async function refuseHeld(db: Db, userId: number): Promise<void> {
  const row = await queryOne(db, sql`select from upm.users where id = ${userId} and held_at is not null`)
  if (row) throw new Problem(accountProblems.legal_hold)
}

/** @returns since when it is held; undefined: there is no such account */
export function holdAccount(db: Db, userId: number, reason: string): Promise<{ since: string } | undefined> {
  return queryOne(
    db,
    sql`update upm.users set held_at = coalesce(held_at, now()), hold_reason = ${reason} where id = ${userId}
      returning held_at as since`,
  )
}

/** @returns the reason, null if it was not held; undefined: there is no such account */
export function releaseAccount(db: Db, userId: number): Promise<{ reason: string | null } | undefined> {
  return queryOne(
    db,
    sql`with held as materialized (
      select id, hold_reason as reason from upm.users where id = ${userId} for no key update
    ), released as (
      update upm.users u set held_at = null, hold_reason = null from held where u.id = held.id and held.reason is not null
    )
    select reason from held`,
  )
}
