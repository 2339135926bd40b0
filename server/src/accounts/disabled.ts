/** Accounts that may not be used. They keep all that they have. */
import { queryOne, sql, type Db } from '../database/database.ts'

export async function isDisabled(db: Db, userId: number): Promise<boolean> {
  const row = await queryOne(db, sql`select from upm.users where id = ${userId} and disabled_at is not null`)
  return row !== undefined
}

/** Returns whether the account was as wanted already; undefined: there is no such account. */
export async function setDisabled(
  db: Db,
  userId: number,
  disabled: boolean,
): Promise<{ unchanged: boolean } | undefined> {
  return queryOne(
    db,
    sql`with held as materialized (
      select id, (disabled_at is not null) = ${disabled}::boolean as unchanged from upm.users where id = ${userId} for no key update
    ), changed as (
      update upm.users u set disabled_at = case when ${disabled}::boolean then now() end from held
      where u.id = held.id and not held.unchanged
    )
    select unchanged from held`,
  )
}
