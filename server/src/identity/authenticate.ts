import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../errors.ts'
import type { Accounts } from './accounts.ts'
import { unauthorized, type Caller, type VerifyToken } from './tokens.ts'
import { keptUserAgent, type RequestFacts } from '../http/request-facts.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: a signed-in user (the default), a token with a scope, or anybody. */
    access?: 'user' | 'public' | { scope: string }
    /** `false`: requests are not counted. */
    limited?: boolean
  }
  interface FastifyRequest {
    /** Whose token came with the request; undefined on a public route. */
    caller: Caller | undefined
    /** The account of the caller; 0 where there is none. */
    userId: number
    facts: RequestFacts
  }
}

export type AuthenticateOptions = {
  verify: VerifyToken
  accounts: Accounts
  addressOf: (request: FastifyRequest) => string | null
  /** Counts the request against a key and throws `rate_limited` when there were too many. */
  limit: (request: FastifyRequest, key: string) => Promise<void>
}

/** Every route is for signed-in users unless its config says otherwise. */
export function registerAuthentication(app: FastifyInstance, options: AuthenticateOptions): void {
  const { verify, accounts, addressOf, limit } = options
  app.decorateRequest('caller', undefined)
  app.decorateRequest('userId', 0)
  app.decorateRequest('facts', null as never)

  app.addHook('onRequest', async (request) => {
    const ipAddress = addressOf(request)
    request.facts = {
      ipAddress,
      userAgent: keptUserAgent(request.headers['user-agent']),
      requestId: request.id,
    }
    const { access = 'user', limited = true } = request.routeOptions.config
    const count = limited ? (key: string) => limit(request, key) : async () => {}
    const countAddress = () => count(`ip ${normalizeIP(ipAddress ?? 'unknown')}`)
    if (access === 'public') return countAddress()
    let caller: Caller
    try {
      caller = await verify(bearerToken(request))
    } catch (error) {
      await countAddress()
      throw error
    }
    await count(`user ${caller.issuer} ${caller.subject}`)
    request.caller = caller
    if (access === 'user') request.userId = await accounts.open(caller, request.facts)
    else if (!caller.scopes.includes(access.scope)) throw new Problem('forbidden')
  })
}

/** RFC 6750, section 2.1. Tokens in the query or the body are not read: addresses end up in logs. */
function bearerToken(request: FastifyRequest): string {
  const { authorization } = request.headers
  if (authorization === undefined) throw unauthorized()
  const token = /^Bearer +([\w~+/.=-]+) *$/i.exec(authorization)?.[1]
  if (token === undefined) throw unauthorized('invalid_token')
  return token
}
