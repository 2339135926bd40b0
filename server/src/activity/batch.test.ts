import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { useTestApp, type Answer, type Person } from '../../test/test-app.ts'

const app = await useTestApp()

let service: string
let olena: Person
let taras: Person

before(async () => {
  service = await app.token({ sub: 'billing', scope: 'openid activity:write', email: undefined })
  olena = await app.person()
  taras = await app.person()
})

const post = (body: unknown, token = service): Promise<Answer> =>
  app.send('POST', '/api/activity/', { token, body })
const login = (userId: number | null, more: object = {}) => ({
  id: randomUUID(),
  user_id: userId,
  action: 'system.login',
  ...more,
})

type Stored = Record<string, unknown> & { id: string; timestamp: string }

async function stored(ids: string[]): Promise<Stored[]> {
  const { rows } = await app.pool.query<Stored>(
    `select id, user_id, actor_id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent, request_id
     from activity_log where id = any($1) order by timestamp`,
    [ids],
  )
  return rows
}

async function count(): Promise<number> {
  const { rows } = await app.pool.query<{ count: number }>('select count(*) from activity_log')
  return rows[0]?.count ?? 0
}

test('a service logs for users and for the system, in the order of its batch', async () => {
  const batch = [
    login(olena.userId, { metadata: { method: 'sso' } }),
    login(null),
    {
      id: randomUUID(),
      user_id: taras.userId,
      action: 'invite.sent',
      entity_type: 'course',
      entity_id: 1871,
    },
    ...Array.from({ length: 200 }, () => login(olena.userId)),
  ]
  const answer = await app.send('POST', '/api/activity/', {
    token: service,
    body: batch,
    headers: { 'x-request-id': 'billing-7', 'user-agent': 'billing/3' },
  })
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), { accepted: 203, duplicates: 0 })
  const rows = await stored(batch.map(({ id }) => id))
  assert.deepEqual(
    rows.map(({ id }) => id),
    batch.map(({ id }) => id),
  )
  assert.equal(new Set(rows.map(({ timestamp }) => timestamp)).size, 203)
  const common = { actor_id: 'billing', ip_address: null, user_agent: null, request_id: 'billing-7' }
  const [first, second, third] = rows.map(({ id: _id, timestamp: _timestamp, ...row }) => row)
  assert.deepEqual(first, {
    ...common,
    user_id: olena.userId,
    action: 'system.login',
    entity_type: 'system',
    entity_id: String(olena.userId),
    metadata: { method: 'sso' },
  })
  assert.deepEqual(second, {
    ...common,
    user_id: null,
    action: 'system.login',
    entity_type: 'system',
    entity_id: null,
    metadata: {},
  })
  assert.deepEqual(third, {
    ...common,
    user_id: taras.userId,
    action: 'invite.sent',
    entity_type: 'course',
    entity_id: '1871',
    metadata: {},
  })
  const page = await app.send('GET', '/api/me/activity/?action=invite.sent', { token: taras.token })
  assert.equal(page.json<Stored[]>()[0]?.id, batch[2]?.id)
})

test('a service gets no account', async () => {
  const { rows } = await app.pool.query(`select from identities where subject = 'billing'`)
  assert.equal(rows.length, 0)
})

test('a batch that is sent again adds nothing', async () => {
  const batch = [login(olena.userId), login(olena.userId)]
  assert.deepEqual((await post(batch)).json(), { accepted: 2, duplicates: 0 })
  const total = await count()
  assert.deepEqual((await post(batch)).json(), { accepted: 0, duplicates: 2 })
  assert.deepEqual((await post([...batch, login(null)])).json(), { accepted: 1, duplicates: 2 })
  assert.equal(await count(), total + 1)
})

test('of an id that stands in the batch twice the first entry counts', async () => {
  const entry = login(olena.userId, { metadata: { method: 'first' } })
  const again = { ...entry, id: entry.id.toUpperCase(), metadata: { method: 'second' } }
  assert.deepEqual((await post([entry, login(null), again])).json(), { accepted: 2, duplicates: 1 })
  assert.deepEqual(
    (await stored([entry.id])).map(({ metadata }) => metadata),
    [{ method: 'first' }],
  )
})

test('batches that share entries and arrive at once add each entry once', async () => {
  const entries = Array.from({ length: 300 }, () => login(olena.userId))
  const total = await count()
  const shuffled = (step: number) => entries.map((_, index) => entries[(index * step) % entries.length])
  const answers = await Promise.all([1, 7, 11, 13, 299, 1].map((step) => post(shuffled(step))))
  const receipts = answers.map((answer) => answer.json<{ accepted: number; duplicates: number }>())
  assert.equal(
    receipts.reduce((sum, { accepted }) => sum + accepted, 0),
    300,
  )
  for (const { accepted, duplicates } of receipts) assert.equal(accepted + duplicates, 300)
  assert.equal(await count(), total + 300)
})

test('secrets are not kept', async () => {
  const entry = login(olena.userId, {
    metadata: { method: 'password', token: 'abc', nested: [{ api_key: 'abc' }] },
  })
  await post([entry])
  assert.deepEqual(
    (await stored([entry.id])).map(({ metadata }) => metadata),
    [{ method: 'password', token: '[redacted]', nested: [{ api_key: '[redacted]' }] }],
  )
})

test('a batch with faults is refused whole, and each fault is named', async () => {
  const good = login(olena.userId)
  const total = await count()
  const answer = await post([
    good,
    { user_id: 0, action: 'nobody.knows', entity_type: 'x'.repeat(101), entity_id: true, extra: 1 },
    { ...login(4_000_000), id: 'urn:uuid:019aab60-51d2-7b3a-8f07-6c1de5a4b920' },
    login(4_000_001, { metadata: { method: 7 } }),
    { id: randomUUID(), user_id: olena.userId, action: 'profile.updated' },
    'no entry',
    login(null, {
      metadata: { a: { b: ['ok', 'x\0'] }, '\ud800': 1, c: '\udfff' },
      entity_id: 'x'.repeat(65),
    }),
    login(null, { metadata: [] }),
    login(null, { metadata: nested(40) }),
    { ...login(null), user_id: '7' },
  ])
  assert.equal(answer.statusCode, 400)
  const { code, errors } = answer.json<{ code: string; errors: { field: string; code: string }[] }>()
  assert.equal(code, 'validation_failed')
  const faults = errors.map((error) => `${error.field} ${error.code}`).sort()
  assert.deepEqual(
    faults.filter((fault) => !fault.startsWith('[8]')),
    [
      '[1].action unknown_value',
      '[1].entity_id invalid_type',
      '[1].entity_type max_length',
      '[1].extra unknown_field',
      '[1].id required',
      '[1].user_id out_of_range',
      '[2].id invalid_format',
      '[2].user_id unknown_value',
      '[3].metadata.method invalid_type',
      '[3].user_id unknown_value',
      '[4].metadata.changed required',
      '[4].metadata.changes required',
      '[5] invalid_type',
      '[6].entity_id max_length',
      '[6].metadata.a.b[1] invalid_format',
      '[6].metadata.c invalid_format',
      '[6].metadata.\ud800 invalid_format',
      '[7].metadata invalid_type',
      '[9].user_id invalid_type',
    ].sort(),
  )
  assert.match(
    String(faults.find((fault) => fault.startsWith('[8]'))),
    /^\[8\]\.metadata(\.n){32} invalid_format$/,
  )
  assert.equal(await count(), total)
  const { rows } = await app.pool.query('select from activity_receipts where id = $1', [good.id])
  assert.equal(rows.length, 0)
})

test('a user that does not exist is named also where nothing else is wrong', async () => {
  const total = await count()
  const answer = await post([login(olena.userId), login(4_000_000), login(null), login(4_000_000)])
  assert.equal(answer.statusCode, 400)
  assert.deepEqual(
    answer
      .json<{ errors: { field: string; code: string }[] }>()
      .errors.map(({ field, code }) => `${field} ${code}`),
    ['[1].user_id unknown_value', '[3].user_id unknown_value'],
  )
  assert.equal(await count(), total)
})

const refused: { name: string; body: unknown; status: number; fault?: string }[] = [
  { name: 'no list', body: {}, status: 400, fault: ' invalid_type' },
  { name: 'an empty list', body: [], status: 400, fault: ' out_of_range' },
  {
    name: 'too many entries',
    body: Array.from({ length: 1001 }, () => login(null)),
    status: 400,
    fault: ' max_items',
  },
  { name: 'null', body: 'null', status: 400, fault: ' not_nullable' },
  { name: 'no JSON', body: '[{', status: 400 },
  {
    name: 'a number that is none',
    body: `[{"id":"${randomUUID()}","user_id":null,"action":"system.login","metadata":{"n":1e999}}]`,
    status: 400,
    fault: '[0].metadata.n out_of_range',
  },
  { name: 'a user id beyond all', body: [login(1e300)], status: 400, fault: '[0].user_id out_of_range' },
  { name: 'very deep brackets', body: `[{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`, status: 400 },
  {
    name: 'very deep metadata',
    body: `[{"id":"${randomUUID()}","user_id":null,"action":"system.login","metadata":{"n":${'['.repeat(100_000)}${']'.repeat(100_000)}}}]`,
    status: 400,
  },
  {
    name: 'more than a megabyte',
    body: [login(null, { metadata: { method: 'x'.repeat(1_100_000) } })],
    status: 413,
  },
]

for (const { name, body, status, fault } of refused) {
  test(`${name} is refused`, async () => {
    const answer = await app.send('POST', '/api/activity/', {
      token: service,
      body,
      headers: { 'content-type': 'application/json' },
    })
    assert.equal(answer.statusCode, status)
    const { errors } = answer.json<{ errors?: { field: string; code: string }[] }>()
    if (fault !== undefined)
      assert.deepEqual(
        errors?.map(({ field, code }) => `${field} ${code}`),
        [fault],
      )
  })
}

test('1,000 entries are one batch', async () => {
  const answer = await post(Array.from({ length: 1000 }, () => login(taras.userId)))
  assert.deepEqual(answer.json(), { accepted: 1000, duplicates: 0 })
})

test('only a token with the scope may write', async () => {
  const total = await count()
  const without = await app.send('POST', '/api/activity/', { body: [login(null)] })
  assert.equal(without.statusCode, 401)
  for (const scope of [undefined, 'activity:read', 'activity:write:all']) {
    const sub = `service-${scope}`
    const answer = await post([login(null)], await app.token({ sub, ...(scope !== undefined && { scope }) }))
    assert.equal(answer.statusCode, 403)
    assert.equal(answer.json<{ code: string }>().code, 'forbidden')
    const { rows } = await app.pool.query('select from identities where subject = $1', [sub])
    assert.equal(rows.length, 0)
  }
  assert.equal(await count(), total)
})

test("a token's odd subject is kept as far as it can be", async () => {
  const subject = `x\0\ud800${'й'.repeat(300)}`
  const entry = login(null)
  assert.equal(
    (await post([entry], await app.token({ sub: subject, scope: 'activity:write' }))).statusCode,
    200,
  )
  const [row] = await stored([entry.id])
  assert.equal(row?.['actor_id'], `x\ufffd${'й'.repeat(253)}`)
})

function nested(levels: number): unknown {
  return levels === 0 ? {} : { n: nested(levels - 1) }
}
