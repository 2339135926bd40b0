import type { BetterAuthOptions } from 'better-auth'
import { bearer } from 'better-auth/plugins/bearer'
import { jwt } from 'better-auth/plugins/jwt'
import { v7 as uuidv7 } from 'uuid'
import { BUILT_IN_ISSUER } from '../config.ts'
import type { Log } from '../database/open.ts'
import { openedLink, wrongLink } from './confirmation.ts'
import { currentRequest } from './context.ts'
import { AUDIENCE, KEY_GRACE_SECONDS } from './issuer.ts'
import type { Mailer } from './mailer.ts'
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from './schema.ts'

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
  /** Called when a password was reset. */
  confirmEmail: (userId: string) => Promise<void>
  log: Log
}

/** The person whom the library keeps, as far as tokens tell of them. */
export type StoredUser = { id: string; email: string; emailVerified: boolean; name: string; role: string }

/** First and last name. The library keeps one; the first word of it is the given one. */
export function nameParts(name: string): [given: string, family: string] {
  const [, given = '', family = ''] = /^(\S*)\s*(.*)$/s.exec(name.trim()) ?? []
  return [given, family]
}

/** What a token says, besides when and by whom it was issued. */
export function claimsOf({ email, emailVerified, name, role }: Omit<StoredUser, 'id'>) {
  const [given, family] = nameParts(name)
  return { email, email_verified: emailVerified, given_name: given, family_name: family, role }
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
  const { secret, publicUrl, prefix, corsOrigins, database, mailer, confirmEmail, log } = options
  const home = publicUrl ?? NOWHERE
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
      minPasswordLength: MIN_PASSWORD_CHARACTERS,
      // It counts UTF-16 units, of which a character has two at most; we have counted characters (bodies.ts).
      maxPasswordLength: 2 * MAX_PASSWORD_CHARACTERS,
      // With a sign-in of its own the answer to a sign-up can be the same for an e-mail that is taken.
      autoSignIn: false,
      requireEmailVerification: mailer !== undefined,
      revokeSessionsOnPasswordReset: true,
      ...(mailer && {
        sendResetPassword: ({ user, url }) => mailer.send('reset', user, withLanding(url, prefix)),
        // Whoever gets the mails of the address has chosen this password.
        onPasswordReset: ({ user }) => confirmEmail(user.id),
        onExistingUserSignUp: ({ user }) => mailer.send('existing', user, `${home}${prefix}/`),
      }),
    },
    ...(mailer && {
      emailVerification: {
        sendOnSignUp: true,
        sendOnSignIn: true,
        sendVerificationEmail: async ({ user, url }) => {
          // As long as a link is at hand, no other one is sent.
          if (currentRequest.getStore()?.confirming !== undefined) return
          await mailer.send('verification', user, withLanding(url, prefix))
        },
        beforeEmailVerification: async ({ email }, request) => {
          const confirming = currentRequest.getStore()?.confirming
          if (confirming === email) return
          throw request ? openedLink(request, home, prefix) : wrongLink()
        },
      },
    }),
    // Whoever is signed in may see their sessions, not only on the day of the sign-in.
    session: { freshAge: 0 },
    user: { additionalFields: { role: { type: 'string', required: true, defaultValue: 'student' } } },
    plugins: [
      bearer(),
      jwt({
        jwks: { rotationInterval: KEY_LIFETIME_SECONDS, gracePeriod: KEY_GRACE_SECONDS },
        jwt: {
          issuer: BUILT_IN_ISSUER,
          audience: AUDIENCE,
          expirationTime: '15m',
          definePayload: ({ user }) => claimsOf(user as unknown as StoredUser),
        },
      }),
    ],
    // Ours counts in one place for all processes and machines, and by account too (throttle.ts).
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      useSecureCookies: publicUrl?.startsWith('https:') ?? false,
      cookiePrefix: 'upm',
      // The rest of a host has no use for it, and another UPM of the host has its own.
      defaultCookieAttributes: { path: prefix || '/' },
      // The library goes easier on itself where it believes to be in a test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 },
      database: { generateId: () => uuidv7() },
      ...(mailer && { backgroundTasks: { handler: mailer.inBackground } }),
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
