/** How many changes an account may make. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { form } from '../../test/form.ts'
import { useTestApp, type Answer, type Person, type TestApp } from '../../test/test-app.ts'

const app = await useTestApp({ env: { CHANGES_PER_HOUR: '5', CHANGES_PER_DAY: '8' } })
const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'teal' } })
  .png()
  .toBuffer()

const rename = ({ token }: Person, name: string, on: TestApp = app): Promise<Answer> =>
  on.send('PATCH', '/api/me/profile/', { token, body: { user: { first_name: name } } })
const upload = async ({ token }: Person): Promise<Answer> =>
  app.send('POST', '/api/me/avatar/', { token, ...(await form([{ name: 'avatar', file: picture }])) })

/** As if everything had happened so long ago. */
async function wait({ userId }: Person, time: string): Promise<void> {
  await app.pool.query(
    `update users set changes_hour = changes_hour - $2::interval, changes_day = changes_day - $2::interval where id = $1`,
    [userId, time],
  )
}

async function state({ token, userId }: Person): Promise<unknown> {
  const { rows } = await app.pool.query(
    'select u, s from users u join settings s on s.user_id = u.id where u.id = $1',
    [userId],
  )
  const document = (await app.send('GET', '/api/me/profile/', { token })).json<unknown>()
  return { rows, document, actions: await app.actions(userId) }
}

function assertRefused(answer: Answer, max: number, longest: number): void {
  assert.equal(answer.statusCode, 429)
  const { code, detail } = answer.json<{ code: string; detail: string }>()
  assert.equal(code, 'rate_limited')
  const seconds = Number(answer.headers['retry-after'])
  assert.ok(seconds > longest - 120 && seconds <= longest, `${seconds}`)
  const told =
    seconds <= 90
      ? `${seconds} секунд`
      : seconds > 5400
        ? `${Math.ceil(seconds / 3600)} годин`
        : `${Math.ceil(seconds / 60)} хвилин`
  assert.ok(detail.startsWith(`Ліміт — ${max}. Спробуйте ще раз через ${told}`), detail)
}

test('an account whose hour is used up changes nothing more, and is told when it can', async () => {
  const person = await app.person()
  for (let n = 1; n <= 5; n++) assert.equal((await rename(person, `n${n}`)).statusCode, 200)
  const before = await state(person)
  assertRefused(await rename(person, 'n6'), 5, 3600)
  const settings = { token: person.token, body: { timezone: 'Europe/Kyiv' } }
  assertRefused(await app.send('PATCH', '/api/me/settings/', settings), 5, 3600)
  assertRefused(
    await app.send('PATCH', '/api/me/profile/', {
      token: person.token,
      body: { student_profile: { bio: 'b' }, settings: { timezone: 'Europe/Kyiv' } },
    }),
    5,
    3600,
  )
  assertRefused(await upload(person), 5, 3600)
  assert.deepEqual(await state(person), before)
  const files = await app.pool.query(
    `select from unclaimed_files where storage_key like '%user' || $1 || '-%'`,
    [person.userId],
  )
  assert.equal(files.rowCount, 0)
})

test('what changes nothing, and what is refused for another reason, costs nothing', async () => {
  const person = await app.person()
  for (let n = 1; n <= 10; n++) {
    assert.equal((await rename(person, '')).statusCode, 200)
    assert.equal((await rename(person, 'x'.repeat(151))).statusCode, 400)
    const stale = { token: person.token, body: { user: { first_name: 'y' } }, headers: { 'if-match': '"9"' } }
    assert.equal((await app.send('PATCH', '/api/me/profile/', stale)).statusCode, 412)
    assert.equal((await app.send('DELETE', '/api/me/avatar/', { token: person.token })).statusCode, 204)
  }
  for (let n = 1; n <= 5; n++) assert.equal((await rename(person, `n${n}`)).statusCode, 200)
  // Also with nothing left.
  assert.equal((await rename(person, 'n5')).statusCode, 200)
  assertRefused(await rename(person, 'n6'), 5, 3600)
})

test('pictures are changes, too: those that are put up and those that are taken down', async () => {
  const person = await app.person()
  assert.equal((await upload(person)).statusCode, 201)
  assert.equal((await app.send('DELETE', '/api/me/avatar/', { token: person.token })).statusCode, 204)
  assert.equal((await upload(person)).statusCode, 201)
  for (let n = 1; n <= 2; n++) assert.equal((await rename(person, `n${n}`)).statusCode, 200)
  const before = await state(person)
  assertRefused(await app.send('DELETE', '/api/me/avatar/', { token: person.token }), 5, 3600)
  assertRefused(await upload(person), 5, 3600)
  assert.deepEqual(await state(person), before)
})

test('when the hour is over there is another one, until the day is used up', async () => {
  const person = await app.person()
  for (let n = 1; n <= 5; n++) assert.equal((await rename(person, `a${n}`)).statusCode, 200)
  await wait(person, '59 minutes')
  assertRefused(await rename(person, 'no'), 5, 60)
  await wait(person, '1 minute')
  for (let n = 1; n <= 3; n++) assert.equal((await rename(person, `b${n}`)).statusCode, 200)
  assertRefused(await rename(person, 'no'), 8, 23 * 3600)
  await wait(person, '2 hours')
  assertRefused(await rename(person, 'no'), 8, 21 * 3600)
  await wait(person, '21 hours')
  assert.equal((await rename(person, 'c')).statusCode, 200)
})

test('the budgets of accounts are their own', async () => {
  const [one, other] = [await app.person(), await app.person()]
  for (let n = 1; n <= 5; n++) await rename(one, `n${n}`)
  assertRefused(await rename(one, 'no'), 5, 3600)
  assert.equal((await rename(other, 'yes')).statusCode, 200)
})

test('of many changes at once, through several servers, exactly as many are made as are left', async (t) => {
  const person = await app.person()
  const second = await useTestApp(
    {
      database: { pool: app.pool, connection: '', drop: async () => {} },
      env: { CHANGES_PER_HOUR: '5', CHANGES_PER_DAY: '8' },
    },
    t,
  )
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, n) => rename(person, `n${n}`, n % 2 ? app : second)),
  )
  const made = answers.filter(({ statusCode }) => statusCode === 200).length
  assert.equal(made, 5)
  assert.equal(answers.filter(({ statusCode }) => statusCode === 429).length, 19)
  assert.equal((await app.actions(person.userId)).filter((action) => action === 'profile.updated').length, 5)
})

test('with limits of 0 there is none', async (t) => {
  const free = await useTestApp({ env: { CHANGES_PER_HOUR: '0', CHANGES_PER_DAY: '0' } }, t)
  const person = await free.person()
  for (let n = 1; n <= 20; n++) assert.equal((await rename(person, `n${n}`, free)).statusCode, 200)
})

test('a clock that was wrong locks nobody out', async () => {
  const person = await app.person()
  for (let n = 1; n <= 5; n++) await rename(person, `n${n}`)
  await wait(person, '-10 years')
  assert.equal((await rename(person, 'again')).statusCode, 200)
})
