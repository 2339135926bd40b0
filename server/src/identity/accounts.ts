import type { Activity } from '../activity/activity.ts'
import { transaction, violatedConstraint, type Db, type Pool } from '../database/database.ts'
import { Problem } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import type { Profiles } from '../profiles/profiles.ts'
import type { ClaimsReader } from './claims.ts'
import { findUserId, insertIdentity, insertUser, lockUnclaimedByEmail, lockUnclaimedById } from './queries.ts'
import type { Caller } from './tokens.ts'

export type Accounts = {
  /**
   * The id of the caller's account. The first valid token of a subject makes the account, or opens that of an old
   * database where the configuration allows it, and logs `system.profile.initialized`.
   *
   * @throws Problem `validation_failed` by claim, `role_unknown`, `email_taken`.
   */
  open: (caller: Caller, request: RequestFacts) => Promise<number>
}

export type AccountsOptions = {
  pool: Pool
  activity: Activity
  profiles: Profiles
  claims: ClaimsReader
  /** Whether subjects are ids of users of an old database (`AUTH_SUBJECT_CLAIM=user_id`). */
  subjectIsUserId: boolean
  linkVerifiedEmail: boolean
  defaultTimezone: string
  defaultLanguage: string
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { pool, activity, profiles, claims } = options

  async function open(caller: Caller, request: RequestFacts): Promise<number> {
    if (caller.userId !== undefined) return caller.userId
    const subject = claims.subject(caller)
    const userId =
      (await findUserId(pool, caller.issuer, subject)) ?? (await firstVisit(caller, subject, request))
    // The verified token remembers its account: the next request saves the look-up.
    caller.userId = userId
    return userId
  }

  async function firstVisit(caller: Caller, subject: string, request: RequestFacts): Promise<number> {
    try {
      return await transaction(pool, (db) => claimOrCreate(db, caller, subject, request))
    } catch (error) {
      const constraint = violatedConstraint(error)
      if (constraint !== 'identities_pkey' && constraint !== 'users_email_key') throw error
      // Another first request of the same subject was faster; then its account is ours.
      const userId = await findUserId(pool, caller.issuer, subject)
      if (userId !== undefined) return userId
      if (constraint === 'users_email_key') throw new Problem('email_taken', { cause: error })
      throw error
    }
  }

  async function claimOrCreate(db: Db, caller: Caller, subject: string, request: RequestFacts): Promise<number> {
    const old = await findOldAccount(db, caller, subject)
    const userId = old?.userId ?? (await create(db, caller))
    await insertIdentity(db, caller.issuer, subject, userId)
    const initial = await profiles.getDocument(userId, db)
    await activity.log(
      {
        user: { id: userId },
        action: 'system.profile.initialized',
        metadata: { initial, source: old?.source ?? 'token' },
        request,
        at: initial.updated_at,
      },
      db,
    )
    return userId
  }

  /** An account without any identity yet, which only an old database has. */
  async function findOldAccount(db: Db, caller: Caller, subject: string) {
    if (options.subjectIsUserId && /^[1-9]\d{0,15}$/.test(subject)) {
      const userId = await lockUnclaimedById(db, Number(subject))
      if (userId !== undefined) return { userId, source: 'user_id' as const }
    }
    if (options.linkVerifiedEmail && caller.claims['email_verified'] === true) {
      const userId = await lockUnclaimedByEmail(db, claims.person(caller).email)
      if (userId !== undefined) return { userId, source: 'verified_email' as const }
    }
    return undefined
  }

  async function create(db: Db, caller: Caller): Promise<number> {
    const person = claims.person(caller)
    return insertUser(db, { ...person, timezone: options.defaultTimezone, uiLanguage: options.defaultLanguage })
  }

  return { open }
}
