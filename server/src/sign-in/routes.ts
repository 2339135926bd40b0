import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Problem } from '../errors.ts'
import { parseJson } from '../http/body.ts'
import { requestedLanguage } from '../http/language.ts'
import { sendProblem } from '../http/problem.ts'
import type { Validator } from '../http/validation.ts'
import { createBodyReader } from './bodies.ts'
import { currentRequest, type SignInRequest } from './context.ts'
import { presentRefusal } from './refusals.ts'
import { createBodies } from './schema.ts'
import { createSignIn, type SignInOptions } from './sign-in.ts'
import { createThrottle, type Attempt } from './throttle.ts'
import { sendAnswer, toWebRequest } from './web.ts'

type Route = {
  method: 'GET' | 'POST'
  /** Below `/api/auth`. */
  path: string
  /** What is sent with it; nothing where it is not said. */
  body?: keyof ReturnType<typeof createBodies>
  /** Attempts are counted under this name. */
  throttled?: string
}

/**
 * What of the library can be reached. Left out is what would change what UPM keeps (`update-user`, `change-email`,
 * `delete-user`: names are edited in the profile, e-mail and role are read-only) and all of the social sign-in.
 */
const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/sign-up/email', body: 'signUp', throttled: 'sign-up' },
  { method: 'POST', path: '/sign-in/email', body: 'signIn', throttled: 'sign-in' },
  { method: 'POST', path: '/sign-out' },
  { method: 'GET', path: '/get-session' },
  { method: 'GET', path: '/token' },
  { method: 'GET', path: '/jwks' },
  { method: 'GET', path: '/list-sessions' },
  { method: 'POST', path: '/revoke-session', body: 'revokeSession' },
  { method: 'POST', path: '/revoke-sessions' },
  { method: 'POST', path: '/revoke-other-sessions' },
  { method: 'POST', path: '/change-password', body: 'changePassword', throttled: 'password' },
  { method: 'POST', path: '/request-password-reset', body: 'requestPasswordReset', throttled: 'mail' },
  { method: 'GET', path: '/reset-password/:token', throttled: 'reset' },
  { method: 'POST', path: '/reset-password', body: 'resetPassword', throttled: 'reset' },
  { method: 'POST', path: '/send-verification-email', body: 'sendVerificationEmail', throttled: 'mail' },
  { method: 'GET', path: '/verify-email', throttled: 'verify' },
]

const MAX_BODY_BYTES = 16 * 1024

export type SignInRoutesOptions = Omit<SignInOptions, 'basePath' | 'log'> & {
  validator: Validator
  roles: readonly string[]
}

export async function signInRoutes(
  app: FastifyInstance,
  { validator, roles, ...options }: SignInRoutesOptions,
): Promise<void> {
  const { publicUrl } = options.config
  const signIn = await createSignIn({ ...options, basePath: `${app.prefix}/api/auth`, log: app.log })
  const throttle = createThrottle(options.pool)
  const bodies = createBodies(roles)
  const languageOf = (request: FastifyRequest) => requestedLanguage(request) ?? options.defaultLanguage
  acceptNoBody(app)
  app.setErrorHandler((error, request, reply) =>
    sendProblem(withOwnLimit(error), request, reply, languageOf(request), presentRefusal),
  )
  app.addHook('onReady', () => signIn.checkKeys())
  app.addHook('onClose', () => signIn.close())

  for (const { method, path, body = 'nothing', throttled } of ROUTES) {
    const readBody = createBodyReader(validator, bodies[body])
    app.route({
      method,
      url: `/api/auth${path}`,
      bodyLimit: MAX_BODY_BYTES,
      config: { access: 'public' },
      // Parameters here are the library's business.
      schema: { hide: true, querystring: Type.Object({}, { additionalProperties: true }) },
      handler: async (request, reply) => {
        if (method === 'POST') request.body = readBody(request.body)
        const attempt = throttled === undefined ? undefined : attemptOf(request, throttled)
        if (attempt) await throttle.count(attempt)
        const context: SignInRequest = { path, facts: request.facts, language: requestedLanguage(request) }
        const response = await currentRequest.run(context, () =>
          signIn.handle(toWebRequest(request, publicUrl)),
        )
        if (attempt && response.ok) await throttle.forgive(attempt)
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
