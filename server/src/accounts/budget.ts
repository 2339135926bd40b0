/**
 * How many changes of a document an account may make: an hour begins with the first change after the last one was over,
 * and so does a day. They are counted on the user's row, in the statement that makes the change, and so exactly, in
 * however many processes.
 */
import { rateLimited } from '../errors.ts'
import { refuseMissing, staying } from './account.ts'
import { columns, queryOne, raw, sql, type Db, type Sql } from '../database/database.ts'
import { guardSession } from './session.ts'

/** 0: any number. */
export type ChangeLimits = Readonly<{ perHour: number; perDay: number }>

const names = ['changes_hour', 'changes_in_hour', 'changes_day', 'changes_in_day']

/** Columns of `users` that the statements below need, of the row that is called so. */
export function budgetColumns(row: string): Sql {
  return columns(row, names)
}

/**
 * What one more change of the locked row `b` at its `now` comes to: the columns as they are after it, how long (in
 * seconds) nothing is left otherwise, and of which limit.
 */
export function spend({ perHour, perDay }: ChangeLimits): Sql {
  const begun = (at: Sql, length: Sql) => sql`coalesce(${at} > b.now - ${length} and ${at} <= b.now, false)`
  const hour = begun(sql`b.changes_hour`, sql`interval '1 hour'`)
  const day = begun(sql`b.changes_day`, sql`interval '1 day'`)
  return sql`select ${columns('spent', names)},
      case when spent.day_left is not null then ${perDay}::integer
        when spent.hour_left is not null then ${perHour}::integer end as "limit",
      greatest(1, ceil(extract(epoch from coalesce(spent.day_left, spent.hour_left))))::integer as seconds
    from (select
      case when ${hour} then b.changes_hour else b.now end as changes_hour,
      case when ${hour} then b.changes_in_hour else 0 end + 1 as changes_in_hour,
      case when ${day} then b.changes_day else b.now end as changes_day,
      case when ${day} then b.changes_in_day else 0 end + 1 as changes_in_day,
      case when ${hour} and ${perHour}::integer > 0 and b.changes_in_hour >= ${perHour}::integer
        then b.changes_hour + interval '1 hour' - b.now end as hour_left,
      case when ${day} and ${perDay}::integer > 0 and b.changes_in_day >= ${perDay}::integer
        then b.changes_day + interval '1 day' - b.now end as day_left
    ) spent`
}

/** The columns after a change, out of what `spend` gave as `budget`. */
export const spentColumns: Sql = raw(names.map((name) => `${name} = budget.${name}`).join(', '))

/** What is left of the budget: both are null while there is some. */
export type Exhausted = { limit: number | null; seconds: number | null }

export function refuseExhausted({ limit, seconds }: Exhausted): void {
  if (limit === null) return
  throw rateLimited(limit, seconds ?? 1)
}

/**
 * Refuses an account that has made too many changes or is to be deleted, and a session that has ended, before any work is
 * done for it.
 *
 * @throws Problem `rate_limited`, `session_ended`; AccountGone, AccountLeaving.
 */
export async function checkBudget(
  db: Db,
  userId: number,
  limits: ChangeLimits,
  session?: string,
): Promise<void> {
  const { alive, isAlive } = guardSession(session)
  const row = await queryOne<Exhausted>(
    db,
    sql`with ${alive}account as materialized (
        select ${budgetColumns('u')}, clock_timestamp() as now from upm.users u
        where u.id = ${userId} and ${staying('u')} ${isAlive}
      ) select budget."limit", budget.seconds from account b cross join lateral (${spend(limits)}) budget`,
  )
  if (!row) return refuseMissing(db, userId, session)
  refuseExhausted(row)
}
