/** What UPM offers to the code of its host: `app.upm`. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { findAccount } from './accounts/account.ts'
import type { Caller } from './accounts/caller.ts'
import { within, type PoolClient } from './database/database.ts'
import type { ProfileDocument } from './document/present.ts'
import { requestedLanguage } from './http/language.ts'
import { sendProblem } from './http/problem.ts'
import { NO_REQUEST } from './http/request-facts.ts'
import type { Activity } from './log/activity.ts'
import type { Actor } from './log/actor.ts'
import type { Language } from './errors.ts'
import type { PersonalData } from './personal-data.ts'
import { compareWithCatalogue, type Finding } from './privacy/catalogue.ts'
import { describeRegister, registerAsMarkdown } from './privacy/register.ts'
import type { Services } from './services.ts'

/** Who asks. */
export type UpmUser = {
  /** The id of the account: what entries and profiles are kept under. */
  id: number
  /** Null: another account has proven that the address is its own. */
  email: string | null
  role: string
  /** The profile type that is active. */
  profileType: string
  /** Who issued the token, and what it calls the user. */
  issuer: string
  subject: string
  scopes: readonly string[]
  /** All claims of the token, as they were signed. */
  claims: Caller['claims']
}

export type ProfileChangeOptions = {
  /** Changes the profile only if its document has this version. Default: whatever version it has. */
  version?: number
  /** Who makes the change, if it is not the user. */
  actor?: Actor
  /**
   * The request that caused the change. Its IP address, User-Agent and id are stored with the entry. If `authenticate` has
   * found a user of the bundled sign-in by it, nothing is changed once that session has ended.
   */
  request?: FastifyRequest
  /** The connection of your transaction. The change is committed or rolled back with it, and the account is locked until then. */
  client?: PoolClient
}

export type UpmApi = {
  /**
   * Says who asks, by the access token of the request. Also a `preHandler`: then `request.upmUser` has the same.
   *
   * @throws Problem `unauthorized` (no valid token), `forbidden` (the token of a service, or without a required scope), `account_disabled`,
   *   `unavailable` (the keys of the issuer or the database cannot be reached), and what the first visit of a user can be refused for.
   */
  authenticate: (request: FastifyRequest) => Promise<UpmUser>
  /**
   * Answers with any error as UPM does: a `Problem` as problem document in the language of the request, everything else as 500
   * without details, which are logged. Also an error handler: `app.setErrorHandler(app.upm.sendProblem)`.
   */
  sendProblem: (error: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<void>
  profiles: {
    /** The document that `GET /api/me/profile/` returns. @throws Problem `not_found` */
    get: (userId: number, client?: PoolClient) => Promise<ProfileDocument>
    /**
     * Changes a profile as `PATCH /api/me/profile/` does: the same merge patch, validation, limits, lock and log entries. Returns the new document.
     * If it hides the profile, the picture gets a new address: before this returns, or with your `client` soon after your commit.
     *
     * @throws Problem `validation_failed` with every faulty field, `not_found`, `precondition_failed`, `profile_incomplete`,
     *   `rate_limited`, `session_ended`
     */
    change: (userId: number, patch: object, options?: ProfileChangeOptions) => Promise<ProfileDocument>
  }
  activity: Activity
  privacy: {
    /** What this installation holds of people, with what your features have registered: a page of Markdown for your records. */
    map: (language: Language) => string
    /**
     * What the map misses or says too much. Give it the schemas of your own tables in a test: a table with a text column or the key
     * of a person that no feature registers is a finding.
     */
    check: (schemas?: readonly string[]) => Promise<Finding[]>
  }
}

/** With several registrations in one context, `app.upm` is the first of them. */
export type Upm = UpmApi & {
  /** The one that was registered with this prefix. @throws TypeError if there is none. */
  at: (prefix: string) => UpmApi
}

/** @param register the data map of UPM and of the host's features */
export function createUpmApi(
  { authenticator, pool, documents, activity, defaultLanguage, config }: Services,
  register: readonly PersonalData[],
): UpmApi {
  const { factsOf, verify, open, forget } = authenticator

  /** Whose requests they are, as far as somebody has asked. */
  const callers = new WeakMap<FastifyRequest, Caller>()

  async function authenticate(request: FastifyRequest): Promise<UpmUser> {
    const caller = await verify(request)
    callers.set(request, caller)
    const facts = factsOf(request, caller)
    const id = await open(caller, facts)
    let account = await findAccount(pool, id)
    if (!account) {
      // It was deleted or disabled after it was looked up: the token opens another one, or is refused with the reason.
      forget(id)
      account = await findAccount(pool, await open(caller, facts))
    }
    if (!account) throw new Error(`account ${id} was deleted while it was opened`)
    const { issuer, subject, scopes, claims } = caller
    const { profile_type: profileType, ...rest } = account
    return { ...rest, profileType, issuer, subject, scopes, claims }
  }

  return {
    authenticate,
    sendProblem: (error, request, reply) =>
      sendProblem(error, request, reply, requestedLanguage(request) ?? defaultLanguage),
    profiles: {
      get: (userId, client) => documents.getDocument(userId, client && within(pool, client)),
      change: (userId, patch, { version, actor, request, client } = {}) => {
        const options = {
          versions: version === undefined ? null : [version],
          request: request ? factsOf(request, callers.get(request)) : NO_REQUEST,
          ...(actor && { actor }),
        }
        return client
          ? documents.changeDocumentWithin(within(pool, client), userId, patch, options)
          : documents.changeDocument(userId, patch, options)
      },
    },
    activity,
    privacy: {
      map: (language) => registerAsMarkdown(describeRegister(register, config, language), language),
      check: (schemas) => compareWithCatalogue(pool, register, schemas),
    },
  }
}
