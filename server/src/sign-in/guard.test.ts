import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { useTestApp, type Answer } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { queryOne, sql } from '../database/database.ts'

const ORIGIN = 'https://app.example'
const database = await createDatabase()
const app = await useTestApp({ env: { ...SIGN_IN_ENV, CORS_ORIGINS: ORIGIN }, database })
after(() => database.drop())

/** What a stranger sees of an answer, without what differs by chance. */
function seen({ statusCode, headers, body }: Answer): unknown {
  const { date: _date, 'x-request-id': _id, ...rest } = headers
  const text = body
    .replaceAll(/"id":"[^"]+"/g, '"id":"…"')
    .replaceAll(/"email":"[^"]+"/g, '"email":"…"')
    .replaceAll(/"(created|updated)At":"[^"]+"/g, '"$1At":"…"')
  return { statusCode, headers: { ...rest, 'content-length': undefined }, body: text }
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

describe('nobody learns which e-mails have an account', () => {
  test('from a sign-up', async () => {
    const taken = visitor(app, 'taken@example.com')
    const first = await taken.signUp()
    assert.equal(first.statusCode, 200)
    const again = await visitor(app, taken.email).signUp({ password: 'another password' })
    assert.deepEqual(seen(again), seen(first))
    assert.equal(
      (await taken.post('/sign-in/email', { email: taken.email, password: 'another password' })).statusCode,
      401,
    )
    await taken.signIn()
  })

  test('from a sign-in that fails, nor from how long it takes', async () => {
    const person = visitor(app)
    await person.signUp()
    const attempt = async (email: string) => {
      const start = performance.now()
      const answer = await visitor(app).post('/sign-in/email', { email, password: 'not the password' })
      return { answer, ms: performance.now() - start }
    }
    const [known, unknown] = [[], []] as Awaited<ReturnType<typeof attempt>>[][]
    for (let i = 0; i < 5; i++) {
      known?.push(await attempt(person.email))
      unknown?.push(await attempt(`nobody-${i}@example.com`))
    }
    const [one, ...others] = [...(known ?? []), ...(unknown ?? [])].map(({ answer }) => seen(answer))
    assert.equal((one as { statusCode: number }).statusCode, 401)
    for (const other of others) assert.deepEqual(other, one)
    const ratio = median((known ?? []).map(({ ms }) => ms)) / median((unknown ?? []).map(({ ms }) => ms))
    assert.ok(ratio > 0.4 && ratio < 2.5, `known/unknown took ${ratio}`)
  })
})

describe('attempts are limited', () => {
  const fail = (email: string, ip: string) =>
    visitor(app).post(
      '/sign-in/email',
      { email, password: 'not the password' },
      { headers: { 'x-forwarded-for': ip } },
    )

  for (const [what, known] of [
    ['an account', true],
    ['what is no account', false],
  ] as const) {
    test(`against ${what}: ten in ten minutes from one address, and then also the right password`, async () => {
      const person = visitor(app)
      if (known) await person.signUp()
      for (let i = 0; i < 10; i++)
        assert.equal((await fail(person.email.toUpperCase(), person.ip)).statusCode, 401)
      const answer = await person.post('/sign-in/email', { email: person.email, password: PASSWORD })
      assert.equal(answer.statusCode, 429)
      assert.equal(answer.json().code, 'rate_limited')
      assert.ok(Number(answer.headers['retry-after']) > 60)
    })
  }

  test('and forgiven to whoever gets it right', async () => {
    const person = visitor(app)
    await person.signUp()
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 8; i++) assert.equal((await fail(person.email, person.ip)).statusCode, 401)
      await person.signIn()
    }
  })

  test('against one account: a hundred from all addresses', async () => {
    const person = visitor(app)
    await person.signUp()
    await app.pool.query(`update auth.attempts set count = 99 where key not like '%.%'`)
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) statuses.push((await fail(person.email, `203.0.113.${i}`)).statusCode)
    assert.deepEqual(statuses, [401, 401, 401, 401], 'what was counted of others does not matter')
    await app.pool.query(`update auth.attempts set count = 99 where key not like '%.%'`)
    assert.equal((await fail(person.email, '203.0.113.50')).statusCode, 401)
    assert.equal((await fail(person.email, '203.0.113.51')).statusCode, 429)
  })

  test('from one address: twenty in a minute, whatever the account; IPv6 by network', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 21; i++) {
      statuses.push((await fail(`guess-${i}@example.com`, `2001:db8:7:7::${i + 1}`)).statusCode)
    }
    assert.deepEqual(statuses, [...Array.from({ length: 20 }, () => 401), 429])
  })

  test('also when they come at once, and by all servers together', async (t) => {
    const other = await useTestApp({ env: SIGN_IN_ENV, database }, t)
    const person = visitor(app)
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        visitor(i % 2 === 0 ? app : other).post(
          '/sign-in/email',
          { email: person.email, password: PASSWORD },
          { headers: { 'x-forwarded-for': person.ip } },
        ),
      ),
    )
    const statuses = answers.map(({ statusCode }) => statusCode).sort((a, b) => a - b)
    assert.deepEqual(statuses, [
      ...Array.from({ length: 10 }, () => 401),
      ...Array.from({ length: 6 }, () => 429),
    ])
  })

  test('by the address that a trusted proxy names, not by what the caller says', async (t) => {
    const direct = await useTestApp({ env: { ...SIGN_IN_ENV, TRUSTED_PROXIES: '' }, database }, t)
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) {
      const headers = { 'x-forwarded-for': `203.0.113.${i}`, 'x-upm-client-address': `203.0.113.${i}` }
      const answer = await visitor(direct).post(
        '/sign-in/email',
        { email: 'one@example.com', password: PASSWORD },
        { headers },
      )
      statuses.push(answer.statusCode)
    }
    assert.deepEqual(statuses.slice(-2), [429, 429])
  })
})

describe('another site', () => {
  const crossSite = (origin: string) => ({ origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })

  test('cannot sign anybody in or up', async () => {
    const person = visitor(app)
    await person.signUp()
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`]) {
      const credentials = { email: person.email, password: PASSWORD }
      for (const [path, body] of [
        ['/sign-in/email', credentials],
        ['/sign-up/email', { ...credentials, name: 'X' }],
      ] as const) {
        const answer = await person.post(path, body, { headers: crossSite(origin) })
        assert.equal(answer.statusCode, 403, `${origin} ${path}`)
      }
    }
  })

  test('cannot use a cookie, be it a browser’s', async () => {
    const person = visitor(app)
    await person.signUp()
    const signedIn = await person.post('/sign-in/email', { email: person.email, password: PASSWORD })
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? ''
    for (const headers of [{ cookie, ...crossSite('https://evil.example') }, { cookie }] as Record<
      string,
      string
    >[]) {
      assert.equal((await person.post('/sign-out', {}, { headers })).statusCode, 403)
    }
    assert.equal((await person.get('/get-session', { headers: { cookie } })).json().user.email, person.email)
    const own = { cookie, origin: 'http://localhost:80', host: 'localhost:80' }
    assert.equal((await person.post('/sign-out', {}, { headers: own })).statusCode, 200)
  })

  test('that is configured can sign people in', async () => {
    const person = visitor(app)
    await person.signUp()
    await person.signIn({ headers: crossSite(ORIGIN) })
  })

  test('is not trusted for being allowed to call the API by CORS_ORIGINS=*', async (t) => {
    const open = await useTestApp({ env: { ...SIGN_IN_ENV, CORS_ORIGINS: '*' }, database }, t)
    const answer = await visitor(open).post(
      '/sign-in/email',
      { email: 'a@example.com', password: PASSWORD },
      { headers: crossSite('https://evil.example') },
    )
    assert.equal(answer.statusCode, 403)
  })

  test('cannot send a form', async () => {
    const answer = await visitor(app).post('/sign-in/email', undefined, {
      body: `email=a%40example.com&password=${PASSWORD}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    assert.equal(answer.statusCode, 415)
  })

  test('is not where a link may lead', async () => {
    const person = visitor(app)
    await person.signUp()
    const answer = await person.post('/sign-in/email', {
      email: person.email,
      password: PASSWORD,
      callbackURL: 'https://evil.example/',
    })
    assert.equal(answer.statusCode, 403)
  })
})

describe('the addresses of the sign-in', async () => {
  const person = visitor(app)
  const session = await person.signUp().then(() => person.signIn())

  for (const path of [
    '/update-user',
    '/change-email',
    '/delete-user',
    '/sign-in/social',
    '/set-password',
    '/nothing',
    '/',
    '',
  ]) {
    test(`do not include ${path || 'the root'}`, async () => {
      const answer = await person.post(
        path,
        { role: 'student', name: 'X', newEmail: 'x@example.com' },
        { token: session },
      )
      assert.equal(answer.statusCode, 404)
      assert.equal(answer.json().code, 'not_found')
      const row = await queryOne(
        app.pool,
        sql`select "role", "email" from auth."user" where "email" = ${person.email}`,
      )
      assert.deepEqual(row, { role: 'tutor', email: person.email })
    })
  }

  test('name their methods to others', async () => {
    const answer = await person.get('/sign-in/email')
    assert.equal(answer.statusCode, 405)
    assert.equal(answer.headers['allow'], 'POST')
    const other = await app.send('DELETE', '/api/auth/get-session/')
    assert.equal(other.headers['allow'], 'GET, HEAD')
  })

  test('work with a slash at the end, and take what Better Auth’s client sends without a body', async () => {
    const token = await person.signIn()
    assert.equal(
      (await person.get('/get-session/?disableCookieCache=true', { token })).json().user.email,
      person.email,
    )
    const headers = { 'content-type': 'application/json' }
    assert.equal((await person.post('/sign-out/', undefined, { token, headers })).statusCode, 200)
  })

  const bodies: [what: string, body: string, status: number, code: string, faults?: string[]][] = [
    ['no JSON', '{', 400, 'invalid_json'],
    ['what is no text', '{"email":"\xff"}', 400, 'invalid_json'],
    ['nesting without end', '['.repeat(200) + ']'.repeat(200), 400, 'invalid_json'],
    ['too much', JSON.stringify({ email: 'x'.repeat(20_000) }), 413, 'payload_too_large'],
    ['nothing', '', 400, 'VALIDATION_ERROR', ['email required', 'password required']],
    ['a list', '[]', 400, 'VALIDATION_ERROR', [' invalid_type']],
    ['null', 'null', 400, 'VALIDATION_ERROR', [' not_nullable']],
    [
      'an e-mail that is an object',
      '{"email":{"$ne":1},"password":{"$ne":1}}',
      400,
      'VALIDATION_ERROR',
      ['email invalid_type', 'password invalid_type'],
    ],
    [
      'a prototype',
      '{"__proto__":{"email":"a@example.com"},"constructor":1}',
      400,
      'VALIDATION_ERROR',
      ['__proto__ unknown_field', 'constructor unknown_field', 'email required', 'password required'],
    ],
  ]
  for (const [what, body, status, code, faults] of bodies) {
    test(`refuse ${what}`, async () => {
      const answer = await visitor(app).post('/sign-in/email', undefined, {
        body: Buffer.from(body, 'latin1'),
        headers: { 'content-type': 'application/json' },
      })
      assert.equal(answer.statusCode, status, answer.body)
      const problem = answer.json<{ code: string; errors?: { field: string; code: string }[] }>()
      assert.equal(problem.code, code)
      assert.deepEqual(problem.errors?.map((error) => `${error.field} ${error.code}`).sort(), faults)
    })
  }

  test('refuse a body where nothing is to be said', async () => {
    const answer = await person.post('/revoke-sessions', { token: 'x' }, { token: session })
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(
      answer.json().errors.map(({ field }: { field: string }) => field),
      ['token'],
    )
    assert.equal((await person.get('/token', { token: session })).statusCode, 200)
  })

  test('take a Bearer token from an app that keeps cookies, too, and no other session than its', async () => {
    const [owner, other] = [visitor(app), visitor(app)]
    await owner.signUp()
    await other.signUp()
    const signedIn = await other.post('/sign-in/email', { email: other.email, password: PASSWORD })
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? ''
    const token = await owner.signIn()
    const current = await owner.get('/get-session', { token, headers: { cookie } })
    assert.equal(current.json().user.email, owner.email)
    const bad = await owner.get('/token', { token: 'nonsense', headers: { cookie } })
    assert.equal(bad.statusCode, 401)
    assert.equal((await owner.post('/sign-out', {}, { token, headers: { cookie } })).statusCode, 200)
    assert.equal((await owner.get('/token', { token })).statusCode, 401)
    assert.equal((await other.get('/token', { token: signedIn.json().token })).statusCode, 200)
  })
})
