import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { createDatabase } from '../../test/database.ts'
import { useTestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor, type Visitor } from '../../test/visitor.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { DEMO_PASSWORD } from '../demo/passwords.ts'
import { seedDemo } from '../demo/seed.ts'

const database = await createDatabase()
const app = await useTestApp({ env: SIGN_IN_ENV, database })
after(() => database.drop())

const profileOf = (token: string) => app.send('GET', '/api/me/profile/', { token })

async function userIdOf(email: string): Promise<number> {
  const row = await queryOne<{ id: number }>(app.pool, sql`select id from users where email = ${email}`)
  return row?.id ?? 0
}

async function logins(email: string) {
  return query<{ metadata: unknown; ip_address: string; user_agent: string }>(
    app.pool,
    sql`select metadata, host(ip_address) as ip_address, user_agent from activity_log
      where user_id = ${await userIdOf(email)} and action = 'system.login' order by timestamp, id`,
  )
}

/** How much there is of everything that a sign-up or a sign-in writes, besides counts of attempts. */
/** The note of a refused sign-in is written behind the answer (security-events.test.ts). */
const inventory = () =>
  queryOne(
    app.pool,
    sql`select (select count(*) from users) as users,
      (select count(*) from activity_log where action <> 'system.login.failed') as entries,
      (select count(*) from auth."user") as people, (select count(*) from auth."session") as sessions,
      (select count(*) from auth.devices) as devices`,
  )

describe('whoever signs up', () => {
  for (const role of ['tutor', 'student']) {
    test(`as ${role} signs in, gets a token, and has a profile and a log`, async () => {
      const person = visitor(app)
      const document = (
        await profileOf(await person.enter({ role, name: '  Олена  Коваль-Мельник ' }))
      ).json()
      assert.equal(document.profile_type, role)
      assert.deepEqual(
        { ...document.user, id: 0 },
        {
          id: 0,
          email: person.email,
          first_name: 'Олена',
          last_name: 'Коваль-Мельник',
          role,
          is_self_learning: false,
        },
      )
      assert.deepEqual(await app.actions(document.user.id), ['system.profile.initialized', 'system.login'])
    })
  }

  test('without a role is a student', async () => {
    const document = (await profileOf(await visitor(app).enter({ role: undefined }))).json()
    assert.equal(document.profile_type, 'student')
  })

  const refusals: [what: string, fields: object, status: number, code: string, faults: string[]][] = [
    ['as admin', { role: 'admin' }, 403, 'role_unknown', ['role unknown_value']],
    ['with a role that is no text', { role: 1 }, 400, 'VALIDATION_ERROR', ['role invalid_type']],
    ['with a name that is too long', { name: 'x'.repeat(151) }, 400, 'VALIDATION_ERROR', ['name max_length']],
    ['with a line break in the name', { name: 'A\nB' }, 400, 'VALIDATION_ERROR', ['name invalid_format']],
    ['without a name', { name: undefined }, 400, 'VALIDATION_ERROR', ['name required']],
    ['without an e-mail', { email: undefined }, 400, 'VALIDATION_ERROR', ['email required']],
    ['with what is no e-mail', { email: 'nobody' }, 400, 'INVALID_EMAIL', ['email invalid_format']],
    ['without a password', { password: undefined }, 400, 'VALIDATION_ERROR', ['password required']],
    ['with nothing as a password', { password: '' }, 400, 'PASSWORD_TOO_SHORT', ['password min_length']],
    [
      'with 9 characters of password',
      { password: '12345678🔑' },
      400,
      'PASSWORD_TOO_SHORT',
      ['password min_length'],
    ],
    [
      'with 129 characters of password',
      { password: 'x'.repeat(129) },
      400,
      'PASSWORD_TOO_LONG',
      ['password max_length'],
    ],
    [
      'with what only we may say of them',
      { emailVerified: true, image: 'https://evil.example/', id: 'mine', createdAt: 0 },
      400,
      'VALIDATION_ERROR',
      ['createdAt unknown_field', 'emailVerified unknown_field', 'id unknown_field', 'image unknown_field'],
    ],
    [
      'with several faults',
      { name: 'A\nB', email: 'nobody', password: 'short', role: 'admin' },
      400,
      'VALIDATION_ERROR',
      ['email invalid_format', 'name invalid_format', 'password min_length', 'role unknown_value'],
    ],
  ]
  for (const [what, fields, status, code, faults] of refusals) {
    test(`${what} is refused, and nothing is kept`, async () => {
      const before = await inventory()
      const answer = await visitor(app).signUp(fields)
      assert.equal(answer.statusCode, status, answer.body)
      const { errors, ...problem } = answer.json<{
        code: string
        errors: { field: string; code: string }[]
      }>()
      assert.equal(problem.code, code)
      assert.deepEqual(errors.map((error) => `${error.field} ${error.code}`).sort(), faults)
      assert.deepEqual(await inventory(), before)
    })
  }

  test('may take 10 to 128 characters of any kind as a password', async () => {
    for (const password of ['x8K!p2q9vL', '🔑🚪🐎'.repeat(42) + '🔑?', ' дуже довгий пароль ']) {
      const person = visitor(app)
      assert.equal((await person.signUp({ password })).statusCode, 200)
      assert.equal((await person.post('/sign-in/email', { email: person.email, password })).statusCode, 200)
    }
  })

  test('is who they are, also with a space behind the e-mail and in capitals', async () => {
    const person = visitor(app)
    assert.equal((await person.signUp({ email: ` ${person.email.toUpperCase()} ` })).statusCode, 200)
    await person.signIn()
  })

  test('with the e-mail of an account of another issuer is told so, and does not get in', async () => {
    const other = await app.person()
    const person = visitor(app, other.email)
    await person.signUp()
    const before = await inventory()
    const answer = await person.post('/sign-in/email', { email: other.email, password: PASSWORD })
    assert.equal(answer.statusCode, 409, answer.body)
    assert.equal(answer.json().code, 'email_taken')
    assert.equal(answer.headers['set-cookie'], undefined)
    assert.deepEqual(await inventory(), before)
  })

  test('twice at once is one person', async () => {
    const person = visitor(app)
    const answers = await Promise.all([person.signUp(), person.signUp(), person.signUp()])
    const seen = answers.map(({ statusCode, body }) => [statusCode, Object.keys(JSON.parse(body) as object)])
    assert.deepEqual(
      seen,
      seen.map(() => [200, ['token', 'user']]),
    )
    await Promise.all([person.signIn(), person.signIn(), person.signIn()])
    const entries = await logins(person.email)
    assert.equal(entries.length, 3)
    assert.ok(entries.every(({ metadata }) => !(metadata as { new_device: boolean }).new_device))
  })
})

describe('a token', () => {
  test('says who it is and for 15 minutes, signed with EdDSA', async () => {
    const person = visitor(app)
    const token = await person.enter()
    const { iat = 0, exp = 0, auth_time: signedInAt, sub, sid, ...claims } = decodeJwt(token)
    assert.deepEqual(claims, {
      iss: 'built-in',
      aud: 'upm',
      email: person.email,
      email_verified: false,
      given_name: 'Alex',
      family_name: 'Koval',
      role: 'tutor',
    })
    assert.equal(exp - iat, 900)
    assert.ok(Number(signedInAt) <= iat && Number(signedInAt) > iat - 60, 'when the person signed in')
    assert.match(sub ?? '', /^[0-9a-f-]{36}$/)
    assert.match(String(sid), /^[0-9a-f-]{36}$/)
    const { alg, kid } = decodeProtectedHeader(token)
    assert.equal(alg, 'EdDSA')
    const { keys } = (await person.get('/jwks')).json<{ keys: { kid: string; d?: string }[] }>()
    assert.ok(keys.some((key) => key.kid === kid && key.d === undefined))
  })

  test('is refused when it has expired', async (t) => {
    const token = await visitor(app).enter()
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    t.mock.timers.tick(900_000 + 29_000)
    assert.equal((await profileOf(token)).statusCode, 200, 'within the tolerance')
    t.mock.timers.tick(2_000)
    assert.equal((await profileOf(token)).statusCode, 401)
  })

  test('is not a session, and a session is no token', async () => {
    const person = visitor(app)
    const token = await person.enter()
    assert.equal((await person.get('/token', { token })).statusCode, 401)
    assert.equal((await profileOf(await person.signIn())).statusCode, 401)
  })

  test('of the other issuer cannot pass for one of the sign-in, nor the other way round', async () => {
    const person = visitor(app)
    const { sub } = decodeJwt(await person.enter())
    const forged = await app.token({ sub, email: person.email, iss: 'built-in', aud: 'upm' })
    assert.equal((await profileOf(forged)).statusCode, 401)
    const outside = await app.token({ sub, email: 'somebody-else@example.com' })
    assert.notEqual((await profileOf(outside)).json().user.id, await userIdOf(person.email))
  })

  test('of one server is accepted by another on the same database, also with a key that it has not seen', async (t) => {
    const other = await useTestApp({ env: SIGN_IN_ENV, database }, t)
    const first = await visitor(app).enter()
    assert.equal((await other.send('GET', '/api/me/profile/', { token: first })).statusCode, 200)
    await query(app.pool, sql`update auth."jwks" set "expiresAt" = now() - interval '1 minute'`)
    const second = await visitor(app).enter()
    assert.notEqual(decodeProtectedHeader(second).kid, decodeProtectedHeader(first).kid)
    for (const token of [first, second]) {
      assert.equal((await other.send('GET', '/api/me/profile/', { token })).statusCode, 200)
    }
  })

  test('is refused once its key is withdrawn, five minutes later at the latest', async (t) => {
    const token = await visitor(app).enter()
    assert.equal((await profileOf(token)).statusCode, 200)
    await query(app.pool, sql`delete from auth."jwks"`)
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 5 * 60_000 })
    assert.equal((await profileOf(token)).statusCode, 401)
  })
})

describe('a sign-in', () => {
  test('gives a new account the time zone and the language of its device, and an account that is there nothing', async () => {
    const settingsOf = async (person: Visitor, body: object) => {
      const answer = await person.post('/sign-in/email', {
        email: person.email,
        password: PASSWORD,
        sessionToken: true,
        ...body,
      })
      assert.equal(answer.statusCode, 200, answer.body)
      const token = await person.token(answer.json<{ token: string }>().token)
      const { timezone, ui_language } = (await app.send('GET', '/api/me/settings/', { token })).json<{
        timezone: string
        ui_language: string
      }>()
      return [timezone, ui_language]
    }
    const [one, other] = [visitor(app), visitor(app)]
    await Promise.all([one.signUp(), other.signUp()])
    const tokyo = { timezone: 'Asia/Tokyo', language: 'en' }
    assert.deepEqual(await settingsOf(one, tokyo), ['Asia/Tokyo', 'en'])
    assert.deepEqual(await settingsOf(one, { timezone: 'Europe/Kyiv', language: 'uk' }), ['Asia/Tokyo', 'en'])
    assert.deepEqual(await settingsOf(other, { timezone: 'Mars/Olympus', language: 'tlh' }), ['UTC', 'uk'])
    const { rows } = await app.pool.query<{ id: number }>('select id from users where email = $1', [
      one.email,
    ])
    const actions = await app.actions(rows[0]?.id ?? 0)
    assert.deepEqual(actions, ['system.profile.initialized', 'system.login', 'system.login'])
  })

  test('is logged with address, User-Agent, and whether the device is new to the account', async () => {
    const person = visitor(app)
    await person.signUp()
    const agents = [
      'Firefox/131.0 (Linux)',
      'Firefox/132.0 (Linux)',
      'Safari/605.1 (iPhone)',
      'Firefox/131.0 (Linux)',
    ]
    for (const agent of agents) await person.signIn({ headers: { 'user-agent': agent } })
    assert.deepEqual(
      await logins(person.email),
      [false, false, true, false].map((isNew, i) => ({
        metadata: { method: 'password', new_device: isNew },
        ip_address: person.ip,
        user_agent: agents[i],
      })),
    )
    const session = await person.signIn({ headers: { 'user-agent': 'curl/8' } })
    const sessions = (await person.get('/list-sessions', { token: session })).json<
      { ipAddress: string; userAgent: string }[]
    >()
    assert.deepEqual(
      sessions.map(({ ipAddress, userAgent }) => `${ipAddress} ${userAgent}`).sort(),
      [...agents, 'curl/8'].map((agent) => `${person.ip} ${agent}`).sort(),
    )
  })

  test('that fails is no sign-in in the log and leaves nothing', async () => {
    const person = visitor(app)
    await person.enter()
    const before = await inventory()
    for (const body of [
      { email: person.email, password: 'not the password' },
      { email: 'nobody@example.com', password: PASSWORD },
      { email: person.email },
      {},
    ]) {
      const answer = await person.post('/sign-in/email', body)
      assert.ok(answer.statusCode >= 400 && answer.statusCode < 500)
      assert.equal(answer.headers['set-cookie'], undefined)
    }
    assert.deepEqual(await inventory(), before)
  })

  test('that cannot be logged does not happen, and the answer tells nothing of why', async (t) => {
    const person = visitor(app)
    await person.enter()
    const before = await inventory()
    await app.pool.query(
      `alter table activity_log add constraint broken check (action <> 'system.login') not valid`,
    )
    t.after(() => app.pool.query('alter table activity_log drop constraint if exists broken'))
    const answer = await person.post('/sign-in/email', { email: person.email, password: PASSWORD })
    assert.equal(answer.statusCode, 500)
    assert.equal(answer.json().code, 'internal_error')
    assert.doesNotMatch(answer.body, /broken|constraint/)
    assert.equal(answer.headers['set-cookie'], undefined)
    assert.deepEqual(await inventory(), before)
  })

  test('sets a cookie that scripts and other sites do not get', async () => {
    const person = visitor(app)
    await person.signUp()
    const answer = await person.post('/sign-in/email', { email: person.email, password: PASSWORD })
    const [cookie = '', ...others] = [answer.headers['set-cookie'] ?? []].flat()
    for (const other of others) assert.match(other, /^upm\.device=[^;]+; .*; HttpOnly; SameSite=Lax$/)
    assert.match(cookie, /^upm\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/)
    assert.equal(answer.headers['cache-control'], 'no-store')
    const session = await person.get('/get-session', { headers: { cookie: cookie.split(';')[0] ?? '' } })
    assert.equal(session.json().user.email, person.email)
  })
})

describe('a session', () => {
  test('ends with the sign-out', async () => {
    const person = visitor(app)
    await person.signUp()
    const session = await person.signIn()
    assert.equal((await person.post('/sign-out', undefined, { token: session })).statusCode, 200)
    assert.equal((await person.get('/token', { token: session })).statusCode, 401)
  })

  test('can be ended from another one, and not from somebody else’s', async () => {
    const [person, stranger] = [visitor(app), visitor(app)]
    await person.signUp()
    await stranger.signUp()
    const [one, two, theirs] = [await person.signIn(), await person.signIn(), await stranger.signIn()]
    const { id } = (await person.get('/get-session', { token: one })).json().session
    await stranger.post('/revoke-session', { id }, { token: theirs })
    assert.equal((await person.get('/token', { token: one })).statusCode, 200)
    assert.equal((await person.post('/revoke-session', { id }, { token: two })).statusCode, 200)
    assert.equal((await person.get('/token', { token: one })).statusCode, 401)
    assert.equal((await person.get('/token', { token: two })).statusCode, 200)
    const three = await person.signIn()
    assert.equal((await person.post('/revoke-other-sessions', {}, { token: three })).statusCode, 200)
    assert.equal((await person.get('/token', { token: two })).statusCode, 401)
  })

  test('is not over because the database is away', async (t) => {
    const person = visitor(app)
    await person.signUp()
    const token = await person.signIn()
    const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED', syscall: 'connect' })
    const connect = t.mock.method(app.pool, 'connect', (done?: (error: Error) => void) =>
      done ? done(away) : Promise.reject(away),
    )
    for (const path of ['/token', '/get-session', '/list-sessions']) {
      const answer = await person.get(path, { token })
      assert.equal(answer.statusCode, 503, `${path} ${answer.body}`)
      assert.equal(answer.json().code, 'unavailable')
      assert.equal(answer.headers['set-cookie'], undefined)
    }
    connect.mock.restore()
    assert.equal((await person.get('/token', { token })).statusCode, 200)
  })

  test('shows all sessions also a day after the sign-in', async (t) => {
    const person = visitor(app)
    await person.signUp()
    const token = await person.signIn()
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 25 * 3_600_000 })
    const answer = await person.get('/list-sessions', { token })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.json().length, 1)
  })

  test('goes when the password is changed, except the one that changes it', async () => {
    const person = visitor(app)
    await person.signUp()
    const [other, own] = [await person.signIn(), await person.signIn()]
    const change = (currentPassword: string) =>
      person.post(
        '/change-password',
        { currentPassword, newPassword: 'another password', revokeOtherSessions: true },
        { token: own },
      )
    assert.equal((await change('wrong password')).statusCode, 400)
    const changed = await change(PASSWORD)
    assert.equal(changed.statusCode, 200, changed.body)
    assert.equal((await person.get('/token', { token: other })).statusCode, 401)
    assert.equal((await person.get('/token', { token: changed.json().token })).statusCode, 200)
    assert.equal(
      (await person.post('/sign-in/email', { email: person.email, password: PASSWORD })).statusCode,
      401,
    )
    assert.equal((await logins(person.email)).length, 2, 'a changed password is no sign-in')
  })
})

test('keys of another secret are one clear line, and the server does not start', async () => {
  await visitor(app).enter()
  const other = { ...SIGN_IN_ENV, AUTH_SECRET: 'another-secret-0123456789-0123456789' }
  await assert.rejects(useTestApp({ env: other, database }), /encrypted with another AUTH_SECRET/)
})

test('people of the demo sign in, also after it was made again', async () => {
  const { config, pool, storage } = app
  for (let run = 0; run < 2; run++) {
    await seedDemo({ config, pool, storage, users: 2, activity: undefined, photos: 0, now: new Date() })
  }
  const [{ email = '' } = {}] = await query<{ email?: string }>(
    app.pool,
    sql`select email from users where email like '%@demo.example.com' order by id`,
  )
  const person = visitor(app, email)
  const credentials = { email, password: DEMO_PASSWORD, sessionToken: true }
  const answer = await person.post('/sign-in/email', credentials)
  assert.equal(answer.statusCode, 200, answer.body)
  const document = (await profileOf(await person.token(answer.json().token))).json()
  assert.equal(document.user.email, email)
  assert.equal((await app.actions(document.user.id)).at(-1), 'system.login')
})
