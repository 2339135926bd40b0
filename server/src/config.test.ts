import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { ConfigError, loadConfig, variables, type Config } from './config.ts'

type Environment = Record<string, string>

function problemsOf(env: Environment): string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message.split('\n')
  }
}

test('an empty environment is a configuration', () => {
  assert.deepEqual(loadConfig({}), {
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: undefined,
    dataDir: resolve('data'),
    workers: 1,
    page: true,
    storage: { kind: 'local', root: resolve('data/media') },
    mediaUrl: '/media/',
    avatarMaxBytes: 10 * 1024 * 1024,
    auth: { subjectClaim: 'sub', linkVerifiedEmail: false },
    signIn: {},
    trustedProxies: [],
    corsOrigins: [],
    rateLimitPerMinute: 600,
    activityRetentionDays: undefined,
    uiLanguages: ['uk', 'en'],
    defaultTimezone: 'UTC',
    logLevel: 'info',
  } satisfies Config)
})

test('a variable that is set to nothing counts as unset, and others are not read', () => {
  const nothing = Object.fromEntries(Object.keys(variables).map((name) => [name, '']))
  assert.deepEqual(loadConfig({ ...nothing, UNKNOWN: 'x' }), loadConfig({}))
})

test('the configuration cannot be changed', () => {
  const config = loadConfig({}) as { port: number }
  assert.throws(() => (config.port = 1), TypeError)
})

const secret = 's'.repeat(32)
const s3 = {
  STORAGE: 's3',
  S3_REGION: 'eu',
  S3_BUCKET: 'b',
  S3_ACCESS_KEY_ID: 'k',
  S3_SECRET_ACCESS_KEY: 'v',
}
const jwks = {
  AUTH_JWKS_URL: 'https://id.example.com/jwks',
  AUTH_ISSUER: 'https://id.example.com',
  AUTH_AUDIENCE: 'upm',
}

/** For each variable what it may be, with what comes of it, and what it may not be. */
const cases: Record<
  keyof typeof variables,
  { read: (config: Config) => unknown; with?: Environment; valid: [string, unknown][]; invalid: string[] }
> = {
  HOST: {
    read: ({ host }) => host,
    valid: [
      ['::', '::'],
      ['0.0.0.0', '0.0.0.0'],
    ],
    invalid: [],
  },
  PORT: {
    read: ({ port }) => port,
    valid: [
      ['0', 0],
      ['8080', 8080],
      ['65535', 65_535],
    ],
    invalid: ['-1', '65536', '80.5', '0x50', '1e3', ' 80', '"80"', 'http'],
  },
  DATABASE_URL: {
    read: ({ databaseUrl }) => databaseUrl,
    valid: [
      ['postgres://u:p@h:5432/d', 'postgres://u:p@h:5432/d'],
      ['postgresql:///d?host=/tmp&user=u', 'postgresql:///d?host=/tmp&user=u'],
    ],
    invalid: ['localhost', 'mysql://h/d', 'postgres', 'http://h'],
  },
  DATA_DIR: {
    read: ({ dataDir }) => dataDir,
    valid: [
      ['/var/lib/upm', '/var/lib/upm'],
      ['x', resolve('x')],
    ],
    invalid: [],
  },
  WORKERS: {
    read: ({ workers }) => workers,
    valid: [
      ['1', 1],
      ['256', 256],
      ['auto', availableParallelism()],
    ],
    invalid: ['0', '257', 'AUTO', '-1', '1.5'],
  },
  PAGE: {
    read: ({ page }) => page,
    valid: [
      ['on', true],
      ['off', false],
    ],
    invalid: ['true', 'web'],
  },
  STORAGE: {
    read: ({ storage }) => storage.kind,
    with: { ...s3, STORAGE: 'local' },
    valid: [
      ['local', 'local'],
      ['s3', 's3'],
    ],
    invalid: ['S3', 'r2', 'local '],
  },
  S3_ENDPOINT: {
    read: s3Value('endpoint'),
    with: s3,
    valid: [['http://127.0.0.1:9000', 'http://127.0.0.1:9000']],
    invalid: ['127.0.0.1:9000', 's3://x'],
  },
  S3_REGION: { read: s3Value('region'), with: s3, valid: [['auto', 'auto']], invalid: [] },
  S3_BUCKET: { read: s3Value('bucket'), with: s3, valid: [['media', 'media']], invalid: [] },
  S3_ACCESS_KEY_ID: { read: s3Value('accessKeyId'), with: s3, valid: [['id', 'id']], invalid: [] },
  S3_SECRET_ACCESS_KEY: { read: s3Value('secretAccessKey'), with: s3, valid: [['x', 'x']], invalid: [] },
  S3_FORCE_PATH_STYLE: {
    read: s3Value('forcePathStyle'),
    with: s3,
    valid: [
      ['on', true],
      ['off', false],
      ['true', true],
      ['false', false],
    ],
    invalid: ['yes', '1', 'TRUE'],
  },
  S3_PUBLIC_URL: {
    read: s3Value('publicUrl'),
    with: s3,
    valid: [['https://cdn.example.com/m', 'https://cdn.example.com/m']],
    invalid: ['cdn.example.com', 'ftp://x'],
  },
  MEDIA_URL: {
    read: ({ mediaUrl }) => mediaUrl,
    valid: [
      ['/files/', '/files/'],
      ['/a/b-c/', '/a/b-c/'],
    ],
    invalid: [
      'media',
      '/media',
      'media/',
      '/',
      '//',
      '/../',
      '/a/./',
      '/a b/',
      '/:id/',
      '/*/',
      'https://cdn/',
    ],
  },
  MEDIA_ROOT: {
    read: ({ storage }) => storage.kind === 'local' && storage.root,
    valid: [
      ['/srv/media', '/srv/media'],
      ['m', resolve('m')],
    ],
    invalid: [],
  },
  AVATAR_MAX_BYTES: {
    read: ({ avatarMaxBytes }) => avatarMaxBytes,
    valid: [
      ['1024', 1024],
      ['104857600', 104_857_600],
    ],
    invalid: ['1023', '104857601', '10MB', '-1'],
  },
  AUTH_JWT_SECRET: {
    read: ({ auth }) => auth.jwtSecret,
    valid: [
      [secret, secret],
      ['я'.repeat(16), 'я'.repeat(16)],
    ],
    invalid: ['short', 's'.repeat(31)],
  },
  AUTH_JWKS_URL: {
    read: ({ auth }) => auth.jwksUrl,
    with: jwks,
    valid: [['http://127.0.0.1/jwks', 'http://127.0.0.1/jwks']],
    invalid: ['id.example.com', 'file:///etc/passwd'],
  },
  AUTH_ISSUER: {
    read: ({ auth }) => auth.issuer,
    valid: [['https://id.example.com/', 'https://id.example.com/']],
    invalid: ['i'.repeat(256), 'built-in'],
  },
  AUTH_AUDIENCE: { read: ({ auth }) => auth.audience, valid: [['upm', 'upm']], invalid: [] },
  AUTH_SUBJECT_CLAIM: {
    read: ({ auth }) => auth.subjectClaim,
    valid: [
      ['user_id', 'user_id'],
      ['https://example.com/uid', 'https://example.com/uid'],
    ],
    invalid: ['user id', ' ', '\n', 'ім’я', 'x'.repeat(101)],
  },
  AUTH_LINK_VERIFIED_EMAIL: {
    read: ({ auth }) => auth.linkVerifiedEmail,
    valid: [
      ['on', true],
      ['off', false],
    ],
    invalid: ['true', 'ON', 'yes'],
  },
  AUTH_BUILT_IN: {
    read: ({ signIn }) => signIn,
    valid: [
      ['on', {}],
      ['off', undefined],
    ],
    invalid: ['true', 'better-auth'],
  },
  AUTH_SECRET: {
    read: ({ signIn }) => signIn?.secret,
    valid: [['s'.repeat(32), 's'.repeat(32)]],
    invalid: ['s'.repeat(31)],
  },
  AUTH_SIGN_IN_URL: {
    read: ({ auth }) => auth.signInUrl,
    valid: [['https://id.example.com/sign-in?app=upm', 'https://id.example.com/sign-in?app=upm']],
    invalid: ['/sign-in', 'id.example.com', 'javascript:alert(1)'],
  },
  PUBLIC_URL: {
    read: ({ signIn }) => signIn?.publicUrl,
    valid: [
      ['https://upm.example.com', 'https://upm.example.com'],
      ['http://localhost:3000', 'http://localhost:3000'],
    ],
    invalid: ['upm.example.com', 'https://upm.example.com/', 'https://upm.example.com/account', 'ftp://x'],
  },
  SMTP_URL: {
    read: ({ signIn }) => signIn?.mail,
    with: { PUBLIC_URL: 'https://upm.example.com:8443' },
    valid: [
      ['smtp://localhost:2525', { smtpUrl: 'smtp://localhost:2525', from: 'no-reply@upm.example.com' }],
      ['smtps://u:p@mail', { smtpUrl: 'smtps://u:p@mail', from: 'no-reply@upm.example.com' }],
    ],
    invalid: ['mail.example.com', 'http://mail'],
  },
  MAIL_FROM: {
    read: ({ signIn }) => signIn?.mail?.from,
    with: { PUBLIC_URL: 'https://upm.example.com', SMTP_URL: 'smtp://mail' },
    valid: [
      ['a@b.example', 'a@b.example'],
      ['UPM <no-reply@b.example>', 'UPM <no-reply@b.example>'],
    ],
    invalid: ['UPM', '<a@b.example', 'a@b.example>', 'a b@c.example', 'a@b.example\r\nBcc: x@y.example'],
  },
  TRUSTED_PROXIES: {
    read: ({ trustedProxies }) => trustedProxies,
    valid: [
      ['10.0.0.0/8, ::1,', ['10.0.0.0/8', '::1']],
      ['loopback', ['loopback']],
    ],
    invalid: ['10.0.0.0/33', 'proxy.local', '10.0.0.0/', '*', '0.0.0.0/0'],
  },
  CORS_ORIGINS: {
    read: ({ corsOrigins }) => corsOrigins,
    valid: [
      ['*', ['*']],
      ['https://a.example, http://localhost:5173', ['https://a.example', 'http://localhost:5173']],
      ['capacitor://localhost', ['capacitor://localhost']],
    ],
    invalid: [
      'https://a.example/',
      'a.example',
      'https://*.example',
      'null',
      'https://A.example',
      'https://a.example:443',
      'https://',
    ],
  },
  RATE_LIMIT_PER_MINUTE: {
    read: ({ rateLimitPerMinute }) => rateLimitPerMinute,
    valid: [
      ['0', 0],
      ['60', 60],
    ],
    invalid: ['-1', 'off', '1.5'],
  },
  ACTIVITY_RETENTION_DAYS: {
    read: ({ activityRetentionDays }) => activityRetentionDays,
    valid: [
      ['1', 1],
      ['36500', 36_500],
    ],
    invalid: ['0', '36501', '30d'],
  },
  UI_LANGUAGES: {
    read: ({ uiLanguages }) => uiLanguages,
    valid: [
      ['en', ['en']],
      ['uk, en,pl', ['uk', 'en', 'pl']],
      ['zh-Hant,pt-BR', ['zh-Hant', 'pt-BR']],
    ],
    invalid: [',', 'uk,uk', 'UK', 'ukrainian language', 'en_US', 'en-us', 'de-1901-1901', '*', 'uk;en'],
  },
  DEFAULT_TIMEZONE: {
    read: ({ defaultTimezone }) => defaultTimezone,
    valid: [
      ['Europe/Kyiv', 'Europe/Kyiv'],
      ['Europe/Kiev', 'Europe/Kiev'],
      ['US/Eastern', 'US/Eastern'],
      ['Etc/GMT+12', 'Etc/GMT+12'],
    ],
    invalid: ['europe/kyiv', 'Kyiv', '+02:00', 'EET+2', 'utc'],
  },
  LOG_LEVEL: {
    read: ({ logLevel }) => logLevel,
    valid: [
      ['silent', 'silent'],
      ['trace', 'trace'],
    ],
    invalid: ['verbose', 'INFO'],
  },
}

function s3Value(name: string) {
  return ({ storage }: Config) => (storage as unknown as Record<string, unknown>)[name]
}

for (const [name, { read, with: others = {}, valid, invalid }] of Object.entries(cases)) {
  test(`${name} is read, or refused by name`, () => {
    for (const [text, value] of valid)
      assert.deepEqual(read(loadConfig({ ...others, [name]: text })), value, text)
    for (const text of invalid) {
      const problems = problemsOf({ ...others, [name]: text })
      assert.equal(problems.length, 1, `${text}: ${problems.join()}`)
      assert.match(problems[0] ?? '', new RegExp(`^${name} must be .+\\.$`), text)
    }
  })
}

test('all problems are reported at once, those between variables too', () => {
  const names = problemsOf({
    PORT: 'http',
    WORKERS: '0',
    DEFAULT_TIMEZONE: 'Kyiv',
    STORAGE: 's3',
    AUTH_JWKS_URL: 'https://id.example.com/jwks',
    AUTH_JWT_SECRET: 'short',
    SMTP_URL: 'smtp://mail',
  }).map((problem) => problem.split(' ', 1)[0])
  assert.deepEqual(
    names.toSorted((a = '', b = '') => a.localeCompare(b)),
    [
      'AUTH_AUDIENCE',
      'AUTH_ISSUER',
      'AUTH_JWT_SECRET',
      'AUTH_JWT_SECRET',
      'DEFAULT_TIMEZONE',
      'PORT',
      'PUBLIC_URL',
      'S3_ACCESS_KEY_ID',
      'S3_BUCKET',
      'S3_REGION',
      'S3_SECRET_ACCESS_KEY',
      'WORKERS',
    ],
  )
})

test('a value that is wrong by itself does not make others look missing', () => {
  assert.deepEqual(problemsOf({ ...jwks, AUTH_ISSUER: 'i'.repeat(256) }).length, 1)
  assert.deepEqual(problemsOf({ ...s3, S3_ENDPOINT: 'x' }).length, 1)
})

test('what belongs to S3 is harmless without it', () => {
  const { STORAGE: _, ...values } = s3
  assert.deepEqual(loadConfig({ ...values, S3_ENDPOINT: 'https://s3.example.com' }).storage.kind, 'local')
})

test('the messages say what was given, but never what can hold a secret', () => {
  assert.match(problemsOf({ PORT: '80a' })[0] ?? '', /it is "80a"\.$/)
  const secrets: Environment = {
    DATABASE_URL: 'mysql://upm:hunter2@db/upm',
    S3_ENDPOINT: 'minio://key:hunter2@s3',
    S3_PUBLIC_URL: 'ftp://key:hunter2@cdn',
    AUTH_JWKS_URL: 'ftp://key:hunter2@id',
    AUTH_JWT_SECRET: 'hunter2',
    AUTH_SECRET: 'hunter2',
    SMTP_URL: 'mail://upm:hunter2@mail',
  }
  const problems = problemsOf(secrets)
  assert.equal(problems.length, 7)
  assert.ok(!problems.join().includes('hunter2'))
})
