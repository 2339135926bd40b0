import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { createDjango, createTarget, type Result } from '../../test/django.ts'
import { useTestApp } from '../../test/test-app.ts'
import { query, queryOne, sql, type Pool } from '../database/database.ts'
import { replay, statePart } from '../document/history.ts'

const NOW = new Date('2026-11-30T12:00:00Z')

/** Everything that an old database may hold and today's rules do not know. */
const AWKWARD = `
  alter table profiles_tutorprofile alter bio type text, alter headline type text;
  alter table profiles_activitylog alter user_agent type text, alter action drop not null;
  alter table profiles_usersettings alter ui_language type text;
  insert into profiles_user (id, password, email, first_name, last_name, role, is_self_learning, is_active, avatar, date_joined) values
    (1, '!', 'alex@example.com', 'Олександр', 'Коваль', 'tutor', true, true, 'avatars/alex.jpg', '2021-03-04T05:06:07.123456Z'),
    (2, '!', 'gone@example.com', 'Gone', 'Away', 'student', false, false, '', '2022-01-01Z'),
    (3, '!', 'ALEX@example.com', 'Other', 'Alex', 'student', false, true, '', '2022-01-02Z'),
    (4, '!', ' ', 'No', 'Address', 'student', false, true, '', '2022-01-03Z'),
    (5, '!', 'wizard', 'Wi' || chr(8238) || 'zard', '', 'wizard', false, true, '', '2022-01-04Z'),
    (6, '!', 'late@example.com', '', '', 'student', false, true, '', 'infinity'),
    (7, '!', 'early@example.com', '', '', 'student', false, true, '', '0044-03-15Z BC'),
    (8, '!', 'bare@example.com', '', '', 'admin', false, true, 'avatars/none.png', '2022-01-05Z'),
    (9, '!', 'corrupt@example.com', '', '', 'student', false, true, 'avatars/broken.jpg', '2022-01-06Z'),
    (10, '!', 'outside@example.com', '', '', 'student', false, true, '../../../etc/passwd', '2022-01-07Z'),
    (11, '!', 'both@example.com', '', '', 'student', false, true, '', '2022-01-08Z');
  insert into profiles_tutorprofile (user_id, headline, bio, subjects, updated_at) values
    (1, 'Mathematics without fear', 'Ten years', '["mathematics", "algebra"]', '2023-05-05Z'),
    (5, repeat('h', 121), repeat('b', 2500), '["mathematics", "astrology", null]', '2099-01-01Z'),
    (11, 'I teach', '', '{"not": "a list"}', '2023-01-01Z');
  insert into profiles_studentprofile (user_id, headline, bio, subjects, updated_at) values
    (2, 'I left', '', '[]', '2022-02-02Z'), (11, 'I learn', '', '[]', '2023-01-02Z');
  insert into profiles_usersettings (user_id, timezone, ui_language, notifications_enabled, privacy_public_profile) values
    (1, 'Europe/Kyiv', 'en', false, true), (2, 'UTC', 'uk', true, true), (5, 'Mars/Olympus', 'x', true, false);
  alter table profiles_activitylog drop constraint profiles_activitylog_user_id_35ed552b_fk_profiles_user_id;
  insert into profiles_activitylog (id, user_id, action, entity_type, entity_id, metadata, timestamp, ip, user_agent) values
    ('00000000-0000-0000-0000-000000000001', 1, 'profile.update', 'user', '1', '{"user.first_name": {"old": "A", "new": "B"}}', '2024-01-02T03:04:05.678901Z', '203.0.113.7', 'Mozilla/5.0'),
    ('00000000-0000-0000-0000-000000000002', 1, 'login', 'user', '1', '{"password": "hunter2", "device": {"access_token": "t0ken"}}', '2024-01-02Z', '2001:db8::1', ''),
    ('00000000-0000-0000-0000-000000000003', null, 'system.cleanup', 'system', '', '[1, 2]', '2024-01-03Z', null, ''),
    ('00000000-0000-0000-0000-000000000004', 999, 'login', 'user', '999', '{}', '2024-01-04Z', null, ''),
    ('00000000-0000-0000-0000-000000000005', 1, 'lesson.teleported', 'lesson', 'x', '{"big": 9007199254740993}', '2024-01-05Z', null, ''),
    ('00000000-0000-0000-0000-000000000006', 1, 'system.profile.initialized', 'profile', '1', '{}', '2024-01-06Z', null, ''),
    ('00000000-0000-0000-0000-000000000007', 2, 'login', 'user', '2', '{}', 'infinity', null, ''),
    ('00000000-0000-0000-0000-000000000008', 2, 'login', 'user', '2', '{}', '0001-01-01Z BC', null, ''),
    ('00000000-0000-0000-0000-000000000009', 2, 'login', 'user', '2', '{}', '2090-01-01Z', null, repeat('u', 3000)),
    ('00000000-0000-0000-0000-00000000000a', 1, '', 'user', '1', '{}', '2024-01-07Z', null, ''),
    ('00000000-0000-0000-0000-00000000000b', 1, 'note', 'user', '1', jsonb_build_object('text', repeat('x', 300000)), '2024-01-07Z', null, ''),
    ('00000000-0000-0000-0000-00000000000c', 1, 'note', 'user', '1', jsonb_build_object('text', repeat('y', 20000)), '2024-01-08Z', null, ''),
    ('00000000-0000-0000-0000-00000000000d', 1, 'profile.updated', 'profile', '1', '{"changed": ["bio"], "changes": {"tutor_profile": {"old": {"bio": "?"}, "new": {"bio": "!"}}}}', '2024-01-09Z', null, '');`

async function createMedia(directory: string): Promise<string> {
  const media = join(directory, 'media')
  await mkdir(join(media, 'avatars'), { recursive: true })
  const picture = sharp({ create: { width: 300, height: 200, channels: 3, background: 'teal' } })
  await writeFile(join(media, 'avatars/alex.jpg'), await picture.jpeg().toBuffer())
  await writeFile(join(media, 'avatars/broken.jpg'), 'this is no picture')
  return media
}

const noted = ({ lines }: Result, part: string, row: string) =>
  lines
    .filter((line) => line.part === part && line.row === row)
    .map(({ outcome, field, reason }) =>
      [outcome, field, reason].filter((word) => word !== undefined).join(' '),
    )

const entriesOf = (pool: Pool, userId: number | null) =>
  query<{ id: string; action: string; metadata: unknown; timestamp: string; user_agent: string | null }>(
    pool,
    sql`select id, action, metadata, timestamp, user_agent from activity_log where user_id is not distinct from ${userId}
      order by timestamp, id`,
  )

test('everything comes over, also what breaks the rules of today, and each row is accounted for', async (t) => {
  const django = await createDjango(t, 'custom-user', AWKWARD)
  const target = await createTarget(t)
  const media = await createMedia(target.directory)
  const { pool } = target.database
  const result = await target.run(django.url, { media, now: NOW })
  const { users, profiles, settings, avatars, activity, passwords } = result.counts
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((one, other) => one + other, 0)
  for (const part of Object.values(result.counts)) {
    assert.equal(part.read, part.imported + sum(part.skipped) + sum(part.refused))
  }
  assert.deepEqual([users?.read, users?.imported], [11, 11])
  assert.deepEqual([profiles?.imported, settings?.imported], [5, 3])
  assert.deepEqual(
    [avatars?.imported, avatars?.refused],
    [1, { file_missing: 1, image_unsupported: 1, file_outside: 1 }],
  )
  assert.deepEqual(
    [activity?.read, activity?.imported, activity?.refused],
    [13, 11, { required: 1, too_large: 1 }],
  )
  assert.deepEqual(passwords?.skipped, { sign_in_is_off: 11 })

  const app = await useTestApp(
    { database: target.database, env: { AUTH_SUBJECT_CLAIM: 'user_id', DATA_DIR: target.directory } },
    t,
  )
  const read = async (id: number) => {
    const answer = await app.send('GET', '/api/me/profile/', { token: await app.token({ sub: String(id) }) })
    return { status: answer.statusCode, ...answer.json() }
  }
  const ids = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]
  // The log of each leads to its document, also before anybody has come.
  const replayed = await Promise.all(ids.map((id) => replay(pool, id)))
  const documents = await Promise.all(ids.map(read))
  for (const [place, document] of documents.entries()) {
    assert.equal(document.status, 200, JSON.stringify(document))
    const { status: _status, ...rest } = document
    assert.deepEqual(replayed[place], statePart(rest))
    assert.deepEqual(await replay(pool, document.user.id), statePart(rest))
  }
  const [alex, other, nameless, wizard, late, early, bare, , , both] = documents
  assert.equal(alex.created_at, '2021-03-04T05:06:07.123456Z')
  assert.deepEqual(alex.user, {
    id: 1,
    email: 'alex@example.com',
    first_name: 'Олександр',
    last_name: 'Коваль',
    role: 'tutor',
    is_self_learning: true,
  })
  assert.deepEqual(alex.settings, {
    timezone: 'Europe/Kyiv',
    ui_language: 'en',
    notifications_enabled: false,
    privacy_public_profile: true,
  })
  assert.deepEqual(
    [alex.profile_type, alex.tutor_profile.headline, alex.tutor_profile.subjects],
    ['tutor', 'Mathematics without fear', ['mathematics', 'algebra']],
  )
  assert.equal((await app.send('GET', alex.avatar_url)).statusCode, 200)

  assert.equal(other.user.email, 'ALEX@example.com')
  assert.deepEqual(noted(result, 'users', '3'), ['kept email email_of_another_row'])
  assert.equal(nameless.user.email, null)
  assert.deepEqual([wizard.user.role, wizard.profile_type, wizard.user.email], ['wizard', 'tutor', 'wizard'])
  assert.deepEqual(
    [wizard.tutor_profile.bio.length, wizard.tutor_profile.subjects],
    [2500, ['mathematics', 'astrology']],
  )
  assert.deepEqual([wizard.settings.timezone, wizard.settings.ui_language], ['Mars/Olympus', 'uk'])
  assert.ok(wizard.updated_at < '2027')
  assert.deepEqual(noted(result, 'users', '5').sort(), [
    'kept email invalid_format',
    'kept first_name invalid_format',
    'kept role role_unknown',
    'kept settings.timezone unknown_value',
    'kept tutor_profile.bio max_length',
    'kept tutor_profile.headline max_length',
    'kept tutor_profile.subjects[1] unknown_value',
    'left_out settings.ui_language invalid_type',
  ])
  assert.deepEqual(
    [late.created_at, early.created_at],
    ['9999-12-31T23:59:59.999999Z', '0001-01-01T00:00:00.000000Z'],
  )
  assert.deepEqual([bare.profile_type, bare.settings.timezone], ['student', 'UTC'])
  assert.deepEqual(
    [both.profile_type, both.tutor_profile.subjects, both.student_profile.headline],
    ['student', [], 'I learn'],
  )

  // The inactive account is kept, and refused.
  const refused = await read(2)
  assert.deepEqual([refused.status, refused.code], [403, 'account_disabled'])
  assert.deepEqual(
    await queryOne(pool, sql`select fields ->> 'headline' as headline from profiles where user_id = 2`),
    { headline: 'I left' },
  )
  assert.equal((await app.send('GET', '/api/profiles/2/')).statusCode, 404)

  const page = await app.send('GET', '/api/me/activity/?limit=100', { token: await app.token({ sub: '1' }) })
  const entries = page.json<
    {
      action: string
      metadata: object
      timestamp: string
      ip_address: string
      user_agent: string
      actor: unknown
      entity_id: string
    }[]
  >()
  const update = entries.find(({ action }) => action === 'profile.update')
  assert.deepEqual(
    [update?.timestamp, update?.ip_address, update?.user_agent, update?.entity_id, update?.actor],
    [
      '2024-01-02T03:04:05.678901Z',
      '203.0.113.7',
      'Mozilla/5.0',
      '1',
      { kind: 'service', id: 'import:django' },
    ],
  )
  assert.deepEqual(entries.find(({ action }) => action === 'login')?.metadata, {
    password: '[redacted]',
    device: { access_token: '[redacted]' },
  })
  assert.ok(entries.some(({ action }) => action === 'lesson.teleported'))
  assert.match(page.body, /9007199254740993/)
  assert.equal(entries.filter(({ action }) => action === 'avatar.uploaded').length, 0)
  assert.doesNotMatch(result.text, /hunter2|t0ken/)

  const system = await entriesOf(pool, null)
  assert.deepEqual(
    system.map(({ action }) => action),
    ['system.cleanup', 'login'],
  )
  assert.deepEqual(system[0]?.metadata, { value: [1, 2] })
  const gone = await entriesOf(pool, 2)
  assert.deepEqual(
    gone.map(({ timestamp }) => timestamp.slice(0, 4)),
    ['0001', '2026', '2090', '9999'],
  )
  assert.equal(gone[2]?.user_agent?.length, 1024)
})

test('a second run finds everything, adds what is new, and brings nothing back that was deleted', async (t) => {
  const django = await createDjango(t, 'custom-user', AWKWARD)
  const target = await createTarget(t)
  const { pool } = target.database
  const media = await createMedia(target.directory)
  await target.run(django.url, { media, now: NOW })
  const inventory = () =>
    queryOne<Record<string, number>>(
      pool,
      sql`select (select count(*) from users) as users, (select count(*) from profiles) as profiles, (select count(*) from media) as media,
        (select count(*) from settings) as settings, (select count(*) from activity_log) as entries,
        (select count(*) from identities) as identities`,
    )
  const before = await inventory()
  const second = await target.run(django.url, { media, now: NOW })
  assert.deepEqual(await inventory(), before)
  assert.equal(second.counts['users']?.imported, 0)
  assert.deepEqual(second.counts['activity']?.skipped, { imported_before: 11 })
  assert.deepEqual(second.counts['avatars']?.skipped, { imported_before: 1 })

  await django.pool.query(`
    insert into profiles_user (id, password, email, first_name, last_name, role, is_self_learning, is_active, avatar, date_joined)
      values (50, '!', 'new@example.com', '', '', 'student', false, true, '', now());
    insert into profiles_activitylog (id, user_id, action, entity_type, entity_id, metadata, timestamp, ip, user_agent)
      values ('00000000-0000-0000-0000-0000000000ff', 50, 'login', 'user', '50', '{}', now(), null, '');`)
  await query(pool, sql`with entries as (delete from activity_log where user_id = 9) select`)
  await query(pool, sql`delete from profiles where user_id = 9`).catch(() => {})
  await pool.query('begin; delete from users where id = 9; commit')
  const third = await target.run(django.url, { media, now: NOW })
  assert.deepEqual(
    [third.counts['users']?.imported, third.counts['users']?.skipped],
    [1, { imported_before: 10, deleted_since: 1 }],
  )
  assert.equal(third.counts['activity']?.imported, 1)
  assert.equal(await queryOne(pool, sql`select from users where id = 9`), undefined)
})

test('a dry run writes nothing, and its report is that of the run', async (t) => {
  const django = await createDjango(t, 'custom-user', AWKWARD)
  const target = await createTarget(t)
  const media = await createMedia(target.directory)
  const { pool } = target.database
  const state = async () => {
    const tables = [
      'users',
      'settings',
      'profiles',
      'identities',
      'media',
      'activity_log',
      'imported_users',
      'unclaimed_files',
      'auth."user"',
    ]
    const counts = await Promise.all(
      tables.map(
        async (table) => (await pool.query(`select count(*) as count from ${table}`)).rows[0]?.count,
      ),
    )
    const { rows } = await pool.query(
      `select pg_sequence_last_value(pg_get_serial_sequence('users', 'id')) as last`,
    )
    return [...counts, rows[0]?.last]
  }
  const before = await state()
  const dry = await target.run(django.url, { media, dry: true, now: NOW, env: { AUTH_BUILT_IN: 'on' } })
  assert.deepEqual(await state(), before)
  const real = await target.run(django.url, { media, now: NOW, env: { AUTH_BUILT_IN: 'on' } })
  assert.deepEqual(dry.counts, real.counts)
  assert.deepEqual(
    new Set(dry.lines.map((line) => JSON.stringify(line))),
    new Set(real.lines.map((line) => JSON.stringify(line))),
  )
})
