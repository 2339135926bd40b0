/** What somebody who is signed in may do only with the password of the account. */
import { holdSession } from '../accounts/session.ts'
import type { DbConnection } from '../database/connection.ts'
import { transaction, type Pool } from '../database/database.ts'
import { Problem } from '../errors.ts'
import { verifyPassword } from './passwords.ts'
import { signInProblems } from './problems.ts'
import { findCredential, isPassword, lockOwner } from './queries.ts'
import type { OwnSession } from './throttle.ts'

/**
 * Runs `work` in a transaction that holds the account and the session, if the password is right.
 *
 * @throws Problem `INVALID_PASSWORD`, `CREDENTIAL_ACCOUNT_NOT_FOUND`, `UNAUTHORIZED` (the session has just ended).
 */
export async function withPassword<T>(
  pool: Pool,
  session: OwnSession,
  password: string,
  work: (db: DbConnection) => Promise<T>,
): Promise<T> {
  const { userId } = session
  const credential = await findCredential(pool, userId)
  if (credential === undefined) throw new Problem(signInProblems.CREDENTIAL_ACCOUNT_NOT_FOUND)
  if (!(await verifyPassword(credential, password)).isRight) throw wrongPassword()
  return withSession(pool, session, async (db) => {
    // A password that was changed since it was compared does nothing any more.
    if (!(await isPassword(db, userId, credential))) throw wrongPassword()
    return work(db)
  })
}

/** The same without a password. */
export function withSession<T>(
  pool: Pool,
  { id, userId }: OwnSession,
  work: (db: DbConnection) => Promise<T>,
): Promise<T> {
  return transaction(pool, async (db) => {
    await lockOwner(db, userId)
    if (!(await holdSession(db, id))) throw new Problem(signInProblems.UNAUTHORIZED)
    return work(db)
  })
}

function wrongPassword(): Problem {
  return new Problem(signInProblems.INVALID_PASSWORD, {
    errors: [{ field: 'password', code: 'wrong_password' }],
  })
}
