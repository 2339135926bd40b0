/**
 * The table of docs/issuers.md: tokens as each product documents them, from an issuer that serves its discovery document,
 * its keys and userinfo, against a server with the variables of the table.
 */
import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { SignJWT } from 'jose'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { createKey, type SigningKey } from '../../test/issuer.ts'
import { openOpenIdIssuer, signAs, type OpenIdIssuer } from '../../test/openid-issuer.ts'
import { createTestApp, type TestApp } from '../../test/test-app.ts'
import { queryOne, sql } from '../database/database.ts'

type Claims = Record<string, unknown>
type Token = { header?: Claims; claims: Claims }

type Product = {
  name: string
  /** What comes behind the host in the issuer's name. */
  path: string
  /** Undefined: HS256 with the shared secret. */
  alg: string | undefined
  env: (iss: string) => Record<string, string>
  access: (iss: string) => Token
  userinfo?: Claims
  /** What comes of it. */
  user: Claims
  /** Tokens of the same key that open nothing, as what they change of the access token. */
  foreign: (iss: string) => Record<string, Token>
}

const SECRET = 'a-secret-for-tests-only-0123456789abcdef'
const now = Math.floor(Date.now() / 1000)
const keys: Record<string, SigningKey> = {
  RS256: await createKey('rsa', 'RS256'),
  ES256: await createKey('ec', 'ES256'),
  ES384: await createKey('ec384', 'ES384'),
  EdDSA: await createKey('ed', 'EdDSA'),
}

const JWT = { typ: 'JWT' }
const AT = { typ: 'at+jwt' }

/** supabase.com/docs/guides/auth/jwt-fields */
const supabase: Omit<Product, 'name' | 'alg'> = {
  path: '/auth/v1',
  env: (iss) => ({
    AUTH_ISSUER: iss,
    AUTH_AUDIENCE: 'authenticated',
    AUTH_ROLE_CLAIM: 'app_metadata.role',
    AUTH_NAME_CLAIM: 'user_metadata.full_name',
  }),
  access: (iss) => ({
    header: JWT,
    claims: {
      iss,
      aud: 'authenticated',
      sub: '123e4567-e89b-12d3-a456-426614174000',
      email: 'supabase@example.com',
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'], role: 'tutor' },
      // Anybody can write this about themselves.
      user_metadata: { full_name: 'Alex Koval', role: 'administrator', email_verified: true },
      role: 'authenticated',
      aal: 'aal1',
      amr: [{ method: 'password', timestamp: now }],
      session_id: '123e4567-e89b-12d3-a456-426614174001',
      is_anonymous: false,
    },
  }),
  user: { email: 'supabase@example.com', role: 'tutor', first_name: 'Alex', last_name: 'Koval' },
  foreign: () => ({
    // supabase.com/docs/guides/api/api-keys
    'anon key': { claims: { iss: 'supabase', ref: 'project', role: 'anon', sub: undefined, aud: undefined } },
    'service_role key': {
      claims: { iss: 'supabase', ref: 'project', role: 'service_role', sub: undefined, aud: undefined },
    },
  }),
}

const products: Product[] = [
  {
    // auth0.com/docs/secure/tokens/access-tokens/access-token-profiles, .../tokens/id-tokens/id-token-structure
    name: 'Auth0',
    path: '/',
    alg: 'RS256',
    env: (iss) => ({
      AUTH_ISSUER: iss,
      AUTH_AUDIENCE: 'https://api.example.com',
      AUTH_USERINFO: 'on',
      AUTH_ROLE_CLAIM: 'https://example.com/roles',
      AUTH_REQUIRED_SCOPE: 'openid profile:read',
    }),
    access: (iss) => ({
      header: JWT,
      claims: {
        iss,
        sub: 'auth0|123456',
        aud: ['https://api.example.com', `${iss}userinfo`],
        azp: 'client',
        scope: 'openid profile email',
        permissions: ['profile:read'],
        'https://example.com/roles': ['tutor'],
      },
    }),
    // A user of a database connection has the address as the name.
    userinfo: {
      sub: 'auth0|123456',
      email: 'auth0@example.com',
      email_verified: true,
      name: 'auth0@example.com',
    },
    user: { email: 'auth0@example.com', role: 'tutor', first_name: '', last_name: '' },
    foreign: () => ({
      'ID token': {
        claims: { aud: 'client', azp: undefined, nonce: 'n', sid: 's', email: 'auth0@example.com' },
      },
      'ID token of an app without nonce': { claims: { aud: 'client', azp: undefined, sid: 's' } },
      'logout token': { header: { typ: 'logout+jwt' }, claims: { events: {} } },
    }),
  },
  {
    // clerk.com/docs/guides/sessions/session-tokens
    name: 'Clerk',
    path: '',
    alg: 'RS256',
    env: (iss) => ({ AUTH_ISSUER: iss, AUTH_AUDIENCE: 'https://app.example.com' }),
    access: (iss) => ({
      header: { ...JWT, cat: 'cl_B7d4PD111AAA' },
      claims: {
        azp: 'https://app.example.com',
        fva: [7, -1],
        iss,
        nbf: now - 10,
        sid: 'sess_123',
        sts: 'active',
        sub: 'user_123',
        v: 2,
        email: 'clerk@example.com',
        email_verified: true,
        given_name: 'Alex',
        family_name: 'Koval',
        role: 'tutor',
      },
    }),
    user: { email: 'clerk@example.com', role: 'tutor', first_name: 'Alex', last_name: 'Koval' },
    foreign: () => ({
      'session whose sign-in is not finished': { claims: { sts: 'pending' } },
      'ID token': { claims: { aud: 'https://app.example.com', azp: undefined, at_hash: 'h', nonce: 'n' } },
    }),
  },
  {
    // www.keycloak.org/docs/latest/server_admin/ (protocol mappers, audience), and AccessToken, TokenUtil in its API
    name: 'Keycloak',
    path: '/realms/school',
    alg: 'RS256',
    env: (iss) => ({
      AUTH_ISSUER: iss,
      AUTH_AUDIENCE: 'school-app',
      AUTH_ROLE_CLAIM: 'realm_access.roles',
      AUTH_UNKNOWN_ROLE: 'default',
    }),
    access: (iss) => ({
      header: JWT,
      claims: {
        jti: 'onrtac:d58f5dc8-fd8f-462b-8a19-716f8f83985b',
        iss,
        aud: 'account',
        sub: '36fa0f91-f94d-4a0c-afed-6b7d952e47da',
        typ: 'Bearer',
        azp: 'school-app',
        sid: '2a88c258-f73a-4103-b862-e1fbd8f4e04e',
        acr: '1',
        'allowed-origins': ['https://app.example.com'],
        realm_access: { roles: ['offline_access', 'default-roles-school', 'uma_authorization', 'tutor'] },
        resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
        scope: 'openid email profile',
        email_verified: true,
        name: 'Alex Koval',
        preferred_username: 'alex',
        given_name: 'Alex',
        family_name: 'Koval',
        email: 'keycloak@example.com',
      },
    }),
    user: { email: 'keycloak@example.com', role: 'tutor', first_name: 'Alex', last_name: 'Koval' },
    foreign: (iss) => ({
      'ID token': { claims: { typ: 'ID', aud: 'school-app', at_hash: 'h' } },
      'ID token without hash': { claims: { typ: 'ID', aud: 'school-app' } },
      'refresh token': { claims: { typ: 'Refresh', aud: iss } },
      'offline token': { claims: { typ: 'Offline', aud: iss } },
      'logout token': { header: { typ: 'logout+jwt' }, claims: { typ: 'Logout', events: {} } },
    }),
  },
  { ...supabase, name: 'Supabase with signing keys', alg: 'ES256' },
  {
    ...supabase,
    name: 'Supabase with the legacy secret',
    alg: undefined,
    env: (iss) => ({ ...supabase.env(iss), AUTH_JWT_SECRET: SECRET }),
    access: (iss) => {
      const { header, claims } = supabase.access(iss)
      return {
        ...(header && { header }),
        claims: { ...claims, sub: '223e4567-e89b-12d3-a456-426614174000', email: 'legacy@example.com' },
      }
    },
    user: { ...supabase.user, email: 'legacy@example.com' },
  },
  {
    // firebase.google.com/docs/auth/admin/verify-id-tokens
    name: 'Firebase',
    path: '/project',
    alg: 'RS256',
    env: (iss) => ({ AUTH_ISSUER: iss, AUTH_AUDIENCE: 'project' }),
    access: (iss) => ({
      header: JWT,
      claims: {
        role: 'tutor',
        name: 'Alex Koval',
        picture: 'https://example.com/a.png',
        iss,
        aud: 'project',
        auth_time: now - 60,
        user_id: 'KqTdP4dLh1SxQ',
        sub: 'KqTdP4dLh1SxQ',
        email: 'firebase@example.com',
        email_verified: true,
        firebase: { identities: { email: ['firebase@example.com'] }, sign_in_provider: 'password' },
      },
    }),
    user: { email: 'firebase@example.com', role: 'tutor', first_name: 'Alex', last_name: 'Koval' },
    foreign: (iss) => ({
      // firebase.google.com/docs/auth/admin/manage-cookies, .../create-custom-tokens
      'session cookie': { claims: { iss: iss.replace('127.0.0.1', 'session.firebase.google.com') } },
      'custom token': {
        claims: {
          iss: 'sdk@project.iam.gserviceaccount.com',
          sub: 'sdk@project.iam.gserviceaccount.com',
          aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
          uid: 'KqTdP4dLh1SxQ',
        },
      },
    }),
  },
  {
    // docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html and ...-id-token.html
    name: 'Cognito',
    path: '/eu-central-1_example',
    alg: 'RS256',
    env: (iss) => ({
      AUTH_ISSUER: iss,
      AUTH_AUDIENCE: 'client',
      AUTH_USERINFO: 'on',
      AUTH_ROLE_CLAIM: 'cognito:groups',
    }),
    access: (iss) => ({
      claims: {
        sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
        'cognito:groups': ['tutor'],
        iss,
        version: 2,
        client_id: 'client',
        origin_jti: 'o',
        event_id: 'e',
        token_use: 'access',
        scope: 'openid email',
        auth_time: now,
        jti: 'j',
        username: 'alex',
      },
    }),
    userinfo: {
      sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      email_verified: 'true',
      email: 'cognito@example.com',
      username: 'alex',
    },
    user: { email: 'cognito@example.com', role: 'tutor' },
    foreign: () => ({
      'ID token': {
        claims: { token_use: 'id', aud: 'client', client_id: undefined, 'cognito:username': 'alex' },
      },
      'refresh token': { claims: { token_use: 'refresh' } },
    }),
  },
  {
    // docs.logto.io/authorization/validate-access-tokens, docs.logto.io/developers/custom-token-claims
    name: 'Logto',
    path: '/oidc',
    alg: 'ES384',
    env: (iss) => ({ AUTH_ISSUER: iss, AUTH_AUDIENCE: 'https://api.example.com' }),
    access: (iss) => ({
      header: AT,
      claims: {
        jti: 'j',
        sub: 'foo123',
        scope: 'read write',
        client_id: 'client',
        iss,
        aud: 'https://api.example.com',
        email: 'logto@example.com',
        role: 'tutor',
      },
    }),
    user: { email: 'logto@example.com', role: 'tutor' },
    foreign: () => ({
      'ID token': { header: JWT, claims: { aud: 'client', client_id: undefined, at_hash: 'h', nonce: 'n' } },
      'ID token for the API': { header: JWT, claims: { at_hash: 'h' } },
    }),
  },
  {
    // zitadel.com/docs/apis/openidoauth/claims, zitadel.com/docs/guides/integrate/retrieve-user-roles
    name: 'Zitadel',
    path: '',
    alg: 'RS256',
    env: (iss) => ({
      AUTH_ISSUER: iss,
      AUTH_AUDIENCE: '242',
      AUTH_USERINFO: 'on',
      AUTH_ROLE_CLAIM: 'urn:zitadel:iam:org:project:roles',
      AUTH_ROLE_MAP: 'teacher=tutor',
    }),
    access: (iss) => ({
      header: JWT,
      claims: {
        iss,
        sub: '241148834538913793',
        aud: ['241@school', '242'],
        nbf: now,
        jti: 'j',
        azp: '241@school',
        'urn:zitadel:iam:org:project:roles': {
          viewer: { '240': 'school.example.com' },
          teacher: { '240': 'school.example.com' },
        },
      },
    }),
    userinfo: {
      sub: '241148834538913793',
      email: 'zitadel@example.com',
      email_verified: true,
      given_name: 'Alex',
      family_name: 'Koval',
      name: 'Alex Koval',
    },
    user: { email: 'zitadel@example.com', role: 'tutor', first_name: 'Alex', last_name: 'Koval' },
    foreign: () => ({ 'ID token': { claims: { at_hash: 'h', amr: ['pwd'], auth_time: now, sid: 's' } } }),
  },
  {
    // learn.microsoft.com/entra/identity-platform/access-token-claims-reference and id-token-claims-reference
    name: 'Entra ID',
    path: '/72f988bf/v2.0',
    alg: 'RS256',
    env: (iss) => ({
      AUTH_ISSUER: iss,
      AUTH_AUDIENCE: '6e74172b',
      AUTH_SUBJECT_CLAIM: 'oid',
      AUTH_ROLE_CLAIM: 'roles',
      AUTH_ROLE_MAP: 'School.Teacher=tutor',
      AUTH_EMAIL_VERIFIED_CLAIM: 'xms_edov',
      AUTH_REQUIRED_SCOPE: 'access_as_user',
    }),
    access: (iss) => ({
      header: JWT,
      claims: {
        aud: '6e74172b',
        iss,
        nbf: now,
        aio: 'a',
        azp: 'client',
        azpacr: '0',
        email: 'entra@example.com',
        xms_edov: true,
        name: 'Alex Koval',
        oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
        preferred_username: 'alex@school.example',
        rh: 'r',
        roles: ['School.Teacher'],
        scp: 'access_as_user',
        sub: 'HKZpfaHyWadeOouYlitjrI',
        tid: '72f988bf',
        uti: 'u',
        ver: '2.0',
      },
    }),
    user: { email: 'entra@example.com', role: 'tutor', first_name: 'Alex', last_name: 'Koval' },
    foreign: () => ({
      'ID token of the app that is the API, too': {
        claims: { azp: undefined, azpacr: undefined, scp: undefined, nonce: 'n' },
      },
      'ID token without nonce': { claims: { azp: undefined, azpacr: undefined } },
    }),
  },
  {
    // developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/ (access token and ID token payloads)
    name: 'Okta',
    path: '/oauth2/default',
    alg: 'RS256',
    env: (iss) => ({
      AUTH_ISSUER: iss,
      AUTH_AUDIENCE: 'api://default',
      AUTH_SUBJECT_CLAIM: 'uid',
      AUTH_USERINFO: 'on',
      AUTH_ROLE_CLAIM: 'groups',
      AUTH_UNKNOWN_ROLE: 'default',
      AUTH_REQUIRED_SCOPE: 'openid',
    }),
    access: (iss) => ({
      claims: {
        ver: 1,
        jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
        iss,
        aud: 'api://default',
        cid: 'nmdP1fcyvdVO11AL7ECm',
        uid: '00ujmkLgagxeRrAg20g3',
        scp: ['openid', 'email'],
        auth_time: now,
        sub: 'alex@school.example',
        groups: ['Everyone', 'tutor'],
      },
    }),
    // The subject of userinfo is the id.
    userinfo: { sub: '00ujmkLgagxeRrAg20g3', email: 'okta@example.com', email_verified: true },
    user: { email: 'okta@example.com', role: 'tutor' },
    foreign: () => ({
      'ID token': {
        claims: { jti: 'ID.4eAWJOCMB3SX8XewDfVR', aud: 'nmdP1fcyvdVO11AL7ECm', cid: undefined, at_hash: 'h' },
      },
      'ID token for the API': { claims: { jti: 'ID.4eAWJOCMB3SX8XewDfVR', cid: undefined, amr: ['pwd'] } },
    }),
  },
  {
    // better-auth.com/docs/plugins/jwt: the payload is the user, iss and aud are the base URL
    name: 'Better Auth',
    path: '',
    alg: 'EdDSA',
    env: (iss) => ({
      AUTH_ISSUER: iss,
      AUTH_AUDIENCE: iss,
      AUTH_JWKS_URL: `${iss}/api/auth/jwks`,
      AUTH_EMAIL_VERIFIED_CLAIM: 'emailVerified',
    }),
    access: (iss) => ({
      claims: {
        id: 'kZc2',
        name: 'Alex Koval',
        email: 'better@example.com',
        emailVerified: true,
        image: null,
        createdAt: '2026-11-30T00:00:00.000Z',
        updatedAt: '2026-11-30T00:00:00.000Z',
        role: 'tutor',
        sub: 'kZc2',
        iss,
        aud: iss,
      },
    }),
    user: { email: 'better@example.com', role: 'tutor', first_name: 'Alex', last_name: 'Koval' },
    foreign: () => ({
      // better-auth.com/docs/plugins/oidc-provider
      'ID token for an app': {
        claims: { aud: 'client', nonce: undefined, acr: 'urn:mace:incommon:iap:silver', auth_time: now },
      },
      'ID token for itself': { claims: { nonce: 'n', auth_time: now } },
    }),
  },
  {
    // django-rest-framework-simplejwt.readthedocs.io/en/latest/settings.html and token_types.html
    name: 'Simple JWT',
    path: '',
    alg: undefined,
    env: () => ({ AUTH_JWT_SECRET: SECRET, AUTH_SUBJECT_CLAIM: 'user_id' }),
    access: () => ({
      header: JWT,
      claims: {
        token_type: 'access',
        jti: 'a89f2b8e0d6a4a0f8a4d1d2c7f2f6c1e',
        user_id: '900',
        email: 'simple@example.com',
        role: 'tutor',
      },
    }),
    user: { email: 'simple@example.com', role: 'tutor' },
    foreign: () => ({
      'refresh token': { claims: { token_type: 'refresh' } },
      'sliding token': { claims: { token_type: 'sliding', refresh_exp: now + 3600 } },
      'token of nobody': { claims: { user_id: undefined } },
    }),
  },
]

let database: TestDatabase
before(async () => {
  database = await createDatabase()
})
after(() => database.drop())

for (const product of products) {
  describe(product.name, () => {
    const { alg, path, userinfo, user } = product
    const key = keys[alg ?? 'RS256'] as SigningKey
    let issuer: OpenIdIssuer
    let app: TestApp
    let open: (token: string) => Promise<{ status: number; challenge: unknown; body: Claims }>
    before(async () => {
      issuer = await openOpenIdIssuer(path, key)
      issuer.says('/userinfo', userinfo ?? {}, userinfo ? 200 : 403)
      if (product.name === 'Better Auth') issuer.says('/api/auth/jwks', { keys: [key.jwk] })
      app = await createTestApp({ database, env: { AUTH_JWT_SECRET: '', ...product.env(issuer.issuer) } })
      open = async (token) => {
        const answer = await app.send('GET', '/api/me/profile/', { token })
        return {
          status: answer.statusCode,
          challenge: answer.headers['www-authenticate'],
          body: answer.json<Claims>(),
        }
      }
    })

    after(async () => {
      await app.close()
      await issuer.close()
    })

    const sign = ({ header = {}, claims }: Token) => {
      if (alg !== undefined) return signAs(key, header, claims)
      return new SignJWT({ iat: now, exp: now + 3600, ...claims })
        .setProtectedHeader({ ...header, alg: 'HS256' })
        .sign(createSecretKey(Buffer.from(SECRET)))
    }
    const varied = ({ header, claims }: Token): Token => {
      const access = product.access(issuer.issuer)
      return { header: { ...access.header, ...header }, claims: { ...access.claims, ...claims } }
    }
    const refused = async (token: Token) => {
      const users = await countUsers()
      const { status, challenge, body } = await open(await sign(token))
      assert.deepEqual(
        [status, challenge, body['code']],
        [401, 'Bearer error="invalid_token"', 'unauthorized'],
      )
      assert.equal(await countUsers(), users)
    }

    test('what it must not accept opens nothing', async (t) => {
      for (const [what, token] of Object.entries(product.foreign(issuer.issuer))) {
        await t.test(what, () => refused(varied(token)))
      }
      if (product.name === 'Simple JWT') return
      await t.test('a token of another issuer', () =>
        refused(varied({ claims: { iss: 'https://other.example' } })),
      )
      await t.test('a token for somebody else', () =>
        refused(varied({ claims: { aud: 'other', azp: 'other', client_id: 'other', appid: 'other' } })),
      )
    })

    test('its access token opens the account that it describes', async () => {
      const { status, body } = await open(await sign(product.access(issuer.issuer)))
      assert.equal(status, 200, JSON.stringify(body))
      assert.partialDeepStrictEqual(body['user'], user)
      assert.equal(body['profile_type'], 'tutor')
    })
  })
}

async function countUsers(): Promise<number> {
  const row = await queryOne<{ n: number }>(database.pool, sql`select count(*)::int as n from users`)
  return row?.n ?? 0
}
