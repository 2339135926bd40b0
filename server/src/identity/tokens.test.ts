import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
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
import { configuredIssuer, createTokenVerifier, type VerifyToken } from './tokens.ts'

const SECRET = 'a-secret-for-tests-only-0123456789abcdef'
const keys = {
  RS256: await createKey('rsa', 'RS256'),
  ES256: await createKey('ec', 'ES256'),
  EdDSA: await createKey('ed', 'EdDSA'),
}

type Setting = { issuer: TestIssuer; verify: VerifyToken; tick: (ms: number) => void }

/** An issuer, a verifier that trusts it, and a clock that moves when told. */
async function set(t: TestContext, ...published: SigningKey[]): Promise<Setting> {
  t.mock.timers.enable({ apis: ['Date', 'AbortSignal.timeout' as never], now: Date.now() })
  const issuer = await openIssuer(...published)
  t.after(() => issuer.close())
  const verify = createTokenVerifier([
    configuredIssuer({
      jwksUrl: issuer.url,
      issuer: ISSUER,
      audience: AUDIENCE,
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

function sign(claims: object, { secret = SECRET, alg = 'HS256' } = {}): Promise<string> {
  return new SignJWT({ sub: 'olena', exp: now() + 3600, ...claims })
    .setProtectedHeader({ alg })
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
  const verify = createTokenVerifier([configuredIssuer({ jwtSecret: SECRET, subjectClaim: 'sub' })])
  const caller = await verify(
    await sign({ scope: 'activity:write profile:read', email: 'olena@example.com' }),
  )
  assert.equal(caller.issuer, 'local')
  assert.equal(caller.subject, 'olena')
  assert.deepEqual(caller.scopes, ['activity:write', 'profile:read'])
  assert.equal(caller.claims['email'], 'olena@example.com')
})

test('the subject is the claim that is configured, also as the number that simplejwt writes', async () => {
  const verify = createTokenVerifier([configuredIssuer({ jwtSecret: SECRET, subjectClaim: 'user_id' })])
  const subject = async (userId: unknown) => (await verify(await sign({ user_id: userId }))).subject
  assert.equal(await subject(42), '42')
  assert.equal(await subject('42'), '42')
  for (const nobody of [4.2, 2 ** 53, null, true, {}, ['42'], undefined])
    assert.equal(await subject(nobody), undefined)
})

test('what the secret did not sign, or has no good claims, is refused', async (t) => {
  const verify = createTokenVerifier([
    configuredIssuer({
      jwtSecret: SECRET,
      issuer: ISSUER,
      audience: AUDIENCE,
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
  const verify = createTokenVerifier([configuredIssuer({ jwtSecret: SECRET, subjectClaim: 'sub' })])
  assert.ok(await verify(await sign({ exp: now() - 29 })))
  assert.ok(await verify(await sign({ nbf: now() + 29 })))
})

test('a remembered token is refused when it has expired', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const verify = createTokenVerifier([configuredIssuer({ jwtSecret: SECRET, subjectClaim: 'sub' })])
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
    const verify = createTokenVerifier([
      configuredIssuer({
        jwksUrl: issuer.url,
        issuer: ISSUER,
        audience: AUDIENCE,
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

test('a burst of tokens with unknown keys asks the issuer once in ten seconds', async (t) => {
  const { issuer, verify, tick } = await set(t, keys.ES256)
  await verify(await issue(keys.ES256))
  const burst = async () => {
    for (let i = 0; i < 50; i++)
      await refused(verify(await issue({ ...keys.EdDSA, kid: `unknown ${i}` })), 'unauthorized')
  }
  await burst()
  assert.equal(issuer.fetches, 1)
  tick(10_000)
  await burst()
  assert.equal(issuer.fetches, 2)
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
