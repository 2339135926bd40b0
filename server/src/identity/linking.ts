/** The identities of an account: by the token of each, its person opens it. There is always one that can be used. */
import { Type } from 'typebox'
import { AccountGone, lockAccount, requireAccount } from '../accounts/account.ts'
import type { Caller } from '../accounts/caller.ts'
import { holdSession, sessionEnded, sessionOf } from '../accounts/session.ts'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { afterCommit, transaction, type Db, type Pool } from '../database/database.ts'
import { violatedConstraint } from '../database/errors.ts'
import { problems, Problem, validationFailed } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import type { Validator } from '../http/validation.ts'
import type { Activity } from '../log/activity.ts'
import type { Meters } from '../meters.ts'
import type { Accounts } from './accounts.ts'
import type { ClaimsReader } from './claims.ts'
import { identityProblems } from './problems.ts'
import {
  deleteIdentity,
  deleteSignIn,
  findOwner,
  listIdentities,
  lockSubject,
  type IdentityRow,
} from './queries.ts'
import { requireRecent } from './recent-sign-in.ts'

/** More than anybody has; so an account cannot be filled up. */
const MOST = 20

export const linkBody = Type.Object(
  {
    token: Type.String({
      minLength: 1,
      maxLength: 16_384,
      description: 'An access token of the other identity, as its issuer gives it.',
    }),
  },
  { additionalProperties: false, examples: [{ token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.MEUC' }] },
)

export type Linking = ReturnType<typeof createLinking>

export type LinkingOptions = {
  pool: Pool
  activity: Activity
  accounts: Accounts
  claims: ClaimsReader
  validator: Validator
  meters: Meters
  /** Whom a user's access token speaks for. @throws Problem `unauthorized`, `forbidden`, `unavailable`. */
  verifyUser: (token: string) => Promise<Caller>
}

/** Who asks, and for which account. */
export type Asking = { userId: number; caller: Caller; request: RequestFacts }

export function createLinking(options: LinkingOptions) {
  const { pool, activity, accounts, claims, meters, verifyUser } = options
  const read = options.validator.reader(linkBody)

  /** The oldest first. @throws AccountGone, AccountLeaving */
  async function list(userId: number): Promise<IdentityRow[]> {
    await requireAccount(pool, userId)
    return listIdentities(pool, userId)
  }

  /**
   * Has the account opened by the subject of a second token, too. `isNew` is false if it was already.
   *
   * @param body `{ token }`, as it was sent
   * @throws Problem `reauthentication_required`; `validation_failed` at `token` if it is no token that opens accounts;
   *   `identity_taken`, `identity_limit`, `unavailable`, `session_ended`; AccountGone. Nothing is changed then.
   */
  async function link(asking: Asking, body: unknown): Promise<{ identity: IdentityRow; isNew: boolean }> {
    requireRecent(asking.caller, Date.now())
    const { valid, errors } = read(body)
    if (!valid) throw validationFailed(errors)
    const second = await verifySecond(valid.token)
    const { issuer, issuerNames, subject } = second
    try {
      return await transaction(pool, async (db) => {
        const session = sessionOf(second)
        if (session !== undefined && !(await holdSession(db, session))) throw notAToken()
        await lockSubject(db, issuerNames, subject)
        const held = await lockOwn(db, asking)
        const known = held.find((row) => isOf(row, second))
        if (known) return { identity: known, isNew: false }
        // Another name of its issuer may have it; of this name, the key of identities knows.
        if ((await findOwner(db, issuerNames, subject)) !== undefined) throw taken()
        const isSecondSignIn = issuer === BUILT_IN_ISSUER && held.some((row) => row.issuer === issuer)
        if (held.length >= MOST || isSecondSignIn)
          throw new Problem(identityProblems.identity_limit, { params: { max: MOST } })
        const { userId, request } = asking
        const identity = await accounts.link(db, second, { userId, subject, source: 'token', request })
        return { identity, isNew: true }
      })
    } catch (error) {
      // Somebody else came with it at this very moment.
      if (violatedConstraint(error) !== 'identities_pkey') throw error
      throw taken(error)
    }
  }

  /**
   * The account is no longer opened by this identity. One of the bundled sign-in loses its password and its sessions.
   *
   * @throws Problem `reauthentication_required`; `not_found` if the account has no such identity; `last_identity`;
   *   `identity_in_use` if it is that of the caller's token; `session_ended`; AccountGone. Nothing is changed then.
   */
  async function unlink(asking: Asking, id: number): Promise<void> {
    const { userId, caller, request } = asking
    requireRecent(caller, Date.now())
    await transaction(pool, async (db) => {
      // The rows of the sign-in first, as a sign-in takes them: nobody waits for another who waits for them.
      if (request.session !== undefined && !(await holdSession(db, request.session))) throw sessionEnded()
      const target = (await listIdentities(db, userId)).find((row) => row.id === id)
      const isInUse = target !== undefined && isOf(target, caller)
      if (target?.issuer === BUILT_IN_ISSUER && !isInUse) await deleteSignIn(db, target.subject)
      const held = await lockOwn(db, asking, id)
      const row = held.find((one) => one.id === id)
      if (!row) throw new Problem(problems.not_found)
      if (held.length === 1) throw new Problem(identityProblems.last_identity)
      if (isInUse) throw new Problem(identityProblems.identity_in_use)
      await deleteIdentity(db, id)
      await activity.log(
        {
          user: { id: userId },
          action: 'system.identity.unlinked',
          metadata: { issuer: row.issuer, identity_id: id },
          request,
        },
        db,
      )
      afterCommit(db, () => meters.securityEvent('system.identity.unlinked'))
    })
    accounts.forget(userId)
  }

  /**
   * Locks the account of a caller and returns its identities. A token whose identity was unlinked a moment ago decides
   * nothing there any more.
   *
   * @param last that may be left, and then is the answer, whoever asks
   * @throws AccountGone; Problem `session_ended`
   */
  async function lockOwn(db: Db, { userId, caller, request }: Asking, last?: number): Promise<IdentityRow[]> {
    await lockAccount(db, userId, request.session)
    const held = await listIdentities(db, userId)
    const isLast = held.length === 1 && held[0]?.id === last
    if (!isLast && !held.some((row) => isOf(row, caller))) throw new AccountGone(userId)
    return held
  }

  /** Held to the same rules as the token of a request. */
  async function verifySecond(token: string): Promise<Caller> {
    const caller = await verifyUser(token).catch((error: unknown) => {
      const isRefused = error instanceof Problem && (error.status === 401 || error.status === 403)
      throw isRefused ? notAToken(error) : error
    })
    try {
      claims.subject(caller)
    } catch (error) {
      throw notAToken(error)
    }
    return caller
  }

  return { list, link, unlink }
}

/** Whether an identity is the one that a token speaks for, under whichever name of its issuer. */
function isOf(row: IdentityRow, { issuerNames, subject }: Caller): boolean {
  return row.subject === subject && issuerNames.includes(row.issuer)
}

function taken(cause?: unknown): Problem {
  return new Problem(identityProblems.identity_taken, { cause })
}

function notAToken(cause?: unknown): Problem {
  const fault = { field: 'token', code: 'invalid_format', params: { format: 'access-token' } } as const
  return new Problem(problems.validation_failed, { errors: [fault], cause })
}
