import { resolve } from 'node:path'
import { variables, type Variable } from './variables.ts'
import { authContradictions } from './auth-contradictions.ts'
import { type Followed, type ServiceActions, Unfit } from './parsers.ts'

type Environment = Record<string, string | undefined>

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
      /** Put before every key; ends with a slash. */
      prefix?: string
      publicUrl?: string
    }

/** Names of claims, paths to them, or URLs: the first one that a token has is used. */
export type ClaimNames = readonly string[]

export type AuthConfig = {
  /** Signs and verifies HS256 tokens; without it, `jwksUrl` and `issuer` the process makes one for development. */
  jwtSecret?: string
  jwksUrl?: string
  /**
   * The `iss` of tokens. Without `jwksUrl` and `jwtSecret` it is an address, and its discovery document is read. Several are
   * names of one issuer, and new accounts are kept under the first one.
   */
  issuer?: readonly string[]
  /** Looked for in `aud`, then in `azp` and `client_id`. */
  audience?: readonly string[]
  /** Accepted besides the pinned ones. */
  algorithms?: readonly string[]
  subjectClaim: string
  emailClaim: ClaimNames
  emailVerifiedClaim: ClaimNames
  givenNameClaim: ClaimNames
  familyNameClaim: ClaimNames
  nameClaim: ClaimNames
  roleClaim: ClaimNames
  /** By the issuer's name of a role, its name here. */
  roleMap?: Readonly<Record<string, string>>
  unknownRole: 'refuse' | 'default'
  selfLearningClaim: ClaimNames
  /** Undefined: `scope`, `scp` and `permissions` together. */
  scopeClaim?: ClaimNames
  /** Whether the issuer is asked for the e-mail of a newcomer whose token has none. */
  userinfo: boolean
  /** Whether there are accounts without an e-mail from the start. */
  emailOptional: boolean
  linkVerifiedEmail: boolean
  /** What a later token of a known subject may change of its account. */
  follow: readonly Followed[]
  /** The scopes that the tokens of users must have, each of them; those of the bundled sign-in need none. */
  requiredScopes?: readonly string[]
  /** What each service may log; undefined: all external actions. */
  serviceActions?: ServiceActions
  /** Where people get such tokens: the account page sends them there. */
  signInUrl?: string
}

/** The sign-in that comes with UPM. */
export type SignInConfig = {
  /** Of cookies, links and keys; without it the process makes one. */
  secret?: string
  /** Who may sign up; anybody where it is left out. */
  signUp?: 'open' | 'invited' | 'off'
  /** An origin. */
  publicUrl?: string
  mail?: { smtpUrl: string; from: string; siteName?: string }
}

/** What the page shows of the platform that it belongs to. */
type BrandConfig = Readonly<{
  name?: string
  logoUrl?: string
  /** As `#rrggbb`. */
  color?: string
  supportUrl?: string
  /** `{id}` in it stands for the id of an account. */
  profileActionUrl?: string
  termsUrl?: string
  privacyUrl?: string
}>

export type Config = Readonly<{
  host: string
  port: number
  operationsPort: number | undefined
  operationsHost: string
  databaseUrl: string | undefined
  /** The schema of UPM's tables. */
  databaseSchema: string
  /** The schema of the bundled sign-in's tables. */
  authDatabaseSchema: string
  databasePrepare: 'auto' | 'off'
  /** Absolute. */
  dataDir: string
  workers: number
  /** Whether the account page is served. */
  page: boolean
  brand: BrandConfig
  /** By role, the profile type that its accounts begin with; undefined: each type's own name. */
  roles: Readonly<Record<string, string>> | undefined
  storage: StorageConfig
  mediaUrl: string
  /** Undefined: no cache is told of files that are gone. */
  mediaPurgeUrl: string | undefined
  avatarMaxBytes: number
  auth: AuthConfig
  /** Undefined: it is left out. */
  signIn: SignInConfig | undefined
  /** Where people reach this server: an origin. */
  publicUrl: string | undefined
  /** Of the public address, the path that stands before every address: '' or, say, `/account`. */
  publicPath: string
  trustedProxies: readonly string[]
  corsOrigins: readonly string[]
  /** Front ends that /metrics counts separately, whoever comes before them. */
  consumers: readonly string[]
  rateLimitPerMinute: number
  /** How many changes an account may make; 0: any number. */
  changeLimits: Readonly<{ perHour: number; perDay: number }>
  activityRetentionDays: number | undefined
  eraseGraceDays: number
  /** By action or family, for how many days its entries are kept. */
  activityActionDays: Readonly<Record<string, number>>
  /** After how many days the origin of an entry is shortened; undefined: never. */
  activityOriginDays: number | undefined
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
  // oxlint-disable-next-line typescript/consistent-type-assertions -- each variable has been parsed, or is among the problems
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
  if (read.AUTH_JWKS_URL !== undefined) need('AUTH_ISSUER', 'with AUTH_JWKS_URL')
  problems.push(...authContradictions(read))
  if (read.DATABASE_SCHEMA !== undefined) {
    const schema = read.AUTH_DATABASE_SCHEMA ?? authSchemaOf(read.DATABASE_SCHEMA)
    if (schema === read.DATABASE_SCHEMA) {
      problems.push('AUTH_DATABASE_SCHEMA and DATABASE_SCHEMA must be different schemas.')
    } else if (Buffer.byteLength(schema) > 63) {
      problems.push('DATABASE_SCHEMA must have at most 58 bytes where AUTH_DATABASE_SCHEMA is unset.')
    }
  }
  if (isBuiltIn(read) && read.SMTP_URL !== undefined) need('PUBLIC_URL', 'with SMTP_URL')
  return problems
}

/** Two installations in one database differ in this, too. */
function authSchemaOf(databaseSchema: string): string {
  return databaseSchema === 'public' ? 'auth' : `${databaseSchema}_auth`
}

function toConfig(read: Values): Config {
  const dataDir = resolve(read.DATA_DIR)
  const publicUrl = read.PUBLIC_URL === undefined ? undefined : new URL(read.PUBLIC_URL)
  return {
    host: read.HOST,
    port: read.PORT,
    operationsPort: read.OPERATIONS_PORT,
    operationsHost: read.OPERATIONS_HOST,
    databaseUrl: read.DATABASE_URL,
    databaseSchema: read.DATABASE_SCHEMA,
    authDatabaseSchema: read.AUTH_DATABASE_SCHEMA ?? authSchemaOf(read.DATABASE_SCHEMA),
    databasePrepare: read.DATABASE_PREPARE,
    dataDir,
    workers: read.WORKERS,
    page: read.PAGE,
    brand: {
      ...given('name', read.BRAND_NAME),
      ...given('logoUrl', read.BRAND_LOGO_URL),
      ...given('color', read.BRAND_COLOR),
      ...given('supportUrl', read.SUPPORT_URL),
      ...given('profileActionUrl', read.PROFILE_ACTION_URL),
      ...given('termsUrl', read.TERMS_URL),
      ...given('privacyUrl', read.PRIVACY_URL),
    },
    roles: read.ROLES,
    storage:
      read.STORAGE === 's3'
        ? s3Config(read)
        : { kind: 'local', root: resolve(read.MEDIA_ROOT ?? `${dataDir}/media`) },
    mediaUrl: read.MEDIA_URL,
    mediaPurgeUrl: read.MEDIA_PURGE_URL,
    avatarMaxBytes: read.AVATAR_MAX_BYTES,
    auth: {
      ...given('jwtSecret', read.AUTH_JWT_SECRET),
      ...given('jwksUrl', read.AUTH_JWKS_URL),
      ...given('issuer', read.AUTH_ISSUER),
      ...given('audience', read.AUTH_AUDIENCE),
      ...given('algorithms', read.AUTH_ALGORITHMS),
      subjectClaim: read.AUTH_SUBJECT_CLAIM,
      emailClaim: read.AUTH_EMAIL_CLAIM,
      emailVerifiedClaim: read.AUTH_EMAIL_VERIFIED_CLAIM,
      givenNameClaim: read.AUTH_GIVEN_NAME_CLAIM,
      familyNameClaim: read.AUTH_FAMILY_NAME_CLAIM,
      nameClaim: read.AUTH_NAME_CLAIM,
      roleClaim: read.AUTH_ROLE_CLAIM,
      ...given('roleMap', read.AUTH_ROLE_MAP),
      unknownRole: read.AUTH_UNKNOWN_ROLE,
      selfLearningClaim: read.AUTH_SELF_LEARNING_CLAIM,
      ...given('scopeClaim', read.AUTH_SCOPE_CLAIM),
      userinfo: read.AUTH_USERINFO,
      emailOptional: read.AUTH_EMAIL_OPTIONAL,
      linkVerifiedEmail: read.AUTH_LINK_VERIFIED_EMAIL,
      follow: read.AUTH_FOLLOW,
      ...given('requiredScopes', read.AUTH_REQUIRED_SCOPE),
      ...given('serviceActions', read.AUTH_SERVICE_ACTIONS),
      ...given('signInUrl', read.AUTH_SIGN_IN_URL),
    },
    signIn: isBuiltIn(read) ? signInConfig(read) : undefined,
    publicUrl: publicUrl?.origin,
    publicPath: publicUrl?.pathname.replace(/\/$/, '') ?? '',
    trustedProxies: read.TRUSTED_PROXIES,
    corsOrigins: read.CORS_ORIGINS,
    consumers: read.CONSUMERS,
    rateLimitPerMinute: read.RATE_LIMIT_PER_MINUTE,
    changeLimits: { perHour: read.CHANGES_PER_HOUR, perDay: read.CHANGES_PER_DAY },
    activityRetentionDays: read.ACTIVITY_RETENTION_DAYS,
    eraseGraceDays: read.ERASE_GRACE_DAYS,
    activityActionDays: read.ACTIVITY_ACTION_DAYS,
    activityOriginDays: read.ACTIVITY_ORIGIN_DAYS,
    uiLanguages: read.UI_LANGUAGES,
    defaultTimezone: read.DEFAULT_TIMEZONE,
    logLevel: read.LOG_LEVEL,
  }
}

/** Whoever names an issuer wants its people, and no others unless they say so. */
function isBuiltIn(read: Partial<Values>): boolean {
  const { AUTH_JWKS_URL, AUTH_ISSUER, AUTH_JWT_SECRET } = read
  return (
    read.AUTH_BUILT_IN ?? [AUTH_JWKS_URL, AUTH_ISSUER, AUTH_JWT_SECRET].every((name) => name === undefined)
  )
}

/** Whether somebody else than UPM itself says who is who. */
export function hasOutsideIssuer(auth: Partial<AuthConfig>): boolean {
  return [auth.jwksUrl, auth.issuer, auth.jwtSecret].some((value) => value !== undefined)
}

function signInConfig(read: Values): SignInConfig {
  const { SMTP_URL: smtpUrl } = read
  const publicUrl = read.PUBLIC_URL && new URL(read.PUBLIC_URL).origin
  return {
    ...given('secret', read.AUTH_SECRET),
    ...(read.AUTH_SIGN_UP !== 'open' && { signUp: read.AUTH_SIGN_UP }),
    ...given('publicUrl', publicUrl),
    ...(smtpUrl !== undefined &&
      publicUrl !== undefined && {
        mail: {
          smtpUrl,
          from: read.MAIL_FROM ?? `no-reply@${new URL(publicUrl).hostname}`,
          ...given('siteName', read.BRAND_NAME),
        },
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
    ...given('prefix', read.S3_PREFIX),
    ...given('publicUrl', read.S3_PUBLIC_URL),
  }
}

function given<Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- a computed key is any text to TypeScript
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: T })
}
