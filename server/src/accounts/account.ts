import { columns, queryOne, sql, type Db, type Sql } from '../database/database.ts'
import { Problem, problems } from '../errors.ts'
import { accountProblems } from './problems.ts'
import { guardSession, holdSession, sessionEnded } from './session.ts'

/** There is no such account, or no longer. Whoever asks for it by an address gets 404. */
export class AccountGone extends Problem {
  readonly userId: number

  constructor(userId: number) {
    super(problems.not_found)
    this.userId = userId
  }
}

/** The account is to be deleted: it is hidden, and nothing in it changes unless it is restored. */
export class AccountLeaving extends Problem {
  readonly userId: number

  constructor(userId: number) {
    super(accountProblems.account_leaving)
    this.userId = userId
  }
}

/** Goes into a `where` about the row of `users` that is called so: false if the account is to be deleted. */
export function staying(row: 'u' | 'users'): Sql {
  return sql`${columns(row, ['erase_at'])} is null`
}

export async function isLeaving(db: Db, userId: number): Promise<boolean> {
  const row = await queryOne<{ stays: boolean }>(
    db,
    sql`select ${staying('users')} as stays from upm.users where id = ${userId}`,
  )
  return row?.stays === false
}

/** The next instant. What a migration has clamped at the end of time (0008) is no time of a change, and there is none after it. */
const after = (instant: Sql) =>
  sql`nullif(${instant}, '9999-12-31T23:59:59.999999Z') + interval '1 microsecond'`

/**
 * The time of a change of the `users` row in scope, which is locked: later than that of the change before and than the
 * user's newest entry in the log, also where the clock went back.
 */
export const changeTime = sql`greatest(clock_timestamp(), ${after(sql`updated_at`)}, ${after(sql`logged_at`)})`

/** The time of a user's next entry, by the `logged_at` in scope of the row that is locked. `at`: the wanted one; null: now. */
export function entryTime(at: Sql): Sql {
  return sql`greatest(coalesce(${at}, clock_timestamp()), ${after(sql`logged_at`)})`
}

/** The time of the oldest last start of a replay that any user has: what is before it, no replay needs. Undefined: there is none. */
export async function findOldestStart(db: Db): Promise<Date | undefined> {
  const row = await queryOne<{ at: string | null }>(db, sql`select min(started_at) as at from upm.users`)
  return row?.at ? new Date(row.at) : undefined
}

/**
 * Takes the lock that patches of this user take turns at, for the rest of the transaction.
 *
 * @param session that asks for it (session.ts)
 * @throws AccountGone, AccountLeaving; Problem `session_ended`
 */
export async function lockAccount(db: Db, userId: number, session?: string): Promise<void> {
  const { alive, isAlive } = guardSession(session)
  const row = await queryOne(
    db,
    sql`with ${alive}held as materialized (
      select id from upm.users where id = ${userId} and ${staying('users')} ${isAlive} for no key update
    ) select from held`,
  )
  if (!row) await refuseMissing(db, userId, session)
}

/** Why a statement with this guard has found no account that stays. @throws Problem `session_ended`; AccountLeaving, AccountGone. */
export async function refuseMissing(db: Db, userId: number, session?: string): Promise<never> {
  if (session !== undefined && !(await holdSession(db, session))) throw sessionEnded()
  if (await isLeaving(db, userId)) throw new AccountLeaving(userId)
  throw new AccountGone(userId)
}

/** What is asked of an account to know who it is. */
export type Account = { id: number; email: string | null; role: string; profile_type: string }

/** Undefined: there is no such account, it is disabled, or it is to be deleted. */
export function findAccount(db: Db, userId: number): Promise<Account | undefined> {
  return queryOne(
    db,
    sql`select id, email, role, profile_type from upm.users where id = ${userId} and disabled_at is null and ${staying('users')}`,
  )
}

/** @throws AccountGone, AccountLeaving */
export async function requireAccount(db: Db, userId: number): Promise<void> {
  const row = await queryOne(db, sql`select from upm.users where id = ${userId} and ${staying('users')}`)
  if (!row) await refuseMissing(db, userId)
}

/** The language a user has chosen, for messages to a caller who does not say. */
export async function findLanguage(db: Db, userId: number): Promise<string | undefined> {
  const row = await queryOne<{ ui_language: string }>(
    db,
    sql`select ui_language from upm.settings where user_id = ${userId}`,
  )
  return row?.ui_language
}

/** The time zone that a user's days are counted in. Undefined: there is no such account, or it is to be deleted. */
export async function findTimeZone(db: Db, userId: number): Promise<string | undefined> {
  const row = await queryOne<{ timezone: string }>(
    db,
    sql`select s.timezone from upm.settings s join upm.users u on u.id = s.user_id where u.id = ${userId} and ${staying('u')}`,
  )
  return row?.timezone
}

export async function findUserId(db: Db, issuer: string, subject: string): Promise<number | undefined> {
  const row = await queryOne<{ user_id: number }>(
    db,
    sql`select user_id from upm.identities where issuer = ${issuer} and subject = ${subject}`,
  )
  return row?.user_id
}
