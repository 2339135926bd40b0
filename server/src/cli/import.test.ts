import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createDjango } from '../../test/django.ts'
import { place, runUpm, until, upm } from '../../test/process.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { openPool } from '../database/pool.ts'

const USERS = 2_000
const ENTRIES = 20_000

const MANY = `
  insert into profiles_user (id, password, email, first_name, last_name, role, is_self_learning, is_active, avatar, date_joined)
    select i, '!', 'user' || i || '@example.com', 'First' || i, '', case when i % 2 = 0 then 'tutor' else 'student' end, false, i % 10 > 0, '',
      timestamptz '2024-01-01' + i * interval '1 minute' from generate_series(1, ${USERS}) i;
  insert into profiles_tutorprofile (user_id, headline, bio, subjects, updated_at)
    select id, 'Tutor', 'Bio', '["mathematics"]', date_joined from profiles_user where role = 'tutor';
  insert into profiles_usersettings (user_id, timezone, ui_language, notifications_enabled, privacy_public_profile)
    select id, 'Europe/Kyiv', 'uk', true, false from profiles_user;
  insert into profiles_activitylog (id, user_id, action, entity_type, entity_id, metadata, timestamp, ip, user_agent)
    select md5(i::text)::uuid, 1 + i % ${USERS}, 'login', 'user', '1', '{"n": 1}', timestamptz '2025-01-01' + i * interval '1 minute', '203.0.113.7', 'x'
    from generate_series(1, ${ENTRIES}) i;`

async function folder(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'upm-reports-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

test(
  'an import that is killed is finished by the next one: nothing twice, nothing lost',
  { timeout: 300_000 },
  async (t) => {
    const django = await createDjango(t, 'custom-user', MANY)
    const env: Record<string, string> = { ...(await place(t)), AUTH_BUILT_IN: 'on' }
    const reports = await folder(t)
    const args = ['import', 'django', '--from', django.url, '--report', join(reports, 'report.ndjson')]
    // In the users, in the log, and at its end.
    for (const tenth of [1, 5, 8]) {
      const run = runUpm(args, env)
      await until(run, new RegExp(`import django: [${tenth}-9]0 %`))
      run.child.kill('SIGKILL')
      assert.equal(await run.ended, 'SIGKILL')
    }
    const { code, output } = await upm(args, env)
    assert.equal(code, 0, output)
    assert.match(output, /users +2,000 /)
    const pool = openPool(env['DATABASE_URL'] ?? '')
    t.after(() => pool.end())
    const row = await queryOne(
      pool,
      sql`select (select count(*) from users) as users, (select count(*) from settings where timezone = 'Europe/Kyiv') as settings,
      (select count(*) from profiles where fields ->> 'headline' = 'Tutor') as tutors,
      (select count(*) from users where disabled_at is not null) as disabled,
      (select count(*) from activity_log where action = 'login') as entries,
      (select count(distinct id) from activity_log where action = 'login') as distinct_entries,
      (select count(*) from activity_log where action = 'system.profile.initialized') as starts,
      (select count(*) from auth."user") as people, (select count(*) from identities) as identities`,
    )
    const expected = {
      users: USERS,
      settings: USERS,
      tutors: USERS / 2,
      disabled: USERS / 10,
      entries: ENTRIES,
      distinct_entries: ENTRIES,
    }
    assert.deepEqual(row, { ...expected, starts: USERS, people: USERS, identities: USERS })
    const perUser = await query(
      pool,
      sql`select user_id from activity_log where action = 'login' group by user_id having count(*) <> 10`,
    )
    assert.deepEqual(perUser, [])
  },
)

test('the command line: the report is private, a dry run needs a migrated database and migrates none, two take turns', async (t) => {
  const django = await createDjango(
    t,
    'custom-user',
    `insert into profiles_user
    (id, password, email, first_name, last_name, role, is_self_learning, is_active, avatar, date_joined)
    values (1, 'pbkdf2_sha256$260000$salt$secret', 'one@example.com', '', '', 'student', false, true, '', now())`,
  )
  const env = await place(t)
  const report = join(await folder(t), 'report.ndjson')
  const dry = await upm(['import', 'django', '--from', django.url, '--dry-run', '--report', report], env)
  assert.deepEqual(
    [dry.code, dry.output.trim()],
    [1, 'upm: The database has not been migrated to this release. Run "upm migrate" first.'],
  )
  assert.equal((await upm(['migrate'], env)).code, 0)

  const pool = openPool(env['DATABASE_URL'] ?? '')
  t.after(() => pool.end())
  const other = await pool.connect()
  await other.query('begin; select pg_advisory_xact_lock(860620631)')
  const second = await upm(['import', 'django', '--from', django.url, '--report', report], env)
  assert.match(second.output, /upm: Another import into this database is running\. Nothing was imported\./)
  await other.query('rollback')
  other.release()

  const real = await upm(['import', 'django', '--from', django.url, '--report', report], env)
  assert.equal(real.code, 0, real.output)
  assert.match(real.output, /users +1 +1 +0 +0/)
  assert.match(real.output, /rows per second; at most \d+ MB of memory/)
  assert.equal((await stat(report)).mode & 0o777, 0o600)
  const lines = (await readFile(report, 'utf8')).trim().split('\n')
  assert.equal(JSON.parse(lines.at(-1) ?? '').summary.parts.users.imported, 1)
  assert.doesNotMatch(real.output + lines.join(), /pbkdf2/)

  const refused = await upm(['import', 'django', '--from', django.url, '--report', '/nowhere/report'], env)
  assert.match(refused.output, /upm: The report cannot be written to \/nowhere\/report/)
})

test('a file of users: every fault by its line and column, then all of them', async (t) => {
  const env: Record<string, string> = { ...(await place(t)), AUTH_BUILT_IN: 'on' }
  const directory = await folder(t)
  const file = join(directory, 'users.csv')
  const run = (...more: string[]) =>
    upm(['import', 'csv', file, '--report', join(directory, 'report.ndjson'), ...more], env)

  await writeFile(file, 'email,e-mail,first_name,email\nx@example.com,,,\n')
  const header = await run()
  assert.equal(header.code, 1)
  assert.match(header.output, /line 1: there is no column "e-mail"; there are email, /)
  assert.match(header.output, /line 1: the column "email" is there twice/)

  await writeFile(
    file,
    [
      '\uFEFFEmail;first_name;role;tutor_profile.headline;tutor_profile.subjects;tutor_profile.experience_years;is_active',
      'ann@example.com;"Ann; ""the"" first";tutor;"two\nlines";"mathematics;astrology";many;true',
      ';;;;;;',
      'ANN@example.com;Again;wizard;;;;perhaps',
      'not an address;Name;student;;;',
    ].join('\r\n'),
  )
  const faulty = await run()
  assert.equal(faulty.code, 1)
  for (const part of [
    /line 2, column tutor_profile\.headline: The text contains invisible characters/,
    /line 2, column tutor_profile\.subjects\[1\]: .*\(astrology\)/,
    /line 2, column tutor_profile\.experience_years: Write a whole number/,
    /line 4, column email: An e-mail is required/,
    /line 5, column role: There is no such role here\. \(wizard\)/,
    /line 5, column is_active: Write true or false/,
    /line 6, column email: Enter an e-mail address/,
    /line 6: The line has 6 cells, but the header has 7/,
  ])
    assert.match(faulty.output, part)
  const pool = openPool(env['DATABASE_URL'] ?? '')
  t.after(() => pool.end())
  assert.equal(await queryOne(pool, sql`select from users`), undefined)

  await writeFile(file, 'email,first_name\na@example.com,A\nb@example.com,B\nA@Example.com,C\n')
  assert.match((await run()).output, /line 4, column email: a@example\.com is in line 2 already/)
  await writeFile(file, Buffer.from('email,first_name\na@example.com,\xc0\xe1\n', 'latin1'))
  assert.match((await run()).output, /line \d or later: the file is not UTF-8/)
  await writeFile(file, 'email,first_name\na@example.com,"open\n')
  assert.match((await run()).output, /line \d: Quote Not Closed/)

  const good = [
    'sep=,',
    'email,first_name,role,is_active,created_at,settings.timezone,tutor_profile.subjects,tutor_profile.hourly_rate.amount,tutor_profile.hourly_rate.currency',
    'ann@example.com,"Ann, the ""first""",tutor,yes,2020-05-31,Europe/Kyiv,mathematics; physics,450.00,UAH',
    'bob@example.com,,,no,,,,,',
  ]
  await writeFile(file, good.join('\n'))
  const dry = await run('--dry-run')
  assert.match(dry.output, /users +2 +2 +0 +0/)
  assert.equal(await queryOne(pool, sql`select from users`), undefined)
  assert.match((await run()).output, /users +2 +2 +0 +0/)
  const rows = await query(
    pool,
    sql`select u.email, u.first_name, u.role, u.disabled_at is not null as disabled, u.created_at, s.timezone, p.fields
      from users u join settings s on s.user_id = u.id join profiles p on p.user_id = u.id order by u.id`,
  )
  assert.equal(rows.length, 2)
  assert.deepEqual(rows[0], {
    email: 'ann@example.com',
    first_name: 'Ann, the "first"',
    role: 'tutor',
    disabled: false,
    created_at: '2020-05-31T00:00:00.000000Z',
    timezone: 'Europe/Kyiv',
    fields: { subjects: ['mathematics', 'physics'], hourly_rate: { amount: '450.00', currency: 'UAH' } },
  })
  const again = await run()
  assert.match(again.output, /users +2 +0 +2 +0/)
  assert.match(again.output, /users, skipped: email_has_an_account: 2/)
  const counts = await queryOne(
    pool,
    sql`select (select count(*) from auth."user") as people, (select count(*) from activity_log) as starts`,
  )
  assert.deepEqual(counts, { people: 2, starts: 2 })
})
