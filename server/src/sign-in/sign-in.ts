import { createHash } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import type { Activity } from '../activity/activity.ts'
import { BUILT_IN_ISSUER, type SignInConfig } from '../config.ts'
import { transaction, type Pool } from '../database/database.ts'
import type { Log } from '../database/open.ts'
import type { Language } from '../errors.ts'
import type { Accounts } from '../identity/accounts.ts'
import { OperatorError } from '../operator-error.ts'
import { isUnconfirmed, linkOf } from './confirmation.ts'
import { currentRequest } from './context.ts'
import { claimsOf, libraryOptions } from './options.ts'
import { confirmEmail, findUser, lockUser, noteDevice } from './queries.ts'
import { createStore, inTransaction, type StoreOptions } from './store.ts'

export type SignInOptions = {
  config: SignInConfig
  /** What the plugin puts before `/api/auth`. */
  prefix: string
  corsOrigins: readonly string[]
  defaultLanguage: Language
  pool: Pool
  accounts: Accounts
  activity: Activity
  log: Log
}

export type SignIn = {
  /** Answers a request as Better Auth does. Runs within `currentRequest`. */
  handle: (request: Request) => Promise<Response>
  /** Makes the first key. @throws OperatorError when the keys cannot be used with this secret. */
  checkKeys: () => Promise<void>
  close: () => Promise<void>
}

export async function createSignIn(options: SignInOptions): Promise<SignIn> {
  const { config, prefix, corsOrigins, defaultLanguage, pool, accounts, activity, log } = options
  const { secret, publicUrl } = config
  if (secret === undefined) throw new Error('the sign-in was given no secret')
  const mailer =
    config.mail &&
    (await (await import('./mailer.ts')).createMailer({ ...config.mail, pool, defaultLanguage, log }))

  /** The account first, then the session and its entry in the log, which are one fact. */
  const openSession: StoreOptions['openSession'] = async (userId, insert) => {
    const request = currentRequest.getStore()
    const user = await findUser(pool, userId)
    if (!request || !user) throw new Error('a session without a request or a user')
    const caller = {
      issuer: BUILT_IN_ISSUER,
      subject: user.id,
      subjectClaim: 'sub',
      claims: { sub: user.id, ...claimsOf(user) },
      scopes: [],
    }
    const account = await accounts.open(caller, request.facts)
    return transaction(pool, async (db) => {
      const session = await insert(db)
      const isNew = await noteDevice(db, user.id, deviceOf(request.facts.userAgent))
      await activity.log(
        {
          user: { id: account },
          action: 'system.login',
          metadata: { method: 'password', new_device: isNew },
          request: request.facts,
        },
        db,
      )
      return session
    })
  }

  const library = betterAuth(
    libraryOptions({
      secret,
      publicUrl,
      prefix,
      corsOrigins,
      database: createStore({ pool, openSession, replaceUnconfirmed: mailer !== undefined }),
      mailer,
      confirmEmail: (userId) => confirmEmail(pool, userId),
      log,
    }),
  )

  /** A sign-in that brings a link confirms the e-mail with it, if the password is right and that is all that is missing. */
  async function answer(request: Request): Promise<Response> {
    const context = currentRequest.getStore()
    const link = mailer && context?.path === '/sign-in/email' ? await linkOf(request) : undefined
    if (!context || !link) return library.handler(request)
    context.confirming = link.email
    const first = await library.handler(request.clone())
    if (!(await isUnconfirmed(first))) return first
    await confirm(link)
    delete context.confirming
    return library.handler(request)
  }

  /** Or leaves it, if the link is not, or no longer, one of this account. */
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

  return {
    handle: async (request) => {
      const response = await answer(request)
      const outage = currentRequest.getStore()?.outage
      if (outage !== undefined) throw outage
      return response
    },
    checkKeys: async () => {
      try {
        await library.api.signJWT({ body: { payload: { sub: 'start' } } })
      } catch (cause) {
        if (!(cause instanceof Error) || !cause.message.includes('decrypt private key')) throw cause
        throw new OperatorError(
          'The keys of the sign-in were encrypted with another AUTH_SECRET: set that one, or delete them ' +
            '(delete from auth.jwks), which ends all tokens at once.',
          { cause },
        )
      }
    },
    close: async () => {
      await mailer?.close()
    },
  }
}

/** The kind of device: browsers change their version every few weeks and are no other device for it. */
function deviceOf(userAgent: string | null): Buffer {
  return createHash('sha256')
    .update((userAgent ?? '').replaceAll(/\d+(?:[._]\d+)*/g, ''))
    .digest()
}
