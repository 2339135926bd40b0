import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { useTestApp, type Person } from '../../test/test-app.ts'
import { createExports } from './export.ts'

const app = await useTestApp()

const NDJSON = 'application/x-ndjson'
const CSV = 'text/csv'
const MANY = 50_000

type Entry = Record<string, unknown> & { id: string; action: string }

let reader: Person
let heavy: Person
let origin: string

before(async () => {
  await app.app.listen({ port: 0, host: '127.0.0.1' })
  origin = `http://127.0.0.1:${(app.app.server.address() as AddressInfo).port}`
  reader = await app.person()
  heavy = await app.person()
  await write(reader, 730)
  await app.pool.query(
    `update activity_log set actor_kind = 'service', actor_id = 'bil"ling' where user_id = $1 and entity_id like '%5'`,
    [reader.userId],
  )
  await write(heavy, MANY)
  await app.pool.query('analyze activity_log')
})

/** Entries of which some share an instant. */
async function write({ userId }: Person, count: number): Promise<void> {
  await app.pool.query(
    `insert into activity_log (id, user_id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent)
     select gen_random_uuid(), $1, case when n % 3 = 0 then 'avatar.deleted' else 'system.login' end,
       case when n % 2 = 0 then 'system' end, n, jsonb_build_object('n', n, 'text', repeat('Привіт, "світе"! ', 10)),
       '2026-01-01'::timestamptz + (n / 3) * interval '1 second', '203.0.113.7', 'Phone/1.0'
     from generate_series(1, $2) n`,
    [userId, count],
  )
}

/** Not `app.send`: it holds answers against the contract as JSON. */
const ask = ({ token }: Person, accept: string, query = '') =>
  app.app.inject({ url: `/api/me/activity/?${query}`, headers: { authorization: `Bearer ${token}`, accept } })

/** Over a real connection, which can be slow and can be closed. */
async function open({ token }: Person, accept: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${token}`, accept }
  const request = get(`${origin}/api/me/activity/`, { headers, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  request.on('error', () => {})
  return response
}

async function pages({ token }: Person, query = ''): Promise<Entry[]> {
  const entries: Entry[] = []
  let url: string | undefined = `/api/me/activity/?limit=100&${query}`
  while (url !== undefined) {
    const answer = await app.send('GET', url, { token })
    entries.push(...answer.json<Entry[]>())
    url = /^<([^>]+)>/.exec(String(answer.headers['link']))?.[1]
  }
  return entries
}

const lines = (text: string): Entry[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)

/** RFC 4180, section 2. */
function records(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  assert.equal(rows.map((cells) => cells.map(quote).join(',') + '\r\n').join(''), text)
  return rows
}

const quote = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

async function allConnectionsAreBack(): Promise<void> {
  const deadline = Date.now() + 5_000
  while (app.pool.idleCount < app.pool.totalCount) {
    assert.ok(Date.now() < deadline, 'a connection was not given back')
    await pause(10)
  }
}

for (const query of [
  '',
  'action=avatar.*',
  'entity_type=system&before=2026-01-01T00:01:00Z',
  'action=invite.sent',
]) {
  test(`a stream has the same entries as the pages: ${query || 'all'}`, async () => {
    const expected = await pages(reader, query)
    const ndjson = await ask(reader, NDJSON, query)
    assert.equal(ndjson.statusCode, 200)
    assert.match(String(ndjson.headers['content-type']), /^application\/x-ndjson/)
    assert.equal(ndjson.headers['cache-control'], 'private, no-store')
    assert.deepEqual(lines(ndjson.body), expected)

    const csv = await ask(reader, CSV, query)
    assert.equal(csv.statusCode, 200)
    assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8')
    assert.equal(csv.headers['content-disposition'], 'attachment; filename="activity.csv"')
    const [header = [], ...rows] = records(csv.body)
    assert.deepEqual(
      header,
      'id,action,entity_type,entity_id,metadata,timestamp,ip_address,user_agent,actor'.split(','),
    )
    const entries = rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index]])))
    assert.deepEqual(
      entries.map(({ metadata = '', actor = '', ...entry }) => ({
        ...entry,
        metadata: JSON.parse(metadata) as unknown,
        actor: JSON.parse(actor || 'null') as unknown,
      })),
      expected.map((entry) => ({ ...entry, entity_type: entry['entity_type'] ?? '' })),
    )
  })
}

test('a cell that a spreadsheet would take for a formula begins with an apostrophe', async () => {
  const person = await app.person()
  await app.pool.query('delete from activity_log where user_id = $1', [person.userId])
  const agents = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '\rx',
    'a=b',
    '=HYPERLINK("http://evil.example","x")',
    'a\nb',
    '"',
  ]
  for (const agent of agents) {
    await app.pool.query(
      `insert into activity_log (id, user_id, action, user_agent) values (gen_random_uuid(), $1, 'system.login', $2)`,
      [person.userId, agent],
    )
  }
  const [, ...rows] = records((await ask(person, CSV)).body)
  assert.deepEqual(
    rows.map((cells) => cells.at(-2)).toReversed(),
    agents.map((agent) => (/^[=+\-@\t\r]/.test(agent) ? `'${agent}` : agent)),
  )
  // NDJSON is for programs: there they are as they were.
  assert.deepEqual(
    lines((await ask(person, NDJSON)).body).map((entry) => entry['user_agent']),
    agents.toReversed(),
  )
})

const refused: { accept: string; query: string; status: number; fault?: string }[] = [
  { accept: NDJSON, query: 'limit=10', status: 400, fault: 'limit unknown_parameter' },
  { accept: CSV, query: 'cursor=abc', status: 400, fault: 'cursor unknown_parameter' },
  { accept: CSV, query: 'before=yesterday', status: 400, fault: 'before invalid_format' },
  { accept: NDJSON, query: 'action=nope', status: 400, fault: 'action unknown_value' },
  { accept: 'text/plain', query: '', status: 406 },
]

for (const { accept, query, status, fault } of refused) {
  test(`refused: ${accept} of ${query}`, async () => {
    const answer = await ask(reader, accept, query)
    assert.equal(answer.statusCode, status)
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    assert.equal(answer.headers['content-disposition'], undefined)
    const { errors } = answer.json<{ errors?: { field: string; code: string }[] }>()
    if (fault !== undefined)
      assert.deepEqual(
        errors?.map(({ field, code }) => `${field} ${code}`),
        [fault],
      )
  })
}

for (const { accept, type } of [
  { accept: 'text/csv;q=0.5, application/x-ndjson', type: NDJSON },
  { accept: 'application/json;q=0.1, text/csv;q=0.9', type: CSV },
  { accept: 'text/*', type: CSV },
]) {
  test(`Accept: ${accept} → ${type}`, async () => {
    const answer = await ask(reader, accept)
    assert.equal(String(answer.headers['content-type']).split(';', 1)[0], type)
  })
}

test('an empty selection is an empty NDJSON and a CSV with its heading', async () => {
  assert.equal((await ask(reader, NDJSON, 'action=invite.sent')).body, '')
  assert.equal(records((await ask(reader, CSV, 'action=invite.sent')).body).length, 1)
})

test('HEAD reads nothing', async () => {
  const answer = await app.app.inject({
    method: 'HEAD',
    url: '/api/me/activity/',
    headers: { authorization: `Bearer ${heavy.token}`, accept: CSV },
  })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8')
  assert.equal(answer.body, '')
  await allConnectionsAreBack()
})

test('a slow reader costs little memory and holds up nobody, and gets everything', async () => {
  const start = memory()
  let [bytes, newlines, chunks, peak] = [0, 0, 0, 0]
  const response = await open(heavy, NDJSON)
  const paused = new Promise<void>((resolve) => {
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      for (const byte of chunk) if (byte === 10) newlines++
      if (chunks++ % 200 !== 0) return
      peak = Math.max(peak, memory() - start)
      response.pause()
      resolve()
      if (chunks > 1) setTimeout(() => response.resume(), 5)
    })
  })
  await paused
  await pause(300)
  assert.equal(app.pool.totalCount - app.pool.idleCount, 1)
  assert.equal((await app.send('GET', '/api/me/activity/', { token: heavy.token })).statusCode, 200)
  response.resume()
  await once(response, 'end')
  assert.ok(response.complete)
  // The entry that made the account is one more.
  assert.equal(newlines, MANY + 1)
  assert.ok(bytes > 20_000_000, `${bytes} bytes`)
  assert.ok(peak < 8_000_000, `${peak} bytes more in use`)
  await allConnectionsAreBack()
})

/** What is in use when the garbage is gone. */
function memory(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // What the first round finalizes is free after the second.
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test('a reader who goes away gives the connection back', async () => {
  const response = await open(heavy, CSV)
  await once(response, 'data')
  response.destroy()
  await allConnectionsAreBack()
  assert.equal((await ask(reader, NDJSON)).statusCode, 200)
})

test('a database that fails on the way breaks the transfer off, and the server goes on', async () => {
  const response = await open(heavy, NDJSON)
  await once(response, 'data')
  response.pause()
  const { rowCount } = await app.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'fetch %'`,
  )
  assert.equal(rowCount, 1)
  response.resume()
  await assert.rejects(once(response, 'end'), { code: 'ECONNRESET' })
  assert.equal(response.complete, false)
  await allConnectionsAreBack()
  assert.equal((await ask(reader, NDJSON)).statusCode, 200)
})

test('of one user there are two streams at once, and of all half as many as there are connections', async () => {
  const first = [await open(heavy, NDJSON), await open(heavy, CSV)]
  const third = await ask(heavy, NDJSON)
  assert.equal(third.statusCode, 503)
  assert.equal(third.json<{ code: string }>().code, 'unavailable')
  assert.match(String(third.headers['retry-after']), /^\d+$/)
  assert.equal((await ask(reader, NDJSON)).statusCode, 200)
  for (const response of first) response.destroy()
  await allConnectionsAreBack()
  assert.equal((await ask(heavy, NDJSON, 'action=invite.sent')).statusCode, 200)

  const { open: openExport } = createExports({ pool: app.pool })
  const filters = { actions: null, entityType: null, after: null, below: null }
  const streams = [1, 2, 3, 4, 5].map((userId) => openExport(userId, filters, 'csv'))
  assert.throws(() => openExport(6, filters, 'csv'), { code: 'unavailable' })
  for (const stream of streams) stream.destroy()
  await Promise.all(streams.map((stream) => once(stream, 'close')))
  openExport(6, filters, 'csv').destroy()
})

for (const [name, limits] of Object.entries({
  'a reader who stalls': { stallMs: 50 },
  'a stream that takes too long': { maxMs: 50 },
})) {
  test(`${name} loses the stream`, async () => {
    const filters = { actions: null, entityType: null, after: null, below: null }
    const stream = createExports({ pool: app.pool, ...limits }).open(heavy.userId, filters, 'ndjson')
    await once(stream, 'readable')
    stream.read(1)
    await assert.rejects(once(stream, 'close'), /nobody has read|took longer/)
    await allConnectionsAreBack()
  })
}
