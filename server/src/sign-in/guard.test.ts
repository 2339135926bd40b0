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

  test('cannot do anything with a cookie, be the page unknown, hidden or another one', async () => {
    const person = visitor(app)
    await person.signUp()
    const signedIn = await person.post('/sign-in/email', { email: person.email, password: PASSWORD })
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? ''
    const posts: [path: string, body: object][] = [
      ['/sign-up/email', { email: 'x@example.com', password: PASSWORD, name: 'X' }],
      ['/sign-in/email', { email: person.email, password: PASSWORD }],
      ['/sign-out', {}],
      ['/revoke-session', { id: 'any' }],
      ['/revoke-sessions', {}],
      ['/revoke-other-sessions', {}],
      ['/change-password', { currentPassword: PASSWORD, newPassword: 'another password' }],
      ['/request-password-reset', { email: person.email }],
      ['/reset-password', { token: 'x', newPassword: 'another password' }],
      ['/send-verification-email', { email: person.email }],
    ]
    for (const [path, body] of posts) {
      for (const origin of [undefined, 'null', 'https://evil.example']) {
        const headers = { cookie, ...(origin !== undefined && { origin }) }
        const answer = await person.post(path, body, { headers })
        assert.equal(answer.statusCode, 403, `${path} ${origin} ${answer.body}`)
      }
      // Ten for each account: the rest of this is not about them.
      await app.pool.query('delete from auth.attempts')
    }
    assert.equal((await person.get('/get-session', { headers: { cookie } })).json().user.email, person.email)
  })

  test('cannot have somebody go on with a session that it knows', async () => {
    const [victim, attacker] = [visitor(app), visitor(app)]
    await victim.signUp()
    await attacker.signUp()
    const known = await attacker.signIn()
    const planted = await attacker.post('/sign-in/email', { email: attacker.email, password: PASSWORD })
    const cookie = String(planted.headers['set-cookie']).split(';')[0] ?? ''
    for (const brought of [cookie, `upm.session_token=${encodeURIComponent(known)}`]) {
      const token = await victim.signIn({ headers: { cookie: brought, origin: ORIGIN } })
      assert.ok(token !== known && !cookie.includes(encodeURIComponent(token)))
    }
    // Where somebody signs in, the session that was there before is over.
    assert.equal((await attacker.get('/get-session', { headers: { cookie } })).json(), null)
    assert.equal((await attacker.get('/get-session', { token: known })).json(), null)
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

describe('an answer', () => {
  test('with a secret in it is not kept by anybody on the way', async () => {
    const person = visitor(app)
    await person.signUp()
    const signedIn = await person.post('/sign-in/email', { email: person.email, password: PASSWORD })
    const token = await person.signIn()
    const answers = [signedIn]
    for (const path of ['/get-session', '/token', '/list-sessions']) {
      answers.push(await person.get(path, { token }))
    }
    answers.push(await person.get('/token'))
    for (const { headers } of answers) assert.equal(headers['cache-control'], 'no-store')
  })

  test('has no hash of a password, and of sessions only one’s own', async () => {
    const [person, other] = [visitor(app), visitor(app)]
    const texts = [(await person.signUp()).body]
    await other.signUp()
    const theirs = await other.signIn()
    const token = await person.signIn()
    for (const path of ['/get-session', '/list-sessions', '/jwks']) {
      texts.push((await person.get(path, { token })).body)
    }
    const change = { currentPassword: PASSWORD, newPassword: 'another password' }
    texts.push((await person.post('/change-password', change, { token })).body)
    const hashes = (await app.pool.query('select "password" from auth."account"')).rows as {
      password: string
    }[]
    for (const text of texts) {
      assert.ok(!text.includes(theirs) && !text.includes('privateKey') && !text.includes('"password"'))
      assert.ok(hashes.every(({ password }) => !text.includes(password)))
    }
  })
})

describe('an e-mail', () => {
  for (const [what, email] of [
    ['a letter that is another one in lower case', '\u212aelvin@example.com'],
    ['a letter that grows in lower case', '\u0130@example.com'],
    ['letters of another script that look the same', '\u0430lex@example.com'],
    ['wide letters', '\uff41lex@example.com'],
    ['a space of no width', 'al\u200bex@example.com'],
    ['a dot behind the domain', 'alex@example.com.'],
    ['a NUL', 'alex@example.com\0'],
    ['a header of a mail', 'alex@example.com\r\nBcc: all@example.com'],
    ['two addresses', 'alex@example.com,bob@example.com'],
    ['a name', 'Alex <alex@example.com>'],
    ['an address in the place of a domain', 'alex@[127.0.0.1]'],
  ] as const) {
    test(`with ${what} is none`, async () => {
      const answer = await visitor(app).signUp({ email })
      assert.equal(answer.statusCode, 400, answer.body)
      assert.equal(answer.json().errors[0].field, 'email')
    })
  }
})

describe('the addresses of the sign-in', async () => {
  const person = visitor(app)
  const session = await person.signUp().then(() => person.signIn())

  for (const path of [
    '/update-user',
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
    ['too much', JSON.stringify({ email: 'x'.repeat(40_000) }), 413, 'payload_too_large'],
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
    assert.equal((await other.get('/token', { headers: { cookie } })).statusCode, 200)
  })
})
