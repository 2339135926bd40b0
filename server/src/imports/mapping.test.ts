import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDjango, createTarget } from '../../test/django.ts'
import { useTestApp } from '../../test/test-app.ts'
import { query, queryOne, sql } from '../database/database.ts'
import { OperatorError } from '../operator-error.ts'

const refusal = async (run: Promise<unknown>): Promise<string> => {
  try {
    await run
  } catch (error) {
    assert.ok(error instanceof OperatorError, String(error))
    return error.message
  }
  assert.fail('it was not refused')
}

/** A project of its own kind: ids are UUIDs, nothing has a name of Django's, times have no zone. */
const ACCOUNTS = `
  create table members (uid uuid primary key, mail text, given text, kind text, joined timestamp, enabled smallint, hash text);
  create table teachers (n serial primary key, member uuid, title text, per_hour numeric, money text, topics text[]);
  create table events (n bigserial primary key, who uuid, what text, happened timestamp, details text, addr text);
  insert into members values
    ('11111111-1111-4111-8111-111111111111', 'ann@example.com', 'Ann', 'teacher', '2020-06-01 12:00', 1, ''),
    ('22222222-2222-4222-8222-222222222222', 'bob@example.com', 'Bob', 'pupil', '2020-06-02 12:00', 0, '');
  insert into teachers (member, title, per_hour, money, topics) values
    ('11111111-1111-4111-8111-111111111111', 'Second', 1, 'UAH', null),
    ('11111111-1111-4111-8111-111111111111', 'Again', 1, 'UAH', null),
    ('99999999-9999-4999-8999-999999999999', 'Nobody', 1, 'UAH', null);
  update teachers set title = 'Physics', per_hour = 450.50, topics = '{physics,NULL,mathematics}' where title = 'Second';
  insert into events (who, what, happened, details, addr) values
    ('11111111-1111-4111-8111-111111111111', 'booked', '2021-07-01 12:00', '{"lesson": 7}', '198.51.100.7'),
    ('11111111-1111-4111-8111-111111111111', 'booked', '2021-07-02 12:00', '{"lesson": "a\\u0000b"}', 'unknown'),
    ('11111111-1111-4111-8111-111111111111', 'booked', '2021-07-03 12:00', 'not json', ''),
    ('11111111-1111-4111-8111-111111111111', 'booked', null, '{}', '');`

const MAP = {
  users: {
    table: 'members',
    email: 'mail',
    first_name: 'given',
    role: 'kind',
    created_at: 'joined',
    is_active: 'enabled',
    password: 'hash',
  },
  profiles: {
    tutor: {
      table: 'teachers',
      user: 'member',
      fields: {
        headline: 'title',
        subjects: 'topics',
        hourly_rate: { amount: 'per_hour', currency: 'money' },
      },
    },
  },
  activity: {
    table: 'events',
    user: 'who',
    action: 'what',
    timestamp: 'happened',
    metadata: 'details',
    ip_address: 'addr',
    actions: { booked: 'lesson.booked' },
  },
  roles: { teacher: 'tutor', pupil: 'student' },
  time_zone: 'Europe/Kyiv',
}

test('a source of another layout is refused with what was found', async (t) => {
  const django = await createDjango(t, 'custom-user', `drop table profiles_user cascade; ${ACCOUNTS}`)
  const target = await createTarget(t)
  const message = await refusal(target.run(django.url))
  assert.match(message, /No table looks like the users of Django \(columns password, last_login, email\)/)
  assert.match(message, /members \(uid, mail, given, kind, joined, enabled, hash\)/)
  assert.match(message, /--map FILE/)
  const several = await createDjango(t, 'custom-user', 'create table auth_user as table profiles_user')
  assert.match(
    await refusal(target.run(several.url)),
    /Several tables look like the users of Django: auth_user, profiles_user/,
  )
  assert.match(
    await refusal(target.run('mysql://localhost/x')),
    /must be the address of a PostgreSQL database/,
  )
  assert.match(
    await refusal(target.run('postgres://nobody:hunter2@127.0.0.1:9/x')),
    /^The source cannot be read: (?!.*hunter2)/,
  )
  assert.equal(await queryOne(target.database.pool, sql`select from users`), undefined)
})

test('a map is judged as a whole, and every fault is told', async (t) => {
  const django = await createDjango(t, 'custom-user', '')
  const target = await createTarget(t)
  const form = await refusal(
    target.run(django.url, {
      map: { users: { emial: 'x', id: 7 }, roles: { a: 1 }, time_zone: 'Mars/Olympus' },
    }),
  )
  for (const part of [/users\.emial: /, /users\.id: /, /roles\.a: /, /time_zone: /]) assert.match(form, part)
  const names = await refusal(
    target.run(django.url, {
      map: {
        users: { first_name: 'given' },
        profiles: {
          wizard: { table: 'x' },
          student: null,
          tutor: { fields: { spells: 'headline', bio: 'biography' } },
        },
        settings: { columns: { colour: 'timezone' } },
        avatars: [{ table: 'nowhere' }],
        activity: { timestamp: 'when', user: 'action' },
      },
    }),
  )
  for (const part of [
    /users\.first_name: the table profiles_user has no column "given"; it has id, password/,
    /profiles\.wizard: there is no such profile type; there are tutor, student/,
    /profiles\.tutor\.fields\.spells: the type has no such field/,
    /profiles\.tutor\.fields\.bio: the table profiles_tutorprofile has no column "biography"/,
    /settings\.columns\.colour: there is no such setting/,
    /avatars\[0\]\.table: there is no table "nowhere"/,
    /activity\.user: the column "action" is a text, but the id of a user is a whole number/,
    /activity\.timestamp: the table profiles_activitylog has no column "when"/,
  ])
    assert.match(names, part)
})

test('with a map any tables come over: ids that are no numbers, lists of PostgreSQL, times without a zone', async (t) => {
  const django = await createDjango(t, 'custom-user', ACCOUNTS)
  const target = await createTarget(t)
  const { pool } = target.database
  const { counts, lines } = await target.run(django.url, { map: MAP })
  assert.deepEqual(
    [counts['users']?.imported, counts['profiles']],
    [
      2,
      {
        read: 3,
        imported: 1,
        skipped: { another_row_of_the_user: 1, user_missing: 1 },
        refused: {},
        notes: counts['profiles']?.notes,
      },
    ],
  )
  assert.deepEqual([counts['activity']?.imported, counts['activity']?.refused], [3, { required: 1 }])
  const changed = lines.filter(({ reason }) => reason === 'id_not_kept')
  assert.deepEqual(
    changed.map(({ row, now }) => [row.slice(0, 4), typeof now]),
    [
      ['1111', 'number'],
      ['2222', 'number'],
    ],
  )

  // The tokens of the old system name the old ids.
  const app = await useTestApp({ database: target.database, env: { AUTH_SUBJECT_CLAIM: 'user_id' } }, t)
  const token = await app.token({ sub: '11111111-1111-4111-8111-111111111111' })
  const document = (await app.send('GET', '/api/me/profile/', { token })).json()
  assert.deepEqual(
    [document.user.email, document.user.role, document.created_at],
    ['ann@example.com', 'tutor', '2020-06-01T09:00:00.000000Z'],
  )
  assert.deepEqual(
    [document.tutor_profile.headline, document.tutor_profile.subjects],
    ['Physics', ['physics', 'mathematics']],
  )
  const disabled = await app.send('GET', '/api/me/profile/', {
    token: await app.token({ sub: '22222222-2222-4222-8222-222222222222' }),
  })
  assert.equal(disabled.json().code, 'account_disabled')
  const entries = await query<{
    action: string
    metadata: object
    timestamp: string
    ip: string | null
    entity_id: string | null
  }>(
    pool,
    sql`select action, metadata, timestamp, host(ip_address) as ip, entity_id from activity_log
      where user_id = ${document.user.id} and action = 'lesson.booked' order by timestamp`,
  )
  assert.deepEqual(entries, [
    {
      action: 'lesson.booked',
      metadata: { lesson: 7 },
      timestamp: '2021-07-01T09:00:00.000000Z',
      ip: '198.51.100.7',
      entity_id: null,
    },
    {
      action: 'lesson.booked',
      metadata: { lesson: 'ab' },
      timestamp: '2021-07-02T09:00:00.000000Z',
      ip: null,
      entity_id: null,
    },
    {
      action: 'lesson.booked',
      metadata: { value: 'not json' },
      timestamp: '2021-07-03T09:00:00.000000Z',
      ip: null,
      entity_id: null,
    },
  ])
  const again = await target.run(django.url, { map: MAP })
  assert.deepEqual([again.counts['users']?.imported, again.counts['activity']?.imported], [0, 0])
})

test('an id that somebody has here is given to nobody else, and the old one still opens the account that came over', async (t) => {
  const django = await createDjango(
    t,
    'custom-user',
    `insert into profiles_user (id, password, email, first_name, last_name, role, is_self_learning, is_active, avatar, date_joined)
      values (1, '!', 'came@example.com', '', '', 'student', false, true, '', now()), (7, '!', 'HERE@example.com', '', '', 'student', false, true, '', now())`,
  )
  const target = await createTarget(t)
  const env = { AUTH_SUBJECT_CLAIM: 'user_id' }
  const app = await useTestApp({ database: target.database, env }, t)
  const here = await app.person({ sub: 'somebody', email: 'here@example.com' })
  assert.equal(here.userId, 1)
  const { formerSubjects, lines } = await target.run(django.url)
  assert.equal(formerSubjects, 1)
  assert.ok(lines.some(({ row, reason }) => row === '1' && reason === 'id_not_kept'))
  assert.ok(lines.some(({ row, reason }) => row === '7' && reason === 'email_of_another_account'))
  const came = (await app.send('GET', '/api/me/profile/', { token: await app.token({ sub: '1' }) })).json()
  assert.equal(came.user.email, 'came@example.com')
  assert.ok(came.user.id > 7)
  assert.equal(
    (await app.send('GET', '/api/me/profile/', { token: here.token })).json().user.email,
    'here@example.com',
  )
  const next = await app.person()
  assert.ok(next.userId > came.user.id)
})
