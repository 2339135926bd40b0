import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../errors.ts'
import { parseJson } from '../http/body.ts'
import { requestedLanguage } from '../http/language.ts'
import { sendProblem } from '../http/problem.ts'
import { exceptBody, type Validator } from '../http/validation.ts'
import { createBodyReader } from './bodies.ts'
import { currentRequest, type SignInRequest } from './context.ts'
import { createOperations, type Operation, type OperationName } from './operations.ts'
import { presentRefusal } from './refusals.ts'
import { closed, signInSchemas } from './schema.ts'
import { createSignIn, type SignInOptions } from './sign-in.ts'
import { createThrottle, type Attempt } from './throttle.ts'
import { sendAnswer, toWebRequest } from './web.ts'

type Route = {
  method: 'GET' | 'POST'
  /** Below `/api/auth`. */
  path: string
  operation: OperationName
  /** Attempts are counted under this name. */
  throttled?: string
  /** Success shows that it was the owner, and the attempts before are forgotten. Anybody can sign others up. */
  forgiven?: true
}

/**
 * What of the library can be reached. Left out is what would change what UPM keeps (`update-user`, `change-email`,
 * `delete-user`: names are edited in the profile, e-mail and role are read-only) and all of the social sign-in.
 */
const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/sign-up/email', operation: 'signUp', throttled: 'sign-up' },
  { method: 'POST', path: '/sign-in/email', operation: 'signIn', throttled: 'sign-in', forgiven: true },
  { method: 'POST', path: '/sign-out', operation: 'signOut' },
  { method: 'GET', path: '/get-session', operation: 'getSession' },
  { method: 'GET', path: '/token', operation: 'getToken' },
  { method: 'GET', path: '/jwks', operation: 'getKeys' },
  { method: 'GET', path: '/list-sessions', operation: 'listSessions' },
  { method: 'POST', path: '/revoke-session', operation: 'revokeSession' },
  { method: 'POST', path: '/revoke-sessions', operation: 'revokeSessions' },
  { method: 'POST', path: '/revoke-other-sessions', operation: 'revokeOtherSessions' },
  { method: 'POST', path: '/change-password', operation: 'changePassword', throttled: 'password' },
  { method: 'POST', path: '/request-password-reset', operation: 'requestPasswordReset', throttled: 'mail' },
  { method: 'GET', path: '/reset-password/:token', operation: 'openPasswordReset', throttled: 'reset' },
  { method: 'POST', path: '/reset-password', operation: 'resetPassword', throttled: 'reset' },
  { method: 'POST', path: '/send-verification-email', operation: 'sendVerificationEmail', throttled: 'mail' },
  { method: 'GET', path: '/verify-email', operation: 'verifyEmail', throttled: 'verify' },
]

const MAX_BODY_BYTES = 16 * 1024

export type SignInRoutesOptions = Omit<SignInOptions, 'prefix' | 'log'> & {
  validator: Validator
  roles: readonly string[]
}

export async function signInRoutes(
  app: FastifyInstance,
  { validator, roles, ...options }: SignInRoutesOptions,
): Promise<void> {
  const { publicUrl } = options.config
  const signIn = await createSignIn({ ...options, prefix: app.prefix, log: app.log })
  const throttle = createThrottle(options.pool)
  const operations = createOperations(roles)
  const languageOf = (request: FastifyRequest) => requestedLanguage(request) ?? options.defaultLanguage
  acceptNoBody(app)
  app.setErrorHandler((error, request, reply) =>
    sendProblem(withOwnLimit(error), request, reply, languageOf(request), presentRefusal),
  )
  app.addHook('onReady', () => signIn.checkKeys())
  app.addHook('onClose', () => signIn.close())

  for (const schema of signInSchemas) app.addSchema(schema)
  for (const { method, path, operation: name, throttled, forgiven } of ROUTES) {
    const operation: Operation = operations[name]
    const readBody = createBodyReader(validator, operation.body ?? closed({}))
    app.route({
      method,
      url: `/api/auth${path}`,
      bodyLimit: MAX_BODY_BYTES,
      config: { access: 'public' },
      schema: { operationId: name, tags: ['sign-in'], ...operation },
      // With the library's codes (bodies.ts).
      validatorCompiler: exceptBody(app),
      handler: async (request, reply) => {
        if (method === 'POST') request.body = readBody(request.body)
        const attempt = throttled === undefined ? undefined : attemptOf(request, throttled)
        if (attempt) await throttle.count(attempt)
        const context: SignInRequest = { path, facts: request.facts, language: requestedLanguage(request) }
        const response = await currentRequest.run(context, () =>
          signIn.handle(toWebRequest(request, publicUrl)),
        )
        if (attempt && forgiven && response.ok) await throttle.forgive(attempt)
        return sendAnswer(reply, response)
      },
    })
  }
}

/** A client sends JSON, or, where there is nothing to say, an empty body that it calls JSON. */
function acceptNoBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => (body.length === 0 ? undefined : parseJson(body)),
  )
}

function withOwnLimit(error: unknown): unknown {
  const isTooLarge = (error as Partial<FastifyError>).code === 'FST_ERR_CTP_BODY_TOO_LARGE'
  return isTooLarge ? new Problem('payload_too_large', { params: { max: MAX_BODY_BYTES } }) : error
}

function attemptOf(request: FastifyRequest, what: string): Attempt {
  const { email } = (request.body ?? {}) as { email?: string }
  return { what, ipAddress: request.facts.ipAddress, email }
}
