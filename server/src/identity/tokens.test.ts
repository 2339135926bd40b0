import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { base64url, exportSPKI, SignJWT } from 'jose'
import {
  AUDIENCE,
  createKey,
  ISSUER,
  issue,
  openIssuer,
  type SigningKey,
  type TestIssuer,
} from '../../test/issuer.ts'
import { Problem } from '../errors.ts'
import { configuredIssuers, createTokenVerifier, type TokenVerifier } from './tokens.ts'

const SECRET = 'a-secret-for-tests-only-0123456789abcdef'
const keys = {
  RS256: await createKey('rsa', 'RS256'),
  ES256: await createKey('ec', 'ES256'),
  EdDSA: await createKey('ed', 'EdDSA'),
}

type Setting = { issuer: TestIssuer; verify: TokenVerifier['verify']; tick: (ms: number) => void }

/** An issuer, a verifier that trusts it, and a clock that moves when told. */
async function set(t: TestContext, ...published: SigningKey[]): Promise<Setting> {
  t.mock.timers.enable({ apis: ['Date', 'AbortSignal.timeout' as never], now: Date.now() })
  const issuer = await openIssuer(...published)
  t.after(() => issuer.close())
  const { verify } = createTokenVerifier([
    ...configuredIssuers({
      jwksUrl: issuer.url,
      issuer: [ISSUER],
      audience: [AUDIENCE],
      subjectClaim: 'sub',
    }),
  ])
  return { issuer, verify, tick: (ms) => t.mock.timers.tick(ms) }
}

const now = () => Math.floor(Date.now() / 1000)

/** A token put together by hand, so that it can be as wrong as one likes. */
function forge(header: object, payload: object, signature = ''): string {
  return (
    [JSON.stringify(header), JSON.stringify(payload)].map((part) => base64url.encode(part)).join('.') +
    `.${signature}`
  )
}

type SignOptions = { secret?: string; alg?: string; header?: object | undefined }

function sign(claims: object, { secret = SECRET, alg = 'HS256', header }: SignOptions = {}): Promise<string> {
  return new SignJWT({ sub: 'olena', exp: now() + 3600, ...claims })
    .setProtectedHeader({ alg, ...header })
    .sign(createSecretKey(Buffer.from(secret)))
}

async function refused(verdict: Promise<unknown>, code: 'unauthorized' | 'unavailable'): Promise<void> {
  await assert.rejects(verdict, (error) => {
    assert.ok(error instanceof Problem, String(error))
    assert.equal(error.code, code)
    if (code === 'unauthorized')
      assert.equal(error.headers['www-authenticate'], 'Bearer error="invalid_token"')
    else assert.ok(Number(error.headers['retry-after']) > 0)
    return true
  })
}

test('a token signed with the secret is believed for what it says', async () => {
  const { verify } = createTokenVerifier([...configuredIssuers({ jwtSecret: SECRET, subjectClaim: 'sub' })])
  const caller = await verify(
    await sign({ scope: 'activity:write profile:read', email: 'olena@example.com' }),
  )
  assert.equal(caller.issuer, 'local')
  assert.equal(caller.subject, 'olena')
  assert.deepEqual(caller.scopes, ['activity:write', 'profile:read'])
  assert.equal(caller.claims['email'], 'olena@example.com')
})

test('the subject is the claim that is configured, also as the number that simplejwt writes', async () => {
  const { verify } = createTokenVerifier([
    ...configuredIssuers({ jwtSecret: SECRET, subjectClaim: 'user_id' }),
  ])
  const token = (userId: unknown) => sign({ user_id: userId })
  assert.equal((await verify(await token(42))).subject, '42')
  assert.equal((await verify(await token('42'))).subject, '42')
  for (const nobody of [4.2, 2 ** 53, null, true, {}, ['42'], '', undefined])
    await refused(verify(await token(nobody)), 'unauthorized')
})

test('a token that names nobody is refused, and a service is named by "sub" whatever names users', async () => {
  const { verify } = createTokenVerifier([
    ...configuredIssuers({ jwtSecret: SECRET, subjectClaim: 'user_id' }),
  ])
  await refused(verify(await sign({ sub: 'olena' })), 'unauthorized')
  const service = { sub: 'billing', scope: 'activity:write' }
  assert.equal((await verify(await sign(service))).subject, 'billing')
  for (const sub of [undefined, null, '', {}, true])
    await refused(verify(await sign({ ...service, sub })), 'unauthorized')
})

describe('an access token', () => {
  const { verify } = createTokenVerifier([...configuredIssuers({ jwtSecret: SECRET, subjectClaim: 'sub' })])
  const year = 365 * 86_400
  const good: Record<string, [claims: object, header?: object]> = {
    'says nothing of its kind': [{}],
    'of simplejwt': [{ token_type: 'access', jti: 'x' }, { typ: 'JWT' }],
    'of Cognito': [{ token_use: 'access' }, { typ: undefined }],
    'of Keycloak, with the nonce of the sign-in': [{ typ: 'Bearer', nonce: 'n' }, { typ: 'JWT' }],
    'of flask-jwt-extended': [{ type: 'access' }],
    'of somebody whose type is their own business': [{ type: 'tutor' }],
    'of RFC 9068': [{ nonce: 'n' }, { typ: 'at+jwt' }],
    'of RFC 9068, in full': [{}, { typ: 'Application/AT+JWT' }],
    'with a type in small letters': [{}, { typ: 'jwt' }],
    'with nothing in claims that need not be there': [
      {
        token_type: null,
        token_use: null,
        typ: null,
        type: null,
        nonce: null,
        at_hash: null,
        cnf: null,
        scope: null,
      },
    ],
    'that was issued on a clock that is ahead a little': [{ iat: now() + 20 }],
    'for ten years': [{ exp: now() + 10 * year }],
  }
  for (const [what, [claims, header]] of Object.entries(good)) {
    test(`${what} is taken`, async () => {
      assert.equal((await verify(await sign(claims, { header }))).subject, 'olena')
    })
  }
  const foreign: Record<string, [claims: object, header?: object]> = {
    'refresh token of simplejwt': [{ token_type: 'refresh' }],
    'sliding token of simplejwt': [{ token_type: 'sliding', refresh_exp: now() + 3600 }],
    'refresh token in capitals': [{ token_type: 'REFRESH' }],
    'token with a number as its type': [{ token_type: 1 }],
    'refresh token of flask-jwt-extended': [{ type: 'refresh' }],
    'refresh token of Keycloak': [{ typ: 'Refresh' }],
    'offline token of Keycloak': [{ typ: 'Offline' }],
    'ID token of Keycloak': [{ typ: 'ID' }],
    'bound token of Keycloak': [{ typ: 'DPoP' }],
    'ID token of Cognito': [{ token_use: 'id' }],
    'ID token with a nonce': [{ nonce: 'n' }, { typ: 'JWT' }],
    'ID token with a hash of the access token': [{ at_hash: 'x' }],
    'ID token with a hash of the code': [{ c_hash: 'x' }],
    'ID token that calls itself an access token': [{ at_hash: 'x' }, { typ: 'at+jwt' }],
    'logout token': [{ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
    'proof of possession': [{ htm: 'GET', htu: 'https://upm.example' }],
    'token that is bound to a key': [{ cnf: { jkt: 'x' } }],
    'token that is bound to a certificate': [{ cnf: { 'x5t#S256': 'x' } }, { typ: 'at+jwt' }],
    'answer of an introspection': [{ token_introspection: { active: true } }],
    'token that is valid for ever': [{ exp: 1e308 }],
    'token that is valid for eleven years': [{ exp: now() + 11 * year }],
    'token that will be issued in an hour': [{ iat: now() + 3600 }],
    ...Object.fromEntries(
      [
        'dpop+jwt',
        'logout+jwt',
        'secevent+jwt',
        'id+jwt',
        'refresh+jwt',
        'token-introspection+jwt',
        'oauth-authz-req+jwt',
        'application/dpop+jwt',
        'text/jwt',
        'JWT ',
        'JWE',
        'JOSE',
        '',
        7,
        null,
      ].map((typ) => [`token of the type ${JSON.stringify(typ)}`, [{}, { typ }]]),
    ),
  }
  for (const [what, [claims, header]] of Object.entries(foreign)) {
    test(`is no ${what}`, async () => refused(verify(await sign(claims, { header })), 'unauthorized'))
  }
})

test('what the secret did not sign, or has no good claims, is refused', async (t) => {
  const { verify } = createTokenVerifier([
    ...configuredIssuers({
      jwtSecret: SECRET,
      issuer: [ISSUER],
      audience: [AUDIENCE],
      subjectClaim: 'sub',
    }),
  ])
  const good = { iss: ISSUER, aud: AUDIENCE }
  assert.equal((await verify(await sign(good))).issuer, ISSUER)
  assert.ok(await verify(await sign({ ...good, aud: ['other', AUDIENCE] })))
  const whole = await sign(good)
  const [header = '', payload = '', signature = ''] = whole.split('.')
  const refusals: Record<string, string> = {
    'another secret': await sign(good, { secret: `${SECRET}!` }),
    'another algorithm of the same secret': await sign(good, { alg: 'HS512', secret: SECRET + SECRET }),
    'no algorithm': forge({ alg: 'none' }, { ...good, sub: 'olena', exp: now() + 60 }),
    'no algorithm, in another case': forge({ alg: 'nOnE' }, { ...good, sub: 'olena', exp: now() + 60 }),
    'no algorithm in the header': forge({}, { ...good, sub: 'olena', exp: now() + 60 }, signature),
    'an unknown critical header': forge({ alg: 'HS256', crit: ['x'], x: 1 }, good, signature),
    'changed claims': `${header}.${base64url.encode(JSON.stringify({ ...good, sub: 'admin', exp: now() + 60 }))}.${signature}`,
    'no signature': `${header}.${payload}.`,
    'a shortened signature': whole.slice(0, -4),
    'no exp': await sign({ ...good, exp: undefined }),
    'exp as a text': await sign({ ...good, exp: '9999999999' as never }),
    'expired beyond the tolerance': await sign({ ...good, exp: now() - 31 }),
    'not valid yet': await sign({ ...good, nbf: now() + 60 }),
    'no issuer': await sign({ aud: AUDIENCE }),
    'another issuer': await sign({ ...good, iss: `${ISSUER}/` }),
    'no audience': await sign({ iss: ISSUER }),
    'another audience': await sign({ ...good, aud: ['upm2'] }),
    'a payload that is no object': await sign(good).then(() => forge({ alg: 'HS256' }, ['x'], signature)),
    empty: '',
    dots: '..',
    'five parts': 'a.b.c.d.e',
    garbage: 'хто там?',
    huge: 'x'.repeat(200_000),
  }
  for (const [what, token] of Object.entries(refusals)) {
    await t.test(what, () => refused(verify(token), 'unauthorized'))
  }
})

test('clocks may differ by 30 seconds', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { verify } = createTokenVerifier([...configuredIssuers({ jwtSecret: SECRET, subjectClaim: 'sub' })])
  assert.ok(await verify(await sign({ exp: now() - 29 })))
  assert.ok(await verify(await sign({ nbf: now() + 29 })))
})

test('a remembered token is refused when it has expired', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { verify } = createTokenVerifier([...configuredIssuers({ jwtSecret: SECRET, subjectClaim: 'sub' })])
  const token = await sign({ exp: now() + 60 })
  const caller = await verify(token)
  assert.equal(await verify(token), caller, 'remembered')
  t.mock.timers.tick(60_000)
  assert.notEqual(await verify(token), caller, 'within the tolerance it is verified again')
  t.mock.timers.tick(31_000)
  await refused(verify(token), 'unauthorized')
})

test('each of the three algorithms is verified with the published keys', async (t) => {
  const { verify } = await set(t, ...Object.values(keys))
  for (const key of Object.values(keys)) {
    const caller = await verify(await issue(key))
    assert.deepEqual([caller.issuer, caller.subject], [ISSUER, 'olena'], key.alg)
  }
})

test('what the published keys did not sign is refused', async (t) => {
  const { verify } = await set(t, ...Object.values(keys))
  const stranger = await createKey('rsa', 'RS256')
  const payload = { iss: ISSUER, aud: AUDIENCE, sub: 'olena', exp: now() + 60 }
  const pem = await exportSPKI(keys.RS256.publicKey)
  const confuse = (secret: string) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: 'HS256', kid: 'rsa' })
      .sign(createSecretKey(Buffer.from(secret)))
  const refusals: Record<string, string> = {
    "a stranger's key under a known name": await issue(stranger),
    'HS256 with the public key as the secret': await confuse(pem),
    'the same without the last newline': await confuse(pem.trim()),
    'the same with the key as JWK': await confuse(JSON.stringify(keys.RS256.jwk)),
    'no algorithm': forge({ alg: 'none', kid: 'rsa' }, payload),
    'an algorithm that is not pinned': await issue({ ...(await createKey('rsa', 'PS256')), kid: 'rsa' }),
    'an own key in the header': await issue(stranger, {}, { jwk: stranger.jwk }),
    'an own address of keys in the header': await issue(
      stranger,
      {},
      { jku: 'https://evil.example/jwks', kid: 'evil' },
    ),
    'no exp': await issue(keys.ES256, { exp: undefined }),
    expired: await issue(keys.ES256, { exp: now() - 31 }),
    'another issuer': await issue(keys.ES256, { iss: 'https://evil.example' }),
    'another audience': await issue(keys.ES256, { aud: 'other' }),
    garbage: 'a.b.c',
  }
  for (const [what, token] of Object.entries(refusals)) {
    await t.test(what, () => refused(verify(token), 'unauthorized'))
  }
})

test('a new key is asked for once it is needed, and a withdrawn one refused from then on', async (t) => {
  const [old, next] = [await createKey('old'), await createKey('next')]
  const { issuer, verify, tick } = await set(t, old)
  const token = await issue(old)
  const caller = await verify(token)
  tick(1)
  const remembered = await verify(token)
  assert.equal(await verify(token), remembered)
  assert.equal(caller.subject, remembered.subject)

  issuer.publish(next)
  tick(10_000)
  assert.equal((await verify(await issue(next))).subject, 'olena')
  assert.equal(issuer.fetches, 2)
  await refused(verify(token), 'unauthorized')
})

test('a token without the name of its key is verified with each that fits', async (t) => {
  const [old, next] = [await createKey('old'), await createKey('next')]
  const { verify } = await set(t, keys.RS256, old, next)
  assert.equal((await verify(await issue(next, {}, { kid: undefined }))).subject, 'olena')
  await refused(verify(await issue(await createKey('old'), {}, { kid: undefined })), 'unauthorized')
  await refused(verify(await issue(next, { exp: now() - 31 }, { kid: undefined })), 'unauthorized')
})

test('a withdrawn key is refused after five minutes, also when nobody brings a new one', async (t) => {
  const { issuer, verify, tick } = await set(t, keys.ES256)
  const token = await issue(keys.ES256)
  await verify(token)
  await verify(token)
  issuer.publish(keys.EdDSA)
  tick(5 * 60_000 - 1)
  assert.ok(await verify(token))
  tick(1)
  await refused(verify(token), 'unauthorized')
  assert.equal(issuer.fetches, 2)
})

test('a clock that is set back makes nobody wait, and keys are not believed for longer', async (t) => {
  const { issuer, verify, tick } = await set(t, keys.RS256)
  tick(24 * 3_600_000)
  await verify(await issue(keys.RS256))
  t.mock.timers.setTime(Date.now() - 24 * 3_600_000)
  issuer.publish(keys.ES256)
  assert.equal((await verify(await issue(keys.ES256))).subject, 'olena')
  await refused(verify(await issue(keys.RS256)), 'unauthorized')
})

test('a token that was being verified while the keys changed is not remembered', async (t) => {
  const [old, next] = [await createKey('old'), await createKey('next')]
  const { issuer, verify, tick } = await set(t, old)
  const token = await issue(old)
  await verify(token)
  issuer.publish(next)
  tick(10_000)
  await Promise.allSettled([
    verify(await issue(next)),
    verify(await issue(old, { sub: 'other' })),
    verify(token),
  ])
  await refused(verify(token), 'unauthorized')
})

const failures: Record<string, (issuer: TestIssuer) => unknown> = {
  'answers 500': (issuer) =>
    issuer.answer((_request, response) => response.writeHead(500).end('{"keys":[]}')),
  redirects: (issuer) =>
    issuer.answer((_request, response) => response.writeHead(302, { location: '/x' }).end()),
  'answers with HTML': (issuer) => issuer.answer((_request, response) => response.end('<html>')),
  'answers with other JSON': (issuer) =>
    issuer.answer((_request, response) => response.end('{"error":"no"}')),
  'answers with JSON that is no object': (issuer) =>
    issuer.answer((_request, response) => response.end('null')),
  'answers with a key that is none': (issuer) =>
    issuer.answer((_request, response) =>
      response.end('{"keys":[{"kty":"EC","crv":"P-256","x":"?","y":"?"}]}'),
    ),
  'hangs up': (issuer) => issuer.answer((request) => request.socket.destroy()),
  'is gone': (issuer) => issuer.close(),
}

for (const [what, fail] of Object.entries(failures)) {
  test(`an issuer that ${what} makes tokens unverifiable, not bad, and is asked once a second at most`, async (t) => {
    const key = await createKey('only')
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const issuer = await openIssuer(key)
    const { verify } = createTokenVerifier([
      ...configuredIssuers({
        jwksUrl: issuer.url,
        issuer: [ISSUER],
        audience: [AUDIENCE],
        subjectClaim: 'sub',
      }),
    ])
    await fail(issuer)
    if (what !== 'is gone') t.after(() => issuer.close())
    const token = await issue(key, {}, what.includes('key that is none') ? { kid: undefined } : {})
    await refused(verify(token), 'unavailable')
    for (let i = 0; i < 20; i++) await refused(verify(token), 'unavailable')
    assert.ok(issuer.fetches <= 1)
    if (what === 'is gone') return
    issuer.publish(key)
    t.mock.timers.tick(5 * 60_000)
    assert.equal((await verify(token)).subject, 'olena', 'it recovers')
  })
}

test('a slow issuer is waited for five seconds', async (t) => {
  const { issuer, verify, tick } = await set(t, keys.ES256)
  const asked = new Promise<void>((resolve) => issuer.answer(() => resolve()))
  const verdict = refused(verify(await issue(keys.ES256)), 'unavailable')
  await asked
  tick(5_000)
  await verdict
})

test('the keys stay good while the issuer is away for a while', async (t) => {
  const { issuer, verify, tick } = await set(t, keys.ES256)
  await verify(await issue(keys.ES256))
  issuer.answer((_request, response) => response.writeHead(503).end())
  tick(60_000)
  assert.ok(await verify(await issue(keys.ES256, { sub: 'somebody else' })))
  await refused(verify(await issue(await createKey('unknown'))), 'unavailable')
  assert.ok(await verify(await issue(keys.ES256, { sub: 'a third' })))
})

test('a hundred first requests at once ask for the keys once', async (t) => {
  const { issuer, verify } = await set(t, keys.ES256)
  const tokens = await Promise.all(
    Array.from({ length: 100 }, (_, i) => issue(keys.ES256, { sub: `user ${i}` })),
  )
  const callers = await Promise.all(tokens.map(verify))
  assert.deepEqual(
    callers.map(({ subject }) => subject),
    tokens.map((_, i) => `user ${i}`),
  )
  assert.equal(issuer.fetches, 1)
})

test('a flood of tokens with unknown keys asks the issuer once, and the first token of a new key in it is good', async (t) => {
  const { issuer, verify } = await set(t, keys.ES256)
  await verify(await issue(keys.ES256))
  const flood = async () => {
    const forged = await Promise.all(
      Array.from({ length: 200 }, (_, i) => issue({ ...keys.EdDSA, kid: `unknown ${i}` })),
    )
    return Promise.all(forged.map((token) => refused(verify(token), 'unauthorized')))
  }
  await flood()
  assert.equal(issuer.fetches, 2)
  // The key is made within the second in which the keys were asked for, while others are looked for in vain.
  const next = await createKey('next')
  issuer.publish(keys.ES256, next)
  const [, caller] = await Promise.all([flood(), verify(await issue(next))])
  assert.equal(caller.subject, 'olena')
  assert.ok(issuer.fetches <= 4, `${issuer.fetches} requests`)
  const known = await verify(await issue(keys.ES256, { sub: 'ivan' }))
  assert.equal(known.subject, 'ivan')
})

test('an expired token with an unknown key is refused without asking the issuer', async (t) => {
  const { issuer, verify } = await set(t, keys.ES256)
  await verify(await issue(keys.ES256))
  await refused(verify(await issue(await createKey('gone'), { exp: now() - 31 })), 'unauthorized')
  assert.equal(issuer.fetches, 1)
})

test('a token without the name of its key is verified with a key that was made a moment ago', async (t) => {
  const { issuer, verify, tick } = await set(t, keys.ES256)
  await verify(await issue(keys.ES256))
  const next = await createKey('next')
  issuer.publish(keys.ES256, next)
  tick(1_000)
  assert.equal((await verify(await issue(next, {}, { kid: undefined }))).subject, 'olena')
})

test('while the keys stay the same, a remembered token is not verified again when they are asked for again', async (t) => {
  const { issuer, verify, tick } = await set(t, keys.ES256)
  const token = await issue(keys.ES256)
  const caller = await verify(token)
  tick(2_000)
  await refused(verify(await issue(await createKey('unknown'))), 'unauthorized')
  assert.equal(issuer.fetches, 2)
  assert.equal(await verify(token), caller)
})

test('the last good keys count for a day while the issuer is away, without a wait', async (t) => {
  const { issuer, verify, tick } = await set(t, keys.ES256)
  const token = await issue(keys.ES256, { exp: now() + 3 * 86_400 })
  await verify(token)
  issuer.answer((_request, response) => response.writeHead(503).end())
  tick(5 * 60_000)
  const caller = await verify(token)
  assert.equal(issuer.fetches, 2)
  assert.equal(await verify(token), caller, 'and are remembered')
  assert.equal(issuer.fetches, 2)
  // The next attempts are made beside the requests: this one is never answered.
  const asked = new Promise<void>((resolve) => issuer.answer(() => resolve()))
  tick(10_000)
  assert.ok(await verify(await issue(keys.ES256, { sub: 'somebody else' })))
  await asked
  assert.ok(await verify(await issue(keys.ES256, { sub: 'a third' })))
  tick(5_000)
  tick(86_400_000)
  issuer.answer((_request, response) => response.writeHead(503).end())
  await refused(verify(await issue(keys.ES256, { exp: now() + 60 })), 'unavailable')
})

test('keys without end are not read', async (t) => {
  const { issuer, verify } = await set(t)
  issuer.answer((_request, response) => {
    const more = () => response.write('x'.repeat(65_536)) && setImmediate(more)
    response.on('drain', more).on('error', () => {})
    more()
  })
  await refused(verify(await issue(keys.ES256)), 'unavailable')
})

test('keys are not fetched from where the answer redirects to', async (t) => {
  const target = createServer((_request, response) =>
    response.end(JSON.stringify({ keys: [keys.ES256.jwk] })),
  )
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  t.after(() => target.close())
  const { issuer, verify } = await set(t)
  const location = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`
  issuer.answer((_request, response) => response.writeHead(302, { location }).end())
  await refused(verify(await issue(keys.ES256)), 'unavailable')
})
