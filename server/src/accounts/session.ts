/**
 * Writes of an ended session are refused. An access token of the bundled sign-in is valid for minutes and outlives its
 * session; it names the session (`sid`, as in OpenID Connect Front-Channel Logout), and whatever is written with it looks for
 * the session's row in the statement that it runs anyway (docs/decisions/0009).
 */
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { queryOne, sql, type Db, type Sql } from '../database/database.ts'
import { Problem } from '../errors.ts'
import type { Caller } from './caller.ts'
import { accountProblems } from './problems.ts'

/** The id of the session that a caller's token was made from. Undefined: another issuer's token has none that we know of. */
export function sessionOf({ issuer, claims }: Caller): string | undefined {
  const { sid } = claims
  return issuer === BUILT_IN_ISSUER && typeof sid === 'string' ? sid : undefined
}

export type SessionGuard = {
  /** Goes before the expressions of a statement: the session's row as `alive`, locked until the end of the transaction. */
  alive: Sql
  /** Goes into a `where`: false when the session has ended. */
  isAlive: Sql
}

/**
 * For a statement that writes. The end of a session deletes its row, and so waits for writes that have begun; a write that
 * begins later, or finds the row being deleted, waits for that and writes nothing. The session is locked before the
 * account, as whoever ends it does both in this order.
 */
export function guardSession(session: string | undefined): SessionGuard {
  if (session === undefined) return { alive: sql``, isAlive: sql`` }
  return {
    alive: sql`alive as materialized (${lockedRow(session)}), `,
    isAlive: sql`and exists (select from alive)`,
  }
}

/** Takes the same lock by itself. False: the session has ended. */
export async function holdSession(db: Db, session: string): Promise<boolean> {
  return (await queryOne(db, lockedRow(session))) !== undefined
}

function lockedRow(session: string): Sql {
  return sql`select from auth."session" where "id" = ${session} and "expiresAt" > now() for key share`
}

/** 401, so that clients do what they do with a token that is no longer taken: they ask the session for another one. */
export function sessionEnded(): Problem {
  return new Problem(accountProblems.session_ended, {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}
