/** An account is deleted by its owner: first it is hidden, for some days in which it can be restored, and then purged. */
import { AccountGone } from '../accounts/account.ts'
import type { Caller } from '../accounts/caller.ts'
import { refuseHeld } from '../accounts/hold.ts'
import type { Notices } from '../accounts/notices.ts'
import { holdSession, sessionEnded } from '../accounts/session.ts'
import { afterCommit, transaction, type Db, type Pool } from '../database/database.ts'
import { Problem, validationFailed } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { endAllSessions } from '../identity/ending.ts'
import { requireRecent } from '../identity/recent-sign-in.ts'
import type { Activity } from '../log/activity.ts'
import type { Actor } from '../log/actor.ts'
import type { Meters } from '../meters.ts'
import { leavingProblems } from './problems.ts'
import { findState, isConfirmed, lockState, setDue, setLeaving, setStaying } from './queries.ts'

export type Leaving = ReturnType<typeof createLeaving>

/** `erase_at`: when the account is deleted for good. Null: it stays. */
export type AccountState = { state: 'active' | 'leaving'; erase_at: string | null }

export type LeavingOptions = {
  pool: Pool
  activity: Activity
  meters: Meters
  notices: Notices
  graceDays: number
  /** The account is looked up again by the next request of its owner. */
  forget: (userId: number) => void
  /** Called after the commit: the address of the picture ends, if everybody saw it. Default: a job ends it. */
  onHidden?: (userId: number, request: RequestFacts) => Promise<void>
}

export type LeaveRequest = { caller: Caller; confirm: string; request: RequestFacts }

export function createLeaving(options: LeavingOptions) {
  const { pool, activity, meters, notices, graceDays, forget, onHidden } = options

  /** @throws AccountGone */
  async function getState(userId: number): Promise<AccountState> {
    const row = await findState(pool, userId)
    if (!row) throw new AccountGone(userId)
    return stateOf(row)
  }

  /**
   * Begins the deletion: from the commit on the account is hidden, its sessions have ended, and nothing in it changes. An
   * account that is leaving already keeps its time.
   *
   * @returns when the account will be deleted for good.
   * @throws Problem `reauthentication_required`, `validation_failed` if `confirm` is not the address of the account, `legal_hold`, `session_ended`; AccountGone; nothing is
   *   changed then.
   */
  async function leave(userId: number, { caller, confirm, request }: LeaveRequest): Promise<string> {
    requireRecent(caller, Date.now())
    const eraseAt = await transaction(pool, async (db) => {
      await endAllSessions(db, userId, request.session)
      const row = await lockState(db, userId)
      if (!row) throw new AccountGone(userId)
      if (!(await isConfirmed(db, userId, confirm)))
        throw validationFailed([{ field: 'confirm', code: 'mismatch' }])
      await refuseHeld(db, userId)
      return row.erase_at ?? begin(db, userId, { request })
    })
    forget(userId)
    await onHidden?.(userId, request)
    return eraseAt
  }

  /**
   * The same by an operator, who needs no confirmation. `now`: it is due at once.
   *
   * @returns when the account will be deleted for good; undefined: there is no such account.
   * @throws Problem `legal_hold`.
   */
  async function leaveByOperator(userId: number, { now = false } = {}): Promise<string | undefined> {
    const eraseAt = await transaction(pool, async (db) => {
      await endAllSessions(db, userId)
      const row = await lockState(db, userId)
      if (!row) return undefined
      await refuseHeld(db, userId)
      const begun = row.erase_at ?? (await begin(db, userId, { actor: OPERATOR }))
      return now ? setDue(db, userId) : begun
    })
    forget(userId)
    return eraseAt
  }

  /** Of an account that is locked and stays. */
  async function begin(
    db: Db,
    userId: number,
    { request, actor }: { request?: RequestFacts; actor?: Actor },
  ): Promise<string> {
    const eraseAt = await setLeaving(db, userId, graceDays)
    await activity.log(
      {
        user: { id: userId },
        action: 'system.account.leaving',
        metadata: { erase_at: eraseAt },
        ...(request && { request }),
        ...(actor && { actor }),
      },
      db,
    )
    afterCommit(db, () => {
      meters.account('leaving')
      notices.send({ kind: 'leaving', userId, at: new Date(eraseAt) })
    })
    return eraseAt
  }

  /**
   * Takes the deletion back. An account that stays is left as it is.
   *
   * @throws Problem `restore_too_late`, `session_ended`; AccountGone; nothing is changed then.
   */
  async function restore(userId: number, request: RequestFacts): Promise<AccountState> {
    await transaction(pool, async (db) => {
      if (request.session !== undefined && !(await holdSession(db, request.session))) throw sessionEnded()
      const row = await lockState(db, userId)
      if (!row) throw new AccountGone(userId)
      if (row.erase_at === null) return
      if (row.is_due) throw new Problem(leavingProblems.restore_too_late)
      await setStaying(db, userId)
      await activity.log(
        { user: { id: userId }, action: 'system.account.restored', metadata: {}, request },
        db,
      )
      afterCommit(db, () => meters.account('restored'))
    })
    return { state: 'active', erase_at: null }
  }

  return { getState, leave, leaveByOperator, restore }
}

const OPERATOR: Actor = { kind: 'operator', id: 'upm' }

const stateOf = ({ erase_at: eraseAt }: { erase_at: string | null }): AccountState => ({
  state: eraseAt === null ? 'active' : 'leaving',
  erase_at: eraseAt,
})
