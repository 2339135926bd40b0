/**
 * The address that somebody signs in with is changed by its owner alone: the password asks for it, a link in a mail to the
 * new address and the session together confirm it, and the old address hears of it and can undo it for a week.
 *
 * The link alone changes nothing, as at a sign-up (confirmation.ts): somebody could give their account the address of a
 * stranger, who opens what they are sent. And what a program does that looks at mails is no more than opening links, which
 * lead to pages that ask.
 */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint, sensitiveSessionMiddleware } from 'better-auth/api'
import { findUserId } from '../accounts/account.ts'
import { holdSession } from '../accounts/session.ts'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { transaction, type Db, type Pool } from '../database/database.ts'
import { violatedConstraint } from '../database/errors.ts'
import { Problem } from '../errors.ts'
import { changeProvenEmail, isReleased, releaseUnprovenEmail } from '../identity/emails.ts'
import { identityProblems } from '../identity/problems.ts'
import type { Activity } from '../log/activity.ts'
import { memberOf } from '../values.ts'
import type { Background } from './background.ts'
import { currentRequest, type SignInRequest } from './context.ts'
import {
  deleteChange,
  deleteFormerSince,
  deleteSessions,
  findChange,
  findFormer,
  findFormerByEmail,
  findOwnerOf,
  keepFormer,
  lockWithHolder,
  saveChange,
  setEmail,
  voidPassword,
  type Holder,
} from './email-change-queries.ts'
import type { Mailer } from './mailer.ts'
import type { Mail } from './mails.ts'
import type { Marks } from './marks.ts'
import { withPassword } from './own-password.ts'
import { signInProblems } from './problems.ts'
import { deleteLinks, deleteUnconfirmed, findUser } from './queries.ts'
import { deletePasskeys } from './passkey-queries.ts'
import { createResetToken } from './reset-links.ts'
import { deleteSecondStep } from './second-step-queries.ts'
import type { SecurityEvents } from './security-events.ts'
import type { OwnSession } from './throttle.ts'

const HOUR_SECONDS = 3_600
/** As long as the old address can undo a change, and nobody else gets it. */
const UNDO_SECONDS = 7 * 24 * HOUR_SECONDS

export type EmailChangesOptions = {
  pool: Pool
  activity: Activity
  events: SecurityEvents
  mailer: Mailer | undefined
  background: Background
  marks: Marks
  /** The address of the page, without a slash at its end. */
  page: string
}

export type EmailChanges = ReturnType<typeof createEmailChanges>

export function createEmailChanges(options: EmailChangesOptions) {
  const { pool, activity, events, mailer, background, marks, page } = options

  /**
   * Asks for another address. Nobody learns whether it has an account: whose it is hears of that by mail.
   *
   * @throws Problem `CHANGE_EMAIL_DISABLED`, `INVALID_PASSWORD`, `email_unchanged`.
   */
  async function ask(session: OwnSession, wanted: string, password: string): Promise<void> {
    if (!mailer) throw new Problem(signInProblems.CHANGE_EMAIL_DISABLED)
    const { userId } = session
    const email = wanted.toLowerCase()
    const secret = randomBytes(32).toString('base64url')
    const owner = await withPassword(pool, session, password, async (db) => {
      const user = await findUser(db, userId)
      if (user?.email === email) {
        throw new Problem(signInProblems.email_unchanged, {
          errors: [{ field: 'newEmail', code: 'duplicate' }],
        })
      }
      await saveChange(db, { userId, email, tokenHash: hashOf(secret), seconds: HOUR_SECONDS })
      return user
    })
    const url = `${page}/confirm-email#token=${userId}.${secret}`
    const asked = { url: `${page}/`, ...factsOf(requestNow()) }
    background.run('a change of an e-mail address could not be prepared', async () => {
      const holder = await findOwnerOf(pool, email, userId)
      const other = { url: `${page}/`, at: asked.at }
      if (holder) mailer.send({ id: holder.id ?? '', email }, { kind: 'email_change_taken', ...other })
      else mailer.send({ id: userId, email }, { kind: 'email_change', url, at: asked.at })
      if (owner?.emailVerified) mailer.send(owner, { kind: 'email_change_asked', ...asked })
    })
  }

  /**
   * Changes the address. Whoever has it without having proven it gives it up.
   *
   * @throws Problem `INVALID_TOKEN`, `EMAIL_MISMATCH` (the link is of another account), `UNAUTHORIZED` (the session has just
   * ended), `email_taken`.
   */
  async function confirm({ id: session, userId }: OwnSession, token: string): Promise<void> {
    const [owner = '', secret = ''] = token.split('.')
    if (owner !== userId) {
      throw new Problem(secret ? signInProblems.EMAIL_MISMATCH : signInProblems.INVALID_TOKEN)
    }
    const tokenHash = hashOf(secret)
    const request = requestNow()
    const told = await transaction(pool, async (db) => {
      const change = await findChange(db, userId, tokenHash)
      const before = change && (await lockWithHolder(db, userId, change.email))
      if (!before) throw new Problem(signInProblems.INVALID_TOKEN)
      if (!(await holdSession(db, session))) throw new Problem(signInProblems.UNAUTHORIZED)
      // Of two at once the second one has waited for the first.
      if (!(await deleteChange(db, userId, tokenHash))) throw new Problem(signInProblems.INVALID_TOKEN)
      await moveTo(db, before, change.email, request)
      // A stranger's address, which nobody has proven, gives nobody a way back.
      if (!before.emailVerified || isReleased(before.email)) return undefined
      const id = randomUUID()
      const { expires_at: until } = await keepFormer(db, {
        id,
        userId,
        email: before.email,
        seconds: UNDO_SECONDS,
      })
      return { to: before, id, until }
    }).catch(asTaken)
    changed(request, userId)
    if (!told) return
    mailer?.send(told.to, {
      kind: 'email_changed',
      url: undoLink(userId, told.id),
      until: new Date(told.until),
      ...factsOf(request),
    })
  }

  /**
   * Gives the account its former address back, whatever was changed since. Whoever has the account now may know its
   * password: all sessions end, and a new password has to be chosen.
   *
   * @returns the token that chooses the new password (`reset-password`).
   * @throws Problem `INVALID_TOKEN`, `email_taken`.
   */
  async function undo(token: string): Promise<string> {
    const request = requestNow()
    const [userId = '', id = '', mac = ''] = token.split('.')
    if (!isSame(mac, macOf(userId, id))) throw new Problem(signInProblems.INVALID_TOKEN)
    const undone = await transaction(pool, async (db) => {
      const former = await findFormer(db, userId, id)
      const before = former && (await lockWithHolder(db, userId, former.email))
      // Once more: of two at once the second one has waited for the first.
      if (!before || !(await findFormer(db, userId, id))) throw new Problem(signInProblems.INVALID_TOKEN)
      await deleteFormerSince(db, userId, former.changed_at)
      await moveTo(db, before, former.email, request)
      await deleteChange(db, userId)
      await voidPassword(db, userId)
      // A passkey signs in without the password: none is left that somebody else may have made.
      if ((await deletePasskeys(db, userId)) > 0) {
        await events.note(
          db,
          { action: 'system.factor.changed', userId, isAlarming: false },
          { factor: 'passkey', change: 'removed' },
        )
      }
      // A second step that came with the change locks its owner out; an older one keeps out who only reads the mails.
      if (await deleteSecondStep(db, userId, former.changed_at)) {
        await events.note(
          db,
          { action: 'system.factor.changed', userId, isAlarming: false },
          { factor: 'totp', change: 'removed' },
        )
      }
      const count = await deleteSessions(db, userId)
      if (count > 0) {
        await events.note(db, { action: 'system.session.ended', userId, isAlarming: false }, { count })
      }
      const resetToken = await createResetToken(db, former.email, HOUR_SECONDS)
      if (resetToken === undefined) throw new Error('an account that is locked is gone')
      return { resetToken, before }
    }).catch(asTaken)
    changed(request, userId)
    if (undone.before.emailVerified && !isReleased(undone.before.email)) {
      mailer?.send(undone.before, { kind: 'email_undone', url: `${page}/`, ...factsOf(request) })
    }
    return undone.resetToken
  }

  /**
   * Somebody signs up, or wants a new password, with an address that was changed lately: if its mails are theirs, they can
   * have the account back.
   */
  async function remind(email: string): Promise<void> {
    const former = await findFormerByEmail(pool, email)
    if (!former) return
    const { user_id: id } = former
    mailer?.send(
      { id, email },
      { kind: 'email_kept', url: undoLink(id, former.id), until: new Date(former.expires_at) },
    )
  }

  /** Of an account that is locked, with whoever else has the address. */
  async function moveTo(db: Db, { id }: Holder, email: string, { facts }: SignInRequest): Promise<void> {
    await deleteUnconfirmed(db, email)
    const { requestId } = facts
    await releaseUnprovenEmail(db, activity, {
      email,
      provenBy: BUILT_IN_ISSUER,
      requestId,
      count: events.count,
    })
    await setEmail(db, id, email)
    await deleteLinks(db, id)
    const userId = await findUserId(db, BUILT_IN_ISSUER, id)
    if (userId !== undefined) await changeProvenEmail(db, activity, { userId, email, request: facts })
  }

  const macOf = (userId: string, id: string) => marks.mark('email undo', userId, id).toString('base64url')

  const undoLink = (userId: string, id: string) =>
    `${page}/undo-email#token=${userId}.${id}.${macOf(userId, id)}`

  return { ask, confirm, undo, remind }
}

/** The entry is there already (identity/emails.ts). */
function changed({ events }: SignInRequest, userId: string): void {
  events.push({ action: 'system.email.changed', userId, isAlarming: false })
}

function requestNow(): SignInRequest {
  const request = currentRequest.getStore()
  if (!request) throw new Error('a change of an e-mail address without a request')
  return request
}

const factsOf = ({ facts }: SignInRequest): Pick<Extract<Mail, { origin: unknown }>, 'at' | 'origin'> => ({
  at: new Date(),
  origin: facts,
})

/** Somebody else has the address, and has confirmed it, or had it lately. */
function asTaken(error: unknown): never {
  const constraint = violatedConstraint(error)
  if (constraint !== 'user_email_key' && constraint !== 'users_email_key') throw error
  throw new Problem(identityProblems.email_taken, { cause: error })
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The paths of the library, of which it asks who is signed in and where the request comes from. */
export function emailChangeEndpoints({ ask, confirm, undo }: EmailChanges) {
  type Signed = { context: { session: { session: { id: string }; user: { id: string } } } }
  const own = ({ context: { session } }: Signed) => ({ id: session.session.id, userId: session.user.id })
  // Judged before the library sees it (bodies.ts).
  const sent = (body: unknown, name: string) => String(memberOf(body, name))
  return {
    id: 'upm-email-changes',
    endpoints: {
      changeEmail: createAuthEndpoint(
        '/change-email',
        { method: 'POST', use: [sensitiveSessionMiddleware], requireHeaders: true },
        async (ctx) => {
          await ask(own(ctx), sent(ctx.body, 'newEmail'), sent(ctx.body, 'password'))
          return ctx.json({ status: true })
        },
      ),
      confirmEmailChange: createAuthEndpoint(
        '/confirm-email-change',
        { method: 'POST', use: [sensitiveSessionMiddleware], requireHeaders: true },
        async (ctx) => {
          await confirm(own(ctx), sent(ctx.body, 'token'))
          return ctx.json({ status: true })
        },
      ),
      undoEmailChange: createAuthEndpoint('/undo-email-change', { method: 'POST' }, async (ctx) =>
        ctx.json({ status: true, resetToken: await undo(sent(ctx.body, 'token')) }),
      ),
    },
  } satisfies BetterAuthPlugin
}
