/**
 * The options of a host. An option is a variable under another name: its value is written as the text of the variable, and then
 * read by the parser of variables.ts. So both have the same rules, and an option is refused with the same sentence.
 */
import { isDeepStrictEqual } from 'node:util'
import { ConfigError, loadConfig, type AuthConfig, type Config, type SignInConfig } from './config.ts'
import { Unfit } from './parsers.ts'
import { variables, type Variable } from './variables.ts'
import { isRecord, memberOf } from '../values.ts'

type VariableName = keyof typeof variables

/** By variable, where its option stands. Null: a host has no such option, because it listens and logs itself. */
export const optionNames = {
  HOST: null,
  PORT: null,
  WORKERS: null,
  LOG_LEVEL: null,
  OPERATIONS_PORT: 'operationsPort',
  OPERATIONS_HOST: 'operationsHost',
  DATABASE_URL: 'databaseUrl',
  DATABASE_SCHEMA: 'databaseSchema',
  DATABASE_PREPARE: 'databasePrepare',
  AUTH_DATABASE_SCHEMA: 'authDatabaseSchema',
  DATA_DIR: 'dataDir',
  PAGE: 'page',
  BRAND_NAME: 'brand.name',
  BRAND_LOGO_URL: 'brand.logoUrl',
  BRAND_COLOR: 'brand.color',
  SUPPORT_URL: 'brand.supportUrl',
  PROFILE_ACTION_URL: 'brand.profileActionUrl',
  TERMS_URL: 'brand.termsUrl',
  PRIVACY_URL: 'brand.privacyUrl',
  STORAGE: 'storage.kind',
  S3_ENDPOINT: 'storage.endpoint',
  S3_REGION: 'storage.region',
  S3_BUCKET: 'storage.bucket',
  S3_ACCESS_KEY_ID: 'storage.accessKeyId',
  S3_SECRET_ACCESS_KEY: 'storage.secretAccessKey',
  S3_FORCE_PATH_STYLE: 'storage.forcePathStyle',
  S3_PREFIX: 'storage.prefix',
  S3_PUBLIC_URL: 'storage.publicUrl',
  MEDIA_URL: 'mediaUrl',
  MEDIA_PURGE_URL: 'mediaPurgeUrl',
  MEDIA_ROOT: 'storage.root',
  AVATAR_MAX_BYTES: 'avatarMaxBytes',
  AUTH_JWT_SECRET: 'auth.jwtSecret',
  AUTH_JWKS_URL: 'auth.jwksUrl',
  AUTH_ISSUER: 'auth.issuer',
  AUTH_AUDIENCE: 'auth.audience',
  AUTH_SUBJECT_CLAIM: 'auth.subjectClaim',
  AUTH_LINK_VERIFIED_EMAIL: 'auth.linkVerifiedEmail',
  AUTH_FOLLOW: 'auth.follow',
  AUTH_REQUIRED_SCOPE: 'auth.requiredScopes',
  AUTH_SERVICE_ACTIONS: 'auth.serviceActions',
  AUTH_SIGN_IN_URL: 'auth.signInUrl',
  AUTH_ALGORITHMS: 'auth.algorithms',
  AUTH_EMAIL_CLAIM: 'auth.emailClaim',
  AUTH_EMAIL_VERIFIED_CLAIM: 'auth.emailVerifiedClaim',
  AUTH_GIVEN_NAME_CLAIM: 'auth.givenNameClaim',
  AUTH_FAMILY_NAME_CLAIM: 'auth.familyNameClaim',
  AUTH_NAME_CLAIM: 'auth.nameClaim',
  AUTH_ROLE_CLAIM: 'auth.roleClaim',
  AUTH_ROLE_MAP: 'auth.roleMap',
  AUTH_UNKNOWN_ROLE: 'auth.unknownRole',
  AUTH_SELF_LEARNING_CLAIM: 'auth.selfLearningClaim',
  AUTH_SCOPE_CLAIM: 'auth.scopeClaim',
  AUTH_USERINFO: 'auth.userinfo',
  AUTH_EMAIL_OPTIONAL: 'auth.emailOptional',
  ROLES: 'roles',
  AUTH_BUILT_IN: 'signIn',
  AUTH_SIGN_UP: 'signIn.signUp',
  AUTH_SECRET: 'signIn.secret',
  SMTP_URL: 'signIn.mail.smtpUrl',
  MAIL_FROM: 'signIn.mail.from',
  PUBLIC_URL: 'publicUrl',
  TRUSTED_PROXIES: 'trustedProxies',
  CORS_ORIGINS: 'corsOrigins',
  CONSUMERS: 'consumers',
  RATE_LIMIT_PER_MINUTE: 'rateLimitPerMinute',
  CHANGES_PER_HOUR: 'changeLimits.perHour',
  CHANGES_PER_DAY: 'changeLimits.perDay',
  ACTIVITY_RETENTION_DAYS: 'activityRetentionDays',
  ERASE_GRACE_DAYS: 'eraseGraceDays',
  ACTIVITY_ACTION_DAYS: 'activityActionDays',
  ACTIVITY_ORIGIN_DAYS: 'activityOriginDays',
  UI_LANGUAGES: 'uiLanguages',
  DEFAULT_TIMEZONE: 'defaultTimezone',
} as const satisfies Record<VariableName, string | null>

type LocalStorage = { kind?: 'local'; root?: string }
type S3Storage = Extract<Config['storage'], { kind: 's3' }>

/** The configuration of docs/configuration.md as options. Whatever is left out has its default. */
export type ConfigOptions = Partial<
  Omit<
    Config,
    'host' | 'port' | 'workers' | 'publicPath' | 'logLevel' | 'auth' | 'storage' | 'signIn' | 'changeLimits'
  >
> & {
  /** Which tokens UPM accepts. */
  auth?: Partial<Omit<AuthConfig, 'issuer'>> & {
    /** The `iss` of tokens; several are names of one issuer. */
    issuer?: string | readonly string[]
  }
  /** Where media are stored. Default: the folder `media` in `dataDir`. */
  storage?: LocalStorage | (Omit<S3Storage, 'forcePathStyle'> & Partial<Pick<S3Storage, 'forcePathStyle'>>)
  /** The bundled sign-in. Default: on, unless `auth` sets another issuer. An object or true: on. False: off. */
  signIn?:
    | boolean
    | (Omit<SignInConfig, 'publicUrl' | 'mail'> & { mail?: { smtpUrl: string; from?: string } })
  /** How many changes an account may make. 0: any number. */
  changeLimits?: { perHour?: number; perDay?: number }
}

/**
 * Reads the options. Unknown names, values of a wrong type and values that do not fit are all reported at once, each by its name.
 *
 * @throws ConfigError
 */
export function readOptions(options: object): Config {
  const problems: string[] = []
  const env: Record<string, string> = { PAGE: 'off' }
  const taken = new Set<string>()
  for (const [name, path] of Object.entries(optionNames)) {
    if (path === null) continue
    taken.add(path)
    const value = valueOf(options, path)
    if (value === undefined) continue
    try {
      env[name] = write(value, variableOf(name))
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      const shown = error.show ? `; it is ${JSON.stringify(value) ?? typeof value}` : ''
      problems.push(`${path} must be ${error.message}${shown}.`)
    }
  }
  const unknown = unknownNames(options, taken).map((path) => `${path} is not an option of UPM.`)
  problems.unshift(...unknown)
  let config: Config | undefined
  try {
    config = loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.message.split('\n').map(inOptionNames))
  }
  if (config) problems.push(...unused(options, config, taken))
  if (!config || problems.length > 0) throw new ConfigError([...new Set(problems)])
  return config
}

/** A sentence about variables as one about options: `AUTH_JWT_SECRET` is `auth.jwtSecret`. */
export function inOptionNames(sentence: string): string {
  return sentence.replaceAll(/\b[A-Z][A-Z0-9_]+\b/g, (word) => {
    const names: Readonly<Record<string, string | null>> = optionNames
    return names[word] ?? word
  })
}

/**
 * The text of a variable that says the same as this value of its option.
 *
 * @throws Unfit if the value is none that the variable can have.
 */
export function optionText(name: VariableName, value: unknown): string {
  return write(value, variableOf(name))
}

function variableOf(name: string): Variable<unknown> {
  const table: Readonly<Record<string, Variable<unknown>>> = variables
  const variable = table[name]
  if (!variable) throw new Error(`there is no variable ${name}`)
  return variable
}

/** The text that the parser reads as this value. @throws Unfit */
function write(value: unknown, { fallback, parse }: Variable<unknown>): string {
  if (value === '') throw new Unfit('left out or set to a value; an empty text is neither', { show: false })
  let unfit: Unfit | undefined
  let other: unknown = parse(fallback)
  for (const text of textsOf(value)) {
    try {
      const parsed = parse(text)
      if (isDeepStrictEqual(parsed, value)) return text
      // Some texts are completed: a prefix of keys gets its slash.
      if (typeof parsed === 'string' && typeof value === 'string') return text
      other = parsed
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      unfit ??= error
    }
  }
  throw unfit ?? new Unfit(`${kindOf(other)}, not ${kindOf(value)}`, { show: false })
}

/** The ways in which variables write a value. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value === 'boolean') return [value ? 'on' : 'off']
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return [value.join(','), value.join(' ')]
  }
  if (isRecord(value)) {
    const parts = Object.entries(value).map(([name, item]) => `${name}=${[item].flat().join(',')}`)
    return [parts.join(','), parts.join(';')]
  }
  return []
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'another kind of value'
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'string') ? 'a list of texts' : 'a list of something else'
  }
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'number') return 'a number'
  return typeof value === 'boolean' ? 'true or false' : 'an object'
}

/** The value of an option, in the one way in which its variable has it. */
function valueOf(options: object, path: string): unknown {
  const value = at(options, path)
  if (path === 'signIn') return switchOf(value)
  // An issuer with one name is given as a text.
  return path === 'auth.issuer' && typeof value === 'string' && value !== '' ? [value] : value
}

function switchOf(signIn: unknown): unknown {
  return isRecord(signIn) ? true : signIn
}

function at(options: object, path: string): unknown {
  return path.split('.').reduce<unknown>(memberOf, options)
}

/** The paths of what is given and is neither an option nor an object of options. */
function unknownNames(options: object, known: ReadonlySet<string>, above = ''): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const path = `${above}${name}`
    const holdsOptions = [...known].some((other) => other.startsWith(`${path}.`))
    if (holdsOptions && isRecord(value)) return unknownNames(value, known, `${path}.`)
    if (value === undefined || known.has(path)) return []
    return [path]
  })
}

/** Options that the rest of the configuration leaves without a use, such as those of S3 without S3. */
function unused(options: object, config: Config, known: ReadonlySet<string>): string[] {
  return [...known]
    .filter((path) => path.includes('.') && at(options, path) !== undefined && at(config, path) === undefined)
    .filter((path) => path !== 'signIn.signUp')
    .map((path) => `${path} has no effect with the other options.`)
}
