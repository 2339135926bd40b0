import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from './config.ts'
import { startWarnings } from './start-warnings.ts'

const AUTH_JWT_SECRET = 's'.repeat(32)
const AUTH_AUDIENCE = 'upm'
const jwks = {
  AUTH_JWKS_URL: 'https://id.example.com/jwks',
  AUTH_ISSUER: 'https://id.example.com',
  AUTH_AUDIENCE,
}
const mail = { SMTP_URL: 'smtp://mail', PUBLIC_URL: 'https://upm.example.com' }

/** What each warning is about. */
const topics = [
  'AUTH_BUILT_IN=on',
  'sign up',
  'AUTH_AUDIENCE',
  'development-secret',
  'users can change',
  'BRAND_COLOR',
]
const warned = (env: Record<string, string>) =>
  startWarnings(loadConfig(env)).map((line) => topics.find((topic) => line.includes(topic)))

const cases: { what: string; env: Record<string, string>; warnings: string[] }[] = [
  { what: 'a fresh installation on this machine', env: {}, warnings: [] },
  ...['127.0.0.1', '127.8.0.1', '::1', '[::1]', 'localhost', 'upm.localhost', '::ffff:127.0.0.1'].map(
    (HOST) => ({ what: `open sign-up on ${HOST}`, env: { HOST }, warnings: [] }),
  ),
  ...['0.0.0.0', '::', '10.0.0.7', 'upm.example.com', 'localhost.example.com'].map((HOST) => ({
    what: `open sign-up and a development secret on ${HOST}`,
    env: { HOST },
    warnings: ['sign up', 'development-secret'],
  })),
  {
    what: 'open sign-up without mail',
    env: { HOST: '0.0.0.0', ...jwks, AUTH_BUILT_IN: 'on' },
    warnings: ['AUTH_BUILT_IN=on', 'sign up'],
  },
  { what: 'open sign-up with mail', env: { HOST: '0.0.0.0', ...mail }, warnings: ['development-secret'] },
  ...['invited', 'off'].map((AUTH_SIGN_UP) => ({
    what: `sign-up that is ${AUTH_SIGN_UP}`,
    env: { HOST: '0.0.0.0', AUTH_SIGN_UP, ...jwks, AUTH_BUILT_IN: 'on' },
    warnings: ['AUTH_BUILT_IN=on'],
  })),
  { what: 'a brand colour that can be read', env: { BRAND_COLOR: '#3f55dd' }, warnings: [] },
  { what: 'a brand colour that is too light', env: { BRAND_COLOR: '#ffd500' }, warnings: ['BRAND_COLOR'] },
  { what: 'another issuer alone', env: { HOST: '0.0.0.0', ...jwks }, warnings: [] },
  { what: 'both', env: { ...jwks, AUTH_BUILT_IN: 'on' }, warnings: ['AUTH_BUILT_IN=on'] },
  { what: 'a shared secret without an audience', env: { AUTH_JWT_SECRET }, warnings: ['AUTH_AUDIENCE'] },
  {
    what: 'a discovered issuer without an audience',
    env: { AUTH_ISSUER: 'https://id.example.com', HOST: '0.0.0.0' },
    warnings: ['AUTH_AUDIENCE'],
  },
  {
    what: 'published keys without an audience',
    env: { ...jwks, AUTH_AUDIENCE: '' },
    warnings: ['AUTH_AUDIENCE'],
  },
  ...['AUTH_ROLE_CLAIM', 'AUTH_EMAIL_VERIFIED_CLAIM', 'AUTH_SCOPE_CLAIM'].map((name) => ({
    what: `${name} that users can change`,
    env: { ...jwks, [name]: 'app_metadata.x,user_metadata.x' },
    warnings: ['users can change'],
  })),
  { what: 'a shared secret with an audience', env: { AUTH_JWT_SECRET, AUTH_AUDIENCE }, warnings: [] },
]

for (const { what, env, warnings } of cases) {
  test(`${what}: ${warnings.length === 0 ? 'no warning' : warnings.join(', ')}`, () => {
    assert.deepEqual(warned(env), warnings)
  })
}

test('a warning says what to do, in one line, and no secret', () => {
  for (const { env } of cases) {
    for (const line of startWarnings(loadConfig(env))) {
      assert.doesNotMatch(line, /\n|ssss/)
      assert.match(line, /AUTH_|SMTP_URL|BRAND_COLOR/)
    }
  }
})

test('the warning about a colour says what it is, what is used, and what to do', () => {
  const [warning] = startWarnings(loadConfig({ BRAND_COLOR: '#fd0' }))
  assert.match(
    warning ?? '',
    /^BRAND_COLOR=#ffdd00 has a contrast of 1\.3:1 with white\. .*at least 4\.5:1.* the page uses #[\da-f]{6} for .* set a darker BRAND_COLOR\.$/,
  )
})
