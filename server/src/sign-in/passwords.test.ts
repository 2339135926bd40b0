import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { hashPassword as formerHash } from 'better-auth/crypto'
import { createDatabase } from '../../test/database.ts'
import { openMailbox } from '../../test/mailbox.ts'
import { useTestApp, type Answer } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { queryOne, sql } from '../database/database.ts'
import { isEasilyGuessed } from './common-passwords.ts'
import { hashPassword, setCost, verifyPassword } from './passwords.ts'

const database = await createDatabase()
const mailbox = await openMailbox()
const app = await useTestApp({ env: SIGN_IN_ENV, database })
const mailing = await useTestApp({
  env: { ...SIGN_IN_ENV, PUBLIC_URL: 'https://upm.example', SMTP_URL: mailbox.smtpUrl },
})
after(() => database.drop())
setCost()

const hashOf = async (email: string) =>
  (
    await queryOne<{ password: string }>(
      app.pool,
      sql`select a."password" from auth."account" a join auth."user" u on u."id" = a."userId"
        where u."email" = ${email}`,
    )
  )?.password ?? ''

function assertTooCommon(answer: Answer, field: string, words: RegExp): void {
  assert.equal(answer.statusCode, 400, answer.body)
  const { code, errors } = answer.json<{
    code: string
    errors: { field: string; code: string; message: string }[]
  }>()
  assert.equal(code, 'PASSWORD_TOO_COMMON')
  assert.deepEqual(
    errors.map((error) => `${error.field} ${error.code}`),
    [`${field} common_password`],
  )
  assert.match(errors[0]?.message ?? '', words)
}

describe('a password that is guessed first', () => {
  const about = ['alex@example.com', 'Alex Koval']
  for (const password of [
    '1234567890',
    '0987654321',
    '7890123456',
    'aaaaaaaaaa',
    'abcabcabcabc',
    'abcdefghij',
    'password12',
    'Password12!',
    'P@ssw0rd2024',
    '!!!password!!!',
    'passwordpassword',
    'iloveyou123',
    'qwertyuiop',
    'QwertyUiop1',
    '1q2w3e4r5t',
    'zxcvbnm,./',
    'йцукенгшщз',
    'пароль12345',
    'Слава Україні!',
    'alexalex2024',
    'alex@example.com',
    'koval19870512',
    'Alex.Koval.1990',
    'example-alex',
    'upm-profile-upm',
  ]) {
    test(`is none: ${password}`, () => assert.ok(isEasilyGuessed(password, about)))
  }

  for (const password of [
    'correct horse',
    'battery staple',
    'another password',
    'дуже довгий пароль',
    'x8K!p2q9vL',
    '8273649182',
    'my alex is a good dog',
    'computer science 7',
    'Koval bakes bread on Sunday',
  ]) {
    test(`is not one like: ${password}`, () => assert.ok(!isEasilyGuessed(password, about)))
  }

  test('is refused when signing up, beside the other faults, in both languages, and costs nothing to find', async () => {
    const person = visitor(app)
    const english = { headers: { 'accept-language': 'en' } }
    assertTooCommon(await person.signUp({ password: 'password12' }, english), 'password', /is easy to guess/)
    assertTooCommon(await person.signUp({ password: person.email }), 'password', /легко вгадати/)
    assertTooCommon(await person.signUp({ password: 'koval koval' }), 'password', /легко вгадати/)
    const both = await person.signUp({ password: 'password12', email: 'nobody' })
    assert.deepEqual(
      both
        .json<{ errors: { field: string }[] }>()
        .errors.map(({ field }) => field)
        .sort(),
      ['email', 'password'],
    )
    const start = process.cpuUsage()
    for (let i = 0; i < 200; i++) isEasilyGuessed('ab1'.repeat(42), ['x'.repeat(254), 'a b c '.repeat(500)])
    assert.ok(process.cpuUsage(start).user / 1000 / 200 < 20, 'milliseconds each')
  })

  test('is refused when the password is changed: also what only the account knows', async () => {
    const person = visitor(app)
    await person.signUp()
    const token = await person.signIn()
    for (const newPassword of ['password12', person.email, 'koval2024alex']) {
      const change = { currentPassword: PASSWORD, newPassword }
      assertTooCommon(await person.post('/change-password', change, { token }), 'newPassword', /вгадати/)
    }
    await person.signIn()
  })

  test('is refused when one is chosen with a link, which stays good', async () => {
    const person = visitor(mailing)
    await mailbox.linkOf('/verify-email', () => person.signUp())
    const url = await mailbox.linkOf('/reset-password/', () =>
      person.post('/request-password-reset', { email: person.email }),
    )
    const token = url.pathname.split('/').at(-1)
    for (const newPassword of ['qwertyuiop', `${person.email.split('@')[0]}${person.email.split('@')[0]}`]) {
      assertTooCommon(await person.post('/reset-password', { token, newPassword }), 'newPassword', /вгадати/)
    }
    const answer = await person.post('/reset-password', { token, newPassword: 'another password' })
    assert.equal(answer.statusCode, 200, answer.body)
  })
})

describe('a password is hashed', () => {
  test('at the cost of today', async () => {
    const person = visitor(app)
    await person.signUp()
    assert.match(await hashOf(person.email), /^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/)
    const hash = await hashPassword('ｃorrect horse')
    assert.deepEqual(await verifyPassword(hash, 'correct horse'), { isRight: true }, 'NFKC')
    assert.deepEqual(await verifyPassword(hash, 'correct hors'), { isRight: false })
  })

  test('anew at the sign-in where its hash is an older one, and links that were sent stay good', async () => {
    const person = visitor(app)
    await person.signUp()
    const former = await formerHash(PASSWORD)
    await app.pool.query(
      `update auth."account" a set "password" = $1 from auth."user" u where u."id" = a."userId" and u."email" = $2`,
      [former, person.email],
    )
    const wrong = await person.post('/sign-in/email', { email: person.email, password: 'not the password' })
    assert.equal(wrong.statusCode, 401)
    assert.equal(await hashOf(person.email), former)
    await Promise.all([person.signIn(), person.signIn()])
    assert.match(await hashOf(person.email), /^\$scrypt\$/)
    await person.signIn()
  })

  test('anew where its cost was another one; one that would take more memory than there is for it opens nothing', async () => {
    setCost({ N: 2 ** 10, r: 8, p: 1 })
    const cheap = await hashPassword(PASSWORD)
    setCost()
    assert.match(cheap, /^\$scrypt\$ln=10,r=8,p=1\$/)
    const { isRight, renewed = '' } = await verifyPassword(cheap, PASSWORD)
    assert.ok(isRight)
    assert.match(renewed, /^\$scrypt\$ln=15,r=8,p=3\$/)
    assert.deepEqual(await verifyPassword(cheap, 'not the password'), { isRight: false })
    for (const cost of ['ln=20,r=8,p=1', 'ln=15,r=99,p=1', 'ln=x', '']) {
      const other = cheap.replace('ln=10,r=8,p=1', cost)
      assert.deepEqual(await verifyPassword(other, PASSWORD), { isRight: false }, cost)
    }
  })

  test('and compared at the same cost, be the hash an older one, one of today, or none', async () => {
    const former = await formerHash(PASSWORD)
    const today = await hashPassword(PASSWORD)
    const costOf = async (work: () => Promise<unknown>) => {
      const start = process.cpuUsage()
      for (let i = 0; i < 5; i++) await work()
      const { user, system } = process.cpuUsage(start)
      return user + system
    }
    const none = await costOf(() => hashPassword('not the password'))
    for (const hash of [former, today]) {
      const ratio = (await costOf(() => verifyPassword(hash, 'not the password'))) / none
      assert.ok(ratio > 0.6 && ratio < 1.6, `${hash.slice(0, 8)}: ${ratio}`)
    }
  })

  test('two at a time: thirty at once do not take the memory of thirty', async () => {
    await hashPassword(PASSWORD)
    const before = process.memoryUsage.rss()
    let peak = before
    const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5)
    await Promise.all(Array.from({ length: 30 }, () => hashPassword(PASSWORD)))
    clearInterval(sampling)
    assert.ok(peak - before < 200 * 2 ** 20, `${Math.round((peak - before) / 2 ** 20)} MiB`)
  })

  test('while nobody waits for a connection to the database', async () => {
    const people = Array.from({ length: 8 }, () => visitor(app))
    const busy: number[] = []
    const sampling = setInterval(() => busy.push(app.pool.totalCount - app.pool.idleCount), 10)
    const answers = await Promise.all(people.map((person) => person.signUp()))
    clearInterval(sampling)
    for (const { statusCode } of answers) assert.equal(statusCode, 200)
    const mean = busy.reduce((sum, count) => sum + count, 0) / busy.length
    assert.ok(mean < 2, `${mean} connections were taken on average`)
  })
})
