import { signInProblems } from './problems.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { SignInConfig } from '../config/config.ts'
import { Problem } from '../errors.ts'
import { isTimeZone } from '../time-zones.ts'
import { parseJson } from '../http/body.ts'
import type { Notices } from '../accounts/notices.ts'
import { requestedLanguage } from '../http/language.ts'
import type { Counted } from '../meters.ts'
import { sendProblem } from '../http/problem.ts'
import { exceptBody, type Validator } from '../http/validation.ts'
import { createBodyReader, type Body } from './bodies.ts'
import { currentRequest, type SignInRequest } from './context.ts'
import { createOperations, type Operation, type OperationName } from './operations.ts'
import { presentRefusal } from './refusals.ts'
import { closed, signInSchemas } from './schema.ts'
import { createSignIn, type SignInOptions } from './sign-in.ts'
import { createThrottle, type Attempt, type Counting } from './throttle.ts'
import { goesByToken, sendAnswer, toWebHeaders, toWebRequest } from './web.ts'
import { textOf } from '../values.ts'
import type { App } from '../http/app.ts'

type Route = {
  method: 'GET' | 'POST'
  /** Below `/api/auth`. */
  path: string
  operation: OperationName
  /** Attempts are counted under this name. */
  throttled?: Attempt['what']
  /** The field with the address that gets a mail, where attempts are counted under another name: mails are counted besides. */
  mailsTo?: string
  /** Its outcomes are counted in /metrics. */
  counted?: Counted
}

/**
 * What of the library can be reached. Left out is what would change what UPM keeps (`update-user`, `delete-user`: names are
 * edited in the profile, the role is read-only) and all of the social sign-in. `change-email` is ours (email-changes.ts).
 */
const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/sign-up/email', operation: 'signUp', throttled: 'sign-up', counted: 'sign_up' },
  { method: 'POST', path: '/sign-in/email', operation: 'signIn', throttled: 'sign-in', counted: 'sign_in' },
  { method: 'POST', path: '/sign-out', operation: 'signOut' },
  { method: 'GET', path: '/get-session', operation: 'getSession' },
  { method: 'GET', path: '/token', operation: 'getToken' },
  { method: 'GET', path: '/jwks', operation: 'getKeys' },
  { method: 'GET', path: '/list-sessions', operation: 'listSessions' },
  { method: 'POST', path: '/revoke-session', operation: 'revokeSession' },
  { method: 'POST', path: '/revoke-sessions', operation: 'revokeSessions' },
  { method: 'POST', path: '/revoke-other-sessions', operation: 'revokeOtherSessions' },
  { method: 'POST', path: '/change-password', operation: 'changePassword', throttled: 'password' },
  {
    method: 'POST',
    path: '/change-email',
    operation: 'changeEmail',
    throttled: 'password',
    mailsTo: 'newEmail',
  },
  {
    method: 'POST',
    path: '/confirm-email-change',
    operation: 'confirmEmailChange',
    throttled: 'verify',
  },
  { method: 'POST', path: '/undo-email-change', operation: 'undoEmailChange', throttled: 'reset' },
  {
    method: 'POST',
    path: '/passkey/generate-register-options',
    operation: 'getPasskeyCreation',
    throttled: 'password',
  },
  { method: 'POST', path: '/passkey/verify-registration', operation: 'addPasskey' },
  { method: 'GET', path: '/passkey/generate-authenticate-options', operation: 'getPasskeyRequest' },
  {
    method: 'POST',
    path: '/passkey/verify-authentication',
    operation: 'signInWithPasskey',
    throttled: 'passkey',
    counted: 'sign_in',
  },
  { method: 'GET', path: '/passkey/list-user-passkeys', operation: 'listPasskeys' },
  { method: 'POST', path: '/passkey/update-passkey', operation: 'renamePasskey' },
  { method: 'POST', path: '/passkey/delete-passkey', operation: 'removePasskey', throttled: 'password' },
  { method: 'GET', path: '/two-factor/status', operation: 'getSecondStep' },
  { method: 'POST', path: '/two-factor/enable', operation: 'enableSecondStep', throttled: 'password' },
  { method: 'POST', path: '/two-factor/verify-totp', operation: 'verifySecondStep', throttled: 'password' },
  { method: 'POST', path: '/two-factor/disable', operation: 'disableSecondStep', throttled: 'password' },
  {
    method: 'POST',
    path: '/two-factor/generate-backup-codes',
    operation: 'renewRecoveryCodes',
    throttled: 'password',
  },
  { method: 'POST', path: '/request-password-reset', operation: 'requestPasswordReset', throttled: 'mail' },
  { method: 'GET', path: '/reset-password/:token', operation: 'openPasswordReset', throttled: 'reset' },
  { method: 'POST', path: '/reset-password', operation: 'resetPassword', throttled: 'reset' },
  { method: 'POST', path: '/send-verification-email', operation: 'sendVerificationEmail', throttled: 'mail' },
  { method: 'GET', path: '/verify-email', operation: 'verifyEmail', throttled: 'verify' },
]

/** Nobody has an e-mail that is longer, with all the white space around it. */
const MAX_EMAIL_UNITS = 1024

export type SignInRoutesOptions = Omit<SignInOptions, 'prefix' | 'log'> & {
  validator: Validator
  roles: readonly string[]
  uiLanguages: readonly string[]
  notices: Notices
}

export async function signInRoutes(
  app: App,
  { validator, roles, uiLanguages, notices, ...options }: SignInRoutesOptions,
): Promise<void> {
  const { publicUrl } = options.config
  const signIn = await createSignIn({ ...options, prefix: app.prefix, log: app.log })
  notices.deliverBy(signIn.tell)
  const throttle = createThrottle(options.pool, signIn.marks)
  const countings = new WeakMap<FastifyRequest, Counting>()
  const undecided = new WeakSet<FastifyRequest>()
  const operations = createOperations(roles)
  const languageOf = (request: FastifyRequest) => requestedLanguage(request) ?? options.defaultLanguage
  acceptNoBody(app)
  app.setErrorHandler((error, request, reply) =>
    sendProblem(error, request, reply, languageOf(request), presentRefusal),
  )
  app.addHook('onResponse', async (_request, reply) => {
    if (reply.statusCode === 429) options.meters.securityEvent('limited')
  })
  app.addHook('onRoute', (route) => {
    // Cookies come along by themselves here, and the answers hold tokens: their length must say nothing of them (BREACH).
    route.config = { ...route.config, compressed: false }
  })
  app.addHook('onReady', () => signIn.checkKeys())
  app.addHook('onClose', () => signIn.close())

  for (const schema of signInSchemas) app.addSchema(schema)
  for (const { method, path, operation: name, throttled, mailsTo, counted } of ROUTES) {
    const operation: Operation = operations[name]
    const reader = createBodyReader(validator, operation.body ?? closed({}))
    app.route({
      method,
      url: `/api/auth${path}`,
      config: { access: 'public', ...(counted && { counted }) },
      schema: { operationId: name, tags: ['sign-in'], ...operation },
      // With the library's codes (bodies.ts).
      validatorCompiler: exceptBody(app),
      // An attempt counts before its body is received, and before anything is made of it.
      onRequest: async (request) => {
        if (throttled === undefined) return
        const { facts, headers } = request
        const device = signIn.deviceOf(headers.cookie)
        countings.set(request, await throttle.enter({ what: throttled, ipAddress: facts.ipAddress, device }))
      },
      onSend: async (request, reply) => {
        await countings
          .get(request)
          ?.settle(undecided.has(request) ? 'undecided' : reply.statusCode < 400 ? 'owner' : 'other')
          .catch((err: unknown) =>
            request.log.warn({ err }, 'the outcome of a sign-in attempt could not be counted'),
          )
      },
      handler: async (request, reply) => {
        if (name === 'signUp') admit(options.config.signUp, request.body)
        const context: SignInRequest = {
          path,
          facts: request.facts,
          language: requestedLanguage(request),
          device: signIn.deviceOf(request.headers.cookie),
          cookies: [],
          events: [],
        }
        return currentRequest.run(context, async () => {
          const session = throttled === 'password' ? await signIn.sessionOf(toWebHeaders(request)) : undefined
          await countings.get(request)?.account({ email: emailOf(request), session })
          if (method === 'POST') {
            const body = reader.read(request.body)
            request.body =
              name === 'signUp'
                ? takeInvitation(context, body)
                : name === 'signIn' || name === 'signInWithPasskey'
                  ? takeSettings(context, body, uiLanguages)
                  : body
          }
          if (mailsTo !== undefined) {
            const { device } = context
            const mails = await throttle.enter({ what: 'mail', ipAddress: request.facts.ipAddress, device })
            await mails.account({ email: textOf(request.body, mailsTo) })
          }
          context.byToken = goesByToken(request)
          const response = await signIn.handle(toWebRequest(request, publicUrl)).finally(() => {
            if (context.isUndecided) undecided.add(request)
          })
          request.about = context.account
          return sendAnswer(request, reply, response, context.cookies)
        })
      },
    })
  }
}

/** Whether anybody may sign up is said before what they have sent is looked at. */
function admit(mode: SignInConfig['signUp'], body: unknown): void {
  if (mode === 'off') throw new Problem(signInProblems.sign_up_closed)
  if (mode === 'invited' && textOf(body, 'invitation') === undefined)
    throw new Problem(signInProblems.invitation_required)
}

/** It is ours, not the library's. */
function takeInvitation(context: SignInRequest, { invitation, ...body }: Body): Body {
  if (typeof invitation === 'string') context.invitation = invitation
  return body
}

/** They are ours, too. A time zone or a language that is not known here is no reason to refuse a sign-in. */
function takeSettings(
  context: SignInRequest,
  { timezone, language, code, trustDevice, ...body }: Body,
  uiLanguages: readonly string[],
): Body {
  if (typeof code === 'string') context.code = code
  context.trustDevice = trustDevice === true
  context.settings = {
    ...(typeof timezone === 'string' && isTimeZone(timezone) && { timezone }),
    ...(typeof language === 'string' && uiLanguages.includes(language) && { uiLanguage: language }),
  }
  return body
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

function emailOf({ body }: FastifyRequest): string | undefined {
  const email = textOf(body, 'email')
  return email !== undefined && email.length <= MAX_EMAIL_UNITS ? email : undefined
}
