/** The end of all sessions that an account has at the bundled sign-in. */
import { holdSession, sessionEnded } from '../accounts/session.ts'
import type { Db } from '../database/database.ts'
import { deleteSessions, lockSignIn } from './queries.ts'

/**
 * Ends them in this transaction. The rows of the sign-in are locked before the account, as a sign-in does it, and the person
 * before the sessions, so that two requests for it wait for each other and never in a circle.
 *
 * @param asking the session that asks for it. Undefined: none of them does.
 * @throws Problem `session_ended` if that one has ended.
 */
export async function endAllSessions(db: Db, userId: number, asking?: string): Promise<void> {
  await lockSignIn(db, userId)
  if (asking !== undefined && !(await holdSession(db, asking))) throw sessionEnded()
  await deleteSessions(db, userId)
}
