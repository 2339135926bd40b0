import { BlockList, isIP } from 'node:net'
import { contrast, MIN_CONTRAST, readable } from './colors.ts'
import { hasOutsideIssuer, type ClaimNames, type Config } from './config.ts'

/** What is said at start. A host's plugin does not know what the host listens on. */
export type Warned = Pick<Config, 'auth' | 'signIn' | 'dataDir' | 'brand'> & Partial<Pick<Config, 'host'>>

/**
 * What works and may be a mistake, a line for each, with what to do about it. Takes the configuration as it was given,
 * before secrets were made for it.
 */
export function startWarnings({ auth, signIn, dataDir, brand, host }: Warned): string[] {
  const warnings: string[] = []
  const isPublic = host !== undefined && !isLoopback(host)
  if (signIn && hasOutsideIssuer(auth)) {
    const names = { AUTH_JWKS_URL: auth.jwksUrl, AUTH_JWT_SECRET: auth.jwtSecret, AUTH_ISSUER: auth.issuer }
    const outside = Object.entries(names).find(([, value]) => value !== undefined)?.[0]
    warnings.push(
      `AUTH_BUILT_IN=on and ${outside} are both set: users of the bundled sign-in and users of the other issuer are accepted. ` +
        'To accept only users of the other issuer, leave AUTH_BUILT_IN unset.',
    )
  }
  if (isPublic && signIn && (signIn.signUp ?? 'open') === 'open' && !signIn.mail) {
    warnings.push(
      `HOST=${host}: anybody who can reach this address can sign up with any e-mail address, because no mail server confirms it. ` +
        'Set SMTP_URL and PUBLIC_URL, or set AUTH_SIGN_UP to invited or off.',
    )
  }
  if (hasOutsideIssuer(auth) && (auth.audience ?? []).length === 0) {
    const whose =
      auth.jwtSecret === undefined
        ? `of ${auth.issuer?.join(' or ')}`
        : 'that was signed with AUTH_JWT_SECRET'
    warnings.push(
      `AUTH_AUDIENCE is not set: every token ${whose} is accepted, even if it was made ` +
        'for another service. Set AUTH_AUDIENCE to the "aud" claim of the tokens for UPM.',
    )
  }
  for (const [name, value] of Object.entries(trustedClaims(auth))) {
    const editable = value.find((claim) => EDITABLE.some((prefix) => claim.startsWith(prefix)))
    if (editable === undefined) continue
    warnings.push(
      `${name} reads ${editable}, which users can change at the issuer. Use a claim that only the issuer can write, such as app_metadata.`,
    )
  }
  if (isPublic && !hasOutsideIssuer(auth)) {
    warnings.push(
      `HOST=${host}: tokens are signed with the secret in ${dataDir}/development-secret, because none of ` +
        'AUTH_JWT_SECRET, AUTH_JWKS_URL and AUTH_ISSUER is set. Anybody who can read that file can sign a token for any user.',
    )
  }
  if (brand.color !== undefined && readable(brand.color) !== brand.color) {
    // Rounded down: a ratio that is just too low must not look like one that is enough.
    const ratio = Math.floor(contrast(brand.color, '#ffffff') * 10) / 10
    warnings.push(
      `BRAND_COLOR=${brand.color} has a contrast of ${ratio}:1 with white. Texts need at least ${MIN_CONTRAST}:1 on every surface of the page ` +
        `(WCAG 2.2 AA), so the page uses ${readable(brand.color)} for buttons and links. To choose the shade yourself, set a darker BRAND_COLOR.`,
    )
  }
  return warnings
}

/** Where Supabase and Clerk keep what users write themselves. */
const EDITABLE = ['user_metadata.', 'unsafe_metadata.']

/** The claims that give rights, or an e-mail that counts as proven. */
function trustedClaims(auth: Warned['auth']): Record<string, ClaimNames> {
  return {
    AUTH_EMAIL_VERIFIED_CLAIM: auth.emailVerifiedClaim,
    AUTH_ROLE_CLAIM: auth.roleClaim,
    AUTH_SCOPE_CLAIM: auth.scopeClaim ?? [],
  }
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Whether nobody but this machine gets to what listens there. A name that we do not know can lead anywhere. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  const family = isIP(name)
  if (family === 0) return name === 'localhost' || name.endsWith('.localhost')
  return loopback.check(name, family === 6 ? 'ipv6' : 'ipv4')
}
