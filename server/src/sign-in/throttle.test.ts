import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { useTestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { queryOne, sql } from '../database/database.ts'

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

  test('to sign up from one address: twenty in a minute, whoever it is for', async () => {
    const { ip } = visitor(app)
    const count = () => queryOne<{ n: number }>(app.pool, sql`select count(*) as n from auth."user"`)
    const before = (await count())?.n ?? 0
    const statuses: number[] = []
    for (let i = 0; i < 22; i++) {
      statuses.push((await visitor(app).signUp({}, { headers: { 'x-forwarded-for': ip } })).statusCode)
    }
    assert.deepEqual(statuses, [...Array.from({ length: 20 }, () => 200), 429, 429])
    assert.equal((await count())?.n, before + 20)
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
