import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import sharp from 'sharp'
import { form } from '../../test/form.ts'
import { useTestApp, type Person } from '../../test/test-app.ts'
import { query, queryOne, sql, type Db } from '../database/database.ts'
import { setEmail } from '../identity/emails.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'

const app = await useTestApp({ env: { CHANGES_PER_HOUR: '0', CHANGES_PER_DAY: '0' } })
const { activity } = app.app.upm
const service = await app.token({ sub: 'billing', scope: 'activity:write', email: undefined })
const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'teal' } })
  .png()
  .toBuffer()

/** What somebody writes, of whom, how long it takes until the commit, and whether there is one. */
type Write = { kind: (typeof kinds)[number]; whose: number; delayMs: number; kept: boolean }
const kinds = ['patch', 'both', 'upload', 'remove', 'log', 'host', 'batch', 'email'] as const
const PEOPLE = 3

const write: fc.Arbitrary<Write> = fc.record({
  kind: fc.constantFrom(...kinds),
  whose: fc.nat({ max: PEOPLE - 1 }),
  delayMs: fc.nat({ max: 25 }),
  kept: fc.boolean(),
})

let counter = 0

/** A transaction of the host's, which takes its time, and may end in nothing. */
async function inTransaction({ delayMs, kept }: Write, work: (db: Db) => Promise<unknown>): Promise<void> {
  const client = await app.pool.connect()
  try {
    await client.query('begin')
    await work(client)
    await pause(delayMs)
    await client.query(kept ? 'commit' : 'rollback')
  } finally {
    client.release()
  }
}

async function carryOut(next: Write, people: Person[]): Promise<void> {
  const { token, userId } = people[next.whose] as Person
  const name = `n${++counter}`
  const send = (...[method, url, options]: Parameters<typeof app.send>) =>
    app.send(method, url, { token, ...options }).then(({ statusCode }) => assert.ok(statusCode < 300))
  switch (next.kind) {
    case 'patch':
      return send('PATCH', '/api/me/profile/', { body: { user: { first_name: name } } })
    case 'both':
      return send('PATCH', '/api/me/profile/', {
        body: { user: { last_name: name }, settings: { notifications_enabled: counter % 2 === 0 } },
      })
    case 'upload':
      return send('POST', '/api/me/avatar/', await form([{ name: 'avatar', file: picture }]))
    case 'remove':
      return send('DELETE', '/api/me/avatar/')
    case 'log':
      await activity.log({ user: { id: userId }, action: 'system.login' })
      return
    case 'host':
      return inTransaction(next, async (db) => {
        // Of several people in one order, so that nobody waits in a circle.
        for (const person of people.slice(next.whose)) {
          await activity.log({ user: { id: person.userId }, action: 'invite.sent' }, db)
        }
      })
    case 'batch':
      return send('POST', '/api/activity/', {
        token: service,
        body: [...people, ...people].map((person, i) => ({
          id: randomUUID(),
          user_id: i === 2 ? null : person.userId,
          action: 'invite.sent',
        })),
      })
    case 'email':
      return inTransaction(next, (db) => setEmail(db, activity, { userId, email: `${name}@example.net` }))
  }
}

/** Follows a user's log as a client does, until `done`, and then once more; returns the ids in the order of their arrival. */
async function follow({ token }: Person, done: Promise<unknown>, site = app): Promise<string[]> {
  const seen: string[] = []
  let newest: string | undefined
  let isOver = false
  void done.then(() => (isOver = true))
  for (let last = false; !last;) {
    last = isOver
    const arrived: { id: string; timestamp: string }[] = []
    let url: string | undefined = `/api/me/activity/?limit=3${newest === undefined ? '' : `&after=${newest}`}`
    while (url !== undefined) {
      const page = await site.send('GET', url, { token })
      assert.equal(page.statusCode, 200, page.body)
      arrived.push(...page.json<typeof arrived>())
      url = /<(.*)>/.exec(String(page.headers['link'] ?? ''))?.[1]
    }
    newest = arrived[0]?.timestamp ?? newest
    seen.push(...arrived.toReversed().map(({ id }) => id))
  }
  return seen
}

/** Follows everybody's log, as decision 5 says it is done. */
async function followAll(from: string, done: Promise<unknown>): Promise<string[]> {
  const seen: string[] = []
  let position = from
  let isOver = false
  void done.then(() => (isOver = true))
  /** All is seen when the horizon is here. Until then any other transaction of the cluster may hold it back. */
  let end: bigint | undefined
  while (end === undefined || BigInt(position) < end) {
    if (isOver && end === undefined) {
      const now = sql`select pg_snapshot_xmax(pg_current_snapshot())::text as horizon`
      end = BigInt((await queryOne<{ horizon: string }>(app.pool, now))?.horizon ?? '0')
    }
    const row = await queryOne<{ horizon: string; ids: string[] }>(
      app.pool,
      sql`select horizon::text, array(select id::text from activity_log
          where tx >= ${position}::xid8 and tx < horizon order by tx, timestamp, id) as ids
        from pg_snapshot_xmin(pg_current_snapshot()) horizon`,
    )
    seen.push(...(row?.ids ?? []))
    position = row?.horizon ?? position
    await pause(1)
  }
  return seen
}

test('whoever follows a log misses nothing and sees nothing twice, whatever is written, late or taken back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(write, { minLength: 1, maxLength: 6 }), { minLength: 4, maxLength: 6 }),
      async (writers) => {
        const start = await queryOne<{ horizon: string }>(
          app.pool,
          sql`select pg_snapshot_xmax(pg_current_snapshot())::text as horizon`,
        )
        const people = await Promise.all(Array.from({ length: PEOPLE }, () => app.person()))
        people.sort((one, other) => one.userId - other.userId)
        const done = Promise.all(
          writers.map(async (script) => {
            for (const next of script) await carryOut(next, people)
          }),
        )
        const [all, ...each] = await Promise.all([
          followAll(start?.horizon ?? '0', done),
          ...people.map((person) => follow(person, done)),
          done,
        ])
        for (const [i, { userId }] of people.entries()) {
          const rows = await query<{ id: string; at: string }>(
            app.pool,
            sql`select id::text, timestamp as at from activity_log where user_id = ${userId} order by timestamp, id`,
          )
          assert.equal(new Set(rows.map(({ at }) => at)).size, rows.length, 'two entries of one time')
          assert.deepEqual(
            each[i],
            rows.map(({ id }) => id),
          )
          const { logged_at: kept } = (await queryOne<{ logged_at: string }>(
            app.pool,
            sql`select logged_at from users where id = ${userId}`,
          )) ?? { logged_at: '' }
          assert.ok(kept >= (rows.at(-1)?.at ?? ''))
        }
        const rows = await query<{ id: string }>(
          app.pool,
          sql`select id::text from activity_log where tx >= ${start?.horizon}::xid8`,
        )
        assert.deepEqual(all.toSorted(), rows.map(({ id }) => id).toSorted())
      },
    ),
    { seed: 20261130, numRuns: 25 },
  )
})

test('an entry of the host waits for a transaction that has logged for the same user, and is later', async () => {
  const { userId } = await app.person()
  const holder = await app.pool.connect()
  try {
    await holder.query('begin')
    const first = await activity.log({ user: { id: userId }, action: 'system.login' }, holder)
    const second = activity.log({ user: { id: userId }, action: 'system.login' })
    const waiting = sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    while ((await query(app.pool, waiting)).length === 0) await pause(5)
    const { at } = (await queryOne<{ at: string }>(holder, sql`select clock_timestamp() as at`)) ?? { at: '' }
    await holder.query('commit')
    const waited = await second
    const after = await query<{ id: string; timestamp: string }>(
      app.pool,
      sql`select id::text, timestamp from activity_log where user_id = ${userId} order by timestamp desc limit 2`,
    )
    assert.deepEqual(
      after.map(({ id }) => id),
      [waited, first],
    )
    // Read after the lock, not when the statement began.
    assert.ok((after[0]?.timestamp ?? '') > at)
  } finally {
    holder.release()
  }
})

test('sign-ins, right and wrong, beside patches and entries of the host are seen by a follower, each once', async (t) => {
  const site = await useTestApp({ env: SIGN_IN_ENV }, t)
  const somebody = visitor(site)
  const token = await somebody.enter()
  const { user } = (await site.send('GET', '/api/me/profile/', { token })).json()
  const person = { token, userId: user.id as number, email: somebody.email }
  const done = Promise.all([
    ...[1, 2, 3].map(() => somebody.signIn()),
    ...[1, 2].map(() => somebody.post('/sign-in/email', { email: somebody.email, password: 'wrong one' })),
    ...[1, 2, 3, 4].map((n) =>
      site.send('PATCH', '/api/me/profile/', { token, body: { user: { first_name: `n${n}` } } }),
    ),
    ...[1, 2, 3, 4].map(() =>
      site.app.upm.activity.log({ user: { id: person.userId }, action: 'invite.sent' }),
    ),
  ])
  const seen = await follow(person, done, site)
  const rows = await query<{ id: string; action: string }>(
    site.pool,
    sql`select id::text, action from activity_log where user_id = ${person.userId} order by timestamp, id`,
  )
  // A wrong password is noted behind its answer, maybe after the last look.
  const late = rows.filter(({ id }) => !seen.includes(id)).map(({ action }) => action)
  assert.deepEqual(
    late.filter((action) => action !== 'system.login.failed'),
    [],
  )
  assert.deepEqual(
    seen,
    rows.slice(0, seen.length).map(({ id }) => id),
  )
  assert.equal(rows.filter(({ action }) => action === 'system.login').length, 4)
})

test('of a host and a batch that wait for each other one is told to come back, and then succeeds', async () => {
  const [one, two] = [await app.person(), await app.person()]
  const send = () =>
    app.send('POST', '/api/activity/', {
      token: service,
      body: [one, two].map(({ userId }) => ({ id: randomUUID(), user_id: userId, action: 'invite.sent' })),
    })
  const host = await app.pool.connect()
  try {
    await host.query('begin')
    // Against the advice: not in the order of the ids.
    await activity.log({ user: { id: two.userId }, action: 'invite.sent' }, host)
    const batch = send()
    const waiting = sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    while ((await query(app.pool, waiting)).length === 0) await pause(5)
    const ended = await activity
      .log({ user: { id: one.userId }, action: 'invite.sent' }, host)
      .then(() => undefined)
      .catch((error: { code?: string }) => error.code)
    await host.query(ended === undefined ? 'commit' : 'rollback')
    const answer = await batch
    if (ended === undefined) {
      assert.equal(answer.statusCode, 503)
      assert.ok(Number(answer.headers['retry-after']) > 0)
    } else {
      assert.equal(ended, '40P01')
      assert.equal(answer.statusCode, 200)
    }
  } finally {
    host.release()
  }
  assert.equal((await send()).statusCode, 200)
})

test('a user that does not exist is refused by the foreign key, and nothing is kept', async () => {
  await assert.rejects(activity.log({ user: { id: 999_999_999 }, action: 'system.login' }), {
    constraint: 'activity_log_user_id_fkey',
  })
})

test('the order holds where the clock goes back, and where a host gives a time of its own', async () => {
  const { userId } = await app.person()
  const user = { id: userId }
  await query(
    app.pool,
    sql`update users set logged_at = clock_timestamp() + interval '1 hour' where id = ${userId}`,
  )
  const ids = [
    await activity.log({ user, action: 'system.login' }),
    await activity.log({ user, action: 'system.login', at: '2020-01-01T00:00:00Z' }),
    await activity.log({ user, action: 'system.login' }),
  ]
  const rows = await query<{ id: string }>(
    app.pool,
    sql`select id::text from activity_log where user_id = ${userId} and action = 'system.login' order by timestamp`,
  )
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids,
  )
})
