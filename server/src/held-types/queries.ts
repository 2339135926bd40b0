import { changeTime } from '../accounts/account.ts'
import { budgetColumns, spend, spentColumns, type ChangeLimits, type Exhausted } from '../accounts/budget.ts'
import { query, queryOne, sql, type Db } from '../database/database.ts'
import type { ProfileType } from '../profile-types/profile-type.ts'

export async function insertProfile(db: Db, userId: number, { name, version }: ProfileType): Promise<void> {
  await query(
    db,
    sql`insert into upm.profiles (user_id, profile_type, type_version) values (${userId}, ${name}, ${version})`,
  )
}

export async function holdsProfile(db: Db, userId: number, profileType: string): Promise<boolean> {
  const row = await queryOne(
    db,
    sql`select from upm.profiles where user_id = ${userId} and profile_type = ${profileType}`,
  )
  return row !== undefined
}

export async function deleteProfile(db: Db, userId: number, profileType: string): Promise<void> {
  await query(db, sql`delete from upm.profiles where user_id = ${userId} and profile_type = ${profileType}`)
}

export type StampOptions = { activeType: string; limits: ChangeLimits }

/**
 * Gives the document of a locked account its next version, and takes the change from the account's budget.
 *
 * @returns the time of the change; `at` is null, and nothing was written, where the budget is exhausted.
 */
export function stampChange(
  db: Db,
  userId: number,
  { activeType, limits }: StampOptions,
): Promise<(Exhausted & { at: string | null }) | undefined> {
  return queryOne(
    db,
    sql`with b as materialized (
        select ${budgetColumns('u')}, clock_timestamp() as now from upm.users u where u.id = ${userId}
      ), budget as materialized (
        select ${budgetColumns('budget')}, budget."limit", budget.seconds from b cross join lateral (${spend(limits)}) budget
      ), changed as (
        update upm.users u set version = u.version + 1, updated_at = ${changeTime}, profile_type = ${activeType}, ${spentColumns}
        from budget where u.id = ${userId} and budget."limit" is null
        returning u.updated_at as at
      )
      select budget."limit", budget.seconds, changed.at from budget left join changed on true`,
  )
}
