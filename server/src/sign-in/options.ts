import type { BetterAuthOptions } from 'better-auth'
import { bearer } from 'better-auth/plugins/bearer'
import { jwt } from 'better-auth/plugins/jwt'
import { v7 as uuidv7 } from 'uuid'
import { BUILT_IN_ISSUER } from '../config/parsers.ts'
import type { Log } from '../logger.ts'
import { openedLink, wrongLink } from './confirmation.ts'
import { cookiePlace } from './cookies.ts'
import { currentRequest } from './context.ts'
import { emailChangeEndpoints, type EmailChanges } from './email-changes.ts'
import { AUDIENCE, KEY_GRACE_SECONDS } from './issuer.ts'
import type { Addressee, Mailer } from './mailer.ts'
import { hashOfRequest, verifyForRequest } from './request-passwords.ts'
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from './schema.ts'
import { passkeyEndpoints, type Passkeys } from './passkeys.ts'
import { secondStepEndpoints, type SecondStep } from './second-step.ts'
import { SESSION_SECONDS, sessionsById } from './sessions.ts'
import { claimsOf } from './person.ts'
import { memberOf } from '../values.ts'

/** The header that tells the library whose request it is; a caller's own of this name never gets that far. */
export const ADDRESS_HEADER = 'x-upm-client-address'

const DAY_SECONDS = 86_400
/** How long a key signs. */
const KEY_LIFETIME_SECONDS = 90 * DAY_SECONDS

/** An address that nobody can reach (RFC 6761), where no public one is known: then no link is ever made of it. */
const NOWHERE = 'http://sign-in.invalid'

export type LibraryOptions = {
  secret: string
  publicUrl: string | undefined
  /** What stands before `/api/auth` and before the page: '' or, in a host, `/account`. */
  prefix: string
  corsOrigins: readonly string[]
  database: BetterAuthOptions['database']
  mailer: Mailer | undefined
  /** Called when somebody signs up with the e-mail of an account that has not proven it. `page` is its address. */
  offerAddress: (user: Addressee, page: string) => void
  emailChanges: EmailChanges
  secondStep: SecondStep
  passkeys: Passkeys
  /** Called when a password was reset. */
  confirmEmail: (userId: string) => Promise<void>
  log: Log
}

/** Where a link leads when nobody has said where it should (to the library that is `/` or nothing): to the page. */
function withLanding(link: string, prefix: string): string {
  const url = new URL(link)
  const said = url.searchParams.get('callbackURL')
  if (!said || said === '/') url.searchParams.set('callbackURL', `${prefix}/`)
  return url.href
}

/** Better Auth as we want it. What it may do is decided here, and what of it can be reached in routes.ts. */
export function libraryOptions(options: LibraryOptions) {
  const { secret, publicUrl, prefix, corsOrigins, database, mailer, offerAddress, confirmEmail, log } =
    options
  const { emailChanges, secondStep, passkeys } = options
  const home = publicUrl ?? NOWHERE
  const place = cookiePlace(publicUrl, prefix)
  return {
    appName: 'UPM',
    secret,
    baseURL: home,
    basePath: `${prefix}/api/auth`,
    database,
    trustedOrigins: (request) => [
      ...(request && publicUrl === undefined ? [new URL(request.url).origin] : []),
      // "*" opens the API to pages that bring a token, but not the door where one is got.
      ...corsOrigins.filter((origin) => origin !== '*'),
    ],
    emailAndPassword: {
      enabled: true,
      password: { hash: hashOfRequest, verify: verifyForRequest },
      minPasswordLength: MIN_PASSWORD_CHARACTERS,
      // It counts UTF-16 units, of which a character has two at most; we have counted characters (bodies.ts).
      maxPasswordLength: 2 * MAX_PASSWORD_CHARACTERS,
      // With a sign-in of its own the answer to a sign-up can be the same for an e-mail that is taken.
      autoSignIn: false,
      requireEmailVerification: mailer !== undefined,
      revokeSessionsOnPasswordReset: true,
      ...(mailer && {
        sendResetPassword: async ({ user, url }) =>
          mailer.send(user, { kind: 'reset', url: withLanding(url, prefix) }),
        // Whoever gets the mails of the address has chosen this password.
        onPasswordReset: ({ user }) => confirmEmail(user.id),
        onExistingUserSignUp: async ({ user }) => {
          if (currentRequest.getStore()?.isKept) await emailChanges.remind(user.email)
          else if (user.emailVerified) mailer.send(user, { kind: 'existing', url: `${home}${prefix}/` })
          else offerAddress(user, `${home}${prefix}`)
        },
      }),
    },
    ...(mailer && {
      emailVerification: {
        sendOnSignUp: true,
        sendOnSignIn: true,
        sendVerificationEmail: async ({ user, url }) => {
          // As long as a link is at hand, no other one is sent.
          if (currentRequest.getStore()?.confirming !== undefined) return
          // An invitation by mail has confirmed it already.
          if (user.emailVerified) return
          mailer.send(user, { kind: 'verification', url: withLanding(url, prefix), at: user.createdAt })
        },
        beforeEmailVerification: async ({ email }, request) => {
          const confirming = currentRequest.getStore()?.confirming
          if (confirming === email) return
          throw request ? openedLink(request, home, prefix) : wrongLink()
        },
      },
    }),
    // Whoever is signed in may see their sessions, not only on the day of the sign-in.
    // Its use is noted by the hour, so that the list of sessions says when each was used last.
    session: { freshAge: 0, expiresIn: SESSION_SECONDS, updateAge: 3_600 },
    verification: { storeIdentifier: 'hashed' },
    user: { additionalFields: { role: { type: 'string', required: true, defaultValue: 'student' } } },
    plugins: [
      // The signature says that we have given the token away: what stands in the database is no token.
      bearer({ requireSignature: true }),
      sessionsById(),
      emailChangeEndpoints(emailChanges),
      secondStepEndpoints(secondStep),
      passkeyEndpoints(passkeys, publicUrl),
      jwt({
        jwks: { rotationInterval: KEY_LIFETIME_SECONDS, gracePeriod: KEY_GRACE_SECONDS },
        jwt: {
          issuer: BUILT_IN_ISSUER,
          audience: AUDIENCE,
          expirationTime: '15m',
          // The library's type knows nothing of additional fields.
          definePayload: ({ user, session }) => ({
            ...claimsOf({ ...user, role: String(memberOf(user, 'role')) }),
            // By which writes see that it has ended (accounts/session.ts).
            sid: session.id,
            // OpenID Connect Core, section 2: when the person signed in. A renewed token has the time of its session.
            auth_time: Math.floor(session.createdAt.getTime() / 1000),
          }),
        },
      }),
    ],
    // Ours counts in one place for all processes and machines, and by account too (throttle.ts).
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      // The names say it (cookies.ts); by itself the library knows `__Secure-` alone.
      useSecureCookies: false,
      cookiePrefix: `${place.namePrefix}upm`,
      defaultCookieAttributes: { path: place.path(''), secure: place.isSecure },
      // Better Auth turns these checks off when it detects a test environment.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 },
      database: { generateId: () => uuidv7() },
    },
    // What is no answer of the library (a Problem, say) comes out as it was thrown; its own refusals stay answers.
    onAPIError: { throw: true },
    logger: {
      // At "info" the library hands everything to us and writes nothing by itself. Its errors are mostly the caller's.
      level: 'info',
      log: (level, message, ...details) => {
        if (level === 'error') log.warn({ details }, `sign-in: ${message}`)
      },
    },
  } satisfies BetterAuthOptions
}
