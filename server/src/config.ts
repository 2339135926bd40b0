import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { compile as compileAddresses } from '@fastify/proxy-addr'
import { isTimeZone } from './time-zones.ts'

/** RFC 7518, section 3.2: a key for HS256 has at least the 256 bits of the hash. */
export const MIN_SECRET_BYTES = 32

/** The `iss` of the sign-in that comes with UPM, and the issuer of its accounts. Nobody else's tokens may have it. */
export const BUILT_IN_ISSUER = 'built-in'

type Environment = Record<string, string | undefined>

/** A variable: what it says when unset, how its text is read, and what the documentation says about it. */
type Variable<T> = { fallback: string; parse: (text: string) => T; description: string }

/** Thrown by a parser with the end of the sentence "PORT must be …". */
class Unfit extends Error {
  /** Whether the value may be shown: a URL can hold a password. */
  readonly show: boolean

  constructor(message: string, { show = true } = {}) {
    super(message)
    this.show = show
  }
}

const plain = (text: string) => text
const optional = (text: string) => (text === '' ? undefined : text)
const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

const oneOf =
  <T extends string>(...values: T[]) =>
  (text: string): T => {
    const value = values.find((candidate) => candidate === text)
    if (value === undefined) throw new Unfit(`one of ${values.join(', ')}`)
    return value
  }

const onOff = (text: string) => oneOf('on', 'off')(text) === 'on'

const integer = (min: number, max: number) => (text: string) => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new Unfit(`a whole number from ${min} to ${max}`)
  return value
}

const workers = (text: string) => {
  if (text === 'auto') return availableParallelism()
  try {
    return integer(1, 256)(text)
  } catch {
    throw new Unfit('"auto" or a whole number from 1 to 256')
  }
}

const url =
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

const mediaPath = (text: string) => {
  if (!/^\/(?:(?!\.{1,2}\/)[\w.~-]+\/)+$/.test(text)) {
    throw new Unfit('a path that starts and ends with a slash, such as /media/')
  }
  return text
}

const addresses = (text: string) => {
  const ranges = list(text)
  try {
    compileAddresses(ranges)
  } catch {
    throw new Unfit('addresses or CIDRs, separated by commas, such as 10.0.0.0/8,::1')
  }
  return ranges
}

const origins = (text: string) => {
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

const languages = (text: string) => {
  const values = list(text)
  const fit = values.length > 0 && new Set(values).size === values.length
  if (!fit || !values.every((value) => value.length <= 35 && isLanguage(value))) {
    throw new Unfit('language codes, each once, separated by commas, such as uk,en')
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

const timeZone = (text: string) => {
  if (!isTimeZone(text))
    throw new Unfit('a time zone of the IANA database in its exact case, such as Europe/Kyiv')
  return text
}

const claim = (text: string) => {
  if (!/^[!-~]{1,100}$/.test(text)) throw new Unfit('the name of a claim, such as sub')
  return text
}

/** An account's identity holds it (database/migrations/0004.do.identities.sql). */
const issuer = (text: string) => {
  if (text === BUILT_IN_ISSUER) throw new Unfit('another name than that of the sign-in that comes with UPM')
  if ([...text].length > 255) throw new Unfit('at most 255 characters long')
  return optional(text)
}

const secret = (text: string) => {
  if (text !== '' && Buffer.byteLength(text) < MIN_SECRET_BYTES) {
    throw new Unfit(`at least ${MIN_SECRET_BYTES} bytes long`, { show: false })
  }
  return optional(text)
}

const origin = (text: string) => {
  if (text === '') return undefined
  const isWeb = URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
  if (!isWeb || new URL(text).origin !== text) {
    throw new Unfit('an origin without a path, such as https://account.example.com')
  }
  return text
}

const mailbox = (text: string) => {
  if (text === '') return undefined
  if (!/^(?:[^<>@\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?$/.test(text) || text.includes('<') !== text.endsWith('>')) {
    throw new Unfit('an address such as no-reply@example.com or UPM <no-reply@example.com>')
  }
  return text
}

const days = (text: string) => (text === '' ? undefined : integer(1, 36_500)(text))

function variable<T>(fallback: string, parse: (text: string) => T, description: string): Variable<T> {
  return { fallback, parse, description }
}

/** Every variable of the environment that UPM reads, in the order of docs/configuration.md. */
export const variables = {
  HOST: variable('127.0.0.1', plain, 'The address to listen on. `0.0.0.0` or `::` for all.'),
  PORT: variable('3000', integer(0, 65_535), 'The port to listen on. `0` takes any that is free.'),
  DATABASE_URL: variable(
    '',
    url('postgres:', 'postgresql:'),
    'A PostgreSQL of version 15 or newer. Unset: an embedded PostgreSQL under `DATA_DIR/postgres`.',
  ),
  DATA_DIR: variable(
    './data',
    plain,
    'The folder of the embedded database, the media and the secrets that nobody has configured.',
  ),
  WORKERS: variable('1', workers, 'How many processes serve HTTP. `auto`: one for each core.'),
  PAGE: variable('on', onOff, 'The account page at `/`. `off`: only the API.'),
  STORAGE: variable('local', oneOf('local', 's3'), 'Where media are kept: `local` (`MEDIA_ROOT`) or `s3`.'),
  S3_ENDPOINT: variable('', url('http:', 'https:'), 'The address of the S3 service. Unset: that of AWS.'),
  S3_REGION: variable('', optional, 'The region of the bucket. Required with `STORAGE=s3`.'),
  S3_BUCKET: variable('', optional, 'The bucket. Required with `STORAGE=s3`.'),
  S3_ACCESS_KEY_ID: variable('', optional, 'The access key. Required with `STORAGE=s3`.'),
  S3_SECRET_ACCESS_KEY: variable('', optional, 'The secret of the access key. Required with `STORAGE=s3`.'),
  S3_FORCE_PATH_STYLE: variable(
    'off',
    (text) => (text === 'true' ? true : text === 'false' ? false : onOff(text)),
    'Put the bucket into the path of the URL (`on`), as most services other than AWS want, or the host name.',
  ),
  S3_PUBLIC_URL: variable(
    '',
    url('http:', 'https:'),
    'Where browsers find the bucket (a CDN, say). Unset: the server streams media under `MEDIA_URL`.',
  ),
  MEDIA_URL: variable('/media/', mediaPath, 'The path that media are served under.'),
  MEDIA_ROOT: variable('', optional, 'The folder of local media. Unset: `DATA_DIR/media`.'),
  AVATAR_MAX_BYTES: variable(
    '10485760',
    integer(1024, 104_857_600),
    'The largest picture that is accepted, in bytes.',
  ),
  AUTH_JWT_SECRET: variable(
    '',
    optional,
    'The secret (at least 32 bytes) that signs HS256 tokens. With neither this nor `AUTH_JWKS_URL` a secret for ' +
      'development is made under `DATA_DIR`.',
  ),
  AUTH_JWKS_URL: variable(
    '',
    url('http:', 'https:'),
    'Where the issuer publishes its keys (RS256, ES256, EdDSA).',
  ),
  AUTH_ISSUER: variable('', issuer, 'The `iss` that tokens must have. Required with `AUTH_JWKS_URL`.'),
  AUTH_AUDIENCE: variable('', optional, 'The `aud` that tokens must have. Required with `AUTH_JWKS_URL`.'),
  AUTH_SUBJECT_CLAIM: variable(
    'sub',
    claim,
    'The claim that names the user. `user_id` (what simplejwt writes) also opens accounts of an old database by id.',
  ),
  AUTH_LINK_VERIFIED_EMAIL: variable(
    'off',
    onOff,
    'Let a token with `email_verified: true` open the account of an old database that has its e-mail, once.',
  ),
  AUTH_BUILT_IN: variable(
    'on',
    onOff,
    'The sign-in that comes with UPM, under `/api/auth/`. `off`: it is not even loaded, and all tokens are of the other issuer.',
  ),
  AUTH_SECRET: variable(
    '',
    secret,
    'The secret (at least 32 bytes) of that sign-in: it signs cookies and links and encrypts the keys. Unset: one is ' +
      'made under `DATA_DIR`. Several machines need the same one.',
  ),
  AUTH_SIGN_IN_URL: variable(
    '',
    url('http:', 'https:'),
    'Where the account page sends people to sign in with `AUTH_BUILT_IN=off`: docs/sign-in.md. Unset: it cannot.',
  ),
  PUBLIC_URL: variable(
    '',
    origin,
    'Where people reach this server. With `https` cookies are `Secure`; links in mails start here. Unset: the address ' +
      'of each request. Required with `SMTP_URL`, and behind a proxy that speaks HTTPS.',
  ),
  SMTP_URL: variable(
    '',
    url('smtp:', 'smtps:'),
    'The mail server, such as `smtps://user:password@mail.example.com`. With it an e-mail must be confirmed with the ' +
      'first sign-in, and a forgotten password can be reset.',
  ),
  MAIL_FROM: variable('', mailbox, 'Whom mails come from. Unset: `no-reply@` and the host of `PUBLIC_URL`.'),
  TRUSTED_PROXIES: variable('', addresses, 'Addresses or CIDRs of proxies whose `X-Forwarded-For` counts.'),
  CORS_ORIGINS: variable('', origins, 'Origins whose pages may call the API, or `*`.'),
  RATE_LIMIT_PER_MINUTE: variable(
    '600',
    integer(0, 1_000_000_000),
    'Requests per minute of one user, or of one address where no user is known. `0`: no limit.',
  ),
  ACTIVITY_RETENTION_DAYS: variable(
    '',
    days,
    'Entries of the activity log that are older are dropped. Unset: kept.',
  ),
  UI_LANGUAGES: variable(
    'uk,en',
    languages,
    'The languages a user can choose; the first one is the default.',
  ),
  DEFAULT_TIMEZONE: variable('UTC', timeZone, 'The time zone of new accounts.'),
  LOG_LEVEL: variable(
    'info',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'How much is logged: JSON lines, or readable ones on a terminal.',
  ),
}

type Values = { [Name in keyof typeof variables]: ReturnType<(typeof variables)[Name]['parse']> }

export type StorageConfig =
  | { kind: 'local'; root: string }
  | {
      kind: 's3'
      endpoint?: string
      region: string
      bucket: string
      accessKeyId: string
      secretAccessKey: string
      forcePathStyle: boolean
      publicUrl?: string
    }

export type AuthConfig = {
  /** What signs and verifies HS256 tokens; without it and without `jwksUrl` the process makes one for development. */
  jwtSecret?: string
  jwksUrl?: string
  issuer?: string
  audience?: string
  subjectClaim: string
  linkVerifiedEmail: boolean
  /** Where people get such tokens: the account page sends them there. */
  signInUrl?: string
}

/** The sign-in that comes with UPM. */
export type SignInConfig = {
  /** Of cookies, links and keys; without it the process makes one. */
  secret?: string
  /** An origin. */
  publicUrl?: string
  mail?: { smtpUrl: string; from: string }
}

export type Config = Readonly<{
  host: string
  port: number
  databaseUrl: string | undefined
  /** Absolute. */
  dataDir: string
  workers: number
  /** Whether the account page is served. */
  page: boolean
  storage: StorageConfig
  mediaUrl: string
  avatarMaxBytes: number
  auth: AuthConfig
  /** Undefined: it is left out. */
  signIn: SignInConfig | undefined
  trustedProxies: readonly string[]
  corsOrigins: readonly string[]
  rateLimitPerMinute: number
  activityRetentionDays: number | undefined
  uiLanguages: readonly string[]
  defaultTimezone: string
  logLevel: string
}>

/** All that is wrong with the configuration, one line for each variable. */
export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
  }
}

/**
 * Reads the configuration out of an environment. Pure: it opens nothing and reads no other variable. A variable
 * that is set to the empty text counts as unset.
 *
 * @throws ConfigError that names every variable at fault and what it must be.
 */
export function loadConfig(env: Environment): Config {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, { fallback, parse }] of Object.entries<Variable<unknown>>(variables)) {
    try {
      values[name] = parse(env[name] || fallback)
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      problems.push(
        `${name} must be ${error.message}${error.show ? `; it is ${JSON.stringify(env[name])}` : ''}.`,
      )
    }
  }
  problems.push(...contradictions(values))
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(toConfig(values as Values))
}

/** What is wrong between variables that are right by themselves. Those that are not are missing in `read`. */
function contradictions(read: Partial<Values>): string[] {
  const problems: string[] = []
  const need = (name: keyof Values, why: string) => {
    if (name in read && read[name] === undefined) problems.push(`${name} is required ${why}.`)
  }
  if (read.STORAGE === 's3') {
    for (const name of ['S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const) {
      need(name, 'with STORAGE=s3')
    }
  }
  if (read.AUTH_JWKS_URL !== undefined) {
    need('AUTH_ISSUER', 'with AUTH_JWKS_URL')
    need('AUTH_AUDIENCE', 'with AUTH_JWKS_URL')
    if (read.AUTH_JWT_SECRET !== undefined) {
      problems.push('AUTH_JWT_SECRET and AUTH_JWKS_URL cannot both be set: a token has one issuer.')
    }
  }
  if (read.AUTH_JWT_SECRET !== undefined && Buffer.byteLength(read.AUTH_JWT_SECRET) < MIN_SECRET_BYTES) {
    problems.push(`AUTH_JWT_SECRET must be at least ${MIN_SECRET_BYTES} bytes long, as HS256 demands.`)
  }
  if (read.AUTH_BUILT_IN === true && read.SMTP_URL !== undefined) need('PUBLIC_URL', 'with SMTP_URL')
  return problems
}

function toConfig(read: Values): Config {
  const dataDir = resolve(read.DATA_DIR)
  return {
    host: read.HOST,
    port: read.PORT,
    databaseUrl: read.DATABASE_URL,
    dataDir,
    workers: read.WORKERS,
    page: read.PAGE,
    storage:
      read.STORAGE === 's3'
        ? s3Config(read)
        : { kind: 'local', root: resolve(read.MEDIA_ROOT ?? `${dataDir}/media`) },
    mediaUrl: read.MEDIA_URL,
    avatarMaxBytes: read.AVATAR_MAX_BYTES,
    auth: {
      ...given('jwtSecret', read.AUTH_JWT_SECRET),
      ...given('jwksUrl', read.AUTH_JWKS_URL),
      ...given('issuer', read.AUTH_ISSUER),
      ...given('audience', read.AUTH_AUDIENCE),
      subjectClaim: read.AUTH_SUBJECT_CLAIM,
      linkVerifiedEmail: read.AUTH_LINK_VERIFIED_EMAIL,
      ...given('signInUrl', read.AUTH_SIGN_IN_URL),
    },
    signIn: read.AUTH_BUILT_IN ? signInConfig(read) : undefined,
    trustedProxies: read.TRUSTED_PROXIES,
    corsOrigins: read.CORS_ORIGINS,
    rateLimitPerMinute: read.RATE_LIMIT_PER_MINUTE,
    activityRetentionDays: read.ACTIVITY_RETENTION_DAYS,
    uiLanguages: read.UI_LANGUAGES,
    defaultTimezone: read.DEFAULT_TIMEZONE,
    logLevel: read.LOG_LEVEL,
  }
}

function signInConfig(read: Values): SignInConfig {
  const { SMTP_URL: smtpUrl, PUBLIC_URL: publicUrl } = read
  return {
    ...given('secret', read.AUTH_SECRET),
    ...given('publicUrl', publicUrl),
    ...(smtpUrl !== undefined &&
      publicUrl !== undefined && {
        mail: { smtpUrl, from: read.MAIL_FROM ?? `no-reply@${new URL(publicUrl).hostname}` },
      }),
  }
}

function s3Config(read: Values): StorageConfig {
  return {
    kind: 's3',
    ...given('endpoint', read.S3_ENDPOINT),
    region: read.S3_REGION ?? '',
    bucket: read.S3_BUCKET ?? '',
    accessKeyId: read.S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: read.S3_SECRET_ACCESS_KEY ?? '',
    forcePathStyle: read.S3_FORCE_PATH_STYLE,
    ...given('publicUrl', read.S3_PUBLIC_URL),
  }
}

function given<Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: T })
}
