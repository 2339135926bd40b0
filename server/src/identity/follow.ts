/**
 * A later token of a known person is heard: what its issuer says of them now becomes part of the account (`AUTH_FOLLOW`).
 * It happens beside the look-up that each new token needs anyway, and only a token that says something new costs more.
 */
import type { Activity } from '../log/activity.ts'
import { afterCommit, transaction, type Pool } from '../database/database.ts'
import { violatedConstraint } from '../database/errors.ts'
import type { HeldTypes } from '../held-types/held-types.ts'
import type { Log } from '../logger.ts'
import type { Meters } from '../meters.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import type { Roles } from '../profile-types/roles.ts'
import { lockAccount } from '../accounts/account.ts'
import { memberOf } from '../values.ts'
import type { Told } from './claims.ts'
import { releaseUnprovenEmail } from './emails.ts'
import { findFollowed, isEmailFree, updateFollowed, type FollowedRow } from './queries.ts'

export type FollowOptions = {
  pool: Pool
  activity: Activity
  heldTypes: HeldTypes
  roles: Roles
  meters: Meters
  log: Log
}

/** A token that was issued after all those of its subject that have been heard. */
type HeardToken = { identityId: number; issuer: string; issuedAt: number; userId: number }

export function createFollowing({ pool, activity, heldTypes, roles, meters, log }: FollowOptions) {
  /**
   * Takes over what a token says, and logs it as one change of the account with the issuer as its actor. A proven e-mail
   * that is somebody else's proven one is left, with a warning.
   */
  async function follow(token: HeardToken, told: Told, request: RequestFacts): Promise<void> {
    const { userId, issuer } = token
    try {
      await transaction(pool, async (db) => {
        await lockAccount(db, userId)
        const row = await findFollowed(db, token)
        if (!row) return
        const changes = changesOf(row, told)
        const { email } = changes
        if (email !== undefined && email !== null) {
          await releaseUnprovenEmail(db, activity, {
            email,
            provenBy: issuer,
            requestId: request.requestId,
            count: meters.securityEvent,
          })
          if (!(await isEmailFree(db, email, userId))) {
            warn(token)
            delete changes.email
          }
        }
        const changed = Object.keys(changes)
        if (changed.length === 0) return
        const type =
          changes.role === undefined ? row.profile_type : (roles.get(changes.role) ?? row.profile_type)
        const added = await heldTypes.ensure(db, userId, type)
        const at = await updateFollowed(db, userId, { ...changes, profile_type: type })
        const entry = { user: { id: userId }, actor: { kind: 'issuer', id: issuer }, request, at } as const
        const old = Object.fromEntries(changed.map((name) => [name, memberOf(row, name)]))
        await activity.log(
          {
            ...entry,
            action: 'profile.updated',
            metadata: { changed, changes: { user: { old, new: changes } } },
          },
          db,
        )
        if (added) await activity.log({ ...entry, action: 'profile.type_added', metadata: added }, db)
        if (type !== row.profile_type) {
          await activity.log(
            {
              ...entry,
              action: 'profile.type_activated',
              metadata: { profile_type: type, previous: row.profile_type },
            },
            db,
          )
        }
        if (changes.email !== undefined) {
          await activity.log({ ...entry, action: 'system.email.changed' }, db)
          afterCommit(db, () => meters.securityEvent('system.email.changed'))
        }
      })
    } catch (error) {
      // Somebody else came with the same proven e-mail at this very moment.
      if (violatedConstraint(error) !== 'users_email_key') throw error
      warn(token)
    }
  }

  function warn({ issuer, userId }: HeardToken): void {
    log.warn(
      { issuer, userId },
      'The issuer gives this account an e-mail address that another account has confirmed. The account keeps its old address.',
    )
  }

  return { follow }
}

type Changes = Partial<Pick<FollowedRow, 'email' | 'first_name' | 'last_name' | 'role' | 'is_self_learning'>>

/** What of the account is to become what the token says. */
function changesOf(row: FollowedRow, told: Told): Changes {
  const changes: Changes = {}
  if (told.email !== undefined && told.email.toLowerCase() !== row.email?.toLowerCase())
    changes.email = told.email
  if (told.firstName !== undefined && !row.first_name_edited && told.firstName !== row.first_name)
    changes.first_name = told.firstName
  if (told.lastName !== undefined && !row.last_name_edited && told.lastName !== row.last_name)
    changes.last_name = told.lastName
  if (told.role !== undefined && told.role !== row.role) changes.role = told.role
  if (told.isSelfLearning !== undefined && told.isSelfLearning !== row.is_self_learning)
    changes.is_self_learning = told.isSelfLearning
  return changes
}

/** Whether a token says something of the account that is not so yet. */
export function isNews(row: FollowedRow, told: Told): boolean {
  return Object.keys(changesOf(row, told)).length > 0
}
