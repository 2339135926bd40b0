import { identityProblems } from './problems.ts'
import type { Activity } from '../log/activity.ts'
import { afterCommit, transaction, type Db, type Pool } from '../database/database.ts'
import { violatedConstraint } from '../database/errors.ts'
import { Problem } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import type { Documents } from '../document/documents.ts'
import type { ClaimsReader } from './claims.ts'
import { releaseUnprovenEmail } from './emails.ts'
import type { HeldTypes } from '../held-types/held-types.ts'
import type { Log } from '../logger.ts'
import type { Meters } from '../meters.ts'
import type { Roles } from '../profile-types/roles.ts'
import { createFollowing, isNews } from './follow.ts'
import { createKnownAccounts } from './known-accounts.ts'
import { unauthorized } from './tokens.ts'
import {
  findIdentity,
  findOwner,
  hasIdentity,
  hasIdentityOf,
  insertIdentity,
  insertUser,
  lockByEmail,
  lockById,
  lockSubject,
  lockUnprovenHolder,
  noteProvenEmail,
  type IdentityRow,
} from './queries.ts'
import { AccountLeaving, isLeaving } from '../accounts/account.ts'
import { holdSession } from '../accounts/session.ts'
import { isDisabled } from '../accounts/disabled.ts'
import type { Caller } from '../accounts/caller.ts'

export type Accounts = ReturnType<typeof createAccounts>

export type AccountsOptions = {
  pool: Pool
  activity: Activity
  profiles: Documents
  claims: ClaimsReader
  linkVerifiedEmail: boolean
  /** The names of all issuers whose tokens are accepted. */
  issuers: readonly string[]
  defaultTimezone: string
  defaultLanguage: string
  meters: Meters
  roles: Roles
  heldTypes: HeldTypes
  log: Log
}

type NewIdentity = {
  userId: number
  subject: string
  source: 'token' | 'user_id' | 'verified_email'
  request: RequestFacts
}

export type LinkedIdentity = {
  userId: number
  subject: string
  source: 'token' | 'verified_email'
  request: RequestFacts
}

/** What a new account begins with, where the caller says so: a known time zone, and a language of the page. */
export type NewSettings = { timezone?: string; uiLanguage?: string }

export type OpenOptions = {
  /** Of an account that is made. */
  settings?: NewSettings
  /** Whether an account that is to be deleted is opened, too. Default: it is not. */
  evenLeaving?: boolean
}

/** How often a proven e-mail is fought for. Each further time somebody else came with it at that very moment. */
const MAX_ATTEMPTS = 5

export function createAccounts(options: AccountsOptions) {
  const { pool, activity, profiles, claims, issuers: accepted } = options
  const known = createKnownAccounts()
  const following = createFollowing(options)
  /** Whose token has been looked at: each one is, the first time that it comes. */
  const heard = new WeakSet<Caller>()

  /**
   * The id of the caller's account. The first valid token of a subject makes the account, or opens that of an old
   * database where the configuration allows it, and logs `system.profile.initialized`.
   *
   * An account that is to be deleted is opened only for what its owner can still do with it. It is looked up each time: it
   * may have been restored since.
   *
   * @throws Problem `validation_failed` by claim, `role_unknown`, `email_taken`, `account_disabled`, `unauthorized`;
   *   AccountLeaving.
   */
  async function open(
    caller: Caller,
    request: RequestFacts,
    { settings = {}, evenLeaving = false }: OpenOptions = {},
  ): Promise<number> {
    const remembered = heard.has(caller) ? known.find(caller) : undefined
    if (remembered !== undefined) return remembered
    const subject = claims.subject(caller)
    const provenEmail = claims.provenEmail(caller)
    const issuedAt = claims.followedSince(caller)
    const { issuer, issuerNames: names } = caller
    const found = await findIdentity(pool, { names, subject, provenEmail, issuedAt, accepted })
    if (found?.is_disabled) throw new Problem(identityProblems.account_disabled)
    if (found?.is_leaving) {
      if (!evenLeaving) throw new AccountLeaving(found.user_id)
      return found.user_id
    }
    if (found?.proves_email && provenEmail !== undefined) {
      await noteProvenEmail(pool, found.user_id, provenEmail)
    }
    if (found?.is_later && issuedAt !== undefined) {
      const told = claims.news(caller)
      if (isNews(found, told))
        await following.follow(
          { identityId: found.identity_id, issuer, issuedAt, userId: found.user_id },
          told,
          request,
        )
    }
    const userId = found?.user_id ?? (await firstVisit(caller, subject, request, settings))
    heard.add(caller)
    known.remember(caller, userId)
    return userId
  }

  async function firstVisit(
    visitor: Caller,
    subject: string,
    request: RequestFacts,
    settings: NewSettings,
  ): Promise<number> {
    const { askUserinfo } = visitor
    const caller =
      askUserinfo && claims.lacksEmail(visitor) ? { ...visitor, userinfo: await askUserinfo() } : visitor
    const provenEmail = claims.provenEmail(caller)
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await transaction(pool, (db) => claimOrCreate(db, caller, subject, request, settings))
      } catch (error) {
        const constraint = violatedConstraint(error)
        if (constraint !== 'identities_pkey' && constraint !== 'users_email_key') throw error
        // Another first request of the same subject was faster; then its account is ours.
        const userId = await findOwner(pool, caller.issuerNames, subject)
        if (userId !== undefined) return userId
        if (constraint !== 'users_email_key') throw error
        // Whoever came in between with the same e-mail, and has not proven it, loses it the next time.
        const isOurs =
          provenEmail !== undefined && (await lockUnprovenHolder(pool, provenEmail)) !== undefined
        if (!isOurs || attempts === MAX_ATTEMPTS)
          throw new Problem(identityProblems.email_taken, { cause: error })
      }
    }
  }

  async function claimOrCreate(
    db: Db,
    caller: Caller,
    subject: string,
    request: RequestFacts,
    settings: NewSettings,
  ): Promise<number> {
    // A token that has outlived its session makes no account anew that was deleted.
    if (request.session !== undefined && !(await holdSession(db, request.session))) {
      throw unauthorized('invalid_token')
    }
    await lockSubject(db, caller.issuerNames, subject)
    for (const { source, lock } of oldAccounts(caller, subject)) {
      const userId = await lock(db)
      if (userId === undefined) continue
      // Asked after the lock: only a new statement sees what its last holder has done. An account with an identity is
      // nobody else's, and ours only if another first request of this subject held the lock.
      if (!(await hasIdentity(db, userId))) {
        if (await isDisabled(db, userId)) throw new Problem(identityProblems.account_disabled)
        if (await isLeaving(db, userId)) throw new AccountLeaving(userId)
        return initialize(db, caller, { userId, subject, source, request })
      }
      const ours = await findOwner(db, caller.issuerNames, subject)
      if (ours !== undefined) return ours
      // Nobody can open it: it is of an issuer that is not accepted any more, and known by its address.
      if (source === 'verified_email' && !(await hasIdentityOf(db, userId, accepted))) {
        if (await isDisabled(db, userId)) throw new Problem(identityProblems.account_disabled)
        if (await isLeaving(db, userId)) throw new AccountLeaving(userId)
        await link(db, caller, { userId, subject, source, request })
        return userId
      }
    }
    if (caller.issuerNames.length > 1) {
      const ours = await findOwner(db, caller.issuerNames, subject)
      if (ours !== undefined) return ours
    }
    const person = claims.person(caller)
    const { email } = person
    const emailVerified = email !== null && claims.provenEmail(caller) !== undefined
    if (emailVerified) {
      const { requestId } = request
      await releaseUnprovenEmail(db, activity, {
        email,
        provenBy: caller.issuer,
        requestId,
        count: options.meters.securityEvent,
      })
    }
    const { defaultTimezone: timezone, defaultLanguage: uiLanguage } = options
    const typeVersion = profiles.types.byName.get(person.profileType)?.version ?? 1
    const account = { ...person, typeVersion, emailVerified, timezone, uiLanguage, ...settings }
    const userId = await insertUser(db, account)
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
    const provenEmail = claims.provenEmail(caller)
    if (options.linkVerifiedEmail && provenEmail !== undefined) {
      ways.push({ source: 'verified_email', lock: (db) => lockByEmail(db, provenEmail) })
    }
    return ways
  }

  /**
   * Gives an account that is locked another identity.
   *
   * @throws the violated constraint `identities_pkey` if it is that of an account already.
   */
  async function link(
    db: Db,
    caller: Caller,
    { userId, subject, source, request }: LinkedIdentity,
  ): Promise<IdentityRow> {
    const { issuer } = caller
    const row = await insertIdentity(db, { issuer, subject, userId, issuedAt: claims.followedSince(caller) })
    const provenEmail = claims.provenEmail(caller)
    if (provenEmail !== undefined) await noteProvenEmail(db, userId, provenEmail)
    await activity.log(
      {
        user: { id: userId },
        action: 'system.identity.linked',
        metadata: { issuer, identity_id: row.id, source },
        request,
      },
      db,
    )
    afterCommit(db, () => options.meters.securityEvent('system.identity.linked'))
    return row
  }

  async function initialize(
    db: Db,
    caller: Caller,
    { userId, subject, source, request }: NewIdentity,
  ): Promise<number> {
    const { issuer } = caller
    await insertIdentity(db, { issuer, subject, userId, issuedAt: claims.followedSince(caller) })
    const provenEmail = claims.provenEmail(caller)
    if (source !== 'token' && provenEmail !== undefined) await noteProvenEmail(db, userId, provenEmail)
    const initial = await profiles.getStoredDocument(userId, db)
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
    const { role } = initial.user
    // An old database may have any role.
    const visit = {
      source,
      role: options.roles.has(role) ? role : 'other',
      profileType: initial.profile_type,
    }
    afterCommit(db, () => options.meters.firstVisit(visit))
    return userId
  }

  return { open, link, forget: known.forget }
}
