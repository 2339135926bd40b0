import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Type } from 'typebox'
import { pino } from 'pino'
import { createDatabase } from '../../test/database.ts'
import { publish } from '../../test/publish.ts'
import { useTestApp, type Person, type TestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { holdAccount, releaseAccount } from '../accounts/hold.ts'
import { query, queryOne, sql, type Db, type Pool } from '../database/database.ts'
import { allPersonalData } from '../features.ts'
import { defineAction } from '../log/actions.ts'
import { startMaintenance } from '../maintenance.ts'
import { createMeters } from '../meters.ts'
import { purgeAccount, type PurgeOptions } from './purge.ts'

const lessonBooked = defineAction({
  code: 'lesson.booked',
  description: 'A lesson was booked.',
  entityType: 'lesson',
  metadata: Type.Object({ note: Type.Optional(Type.String()) }),
  example: { note: 'algebra' },
  external: true,
})
const app = await useTestApp({ actions: [lessonBooked] })

const meters = createMeters()
const purge = (pool: Pool, userId: number, options?: PurgeOptions) =>
  purgeAccount({ pool, meters, personalData: allPersonalData() }, userId, options)

async function leave(on: TestApp, { token, email }: Pick<Person, 'token' | 'email'>): Promise<void> {
  const accepted = await on.send('DELETE', '/api/me/', { token, body: { confirm: email } })
  assert.equal(accepted.statusCode, 202, accepted.body)
}

const makeDue = (db: Db, userId: number) =>
  query(db, sql`update upm.users set erase_at = now() - interval '1 second' where id = ${userId}`)

/** Somebody with something in every table that the server fills, of which nothing may be left. */
async function somebody(name: string): Promise<Person> {
  const person = await app.person({
    sub: `Subject ${name}`,
    email: `${name}@canary.example`,
    role: 'tutor',
    given_name: `Given ${name}`,
    family_name: `Family ${name}`,
  })
  await publish(app, person)
  for (const bio of [`First ${name} ${'x'.repeat(600)}`, `Second ${name} ${'y'.repeat(600)}`]) {
    const changed = await app.send('PATCH', '/api/me/profile/', {
      token: person.token,
      body: { tutor_profile: { bio } },
      headers: { 'user-agent': `Browser of ${name}` },
    })
    assert.equal(changed.statusCode, 200, changed.body)
  }
  const service = await app.token({ sub: 'booking', scope: 'activity:write', email: undefined })
  const entry = {
    id: randomUUID(),
    user_id: person.userId,
    action: 'lesson.booked',
    metadata: { note: name },
  }
  assert.equal((await app.send('POST', '/api/activity/', { token: service, body: [entry] })).statusCode, 200)
  return person
}

/** The whole database as texts, by table. */
async function dump(db: Db): Promise<Map<string, string>> {
  const tables = await query<{ name: string }>(
    db,
    sql`select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  )
  const dumped = new Map<string, string>()
  for (const { name } of tables) {
    const { rows } = await db.query({
      text: `select string_agg(to_jsonb(t)::text, ' ') as text from ${name} t`,
    })
    dumped.set(name, String(rows[0]?.['text'] ?? ''))
  }
  return dumped
}

const facts = sql`select id, action, entity_type, timestamp, actor_kind from upm.activity_log order by timestamp, id`

test('nothing of a person is left but the anonymous facts of the log, in number and order; the token makes a new account', async () => {
  const person = await somebody('kanarka')
  const other = await app.person()
  await app.app.upm.activity.log({
    user: { id: other.userId },
    action: 'lesson.booked',
    actor: { kind: 'operator', id: String(person.userId) },
  })
  await query(
    app.pool,
    sql`insert into upm.imported_users (source, source_id, user_id) values ('old', 'seventeen', ${person.userId})`,
  )
  await leave(app, person)
  assert.equal(await purge(app.pool, person.userId), false, 'not before its time')
  const before = await query(app.pool, facts)
  await makeDue(app.pool, person.userId)

  assert.equal(await purge(app.pool, person.userId, { batch: 2 }), true)
  assert.deepEqual(await query(app.pool, facts), before)
  for (const [table, text] of await dump(app.pool)) {
    assert.doesNotMatch(text, /kanarka/i, table)
    assert.doesNotMatch(
      text,
      new RegExp(`"(?:user_id|owner_id|entity_id|actor_id)": "?${person.userId}\\b`),
      table,
    )
  }
  const [mention] = await query<{ actor_id: string }>(
    app.pool,
    sql`select actor_id from upm.activity_log where user_id = ${other.userId} and actor_kind = 'operator'`,
  )
  assert.equal(mention?.actor_id, 'other')
  const imported = await queryOne<{ user_id: number | null }>(
    app.pool,
    sql`select user_id from upm.imported_users`,
  )
  assert.deepEqual(imported, { user_id: null }, 'another import does not bring the account back')
  const files = await queryOne(
    app.pool,
    sql`select from upm.unclaimed_files where storage_key like '%user' || ${person.userId} || '-%'`,
  )
  assert.ok(files, 'the files are noted, and the sweep deletes them')

  assert.equal(await purge(app.pool, person.userId), false, 'it is gone')
  const anew = (await app.send('GET', '/api/me/profile/', { token: person.token })).json()
  assert.notEqual(anew.user.id, person.userId)
  assert.equal(anew.user.email, person.email)
  assert.equal(anew.tutor_profile.bio, '')
  assert.match(await meters.registry.metrics(), /upm_accounts_total\{event="purged"\} 1/)
})

test('a purge that is killed after any transaction is no restoration, and goes on where it was', async () => {
  const person = await somebody('slayer')
  await leave(app, person)
  await makeDue(app.pool, person.userId)
  const before = await query(app.pool, facts)
  let runs = 0
  for (let transactions = 1; ; transactions += 1) {
    let left = transactions
    const stopping = new AbortController()
    // Looked at between two transactions, where a process can be killed.
    const signal = new Proxy(stopping.signal, {
      get: (target, name) => {
        if (name === 'throwIfAborted' && left-- === 0) stopping.abort(new Error('killed'))
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const done = await purge(app.pool, person.userId, { batch: 3, signal }).catch((error: unknown) => error)
    assert.deepEqual(await query(app.pool, facts), before)
    runs += 1
    if (done === true) break
    assert.equal((done as Error).message, 'killed')
    // Whatever the clock says.
    await query(
      app.pool,
      sql`update upm.users set erase_at = now() + interval '1 day' where id = ${person.userId}`,
    )
    const restored = await app.send('POST', '/api/me/restore/', { token: person.token })
    assert.deepEqual([restored.statusCode, restored.json().code], [409, 'restore_too_late'])
  }
  assert.ok(runs > 3, `${runs} runs`)
  for (const [table, text] of await dump(app.pool)) assert.doesNotMatch(text, /slayer/i, table)
})

test('an account under a legal hold is neither deleted nor purged, also not one whose purge has begun', async () => {
  const person = await somebody('holdfast')
  await holdAccount(app.pool, person.userId, 'a dispute')
  const { token, email: confirm } = person
  const refused = await app.send('DELETE', '/api/me/', { token, body: { confirm } })
  assert.deepEqual([refused.statusCode, refused.json().code], [423, 'legal_hold'])
  assert.equal((await app.send('GET', '/api/me/', { token })).json().state, 'active')

  await releaseAccount(app.pool, person.userId)
  await leave(app, person)
  await makeDue(app.pool, person.userId)
  await holdAccount(app.pool, person.userId, 'a dispute')
  const before = await dump(app.pool)
  assert.equal(await purge(app.pool, person.userId), false)
  assert.deepEqual(await dump(app.pool), before)

  await releaseAccount(app.pool, person.userId)
  const killed = new Error('killed')
  await assert.rejects(purge(app.pool, person.userId, { signal: AbortSignal.abort(killed) }), killed)
  await holdAccount(app.pool, person.userId, 'a dispute')
  assert.equal(await purge(app.pool, person.userId), false)
  await releaseAccount(app.pool, person.userId)
  assert.equal(await purge(app.pool, person.userId), true)
})

test('two processes at once purge an account once, while services report', async () => {
  const person = await somebody('double')
  await leave(app, person)
  await makeDue(app.pool, person.userId)
  const service = await app.token({ sub: 'booking', scope: 'activity:write', email: undefined })
  const report = () =>
    app.send('POST', '/api/activity/', {
      token: service,
      body: [
        { id: randomUUID(), user_id: person.userId, action: 'lesson.booked', metadata: { note: 'double' } },
      ],
    })
  const [first, second, ...reports] = await Promise.all([
    purge(app.pool, person.userId, { batch: 1 }),
    purge(app.pool, person.userId, { batch: 1 }),
    report(),
    report(),
    report(),
  ])
  assert.equal([first, second].filter(Boolean).length, 1)
  for (const { statusCode } of reports) assert.ok([200, 400].includes(statusCode), String(statusCode))
  assert.equal((await report()).statusCode, 400, 'there is no such user')
  for (const [table, text] of await dump(app.pool)) assert.doesNotMatch(text, /double/i, table)
})

test('without a grace the maintenance purges an account by itself, with all that the sign-in has of it', async (t) => {
  const database = await createDatabase()
  t.after(() => database.drop())
  const site = await useTestApp({ env: { ...SIGN_IN_ENV, ERASE_GRACE_DAYS: '0' }, database }, t)
  const person = visitor(site, 'Farewell@canary.example')
  const token = await person.enter({ name: 'Given Farewell' })
  await query(
    site.pool,
    sql`insert into auth.invitations (token_hash, email, mailed, expires_at)
      values (sha256('x'), 'farewell@canary.example', false, now() + interval '1 day')`,
  )
  await query(
    site.pool,
    sql`insert into auth."verification" ("id", "identifier", "value", "expiresAt")
      select 'v', repeat('a', 43), jsonb_build_object('user', "id")::text, now() + interval '1 day' from auth."user"`,
  )
  const { user } = (await site.send('GET', '/api/me/profile/', { token })).json()
  await leave(site, { token, email: person.email })

  const lines: string[] = []
  const log = pino({}, { write: (line: string) => void lines.push(line) })
  const counted = createMeters()
  const maintenance = await startMaintenance(site.config, database.connection, log, { meters: counted })
  try {
    await t.waitFor(
      async () =>
        assert.equal(await queryOne(site.pool, sql`select from upm.users where id = ${user.id}`), undefined),
      { timeout: 60_000, interval: 100 },
    )
  } finally {
    await maintenance.stop()
  }
  for (const [table, text] of await dump(site.pool)) assert.doesNotMatch(text, /farewell/i, table)
  assert.equal(await queryOne(site.pool, sql`select from auth."user"`), undefined)
  assert.equal(await queryOne(site.pool, sql`select from auth."verification"`), undefined)
  assert.match(await counted.registry.metrics(), /upm_accounts_total\{event="purged"\} 1/)
  assert.doesNotMatch(lines.join(''), /farewell/i)

  // The token has outlived its session, and makes nothing anew. The address is free.
  assert.equal((await site.send('GET', '/api/me/profile/', { token })).statusCode, 401)
  const again = await person.enter()
  assert.notEqual((await site.send('GET', '/api/me/profile/', { token: again })).json().user.id, user.id)
})
