import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { form } from '../../test/form.ts'
import { noise } from '../../test/picture.ts'
import { createDatabase, type TestDatabase } from '../../test/database.ts'
import { upm } from '../../test/process.ts'
import { useTestApp } from '../../test/test-app.ts'
import type { ProfileDocument } from '../document/present.ts'
import type { Fields } from '../profile-types/profile-type.ts'
import { query, queryOne, sql, type Pool } from './database.ts'
import type { Connection } from './connect.ts'
import { migrate, MigrationError } from './migrate.ts'

async function useDatabase(t: TestContext): Promise<TestDatabase> {
  const database = await createDatabase('empty')
  t.after(() => database.drop())
  return database
}

type OldProfile = { headline: string | null; bio: string | null; subjects: (string | null)[] | null }
type OldUser = {
  id: number
  email: string
  role: string
  first_name?: string
  last_name?: string
  is_self_learning?: boolean
  created_at?: string
  updated_at?: string
  tutor?: OldProfile
  student?: OldProfile
}

const AWKWARD_TEXT = `O'Brien "лапки" \\ %s $1 {x} <script>\u{1f469}\u200d\u{1f3eb} עברית \u202eמשמאל\u202c zero\u200bwidth\u00ad\u0007 tab\there`
const OLD_TIME = '2012-03-04T05:06:07.890123Z'
const FIRST_INSTANT = '0001-01-01T00:00:00.000000Z'
const LAST_INSTANT = '9999-12-31T23:59:59.999999Z'
const empty: OldProfile = { headline: null, bio: null, subjects: null }

const oldUsers: OldUser[] = [
  { id: 1, email: 'none@example.com', role: 'student' },
  { id: 2, email: 'none-tutor@example.com', role: 'tutor' },
  { id: 5, email: 'nulls@example.com', role: 'tutor', tutor: empty, student: empty },
  {
    id: 6,
    email: 'both@example.com',
    role: 'student',
    tutor: { headline: 'T', bio: 'tb', subjects: ['law'] },
    student: { headline: 'S', bio: 'sb', subjects: ['music'] },
  },
  {
    id: 7,
    email: 'other@example.com',
    role: 'tutor',
    student: { headline: 'only a student', bio: '', subjects: [] },
  },
  {
    id: 8,
    email: 'admin@example.com',
    role: 'admin',
    tutor: { headline: 'x', bio: 'y', subjects: [] },
    student: empty,
  },
  { id: 9, email: 'admin2@example.com', role: 'ADMIN', student: { headline: 'x', bio: 'y', subjects: [] } },
  { id: 10, email: 'admin3@example.com', role: '' },
  {
    id: 11,
    email: 'subjects@example.com',
    role: 'tutor',
    tutor: { headline: '', bio: '', subjects: ['', 'Nope', 'law', null, 'law', AWKWARD_TEXT, null] },
  },
  {
    id: 12,
    email: 'nothing-but-null@example.com',
    role: 'tutor',
    tutor: { headline: '', bio: '', subjects: [null, null] },
  },
  {
    id: 13,
    email: 'long@example.com',
    role: 'tutor',
    tutor: {
      headline: 'h'.repeat(5000),
      bio: 'б'.repeat(100_000),
      subjects: Array.from({ length: 300 }, (_, i) => `s${i}`),
    },
  },
  { id: 14, email: 'Case@example.com', role: 'student' },
  { id: 15, email: 'case@example.com', role: 'student' },
  { id: 16, email: 'CASE@example.com', role: 'tutor' },
  {
    id: 17,
    email: 'text@example.com',
    role: 'tutor',
    first_name: AWKWARD_TEXT.slice(0, 100),
    last_name: 'ї',
    tutor: { headline: AWKWARD_TEXT, bio: `${AWKWARD_TEXT}\n\nend`, subjects: ['music'] },
  },
  {
    id: 18,
    email: `${'a'.repeat(60)}@${'b'.repeat(185)}.example`,
    role: 'student',
    first_name: '🙂'.repeat(150),
    last_name: 'я'.repeat(150),
    is_self_learning: true,
  },
  {
    id: 19,
    email: 'не адреса',
    role: 'student',
    created_at: '1970-01-01T00:00:00.000001Z',
    updated_at: '1999-12-31T23:59:59.999999Z',
  },
  {
    id: 20,
    email: 'endless@example.com',
    role: 'tutor',
    created_at: '-infinity',
    updated_at: 'infinity',
    tutor: empty,
  },
  {
    id: 21,
    email: 'beyond@example.com',
    role: 'student',
    created_at: '0044-03-15 12:00:00+00 BC',
    updated_at: '10000-01-01T00:00:00Z',
  },
  {
    id: 22,
    email: 'at-the-ends@example.com',
    role: 'student',
    created_at: FIRST_INSTANT,
    updated_at: LAST_INSTANT,
  },
  { id: 1_000_000, email: 'gap@example.com', role: 'student' },
  {
    id: 2 ** 53 - 1,
    email: 'far@example.com',
    role: 'tutor',
    tutor: { headline: 'far', bio: '', subjects: [] },
  },
]

async function fill(pool: Pool): Promise<void> {
  for (const user of oldUsers) {
    const { id, email, role, first_name = '', last_name = '', is_self_learning = false } = user
    const { created_at = OLD_TIME, updated_at = OLD_TIME } = user
    await query(
      pool,
      sql`insert into users (id, email, role, first_name, last_name, is_self_learning, created_at, updated_at)
        values (${id}, ${email}, ${role}, ${first_name}, ${last_name}, ${is_self_learning}, ${created_at}, ${updated_at})`,
    )
    const { tutor, student } = user
    if (tutor)
      await query(
        pool,
        sql`insert into tutor_profiles values (${id}, ${tutor.headline}, ${tutor.bio}, ${tutor.subjects}::text[], ${OLD_TIME}, ${OLD_TIME})`,
      )
    if (student)
      await query(
        pool,
        sql`insert into student_profiles values (${id}, ${student.headline}, ${student.bio}, ${student.subjects}::text[], ${OLD_TIME}, ${OLD_TIME})`,
      )
  }
}

function expectedType({ role, tutor, student }: OldUser): string {
  if (role === 'tutor' || role === 'student') return role
  return tutor ? 'tutor' : student ? 'student' : 'student'
}

function expectedSection(type: string, user: OldUser): Fields | null {
  const old = type === 'tutor' ? user.tutor : user.student
  if (!old && expectedType(user) !== type) return null
  const common = {
    headline: old?.headline ?? '',
    bio: old?.bio ?? '',
    subjects: (old?.subjects ?? []).filter((subject) => subject !== null),
  }
  return type === 'tutor'
    ? { ...common, languages: [], experience_years: null, hourly_rate: null, lesson_formats: [] }
    : { ...common, grade: null, learning_goals: '' }
}

function expectedDocument(user: OldUser) {
  return {
    profile_type: expectedType(user),
    user: {
      id: user.id,
      email: user.email,
      first_name: user.first_name ?? '',
      last_name: user.last_name ?? '',
      role: user.role,
      is_self_learning: user.is_self_learning ?? false,
    },
    avatar_url: null,
    avatar: null,
    settings: {
      timezone: 'UTC',
      ui_language: 'uk',
      notifications_enabled: true,
      privacy_public_profile: false,
    },
    tutor_profile: expectedSection('tutor', user),
    student_profile: expectedSection('student', user),
    version: 1,
    created_at: expectedTime(user.created_at),
    updated_at: expectedTime(user.updated_at),
  }
}

/** Instants beyond the years 0001 to 9999 are clamped. */
function expectedTime(stored = OLD_TIME): string {
  if (stored === '-infinity' || stored.endsWith('BC')) return FIRST_INSTANT
  return stored === 'infinity' || stored.startsWith('10000') ? LAST_INSTANT : stored
}

/** The numbers of the migrations: those of their files. */
const numbers = (await readdir(join(import.meta.dirname, 'migrations')))
  .flatMap((file) => /^(\d{4})\.do\./.exec(file)?.slice(1).map(Number) ?? [])
  .toSorted((a, b) => a - b)

test('a database of v0.5 with awkward rows comes to v0.6 without losing a value', async (t) => {
  const database = await useDatabase(t)
  await migrate(database.connection, { target: 1 })
  await fill(database.pool)
  const applied = await migrate(database.connection)
  assert.deepEqual(
    applied.map(({ version }) => version),
    numbers.filter((number) => number > 1),
  )
  assert.deepEqual(await migrate(database.connection), [], 'the second time there is nothing to do')

  const { token, send, pool } = await useTestApp({ env: { AUTH_SUBJECT_CLAIM: 'user_id' }, database }, t)
  const tokenOf = ({ id }: OldUser) => token({ sub: id, email: undefined })
  const read = async (user: OldUser) => send('GET', '/api/me/profile/', { token: await tokenOf(user) })

  await t.test('every old account has the document that its rows say', async () => {
    for (const user of oldUsers) {
      const answer = await read(user)
      assert.equal(answer.statusCode, 200, `${user.email}: ${answer.body}`)
      assert.deepEqual(answer.json(), expectedDocument(user), user.email)
    }
    assert.deepEqual(
      await queryOne(
        pool,
        sql`select count(*) as users, (select count(*) from settings) as settings from users`,
      ),
      {
        users: oldUsers.length,
        settings: oldUsers.length,
      },
    )
  })

  await t.test('profiles keep the times of their rows', async () => {
    const { count } = (await queryOne<{ count: number }>(
      pool,
      sql`select count(*) from profiles where created_at = ${OLD_TIME} and updated_at = ${OLD_TIME}`,
    )) ?? { count: 0 }
    assert.equal(count, oldUsers.flatMap(({ tutor, student }) => [tutor, student].filter(Boolean)).length)
  })

  await t.test('a change of another field leaves what is too long for today as it is', async () => {
    for (const user of oldUsers) {
      const answer = await send('PATCH', '/api/me/profile/', {
        token: await tokenOf(user),
        body: { user: { first_name: 'Changed' }, settings: { timezone: 'Europe/Kyiv' } },
      })
      assert.equal(answer.statusCode, 200, `${user.email}: ${answer.body}`)
      const { version: _v, updated_at: _u, user: _user, settings: _s, ...kept } = answer.json()
      const {
        version: _ev,
        updated_at: _eu,
        user: _euser,
        settings: _es,
        ...expected
      } = expectedDocument(user)
      assert.deepEqual(kept, expected, user.email)
    }
  })

  await t.test('the whole document can be sent back with one change in it', async () => {
    for (const user of oldUsers) {
      const document = (await read(user)).json<ProfileDocument>()
      const body = { ...document, settings: { ...document.settings, timezone: 'UTC' } }
      const answer = await send('PATCH', '/api/me/profile/', { token: await tokenOf(user), body })
      assert.equal(answer.statusCode, 200, `${user.email}: ${answer.body}`)
      const { version, updated_at: _updated, ...rest } = answer.json<ProfileDocument>()
      const { version: _version, updated_at: _before, ...sent } = body
      assert.deepEqual(rest, sent, user.email)
      assert.equal(version, document.version + 1)
    }
  })

  await t.test('also when a text is not in the form that today it would be stored in', async () => {
    const old = oldUsers[0] as OldUser
    const fields = { headline: ` ${'h'.repeat(130)}\r\n`, bio: 'и\u0306\u0007\r\n' }
    await query(
      pool,
      sql`update profiles set fields = fields || ${JSON.stringify(fields)}::jsonb where user_id = ${old.id}`,
    )
    const document = (await read(old)).json<ProfileDocument>()
    const body = { ...document, settings: { ...document.settings, notifications_enabled: false } }
    const answer = await send('PATCH', '/api/me/profile/', { token: await tokenOf(old), body })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(answer.json()['student_profile'], document['student_profile'])
  })

  await t.test('new accounts get ids that nobody has', async () => {
    const taken = new Set(oldUsers.map(({ id }) => id))
    for (let i = 0; i < 3; i++) {
      const answer = await send('GET', '/api/me/profile/', { token: await token({ sub: `new-${i}` }) })
      assert.equal(answer.statusCode, 200, answer.body)
      const { id } = answer.json<ProfileDocument>().user
      assert.ok(id > 1_000_000 && id < 1_000_100 && !taken.has(id), String(id))
      taken.add(id)
    }
  })

  await t.test('an e-mail that an old account has, in whatever case, is taken', async () => {
    for (const email of ['cAsE@example.com', 'case@example.com', 'NULLS@example.com']) {
      const answer = await send('GET', '/api/me/profile/', { token: await token({ sub: 'thief', email }) })
      assert.equal(answer.json().code, 'email_taken')
    }
  })
})

test('instants that no year of four digits holds are clamped, and then everything works with them', async (t) => {
  const database = await useDatabase(t)
  await migrate(database.connection, { target: 7 })
  const extremes = ['-infinity', '4713-01-01 00:00:00+00 BC', '0001-12-31 23:59:59.999999+00 BC'].concat([
    '10000-01-01 00:00:00+00',
    '294276-12-31 23:59:59.999999+00',
    'infinity',
  ])
  for (const [i, at] of extremes.entries()) {
    await query(
      database.pool,
      sql`with account as (
        insert into users (id, email, profile_type, created_at, updated_at)
        values (${i + 1}, ${`${i}@example.com`}, 'student', ${at}, ${at}) returning id
      ), chosen as (
        insert into settings (user_id) select id from account
      ), profile as (
        insert into profiles (user_id, profile_type, created_at, updated_at) select id, 'student', ${at}, ${at} from account
      )
      insert into activity_log (id, user_id, action, timestamp) select gen_random_uuid(), id, 'avatar.deleted', ${at} from account`,
    )
  }
  await migrate(database.connection)
  const { token, send, pool } = await useTestApp({ env: { AUTH_SUBJECT_CLAIM: 'user_id' }, database }, t)
  for (const [i] of extremes.entries()) {
    const clamped = i < 3 ? FIRST_INSTANT : LAST_INSTANT
    const bearer = await token({ sub: i + 1, email: undefined })
    const read = await send('GET', '/api/me/profile/', { token: bearer })
    assert.equal(read.statusCode, 200, read.body)
    const document = read.json<ProfileDocument>()
    assert.deepEqual([document.created_at, document.updated_at], [clamped, clamped])
    const tag = { 'if-match': String(read.headers['etag']) }
    const body = { ...document, user: { ...document.user, first_name: 'Olena' } }
    const changed = await send('PATCH', '/api/me/profile/', { token: bearer, body, headers: tag })
    assert.equal(changed.statusCode, 200, changed.body)
    assert.match(changed.json<ProfileDocument>().updated_at, /^20\d\d-/)
    assert.equal(changed.json<ProfileDocument>().created_at, clamped)
    const again = await send('PATCH', '/api/me/profile/', { token: bearer, body: {}, headers: tag })
    assert.equal(again.statusCode, 412)

    const log = async (parameters: string) =>
      (await send('GET', `/api/me/activity/?${parameters}`, { token: bearer })).json<
        { timestamp: string }[]
      >()
    const entries = await log('')
    assert.equal(entries.length, 3)
    const old = entries.filter(({ timestamp }) => timestamp === clamped)
    assert.equal(old.length, 1)
    assert.equal((await log(`before=${clamped}`)).length, i < 3 ? 0 : 2)
    assert.equal((await log(`after=${clamped}`)).length, i < 3 ? 2 : 0)
  }
  for (const at of extremes) {
    for (const table of ['users', 'profiles']) {
      await assert.rejects(pool.query(`update ${table} set updated_at = $1`, [at]), /times_in_range/)
    }
  }
})

test('a picture can take the place of another one at the end of time', async (t) => {
  const database = await useDatabase(t)
  await migrate(database.connection)
  const { person, send, pool } = await useTestApp({ database }, t)
  const { token, userId } = await person()
  await query(pool, sql`update users set updated_at = ${LAST_INSTANT} where id = ${userId}`)
  const { body, headers } = await form([{ name: 'avatar', file: await noise(64) }])
  const uploaded = await send('POST', '/api/me/avatar/', { token, body, headers })
  assert.equal(uploaded.statusCode, 201, uploaded.body)
})

function layout(pool: Pool): Promise<unknown[]> {
  return query(
    pool,
    sql`select table_name, column_name, data_type, column_default, is_nullable from information_schema.columns
      where table_schema = 'public' and table_name <> 'upm_migrations' order by table_name, column_name`,
  )
}

test('an empty database comes to the newest version, whose layout is that of an old one', async (t) => {
  const [fresh, old] = [await useDatabase(t), await useDatabase(t)]
  await migrate(fresh.connection)
  await migrate(old.connection, { target: 1 })
  await fill(old.pool)
  await migrate(old.connection)
  const layouts = [await layout(fresh.pool), await layout(old.pool)]
  assert.ok((layouts[0]?.length ?? 0) > 40)
  assert.deepEqual(layouts[0], layouts[1])
})

test('ids are not given out again after the account that had them is gone', async (t) => {
  const { connection, pool } = await useDatabase(t)
  await migrate(connection, { target: 1 })
  await query(
    pool,
    sql`insert into users (email) select 'user' || i || '@example.com' from generate_series(1, 20) i`,
  )
  await query(pool, sql`delete from users where id > 10`)
  await migrate(connection)
  const next = await queryOne<{ id: number }>(
    pool,
    sql`select nextval(pg_get_serial_sequence('users', 'id')) as id`,
  )
  assert.equal(next?.id, 21)
})

test('tables that another v0.5 made, with its own keys, nulls and further columns, are brought along', async (t) => {
  const database = await useDatabase(t)
  const { pool, connection } = database
  await pool.query(`
    create table users (
      id bigint primary key, password varchar(128), last_login timestamptz,
      email varchar(254) not null, first_name varchar(150), last_name varchar(150), role text,
      is_self_learning boolean, created_at timestamptz, updated_at timestamptz,
      constraint users_user_email_243f6e77_uniq unique (email)
    );
    create table tutor_profiles (id bigserial, user_id bigint unique references users (id), headline varchar(500),
      bio text, subjects varchar(50)[] not null default '{}', created_at timestamptz, updated_at timestamptz, extra jsonb);
    create table student_profiles (user_id bigint primary key, headline text, bio text, subjects text[],
      created_at timestamptz, updated_at timestamptz);
    insert into users (id, email, password) values (3, 'a@example.com', 'pbkdf2'), (4, 'A@example.com', null);
    insert into tutor_profiles (user_id, headline, subjects) values (3, 'kept', '{law,null}');`)
  await migrate(connection)
  const { rows } = await pool.query('select id, password from users order by id')
  assert.deepEqual(rows, [
    { id: 3, password: 'pbkdf2' },
    { id: 4, password: null },
  ])
  const app = await useTestApp({ env: { AUTH_SUBJECT_CLAIM: 'user_id' }, database }, t)
  const read = async (claims: object) =>
    (await app.send('GET', '/api/me/profile/', { token: await app.token({ ...claims }) })).json()
  const document = await read({ sub: 3 })
  assert.deepEqual(
    [
      document.user.first_name,
      document.user.role,
      document.user.is_self_learning,
      document.tutor_profile.headline,
    ],
    ['', 'student', false, 'kept'],
  )
  assert.deepEqual(document.tutor_profile.subjects, ['law'])
  assert.match(document.created_at, /Z$/)
  assert.equal((await read({ sub: 'new', email: 'new@example.com' })).user.id, 5)
  assert.equal((await read({ sub: 'thief', email: 'a@example.com' })).code, 'email_taken')
})

function urlOf(connection: Connection): string {
  if (typeof connection === 'string') return connection
  const { host, port, user, database } = connection
  return `postgres:///${database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`
}

test('processes that migrate at once take turns, and all of them succeed', async (t) => {
  const { connection, pool } = await useDatabase(t)
  await migrate(connection, { target: 1 })
  await fill(pool)
  const env = { DATABASE_URL: urlOf(connection), AUTH_JWT_SECRET: 'x'.repeat(32) }
  const runs = await Promise.all(Array.from({ length: 3 }, () => upm(['migrate'], env)))
  assert.deepEqual(
    runs.map(({ code }) => code),
    [0, 0, 0],
    runs.map(({ output }) => output).join('\n'),
  )
  assert.equal(runs.filter(({ output }) => output.includes('applied 0002')).length, 1)
  assert.equal(runs.filter(({ output }) => output === 'the database is up to date\n').length, 2)
  const versions = await query<{ version: number }>(
    pool,
    sql`select version from upm_migrations order by version`,
  )
  assert.deepEqual(
    versions.map(({ version }) => version),
    [0, ...numbers],
  )
})

/** The message of a refusal; it is one line. */
async function refusal(migration: Promise<unknown>): Promise<string> {
  const error: unknown = await migration.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof MigrationError, String(error))
  assert.ok(!error.message.includes('\n'))
  return error.message
}

test('a migration that was edited after it was applied is refused in one line', async (t) => {
  const { connection, pool } = await useDatabase(t)
  await migrate(connection)
  await query(pool, sql`update upm_migrations set md5 = 'edited' where version = 3`)
  assert.match(await refusal(migrate(connection)), /^Migration 3 was edited/)
})

test('a database of a newer release is refused in one line and stays as it is', async (t) => {
  const { connection, pool } = await useDatabase(t)
  await migrate(connection)
  await query(pool, sql`insert into upm_migrations (version, name) values (9999, 'of-the-future')`)
  assert.match(await refusal(migrate(connection)), /has version 9999.*newer release/)
  const { code, output } = await upm(['migrate'], {
    DATABASE_URL: urlOf(connection),
    AUTH_JWT_SECRET: 'x'.repeat(32),
  })
  assert.equal(code, 1)
  assert.match(output, /^upm: The database has version 9999[^\n]*\n$/)
})

test('a migration that fails leaves the database as it was', async (t) => {
  const { connection, pool } = await useDatabase(t)
  await migrate(connection, { target: 1 })
  await fill(pool)
  await pool.query('create table profiles (mine integer)')
  assert.match(await refusal(migrate(connection)), /relation "profiles" already exists/)
  const tables = await query<{ name: string }>(
    pool,
    sql`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  )
  assert.deepEqual(
    tables.map(({ name }) => name),
    ['profiles', 'student_profiles', 'tutor_profiles', 'upm_migrations', 'users'],
  )
  await pool.query('drop table profiles')
  assert.equal((await migrate(connection))[0]?.version, 2)
})

test('profiles of users that are not there are not dropped in silence', async (t) => {
  const { connection, pool } = await useDatabase(t)
  await migrate(connection, { target: 1 })
  await pool.query('alter table tutor_profiles drop constraint tutor_profiles_user_id_fkey')
  await pool.query("insert into tutor_profiles (user_id, headline) values (77, 'whose?')")
  assert.match(await refusal(migrate(connection)), /profiles_user_id_fkey/)
  assert.deepEqual((await pool.query('select user_id from tutor_profiles')).rows, [{ user_id: 77 }])
})
