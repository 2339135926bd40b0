import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from './config.ts'
import { inOptionNames, optionNames, readOptions, type ConfigOptions } from './options.ts'
import { variables } from './variables.ts'

const SECRET = 'a secret that is as long as it has to be'

test('no option is required, and each has the default of its variable', () => {
  assert.deepEqual(readOptions({}), { ...loadConfig({}), page: false })
  for (const value of [undefined, {}]) assert.deepEqual(readOptions({ auth: value }), readOptions({}))
})

test('every variable is an option, or says that it is none', () => {
  assert.deepEqual(Object.keys(optionNames).toSorted(), Object.keys(variables).toSorted())
})

const same: [ConfigOptions, Record<string, string>][] = [
  [
    { auth: { jwtSecret: SECRET, requiredScopes: ['profile', 'email'], linkVerifiedEmail: true } },
    { AUTH_JWT_SECRET: SECRET, AUTH_REQUIRED_SCOPE: 'profile email', AUTH_LINK_VERIFIED_EMAIL: 'on' },
  ],
  [
    { auth: { jwtSecret: SECRET, serviceActions: { billing: ['invoice.paid', 'refund.*'], booking: [] } } },
    { AUTH_JWT_SECRET: SECRET, AUTH_SERVICE_ACTIONS: 'billing=invoice.paid,refund.*;booking=' },
  ],
  [
    { brand: { name: 'Репетитор+', color: '#3f55dd', supportUrl: 'mailto:help@example.com' } },
    { BRAND_NAME: 'Репетитор+', BRAND_COLOR: '#3f55dd', SUPPORT_URL: 'mailto:help@example.com' },
  ],
  [{ roles: { tutor: 'tutor', administrator: 'student' } }, { ROLES: 'tutor,administrator=student' }],
  [{ storage: { root: '/tmp/media' } }, { MEDIA_ROOT: '/tmp/media' }],
  [
    {
      storage: {
        kind: 's3',
        region: 'eu',
        bucket: 'b',
        accessKeyId: 'k',
        secretAccessKey: 's',
        prefix: 'upm',
      },
    },
    {
      STORAGE: 's3',
      S3_REGION: 'eu',
      S3_BUCKET: 'b',
      S3_ACCESS_KEY_ID: 'k',
      S3_SECRET_ACCESS_KEY: 's',
      S3_PREFIX: 'upm',
    },
  ],
  [
    { publicUrl: 'https://a.example', signIn: { secret: SECRET, mail: { smtpUrl: 'smtp://mail' } } },
    { PUBLIC_URL: 'https://a.example', AUTH_SECRET: SECRET, SMTP_URL: 'smtp://mail' },
  ],
  [{ publicUrl: 'https://a.example/account/' }, { PUBLIC_URL: 'https://a.example/account' }],
  [{ signIn: false }, { AUTH_BUILT_IN: 'off' }],
  [
    { auth: { jwtSecret: SECRET }, signIn: { signUp: 'open' } },
    { AUTH_JWT_SECRET: SECRET, AUTH_BUILT_IN: 'on' },
  ],
  [
    { rateLimitPerMinute: 0, changeLimits: { perDay: 5 }, uiLanguages: ['en', 'uk'], corsOrigins: ['*'] },
    { RATE_LIMIT_PER_MINUTE: '0', CHANGES_PER_DAY: '5', UI_LANGUAGES: 'en,uk', CORS_ORIGINS: '*' },
  ],
  [
    { operationsPort: 0, page: true },
    { OPERATIONS_PORT: '0', PAGE: 'on' },
  ],
]
for (const [options, env] of same) {
  test(`${JSON.stringify(options)} is the same as the variables`, () => {
    assert.deepEqual(readOptions(options), loadConfig({ PAGE: 'off', ...env }))
  })
}

const refused: [object, RegExp[]][] = [
  [{ databaseURL: 'x' }, [/^databaseURL is not an option of UPM\.$/]],
  [{ auth: { secret: SECRET } }, [/^auth\.secret is not an option of UPM\.$/]],
  [{ brand: { colour: '#fff' } }, [/^brand\.colour is not an option/]],
  [{ brand: { color: 'red' } }, [/^brand\.color must be a colour such as/]],
  [{ signIn: { mail: { url: 'x' } } }, [/^signIn\.mail\.url is not an option/]],
  [{ logLevel: 'info', port: 1 }, [/^logLevel is not an option/, /^port is not an option/]],
  [{ auth: { jwtSecret: 'short' } }, [/^auth\.jwtSecret must be at least 32 bytes long/]],
  [
    { auth: { jwtSecret: '' } },
    [/^auth\.jwtSecret must be left out or set to a value; an empty text is neither\.$/],
  ],
  [{ signIn: { secret: 'short' } }, [/^signIn\.secret must be at least 32 bytes long\.$/]],
  [{ rateLimitPerMinute: '600' }, [/^rateLimitPerMinute must be a number, not a text\.$/]],
  [{ rateLimitPerMinute: 1.5 }, [/^rateLimitPerMinute must be a whole number from 0/]],
  [{ page: 'on' }, [/^page must be true or false, not a text/]],
  [{ corsOrigins: 'https://a.example' }, [/^corsOrigins must be a list of texts, not a text/]],
  [{ uiLanguages: ['uk', 5] }, [/^uiLanguages must be a list of texts, not a list of something else\.$/]],
  [{ databaseUrl: 5 }, [/^databaseUrl must be a URL that starts with postgres:/]],
  [{ auth: 'secret' }, [/^auth is not an option|^auth must be/]],
  [
    { auth: { jwksUrl: 'https://a.example/keys' }, changeLimits: { perHour: -1 } },
    [/^changeLimits\.perHour must be a whole number/, /^auth\.issuer is required with auth\.jwksUrl\.$/],
  ],
  [{ storage: { kind: 's3' } }, [/^storage\.region is required with storage\.kind=s3\.$/]],
  [{ storage: { region: 'eu' } }, [/^storage\.region has no effect with the other options\.$/]],
  [
    { signIn: { mail: { smtpUrl: 'smtp://mail' } } },
    [/^publicUrl is required with signIn\.mail\.smtpUrl\.$/],
  ],
]
for (const [options, expected] of refused) {
  test(`${JSON.stringify(options)} is refused by name`, () => {
    assert.throws(
      () => readOptions(options),
      (error: Error) => {
        const lines = error.message.split('\n')
        for (const line of expected)
          assert.ok(
            lines.some((one) => line.test(one)),
            `${line}: ${error.message}`,
          )
        assert.doesNotMatch(error.message, /[A-Z]+_[A-Z]+/)
        return error.name === 'ConfigError'
      },
    )
  })
}

test('what is secret is not shown', () => {
  for (const options of [
    { auth: { jwtSecret: ['tiny'] } },
    { auth: { jwtSecret: 'tiny' } },
    { databaseUrl: 'mysql://u:tiny@h' },
  ]) {
    assert.throws(
      () => readOptions(options),
      (error: Error) => !error.message.includes('tiny'),
    )
  }
})

test('a warning about variables is told in the names of options', () => {
  assert.equal(
    inOptionNames('Set AUTH_AUDIENCE to "aud" (RFC 7519).'),
    'Set auth.audience to "aud" (RFC 7519).',
  )
})
