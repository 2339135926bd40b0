import { AsyncLocalStorage } from 'node:async_hooks'
import type { Language } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import type { NewSettings } from '../identity/accounts.ts'
import type { Invited } from './invitations.ts'
import type { FactorMail } from './mails.ts'

/** A passkey that has signed what it was asked to, before anything is stored. */
export type SignedByPasskey = { userId: string; credentialId: string; counter: number; challenge: Buffer }

/** A request to the sign-in, as far as the callbacks of the library, which know nothing of it, need it. */
export type SignInRequest = {
  /** The path below `/api/auth`. */
  path: string
  facts: RequestFacts
  /** What the request itself asks for. */
  language: Language | undefined
  /** The e-mail that is being confirmed, by its password and a link out of a mail to it. */
  confirming?: string
  /** The name of the browser, as its cookie says, if it is one of ours. */
  device?: string | undefined
  /** Whether the session is a token that the caller keeps (web.ts). */
  byToken?: boolean
  /** Cookies that go out with the answer, besides those of the library. */
  cookies: string[]
  /** That a sign-up came with an address that was changed lately, and is kept for its owner. */
  isKept?: boolean
  /** Of the password of a sign-up, from before its transaction. */
  hashed?: string
  /** Of the password that was right, at a higher cost than that which the database has. */
  renewed?: string
  /** That the password was compared with a hash that is not that of the account any more. */
  isStale?: boolean
  /** Whose password it is. */
  owner?: { email: string; name: string }
  /** The invitation that was brought along, and what it says once it is used. */
  invitation?: string
  invited?: Invited
  /** What the account begins with, if this sign-in makes it. */
  settings?: NewSettings
  /** The hash that the password of this request is compared with. */
  credential?: string
  /** The code of the second step that a sign-in brings along, and whether this browser needs none from now on. */
  code?: string
  trustDevice?: boolean
  /** The passkey that signs in. */
  passkey?: SignedByPasskey
  /** That the password was right and a code is missing: neither the owner, nor somebody who has guessed. */
  isUndecided?: boolean
  /** The session that the browser has had until this sign-in, which ends with it. */
  formerSession?: string
  /** What the owner of an account hears of, once the request has succeeded. */
  events: SecurityEvent[]
  /** The account that the request turned out to be about. */
  account?: number
  /** That the database could not be reached, which the library takes for a session that is not there. */
  outage?: unknown
}

/** The one place where something ambient is unavoidable: between our route and our callbacks lies the library. */
export const currentRequest = new AsyncLocalStorage<SignInRequest>()

/** `userId`: of the library. `isAlarming`: the owner gets a mail, too. */
export type SecurityEvent = {
  action: SecurityAction
  userId: string
  isAlarming: boolean
  /** Which mail that is, where the action does not say it. */
  mail?: FactorMail
}

export type SecurityAction =
  | 'system.login'
  | 'system.email.changed'
  | 'system.factor.changed'
  | 'system.password.changed'
  | 'system.password.reset'
  | 'system.session.ended'
