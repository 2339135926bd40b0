import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { ConfigError, loadConfig, type Config } from './config.ts'
import { variables } from './variables.ts'

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
    operationsPort: undefined,
    operationsHost: '127.0.0.1',
    databaseUrl: undefined,
    databaseSchema: 'public',
    authDatabaseSchema: 'auth',
    databasePrepare: 'auto',
    dataDir: resolve('data'),
    workers: 1,
    page: true,
    brand: {},
    storage: { kind: 'local', root: resolve('data/media') },
    mediaUrl: '/media/',
    mediaPurgeUrl: undefined,
    roles: undefined,
    avatarMaxBytes: 10 * 1024 * 1024,
    auth: {
      subjectClaim: 'sub',
      emailClaim: ['email'],
      emailVerifiedClaim: ['email_verified'],
      givenNameClaim: ['given_name'],
      familyNameClaim: ['family_name'],
      nameClaim: ['name'],
      roleClaim: ['role'],
      unknownRole: 'refuse',
      selfLearningClaim: ['is_self_learning'],
      userinfo: false,
      emailOptional: false,
      linkVerifiedEmail: false,
      follow: ['email', 'role', 'is_self_learning', 'name'],
    },
    signIn: {},
    publicUrl: undefined,
    publicPath: '',
    trustedProxies: [],
    corsOrigins: [],
    rateLimitPerMinute: 600,
    changeLimits: { perHour: 600, perDay: 3000 },
    activityRetentionDays: undefined,
    eraseGraceDays: 14,
    activityActionDays: {},
    activityOriginDays: 90,
    uiLanguages: ['uk', 'en'],
    consumers: [],
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
  OPERATIONS_PORT: {
    read: ({ operationsPort }) => operationsPort,
    valid: [
      ['9100', 9100],
      ['0', 0],
    ],
    invalid: ['-1', '65536', 'on'],
  },
  OPERATIONS_HOST: {
    read: ({ operationsHost }) => operationsHost,
    valid: [['0.0.0.0', '0.0.0.0']],
    invalid: [],
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
  ROLES: {
    read: ({ roles }) => roles,
    valid: [
      ['tutor, student', { tutor: 'tutor', student: 'student' }],
      ['student,administrator=student', { student: 'student', administrator: 'student' }],
    ],
    invalid: ['Tutor', 'a=b=c', 'tutor,tutor', '=student', 'tutor=', 'tutor student'],
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
  BRAND_NAME: {
    read: ({ brand }) => brand.name,
    valid: [
      ['Репетитор+', 'Репетитор+'],
      ['  Tutor & Co.  ', 'Tutor & Co.'],
      ['и'.repeat(40), 'и'.repeat(40)],
    ],
    invalid: [' ', 'x'.repeat(41), 'two\nlines', 'a\u202eb'],
  },
  BRAND_LOGO_URL: {
    read: ({ brand }) => brand.logoUrl,
    valid: [
      ['https://cdn.example.com/logo.svg?v=2', 'https://cdn.example.com/logo.svg?v=2'],
      ['/static/logo.png', '/static/logo.png'],
    ],
    invalid: [
      'logo.svg',
      '//evil.example/logo.svg',
      'data:image/png;base64,AA',
      'https://u:p@cdn.example.com/',
      'mailto:a@b.c',
    ],
  },
  BRAND_COLOR: {
    read: ({ brand }) => brand.color,
    valid: [
      ['#3f55dd', '#3f55dd'],
      ['#3F55DD', '#3f55dd'],
      ['#fA0', '#ffaa00'],
    ],
    invalid: ['3f55dd', '#3f55d', '#3f55dd80', 'indigo', 'rgb(1, 2, 3)', '#zzzzzz'],
  },
  SUPPORT_URL: {
    read: ({ brand }) => brand.supportUrl,
    valid: [
      ['mailto:help@example.com', 'mailto:help@example.com'],
      ['https://example.com/help', 'https://example.com/help'],
      ['/help', '/help'],
    ],
    invalid: ['help@example.com', 'javascript:alert(1)', '/\\evil.example', 'https://example.com/a b'],
  },
  PROFILE_ACTION_URL: {
    read: ({ brand }) => brand.profileActionUrl,
    valid: [
      ['https://example.com/messages/new?to={id}', 'https://example.com/messages/new?to={id}'],
      ['/people/{id}/book', '/people/{id}/book'],
    ],
    invalid: [
      'https://example.com/messages',
      'https://{id}.example.com/',
      'https://example.com{id}/',
      'javascript:{id}',
      '//{id}',
      '{id}',
    ],
  },
  TERMS_URL: {
    read: ({ brand }) => brand.termsUrl,
    valid: [['https://example.com/terms', 'https://example.com/terms']],
    invalid: ['mailto:legal@example.com', 'terms', 'ftp://example.com/terms'],
  },
  PRIVACY_URL: {
    read: ({ brand }) => brand.privacyUrl,
    valid: [['/privacy', '/privacy']],
    invalid: ['mailto:legal@example.com', 'privacy'],
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
    invalid: ['127.0.0.1:9000', 's3://x', 'https://s3.example.com/?x=1', 'https://s3.example.com/#x'],
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
    valid: [
      ['https://cdn.example.com/m', 'https://cdn.example.com/m'],
      ['http://127.0.0.1:9000/v1/b/', 'http://127.0.0.1:9000/v1/b/'],
    ],
    invalid: [
      'cdn.example.com',
      'ftp://x',
      'https://cdn.example.com/?v=1',
      'https://cdn.example.com/?',
      'https://cdn.example.com/#m',
      'https://cdn.example.com/#',
      'https://user:hunter2@cdn.example.com/',
      'https://cdn.example.com/a b',
    ],
  },
  S3_PREFIX: {
    read: s3Value('prefix'),
    with: s3,
    valid: [
      ['upm', 'upm/'],
      ['upm/', 'upm/'],
      ['Tenants/a.b_c-1/', 'Tenants/a.b_c-1/'],
    ],
    invalid: ['/', '/upm', 'a//b', '..', 'a/../b', './a', 'a b', 'a?b', 'é', 'a\\b', 'x'.repeat(200)],
  },
  MEDIA_PURGE_URL: {
    read: (config) => config.mediaPurgeUrl,
    valid: [['https://cdn.example.com/media', 'https://cdn.example.com/media']],
    invalid: [
      'cdn.example.com',
      'ftp://x',
      'https://cdn.example.com/?v=1',
      'https://user:hunter2@cdn.example.com/',
    ],
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
      // They are there already.
      '/assets/',
      '/assets/media/',
      '/api/',
      '/api/media/',
      '/healthz/',
      '/readyz/',
      '/metrics/',
      '/people/',
      '/security/',
      '/.well-known/',
      '/profile/',
      '/sign-in/',
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
    valid: [
      ['https://id.example.com/', ['https://id.example.com/']],
      [
        ' https://id.example.com/ , https://old.example.com,',
        ['https://id.example.com/', 'https://old.example.com'],
      ],
      [',', undefined],
    ],
    invalid: [
      'i'.repeat(256),
      'built-in',
      'https://id.example.com,built-in',
      'https://id.example.com,https://id.example.com',
      'https://id.example.com,example.com',
    ],
  },
  AUTH_AUDIENCE: {
    read: ({ auth }) => auth.audience,
    valid: [
      ['upm', ['upm']],
      [' https://api.example.com , app:7,', ['https://api.example.com', 'app:7']],
      [',', undefined],
    ],
    invalid: [],
  },
  AUTH_ALGORITHMS: {
    read: ({ auth }) => auth.algorithms,
    with: jwks,
    valid: [
      ['PS256,RS384, RS512,ES384', ['PS256', 'RS384', 'RS512', 'ES384']],
      ['Ed25519', ['Ed25519']],
    ],
    invalid: ['none', 'PS256,none', 'rs256', 'RSA-OAEP', 'dir'],
  },
  AUTH_EMAIL_CLAIM: {
    read: ({ auth }) => auth.emailClaim,
    valid: [
      ['https://example.com/email', ['https://example.com/email']],
      ['email, upn,user.contact.email', ['email', 'upn', 'user.contact.email']],
    ],
    invalid: [',', 'e mail', 'пошта', 'x'.repeat(201)],
  },
  AUTH_EMAIL_VERIFIED_CLAIM: {
    read: ({ auth }) => auth.emailVerifiedClaim,
    valid: [['emailVerified', ['emailVerified']]],
    invalid: [','],
  },
  AUTH_GIVEN_NAME_CLAIM: {
    read: ({ auth }) => auth.givenNameClaim,
    valid: [['first_name', ['first_name']]],
    invalid: [','],
  },
  AUTH_FAMILY_NAME_CLAIM: {
    read: ({ auth }) => auth.familyNameClaim,
    valid: [['last_name', ['last_name']]],
    invalid: [','],
  },
  AUTH_NAME_CLAIM: {
    read: ({ auth }) => auth.nameClaim,
    valid: [['user_metadata.full_name', ['user_metadata.full_name']]],
    invalid: [','],
  },
  AUTH_ROLE_CLAIM: {
    read: ({ auth }) => auth.roleClaim,
    valid: [
      ['realm_access.roles,groups', ['realm_access.roles', 'groups']],
      ['urn:zitadel:iam:org:project:roles', ['urn:zitadel:iam:org:project:roles']],
    ],
    invalid: [',', 'a b'],
  },
  AUTH_ROLE_MAP: {
    read: ({ auth }) => auth.roleMap,
    valid: [
      ['authenticated=student,teacher=tutor', { authenticated: 'student', teacher: 'tutor' }],
      [' Teaching Staff = tutor , a=b=student', { 'Teaching Staff': 'tutor', 'a=b': 'student' }],
      [',', undefined],
    ],
    invalid: ['teacher', '=tutor', 'teacher=', 'teacher=Tutor', 'a=tutor,a=student'],
  },
  AUTH_UNKNOWN_ROLE: {
    read: ({ auth }) => auth.unknownRole,
    valid: [
      ['default', 'default'],
      ['refuse', 'refuse'],
    ],
    invalid: ['student', 'on'],
  },
  AUTH_SELF_LEARNING_CLAIM: {
    read: ({ auth }) => auth.selfLearningClaim,
    valid: [['app_metadata.alone', ['app_metadata.alone']]],
    invalid: [','],
  },
  AUTH_SCOPE_CLAIM: {
    read: ({ auth }) => auth.scopeClaim,
    valid: [['permissions,scp', ['permissions', 'scp']]],
    invalid: [','],
  },
  AUTH_USERINFO: {
    read: ({ auth }) => auth.userinfo,
    with: jwks,
    valid: [
      ['on', true],
      ['off', false],
    ],
    invalid: ['true'],
  },
  AUTH_EMAIL_OPTIONAL: {
    read: ({ auth }) => auth.emailOptional,
    valid: [
      ['on', true],
      ['off', false],
    ],
    invalid: ['true'],
  },
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
  AUTH_FOLLOW: {
    read: ({ auth }) => auth.follow,
    valid: [
      ['off', []],
      ['email', ['email']],
      ['name, email', ['email', 'name']],
      ['email,role,is_self_learning,name', ['email', 'role', 'is_self_learning', 'name']],
    ],
    invalid: ['on', 'e-mail', 'email,off', ',', 'EMAIL'],
  },
  AUTH_SERVICE_ACTIONS: {
    read: ({ auth }) => auth.serviceActions,
    valid: [
      ['billing=invoice.paid', { billing: ['invoice.paid'] }],
      [
        'billing=invoice.paid, refund.*; a=b==lesson.* ;*=*;',
        { billing: ['invoice.paid', 'refund.*'], 'a=b=': ['lesson.*'], '*': ['*'] },
      ],
      ['silent=', { silent: [] }],
    ],
    invalid: [
      'billing',
      '=invoice.paid',
      'billing=invoice paid',
      'billing=*.paid',
      'billing=Invoice.paid',
      'a=b.c;a=d.e',
      'billing=invoice.**',
    ],
  },
  AUTH_BUILT_IN: {
    read: ({ signIn }) => signIn,
    valid: [
      ['on', {}],
      ['off', undefined],
    ],
    invalid: ['true', 'better-auth'],
  },
  AUTH_REQUIRED_SCOPE: {
    read: ({ auth }) => auth.requiredScopes,
    valid: [
      ['profile', ['profile']],
      ['upm:read  upm:write ', ['upm:read', 'upm:write']],
      [' ', undefined],
    ],
    invalid: ['профіль', 'a"b', 'profile activity:write'],
  },
  AUTH_SIGN_UP: {
    read: ({ signIn }) => signIn,
    valid: [
      ['open', {}],
      ['invited', { signUp: 'invited' }],
      ['off', { signUp: 'off' }],
    ],
    invalid: ['closed', 'on'],
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
    read: ({ signIn, publicPath }) => [signIn?.publicUrl, publicPath],
    valid: [
      ['https://upm.example.com', ['https://upm.example.com', '']],
      ['https://upm.example.com/', ['https://upm.example.com', '']],
      ['http://localhost:3000', ['http://localhost:3000', '']],
      ['https://example.com/account', ['https://example.com', '/account']],
      ['https://example.com:8443/a/b.c/', ['https://example.com:8443', '/a/b.c']],
      ['HTTPS://Example.com:443/Account', ['https://example.com', '/Account']],
      ['http://[::1]:3000', ['http://[::1]:3000', '']],
    ],
    invalid: [
      'upm.example.com',
      'ftp://x',
      'https://example.com/account?x=1',
      'https://example.com/account#x',
      'https://user:hunter2@example.com/',
      'https://example.com/account?',
      'https://example.com//',
      'https://example.com/account//',
      'https://example.com/a//b',
      'https://example.com/./a',
      'https://example.com/a/..',
      'https://example.com\\a',
      'https://',
      'https:example.com/account',
      'https://example.com/a/../b',
      'https://example.com/a%20b',
      'https://example.com/a b',
      'https://example.com/:id',
      'https://example.com/*',
    ],
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
    invalid: [
      '10.0.0.0/33',
      'proxy.local',
      '10.0.0.0/',
      '*',
      '0.0.0.0/0',
      '1',
      '0x7f000001',
      '10.1',
      'true',
      'on',
      'localhost',
      '10.0.0.1,2',
    ],
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
  CONSUMERS: {
    read: ({ consumers }) => consumers,
    valid: [
      ['', []],
      ['web, mobile-2', ['web', 'mobile-2']],
    ],
    invalid: ['Web', 'a b', 'web/1.0', 'x'.repeat(33), Array.from({ length: 20 }, (_, n) => `c${n}`).join()],
  },
  RATE_LIMIT_PER_MINUTE: {
    read: ({ rateLimitPerMinute }) => rateLimitPerMinute,
    valid: [
      ['0', 0],
      ['60', 60],
    ],
    invalid: ['-1', 'off', '1.5'],
  },
  CHANGES_PER_HOUR: {
    read: ({ changeLimits }) => changeLimits.perHour,
    valid: [
      ['0', 0],
      ['120', 120],
    ],
    invalid: ['-1', 'none', '1.5'],
  },
  CHANGES_PER_DAY: {
    read: ({ changeLimits }) => changeLimits.perDay,
    valid: [
      ['0', 0],
      ['5000', 5000],
    ],
    invalid: ['-1', 'none', '1.5'],
  },
  DATABASE_SCHEMA: {
    read: ({ databaseSchema, authDatabaseSchema }) => [databaseSchema, authDatabaseSchema],
    valid: [
      ['public', ['public', 'auth']],
      ['upm', ['upm', 'upm_auth']],
      ['Кабінет', ['Кабінет', 'Кабінет_auth']],
      ['my-app users', ['my-app users', 'my-app users_auth']],
      ['s'.repeat(58), ['s'.repeat(58), `${'s'.repeat(58)}_auth`]],
    ],
    invalid: [
      'a"b',
      "a'b",
      'a$b',
      'a\\b',
      ' upm',
      'a\nb',
      'pg_upm',
      'information_schema',
      's'.repeat(64),
      'і'.repeat(32),
    ],
  },
  AUTH_DATABASE_SCHEMA: {
    read: ({ authDatabaseSchema }) => authDatabaseSchema,
    valid: [['signin', 'signin']],
    invalid: ['a"b', 'pg_auth'],
  },
  DATABASE_PREPARE: {
    read: ({ databasePrepare }) => databasePrepare,
    valid: [
      ['auto', 'auto'],
      ['off', 'off'],
    ],
    invalid: ['on', 'AUTO'],
  },
  ACTIVITY_ACTION_DAYS: {
    read: ({ activityActionDays }) => activityActionDays,
    valid: [
      ['system.login=365', { 'system.login': 365 }],
      ['system.login.failed=30, lesson.*=90', { 'system.login.failed': 30, 'lesson.*': 90 }],
    ],
    invalid: [
      'system.login',
      'system.login=0',
      'system.login=36501',
      'lesson.*=1,lesson.*=2',
      '*=3',
      'profile.updated=30',
      'avatar.*=30',
      'settings.updated=30',
      'system.*=30',
      'system.profile.initialized=30',
    ],
  },
  ACTIVITY_ORIGIN_DAYS: {
    read: ({ activityOriginDays }) => activityOriginDays,
    valid: [
      ['1', 1],
      ['off', undefined],
    ],
    invalid: ['0', '36501', '-1', '30d', 'on'],
  },
  ACTIVITY_RETENTION_DAYS: {
    read: ({ activityRetentionDays }) => activityRetentionDays,
    valid: [
      ['1', 1],
      ['36500', 36_500],
    ],
    invalid: ['0', '36501', '30d'],
  },
  ERASE_GRACE_DAYS: {
    read: ({ eraseGraceDays }) => eraseGraceDays,
    valid: [
      ['0', 0],
      ['30', 30],
    ],
    invalid: ['31', '-1', '14d'],
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
    AUTH_BUILT_IN: 'on',
    SMTP_URL: 'smtp://mail',
  }).map((problem) => problem.split(' ', 1)[0])
  assert.deepEqual(
    names.toSorted((a = '', b = '') => a.localeCompare(b)),
    [
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

test('beside another issuer the bundled sign-in is off unless it is asked for', () => {
  const { AUTH_ISSUER, AUTH_AUDIENCE } = jwks
  for (const outside of [jwks, { AUTH_ISSUER }, { AUTH_JWT_SECRET: secret }] as Environment[]) {
    assert.equal(loadConfig(outside).signIn, undefined, JSON.stringify(outside))
    assert.equal(loadConfig({ ...outside, AUTH_BUILT_IN: 'off' }).signIn, undefined)
    assert.deepEqual(loadConfig({ ...outside, AUTH_BUILT_IN: 'on' }).signIn, {})
    // What belongs to it is harmless without it.
    assert.deepEqual(problemsOf({ ...outside, SMTP_URL: 'smtp://mail' }), [])
  }
  assert.deepEqual(loadConfig({ AUTH_AUDIENCE, AUTH_SUBJECT_CLAIM: 'user_id' }).signIn, {})
})

const contradictions: { what: string; env: Environment; says: RegExp[] }[] = [
  {
    what: 'an issuer that is no address, alone',
    env: { AUTH_ISSUER: 'keycloak' },
    says: [/^AUTH_ISSUER must be a URL .*discovery document\.$/],
  },
  { what: 'the same beside a secret', env: { AUTH_ISSUER: 'keycloak', AUTH_JWT_SECRET: secret }, says: [] },
  { what: 'the same beside keys', env: { ...jwks, AUTH_ISSUER: 'keycloak' }, says: [] },
  {
    what: 'userinfo of nobody',
    env: { AUTH_USERINFO: 'on', AUTH_JWT_SECRET: secret },
    says: [/^AUTH_ISSUER must be a URL with AUTH_USERINFO=on/],
  },
  {
    what: 'the algorithm of a secret for published keys',
    env: { ...jwks, AUTH_ALGORITHMS: 'PS256,HS512' },
    says: [/^AUTH_ALGORITHMS cannot have HS512: .*published/],
  },
  {
    what: 'the same for a discovered issuer',
    env: { AUTH_ISSUER: 'https://id.example.com', AUTH_ALGORITHMS: 'HS256' },
    says: [/^AUTH_ALGORITHMS cannot have HS256: .*published/],
  },
  {
    what: 'the algorithm of published keys for a secret',
    env: { AUTH_JWT_SECRET: secret, AUTH_ALGORITHMS: 'RS256' },
    says: [/^AUTH_ALGORITHMS cannot have RS256: .*secret/],
  },
  {
    what: 'a secret that is too short for the algorithm',
    env: { AUTH_JWT_SECRET: secret, AUTH_ALGORITHMS: 'HS384,HS512' },
    says: [/^AUTH_JWT_SECRET must be at least 48 bytes/, /^AUTH_JWT_SECRET must be at least 64 bytes/],
  },
  {
    what: 'one that is long enough',
    env: { AUTH_JWT_SECRET: secret + secret, AUTH_ALGORITHMS: 'HS384,HS512' },
    says: [],
  },
  { what: 'no audience', env: { ...jwks, AUTH_AUDIENCE: '' }, says: [] },
  {
    what: 'an issuer that is wrong by itself',
    env: { AUTH_ISSUER: 'built-in', AUTH_ALGORITHMS: 'PS256' },
    says: [/^AUTH_ISSUER must be a name/],
  },
]

for (const { what, env, says } of contradictions) {
  test(`${what}: ${says.length === 0 ? 'fits' : 'is refused by name'}`, () => {
    const problems = problemsOf(env)
    assert.equal(problems.length, says.length, problems.join('\n'))
    says.forEach((pattern, i) => assert.match(problems[i] ?? '', pattern))
  })
}

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
    PUBLIC_URL: 'https://upm:hunter2@example.com',
  }
  const problems = problemsOf(secrets)
  assert.equal(problems.length, 8)
  assert.ok(!problems.join().includes('hunter2'))
})
