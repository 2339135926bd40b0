import assert from 'node:assert/strict'
import { before, after, describe, test, type TestContext } from 'node:test'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { createKey } from '../../test/issuer.ts'
import { openOpenIdIssuer, signAs, type OpenIdIssuer } from '../../test/openid-issuer.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'

const key = await createKey('one', 'RS256')
const curve = await createKey('two', 'ES384')
let database: TestDatabase
before(async () => {
  database = await createDatabase()
})
after(() => database.drop())

let people = 0
type Setting = {
  issuer: OpenIdIssuer
  app: TestApp
  token: (claims?: object, by?: typeof key) => Promise<string>
  /** What a first token comes to: the account, or the refusal. */
  visit: (token: string) => Promise<Record<string, unknown>>
  logged: () => string
}

async function set(
  t: TestContext,
  {
    path = '',
    env = {},
    prepare,
  }: { path?: string; env?: Record<string, string>; prepare?: (issuer: OpenIdIssuer) => void } = {},
): Promise<Setting> {
  const issuer = await openOpenIdIssuer(path, key)
  t.after(() => issuer.close())
  prepare?.(issuer)
  const lines: string[] = []
  const { pino } = await import('pino')
  const log = pino({ level: 'info' }, { write: (line) => lines.push(line) })
  const app = await useTestApp(
    {
      database,
      log,
      env: { AUTH_JWT_SECRET: '', AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: 'upm', ...env },
    },
    t,
  )
  return {
    issuer,
    app,
    token: (claims = {}, by = key) =>
      signAs(by, {}, { iss: issuer.issuer, aud: 'upm', sub: `person ${++people}`, ...claims }),
    visit: async (token) => {
      const answer = await app.send('GET', '/api/me/profile/', { token })
      if (answer.statusCode === 200) return answer.json<{ user: Record<string, unknown> }>().user
      const { code, errors } = answer.json<{ code: string; errors?: { field: string; code: string }[] }>()
      const faults = errors?.map((error) => `${error.field} ${error.code}`)
      return { status: answer.statusCode, code, ...(faults && { faults }) }
    },
    logged: () => lines.join(''),
  }
}

const email = () => `person-${people + 1}@example.com`
const BAD = { status: 401, code: 'unauthorized' }
const AWAY = { status: 503, code: 'unavailable' }
/** Waits for a condition: what is told to the log is told beside the requests. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('AUTH_ISSUER alone', () => {
  for (const path of ['', '/', '/realms/school', '/realms/school/']) {
    test(`finds the keys of an issuer whose name ends with ${JSON.stringify(path)}`, async (t) => {
      const { token, visit, issuer } = await set(t, { path })
      assert.partialDeepStrictEqual(await visit(await token({ email: email() })), { role: 'student' })
      const other = issuer.issuer.endsWith('/') ? issuer.issuer.slice(0, -1) : `${issuer.issuer}/`
      assert.deepEqual(await visit(await token({ iss: other, email: email() })), BAD)
      assert.equal(issuer.count('openid-configuration'), 1)
      assert.equal(issuer.count('/keys'), 1)
    })
  }

  test('takes the algorithms that the document names, and never that of a secret or none', async (t) => {
    const { token, visit, issuer } = await set(t, {
      prepare: (opened) => {
        opened.keys.push(curve)
        opened.document['id_token_signing_alg_values_supported'] = ['none', 'HS256', 'ES384', 'RS256']
      },
    })
    assert.partialDeepStrictEqual(await visit(await token({ email: email() }, curve)), { role: 'student' })
    const { createSecretKey } = await import('node:crypto')
    const { SignJWT, exportSPKI } = await import('jose')
    const forged = await new SignJWT({ iss: issuer.issuer, aud: 'upm', sub: 'x', email: email() })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setExpirationTime('1h')
      .sign(createSecretKey(Buffer.from(await exportSPKI(key.publicKey))))
    assert.deepEqual(await visit(forged), BAD)
  })

  test('takes no algorithm besides the pinned ones that neither the document nor AUTH_ALGORITHMS names', async (t) => {
    const prepare = (opened: OpenIdIssuer) => {
      opened.keys.push(curve)
      delete opened.document['id_token_signing_alg_values_supported']
    }
    const pinned = await set(t, { prepare })
    assert.deepEqual(await pinned.visit(await pinned.token({ email: email() }, curve)), BAD)
    const wider = await set(t, { prepare, env: { AUTH_ALGORITHMS: 'ES384' } })
    assert.partialDeepStrictEqual(await wider.visit(await wider.token({ email: email() }, curve)), {
      role: 'student',
    })
  })

  test('reads the document of RFC 8414 where there is none of OpenID', async (t) => {
    const { token, visit } = await set(t, {
      prepare: (opened) => {
        opened.says('/.well-known/openid-configuration', {}, 404)
        opened.says('/.well-known/oauth-authorization-server', opened.document)
      },
    })
    assert.partialDeepStrictEqual(await visit(await token({ email: email() })), { role: 'student' })
  })

  test('is beside AUTH_JWKS_URL only a name', async (t) => {
    const keys = await openOpenIdIssuer('', key)
    t.after(() => keys.close())
    const { token, visit, issuer } = await set(t, { env: { AUTH_JWKS_URL: `${keys.issuer}/keys` } })
    assert.partialDeepStrictEqual(await visit(await token({ email: email() })), { role: 'student' })
    assert.deepEqual(issuer.requests, [])
  })

  const faults: Record<string, { prepare: (issuer: OpenIdIssuer) => void; log: RegExp }> = {
    'has another name in its document': {
      prepare: (opened) => (opened.document['issuer'] = `${opened.issuer}/`),
      log: /AUTH_ISSUER is .*but the discovery document says that the issuer is .*Set AUTH_ISSUER to exactly this/,
    },
    'has no document': {
      prepare: (opened) => opened.says('/.well-known/openid-configuration', {}, 404),
      log: /has no discovery document: openid-configuration is answered with 404, oauth-authorization-server is answered with 404/,
    },
    'names no keys': {
      prepare: (opened) => delete opened.document['jwks_uri'],
      log: /names no keys \(jwks_uri\)/,
    },
    'answers with HTML': {
      prepare: (opened) =>
        opened.on('/.well-known/openid-configuration', (_request, response) => response.end('<html>')),
      log: /cannot be read/,
    },
    'is away': {
      prepare: (opened) =>
        opened.on('/.well-known/openid-configuration', (request) => request.socket.destroy()),
      log: /openid-configuration cannot be read/,
    },
  }
  for (const [what, { prepare, log }] of Object.entries(faults)) {
    test(`that ${what}: the server starts, says so, and answers 503 until it can be read`, async (t) => {
      const { token, visit, issuer, logged, app } = await set(t, { prepare })
      await until(() => log.test(logged()))
      assert.deepEqual(await visit(await token({ email: email() })), AWAY)
      assert.equal((await app.send('GET', '/healthz')).statusCode, 200)
      assert.deepEqual(await visit('a.b.c'), BAD)
      assert.deepEqual(await visit(await token({ iss: 'https://other.example' })), BAD)
      issuer.document['issuer'] = issuer.issuer
      issuer.document['jwks_uri'] = `${issuer.issuer}/keys`
      issuer.says('/.well-known/openid-configuration', issuer.document)
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 1_000 })
      assert.partialDeepStrictEqual(await visit(await token({ email: email() })), { role: 'student' })
      assert.equal(logged().match(/the keys of the issuer cannot be read/g)?.length, 1)
      assert.match(logged(), /can be read again/)
    })
  }

  test('an issuer that goes away later is missed by nobody whose key is known', async (t) => {
    const { token, visit, issuer } = await set(t)
    assert.partialDeepStrictEqual(await visit(await token({ email: email() })), { role: 'student' })
    await issuer.close()
    issuer.close = async () => {}
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3 * 3_600_000 })
    assert.partialDeepStrictEqual(await visit(await token({ email: email() })), { role: 'student' })
  })
})

describe('AUTH_AUDIENCE', () => {
  const cases: [what: string, claims: object, is: boolean][] = [
    ['the first', { aud: 'upm' }, true],
    ['the second, in a list', { aud: ['x', 'app-7'] }, true],
    ['the client in azp, without an audience', { aud: undefined, azp: 'app-7' }, true],
    ['the client in client_id, with another audience', { aud: 'account', client_id: 'app-7' }, true],
    ['another', { aud: 'x', azp: 'y', client_id: 'z' }, false],
    ['none', { aud: undefined }, false],
    ['what is no text', { aud: { upm: 1 }, azp: ['x', ['upm']] }, false],
    ['a part of it', { aud: 'up', azp: 'upm,app-7' }, false],
  ]
  test('is a list, and is looked for in aud, azp and client_id', async (t) => {
    const { token, visit } = await set(t, { env: { AUTH_AUDIENCE: 'upm,app-7' } })
    for (const [what, claims, is] of cases) {
      const outcome = await visit(await token({ email: email(), ...claims }))
      assert.equal(outcome['status'] ?? 200, is ? 200 : 401, what)
    }
  })

  test('may be left out', async (t) => {
    const { token, visit } = await set(t, { env: { AUTH_AUDIENCE: '' } })
    assert.partialDeepStrictEqual(await visit(await token({ aud: undefined, email: email() })), {
      role: 'student',
    })
  })
})

describe('AUTH_USERINFO=on', () => {
  const env = { AUTH_USERINFO: 'on' }
  const told = (sub: string) => ({
    sub,
    email: `${sub}@example.com`,
    email_verified: true,
    given_name: 'Леся',
    name: 'Леся Косач',
    role: 'tutor',
  })

  test('asks once for a newcomer whose token has no e-mail, however many requests come at once', async (t) => {
    const { token, visit, issuer, app } = await set(t, { env })
    let asked = ''
    issuer.on('/userinfo', (request, response) => {
      asked = request.headers.authorization ?? ''
      response.setHeader('content-type', 'application/json').end(JSON.stringify(told('crowd')))
    })
    const tokens = await Promise.all(Array.from({ length: 10 }, () => token({ sub: 'crowd' })))
    const users = await Promise.all([...tokens, ...tokens].map(visit))
    for (const user of users) {
      assert.partialDeepStrictEqual(user, { email: 'crowd@example.com', first_name: 'Леся', role: 'tutor' })
    }
    assert.ok(tokens.some((sent) => asked === `Bearer ${sent}`))
    await visit(await token({ sub: 'crowd', jti: 'later' }))
    assert.equal(issuer.count('/userinfo'), 1)
    const [user] = await query<{ email_verified: boolean }>(
      app.pool,
      sql`select email_verified from users where email = 'crowd@example.com'`,
    )
    assert.equal(user?.email_verified, true)
  })

  test('does not ask where the token has an e-mail, and says more than userinfo does', async (t) => {
    const { token, visit, issuer } = await set(t, { env })
    await visit(await token({ email: email() }))
    assert.equal(issuer.count('/userinfo'), 0)
    issuer.says('/userinfo', told('both'))
    assert.partialDeepStrictEqual(
      await visit(await token({ sub: 'both', role: 'student', given_name: 'Л.' })),
      {
        email: 'both@example.com',
        role: 'student',
        first_name: 'Л.',
      },
    )
  })

  test('the names of the token’s claims do not hide those of OpenID in userinfo', async (t) => {
    const names = { AUTH_EMAIL_CLAIM: 'https://example.com/email', AUTH_EMAIL_VERIFIED_CLAIM: 'proven' }
    const { token, visit, issuer } = await set(t, { env: { ...env, ...names } })
    issuer.says('/userinfo', told('named'))
    assert.partialDeepStrictEqual(await visit(await token({ sub: 'named' })), { email: 'named@example.com' })
  })

  test('a token that calls an e-mail verified does not mean that of userinfo', async (t) => {
    const { token, visit, issuer } = await set(t, { env })
    await visit(await token({ email: 'victim@example.com' }))
    issuer.says('/userinfo', { ...told('thief'), email: 'victim@example.com', email_verified: false })
    assert.deepEqual(await visit(await token({ sub: 'thief', email_verified: true })), {
      status: 409,
      code: 'email_taken',
    })
  })

  test('Cognito’s text "true" proves an e-mail', async (t) => {
    const { token, visit, issuer } = await set(t, { env })
    await visit(await token({ email: 'text@example.com' }))
    issuer.says('/userinfo', { ...told('text'), email_verified: 'true' })
    assert.partialDeepStrictEqual(await visit(await token({ sub: 'text' })), { email: 'text@example.com' })
  })

  const unusable: Record<string, (issuer: OpenIdIssuer, sub: string) => void> = {
    'speaks of somebody else': (issuer) => issuer.says('/userinfo', told('somebody-else')),
    'refuses the token': (issuer) =>
      issuer.on('/userinfo', (_request, response) =>
        response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end(),
      ),
    'has no e-mail': (issuer, sub) => issuer.says('/userinfo', { sub }),
    'is signed': (issuer) =>
      issuer.on('/userinfo', (_request, response) =>
        response.setHeader('content-type', 'application/jwt').end('a.b.c'),
      ),
    'is not in the document': (issuer) => delete issuer.document['userinfo_endpoint'],
  }
  for (const [what, fail] of Object.entries(unusable)) {
    test(`userinfo that ${what} is as if there were no e-mail`, async (t) => {
      const { token, visit, issuer, logged } = await set(t, { env })
      const sub = `unusable-${people}`
      fail(issuer, sub)
      const refusal = { status: 400, code: 'validation_failed', faults: ['email required'] }
      assert.deepEqual(await visit(await token({ sub })), refusal)
      if (what !== 'has no e-mail') assert.match(logged(), /does not tell the e-mail of a new user/)
      assert.ok(!logged().includes('example.com'), 'nothing private')
      // Nobody is locked out: as soon as it can be used, it is.
      issuer.document['userinfo_endpoint'] = `${issuer.issuer}/userinfo`
      issuer.says('/userinfo', told(sub))
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_600_000 + 1 })
      const now = Math.floor(Date.now() / 1000)
      assert.partialDeepStrictEqual(await visit(await token({ sub, iat: now, exp: now + 60 })), {
        email: `${sub}@example.com`,
      })
    })
  }

  const away: Record<string, (issuer: OpenIdIssuer) => void> = {
    'answers 500': (issuer) => issuer.says('/userinfo', {}, 500),
    'answers 429': (issuer) => issuer.says('/userinfo', {}, 429),
    'hangs up': (issuer) => issuer.on('/userinfo', (request) => request.socket.destroy()),
    'answers with HTML': (issuer) =>
      issuer.on('/userinfo', (_request, response) =>
        response.setHeader('content-type', 'text/html').end('<html>'),
      ),
    redirects: (issuer) =>
      issuer.on('/userinfo', (_request, response) =>
        response.writeHead(302, { location: '/elsewhere' }).end(),
      ),
    'never ends': (issuer) =>
      issuer.on('/userinfo', (_request, response) => {
        response.setHeader('content-type', 'application/json').write('{"sub":"')
        const more = () => response.write('x'.repeat(65_536)) && setImmediate(more)
        response.on('drain', more).on('error', () => {})
        more()
      }),
  }
  for (const [what, fail] of Object.entries(away)) {
    test(`userinfo that ${what} is 503, and the next request asks again`, async (t) => {
      const { token, visit, issuer } = await set(t, { env: { ...env, AUTH_EMAIL_OPTIONAL: 'on' } })
      fail(issuer)
      const sub = `away-${people}`
      const sent = await token({ sub })
      assert.deepEqual(await visit(sent), AWAY)
      issuer.says('/userinfo', told(sub))
      assert.partialDeepStrictEqual(await visit(sent), { email: `${sub}@example.com` })
    })
  }

  test('with AUTH_EMAIL_OPTIONAL=on, an account without an e-mail is made where nobody tells one', async (t) => {
    const { token, visit, issuer } = await set(t, { env: { ...env, AUTH_EMAIL_OPTIONAL: 'on' } })
    const sub = `silent-${people}`
    issuer.says('/userinfo', { sub })
    assert.partialDeepStrictEqual(await visit(await token({ sub })), { email: null })
  })

  test('works beside a secret, whose issuer has userinfo', async (t) => {
    const issuer = await openOpenIdIssuer('', key)
    t.after(() => issuer.close())
    issuer.says('/userinfo', told('secret'))
    const app = await useTestApp({ database, env: { ...env, AUTH_ISSUER: issuer.issuer } }, t)
    const answer = await app.send('GET', '/api/me/profile/', {
      token: await app.token({ sub: 'secret', email: undefined }),
    })
    assert.equal(answer.json<{ user: { email: string } }>().user.email, 'secret@example.com', answer.body)
  })

  test('a service is not asked about', async (t) => {
    const { token, app, issuer } = await set(t, { env })
    const service = await token({ sub: 'billing', scope: 'activity:write' })
    assert.equal((await app.send('POST', '/api/activity/', { token: service, body: [] })).statusCode, 400)
    assert.equal(issuer.count('/userinfo'), 0)
  })
})
