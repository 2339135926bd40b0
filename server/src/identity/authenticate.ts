import { problems, Problem } from '../errors.ts'
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import { AccountGone, AccountLeaving } from '../accounts/account.ts'
import { sessionOf } from '../accounts/session.ts'
import type { Accounts, OpenOptions } from './accounts.ts'
import { insufficientScope, SERVICE_SCOPE, unauthorized, type TokenVerifier } from './tokens.ts'
import { type Caller } from '../accounts/caller.ts'
import { keptUserAgent, type RequestFacts } from '../http/request-facts.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import { withRefusals } from '../http/responses.ts'
import { identityProblems } from './problems.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: a signed-in user (the default), a token with a scope, or anybody. */
    access?: 'user' | 'public' | { scope: string }
    /** `false`: requests are not counted. */
    limited?: boolean
    /** `true`: also for users whose account is to be deleted. */
    evenLeaving?: boolean
    /** The handler reads the body itself, so that it cannot run a second time. */
    once?: boolean
  }
  interface FastifyRequest {
    /** Whose token came with the request; undefined on a public route. */
    caller: Caller | undefined
    /** The account of the caller; 0 where there is none. */
    userId: number
    /** The account that a request to the sign-in was about, for the line in the server's log. */
    about: number | undefined
    facts: RequestFacts
  }
}

type Authenticator = ReturnType<typeof createAuthenticator>

export type AuthenticatorOptions = {
  tokens: TokenVerifier
  accounts: Accounts
  /** The scopes that a user's token must have, each of them. Those of the bundled sign-in need none. */
  requiredScopes: readonly string[]
  addressOf: (request: FastifyRequest) => string | null
}

/** Says who asks, by the token of a request. */
export function createAuthenticator({ tokens, accounts, requiredScopes, addressOf }: AuthenticatorOptions) {
  /** @param caller whose token came with the request, if that has been verified */
  const factsOf = (request: FastifyRequest, caller?: Caller): RequestFacts => ({
    ipAddress: addressOf(request),
    userAgent: keptUserAgent(request.headers['user-agent']),
    requestId: request.id,
    session: caller && sessionOf(caller),
  })

  /** @throws Problem `unauthorized`, `unavailable`. */
  async function verify(request: FastifyRequest): Promise<Caller> {
    return tokens.verify(bearerToken(request))
  }

  /** The account of a caller who is a user. @throws Problem `forbidden`, and what `accounts.open` throws. */
  async function open(caller: Caller, facts: RequestFacts, options?: OpenOptions): Promise<number> {
    demandUser(caller)
    return accounts.open(caller, facts, options)
  }

  /** Whom a user's access token speaks for. @throws Problem `unauthorized`, `forbidden`, `unavailable`. */
  async function verifyUser(token: string): Promise<Caller> {
    const caller = await tokens.verify(token)
    demandUser(caller)
    return caller
  }

  function demandUser(caller: Caller): void {
    // Whoever may write into everybody's log is a service, and a service is no user.
    if (caller.scopes.includes(SERVICE_SCOPE)) throw new Problem(problems.forbidden)
    if (caller.issuer !== BUILT_IN_ISSUER) demandScopes(caller, requiredScopes)
  }

  return { factsOf, verify, verifyUser, open, forget: accounts.forget }
}

export type AuthenticateOptions = { authenticator: Authenticator; rateLimit: RateLimit }

/** Every route is for signed-in users unless its config says otherwise. */
export function registerAuthentication(
  app: FastifyInstance,
  { authenticator, rateLimit }: AuthenticateOptions,
): void {
  app.decorateRequest('caller', undefined)
  app.decorateRequest('userId', 0)
  app.decorateRequest('about', undefined)
  app.decorateRequest('facts')

  declareRefusals(app)
  reopenGone(app, authenticator)
  app.addHook('onRequest', async (request) => {
    request.facts = authenticator.factsOf(request)
    const { ipAddress } = request.facts
    const { access = 'user', limited = true, evenLeaving = false } = request.routeOptions.config
    const count = limited ? (key: string) => rateLimit.count(request, key) : async () => {}
    const countAddress = () => count(`ip ${normalizeIP(ipAddress ?? 'unknown')}`)
    if (access === 'public') return countAddress()
    let caller: Caller
    try {
      caller = await authenticator.verify(request)
    } catch (error) {
      await countAddress()
      throw error
    }
    await count(`user ${caller.issuer} ${caller.subject}`)
    request.caller = caller
    request.facts.session = sessionOf(caller)
    if (access === 'user') request.userId = await authenticator.open(caller, request.facts, { evenLeaving })
    else demandScopes(caller, [access.scope])
  })
}

/** Every route documents what it answers before its handler runs: to whom it is closed, and when it was called too often. */
function declareRefusals(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (!route.schema?.response) return
    const { access = 'user', limited = true, evenLeaving = false } = route.config ?? {}
    route.schema.response = withRefusals(route.schema.response, [
      ...(access === 'public' ? [] : OF_TOKENS),
      ...(access === 'user' ? OF_ACCOUNTS : []),
      ...(access === 'user' && !evenLeaving ? [identityProblems.account_leaving] : []),
      ...(access === 'user' && !isRead(route.method) ? [identityProblems.session_ended] : []),
      ...(limited ? [problems.rate_limited] : []),
    ])
  })
}

/** Ended sessions still read. */
function isRead(method: string | string[]): boolean {
  return [method].flat().every((name) => name === 'GET' || name === 'HEAD')
}

/** The keys of the issuer, which judge a token, can be unavailable. */
const OF_TOKENS = [problems.unauthorized, problems.forbidden, problems.unavailable]
const OF_ACCOUNTS = [
  identityProblems.role_unknown,
  identityProblems.account_disabled,
  identityProblems.email_taken,
]

/**
 * Which account a token opens is remembered (known-accounts.ts), and so it may be one that was deleted in the meantime.
 * The handler finds that out by the statement that it runs anyway. Then it runs once more, for the account that the token
 * opens now.
 */
function reopenGone(app: FastifyInstance, { forget, open }: Authenticator): void {
  app.addHook('onRoute', (route) => {
    const { handler, config: { access = 'user', once = false, evenLeaving = false } = {} } = route
    if (access !== 'user') return
    route.handler = async function (request, reply) {
      try {
        return await handler.call(this, request, reply)
      } catch (error) {
        const { caller } = request
        // Other requests of the same token are refused before their handlers run.
        if (error instanceof AccountLeaving) forget(error.userId)
        if (!(error instanceof AccountGone) || error.userId !== request.userId || !caller) throw error
        forget(error.userId)
        if (once) throw new Problem(problems.unavailable, { headers: { 'retry-after': '1' }, cause: error })
        request.userId = await open(caller, request.facts, { evenLeaving })
        return handler.call(this, request, reply)
      }
    }
  })
}

function demandScopes({ scopes }: Caller, needed: readonly string[]): void {
  if (!needed.every((scope) => scopes.includes(scope))) throw insufficientScope(needed)
}

/** RFC 6750, section 2.1. Tokens in the query or the body are not read: addresses end up in logs. */
function bearerToken(request: FastifyRequest): string {
  const { authorization } = request.headers
  if (authorization === undefined) throw unauthorized()
  const token = /^Bearer +([\w~+/.=-]+) *$/i.exec(authorization)?.[1]
  if (token === undefined) throw unauthorized('invalid_token')
  return token
}
