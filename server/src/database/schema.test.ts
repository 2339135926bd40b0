/** UPM's tables in a schema of their own: `DATABASE_SCHEMA` and `AUTH_DATABASE_SCHEMA`. */
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { form } from '../../test/form.ts'
import { noise } from '../../test/picture.ts'
import { addressOf, upm } from '../../test/process.ts'
import { publish } from '../../test/publish.ts'
import { useTestApp, type TestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { replay, statePart } from '../document/history.ts'
import { seedDemo } from '../demo/seed.ts'
import { dropExpired, ensurePartitions } from '../log/partitions.ts'
import { query, sql, type Pool } from './database.ts'
import { jobsSchemaOf } from './jobs-schema.ts'
import { migrate, MigrationError } from './migrate.ts'
import { openPool } from './pool.ts'

async function useDatabase(t: TestContext): Promise<TestDatabase> {
  const database = await createDatabase('empty')
  t.after(() => database.drop())
  return database
}

/** Names as hosts choose them: in capitals, with what has to be quoted, in another script. */
const AWKWARD = { upm: 'My-App.users 2', auth: 'Вхід' }

/** An installation in schemas of its own, on a database that may have others. */
async function installed(
  t: TestContext,
  { connection }: TestDatabase,
  schemas: { upm: string; auth: string },
  env: Record<string, string> = SIGN_IN_ENV,
): Promise<TestApp> {
  await migrate(connection, { schemas, signIn: env['AUTH_BUILT_IN'] === 'on' })
  const pool = openPool(connection, { schemas })
  t.after(() => pool.end())
  return useTestApp(
    {
      database: { connection, pool, drop: async () => {} },
      env: { DATABASE_SCHEMA: schemas.upm, AUTH_DATABASE_SCHEMA: schemas.auth, ...env },
    },
    t,
  )
}

async function relations(pool: Pool, schema: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_class c join pg_namespace n on n.oid = relnamespace where nspname = $1
      union all select proname from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname = $1 order by 1`,
    [schema],
  )
  return rows.map(({ name }) => name)
}

/** What most users and operators do, one after the other. */
async function useAll(app: TestApp): Promise<number> {
  const person = visitor(app, 'olena@example.com')
  const token = await person.enter()
  const send = async (method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, options: object = {}) => {
    const answer = await app.send(method, url, { token, ...options })
    assert.ok(answer.statusCode < 300, `${method} ${url}: ${answer.body}`)
    return answer
  }
  const { user } = (await send('GET', '/api/me/profile/')).json<{ user: { id: number } }>()
  for (const rate of ['10', '10.0', '11']) {
    await send('PATCH', '/api/me/profile/', {
      body: {
        tutor_profile: {
          bio: 'a'.repeat(900),
          hourly_rate: { amount: rate, currency: 'EUR' },
          languages: ['en-US'],
        },
        settings: { timezone: 'Europe/Kyiv' },
      },
    })
  }
  for (let pictures = 0; pictures < 2; pictures++) {
    const { body, headers } = await form([{ name: 'avatar', file: await noise(64) }])
    await send('POST', '/api/me/avatar/', { body, headers })
  }
  await publish(app, { token })
  await send('GET', `/api/profiles/${user.id}/`)
  await send('GET', '/api/me/profile/visibility/')
  await send('DELETE', '/api/me/avatar/')
  const service = await app.token({ sub: 'billing', scope: 'activity:write', email: undefined })
  const entries = [{ id: crypto.randomUUID(), user_id: user.id, action: 'invite.sent', metadata: {} }]
  await send('POST', '/api/activity/', { token: service, body: entries })
  for (const filters of ['', '?action=profile.*&entity_type=profile', '?limit=1']) {
    await send('GET', `/api/me/activity/${filters}`)
  }
  await send('GET', '/api/me/activity/', { headers: { accept: 'text/csv' } })
  await send('GET', '/api/me/activity/summary/')
  await send('GET', '/readyz')
  const document = (await send('GET', '/api/me/profile/')).json<Record<string, unknown>>()
  assert.deepEqual(statePart(await replay(app.pool, user.id)), statePart(document))
  return user.id
}

test('two installations share a database, each in schemas of its own, also with names that need quotes', async (t) => {
  const database = await useDatabase(t)
  const one = await installed(t, database, AWKWARD)
  const two = await installed(t, database, { upm: 'upm', auth: 'upm_auth' })
  for (const app of [one, two]) {
    await ensurePartitions(app.pool)
    await useAll(app)
    const { config, pool, storage } = app
    const now = new Date('2026-11-22T15:00:00Z')
    const seeded = await seedDemo({ config, pool, storage, users: 3, activity: undefined, photos: 1, now })
    assert.equal(seeded.users.made, 3)
    await dropExpired(pool, 30, now)
  }
  await query(one.pool, sql`delete from upm.activity_log`)
  assert.equal((await query(one.pool, sql`select from upm.users`)).length, 4)
  assert.ok((await query(two.pool, sql`select from upm.activity_log`)).length > 10)
  assert.deepEqual(await relations(database.pool, 'public'), [])
  const ours = [await relations(database.pool, AWKWARD.upm), await relations(database.pool, 'upm')]
  assert.ok(ours[0]?.includes('is_same_value') && ours[0].includes('activity_log_future'))
  assert.deepEqual(ours[0], ours[1])
  const theirs = [await relations(database.pool, AWKWARD.auth), await relations(database.pool, 'upm_auth')]
  assert.ok(theirs[0]?.includes('known_places'))
  assert.deepEqual(theirs[0], theirs[1])
  const schemas = await database.pool.query<{ nspname: string }>(
    `select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`,
  )
  assert.deepEqual(
    schemas.rows.map(({ nspname }) => nspname).sort(),
    [AWKWARD.auth, AWKWARD.upm, jobsSchemaOf(AWKWARD.upm), 'public', 'upm', 'upm_auth', 'upm_jobs'].sort(),
  )
})

test('without the bundled sign-in its schema is not made, and with it later, it is', async (t) => {
  const database = await useDatabase(t)
  const schemas = { upm: 'upm', auth: 'upm_auth' }
  const off = await installed(t, database, schemas, { AUTH_BUILT_IN: 'off', AUTH_LINK_VERIFIED_EMAIL: 'on' })
  const stranger = await off.person({ email: 'taras@example.com' })
  // Whoever has proven the e-mail gets it; what the sign-in knows of it is not asked where there is none.
  const owner = await off.person({ sub: 'owner', email: 'taras@example.com', email_verified: true })
  assert.notEqual(owner.userId, stranger.userId)
  const { rows } = await database.pool.query(`select from pg_namespace where nspname in ('auth', 'upm_auth')`)
  assert.deepEqual(rows, [])
  const on = await installed(t, database, schemas)
  await visitor(on).enter()
  assert.ok((await relations(database.pool, 'upm_auth')).includes('session'))
})

test('commands work without the sign-in’s schema', async (t) => {
  const { connection, pool } = await useDatabase(t)
  const env = {
    DATABASE_URL: addressOf(connection),
    DATABASE_SCHEMA: 'upm',
    AUTH_JWT_SECRET: 's'.repeat(32),
    STORAGE: 'local',
  }
  assert.deepEqual(await upm(['migrate'], env).then(({ code }) => code), 0)
  await pool
    .query(`insert into upm.users (email, profile_type) values ('a@example.com', 'student');
    insert into upm.profiles (user_id, profile_type) select id, 'student' from upm.users`)
    .catch(() => {})
  const released = await upm(['account', 'release-email', 'nobody@example.com'], env)
  assert.match(released.output, /No account has the address/)
})

/** The columns, constraints and indexes of a schema. */
async function layout(pool: Pool, schema: string): Promise<unknown> {
  const { rows } = await pool.query(
    `select c.relname, c.relpersistence, a.attname as name, format_type(a.atttypid, a.atttypmod) || a.attnotnull as text,
        pg_get_expr(d.adbin, d.adrelid) as more
      from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = $1
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relkind in ('r', 'p')
      union all
      select r.relname, '', k.conname, pg_get_constraintdef(k.oid), null
      from pg_constraint k join pg_class r on r.oid = k.conrelid
      join pg_namespace n on n.oid = k.connamespace and n.nspname = $1 where k.contype <> 'n'
      union all
      select tablename, '', indexname, indexdef, null from pg_indexes where schemaname = $1
      order by 1, 2, 3, 4`,
    [schema],
  )
  return rows
}

test('the sign-in’s own migration makes what the common ones had made', async (t) => {
  const [old, fresh] = [await useDatabase(t), await useDatabase(t)]
  await migrate(old.connection, { target: 7 })
  await old.pool.query(`insert into auth."user" ("id", "name", "email", "emailVerified", "role")
    values ('u', 'Olena', 'olena@example.com', true, 'tutor')`)
  await migrate(old.connection)
  await migrate(fresh.connection)
  assert.deepEqual(await layout(old.pool, 'auth'), await layout(fresh.pool, 'auth'))
  assert.equal((await old.pool.query('select from auth."user"')).rows.length, 1, 'nobody is lost')
  const versions = [old, fresh].map(({ pool }) =>
    pool.query('select version, md5 from auth.upm_migrations order by 1'),
  )
  assert.deepEqual((await versions[0])?.rows, (await versions[1])?.rows)
})

async function refusal(failed: Promise<unknown>): Promise<string> {
  const error = await failed.then(
    () => assert.fail('it succeeded'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof MigrationError, String(error))
  return error.message
}

test('a schema is made where the role may; else the error says what to run, and that is enough', async (t) => {
  const { connection, pool } = await useDatabase(t)
  const role = `upm_guest_${process.pid}`
  const { rows } = await pool.query<{ name: string; super: boolean }>(
    'select current_database() as name, rolsuper or rolcreaterole as super from pg_roles where rolname = current_user',
  )
  const database = rows[0]?.name ?? ''
  if (rows[0]?.super !== true) {
    // The embedded database's own role may make no other: what it lacks here is the right to make schemas.
    await pool.query(`revoke create on database ${database} from current_user`)
    await pool.query(`revoke create on schema public from public`)
  }
  if (rows[0]?.super === true) {
    await pool.query(`create role ${role} login password 'guest'`)
  }
  const guest =
    rows[0]?.super !== true
      ? connection
      : typeof connection === 'string'
        ? Object.assign(new URL(connection), { username: role, password: 'guest' }).href
        : { ...connection, user: role }
  const schemas = { upm: 'Apart', auth: 'Apart_auth' }
  const message = await refusal(migrate(guest, { schemas }))
  assert.match(
    message,
    /^The schema "Apart" \(DATABASE_SCHEMA\) does not exist, and the role .* may not create it/,
  )
  const statement = /run: (create schema .*)$/.exec(message)?.[1] ?? ''
  assert.match(statement, /^create schema "Apart" authorization /)
  await pool.query(`grant create on database ${database} to current_user`)
  await pool.query(statement)
  await pool.query(statement.replace('"Apart"', '"Apart_auth"'))
  await pool.query(statement.replace('"Apart"', jobsSchemaOf('Apart')))
  if (rows[0]?.super !== true) await pool.query(`revoke create on database ${database} from current_user`)
  await migrate(guest, { schemas })
  assert.equal((await migrate(guest, { schemas })).length, 0)
  if (rows[0]?.super === true) await pool.query(`drop owned by ${role} cascade; drop role ${role}`)
})

const DJANGO = `create table users (id uuid primary key, username text not null, password text not null, email text,
  role text); insert into users values (gen_random_uuid(), 'olena', 'x', 'olena@example.com', 'admin')`

test('a users table of somebody else is not taken for that of v0.5', async (t) => {
  const { connection, pool } = await useDatabase(t)
  await pool.query(DJANGO)
  await pool.query('create table settings (key text primary key)')
  const message = await refusal(migrate(connection))
  assert.equal(
    message,
    'The schema "public" has tables that UPM has not made: "settings", "users" (missing columns: first_name, last_name, ' +
      'is_self_learning, created_at, updated_at; id has the type uuid; unknown columns: password, username). Nothing was ' +
      'changed. Set DATABASE_SCHEMA to another schema, such as upm, and UPM keeps its tables apart from these.',
  )
  assert.deepEqual(await relations(pool, 'public'), ['settings', 'settings_pkey', 'users', 'users_pkey'])
  await migrate(connection, { schemas: { upm: 'upm', auth: 'upm_auth' } })
  assert.equal((await pool.query('select username from public.users')).rows.length, 1)
})

for (const [what, statement, found] of [
  ['a view', 'create view users as select 1 as id', /"users" \(it is no ordinary table\)/],
  [
    'profiles without users',
    'create table tutor_profiles (user_id bigint)',
    /there is no table "users" beside it/,
  ],
  ['a table that only sounds alike', 'create table media (id int)', /has not made: "media"\./],
] as const) {
  test(`${what} in the way: the same`, async (t) => {
    const { connection, pool } = await useDatabase(t)
    await pool.query(statement)
    assert.match(await refusal(migrate(connection)), found)
    assert.deepEqual((await pool.query('select from pg_namespace where nspname = $1', ['auth'])).rows, [])
  })
}

test('a schema auth of somebody else is not filled', async (t) => {
  const { connection, pool } = await useDatabase(t)
  await pool.query(
    'create schema auth; create table auth.users (id uuid); create table auth.refresh_tokens (id int)',
  )
  const message = await refusal(migrate(connection))
  assert.match(message, /^The schema "auth" has tables that UPM has not made: refresh_tokens, users\./)
  assert.match(message, /Set AUTH_DATABASE_SCHEMA to another schema/)
  assert.deepEqual(await relations(pool, 'public'), [], 'nothing was changed')
  await migrate(connection, { signIn: false })
  assert.deepEqual(await relations(pool, 'auth'), ['refresh_tokens', 'users'])
})

test('sign-in accounts that are in another schema are looked for, not begun anew', async (t) => {
  const database = await useDatabase(t)
  const app = await installed(t, database, { upm: 'public', auth: 'auth' })
  await visitor(app).enter()
  const message = await refusal(migrate(database.connection, { schemas: { upm: 'public', auth: 'other' } }))
  assert.match(message, /Set AUTH_DATABASE_SCHEMA to the schema that has them/)
})

test('SQL names the schema of each of our tables', async () => {
  const tables =
    'users|settings|profiles|identities|media|activity_log|activity_receipts|activity_texts|unclaimed_files'
  const unqualified = new RegExp(`\\b(?:from|join|into|update|table|using|copy) +(?:${tables})\\b`)
  const root = join(import.meta.dirname, '..')
  const found: string[] = []
  for (const file of await readdir(root, { recursive: true })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue
    for (const [index, line] of (await readFile(join(root, file), 'utf8')).split('\n').entries()) {
      const isComment = /^\s*(?:\*|\/\/|\/\*)/.test(line)
      if (!isComment && unqualified.test(line)) found.push(`${file}:${index + 1}: ${line.trim()}`)
    }
  }
  assert.deepEqual(found, [])
})
