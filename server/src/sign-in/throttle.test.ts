import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { useTestApp, type Answer } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { query, sql } from '../database/database.ts'

const database = await createDatabase()
const app = await useTestApp({ env: SIGN_IN_ENV, database })
after(() => database.drop())

describe('attempts are limited', () => {
  const fail = (email: string, ip: string) =>
    visitor(app).post(
      '/sign-in/email',
      { email, password: 'not the password' },
      { headers: { 'x-forwarded-for': ip } },
    )

  /** Guesses at this account from everywhere, until there may be no more. */
  const exhaust = async ({ email }: { email: string }) => {
    await fail(email, '203.0.113.50')
    await app.pool.query(
      `update auth.attempts set count = 100 where key like 'sign-in owner %' and ends_at > now()`,
    )
  }

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

  for (const path of ['/sign-up/email', '/request-password-reset', '/send-verification-email']) {
    test(`to send mails to one address, by ${path}: ten, though each is answered`, async () => {
      const person = visitor(app)
      const { email } = person
      const body = path === '/sign-up/email' ? { email, password: PASSWORD, name: 'X' } : { email }
      const statuses: number[] = []
      for (let i = 0; i < 11; i++) statuses.push((await person.post(path, body)).statusCode)
      // This server sends none, and says so; it counts all the same.
      const answered = path === '/sign-up/email' ? 200 : 400
      assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => answered), 429])
    })
  }

  for (const [name, max] of [
    ['address', 60],
    ['address an hour', 300],
  ] as const) {
    test(`to sign up from one ${name}: ${max}, whoever it is for`, async () => {
      const { ip } = visitor(app)
      const signUp = async () =>
        (await visitor(app).signUp({}, { headers: { 'x-forwarded-for': ip } })).statusCode
      await app.pool.query('delete from auth.attempts')
      assert.equal(await signUp(), 200)
      await app.pool.query(
        `update auth.attempts set count = $1 where key ~ ('^sign-up ' || $2 || ' [^ ]+$')`,
        [max - 1, name],
      )
      assert.deepEqual([await signUp(), await signUp(), await signUp()], [200, 429, 429])
    })
  }

  test('against one account: a hundred from all addresses that it does not know', async () => {
    const person = visitor(app)
    await person.signUp()
    await app.pool.query(`update auth.attempts set count = 99 where key like 'sign-in owner %'`)
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) statuses.push((await fail(person.email, `203.0.113.${i}`)).statusCode)
    assert.deepEqual(statuses, [401, 401, 401, 401], 'what was counted of others does not matter')
    await exhaust(person)
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

  test('and guesses of others do not lock the owner out, where the account was signed in to before', async () => {
    const person = visitor(app)
    await person.signUp()
    await person.signIn()
    await exhaust(person)
    assert.equal((await fail(person.email, '203.0.113.60')).statusCode, 429, 'they are stopped')
    await person.signIn()
    const elsewhere = { headers: { 'x-forwarded-for': '203.0.113.61' } }
    const credentials = { email: person.email, password: PASSWORD }
    assert.equal((await person.post('/sign-in/email', credentials, elsewhere)).statusCode, 429)
    for (let i = 0; i < 10; i++) assert.equal((await fail(person.email, person.ip)).statusCode, 401)
    assert.equal((await fail(person.email, person.ip)).statusCode, 429, 'ten from a known address')
  })

  test('for a browser by itself: neither from elsewhere nor by others at its address is it locked out', async () => {
    const person = visitor(app)
    await person.signUp()
    const credentials = { email: person.email, password: PASSWORD }
    const enter = (headers: Record<string, string> = {}) =>
      person.post('/sign-in/email', credentials, { headers: { origin: 'http://localhost:80', ...headers } })
    const cookie = deviceCookie(await enter())
    await exhaust(person)
    for (let i = 0; i < 20; i++) await fail(`other-${i}@example.com`, '203.0.113.70')
    for (let i = 0; i < 10; i++) await fail(person.email, person.ip)
    assert.equal((await enter()).statusCode, 429)
    for (const ip of [person.ip, '203.0.113.70']) {
      const answer = await enter({ cookie, 'x-forwarded-for': ip })
      assert.equal(answer.statusCode, 200, answer.body)
      assert.equal(deviceCookie(answer), cookie)
    }
  })

  test('with the cookie of a browser that was stolen: ten guesses, from wherever', async () => {
    const person = visitor(app)
    await person.signUp()
    const cookie = deviceCookie(
      await person.post('/sign-in/email', { email: person.email, password: PASSWORD }),
    )
    const guess = (i: number) =>
      person.post(
        '/sign-in/email',
        { email: person.email, password: `guess number ${i}` },
        { headers: { cookie, origin: 'http://localhost:80', 'x-forwarded-for': `203.0.113.${80 + i}` } },
      )
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await guess(i)).statusCode)
    assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 401), 429, 429])
    await person.signIn()
  })

  test('and a browser that the account does not know, or that says so of itself, has no more than others', async () => {
    const [person, stranger] = [visitor(app), visitor(app)]
    await person.signUp()
    await stranger.signUp()
    const given = deviceCookie(
      await stranger.post('/sign-in/email', { email: stranger.email, password: PASSWORD }),
    )
    await exhaust(person)
    for (const cookie of [given, `${given.slice(0, -3)}AAA`, 'upm.device=x', 'upm.device=x.y']) {
      const headers = { cookie, origin: 'http://localhost:80' }
      const credentials = { email: person.email, password: PASSWORD }
      assert.equal((await stranger.post('/sign-in/email', credentials, { headers })).statusCode, 429)
    }
  })

  test('and twenty browsers and addresses of an account are remembered, as hashes', async () => {
    const person = visitor(app)
    await person.signUp()
    const cookies: string[] = []
    for (let i = 0; i < 22; i++) {
      const headers = { 'x-forwarded-for': `198.51.100.${i}` }
      const answer = await person.post(
        '/sign-in/email',
        { email: person.email, password: PASSWORD },
        { headers },
      )
      cookies.push(deviceCookie(answer).replace('upm.device=', ''))
    }
    const places = await query<{ kind: string; text: string }>(
      app.pool,
      sql`select kind, encode(mark, 'escape') as text from auth.known_places p
        join auth."user" u on u."id" = p.user_id where u."email" = ${person.email}`,
    )
    for (const kind of ['device', 'address']) {
      assert.equal(places.filter((place) => place.kind === kind).length, 20)
    }
    const text = JSON.stringify(places)
    assert.ok(cookies.every((name) => !text.includes(name.split('.')[0] ?? '')))
  })

  test('so that a class signs up and in behind one address at nine o’clock', async () => {
    const ip = '198.51.100.200'
    const pupils = Array.from({ length: 30 }, () => visitor(app))
    const headers = { 'x-forwarded-for': ip }
    const signedUp = await Promise.all(pupils.map((pupil) => pupil.signUp({}, { headers })))
    const signedIn = await Promise.all(
      pupils.map(({ email, post }) => post('/sign-in/email', { email, password: PASSWORD }, { headers })),
    )
    assert.deepEqual(new Set([...signedUp, ...signedIn].map(({ statusCode }) => statusCode)), new Set([200]))
    // The minute may be over by now, and its count with it.
    await app.pool.query(`update auth.attempts set ends_at = now() + interval '1 hour'`)
    const statuses: number[] = []
    for (let i = 0; i < 21; i++) statuses.push((await fail(`nobody-${i}@example.com`, ip)).statusCode)
    assert.deepEqual(
      statuses,
      [...Array.from({ length: 20 }, () => 401), 429],
      'and nobody guesses more for it',
    )
  })

  test('to change the password: ten guesses by a session, twenty against the account, from wherever', async () => {
    const person = visitor(app)
    await person.signUp()
    const guess = async (token: string, i: number) => {
      const body = { currentPassword: `guess number ${i}`, newPassword: 'another password' }
      const headers = { 'x-forwarded-for': `203.0.113.${100 + i}` }
      return (await person.post('/change-password', body, { token, headers })).statusCode
    }
    const counts: number[] = []
    for (let session = 0; session < 3; session++) {
      const token = await person.signIn()
      let guesses = 0
      while ((await guess(token, guesses)) === 400) guesses += 1
      counts.push(guesses)
    }
    assert.deepEqual(counts, [10, 10, 0])
  })

  test('and the table tells nobody who was tried', async () => {
    const person = visitor(app)
    await fail(person.email, person.ip)
    const rows = await query<{ key: string }>(app.pool, sql`select key from auth.attempts`)
    const plain = (text: string) =>
      (['hex', 'base64url', 'base64'] as const).map((encoding) =>
        createHash('sha256').update(text).digest(encoding),
      )
    for (const { key } of rows) {
      for (const text of [person.email, person.ip, ...plain(person.email), ...plain(person.ip)]) {
        assert.ok(!key.includes(text), key)
      }
    }
  })
})

function deviceCookie({ headers }: Answer): string {
  const cookies = [headers['set-cookie'] ?? []].flat()
  const cookie = cookies.find((one) => one.startsWith('upm.device=')) ?? ''
  assert.match(cookie, /; Path=\/api\/auth; HttpOnly; SameSite=Lax$/)
  return cookie.split(';')[0] ?? ''
}

test('an attempt counts before its body is read, whatever the body is', async () => {
  for (const body of ['{', JSON.stringify({ name: 'x'.repeat(5000) }), '[]', ' '.repeat(100_000)]) {
    const { ip } = visitor(app)
    const statuses: number[] = []
    for (let i = 0; i < 21; i++) {
      const answer = await visitor(app).post('/sign-in/email', undefined, {
        body: Buffer.from(body),
        headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
      })
      statuses.push(answer.statusCode)
    }
    assert.equal(statuses.indexOf(429), 20, `${body.slice(0, 20)}: ${statuses.join(' ')}`)
  }
})
