/**
 * What the owner of an account should hear of: it stands in their feed, is counted in /metrics and, where somebody else
 * may have done it, is told by mail. The entry is written in the transaction of the change. The rest follows when the
 * request has succeeded: a change that was taken back is told to nobody.
 */
import { printedAddress } from '../http/request-facts.ts'
import type { Activity } from '../log/activity.ts'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { afterCommit, transaction, type Db, type Pool } from '../database/database.ts'
import type { Log } from '../logger.ts'
import { findUserId } from '../accounts/account.ts'
import type { Background } from './background.ts'
import { currentRequest, type SignInRequest, type SecurityEvent, type SecurityAction } from './context.ts'
import type { Mailer } from './mailer.ts'
import type { FactorMail, Mail } from './mails.ts'
import { findUser, findUserByEmail, hasFailedLately, lockOwner } from './queries.ts'

export type SecurityEventsOptions = {
  pool: Pool
  activity: Activity
  mailer: Mailer | undefined
  background: Background
  /** Where a person can choose a new password. */
  pageUrl: string
  /** Counts an event in /metrics. */
  count: (event: string) => void
  log: Log
}

export type SecurityEvents = ReturnType<typeof createSecurityEvents>

export function createSecurityEvents(options: SecurityEventsOptions) {
  const { pool, activity, mailer, background, pageUrl, count, log } = options

  /** Writes the entry, where the account has a feed already: its first sign-in makes it. */
  async function note(
    db: Db,
    event: SecurityEvent,
    metadata: Record<string, unknown> & { method?: string } = {},
  ): Promise<void> {
    const request = currentRequest.getStore()
    if (!request) throw new Error('a security event without a request')
    const account = await findUserId(db, BUILT_IN_ISSUER, event.userId)
    if (account !== undefined) {
      request.account = account
      await activity.log(
        { user: { id: account }, action: event.action, metadata, request: request.facts },
        db,
      )
    }
    request.events.push(event)
  }

  /** Tells of all that has happened in a request, once it has succeeded. */
  function tell({ events, facts }: SignInRequest): void {
    for (const { action, userId, isAlarming, mail: kind } of events) {
      count(action)
      const mail = isAlarming ? mailOf(action, facts, kind) : undefined
      if (!mailer || !mail) continue
      background.run('the owner of an account could not be told of an event', async () => {
        const user = await findUser(pool, userId)
        if (user?.emailVerified) mailer.send(user, mail)
      })
    }
  }

  function mailOf(
    action: SecurityAction,
    origin: SignInRequest['facts'],
    kind: FactorMail | undefined,
  ): Mail | undefined {
    const facts = { url: pageUrl, at: new Date(), origin }
    if (kind !== undefined) return { kind, ...facts }
    if (action === 'system.login') return { kind: 'new_device', ...facts }
    // Of a change of the address its mails are sent where it is made (email-changes.ts).
    if (action !== 'system.password.changed' && action !== 'system.password.reset') return undefined
    return { kind: 'password_changed', ...facts }
  }

  /**
   * A sign-in was refused. The account's feed gets one entry for a burst of them, and the server's log a line for each.
   * Behind the answer: its time must not tell whether there is such an account.
   */
  function signInFailed(email: string, { facts }: SignInRequest): void {
    count('system.login.failed')
    background.run('a sign-in that failed could not be noted', async () => {
      const user = await findUserByEmail(pool, email)
      const account = user && (await findUserId(pool, BUILT_IN_ISSUER, user.id))
      log.warn(
        {
          user: account,
          // Where there is no account, it is nobody who could be deleted later.
          address:
            account === undefined ? facts.ipAddress : facts.ipAddress && printedAddress(facts.ipAddress),
          requestId: facts.requestId,
        },
        'a sign-in failed',
      )
      if (!user || account === undefined) return
      await transaction(pool, async (db) => {
        // Of several failures at once the first one writes the entry, and the others see it.
        await lockOwner(db, user.id)
        if (await hasFailedLately(db, account)) return
        await activity.log(
          {
            user: { id: account },
            action: 'system.login.failed',
            metadata: { method: 'password' },
            request: facts,
          },
          db,
        )
      })
    })
  }

  /** The password was right and the code was not. Of an account that is locked. */
  async function codeFailed(db: Db, userId: string, { facts }: SignInRequest): Promise<void> {
    afterCommit(db, () => count('system.login.failed'))
    const account = await findUserId(db, BUILT_IN_ISSUER, userId)
    log.warn(
      {
        user: account,
        address: facts.ipAddress && printedAddress(facts.ipAddress),
        requestId: facts.requestId,
      },
      'a code at a sign-in was wrong',
    )
    if (account === undefined || (await hasFailedLately(db, account))) return
    await activity.log(
      {
        user: { id: account },
        action: 'system.login.failed',
        metadata: { method: 'totp' },
        request: facts,
      },
      db,
    )
  }

  return { note, tell, signInFailed, codeFailed, count }
}
