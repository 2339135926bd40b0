/** A whole sign-in with a real OpenID provider: authorization code with PKCE, and the access token for UPM that comes of it. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test, type TestContext } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, exportJWK, jwtVerify } from 'jose'
import { Provider, type Configuration } from 'oidc-provider'
import { createDatabase } from '../../test/database.ts'
import { createKey } from '../../test/issuer.ts'
import { useTestApp } from '../../test/test-app.ts'

const RESOURCE = 'https://upm.example.com'
const REDIRECT = 'https://app.example.com/callback'

const database = await createDatabase()
after(() => database.drop())
const key = await createKey('signing', 'RS256')
const person = (sub: string) => ({
  sub,
  email: `${sub}@example.com`,
  email_verified: true,
  given_name: 'Леся',
  family_name: 'Косач',
  'https://example.com/roles': ['tutor'],
})

/** @param says what the access token says besides who it is of */
async function openProvider(
  t: TestContext,
  { says = {}, isUserinfoForAll = false }: { says?: object; isUserinfoForAll?: boolean },
) {
  let handle: ReturnType<Provider['callback']> | undefined
  const server = createServer((request, response) => void handle?.(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const configuration: Configuration = {
    clients: [
      {
        client_id: 'app',
        redirect_uris: [REDIRECT],
        token_endpoint_auth_method: 'none',
        application_type: 'web',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(key.privateKey)), kid: key.kid, alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['a secret of the cookies'] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => person(sub) }),
    claims: { email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: () => ({
          scope: 'openid email profile',
          audience: 'upm',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
        useGrantedResource: () => true,
      },
    },
    extraTokenClaims: () => ({ ...says }),
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  }
  const provider = new Provider(issuer, configuration)
  // The library's userinfo takes opaque tokens alone; many issuers take those for APIs, too.
  if (isUserinfoForAll) {
    provider.use(async (ctx, next) => {
      if (ctx.path !== '/me') return next()
      const token = (ctx.get('authorization') ?? '').replace(/^Bearer /, '')
      const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [key.jwk] }), { issuer })
      ctx.body = person(String(payload.sub))
    })
  }
  handle = provider.callback()
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return issuer
}

/** What a browser does: it keeps cookies, follows redirects, and fills in the forms. */
async function signIn(issuer: string, login: string) {
  const cookies = new Map<string, string>()
  const browse = async (url: string, form?: Record<string, string>): Promise<string> => {
    const response = await fetch(new URL(url, issuer), {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    assert.ok(location !== null, `${response.status} ${await response.text()}`)
    return location
  }
  const verifier = randomBytes(32).toString('base64url')
  const parameters = new URLSearchParams({
    client_id: 'app',
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'openid email profile',
    resource: RESOURCE,
    nonce: 'n',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  let location = await browse(`/auth?${parameters.toString()}`)
  for (const form of [{ prompt: 'login', login, password: 'any' }, { prompt: 'consent' }]) {
    location = await browse(location, form)
    location = await browse(location)
  }
  assert.ok(location.startsWith(REDIRECT), location)
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'app',
      redirect_uri: REDIRECT,
      code: new URL(location).searchParams.get('code') ?? '',
      code_verifier: verifier,
      resource: RESOURCE,
    }),
  })
  assert.equal(response.status, 200, await response.clone().text())
  return (await response.json()) as { access_token: string; id_token: string }
}

const variables = (issuer: string) => ({
  AUTH_JWT_SECRET: '',
  AUTH_ISSUER: issuer,
  AUTH_AUDIENCE: 'upm',
  AUTH_ROLE_CLAIM: 'https://example.com/roles',
})

test('with AUTH_ISSUER the access token of a provider opens the account, and the ID token does not', async (t) => {
  const issuer = await openProvider(t, { says: { email: 'lesia@example.com' } })
  const { send } = await useTestApp({ database, env: variables(issuer) }, t)
  const { access_token: token, id_token: idToken } = await signIn(issuer, 'lesia')
  assert.equal(decodeProtectedHeader(token).typ, 'at+jwt')
  const refused = await send('GET', '/api/me/profile/', { token: idToken })
  assert.equal(refused.statusCode, 401)
  const answer = await send('GET', '/api/me/profile/', { token })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.partialDeepStrictEqual(answer.json(), { user: { email: 'lesia@example.com', role: 'student' } })
})

test('with AUTH_USERINFO=on the provider tells what the token does not', async (t) => {
  const issuer = await openProvider(t, { isUserinfoForAll: true })
  const { send } = await useTestApp({ database, env: { ...variables(issuer), AUTH_USERINFO: 'on' } }, t)
  const { access_token: token } = await signIn(issuer, 'larysa')
  const answer = await send('GET', '/api/me/profile/', { token })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.partialDeepStrictEqual(answer.json(), {
    profile_type: 'tutor',
    user: { email: 'larysa@example.com', role: 'tutor', first_name: 'Леся', last_name: 'Косач' },
  })
})

test('a provider whose userinfo refuses tokens for APIs: 400 by name, and an account where none is needed', async (t) => {
  const issuer = await openProvider(t, {})
  const env = { ...variables(issuer), AUTH_USERINFO: 'on' }
  const strict = await useTestApp({ database, env }, t)
  const { access_token: token } = await signIn(issuer, 'olha')
  const refused = await strict.send('GET', '/api/me/profile/', { token })
  assert.equal(refused.statusCode, 400)
  assert.partialDeepStrictEqual(refused.json(), { errors: [{ field: 'email', code: 'required' }] })
  const lenient = await useTestApp({ database, env: { ...env, AUTH_EMAIL_OPTIONAL: 'on' } }, t)
  const answer = await lenient.send('GET', '/api/me/profile/', { token })
  assert.partialDeepStrictEqual(answer.json(), { user: { email: null, role: 'student' } })
})
