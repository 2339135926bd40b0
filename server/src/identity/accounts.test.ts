import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { createDatabase } from '../../test/database.ts'
import { useTestApp, type Answer, type TestApp } from '../../test/test-app.ts'
import { query, queryOne, sql, type Pool } from '../database/database.ts'
import type { ProfileDocument } from '../document/present.ts'

const app = await useTestApp()

type Problem = { code: string; errors?: { field: string; code: string; params?: object }[] }

const read = (on: TestApp, token: string) => on.send('GET', '/api/me/profile/', { token })

/** How much there is of everything that a first visit writes. */
async function inventory(pool: Pool): Promise<unknown> {
  return queryOne(
    pool,
    sql`select (select count(*) from users) as users, (select count(*) from identities) as identities,
      (select count(*) from settings) as settings, (select count(*) from profiles) as profiles,
      (select count(*) from activity_log) as entries`,
  )
}

async function entries(pool: Pool, userId: number) {
  return query<{
    action: string
    metadata: { initial: unknown; source: string }
    ip_address: string
    today: boolean
  }>(
    pool,
    sql`select action, metadata, host(ip_address) as ip_address, timestamp > now() - interval '1 hour' as today
      from activity_log where user_id = ${userId} order by timestamp, id`,
  )
}

const refusals: {
  what: string
  claims: Record<string, unknown>
  status: number
  code: string
  faults?: string[]
}[] = [
  {
    what: 'a subject of 256 characters',
    claims: { sub: 's'.repeat(256) },
    status: 400,
    code: 'validation_failed',
    faults: ['sub max_length'],
  },
  {
    what: 'a subject with NUL',
    claims: { sub: 'a\0b' },
    status: 400,
    code: 'validation_failed',
    faults: ['sub invalid_format'],
  },
  {
    what: 'a subject with half a character',
    claims: { sub: 'a\ud83d' },
    status: 400,
    code: 'validation_failed',
    faults: ['sub invalid_format'],
  },
  {
    what: 'no e-mail',
    claims: { email: undefined },
    status: 400,
    code: 'validation_failed',
    faults: ['email required'],
  },
  {
    what: 'null as the e-mail',
    claims: { email: null },
    status: 400,
    code: 'validation_failed',
    faults: ['email not_nullable'],
  },
  {
    what: 'a list of e-mails',
    claims: { email: ['a@b.ua'] },
    status: 400,
    code: 'validation_failed',
    faults: ['email invalid_type'],
  },
  ...[
    '',
    'olena',
    'olena@',
    '@b.ua',
    'a b@c.ua',
    'a@b',
    'a@b..ua',
    'a@b.ua\n',
    'a@b.ua\0',
    'a\ud83d@b.ua',
    ' a@b.ua',
    'a@b.ua, c@d.ua',
  ].map((email) => ({
    what: `the e-mail ${JSON.stringify(email)}`,
    claims: { email },
    status: 400,
    code: 'validation_failed',
    faults: ['email invalid_format'],
  })),
  {
    what: 'an e-mail of 255 characters',
    claims: { email: `${'a'.repeat(246)}@b.com.ua` },
    status: 400,
    code: 'validation_failed',
    faults: ['email max_length'],
  },
  {
    what: 'a name of 151 characters',
    claims: { given_name: '🙂'.repeat(151) },
    status: 400,
    code: 'validation_failed',
    faults: ['given_name max_length'],
  },
  {
    what: 'a name that is a number',
    claims: { family_name: 7 },
    status: 400,
    code: 'validation_failed',
    faults: ['family_name invalid_type'],
  },
  {
    what: 'a name with a newline',
    claims: { given_name: 'Оле\nна' },
    status: 400,
    code: 'validation_failed',
    faults: ['given_name invalid_format'],
  },
  {
    what: 'a name with NUL',
    claims: { given_name: 'Оле\0на' },
    status: 400,
    code: 'validation_failed',
    faults: ['given_name invalid_format'],
  },
  {
    what: 'a name with half a character',
    claims: { given_name: 'Оле\ud83dна' },
    status: 400,
    code: 'validation_failed',
    faults: ['given_name invalid_format'],
  },
  {
    what: 'a role that is no text',
    claims: { role: 7 },
    status: 400,
    code: 'validation_failed',
    faults: ['role invalid_type'],
  },
  {
    what: 'roles that are not all texts',
    claims: { role: ['tutor', 7] },
    status: 400,
    code: 'validation_failed',
    faults: ['role[1] invalid_type'],
  },
  {
    what: 'only unknown roles',
    claims: { role: ['offline_access', 'uma_authorization'] },
    status: 403,
    code: 'role_unknown',
  },
  {
    what: 'is_self_learning as a text',
    claims: { is_self_learning: 'true' },
    status: 400,
    code: 'validation_failed',
    faults: ['is_self_learning invalid_type'],
  },
  ...['admin', '', 'Tutor', 'constructor', '__proto__', 'x'.repeat(5000)].map((role) => ({
    what: `the role ${JSON.stringify(role.slice(0, 20))}`,
    claims: { role },
    status: 403,
    code: 'role_unknown',
  })),
  {
    what: 'several faults at once',
    claims: {
      sub: 's'.repeat(256),
      email: 'olena',
      given_name: 'x'.repeat(151),
      role: 1,
      is_self_learning: 0,
    },
    status: 400,
    code: 'validation_failed',
    faults: [
      'sub max_length',
      'email invalid_format',
      'given_name max_length',
      'role invalid_type',
      'is_self_learning invalid_type',
    ],
  },
]

for (const { what, claims, status, code, faults } of refusals) {
  test(`a first token with ${what} is refused by name and leaves no trace`, async () => {
    const before = await inventory(app.pool)
    const { sub = 'newcomer', ...rest } = claims
    const token = await app.token({
      sub: 'sub' in claims ? claims['sub'] : sub,
      email: 'newcomer@example.com',
      ...rest,
    })
    const answer = await read(app, token)
    assert.equal(answer.statusCode, status, answer.body)
    const problem = answer.json<Problem>()
    assert.equal(problem.code, code)
    assert.deepEqual(
      problem.errors?.map((error) => `${error.field} ${error.code}`).sort(),
      faults?.toSorted(),
    )
    assert.deepEqual(await inventory(app.pool), before)
  })
}

for (const sub of ['', null, {}, [], true, 4.2]) {
  test(`a token whose subject is ${JSON.stringify(sub)} is nobody’s: 401, as a bad one, and no trace`, async () => {
    const before = await inventory(app.pool)
    const answer = await read(app, await app.token({ sub, email: 'newcomer@example.com' }))
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"')
    assert.equal(answer.json<Problem>().code, 'unauthorized')
    assert.deepEqual(await inventory(app.pool), before)
  })
}

test('null in a claim that need not be there is as if it were not there', async () => {
  const token = await app.token({
    sub: 'reserved',
    given_name: null,
    family_name: null,
    role: null,
    is_self_learning: null,
    email_verified: null,
    scope: null,
  })
  const answer = await read(app, token)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.partialDeepStrictEqual(answer.json<ProfileDocument>().user, {
    first_name: '',
    last_name: '',
    role: 'student',
    is_self_learning: false,
  })
})

test('a token that says only who and where makes a student with the configured defaults', async (t) => {
  const elsewhere = await useTestApp({ env: { DEFAULT_TIMEZONE: 'Europe/Kyiv', UI_LANGUAGES: 'en,uk' } }, t)
  const document = (await read(elsewhere, await elsewhere.token({ sub: 'ivan' }))).json<ProfileDocument>()
  assert.deepEqual(document.user, {
    id: document.user.id,
    email: 'ivan@example.com',
    first_name: '',
    last_name: '',
    role: 'student',
    is_self_learning: false,
  })
  assert.equal(document.profile_type, 'student')
  assert.equal(document['tutor_profile'], null)
  assert.deepEqual(document.settings, {
    timezone: 'Europe/Kyiv',
    ui_language: 'en',
    notifications_enabled: true,
    privacy_public_profile: false,
  })
})

test('names are normalized and then counted in characters, and all of the claims are kept', async () => {
  const name = '🙂'.repeat(150)
  const token = await app.token({
    sub: 's'.repeat(255),
    email: 'Claims@Example.com',
    given_name: ` ${name}\r\n`,
    family_name: 'и\u0306',
    role: 'tutor',
    is_self_learning: true,
    picture: { unknown: ['claims', 'are', 'nobody’s business'] },
  })
  const { user } = (await read(app, token)).json<ProfileDocument>()
  const { id: _id, ...rest } = user
  assert.deepEqual(rest, {
    email: 'Claims@Example.com',
    first_name: name,
    last_name: 'й',
    role: 'tutor',
    is_self_learning: true,
  })
})

test('fifty first requests of one subject at once make one account, and its entry holds the whole document', async () => {
  const before = (await inventory(app.pool)) as Record<string, number>
  const tokens = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      app.token({ sub: 'crowd', role: 'tutor', given_name: `№ ${i % 3}` }),
    ),
  )
  const answers = await Promise.all(tokens.map((token) => read(app, token)))
  assert.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [200])
  assert.equal(new Set(answers.map(({ body }) => body)).size, 1)
  const after = (await inventory(app.pool)) as Record<string, number>
  for (const [what, count] of Object.entries(after)) assert.equal(count, (before[what] ?? 0) + 1, what)

  const document = answers[0]?.json<ProfileDocument>() as ProfileDocument
  const [entry, ...more] = await entries(app.pool, document.user.id)
  assert.equal(more.length, 0)
  assert.equal(entry?.action, 'system.profile.initialized')
  assert.equal(entry.ip_address, '127.0.0.1')
  assert.deepEqual(entry.metadata, { initial: document, source: 'token' })
})

test('first requests at once with one e-mail and different subjects make one account; the others are told', async () => {
  const before = (await inventory(app.pool)) as Record<string, number>
  const emails = ['Twins@example.com', 'twins@EXAMPLE.com', 'TWINS@example.com', 'twins@example.com']
  const tokens = await Promise.all(emails.map((email, i) => app.token({ sub: `twin ${i}`, email })))
  const answers = await Promise.all(tokens.map((token) => read(app, token)))
  const codes = answers.map((answer) => (answer.statusCode === 200 ? 'ok' : answer.json<Problem>().code))
  assert.deepEqual(codes.toSorted(), ['email_taken', 'email_taken', 'email_taken', 'ok'])
  assert.equal(answers.find(({ statusCode }) => statusCode !== 200)?.statusCode, 409)
  const after = (await inventory(app.pool)) as Record<string, number>
  for (const [what, count] of Object.entries(after)) assert.equal(count, (before[what] ?? 0) + 1, what)
})

test('an e-mail that somebody else has proven opens nothing, however verified it is, and nothing is written', async () => {
  const owner = await app.person({ sub: 'owner', email: 'owner@example.com', email_verified: true })
  const before = await inventory(app.pool)
  for (const email of ['owner@example.com', 'OWNER@Example.Com']) {
    const answer = await read(app, await app.token({ sub: 'thief', email, email_verified: true }))
    assert.equal(answer.statusCode, 409)
    assert.equal(answer.json<Problem>().code, 'email_taken')
    assert.ok(!answer.body.includes(String(owner.userId)))
  }
  assert.deepEqual(await inventory(app.pool), before)
})

test('the same subject with another e-mail later is the same account as it was', async () => {
  const first = await app.person({ sub: 'stable', email: 'stable@example.com', role: 'tutor' })
  const later = await read(
    app,
    await app.token({ sub: 'stable', email: 'other@example.com', role: 'nonsense' }),
  )
  assert.equal(later.statusCode, 200)
  assert.deepEqual([later.json().user.id, later.json().user.email], [first.userId, 'stable@example.com'])
})

/** A database with accounts out of v0.5 and an app on it. */
async function withOldAccounts(t: Parameters<typeof useTestApp>[1] & object, env: Record<string, string>) {
  const database = await createDatabase()
  t.after(() => database.drop())
  const users = await query<{ id: number }>(
    database.pool,
    sql`with old as (
      insert into users (id, email, role, profile_type, updated_at, email_shadowed) values
        (7, 'Old@Example.com', 'tutor', 'tutor', '2019-01-02T03:04:05.678901Z', false),
        (8, 'double@example.com', 'student', 'student', '2019-01-02T03:04:05Z', false),
        (9, 'Double@example.com', 'student', 'student', '2019-01-02T03:04:05Z', true),
        (9007199254740991, 'far@example.com', 'student', 'student', '2019-01-02T03:04:05Z', false)
      returning id, profile_type
    ), chosen as (insert into settings (user_id) select id from old),
    held as (insert into profiles (user_id, profile_type) select id, profile_type from old)
    select id from old`,
  )
  assert.equal(users.length, 4)
  await query(database.pool, sql`select setval(pg_get_serial_sequence('users', 'id'), 9)`)
  return useTestApp({ env, database }, t)
}

const userId = (answer: Answer) => answer.json<ProfileDocument>().user.id

test('with AUTH_SUBJECT_CLAIM=user_id the subject opens the old account of its id, once, and that is logged', async (t) => {
  const old = await withOldAccounts(t, { AUTH_SUBJECT_CLAIM: 'user_id' })
  // simplejwt knows no e-mail.
  const token = await old.token({ sub: 7, email: undefined })
  const answers = await Promise.all(Array.from({ length: 20 }, () => read(old, token)))
  assert.deepEqual(
    [...new Set(answers.map(({ statusCode }) => statusCode))],
    [200],
    answers.find((a) => a.statusCode !== 200)?.body,
  )
  const document = answers[0]?.json<ProfileDocument>()
  assert.equal(document?.user.id, 7)
  assert.equal(document.updated_at, '2019-01-02T03:04:05.678901Z')
  const log = await entries(old.pool, 7)
  assert.equal(log.length, 1)
  assert.deepEqual(log[0]?.metadata, { initial: document, source: 'user_id' })
  assert.ok(log[0].today, 'the entry is of today, not of the last change')
})

test('an id that is no old account, is rounded to one, or is spelled otherwise opens none', async (t) => {
  const old = await withOldAccounts(t, { AUTH_SUBJECT_CLAIM: 'user_id' })
  for (const sub of [
    '07',
    '7.0',
    ' 7',
    '+7',
    '7e0',
    '0',
    '-7',
    '9007199254740992',
    '9007199254740993',
    '99999999999999999999',
  ]) {
    const answer = await read(old, await old.token({ sub, email: `new${Math.random()}@example.com` }))
    assert.equal(answer.statusCode, 200, sub)
    assert.ok(![7, 8, 9, 9007199254740991].includes(userId(answer)), sub)
  }
  assert.equal(
    userId(await read(old, await old.token({ sub: '9007199254740991', email: undefined }))),
    9007199254740991,
  )
})

test('an account made by a token is not opened by a subject that equals its id', async (t) => {
  const old = await withOldAccounts(t, { AUTH_SUBJECT_CLAIM: 'user_id' })
  const made = userId(await read(old, await old.token({ sub: '500', email: 'made@example.com' })))
  assert.notEqual(made, 500)
  const stranger = await read(old, await old.token({ sub: made, email: 'stranger@example.com' }))
  assert.equal(stranger.statusCode, 200)
  assert.notEqual(userId(stranger), made)
  const nobody = await read(old, await old.token({ sub: made + 1000, email: undefined }))
  assert.equal(nobody.statusCode, 400)
})

test('an old account is not opened by its e-mail unless that is switched on', async (t) => {
  const old = await withOldAccounts(t, {})
  const before = await inventory(old.pool)
  for (const claims of [{ email_verified: true }, { sub: '7' }, { sub: '7', user_id: 7 }]) {
    const answer = await read(old, await old.token({ email: 'old@example.com', ...claims }))
    assert.equal(answer.json<Problem>().code, 'email_taken')
  }
  assert.deepEqual(await inventory(old.pool), before)
})

test('with AUTH_LINK_VERIFIED_EMAIL=on a verified e-mail binds the old account, once, and that is logged', async (t) => {
  const old = await withOldAccounts(t, { AUTH_LINK_VERIFIED_EMAIL: 'on' })
  const claim = (sub: string, verified: unknown, email = 'old@example.COM') =>
    old.token({ sub, email, email_verified: verified }).then((token) => read(old, token))
  const before = await inventory(old.pool)
  for (const unverified of [undefined, null, false, 'true', 1, {}]) {
    assert.equal(
      (await claim('thief', unverified)).json<Problem>().code,
      'email_taken',
      JSON.stringify(unverified),
    )
  }
  for (const email of ['double@example.com', 'Double@example.com']) {
    assert.equal(
      (await claim('either', true, email)).json<Problem>().code,
      'email_taken',
      'nobody knows whose it is',
    )
  }
  assert.deepEqual(await inventory(old.pool), before)

  const bound = await claim('old', true)
  assert.equal(userId(bound), 7)
  assert.deepEqual(
    (await entries(old.pool, 7)).map(({ metadata }) => metadata.source),
    ['verified_email'],
  )
  assert.equal((await claim('second', true)).json<Problem>().code, 'email_taken')
  assert.equal(userId(await claim('old', false)), 7)
  assert.deepEqual(await old.actions(7), ['system.profile.initialized'])
})

test('of many subjects that claim an old account at once, one gets it', async (t) => {
  const old = await withOldAccounts(t, { AUTH_LINK_VERIFIED_EMAIL: 'on' })
  const tokens = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      old.token({ sub: `claimant ${i % 10}`, email: 'old@example.com', email_verified: true }),
    ),
  )
  const answers = await Promise.all(tokens.map((token) => read(old, token)))
  const winners = answers.flatMap((answer, i) => (answer.statusCode === 200 ? [i % 10] : []))
  assert.equal(new Set(winners).size, 1)
  assert.equal(winners.length, 2, 'both requests of the one who got it')
  assert.ok(answers.every(({ statusCode }) => statusCode === 200 || statusCode === 409))
  const identities = await query<{ subject: string }>(
    old.pool,
    sql`select subject from identities where user_id = 7`,
  )
  assert.deepEqual(
    identities.map(({ subject }) => subject),
    [`claimant ${winners[0]}`],
  )
  assert.deepEqual(await old.actions(7), ['system.profile.initialized'])
})

test('a bad token never makes an account', async () => {
  const before = await inventory(app.pool)
  const good = await app.token({ sub: 'never' })
  for (const token of [`${good.slice(0, -2)}xx`, good.split('.').slice(0, 2).join('.') + '.', 'garbage']) {
    assert.equal((await read(app, token)).statusCode, 401)
  }
  assert.ok(isDeepStrictEqual(await inventory(app.pool), before))
})
