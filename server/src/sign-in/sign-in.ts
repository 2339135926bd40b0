import { createHash, randomUUID } from 'node:crypto'
import { normalizeIP } from '@fastify/rate-limit'
import { BASE_ERROR_CODES, betterAuth } from 'better-auth'
import { APIError, isAPIError } from 'better-auth/api'
import { parseCookies } from 'better-auth/cookies'
import type { Activity } from '../log/activity.ts'
import { type SignInConfig } from '../config/config.ts'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { transaction, type Pool } from '../database/database.ts'
import type { Log } from '../logger.ts'
import { Problem, type Language } from '../errors.ts'
import type { Meters } from '../meters.ts'
import type { Notice } from '../accounts/notices.ts'
import type { Accounts } from '../identity/accounts.ts'
import { releaseUnprovenEmail } from '../identity/emails.ts'
import { OperatorError } from '../operator-error.ts'
import { createBackground } from './background.ts'
import { isUnconfirmed, linkOf } from './confirmation.ts'
import { notePlaces } from './attempts.ts'
import { cookiePlace, setCookie } from './cookies.ts'
import { currentRequest, type SignInRequest } from './context.ts'
import { createEmailChanges } from './email-changes.ts'
import { createMarks } from './marks.ts'
import { createInvitation, invitationLink, spendInvitation } from './invitations.ts'
import type { Addressee } from './mailer.ts'
import { libraryOptions } from './options.ts'
import { claimsOf } from './person.ts'
import {
  confirmEmail,
  deleteSession,
  deleteUnconfirmed,
  findUser,
  findUserOf,
  isPassword,
  lockOwner,
  lockUser,
  noteDevice,
  renewPassword,
} from './queries.ts'
import type { OwnSession } from './throttle.ts'
import { hashAhead } from './request-passwords.ts'
import { createPasskeys } from './passkeys.ts'
import { createSecondStep } from './second-step.ts'
import { createSecurityEvents } from './security-events.ts'
import { createStore, inTransaction, SIGN_INS, type StoreOptions } from './store.ts'
import { jsonOf } from './json.ts'

const DEVICE_COOKIE = 'upm.device'
/** As long as browsers keep a cookie. */
const DEVICE_SECONDS = 400 * 86_400

export type SignInOptions = {
  config: SignInConfig
  /** What the plugin puts before `/api/auth`. */
  prefix: string
  corsOrigins: readonly string[]
  defaultLanguage: Language
  pool: Pool
  accounts: Accounts
  activity: Activity
  meters: Meters
  log: Log
}

/** As long as the other links in mails are valid. */
const LINK_SECONDS = 3_600

export async function createSignIn(options: SignInOptions) {
  const { config, prefix, corsOrigins, defaultLanguage, pool, accounts, activity, meters, log } = options
  const count = meters.securityEvent
  const { secret, publicUrl } = config
  if (secret === undefined) throw new Error('the sign-in was given no secret')
  const mailer =
    config.mail &&
    (await (
      await import('./mailer.ts')
    ).createMailer({
      ...config.mail,
      pool,
      defaultLanguage,
      log,
      count: meters.mail,
    }))

  const background = createBackground(log)
  const place = cookiePlace(publicUrl, prefix)
  const marks = createMarks(secret)

  const events = createSecurityEvents({
    pool,
    activity,
    mailer,
    background,
    pageUrl: `${publicUrl ?? ''}${prefix}/`,
    count,
    log,
  })

  const passkeys = createPasskeys({ pool, events, marks, siteName: siteNameOf(config) })
  const secondStep = createSecondStep({ pool, events, marks, secret, siteName: siteNameOf(config) })

  /** The account first, then the session and its entry in the log, which are one fact. */
  const openSession: StoreOptions['openSession'] = async (userId, insert) => {
    const request = currentRequest.getStore()
    const user = await findUser(pool, userId)
    if (!request || !user) throw new Error('a session without a request or a user')
    const caller = {
      issuer: BUILT_IN_ISSUER,
      issuerNames: [BUILT_IN_ISSUER],
      subject: user.id,
      subjectClaim: 'sub',
      claims: { sub: user.id, ...claimsOf(user) },
      scopes: [],
    }
    await accounts.open(caller, request.facts, {
      ...(request.settings && { settings: request.settings }),
      evenLeaving: true,
    })
    if (!request.byToken) request.device ??= marks.newDevice()
    const opened = await transaction(pool, async (db) => {
      await lockOwner(db, user.id)
      // A password that was changed since it was compared opens nothing any more.
      if (request.passkey) await passkeys.spend(db, request.passkey)
      else if (request.credential === undefined || !(await isPassword(db, user.id, request.credential))) {
        request.isStale = true
        throw APIError.from('UNAUTHORIZED', BASE_ERROR_CODES.INVALID_EMAIL_OR_PASSWORD)
      }
      if (request.renewed !== undefined) await renewPassword(db, user.id, request.renewed)
      if (request.formerSession !== undefined) await deleteSession(db, request.formerSession)
      // A passkey is two factors at once.
      const passed = request.passkey ? undefined : await secondStep.check(db, user.id, request)
      if (passed instanceof Problem) {
        request.isUndecided = passed.code === 'second_factor_required'
        if (!request.isUndecided) await events.codeFailed(db, user.id, request)
        return { refusal: passed }
      }
      const session = await insert(db)
      const { isNew, isFirst } = await noteDevice(db, user.id, kindOfDevice(request.facts.userAgent))
      await notePlaces(db, user.id, placesOf(request))
      await events.note(
        db,
        { action: 'system.login', userId: user.id, isAlarming: isNew && !isFirst },
        // The first device of all is no news.
        {
          method: request.passkey ? 'passkey' : 'password',
          ...(passed !== undefined && { second_factor: passed }),
          new_device: isNew && !isFirst,
        },
      )
      if (request.trustDevice && request.device !== undefined && passed !== undefined)
        await secondStep.trust(db, user.id, request.device)
      return { session }
    })
    // A wrong code was counted, and that is kept.
    if ('refusal' in opened) throw opened.refusal
    rememberDevice(request)
    return opened.session
  }

  /** Whoever has our cookies is known again by one, and anybody by their address. */
  function rememberDevice({ device, cookies }: SignInRequest): void {
    if (device !== undefined)
      cookies.push(setCookie(place, DEVICE_COOKIE, device, '/api/auth', DEVICE_SECONDS))
  }

  function placesOf({ device, facts }: SignInRequest) {
    const address = normalizeIP(facts.ipAddress ?? 'unknown')
    return [
      { kind: 'address' as const, mark: marks.mark('address', address) },
      ...(device === undefined ? [] : [{ kind: 'device' as const, mark: marks.mark('device', device) }]),
    ]
  }

  /**
   * An invitation is used up, and one that was mailed proves the e-mail: an account that has not proven it gives it up.
   * Without one, and where e-mails are confirmed, a sign-up takes the place of one that never was.
   */
  const beforeSignUp: StoreOptions['beforeSignUp'] = async (db, email) => {
    const request = currentRequest.getStore()
    if (request?.invitation !== undefined && !request.invited) {
      request.invited = await spendInvitation(db, request.invitation, email)
    }
    if (request?.invited?.mailed) {
      const { requestId } = request.facts
      await releaseUnprovenEmail(db, activity, { email, provenBy: BUILT_IN_ISSUER, requestId, count })
    } else if (mailer) await deleteUnconfirmed(db, email)
  }

  /**
   * Whoever signs up with the e-mail of an account that has not proven it may be its owner, whom a stranger has preceded.
   * A link to the e-mail proves it, and then the account of the stranger gives it up.
   */
  const offerAddress = (user: Addressee, page: string) =>
    background.run('an invitation could not be made', async () => {
      const invitation = { email: user.email, mailed: true, seconds: LINK_SECONDS }
      const url = invitationLink(page, await createInvitation(pool, invitation), invitation)
      mailer?.send(user, { kind: 'unproven', url, signInUrl: `${page}/` })
    })

  const emailChanges = createEmailChanges({
    pool,
    activity,
    events,
    mailer,
    background,
    marks,
    page: `${publicUrl ?? ''}${prefix}`,
  })

  const library = betterAuth(
    libraryOptions({
      secret,
      publicUrl,
      prefix,
      corsOrigins,
      database: createStore({ pool, events, openSession, beforeSignUp }),
      mailer,
      offerAddress,
      emailChanges,
      secondStep,
      passkeys,
      confirmEmail: (userId) => confirmEmail(pool, userId),
      log,
    }),
  )

  /**
   * Asks for a link to choose a new password. The answer is that to an e-mail of nobody, and the request itself goes on
   * behind it: with an account more is written than without one, and the time of the answer would tell.
   */
  async function answerReset(request: Request): Promise<Response> {
    const body = await jsonOf(request)
    const decoy = new Request(request.clone(), {
      method: 'POST',
      body: JSON.stringify({ ...body, email: `${randomUUID()}@nobody.invalid` }),
    })
    const response = await library.handler(decoy)
    if (response.ok) {
      background.run('a link to choose a new password could not be made', async () => {
        await library.handler(request)
        await emailChanges.remind(String(body['email']).toLowerCase())
      })
    }
    return response
  }

  /** A sign-in that brings a link confirms the e-mail with it, if the password is right and that is all that is missing. */
  async function answer(request: Request): Promise<Response> {
    const context = currentRequest.getStore()
    if (mailer && context?.path === '/request-password-reset') return answerReset(request)
    if (context?.path === '/sign-up/email') await hashAhead(request)
    if (context && SIGN_INS.has(context.path)) await noteFormerSession(request, context)
    const link = mailer && context?.path === '/sign-in/email' ? await linkOf(request, place) : undefined
    if (!context || !link) return compare(request)
    context.confirming = link.email
    const first = await compare(request.clone())
    if (!(await isUnconfirmed(first))) return first
    await confirm(link)
    delete context.confirming
    return compare(request)
  }

  /** Another sign-in may have kept the same password under another hash meanwhile: then it is compared with that one. */
  async function compare(request: Request): Promise<Response> {
    const context = currentRequest.getStore()
    const response = await library.handler(request.clone())
    if (!context?.isStale) return response
    delete context.isStale
    delete context.renewed
    return library.handler(request)
  }

  /** A browser has one session at a time: whoever signs in where somebody is signed in takes their place. */
  async function noteFormerSession({ headers }: Request, context: SignInRequest): Promise<void> {
    const former = headers.has('cookie') ? await sessionOf(headers) : undefined
    if (former) context.formerSession = former.id
  }

  async function sessionOf(headers: Headers): Promise<OwnSession | undefined> {
    const found = await library.api
      .getSession({ headers, query: { disableRefresh: true } })
      .catch(throwOutage)
    return found ? { id: found.session.id, userId: found.user.id } : undefined
  }

  /** Confirms the e-mail address. Does nothing if the link does not belong to this account (any more). */
  async function confirm({ email, token }: { email: string; token: string }): Promise<void> {
    try {
      await inTransaction(pool, async (db) => {
        // The link is of the account whose password was right. Without the lock another sign-up could take its place
        // before the library, which goes by the e-mail, says that it is confirmed.
        await lockUser(db, email)
        await library.api.verifyEmail({ query: { token } })
      })
    } catch (error) {
      if (!isAPIError(error)) throw error
    }
  }

  /** The name that we have given to this browser, if we have. */
  function deviceOf(cookies: string | undefined): string | undefined {
    const name = parseCookies(cookies ?? '').get(`${place.namePrefix}${DEVICE_COOKIE}`)
    return name !== undefined && marks.isDevice(name) ? name : undefined
  }

  /** Answers a request as Better Auth does. Runs within `currentRequest`. */
  async function handle(request: Request): Promise<Response> {
    const context = currentRequest.getStore()
    const signIn = context?.path === '/sign-in/email' ? request.clone() : undefined
    const response = await answer(request)
    if (context?.outage !== undefined) throw context.outage
    if (context && response.ok) events.tell(context)
    if (context && signIn && response.status === 401) {
      const { email } = await jsonOf(signIn)
      events.signInFailed(String(email).toLowerCase(), context)
    }
    return response
  }

  /** Makes the first key. @throws OperatorError when the keys cannot be used with this secret. */
  async function checkKeys(): Promise<void> {
    try {
      await library.api.signJWT({ body: { payload: { sub: 'start' } } })
    } catch (cause) {
      if (!(cause instanceof Error) || !cause.message.includes('decrypt private key')) throw cause
      throw new OperatorError(
        'The signing keys were encrypted with another AUTH_SECRET. Set that secret, or delete the keys ' +
          '(delete from auth.jwks). Deleting them invalidates all access tokens.',
        { cause },
      )
    }
  }

  /** Tells the owner of an account by mail, if the address is confirmed. */
  function tell({ userId, ...notice }: Notice): void {
    if (!mailer) return
    background.run('the owner of an account could not be told of its deletion', async () => {
      const user = await findUserOf(pool, userId)
      if (user?.emailVerified) mailer.send(user, { ...notice, url: `${publicUrl ?? ''}${prefix}/` })
    })
  }

  async function close(): Promise<void> {
    await background.settle()
    await mailer?.close()
  }

  return { marks, deviceOf, sessionOf, handle, tell, checkKeys, close }
}

/** What an app shows beside the codes. */
function siteNameOf({ mail, publicUrl }: SignInConfig): string {
  return mail?.siteName ?? (publicUrl === undefined ? 'UPM' : new URL(publicUrl).host)
}

/** What the library says of a database that is away tells nothing. */
function throwOutage(error: unknown): never {
  throw currentRequest.getStore()?.outage ?? error
}

/** The kind of device: browsers change their version every few weeks and are no other device for it. */
function kindOfDevice(userAgent: string | null): Buffer {
  return createHash('sha256')
    .update((userAgent ?? '').replaceAll(/\d+(?:[._]\d+)*/g, ''))
    .digest()
}
