import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { useTestApp, type Answer, type Person, type TestApp } from '../../test/test-app.ts'
import type { Pool } from '../database/database.ts'
import { addDays, dateAt, dayStarts } from './days.ts'
import type { Summary } from './entries.ts'
import { dropExpired, ensurePartitions } from '../log/partitions.ts'
import { countByDay } from './queries.ts'
import { readDays } from './summary.ts'

const app = await useTestApp()

type NewEntry = [at: string, action?: string]

let stranger: Person

before(async () => {
  await ensurePartitions(app.pool, { from: new Date('2025-06-01'), to: new Date('2026-12-31') })
  stranger = await app.person()
})

/** Somebody in this time zone, with a log of nothing but these entries. */
async function personWith(timezone: string, entries: NewEntry[], { pool, ...on }: TestApp = app) {
  const person = await on.person()
  await on.send('PATCH', '/api/me/settings/', { token: person.token, body: { timezone } })
  await pool.query('delete from activity_log where user_id = $1', [person.userId])
  await write(pool, person.userId, entries)
  return person
}

async function write(pool: Pool, userId: number | null, entries: NewEntry[]): Promise<void> {
  await pool.query(
    `insert into activity_log (id, user_id, action, timestamp)
     select gen_random_uuid(), $1, coalesce(entry ->> 1, 'system.login'), (entry ->> 0)::timestamptz
     from jsonb_array_elements($2) entry`,
    [userId, JSON.stringify(entries)],
  )
}

const ask = ({ token }: Person, query = ''): Promise<Answer> =>
  app.send('GET', `/api/me/activity/summary/?${query}`, { token })

/** The days of a summary with their counts: `2026-11-22 5`. */
async function counts(person: Person, query: string): Promise<string[]> {
  const answer = await ask(person, query)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json<Summary>().days.map(({ date, count }) => `${date} ${count}`)
}

test('days are counted, and on each of them the actions; days without entries are left out', async () => {
  const person = await personWith('Europe/Kyiv', [
    ['2026-11-22T10:00:00Z', 'profile.updated'],
    ['2026-11-22T11:00:00Z', 'avatar.uploaded'],
    ['2026-11-22T12:00:00Z', 'profile.updated'],
    ['2026-11-22T13:00:00Z', 'avatar.uploaded'],
    ['2026-11-22T14:00:00Z', 'profile.updated'],
    ['2026-11-20T14:00:00Z', 'of.another.time'],
    ['2025-11-20T14:00:00Z'],
  ])
  const answer = await ask(person, 'from=2025-11-25&to=2026-11-25')
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(answer.headers['cache-control'], 'private, no-store')
  assert.match(String(answer.headers['vary']), /Authorization, Accept$/)
  assert.equal(answer.headers['etag'], undefined)
  const expected = {
    timezone: 'Europe/Kyiv',
    from: '2025-11-25',
    to: '2026-11-25',
    days: [
      { date: '2026-11-20', count: 1, actions: { 'of.another.time': 1 } },
      { date: '2026-11-22', count: 5, actions: { 'avatar.uploaded': 2, 'profile.updated': 3 } },
    ],
  }
  assert.equal(answer.body, JSON.stringify(expected))
  const withoutSlash = '/api/me/activity/summary?from=2025-11-25&to=2026-11-25'
  assert.equal((await app.send('GET', withoutSlash, { token: person.token })).body, answer.body)
})

test('both ends count, and nothing beyond them', async () => {
  const person = await personWith('UTC', [
    ['2026-06-09T23:59:59.999999Z'],
    ['2026-06-10T00:00:00Z'],
    ['2026-06-11T23:59:59.999999Z'],
    ['2026-06-12T00:00:00Z'],
  ])
  assert.deepEqual(await counts(person, 'from=2026-06-10&to=2026-06-11'), ['2026-06-10 1', '2026-06-11 1'])
  assert.deepEqual(await counts(person, 'from=2026-06-10&to=2026-06-10'), ['2026-06-10 1'])
  assert.deepEqual(await counts(person, 'from=2026-06-01&to=2026-06-08'), [])
})

const boundaries: { name: string; zone: string; range: string; days: Record<string, string[]> }[] = [
  {
    name: 'a day of 23 hours',
    zone: 'Europe/Kyiv',
    range: 'from=2026-03-28&to=2026-03-30',
    days: {
      '2026-03-28': ['2026-03-28T21:59:59.999999Z'],
      '2026-03-29': ['2026-03-28T22:00:00Z', '2026-03-29T20:59:59.999999Z'],
      '2026-03-30': ['2026-03-29T21:00:00Z'],
    },
  },
  {
    name: 'a day of 25 hours',
    zone: 'Europe/Kiev',
    range: 'from=2026-10-24&to=2026-10-26',
    days: {
      '2026-10-24': ['2026-10-24T20:59:59.999999Z'],
      '2026-10-25': ['2026-10-24T21:00:00Z', '2026-10-25T21:59:59.999999Z'],
      '2026-10-26': ['2026-10-25T22:00:00Z'],
    },
  },
  ...[
    { zone: 'America/Santiago', before: '2026-09-05', date: '2026-09-06', start: '2026-09-06T04:00:00Z' },
    { zone: 'Africa/Cairo', before: '2026-04-23', date: '2026-04-24', start: '2026-04-23T22:00:00Z' },
    { zone: 'Asia/Beirut', before: '2026-03-28', date: '2026-03-29', start: '2026-03-28T22:00:00Z' },
  ].map(({ zone, before: last, date, start }) => ({
    name: `a day that begins at 01:00 in ${zone}`,
    zone,
    range: `from=${last}&to=${date}`,
    days: { [last]: [new Date(Date.parse(start) - 1).toISOString()], [date]: [start] },
  })),
  {
    name: 'a midnight that comes twice',
    zone: 'America/Havana',
    range: 'from=2026-10-31&to=2026-11-01',
    days: {
      '2026-10-31': ['2026-11-01T03:59:59.999999Z'],
      '2026-11-01': ['2026-11-01T04:00:00Z', '2026-11-01T05:00:00Z', '2026-11-02T04:59:59.999999Z'],
    },
  },
  {
    name: 'a date that was skipped',
    zone: 'Pacific/Apia',
    range: 'from=2011-12-29&to=2011-12-31',
    days: {
      '2011-12-29': ['2011-12-29T10:00:00Z', '2011-12-30T09:59:59.999999Z'],
      '2011-12-31': ['2011-12-30T10:00:00Z', '2011-12-31T09:59:59.999999Z'],
    },
  },
  {
    name: 'nothing but a date that was skipped',
    zone: 'Pacific/Apia',
    range: 'from=2011-12-30&to=2011-12-30',
    days: {},
  },
  {
    name: 'a zone that Intl does not know',
    zone: 'Factory',
    range: 'from=2026-11-22&to=2026-11-23',
    days: { '2026-11-22': ['2026-11-22T23:59:59.999999Z'], '2026-11-23': ['2026-11-23T00:00:00Z'] },
  },
  {
    name: 'the first day of all',
    zone: 'Asia/Tokyo',
    range: 'from=0001-01-01&to=0001-01-01',
    days: {},
  },
  { name: 'the last day of all', zone: 'America/New_York', range: 'from=9999-01-01&to=9999-12-31', days: {} },
]
for (const { name, zone, range, days } of boundaries) {
  test(`${name} has what happened in it`, async () => {
    const entries = Object.values(days).flat()
    const person = await personWith(
      zone,
      [...entries, '2011-01-01T12:00:00Z', '2026-12-31T12:00:00Z'].map((at) => [at]),
    )
    const expected = Object.entries(days).map(([date, instants]) => `${date} ${instants.length}`)
    assert.deepEqual(await counts(person, range), expected)
  })
}

test('another time zone moves an entry to another day', async () => {
  const person = await personWith('UTC', [['2026-06-10T22:30:00Z'], ['2026-06-11T05:00:00Z']])
  const range = 'from=2026-06-01&to=2026-06-30'
  assert.deepEqual(await counts(person, range), ['2026-06-10 1', '2026-06-11 1'])
  for (const [timezone, days] of [
    ['Europe/Kyiv', ['2026-06-11 2']],
    ['US/Pacific', ['2026-06-10 2']],
  ] as const) {
    await app.send('PATCH', '/api/me/settings/', { token: person.token, body: { timezone } })
    assert.deepEqual(await counts(person, range), days)
    assert.equal((await ask(person)).json<Summary>().timezone, timezone)
  }
})

test("nobody else's entries are counted, nor those of the system", async () => {
  const person = await personWith('UTC', [['2026-06-10T12:00:00Z']])
  const many: NewEntry[] = Array.from({ length: 10 }, () => ['2026-06-10T12:00:00Z'])
  await write(app.pool, stranger.userId, many)
  await write(app.pool, null, many)
  assert.deepEqual(await counts(person, 'from=2026-06-10&to=2026-06-10'), ['2026-06-10 1'])
})

test('without parameters it is the year that ends today, where the user is', async () => {
  for (const timezone of ['Pacific/Kiritimati', 'Etc/GMT+12', 'Factory']) {
    const now = new Date()
    const today = dateAt(timezone, now)
    const [start = 0] = dayStarts(timezone, addDays(today, -365), today)
    const person = await personWith(timezone, [
      [now.toISOString()],
      [new Date(start).toISOString()],
      [new Date(start - 1).toISOString()],
    ])
    const answer = await ask(person)
    // Midnight may have passed meanwhile.
    if (answer.json<Summary>().to !== today) continue
    const { from, days } = answer.json<Summary>()
    assert.equal(from, addDays(today, -365))
    assert.deepEqual(
      days.map(({ date, count }) => [date, count]),
      [
        [from, 1],
        [today, 1],
      ],
    )
  }
})

const ranges: [query: { from?: string; to?: string }, days: string][] = [
  [{}, '2025-11-22…2026-11-22'],
  [{ to: '2026-11-25' }, '2025-11-25…2026-11-25'],
  [{ to: '2028-03-01' }, '2027-03-02…2028-03-01'],
  [{ from: '2026-11-22' }, '2026-11-22…2026-11-22'],
  [{ from: '2025-11-22' }, '2025-11-22…2026-11-22'],
  [{ from: '2028-01-01', to: '2028-12-31' }, '2028-01-01…2028-12-31'],
  [{ from: '2019-05-01', to: '2019-05-02' }, '2019-05-01…2019-05-02'],
  [{ from: '2027-01-01', to: '2027-02-01' }, '2027-01-01…2027-02-01'],
]
test('one end that is given decides the other', () => {
  const now = new Date('2026-11-22T12:00:00Z')
  for (const [query, days] of ranges) {
    const { from, to } = readDays(query, 'Europe/Kyiv', now)
    assert.equal(`${from}…${to}`, days)
  }
  assert.throws(() => readDays({ from: '2026-11-23' }, 'Europe/Kyiv', now), { code: 'validation_failed' })
  assert.throws(() => readDays({ from: '2025-11-21' }, 'Europe/Kyiv', now), { code: 'validation_failed' })
  assert.equal(readDays({ from: '2026-11-23' }, 'Pacific/Kiritimati', now).to, '2026-11-23')
})

const NO_DATE = 'invalid_format {"format":"date"}'
const faulty: { query: string; faults: string[] }[] = [
  ...[
    '2026-11-22T10:15:32Z',
    '2026-11-22T10:15',
    '20261122',
    '2026-11',
    '2026-W47-7',
    '2026-11-2',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-11-00',
    '0000-01-01',
    '10000-01-01',
    '-2026-11-22',
    '%2B2026-11-22',
    '22.11.2026',
    'today',
    '1700000000',
    'infinity',
    '',
    '2026-11-22%0A',
    '%00',
    '%D9%A2%D9%A0%D9%A2%D9%A6-11-22',
  ].flatMap((date) => [
    { query: `from=${date}`, faults: [`from ${NO_DATE}`] },
    { query: `to=${date}`, faults: [`to ${NO_DATE}`] },
  ]),
  { query: 'from=2026-11-23&to=2026-11-22', faults: ['from out_of_range {"max":"2026-11-22"}'] },
  { query: 'from=2025-11-24&to=2026-11-25', faults: ['from out_of_range {"min":"2025-11-25"}'] },
  { query: 'from=2027-12-31&to=2028-12-31', faults: ['from out_of_range {"min":"2028-01-01"}'] },
  { query: 'from=0001-01-01&to=9999-12-31', faults: ['from out_of_range {"min":"9998-12-31"}'] },
  { query: 'from=2026-11-22&from=2026-11-22', faults: ['from duplicate'] },
  { query: 'to=2026-11-22&to=2026-11-23', faults: ['to duplicate'] },
  { query: 'action=avatar.*', faults: ['action unknown_parameter'] },
  { query: 'timezone=UTC', faults: ['timezone unknown_parameter'] },
  {
    query: 'from=x&to=y&limit=5',
    faults: [`from ${NO_DATE}`, 'limit unknown_parameter', `to ${NO_DATE}`],
  },
]
for (const { query, faults } of faulty) {
  test(`refused: ${query}`, async () => {
    const answer = await ask(stranger, query)
    assert.equal(answer.statusCode, 400, answer.body)
    const { code, errors } = answer.json<{
      code: string
      errors: { field: string; code: string; params?: object }[]
    }>()
    assert.equal(code, 'validation_failed')
    const found = errors.map((error) =>
      [error.field, error.code, error.params && JSON.stringify(error.params)].filter(Boolean).join(' '),
    )
    assert.deepEqual(found.sort(), faults)
  })
}

test('what is out of range is told as a date', async () => {
  const answer = await app.send('GET', '/api/me/activity/summary/?from=2026-11-23&to=2026-11-22', {
    token: stranger.token,
    headers: { 'accept-language': 'en' },
  })
  assert.equal(answer.json().errors[0].message, 'Not after 2026-11-22.')
})

test('HEAD tells the same without the counts', async () => {
  const answer = await app.app.inject({
    method: 'HEAD',
    url: '/api/me/activity/summary/',
    headers: { authorization: `Bearer ${stranger.token}` },
  })
  assert.deepEqual([answer.statusCode, answer.body], [200, ''])
})

test('what retention has dropped is not counted, and the rest is', async (t) => {
  const other = await useTestApp({}, t)
  const now = new Date('2026-11-25T12:00:00Z')
  await ensurePartitions(other.pool, { from: new Date('2026-01-01'), now })
  const months = Array.from({ length: 11 }, (_, index) => `2026-${String(index + 1).padStart(2, '0')}`)
  const entries: NewEntry[] = months.map((month) => [`${month}-15T12:00:00Z`])
  const person = await personWith('UTC', [['2025-12-20T00:00:00Z'], ...entries], other)
  const url = '/api/me/activity/summary/?from=2025-12-01&to=2026-11-25'
  const dates = async () => {
    const answer = await other.send('GET', url, { token: person.token })
    return answer.json<Summary>().days.map(({ date }) => date)
  }
  assert.deepEqual(await dates(), ['2025-12-20', ...months.map((month) => `${month}-15`)])
  await dropExpired(other.pool, 100, now)
  assert.deepEqual(
    await dates(),
    months.slice(7).map((month) => `${month}-15`),
  )
})

test('the counts are those of the entries one by one', async () => {
  const actions = ['profile.updated', 'settings.updated', 'avatar.uploaded', 'system.login']
  const [first, last] = [Date.parse('2025-11-20'), Date.parse('2026-11-30')]
  for (const timezone of [
    'Europe/Kyiv',
    'America/Santiago',
    'America/Havana',
    'Africa/Cairo',
    'Asia/Beirut',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Antarctica/Troll',
    'Pacific/Kiritimati',
    'Etc/GMT+12',
  ]) {
    const entries = Array.from({ length: 3000 }, (_, index): [string, string] => [
      new Date(first + Math.floor(Math.random() * (last - first))).toISOString(),
      actions[index % actions.length] ?? '',
    ])
    const format = new Intl.DateTimeFormat('sv', { timeZone: timezone })
    const expected = new Map<string, Map<string, number>>()
    for (const [at, action] of entries) {
      const date = format.format(new Date(at))
      if (date < '2025-11-25' || date > '2026-11-25') continue
      const day = expected.get(date) ?? new Map<string, number>()
      expected.set(date, day.set(action, (day.get(action) ?? 0) + 1))
    }
    const person = await personWith(timezone, entries)
    const { days } = (await ask(person, 'from=2025-11-25&to=2026-11-25')).json<Summary>()
    assert.deepEqual(
      days.map(({ date, actions: counted }) => [date, counted]),
      [...expected]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([date, counted]) => [date, Object.fromEntries(counted)]),
      timezone,
    )
    for (const { count, actions: counted } of days) {
      assert.equal(
        count,
        Object.values(counted).reduce((sum, one) => sum + one, 0),
      )
    }
  }
})

test('counting reads the index of the months asked for and nothing else, and sorts no entries', async () => {
  const person = await personWith('UTC', [])
  await app.pool.query(
    `insert into activity_log (id, user_id, action, timestamp)
     select gen_random_uuid(), case when n % 4 = 0 then $1::bigint else $2::bigint end,
       case when n % 4000 = 0 then 'avatar.deleted' when n % 3 = 0 then 'system.login' else 'profile.updated' end,
       '2026-01-01'::timestamptz + n * interval '4 minutes'
     from generate_series(1, 80000) n`,
    [person.userId, stranger.userId],
  )
  await app.pool.query('vacuum analyze activity_log')
  let plan = ''
  const explaining = {
    run: async ({ text, values }: { text: string; values: unknown[] }) => {
      const { rows } = await app.pool.query<Record<string, string>>(`explain (analyze) ${text}`, values)
      plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      return { rows: [] }
    },
  } as unknown as Pool
  await countByDay(explaining, person.userId, dayStarts('UTC', '2026-03-10', '2026-05-20'))
  const scans = plan.split('\n').filter((line) => / on activity_log_/.test(line))
  const read = scans.filter((line) => !line.includes('never executed'))
  assert.ok(scans.length >= 12, plan)
  assert.deepEqual(
    read.map((line) => /Index Only Scan using activity_log_(\w+)_user_id_action_timestamp/.exec(line)?.[1]),
    ['2026_03', '2026_04', '2026_05'],
    plan,
  )
  assert.match(plan, /HashAggregate/)
  assert.doesNotMatch(plan, /Rows Removed/)
})
