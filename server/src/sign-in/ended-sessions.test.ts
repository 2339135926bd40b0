/** What an ended session can still do: read, until its access token ends, and nothing else. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import sharp from 'sharp'
import { form } from '../../test/form.ts'
import { createDatabase } from '../../test/database.ts'
import { useTestApp, type Answer, type TestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor, type Visitor } from '../../test/visitor.ts'
import { query, queryOne, sql, transaction } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import { openPool } from '../database/pool.ts'
import { disableAccount } from '../identity/disabling.ts'

const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'teal' } })
  .png()
  .toBuffer()

const app = await useTestApp({ env: SIGN_IN_ENV })

type Device = { session: string; token: string }

/** Somebody with two devices. */
async function twoDevices(on: TestApp = app) {
  const person = visitor(on)
  await person.signUp()
  const [phone, desk] = [await device(person), await device(person)]
  const { user } = (
    await on.send('PATCH', '/api/me/profile/', {
      token: desk.token,
      body: { tutor_profile: { hourly_rate: { amount: '2.00', currency: 'EUR' } } },
    })
  ).json()
  return { person, phone, desk, userId: user.id as number }
}

async function device(person: Visitor): Promise<Device> {
  const session = await person.signIn()
  return { session, token: await person.token(session) }
}

const rename = (token: string, name: string, on: TestApp = app): Promise<Answer> =>
  on.send('PATCH', '/api/me/profile/', { token, body: { user: { first_name: name } } })

/** Everything that a token of a person can write. Half of a value is judged with the document at hand. */
const writes: Record<string, (token: string, on: TestApp) => Promise<Answer>> = {
  profile: (token, on) => rename(token, 'Changed', on),
  'half of a value': (token, on) =>
    on.send('PATCH', '/api/me/profile/', {
      token,
      body: { tutor_profile: { hourly_rate: { amount: '1.00' } } },
    }),
  settings: (token, on) => on.send('PATCH', '/api/me/settings/', { token, body: { timezone: 'Asia/Tokyo' } }),
  'no change': (token, on) => on.send('PATCH', '/api/me/profile/', { token, body: {} }),
  'a picture': async (token, on) =>
    on.send('POST', '/api/me/avatar/', { token, ...(await form([{ name: 'avatar', file: picture }])) }),
  'no picture': (token, on) => on.send('DELETE', '/api/me/avatar/', { token }),
  'the active profile': (token, on) =>
    on.send('PATCH', '/api/me/profiles/active/', { token, body: { profile_type: 'tutor' } }),
  'a profile, for a moment': async (token, on) => {
    const added = await on.send('POST', '/api/me/profiles/', { token, body: { profile_type: 'student' } })
    return added.statusCode === 201 ? on.send('DELETE', '/api/me/profiles/student/', { token }) : added
  },
}

async function state(userId: number, on: TestApp = app) {
  const { rows } = await on.pool.query(
    `select u, s, p, (select array_agg(f) from unclaimed_files f where storage_key like '%user' || u.id || '-%') as files
     from users u join settings s on s.user_id = u.id join profiles p on p.user_id = u.id where u.id = $1`,
    [userId],
  )
  return rows as unknown
}

/** All of its writes are refused, and it still reads. */
async function assertEnded({ token }: Device, userId: number, on: TestApp = app) {
  const before = await state(userId, on)
  for (const [name, write] of Object.entries(writes)) {
    const answer = await write(token, on)
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'session_ended'], name)
    assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"')
  }
  assert.deepEqual(await state(userId, on), before)
  for (const path of ['/api/me/profile/', '/api/me/settings/', '/api/me/activity/']) {
    assert.equal((await on.send('GET', path, { token })).statusCode, 200, path)
  }
}

async function assertAlive({ token }: Device, on: TestApp = app) {
  for (const [name, write] of Object.entries(writes)) {
    const answer = await write(token, on)
    assert.ok(answer.statusCode < 300, `${name}: ${answer.statusCode} ${answer.body}`)
  }
}

test('a session that was ended from another device writes nothing, and the other one goes on', async () => {
  const { person, phone, desk, userId } = await twoDevices()
  await assertAlive(phone)
  const { json } = await person.get('/list-sessions', { token: desk.session })
  const current = (await person.get('/get-session', { token: phone.session })).json<{
    session: { id: string }
  }>()
  assert.ok(json<{ id: string }[]>().some(({ id }) => id === current.session.id))
  const ended = await person.post('/revoke-session', { id: current.session.id }, { token: desk.session })
  assert.equal(ended.statusCode, 200)
  await assertEnded(phone, userId)
  await assertAlive(desk)
  // Somebody who signs in again on it has a session as good as any.
  await assertAlive(await device(person))
})

test('whatever ends a session ends its writes', async () => {
  const ends: Record<string, (of: Awaited<ReturnType<typeof twoDevices>>) => Promise<unknown>> = {
    'a sign-out': ({ person, phone }) => person.post('/sign-out', undefined, { token: phone.session }),
    'the end of all other sessions': ({ person, desk }) =>
      person.post('/revoke-other-sessions', {}, { token: desk.session }),
    'the end of all sessions': ({ person, desk }) =>
      person.post('/revoke-sessions', {}, { token: desk.session }),
    'another password': ({ person, desk }) =>
      person.post(
        '/change-password',
        { currentPassword: PASSWORD, newPassword: 'quite another horse', revokeOtherSessions: true },
        { token: desk.session },
      ),
    time: ({ userId }) =>
      query(
        app.pool,
        sql`update auth."session" set "expiresAt" = now() - interval '1 second'
          where "userId" = (select subject from upm.identities where user_id = ${userId})`,
      ),
  }
  for (const end of Object.values(ends)) {
    const all = await twoDevices()
    await end(all)
    await assertEnded(all.phone, all.userId)
  }
})

test('a disabled account writes nothing more, also where it is still remembered', async () => {
  const { phone, userId } = await twoDevices()
  await assertAlive(phone)
  await disableAccount(app.pool, userId)
  await assertEnded(phone, userId)
})

test('a session that is replaced when its own password changes is ended, and the new one writes', async () => {
  const { person, phone, desk, userId } = await twoDevices()
  const changed = await person.post(
    '/change-password',
    { currentPassword: PASSWORD, newPassword: 'quite another horse', revokeOtherSessions: true },
    { token: desk.session },
  )
  await assertEnded(phone, userId)
  await assertEnded(desk, userId)
  const session = changed.json<{ token: string }>().token
  await assertAlive({ session, token: await person.token(session) })
})

test('tokens of other issuers have no session to look for', async () => {
  const person = await app.person({ sid: 'theirs' })
  assert.equal((await rename(person.token, 'Changed')).statusCode, 200)
})

test('it costs no statement more', async () => {
  const { phone } = await twoDevices()
  const other = await app.person()
  const counted = async (token: string, write: (token: string, on: TestApp) => Promise<Answer>) => {
    assert.ok((await write(token, app)).statusCode < 300)
    let statements = 0
    const count = () => (statements += 1)
    app.pool.driver.on('acquire', count)
    assert.ok((await write(token, app)).statusCode < 300)
    app.pool.driver.off('acquire', count)
    return statements
  }
  let names = 0
  const patch = (token: string) => rename(token, `Name ${(names += 1)}`)
  assert.equal(await counted(phone.token, patch), 1)
  assert.equal(await counted(other.token, patch), 1)
  for (const write of [writes['no picture'], writes['a picture']] as const) {
    assert.ok(write)
    assert.equal(await counted(phone.token, write), await counted(other.token, write))
  }
})

/** Resolves when so many backends of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const row = await queryOne<{ waiting: number }>(
      app.pool,
      sql`select count(*)::integer as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (row?.waiting === count) return
  }
}

test('a write that has begun is done before its session ends, and the end waits for it', async () => {
  const { person, phone, userId } = await twoDevices()
  const answers: Promise<Answer>[] = []
  await transaction(app.pool, async (db) => {
    await query(db, sql`select from upm.users where id = ${userId} for update`)
    answers.push(rename(phone.token, 'Begun'))
    await waiting(1)
    answers.push(person.post('/sign-out', undefined, { token: phone.session }))
    await waiting(2)
  })
  assert.deepEqual(
    (await Promise.all(answers)).map(({ statusCode }) => statusCode),
    [200, 200],
  )
  assert.deepEqual((await app.actions(userId)).slice(-2), ['profile.updated', 'system.session.ended'])
  await assertEnded(phone, userId)
})

test('a write that comes while its session is being ended waits, and then writes nothing', async () => {
  const { phone, userId } = await twoDevices()
  const answers: Promise<Answer>[] = []
  const before = await state(userId)
  await transaction(app.pool, async (db) => {
    await query(
      db,
      sql`delete from auth."session" where "userId" = (select subject from upm.identities where user_id = ${userId})`,
    )
    for (const write of Object.values(writes)) answers.push(write(phone.token, app))
    await waiting(answers.length)
  })
  for (const answer of await Promise.all(answers)) {
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'session_ended'])
  }
  assert.deepEqual(await state(userId), before)
})

test('when the end does not come about after all, the write does', async () => {
  const { phone, userId } = await twoDevices()
  const answers: Promise<Answer>[] = []
  await assert.rejects(
    transaction(app.pool, async (db) => {
      await query(
        db,
        sql`delete from auth."session" where "userId" = (select subject from upm.identities where user_id = ${userId})`,
      )
      answers.push(rename(phone.token, 'Still here'))
      await waiting(1)
      throw new Error('taken back')
    }),
    /taken back/,
  )
  assert.equal((await answers[0])?.statusCode, 200)
})

test('sessions end and write at once, and nobody waits for ever', async () => {
  const { person, phone, desk, userId } = await twoDevices()
  const answers = await Promise.all([
    ...Array.from({ length: 8 }, (_, n) => rename(phone.token, `phone ${n}`)),
    person.post('/revoke-other-sessions', {}, { token: desk.session }),
    ...Array.from({ length: 8 }, (_, n) => rename(desk.token, `desk ${n}`)),
  ])
  for (const { statusCode } of answers) assert.ok(statusCode === 200 || statusCode === 401, `${statusCode}`)
  assert.ok(answers.slice(9).every(({ statusCode }) => statusCode === 200))
  const actions = await app.actions(userId)
  const written = answers.filter(({ statusCode }, n) => n !== 8 && statusCode === 200).length
  assert.equal(actions.filter((action) => action === 'profile.updated').length, 1 + written)
  await assertEnded(phone, userId)
})

test('an account that was deleted is not made anew by a token whose session has ended', async () => {
  const { person, phone, userId } = await twoDevices()
  await person.post('/sign-out', undefined, { token: phone.session })
  await query(app.pool, sql`delete from upm.activity_log where user_id = ${userId}`)
  await query(app.pool, sql`delete from upm.users where id = ${userId}`)
  const answer = await app.send('GET', '/api/me/profile/', { token: phone.token })
  assert.deepEqual([answer.statusCode, answer.json().code], [401, 'unauthorized'])
  assert.deepEqual(
    await app.pool.query('select from users where email = $1', [person.email]).then(({ rows }) => rows),
    [],
  )
})

test('another process sees the end at once, whatever it remembers, in schemas of any name', async (t: TestContext) => {
  const schemas = { upm: 'My people', auth: 'Вхід' }
  const env = { ...SIGN_IN_ENV, DATABASE_SCHEMA: schemas.upm, AUTH_DATABASE_SCHEMA: schemas.auth }
  const { connection, drop } = await createDatabase('empty')
  t.after(() => drop())
  await migrate(connection, { schemas, signIn: true })
  const process = async () => {
    const pool = openPool(connection, { schemas })
    t.after(() => pool.end())
    return useTestApp({ env, database: { connection, pool, drop: async () => {} } }, t)
  }
  const [one, other] = [await process(), await process()]
  const { person, phone, desk } = await twoDevices(one)
  await assertAlive(phone, other)
  await person.post('/revoke-other-sessions', {}, { token: desk.session })
  for (const [name, write] of Object.entries(writes)) {
    assert.equal((await write(phone.token, other)).statusCode, 401, name)
  }
  await assertAlive(desk, other)
})
