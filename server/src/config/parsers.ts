/** How each kind of variable is read. A parser throws with what the value must be; the variable's name is added by config.ts. */
import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { compile as compileAddresses } from '@fastify/proxy-addr'
import { DELETE_ACCOUNT_PATH, PAGE_PATHS, PERSON_PATH } from './page-paths.ts'
import { isTimeZone } from '../time-zones.ts'

/** RFC 7518, section 3.2: a key for HS256 has at least the 256 bits of the hash. */
export const MIN_SECRET_BYTES = 32

/** The `iss` of the sign-in that comes with UPM, and the issuer of its accounts. Nobody else's tokens may have it. */
export const BUILT_IN_ISSUER = 'built-in'

export const plain = (text: string) => text

export const optional = (text: string) => (text === '' ? undefined : text)

const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

export const oneOf =
  <T extends string>(...values: T[]) =>
  (text: string): T => {
    const value = values.find((candidate) => candidate === text)
    if (value === undefined) throw new Unfit(`one of ${values.join(', ')}`)
    return value
  }

export const onOff = (text: string) => oneOf('on', 'off')(text) === 'on'

export const onOffOrUnset = (text: string) => (text === '' ? undefined : onOff(text))

export const integer = (min: number, max: number) => (text: string) => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new Unfit(`a whole number from ${min} to ${max}`)
  return value
}

export const workers = (text: string) => {
  if (text === 'auto') return availableParallelism()
  try {
    return integer(1, 256)(text)
  } catch {
    throw new Unfit('"auto" or a whole number from 1 to 256')
  }
}

export const url =
  (...protocols: string[]) =>
  (text: string) => {
    if (text === '') return undefined
    const parsed = URL.canParse(text) ? new URL(text) : undefined
    if (!parsed || !protocols.includes(parsed.protocol)) {
      const starts = protocols.map((protocol) => `${protocol}//`).join(' or ')
      throw new Unfit(`a URL that starts with ${starts}`, { show: false })
    }
    return text
  }

/** A URL that other addresses begin with: what came behind a "?" or "#" would be no path any more. */
export const baseUrl = (text: string) => {
  const value = url('http:', 'https:')(text)
  if (value === undefined) return undefined
  const { username, password } = new URL(value)
  if (/[?#\s]/.test(value) || username !== '' || password !== '') {
    throw new Unfit('a URL without "?", "#", user name and password, such as https://cdn.example.com/media', {
      show: false,
    })
  }
  return value
}

/** A name as it stands in titles and in the header. */
export const brandName = (text: string) => {
  if (text === '') return undefined
  const name = text.normalize('NFC').trim()
  if (name === '' || [...name].length > 40 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) {
    throw new Unfit('a name of 1 to 40 characters, on one line')
  }
  return name
}

/** As `#rrggbb`, in small letters. */
export const color = (text: string) => {
  if (text === '') return undefined
  const [, digits] = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text) ?? []
  if (digits === undefined) throw new Unfit('a colour such as #3f55dd or #35d')
  const whole = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits
  return `#${whole.toLowerCase()}`
}

/** Where a link leads: another page, a path of the same origin, or whatever else is allowed. */
export const link =
  (...others: string[]) =>
  (text: string) => {
    if (text === '') return undefined
    const isPath = /^\/(?![/\\])/.test(text)
    const { protocol = '', username, password } = URL.canParse(text) ? new URL(text) : {}
    const isKnown = ['http:', 'https:', ...others].includes(protocol)
    if (/[\s\p{Cc}"<>]/u.test(text) || username || password || (!isPath && !isKnown)) {
      const kinds = ['a URL that starts with https://', ...others, 'a path that starts with /']
      throw new Unfit(`${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`)
    }
    return text
  }

/** A link to somebody: `{id}` stands for the id of the account, in the path or behind it. */
export const profileLink = (text: string) => {
  if (text === '') return undefined
  const unfit = new Unfit('a URL or path with {id} in it, such as https://example.com/messages/new?to={id}')
  const [before = '', ...behind] = text.split('{id}')
  if (behind.length === 0 || (!before.startsWith('/') && !/^https?:\/\/[^/?#]+[/?#]/.test(before)))
    throw unfit
  try {
    link()(text.replaceAll('{id}', '1'))
  } catch {
    throw unfit
  }
  return text
}

/** What the first part of an address of ours can be: media cannot be served among them. */
const OWN_PATHS = new Set([
  '.well-known',
  'api',
  'assets',
  'healthz',
  'metrics',
  'readyz',
  ...[...PAGE_PATHS, PERSON_PATH, DELETE_ACCOUNT_PATH].map((path) => path.split('/')[1] ?? ''),
])

export const mediaPath = (text: string) => {
  if (!/^\/(?:(?!\.{1,2}\/)[\w.~-]+\/)+$/.test(text)) {
    throw new Unfit('a path that starts and ends with a slash, such as /media/')
  }
  const first = text.split('/')[1] ?? ''
  if (OWN_PATHS.has(first)) throw new Unfit(`a path other than /${first}/, which UPM uses itself`)
  return text
}

export const keyPrefix = (text: string) => {
  if (text === '') return undefined
  const prefix = text.endsWith('/') ? text : `${text}/`
  if (prefix.length > 200 || !/^(?:(?!\.{1,2}\/)[\w.-]+\/)+$/.test(prefix)) {
    throw new Unfit('a prefix of letters, digits, ".", "_", "-" and "/", such as upm/production')
  }
  return prefix
}

/** The library's names for what RFC 6890 reserves. */
const ADDRESS_GROUPS = new Set(['loopback', 'linklocal', 'uniquelocal'])

export const addresses = (text: string) => {
  const ranges = list(text)
  // "1" is an address to the library, 0.0.0.1, and to many programs a number of proxies.
  const isWritten = (range: string) => ADDRESS_GROUPS.has(range) || isIP(range.split('/', 1)[0] ?? '') !== 0
  try {
    if (!ranges.every(isWritten)) throw new Error('not an address')
    compileAddresses(ranges)
  } catch {
    throw new Unfit(
      'IP addresses or CIDR ranges of proxies, separated by commas, such as 10.0.0.0/8,::1 (no host names, no count of proxies)',
    )
  }
  return ranges
}

export const origins = (text: string) => {
  const values = list(text)
  for (const value of values) {
    // Apps of Capacitor or Electron have an origin with a scheme of their own.
    const isOwnScheme = /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[\w.-]+$/.test(value)
    const isOrigin = URL.canParse(value) && new URL(value).origin === value && !value.includes('*')
    if (value !== '*' && !isOrigin && !isOwnScheme) {
      throw new Unfit('origins, separated by commas, such as https://app.example.com, or *')
    }
  }
  return values
}

export const languages = (text: string) => {
  const values = list(text)
  const fit = values.length > 0 && new Set(values).size === values.length
  if (!fit || !values.every((value) => value.length <= 35 && isLanguage(value))) {
    throw new Unfit('language codes without repetition, separated by commas, such as uk,en')
  }
  return values
}

/** In the canonical spelling of BCP 47, so that one language has one code. */
const isLanguage = (code: string) => {
  try {
    return Intl.getCanonicalLocales(code)[0] === code
  } catch {
    return false
  }
}

export const timeZone = (text: string) => {
  if (!isTimeZone(text))
    throw new Unfit('a time zone of the IANA database in its exact case, such as Europe/Kyiv')
  return text
}

export const claim = (text: string) => {
  if (!/^[!-~]{1,100}$/.test(text)) throw new Unfit('the name of a claim, such as sub')
  return text
}

/** `email`, `realm_access.roles,groups`, `https://example.com/roles`: the first of them that a token has counts. */
export const claims = (text: string): readonly string[] => {
  const names = list(text)
  if (names.length === 0 || !names.every((name) => /^[!-~]{1,200}$/.test(name))) {
    throw new Unfit(
      'names of claims separated by commas, each a name, a path such as realm_access.roles, or a URL such as https://example.com/roles',
    )
  }
  return names
}

/** What of an account follows its issuer. */
const FOLLOWED = ['email', 'role', 'is_self_learning', 'name'] as const

export type Followed = (typeof FOLLOWED)[number]

export const followed = (text: string): readonly Followed[] => {
  if (text === 'off' || text === '') return []
  const named = list(text)
  if (named.length === 0 || !named.every((name) => FOLLOWED.some((known) => known === name))) {
    throw new Unfit(`"off", or a list of ${FOLLOWED.join(', ')}`)
  }
  return FOLLOWED.filter((name) => named.includes(name))
}

export const claimsOrUnset = (text: string) => (text === '' ? undefined : claims(text))

export const audiences = (text: string): readonly string[] | undefined => {
  const names = list(text)
  return names.length === 0 ? undefined : names
}

/** Of a key that is published (RFC 7518, RFC 8037, RFC 9864). */
export const PUBLIC_KEY_ALGORITHMS =
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')

/** Of a shared secret, and how many bytes it has to have at least: those of the hash (RFC 7518, section 3.2). */
export const SECRET_ALGORITHMS = new Map([
  ['HS256', MIN_SECRET_BYTES],
  ['HS384', 48],
  ['HS512', 64],
])

export const algorithms = (text: string): readonly string[] | undefined => {
  const known = [...PUBLIC_KEY_ALGORITHMS, ...SECRET_ALGORITHMS.keys()]
  const named = list(text)
  if (!named.every((name) => known.includes(name))) {
    throw new Unfit(`algorithms separated by commas, of these: ${known.join(', ')}`)
  }
  return named.length === 0 ? undefined : named
}

/** `authenticated=student,teacher=tutor`: what a token calls a role, and what it is called here. */
export const roleMap = (text: string): Readonly<Record<string, string>> | undefined => {
  const pairs = list(text).map((part) => /^(?<theirs>.+)=(?<ours>[^=]*)$/.exec(part)?.groups)
  const entries = pairs.map((pair) => [pair?.['theirs']?.trim() ?? '', pair?.['ours']?.trim() ?? ''] as const)
  const theirs = new Set(entries.map(([name]) => name))
  if (theirs.has('') || theirs.size < entries.length || !entries.every(([, ours]) => isRoleName(ours))) {
    throw new Unfit(
      'pairs of roles separated by commas, that of the token first and each only once, such as authenticated=student,teacher=tutor',
    )
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

const isRoleName = (name: string | undefined) => name !== undefined && /^[a-z][a-z0-9_]{0,49}$/.test(name)

/** RFC 6749, section 3.3. */
export const requiredScopes = (text: string) => {
  const scopes = text.split(' ').filter((scope) => scope !== '')
  if (!scopes.every((scope) => /^[!#-[\]-~]{1,200}$/.test(scope)) || scopes.includes('activity:write')) {
    throw new Unfit(
      'scopes separated by spaces, such as profile, but not activity:write, which is for services',
    )
  }
  return scopes.length === 0 ? undefined : scopes
}

/** An account's identity holds it (database/migrations/0004.do.identities.sql). */
export const issuer = (text: string): string => {
  if (text === BUILT_IN_ISSUER)
    throw new Unfit('a name other than "built-in", which is the issuer of the bundled sign-in')
  if ([...text].length > 255) throw new Unfit('at most 255 characters long')
  return text
}

/** Names of one issuer, each only once. */
export const issuers = (text: string): readonly string[] | undefined => {
  const names = list(text).map(issuer)
  if (new Set(names).size < names.length) throw new Unfit('names of one issuer, each only once')
  return names.length === 0 ? undefined : names
}

export const secret = (text: string) => {
  if (text !== '' && Buffer.byteLength(text) < MIN_SECRET_BYTES) {
    throw new Unfit(`at least ${MIN_SECRET_BYTES} bytes long`, { show: false })
  }
  return optional(text)
}

/** An address that may have a path: where people reach this server. Returned without a slash at its end. */
export const publicUrl = (text: string): string | undefined => {
  if (text === '') return undefined
  // Segments that mean the same in every router, proxy and cookie path.
  const isFit = /^https?:\/\/[^/?#@\\\s]+(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)*\/?$/i.test(text)
  if (!isFit || !URL.canParse(text)) {
    throw new Unfit(
      'an address with or without a path, such as https://account.example.com or https://example.com/account',
      // What stands before it may be a password.
      { show: !text.includes('@') },
    )
  }
  return new URL(text).href.replace(/\/$/, '')
}

export const mailbox = (text: string) => {
  if (text === '') return undefined
  if (!/^(?:[^<>@\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?$/.test(text) || text.includes('<') !== text.endsWith('>')) {
    throw new Unfit('an address such as no-reply@example.com or UPM <no-reply@example.com>')
  }
  return text
}

/** PostgreSQL cuts longer names. */
const MAX_NAME_BYTES = 63

/** Quotation marks and `$` would end the texts in which SQL holds a name. */
export const schemaName = (text: string) => {
  if (Buffer.byteLength(text) > MAX_NAME_BYTES || /["'$\\\p{Cc}]/u.test(text) || text.trim() !== text) {
    throw new Unfit(
      `the name of a schema: at most ${MAX_NAME_BYTES} bytes, without quotation marks, "\\", "$" and control characters`,
    )
  }
  if (/^pg_|^information_schema$/.test(text)) throw new Unfit('a schema that PostgreSQL does not use itself')
  return text
}

export const schemaNameOrUnset = (text: string) => (text === '' ? undefined : schemaName(text))

/** Whole days, or `off`. */
export const daysOrOff = (text: string) => (text === 'off' ? undefined : integer(1, 36_500)(text))

/** `system.login=365,lesson.*=90`: by action or family, a number of days. */
export const actionDays = (text: string): Readonly<Record<string, number>> => {
  const parts = list(text).map((part) => /^(?<action>[^=]+)=(?<days>\d{1,5})$/.exec(part)?.groups)
  const entries = parts.map(
    (groups) => [(groups?.['action'] ?? '').trim(), Number(groups?.['days'])] as const,
  )
  const isRule = ([action, number]: readonly [string, number]) =>
    /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*(?:\.\*|\.[a-z][a-z0-9_]*)$/.test(action) &&
    number >= 1 &&
    number <= 36_500
  if (!entries.every(isRule) || new Set(entries.map(([action]) => action)).size < entries.length) {
    throw new Unfit(
      'actions or families without repetition, each with a number of days from 1 to 36500, such as system.login=365,lesson.*=90',
    )
  }
  const history = entries.find(([action]) =>
    /^(?:profile|settings|avatar|system\.profile|system\.\*)(?:\.|$)/.test(action),
  )
  if (history) {
    throw new Unfit(
      `actions that no profile is replayed from: the history of a profile (profile.*, settings.*, avatar.*, system.profile.*) is kept by ACTIVITY_RETENTION_DAYS`,
    )
  }
  return Object.fromEntries(entries)
}

export const days = (text: string) => (text === '' ? undefined : integer(1, 36_500)(text))

/** By service (the subject of its token), the actions and families of them that it may log. `*`: any other service. */
export type ServiceActions = Readonly<Record<string, readonly string[]>>

/** `tutor,student,administrator=student` */
export const roles = (text: string): Readonly<Record<string, string>> | undefined => {
  if (text === '') return undefined
  const declared = list(text).map((part) => part.split('=').map((name) => name.trim()))
  const names = declared.map(([role]) => role)
  const fits = declared.every(
    ([role, type, ...rest]) => isRoleName(role) && isRoleName(type ?? role) && rest.length === 0,
  )
  if (!fits || new Set(names).size < names.length) {
    throw new Unfit(
      'lower-case roles without repetition, separated by commas, each with an optional profile type, such as tutor,student,administrator=student',
    )
  }
  return Object.fromEntries(declared.map(([role = '', type = role]) => [role, type]))
}

/** `billing=invoice.paid,invoice.*;booking=lesson.*`; a subject may hold `=`, as an action cannot. */
export const serviceActions = (text: string): ServiceActions | undefined => {
  if (text === '') return undefined
  const parts = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => /^(?<service>.+)=(?<actions>[^=]*)$/.exec(part)?.groups)
    .map((groups) => [(groups?.['service'] ?? '').trim(), list(groups?.['actions'] ?? '')] as const)
  const services = new Set(parts.map(([service]) => service))
  const isAction = (action: string) =>
    action === '*' || /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*(?:\.\*)?$/.test(action)
  if (
    services.has('') ||
    services.size < parts.length ||
    !parts.every(([, actions]) => actions.every(isAction))
  ) {
    throw new Unfit(
      'services without repetition, separated by semicolons, each with the actions that it may log, such as billing=invoice.paid,refund.*;booking=lesson.*',
    )
  }
  return Object.fromEntries(parts)
}

/** Thrown by a parser with the end of the sentence "PORT must be …". */
export class Unfit extends Error {
  /** Whether the value may be shown: a URL can hold a password. */
  readonly show: boolean

  constructor(message: string, { show = true } = {}) {
    super(message)
    this.show = show
  }
}

/** Names of front ends, as the header `UPM-Client` has them. */
export function consumers(text: string): string[] {
  const names = list(text)
  if (names.length > 19 || !names.every((name) => /^[a-z0-9-]{1,32}$/.test(name)))
    throw new Unfit('at most 19 names of lower-case letters, digits and hyphens, such as web,mobile')
  return names
}
