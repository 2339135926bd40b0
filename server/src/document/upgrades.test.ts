/** Profiles that were stored under another version of their type than the one that the server declares. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { createDatabase } from '../../test/database.ts'
import { createTestApp, type Person, type TestApp } from '../../test/test-app.ts'
import { query, queryOne, sql, statements, transaction } from '../database/database.ts'
import { createFormats } from '../profile-types/formats.ts'
import { createValidator } from '../http/validation.ts'
import { choiceField, integerField, lineField, objectField } from '../profile-types/fields.ts'
import { defineProfileType, type Fields } from '../profile-types/profile-type.ts'
import { createProfileTypes } from '../profile-types/profile-types.ts'
import { createUpgrader } from '../profile-types/upgrade.ts'
import { lockAccount } from '../accounts/account.ts'
import { choice } from '../http/schemas.ts'
import { createCheckpoints } from './checkpoints.ts'
import { replay, statePart } from './history.ts'
import { upgradeAll } from './upgrades.ts'
import { Type } from 'typebox'

const labels = { uk: 'Х', en: 'X' }
const base = { name: 'coach', labels, publicFields: [], searchableFields: [] }
const options = { low: labels, high: labels }
const rate = objectField({ amount: Type.String(), currency: choice(['UAH', 'EUR']) }, 'object', { labels })

const first = defineProfileType({
  ...base,
  fields: { grade: lineField(20, { labels }), rate: integerField(0, 9999, { labels }) },
})
/** A field gets another name and other values, and another one gets another type. */
const second = defineProfileType({
  ...base,
  fields: { level: choiceField({ labels, options }), rate },
  publicFields: ['level', 'rate'],
  version: 2,
  upgrade: ({ grade, rate: old, ...rest }) => ({
    ...rest,
    level: Number(grade) >= 9 ? 'high' : 'low',
    rate: typeof old === 'number' ? { amount: String(old), currency: 'UAH' } : null,
  }),
})
/** Of some profiles it knows nothing. */
const third = defineProfileType({
  ...base,
  fields: { level: choiceField({ labels, options }), rate },
  version: 3,
  upgrade: (fields) => {
    if (fields['bio'] === 'unlucky') throw new RangeError(`there is nothing for ${fields['bio']}`)
    return second.upgrade?.(fields, 1) as Fields
  },
})

const lines: string[] = []
const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
const database = await createDatabase()
const old = await createTestApp({ database, profileTypes: [first] })
const app = await createTestApp({ database, profileTypes: [second] })
const faulty = await createTestApp({ database, profileTypes: [third], log })
after(async () => {
  for (const one of [old, app, faulty]) await one.close()
  await database.drop()
})

const PROFILE = '/api/me/profile/'
const get = async (at: TestApp, { token }: Person) => (await at.send('GET', PROFILE, { token })).json()
const patch = (at: TestApp, { token }: Person, body: unknown, headers = {}) =>
  at.send('PATCH', PROFILE, { token, body, headers })

/** Somebody whose profile is of the first version. Each app believes the same tokens. */
async function oldPerson(fields: Fields = {}): Promise<Person> {
  const person = await old.person({ role: 'coach' })
  if (Object.keys(fields).length > 0) {
    const answer = await patch(old, person, { coach_profile: fields })
    assert.equal(answer.statusCode, 200, answer.body)
  }
  return person
}

async function stored({ userId }: Person) {
  return queryOne<{ type_version: number; fields: Fields; version: number }>(
    app.pool,
    sql`select p.type_version, p.fields, u.version from upm.profiles p join upm.users u on u.id = p.user_id
      where user_id = ${userId} and p.profile_type = 'coach'`,
  )
}

async function assertReplays(person: Person, at = app): Promise<void> {
  assert.deepEqual(await replay(at.pool, person.userId), statePart(await get(at, person)))
}

/** How many statements something takes. */
async function counted<T>(work: () => Promise<T>): Promise<[T, number]> {
  let count = 0
  const start = () => void (count += 1)
  statements.start.subscribe(start)
  try {
    return [await work(), count]
  } finally {
    statements.start.unsubscribe(start)
  }
}

test('an old profile is read as a new one, and nothing is written for it', async () => {
  const person = await oldPerson({ grade: '11', rate: 300, headline: 'Chess' })
  const current = await app.person({ role: 'coach' })
  await patch(app, current, { settings: { privacy_public_profile: true } })
  const before = await stored(person)
  await get(app, person)
  const [ofOld, queriesOfOld] = await counted(() => app.send('GET', PROFILE, { token: person.token }))
  const [, queries] = await counted(() => app.send('GET', PROFILE, { token: current.token }))
  assert.deepEqual(ofOld.json().coach_profile, {
    headline: 'Chess',
    bio: '',
    subjects: [],
    level: 'high',
    rate: { amount: '300', currency: 'UAH' },
  })
  assert.deepEqual([queriesOfOld, queries], [1, 1])
  assert.deepEqual(await stored(person), before)
  assert.deepEqual(
    (await app.actions(person.userId)).filter((action) => action === 'profile.upgraded'),
    [],
  )

  // A client may have the same version of the document from the release before.
  const headers = { 'if-none-match': String(ofOld.headers['etag']) }
  assert.equal((await app.send('GET', PROFILE, { token: person.token, headers })).statusCode, 200)
  assert.equal((await old.send('GET', PROFILE, { token: person.token, headers })).statusCode, 304)

  const open = await patch(old, person, { settings: { privacy_public_profile: true } })
  assert.equal(open.statusCode, 200)
  const shown = (await app.send('GET', `/api/profiles/${person.userId}/`)).json()
  assert.equal(shown.coach_profile.level, 'high')
})

test('the next change upgrades the profile first, in the same transaction; the log replays', async () => {
  const person = await oldPerson({ grade: '7', rate: 20 })
  const { version } = await get(app, person)
  const same = await patch(app, person, { coach_profile: { level: 'low' } })
  assert.deepEqual(
    [same.statusCode, same.json().version],
    [200, version],
    'what changes nothing writes nothing',
  )
  assert.equal((await stored(person))?.type_version, 1)
  for (const [body, code] of [
    [{ coach_profile: { level: 'none' } }, 'validation_failed'],
    [{ coach_profile: { grade: '8' } }, 'validation_failed'],
  ] as const) {
    const refused = await patch(app, person, body)
    assert.deepEqual([refused.statusCode, refused.json().code], [400, code])
  }
  const stale = await patch(
    app,
    person,
    { coach_profile: { level: 'high' } },
    { 'if-match': `"${version - 1}"` },
  )
  assert.equal(stale.statusCode, 412)
  assert.equal((await stored(person))?.type_version, 1, 'a refused request changes nothing')

  const changed = await patch(
    app,
    person,
    { coach_profile: { level: 'high' } },
    { 'if-match': `"${version}"` },
  )
  assert.deepEqual(
    [changed.statusCode, changed.json().version, changed.json().coach_profile.level],
    [200, version + 2, 'high'],
  )
  assert.deepEqual(await stored(person), {
    type_version: 2,
    fields: { level: 'high', rate: { amount: '20', currency: 'UAH' } },
    version: version + 2,
  })
  const entries = (await app.send('GET', '/api/me/activity/', { token: person.token })).json()
  assert.deepEqual(
    entries.slice(0, 2).map(({ action }: { action: string }) => action),
    ['profile.updated', 'profile.upgraded'],
  )
  assert.deepEqual(entries[1].metadata, {
    profile_type: 'coach',
    from: 1,
    to: 2,
    changed: ['rate', 'grade', 'level'],
    changes: {
      coach_profile: {
        old: { rate: 20, grade: '7' },
        new: { rate: { amount: '20', currency: 'UAH' }, level: 'low' },
      },
    },
    fields: { headline: '', bio: '', subjects: [], level: 'low', rate: { amount: '20', currency: 'UAH' } },
  })
  await assertReplays(person)
  const [answer, queries] = await counted(() => patch(app, person, { coach_profile: { headline: 'Now' } }))
  assert.deepEqual([answer.statusCode, queries], [200, 1], 'a current document is changed by one statement')
})

test('any change of the document counts: of names, of settings, and of its types', async () => {
  const changes: [string, (person: Person) => ReturnType<TestApp['send']>][] = [
    ['names', (person) => patch(app, person, { user: { last_name: 'Koval' } })],
    [
      'settings',
      ({ token }) => app.send('PATCH', '/api/me/settings/', { token, body: { timezone: 'Europe/Kyiv' } }),
    ],
    [
      'the whole document',
      async (person) => patch(app, person, { ...(await get(app, person)), user: { last_name: 'K' } }),
    ],
    [
      'a type',
      ({ token }) => app.send('POST', '/api/me/profiles/', { token, body: { profile_type: 'tutor' } }),
    ],
  ]
  for (const [name, change] of changes) {
    const person = await oldPerson({ grade: '11' })
    const { statusCode, body } = await change(person)
    assert.ok(statusCode < 300, body)
    assert.equal((await stored(person))?.type_version, 2, name)
    await assertReplays(person)
  }
})

test('an old profile that is removed is upgraded before, so that the log says what it was', async () => {
  const person = await oldPerson({ grade: '11' })
  const { token } = person
  await old.send('POST', '/api/me/profiles/', { token, body: { profile_type: 'tutor' } })
  await old.send('PATCH', '/api/me/profiles/active/', { token, body: { profile_type: 'tutor' } })
  assert.equal((await app.send('DELETE', '/api/me/profiles/coach/', { token })).statusCode, 204)
  const [removed, upgraded] = (await app.send('GET', '/api/me/activity/', { token })).json()
  assert.deepEqual([removed.action, upgraded.action], ['profile.type_removed', 'profile.upgraded'])
  assert.equal(removed.metadata.fields.level, 'high')
  await assertReplays(person)
  await app.send('POST', '/api/me/profiles/', { token, body: { profile_type: 'coach' } })
  assert.equal((await stored(person))?.type_version, 2, 'a new profile is of the declared version')
})

test('an upgrade that throws leaves the profile, and names it without its values', async () => {
  const person = await oldPerson({ grade: '11', rate: 5, bio: 'unlucky', headline: 'Kept' })
  const before = await stored(person)
  const shown = await get(faulty, person)
  // What fits its type is shown, and defaults stand for the rest.
  assert.deepEqual(shown.coach_profile, {
    headline: 'Kept',
    bio: 'unlucky',
    subjects: [],
    level: null,
    rate: null,
  })
  const refused = await patch(faulty, person, { coach_profile: { level: 'low' } })
  assert.deepEqual(
    [refused.statusCode, refused.json().code, refused.json().errors],
    [
      409,
      'profile_not_upgraded',
      [{ field: 'coach_profile', code: 'read_only', message: refused.json().errors[0].message }],
    ],
  )
  assert.deepEqual(await stored(person), before)
  const whole = await patch(faulty, person, { ...shown, user: { first_name: 'Olena' } })
  assert.deepEqual(
    [whole.statusCode, whole.json().user.first_name],
    [200, 'Olena'],
    'the rest can be changed',
  )
  assert.equal((await patch(faulty, person, { user: { last_name: 'Koval' } })).statusCode, 200)
  const { token } = person
  await faulty.send('POST', '/api/me/profiles/', { token, body: { profile_type: 'tutor' } })
  await faulty.send('PATCH', '/api/me/profiles/active/', { token, body: { profile_type: 'tutor' } })
  const kept = await faulty.send('DELETE', '/api/me/profiles/coach/', { token })
  assert.deepEqual([kept.statusCode, kept.json().code], [409, 'profile_not_upgraded'])
  assert.deepEqual((await stored(person))?.fields, before?.fields)

  const told = lines.map((line) => JSON.parse(line)).filter(({ userId }) => userId === person.userId)
  assert.equal(told.length, 1, 'once, however often it is read')
  assert.match(told[0].reason, /^upgrade\(\) threw RangeError at .*upgrades\.test\.ts:\d+/)
  assert.doesNotMatch(lines.join(''), /unlucky/)

  // The next release mends it.
  assert.equal((await patch(app, person, { coach_profile: { level: 'low' } })).statusCode, 200)
  await assertReplays(person)
})

test('an older release shows what it knows of a newer profile, and does not write to it', async () => {
  const person = await app.person({ role: 'coach' })
  await patch(app, person, {
    coach_profile: { headline: 'New', level: 'high', rate: { amount: '5', currency: 'EUR' } },
  })
  const before = await stored(person)
  const shown = await get(old, person)
  assert.deepEqual(shown.coach_profile, { headline: 'New', bio: '', subjects: [], grade: '', rate: null })
  const refused = await patch(old, person, { coach_profile: { headline: 'Old' } })
  assert.deepEqual([refused.statusCode, refused.json().code], [409, 'profile_not_upgraded'])
  assert.equal((await patch(old, person, { ...shown, user: { first_name: 'Ivan' } })).statusCode, 200)
  const [named, queries] = await counted(() => patch(old, person, { user: { last_name: 'Ivanenko' } }))
  assert.deepEqual([named.statusCode, queries], [200, 1])
  assert.deepEqual((await stored(person))?.fields, before?.fields)
  assert.equal((await stored(person))?.type_version, 2)
  const done = await upgradeAll({ ...all(first), isDry: false })
  assert.equal(done, 0)

  // Its checkpoint would leave out what it does not know.
  const mediaUrl = (key: string) => `/media/${key}`
  await createCheckpoints(old.pool, { types: createProfileTypes([first]), mediaUrl })(new Date())
  assert.ok(!(await app.actions(person.userId)).includes('profile.checkpoint'))
  await assertReplays(person)
})

test('a checkpoint of an old profile is one of what is stored: the log goes on from it', async () => {
  const person = await oldPerson({ grade: '11', rate: 3 })
  const mediaUrl = (key: string) => `/media/${key}`
  await createCheckpoints(app.pool, { types: createProfileTypes([second]), mediaUrl })(new Date())
  assert.ok((await app.actions(person.userId)).includes('profile.checkpoint'))
  await patch(app, person, { coach_profile: { level: 'low' } })
  await assertReplays(person)
})

const validator = createValidator(createFormats([]))

function all(type: typeof second, pool = app.pool) {
  const types = createProfileTypes([type])
  const stuck: { userId: number; reason: string }[] = []
  return {
    pool,
    types: types.all,
    upgrader: createUpgrader(types, validator),
    isDry: false,
    onProgress: (done: number, total: number) => assert.ok(done <= total),
    onStuck: (one: { userId: number; reason: string }) => void stuck.push(one),
    stuck,
  }
}

test('all at once: two processes upgrade each profile once, whatever its owner does meanwhile', async () => {
  const template = await oldPerson({ grade: '10', rate: 1 })
  // Enough for several batches.
  const rows = await query<{ id: number }>(
    app.pool,
    sql`with made as (
        insert into upm.users (email, role, profile_type, logged_at, started_at)
        select 'many-' || n || '@example.com', 'coach', 'coach', now(), now() from generate_series(1, 450) n returning id
      ), settings as (insert into upm.settings (user_id, timezone, ui_language) select id, 'UTC', 'en' from made)
      , profiles as (insert into upm.profiles (user_id, profile_type, fields)
          select id, 'coach', '{"grade": "9", "rate": 4}' from made)
      select id from made`,
  )
  const types = createProfileTypes([first])
  const mediaUrl = (key: string) => `/media/${key}`
  await createCheckpoints(old.pool, { types, mediaUrl })(new Date())
  const unlucky = await oldPerson({ bio: 'unlucky' })
  const stuckBefore = all(third)
  const dry = await upgradeAll({ ...stuckBefore, isDry: true })
  assert.ok(dry >= 451)
  assert.ok(stuckBefore.stuck.some(({ userId }) => userId === unlucky.userId))
  assert.equal((await stored(template))?.type_version, 1, 'a dry run writes nothing')

  // Somebody holds the lock of an account until all others wait for it.
  const held = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const holder = transaction(app.pool, async (db) => {
    await lockAccount(db, template.userId)
    locked.resolve()
    await held.promise
  })
  await locked.promise
  const working = Promise.all([
    upgradeAll(all(second)),
    upgradeAll(all(second)),
    patch(app, template, { coach_profile: { level: 'low' } }),
  ])
  const waiting = sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  while ((await query(app.pool, waiting)).length < 3) await pause(5)
  held.resolve()
  const [one, other] = await working
  await holder
  assert.ok(one + other >= rows.length)
  const entries = await query<{ user_id: number; count: number }>(
    app.pool,
    sql`select user_id, count(*) from upm.activity_log where action = 'profile.upgraded'
      and user_id = any(${[template.userId, ...rows.map(({ id }) => id)]}::bigint[]) group by user_id`,
  )
  assert.equal(entries.length, rows.length + 1)
  for (const { count } of entries) assert.equal(count, 1)
  assert.equal(await upgradeAll(all(second)), 0, 'nothing is left')
  await assertReplays(template)
  const { id = 0 } = rows[400] ?? {}
  const state = await replay(app.pool, id)
  assert.deepEqual(state['coach_profile'], {
    headline: '',
    bio: '',
    subjects: [],
    level: 'high',
    rate: { amount: '4', currency: 'UAH' },
  })
})

test('outdated profiles are found by an index', async () => {
  const plan = await transaction(app.pool, async (db) => {
    await query(db, sql`set local enable_seqscan = off`)
    return query<{ 'QUERY PLAN': string }>(
      db,
      sql`explain select user_id from upm.profiles where profile_type = 'coach' and type_version < 2
        and (type_version, user_id) > (1, 5) order by type_version, user_id limit 200`,
    )
  })
  const text = plan.map((row) => row['QUERY PLAN']).join('\n')
  assert.match(text, /profiles_type_version_idx/)
  assert.doesNotMatch(text, /Sort/)
})

test('a result that is none is treated as thrown', () => {
  const cyclic: Fields = {}
  cyclic['level'] = cyclic
  const results: [unknown, RegExp][] = [
    [undefined, /did not return a plain object/],
    [[], /did not return a plain object/],
    [Promise.resolve({}), /did not return a plain object/],
    [{ level: 'none' }, /returned level \(unknown_value\)/],
    [{ level: 5 }, /returned level \(invalid_type\)/],
    [{ headline: 'x'.repeat(121) }, /returned headline \(max_length\)/],
    [{ headline: '\uD800' }, /returned headline/],
    [{ lvel: 'low' }, /returned a field "lvel", which is not declared/],
    [{ constructor: 'low' }, /returned a field "constructor"/],
    [{ level: 1n }, /threw TypeError/],
    [cyclic, /threw TypeError/],
  ]
  for (const [result, reason] of results) {
    const type = defineProfileType({
      ...base,
      fields: { level: choiceField({ labels, options }) },
      version: 2,
      upgrade: () => result as Fields,
    })
    const { upgrade } = createUpgrader(createProfileTypes([type]), validator)
    assert.match(String(upgrade(type, { grade: '5' }, 1).reason), reason)
  }
})

test('values that stay are not judged by rules that are newer, but fields that stay hidden may', () => {
  const type = defineProfileType({
    ...base,
    fields: {},
    version: 2,
    upgrade: (fields) => ({ ...fields, bio: ' New\r\n' }),
  })
  const { upgrade, view } = createUpgrader(createProfileTypes([type]), validator)
  const kept = { headline: 'x'.repeat(500), bio: 'Old', retired: 1 }
  assert.deepEqual(upgrade(type, kept, 1).fields, { ...kept, bio: 'New' })
  assert.equal(kept.bio, 'Old')
  assert.deepEqual(view(type, kept, 1, 1), { headline: kept.headline, bio: 'New', subjects: [] })
  const wrong = { headline: 7, bio: 'Old' }
  assert.match(String(upgrade(type, wrong, 1).reason), /headline \(invalid_type\)/)
  assert.deepEqual(view(type, wrong, 1, 1), { headline: '', bio: 'Old', subjects: [] })
})

test('a declaration says how older versions become the declared one', () => {
  const declare = (about: object) => () => defineProfileType({ ...base, fields: {}, ...about })
  assert.throws(declare({ version: 2 }), /profile type "coach": version 2 has no "upgrade"/)
  for (const version of [0, 1.5, -1, 1e9, '2'])
    assert.throws(declare({ version }), /"version" is not a whole number from 1 to 1000000/)
})

test('the list of types says their versions', async () => {
  const types = (await app.send('GET', '/api/profile-types/')).json()
  assert.deepEqual(
    types.map(({ name, version }: { name: string; version: number }) => [name, version]),
    [
      ['tutor', 1],
      ['student', 1],
      ['coach', 2],
    ],
  )
})
