/** An operator refuses an account, or takes that back. */
import { setDisabled } from '../accounts/disabled.ts'
import { transaction, type Pool } from '../database/database.ts'
import { endAllSessions } from './ending.ts'

/** Ends the sessions of an account and refuses its tokens from now on. Undefined: there is no such account. */
export function disableAccount(pool: Pool, userId: number): Promise<{ unchanged: boolean } | undefined> {
  return transaction(pool, async (db) => {
    await endAllSessions(db, userId)
    return setDisabled(db, userId, true)
  })
}

/** Undefined: there is no such account. */
export function enableAccount(pool: Pool, userId: number): Promise<{ unchanged: boolean } | undefined> {
  return setDisabled(pool, userId, false)
}
