import type { Activity } from '../activity/activity.ts'
import { transaction, violatedConstraint, type Db, type Pool } from '../database/database.ts'
import { Problem } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import type { Profiles } from '../profiles/profiles.ts'
import type { ClaimsReader } from './claims.ts'
import { findUserId, hasIdentity, insertIdentity, insertUser, lockByEmail, lockById } from './queries.ts'
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
  linkVerifiedEmail: boolean
  defaultTimezone: string
  defaultLanguage: string
}

type NewIdentity = {
  userId: number
  subject: string
  source: 'token' | 'user_id' | 'verified_email'
  request: RequestFacts
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

  async function claimOrCreate(
    db: Db,
    caller: Caller,
    subject: string,
    request: RequestFacts,
  ): Promise<number> {
    for (const { source, lock } of oldAccounts(caller, subject)) {
      const userId = await lock(db)
      if (userId === undefined) continue
      // Asked after the lock: only a new statement sees what its last holder has done. An account with an identity is
      // nobody else's, and ours only if another first request of this subject held the lock.
      if (!(await hasIdentity(db, userId)))
        return initialize(db, caller, { userId, subject, source, request })
      const ours = await findUserId(db, caller.issuer, subject)
      if (ours !== undefined) return ours
    }
    const { defaultTimezone: timezone, defaultLanguage: uiLanguage } = options
    const userId = await insertUser(db, { ...claims.person(caller), timezone, uiLanguage })
    return initialize(db, caller, { userId, subject, source: 'token', request })
  }

  /** The ways to an account of an old database that the configuration allows, the surer one first. */
  function oldAccounts(caller: Caller, subject: string) {
    const ways: { source: 'user_id' | 'verified_email'; lock: (db: Db) => Promise<number | undefined> }[] = []
    // An id beyond 2^53 would be rounded to that of somebody else.
    const isUserId = caller.subjectClaim === 'user_id'
    if (isUserId && /^[1-9]\d{0,15}$/.test(subject) && Number.isSafeInteger(Number(subject))) {
      ways.push({ source: 'user_id', lock: (db) => lockById(db, Number(subject)) })
    }
    if (options.linkVerifiedEmail && caller.claims['email_verified'] === true) {
      ways.push({ source: 'verified_email', lock: (db) => lockByEmail(db, claims.person(caller).email) })
    }
    return ways
  }

  async function initialize(
    db: Db,
    caller: Caller,
    { userId, subject, source, request }: NewIdentity,
  ): Promise<number> {
    await insertIdentity(db, caller.issuer, subject, userId)
    const initial = await profiles.getDocument(userId, db)
    // A new document and its entry are of one instant. An old document is opened today, whenever it was changed last.
    const at = source === 'token' ? { at: initial.updated_at } : {}
    await activity.log(
      {
        user: { id: userId },
        action: 'system.profile.initialized',
        metadata: { initial, source },
        request,
        ...at,
      },
      db,
    )
    return userId
  }

  return { open }
}
