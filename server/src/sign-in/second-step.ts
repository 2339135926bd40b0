/**
 * A second step of the sign-in: a code of an app (TOTP, RFC 6238), or one of ten recovery codes. It is asked for in the
 * request that has the password, and the session is made in the transaction that takes the code: there is none before, and
 * nothing that is half a session (docs/decisions/0013).
 */
import { randomBytes, randomInt } from 'node:crypto'
import { createOTP } from '@better-auth/utils/otp'
import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint, sensitiveSessionMiddleware, sessionMiddleware } from 'better-auth/api'
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import type { Db, Pool } from '../database/database.ts'
import { Problem, rateLimited } from '../errors.ts'
import { memberOf } from '../values.ts'
import type { Marks } from './marks.ts'
import { withPassword, withSession } from './own-password.ts'
import { signInProblems } from './problems.ts'
import { findUser } from './queries.ts'
import {
  deleteSecondStep,
  findSecondStep,
  findState,
  forgetFailures,
  isTrusted,
  noteFailure,
  noteStep,
  saveRecoveryCodes,
  saveSecret,
  trustDevice,
  useRecoveryCode,
  type SecondStepRow,
} from './second-step-queries.ts'
import type { SecurityEvents } from './security-events.ts'
import type { OwnSession } from './throttle.ts'

/** Of an app (RFC 6238, section 5.2). */
const STEP_SECONDS = 30
const SECRET_BYTES = 20
const RECOVERY_CODES = 10
/** Without the letters and digits that are taken for one another. */
const RECOVERY_LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const RECOVERY_LENGTH = 10
/** A browser that somebody trusts needs no code for so long. */
const TRUST_SECONDS = 30 * 86_400
/** After so many wrong codes in a row each further one has to wait. */
const MAX_WRONG = 10

export type SecondStepOptions = {
  pool: Pool
  events: SecurityEvents
  marks: Marks
  secret: string
  /** What apps show beside the code. */
  siteName: string
}

/** What has passed the second step; undefined: the account has none. */
export type Passed = 'totp' | 'recovery_code' | 'trusted_device' | undefined

export type SecondStep = ReturnType<typeof createSecondStep>

export function createSecondStep({ pool, events, marks, secret: key, siteName }: SecondStepOptions) {
  /**
   * Whether the account may be signed in to, of which the password was right. Of an account that is locked. A wrong code is
   * counted in this transaction, so the refusal is returned, and thrown when that is kept.
   */
  async function check(
    db: Db,
    userId: string,
    { code, device }: { code?: string; device?: string | undefined },
  ): Promise<Passed | Problem> {
    const row = await findSecondStep(db, userId)
    if (!row?.verified_at) return undefined
    if (code !== undefined) return prove(db, userId, row, code)
    if (device !== undefined && (await isTrusted(db, userId, marks.mark('device', device))))
      return 'trusted_device'
    return new Problem(signInProblems.second_factor_required)
  }

  /** A browser that the account knows by now. */
  async function trust(db: Db, userId: string, device: string): Promise<void> {
    await trustDevice(db, userId, marks.mark('device', device), TRUST_SECONDS)
  }

  async function prove(db: Db, userId: string, row: SecondStepRow, sent: string): Promise<Passed | Problem> {
    if (row.locked_seconds > 0) return rateLimited(MAX_WRONG, row.locked_seconds)
    const code = plain(sent)
    const step = /^\d{6}$/.test(code) ? await stepOf(row, code) : undefined
    if (step !== undefined) {
      await noteStep(db, userId, step)
      return 'totp'
    }
    if (row.verified_at !== null && (await useRecoveryCode(db, userId, markOf(userId, code)))) {
      await forgetFailures(db, userId)
      await events.note(
        db,
        { action: 'system.factor.changed', userId, isAlarming: true, mail: 'recovery_code_used' },
        { factor: 'recovery_codes', change: 'used' },
      )
      return 'recovery_code'
    }
    await noteFailure(db, userId)
    return new Problem(signInProblems.INVALID_CODE, { errors: [{ field: 'code', code: 'wrong_code' }] })
  }

  /** The time step that the code is of: the present one, or one beside it (RFC 6238, section 5.2), and after the last one. */
  async function stepOf({ secret, last_step }: SecondStepRow, code: string): Promise<number | undefined> {
    const otp = createOTP(Buffer.from(await symmetricDecrypt({ key, data: secret }), 'base64'))
    const now = Math.floor(Date.now() / 1000 / STEP_SECONDS)
    for (const step of [now - 1, now, now + 1]) {
      if (step > (last_step ?? -1) && (await otp.hotp(step)) === code) return step
    }
    return undefined
  }

  const markOf = (userId: string, code: string) => marks.mark('recovery code', userId, code)

  async function giveRecoveryCodes(db: Db, userId: string): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
    await saveRecoveryCodes(
      db,
      userId,
      codes.map((code) => markOf(userId, plain(code))),
    )
    return codes
  }

  /** Whether there is one, and what is left of it. */
  async function state(userId: string) {
    const found = await findState(pool, userId)
    return found?.verified_at
      ? { enabledAt: new Date(found.verified_at).toISOString(), recoveryCodes: found.recovery_codes }
      : { enabledAt: null, recoveryCodes: 0 }
  }

  /**
   * Makes a secret for an app. It counts once a code of it was right (`complete`).
   *
   * @returns the address that an app reads out of a picture (`otpauth://totp/…`).
   * @throws Problem `INVALID_PASSWORD`, `TOTP_ALREADY_ENABLED`.
   */
  function begin(session: OwnSession, password: string): Promise<string> {
    const { userId } = session
    return withPassword(pool, session, password, async (db) => {
      if ((await findSecondStep(db, userId))?.verified_at) {
        throw new Problem(signInProblems.TOTP_ALREADY_ENABLED)
      }
      const user = await findUser(db, userId)
      const bytes = randomBytes(SECRET_BYTES)
      await saveSecret(db, userId, await symmetricEncrypt({ key, data: bytes.toString('base64') }))
      return createOTP(bytes).url(siteName, user?.email ?? '')
    })
  }

  /** @returns the recovery codes. @throws Problem `TOTP_NOT_ENABLED` (nothing was begun, or long ago), `INVALID_CODE`. */
  async function complete(session: OwnSession, code: string): Promise<string[]> {
    const { userId } = session
    return withSession(pool, session, async (db) => {
      const row = await findSecondStep(db, userId)
      if (!row) throw new Problem(signInProblems.TOTP_NOT_ENABLED)
      if (row.verified_at) throw new Problem(signInProblems.TOTP_ALREADY_ENABLED)
      const step = await stepOf(row, plain(code))
      if (step === undefined) {
        throw new Problem(signInProblems.INVALID_CODE, { errors: [{ field: 'code', code: 'wrong_code' }] })
      }
      await noteStep(db, userId, step)
      await events.note(
        db,
        { action: 'system.factor.changed', userId, isAlarming: true, mail: 'totp_added' },
        { factor: 'totp', change: 'added' },
      )
      return giveRecoveryCodes(db, userId)
    })
  }

  /** @throws Problem `INVALID_PASSWORD`, `TOTP_NOT_ENABLED`, `INVALID_CODE`, `rate_limited`. */
  function disable(session: OwnSession, password: string, code: string): Promise<void> {
    return proven(session, password, code, async (db, userId) => {
      await deleteSecondStep(db, userId)
      await events.note(
        db,
        { action: 'system.factor.changed', userId, isAlarming: true, mail: 'totp_removed' },
        { factor: 'totp', change: 'removed' },
      )
    })
  }

  /** New recovery codes in the place of all old ones. @throws the same as `disable`. */
  function renewRecoveryCodes(session: OwnSession, password: string, code: string): Promise<string[]> {
    return proven(session, password, code, async (db, userId) => {
      await events.note(
        db,
        { action: 'system.factor.changed', userId, isAlarming: true, mail: 'recovery_codes_renewed' },
        { factor: 'recovery_codes', change: 'renewed' },
      )
      return giveRecoveryCodes(db, userId)
    })
  }

  /** With the password and a code: who has found an open session can take nothing away. */
  async function proven<T>(
    session: OwnSession,
    password: string,
    code: string,
    work: (db: Db, userId: string) => Promise<T>,
  ): Promise<T> {
    const { userId } = session
    const done = await withPassword(pool, session, password, async (db) => {
      const row = await findSecondStep(db, userId)
      if (!row?.verified_at) throw new Problem(signInProblems.TOTP_NOT_ENABLED)
      const passed = await prove(db, userId, row, code)
      return passed instanceof Problem ? { refusal: passed } : { result: await work(db, userId) }
    })
    // A wrong code was counted, and that is kept.
    if ('refusal' in done) throw done.refusal
    return done.result
  }

  return { check, trust, state, begin, complete, disable, renewRecoveryCodes }
}

/** `k7mqp-x2rte`. */
function newRecoveryCode(): string {
  const letters = Array.from(
    { length: RECOVERY_LENGTH },
    () => RECOVERY_LETTERS[randomInt(RECOVERY_LETTERS.length)],
  )
  return `${letters.slice(0, RECOVERY_LENGTH / 2).join('')}-${letters.slice(RECOVERY_LENGTH / 2).join('')}`
}

/** As people type it: with spaces, with or without the dash, in capitals. */
const plain = (code: string) => code.replaceAll(/[\s-]/g, '').toLowerCase()

/** The paths of the library's plugin, of which it asks who is signed in and where the request comes from. */
export function secondStepEndpoints(step: SecondStep) {
  type Signed = { context: { session: { session: { id: string }; user: { id: string } } } }
  const own = ({ context: { session } }: Signed) => ({ id: session.session.id, userId: session.user.id })
  const options = { method: 'POST' as const, use: [sensitiveSessionMiddleware], requireHeaders: true }
  // Judged before the library sees it (bodies.ts).
  const sent = (body: unknown, name: string) => String(memberOf(body, name))
  return {
    id: 'upm-second-step',
    endpoints: {
      getSecondStep: createAuthEndpoint(
        '/two-factor/status',
        { method: 'GET', use: [sessionMiddleware], requireHeaders: true },
        async (ctx) => ctx.json(await step.state(own(ctx).userId)),
      ),
      enableTwoFactor: createAuthEndpoint('/two-factor/enable', options, async (ctx) =>
        ctx.json({ totpURI: await step.begin(own(ctx), sent(ctx.body, 'password')) }),
      ),
      verifyTOTP: createAuthEndpoint('/two-factor/verify-totp', options, async (ctx) =>
        ctx.json({ backupCodes: await step.complete(own(ctx), sent(ctx.body, 'code')) }),
      ),
      disableTwoFactor: createAuthEndpoint('/two-factor/disable', options, async (ctx) => {
        await step.disable(own(ctx), sent(ctx.body, 'password'), sent(ctx.body, 'code'))
        return ctx.json({ status: true })
      }),
      generateBackupCodes: createAuthEndpoint('/two-factor/generate-backup-codes', options, async (ctx) => {
        const [password, code] = [sent(ctx.body, 'password'), sent(ctx.body, 'code')]
        return ctx.json({ backupCodes: await step.renewRecoveryCodes(own(ctx), password, code) })
      }),
    },
  } satisfies BetterAuthPlugin
}
