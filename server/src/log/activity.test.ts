import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import Fastify from 'fastify'
import { useTestApp, type Answer, type Person } from '../../test/test-app.ts'
import type { Pool } from '../database/database.ts'
import { upm } from '../index.ts'
import type { Filters } from '../activity/filters.ts'
import { ensurePartitions } from './partitions.ts'
import { findPage } from '../activity/queries.ts'

const app = await useTestApp()

type Entry = { id: string; action: string; entity_type: string | null; timestamp: string; metadata: object }
type NewEntry = { action?: string; entityType?: string; at?: string; id?: string; metadata?: object }

let olena: Person
let stranger: Person

before(async () => {
  await ensurePartitions(app.pool, { from: new Date('2026-01-01'), to: new Date('2026-12-31') })
  olena = await app.person()
  stranger = await app.person()
  await write(stranger, [{}, { action: 'avatar.deleted' }])
})

/** Somebody with a log of nothing but these entries. */
async function personWith(entries: NewEntry[]): Promise<Person> {
  const person = await app.person()
  await app.pool.query('delete from activity_log where user_id = $1', [person.userId])
  await write(person, entries)
  return person
}

async function write({ userId }: Person, entries: NewEntry[]): Promise<void> {
  const rows = entries.map(
    ({ id = randomUUID(), action = 'system.login', entityType = 'system', at, metadata = {} }) => ({
      id,
      user_id: userId,
      action,
      entity_type: entityType,
      metadata,
      timestamp: at ?? '2026-06-01T12:00:00Z',
    }),
  )
  await app.pool.query(
    `insert into activity_log (id, user_id, action, entity_type, metadata, timestamp)
     select id, user_id, action, entity_type, metadata, timestamp from jsonb_to_recordset($1)
       as entry (id uuid, user_id bigint, action text, entity_type text, metadata jsonb, timestamp timestamptz)`,
    [JSON.stringify(rows)],
  )
}

const list = ({ token }: Person, query: string | Record<string, string> = ''): Promise<Answer> =>
  app.send('GET', `/api/me/activity/?${new URLSearchParams(query).toString()}`, { token })

function nextOf(answer: Answer): string | undefined {
  return /^<([^>]+)>; rel="next"$/.exec(String(answer.headers['link']))?.[1]
}

/** Every entry from here to the end, page after page. */
async function walk({ token }: Person, url: string, between?: () => Promise<unknown>): Promise<Entry[]> {
  const entries: Entry[] = []
  for (let next: string | undefined = url; next !== undefined;) {
    const answer: Answer = await app.send('GET', next, { token })
    assert.equal(answer.statusCode, 200)
    entries.push(...answer.json<Entry[]>())
    next = nextOf(answer)
    await between?.()
  }
  return entries
}

test('an entry has the members of the contract, in their order, and belongs to nobody else', async () => {
  await app.send('PATCH', '/api/me/settings/', {
    token: olena.token,
    body: { timezone: 'Europe/Kyiv' },
    headers: { 'user-agent': 'Phone/1.0' },
  })
  const answer = await list(olena)
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(answer.headers['cache-control'], 'private, no-store')
  assert.match(String(answer.headers['vary']), /Authorization, Accept(?:,|$)/)
  assert.equal(answer.headers['link'], undefined)
  const [entry, ...rest] = answer.json<Entry[]>()
  assert.ok(entry)
  const { id, timestamp, ...members } = entry
  assert.match(id, /^[\da-f-]{36}$/)
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  assert.deepEqual(members, {
    action: 'settings.updated',
    entity_type: 'settings',
    entity_id: String(olena.userId),
    metadata: { changed: ['timezone'], before: { timezone: 'UTC' }, after: { timezone: 'Europe/Kyiv' } },
    ip_address: '127.0.0.1',
    user_agent: 'Phone/1.0',
    actor: null,
  })
  assert.deepEqual(Object.keys(entry), [
    'id',
    'action',
    'entity_type',
    'entity_id',
    'metadata',
    'timestamp',
    'ip_address',
    'user_agent',
    'actor',
  ])
  assert.deepEqual(
    rest.map(({ action }) => action),
    ['system.profile.initialized'],
  )
})

const filtered: { query: string; actions: string[] }[] = [
  { query: '', actions: ['f', 'e', 'd', 'c', 'b', 'a'] },
  { query: 'limit=2', actions: ['f', 'e'] },
  { query: 'action=profile.updated', actions: ['d', 'a'] },
  { query: 'action=profile.updated,avatar.deleted', actions: ['f', 'd', 'a'] },
  { query: 'action=avatar.*', actions: ['f', 'c'] },
  { query: 'action=avatar.*,avatar.deleted,system.profile.initialized', actions: ['f', 'c', 'b'] },
  { query: 'action=system.profile.*', actions: ['b'] },
  { query: 'action=system.*', actions: ['e', 'b'] },
  { query: 'action=invite.sent', actions: [] },
  { query: 'entity_type=avatar', actions: ['f', 'c'] },
  { query: 'entity_type=', actions: [] },
  { query: 'entity_type=avatar&action=avatar.uploaded', actions: ['c'] },
  { query: 'before=2026-04-01T00:00:00.000004Z', actions: ['c', 'b', 'a'] },
  { query: 'before=2026-04-01T00:00:00.000005Z', actions: ['d', 'c', 'b', 'a'] },
  { query: 'after=2026-04-01T00:00:00.000004Z', actions: ['f', 'e'] },
  { query: 'after=2026-04-01T00:00:00.000003Z', actions: ['f', 'e', 'd'] },
  { query: 'after=2026-02-01T00:00Z&before=2026-05-01T00:00:00Z', actions: ['d', 'c'] },
  { query: 'after=2026-05-01T00:00:00Z&before=2026-02-01T00:00:00Z', actions: [] },
  {
    query: 'after=2026-02-01T00:00:00Z&before=2026-05-01T00:00:00Z&action=avatar.*&entity_type=avatar',
    actions: ['c'],
  },
  // The same instant, as other offsets write it; in a query "+" stands for a space.
  { query: 'before=2026-04-01T03:00:00.000004%2B03:00', actions: ['c', 'b', 'a'] },
  { query: 'before=2026-04-01T03:00:00.000004+03:00', actions: ['c', 'b', 'a'] },
  { query: 'before=2026-03-31T18:30:00.000004-0530', actions: ['c', 'b', 'a'] },
  {
    query: 'after=0001-01-01T00:00:00Z&before=9999-12-31T23:59:59.999999Z',
    actions: ['f', 'e', 'd', 'c', 'b', 'a'],
  },
]

test('filters', async (t) => {
  const entries = Object.entries({
    a: ['profile.updated', 'profile', '2026-01-01T00:00:00Z'],
    b: ['system.profile.initialized', 'profile', '2026-02-01T00:00:00Z'],
    c: ['avatar.uploaded', 'avatar', '2026-03-01T00:00:00Z'],
    d: ['profile.updated', 'profile', '2026-04-01T00:00:00.000004Z'],
    e: ['system.login', 'system', '2026-05-01T00:00:00Z'],
    f: ['avatar.deleted', 'avatar', '2026-06-01T00:00:00Z'],
  })
  const person = await personWith(
    entries.map(([name, [action = '', entityType = '', at = '']]) => ({
      action,
      entityType,
      at,
      metadata: { name },
    })),
  )
  for (const { query, actions } of filtered) {
    await t.test(query === '' ? 'none' : query, async () => {
      const answer = await app.send('GET', `/api/me/activity/?${query}`, { token: person.token })
      assert.equal(answer.statusCode, 200)
      const names = answer.json<{ metadata: { name: string } }[]>().map(({ metadata }) => metadata.name)
      assert.deepEqual(names, actions)
    })
  }
})

const faulty: { query: string; faults: string[] }[] = [
  ...['0', '101', '-1', '1000000000'].map((limit) => ({
    query: `limit=${limit}`,
    faults: ['limit out_of_range'],
  })),
  ...['abc', '', '1.5', '1e1', '0x10'].map((limit) => ({
    query: `limit=${limit}`,
    faults: ['limit invalid_type'],
  })),
  ...[
    '2026-11-22',
    '2026-11-22T10:15:32',
    '2026-11-22T10:15:32.123',
    '2026-11-22T10:15:32.1234567Z',
    '2026-11-22T10:15:32.Z',
    '2025-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T10:15:60Z',
    '2026-11-22T10:15:32%2B24:00',
    '2026-11-22T10:15:32%2B02:60',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00%2B01:00',
    '9999-12-31T23:59:59-01:00',
    '10000-01-01T00:00:00Z',
    '%2B275760-09-13T00:00:00Z',
    '-2026-11-22T10:15:32Z',
    '1700000000',
    'now',
    'infinity',
    '',
    '%00',
  ].flatMap((instant) => [
    { query: `before=${instant}`, faults: ['before invalid_format'] },
    { query: `after=${instant}`, faults: ['after invalid_format'] },
  ]),
  ...[
    'nope',
    'avatar',
    'avatar.',
    'avatar.*.*',
    '*',
    '.*',
    '',
    ',',
    'avatar.deleted,',
    'avatar.deleted,nope',
    'nope.*',
    'ava*',
    'Avatar.deleted',
  ].map((action) => ({ query: `action=${action}`, faults: ['action unknown_value'] })),
  { query: 'action=%00', faults: ['action invalid_format'] },
  { query: `entity_type=${'x'.repeat(101)}`, faults: ['entity_type max_length'] },
  { query: 'entity_type=a%00', faults: ['entity_type invalid_format'] },
  { query: 'entity_type=a%0Ab', faults: ['entity_type invalid_format'] },
  ...[
    '',
    'x',
    'null',
    '%00',
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    cursor('2026-11-22T10:15:32.123456Z'),
    cursor('2026-11-22T10:15:32.123456Z not-an-id'),
    cursor('2025-02-30T10:15:32.123456Z 019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7'),
    cursor('2026-11-22T10:15:32Z 019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7'),
    `${cursor('2026-11-22T10:15:32.123456Z 019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7')}=`,
    `!${cursor('2026-11-22T10:15:32.123456Z 019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7')}`,
  ].map((text) => ({ query: `cursor=${text}`, faults: ['cursor invalid_format'] })),
  { query: 'limit=5&limit=6', faults: ['limit duplicate'] },
  { query: 'action=avatar.*&action=system.*', faults: ['action duplicate'] },
  { query: 'before=2026-11-22T10:15:32Z&before=2026-11-22T10:15:32Z', faults: ['before duplicate'] },
  { query: 'page=2', faults: ['page unknown_parameter'] },
  { query: '__proto__=1', faults: ['__proto__ unknown_parameter'] },
  {
    query: 'limit=0&before=x&after=y&action=z&entity_type=%07&cursor=c&user_id=1',
    faults: [
      'action unknown_value',
      'after invalid_format',
      'before invalid_format',
      'cursor invalid_format',
      'entity_type invalid_format',
      'limit out_of_range',
      'user_id unknown_parameter',
    ],
  },
]

function cursor(text: string): string {
  return Buffer.from(text).toString('base64url')
}

for (const { query, faults } of faulty) {
  test(`refused: ${query.slice(0, 80)}`, async () => {
    const answer = await app.send('GET', `/api/me/activity/?${query}`, { token: olena.token })
    assert.equal(answer.statusCode, 400)
    const { code, errors } = answer.json<{ code: string; errors: { field: string; code: string }[] }>()
    assert.equal(code, 'validation_failed')
    assert.deepEqual(errors.map((error) => `${error.field} ${error.code}`).sort(), faults)
    assert.equal(answer.headers['link'], undefined)
  })
}

test('nobody reads without a token', async () => {
  assert.equal((await app.send('GET', '/api/me/activity/')).statusCode, 401)
})

for (const { accept, status } of [
  { accept: '*/*', status: 200 },
  { accept: '', status: 200 },
  { accept: 'application/*', status: 200 },
  { accept: 'application/json;charset=UTF-8', status: 200 },
  { accept: 'text/html, application/json;q=0.1', status: 200 },
  { accept: 'text/csv;q=0.2, application/json;q=0.3', status: 200 },
  { accept: 'text/html', status: 406 },
  { accept: 'application/xml', status: 406 },
  { accept: 'application/json;q=0', status: 406 },
]) {
  test(`Accept: ${accept} → ${status}`, async () => {
    const answer = await app.send('GET', '/api/me/activity/', { token: olena.token, headers: { accept } })
    assert.equal(answer.statusCode, status)
    if (status === 200) assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    else assert.equal(answer.json<{ code: string }>().code, 'not_acceptable')
  })
}

test('pages neither skip nor repeat entries of the same microsecond while others arrive', async () => {
  const instants = ['2026-03-01T00:00:00.000001Z', '2026-03-01T00:00:00.000002Z', '2026-05-01T00:00:00Z']
  const entries = Array.from({ length: 400 }, (_, index) => ({
    id: randomUUID(),
    at: instants[index % 40 === 0 ? 2 : index % 3 === 0 ? 1 : 0] ?? '',
    action: index % 5 === 0 ? 'profile.updated' : 'system.login',
  }))
  const person = await personWith(entries)
  const arrive = () =>
    write(person, [{ at: '2026-07-01T00:00:00Z' }, { at: '2026-07-01T00:00:00Z', action: 'profile.updated' }])
  const expected = (wanted: (entry: (typeof entries)[number]) => boolean) =>
    entries
      .filter(wanted)
      .map(
        ({ id, at }) =>
          `${new Date(at).toISOString().slice(0, 19)}${at.slice(19).padEnd(8, '.000000Z')} ${id}`,
      )
      .sort()
      .toReversed()
      .map((line) => line.split(' ')[1])
  for (const { query, wanted } of [
    { query: 'limit=7', wanted: () => true },
    { query: 'limit=1&after=2026-04-01T00:00:00Z', wanted: ({ at }: { at: string }) => at === instants[2] },
    {
      query: 'limit=10&action=profile.updated',
      wanted: ({ action }: { action: string }) => action === 'profile.updated',
    },
    { query: 'limit=33&action=profile.updated,system.*&entity_type=system', wanted: () => true },
    {
      query: 'limit=40&before=2026-03-01T00:00:00.000002Z',
      wanted: ({ at }: { at: string }) => at === instants[0],
    },
    { query: 'limit=100', wanted: () => true },
  ]) {
    const seen = (await walk(person, `/api/me/activity/?${query}`, arrive))
      .filter(({ timestamp }) => timestamp < '2026-07')
      .map(({ id }) => id)
    assert.deepEqual(seen, expected(wanted), query)
  }
})

test('the next page is at the address of the request, with all its parameters', async () => {
  const person = await personWith(
    Array.from({ length: 3 }, () => ({ action: 'avatar.deleted', entityType: 'a & b' })),
  )
  const query = {
    limit: '1',
    after: '2026-01-01T02:00:00+02:00',
    before: '2026-12-01T00:00:00Z',
    action: 'avatar.*,system.login',
    entity_type: 'a & b',
  }
  const first = await list(person, query)
  const next = new URL(nextOf(first) ?? '', 'http://localhost')
  assert.equal(next.pathname, '/api/me/activity/')
  const { cursor: position, ...rest } = Object.fromEntries(next.searchParams)
  assert.deepEqual(rest, query)
  assert.match(position ?? '', /^[\w-]+$/)
  // A cursor is only a position: it also leads on from where other filters begin.
  const second = await list(person, { cursor: position ?? '', limit: '2' })
  assert.equal(second.json<Entry[]>().length, 2)
  assert.equal(second.headers['link'], undefined)
  const withoutSlash = await app.send('GET', '/api/me/activity?limit=1', { token: person.token })
  assert.match(nextOf(withoutSlash) ?? '', /^\/api\/me\/activity\?limit=1&cursor=/)
  assert.equal((await walk(person, nextOf(withoutSlash) ?? '')).length, 2)
})

test('a page that ends with the last entry has no next one', async () => {
  const person = await personWith(Array.from({ length: 4 }, () => ({})))
  assert.equal((await list(person, 'limit=4')).headers['link'], undefined)
  assert.ok((await list(person, 'limit=3')).headers['link'])
  assert.equal((await list(person, 'limit=5')).headers['link'], undefined)
  const nobody = await personWith([])
  const empty = await list(nobody)
  assert.equal(empty.body, '[]')
  assert.equal(empty.headers['link'], undefined)
})

test('a page has 50 entries when nobody says otherwise', async () => {
  const person = await personWith(Array.from({ length: 60 }, () => ({})))
  assert.equal((await list(person)).json<Entry[]>().length, 50)
})

test('a timestamp that is given back as before and after takes nothing with it and leaves nothing out', async () => {
  const person = await personWith(
    Array.from({ length: 9 }, (_, index) => ({ at: `2026-06-01T00:00:00.00000${index}Z` })),
  )
  const all = (await list(person)).json<Entry[]>()
  for (const [index, { timestamp }] of all.entries()) {
    const older = (await list(person, { before: timestamp })).json<Entry[]>()
    const newer = (await list(person, { after: timestamp })).json<Entry[]>()
    assert.deepEqual([...newer, all[index], ...older], all)
  }
})

test('under the prefix of a host the links lead there', async (t) => {
  const { config, pool, storage } = app
  const host = Fastify({ pluginTimeout: 0 })
  t.after(() => host.close())
  await host.register(upm, { auth: config.auth, prefix: '/account', resources: { pool, storage } })
  const person = await personWith(Array.from({ length: 2 }, () => ({})))
  const get = (url: string) => host.inject({ url, headers: { authorization: `Bearer ${person.token}` } })
  const next = nextOf(await get('/account/api/me/activity/?limit=1')) ?? ''
  assert.match(next, /^\/account\/api\/me\/activity\/\?limit=1&cursor=/)
  assert.equal((await get(next)).json<Entry[]>().length, 1)
})

test('HEAD tells the same without the entries', async () => {
  const answer = await app.app.inject({
    method: 'HEAD',
    url: '/api/me/activity/?limit=1',
    headers: { authorization: `Bearer ${olena.token}` },
  })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.body, '')
  assert.match(String(answer.headers['link']), /rel="next"/)
})

const everything: Filters = { actions: null, entityType: null, after: null, below: null }
const march = { timestamp: '2026-03-15T00:00:00.000000Z', id: randomUUID() }

/** How PostgreSQL finds the page of these filters. */
async function explain(userId: number, filters: Filters): Promise<string> {
  let plan = ''
  const explaining = {
    run: async ({ text, values }: { text: string; values: unknown[] }) => {
      const { rows } = await app.pool.query<Record<string, string>>(`explain (analyze) ${text}`, values)
      plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      return { rows: [{}] }
    },
  }
  await findPage(explaining as unknown as Pool, userId, filters, 50)
  return plan
}

test('a page is a walk down an index that reads no entry in vain, however many there are', async () => {
  const person = await personWith([])
  await app.pool.query(
    `insert into activity_log (id, user_id, action, entity_type, timestamp)
     select gen_random_uuid(), case when n % 4 = 0 then $1::bigint else $2::bigint end,
       case when n % 4000 = 0 then 'avatar.deleted' when n % 3 = 0 then 'system.login' else 'profile.updated' end,
       case when n % 4000 = 0 then 'avatar' else 'profile' end,
       '2026-01-01'::timestamptz + n * interval '4 minutes'
     from generate_series(1, 80000) n`,
    [person.userId, stranger.userId],
  )
  await app.pool.query('analyze activity_log')
  for (const [name, filters] of Object.entries<Filters>({
    everything,
    'a frequent action': { ...everything, actions: ['profile.updated'] },
    'a rare action': { ...everything, actions: ['avatar.deleted'] },
    'one that never happened': { ...everything, actions: ['invite.sent'] },
    'several actions': { ...everything, actions: ['avatar.deleted', 'avatar.uploaded', 'system.login'] },
    'a rare kind of entity': { ...everything, entityType: 'avatar' },
    'older entries': { ...everything, below: march },
    'newer entries': { ...everything, after: march.timestamp },
    'older entries of a rare action': { ...everything, actions: ['avatar.deleted'], below: march },
    'entries between': { ...everything, after: '2026-03-01T00:00:00.000000Z', below: march },
  })) {
    const plan = await explain(person.userId, filters)
    assert.match(plan, /Index Scan using activity_log_2026_0\d_user_id/, name)
    assert.doesNotMatch(plan, /Seq Scan|Bitmap|Rows Removed/, `${name}\n${plan}`)
  }
})
