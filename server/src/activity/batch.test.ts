import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import Fastify from 'fastify'
import { SignJWT } from 'jose'
import { Type } from 'typebox'
import { replay, statePart } from '../document/history.ts'
import { useTestApp, type Answer, type Person } from '../../test/test-app.ts'
import { loadConfig } from '../config/config.ts'
import { upm } from '../plugin.ts'
import { builtInActions } from '../features.ts'
import { createActions, defineAction } from '../log/actions.ts'

/** What the services of these tests report. */
const ssoLogin = defineAction({
  code: 'sso.login',
  description: 'The user signed in elsewhere.',
  entityType: 'sso',
  metadata: Type.Object({ method: Type.Optional(Type.String()) }),
  example: { method: 'saml' },
  external: true,
})
const lessonBooked = defineAction({ ...ssoLogin, code: 'lesson.booked', entityType: 'lesson' })
const lessonPlanned = defineAction({ ...ssoLogin, code: 'lesson.planned', external: false })
const actions = [ssoLogin, lessonBooked, lessonPlanned]

const app = await useTestApp({ actions })

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
  action: 'sso.login',
  ...more,
})

type Stored = Record<string, unknown> & { id: string; timestamp: string }

async function stored(ids: string[]): Promise<Stored[]> {
  const { rows } = await app.pool.query<Stored>(
    `select id, user_id, actor_kind, actor_id, action, entity_type, entity_id, metadata, timestamp, ip_address, user_agent, request_id
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
  const common = {
    actor_kind: 'service',
    actor_id: 'billing',
    ip_address: null,
    user_agent: null,
    request_id: 'billing-7',
  }
  const [first, second, third] = rows.map(({ id: _id, timestamp: _timestamp, ...row }) => row)
  assert.deepEqual(first, {
    ...common,
    user_id: olena.userId,
    action: 'sso.login',
    entity_type: 'sso',
    entity_id: String(olena.userId),
    metadata: { method: 'sso' },
  })
  assert.deepEqual(second, {
    ...common,
    user_id: null,
    action: 'sso.login',
    entity_type: 'sso',
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
  const [shown] = page.json<Stored[]>()
  assert.equal(shown?.id, batch[2]?.id)
  assert.deepEqual(shown?.['actor'], { kind: 'service', id: 'billing' })
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
      '[4].action reserved',
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
    body: `[{"id":"${randomUUID()}","user_id":null,"action":"sso.login","metadata":{"n":1e999}}]`,
    status: 400,
    fault: '[0].metadata.n out_of_range',
  },
  { name: 'a user id beyond all', body: [login(1e300)], status: 400, fault: '[0].user_id out_of_range' },
  { name: 'very deep brackets', body: `[{"id":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`, status: 400 },
  {
    name: 'very deep metadata',
    body: `[{"id":"${randomUUID()}","user_id":null,"action":"sso.login","metadata":{"n":${'['.repeat(100_000)}${']'.repeat(100_000)}}}]`,
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

const tokenOf = (sub: string) => app.token({ sub, scope: 'activity:write' })
const faultsOf = (answer: Answer): string[] =>
  (answer.json<{ errors?: { field: string; code: string }[] }>().errors ?? []).map(
    ({ field, code }) => `${field} ${code}`,
  )

/** Nothing was written: neither an entry nor a receipt, which would turn a later one away. */
async function assertRefused(entry: { id: string }, token: string, fault: string): Promise<void> {
  const total = await count()
  const answer = await post([entry], token)
  assert.equal(answer.statusCode, 400)
  assert.deepEqual(faultsOf(answer), [fault])
  assert.equal(await count(), total)
  const { rows } = await app.pool.query('select from activity_receipts where id = $1', [entry.id])
  assert.equal(rows.length, 0)
}

for (const { code, example } of builtInActions.filter(({ code: name }) => name !== 'invite.sent')) {
  test(`no service can write ${code}, which is UPM's own`, async () => {
    const entry = login(olena.userId, { action: code, metadata: example })
    await assertRefused(entry, service, '[0].action reserved')
  })
}

for (const action of [
  'profile.nobody_knows',
  'profile.type_added',
  'profile.checkpoint',
  'settings.reset',
  'avatar.uploaded.again',
  'system.password.changed',
  'system.login.failed',
  'profile',
]) {
  test(`no service can write ${action}: the family is UPM's own`, () =>
    assertRefused(login(olena.userId, { action }), service, '[0].action reserved'))
}

for (const action of [
  'nobody.knows',
  'profiles.updated',
  'systemic.login',
  'Profile.updated',
  '',
  'avatarx.a',
]) {
  test(`"${action}" is an unknown action, not a reserved one`, () =>
    assertRefused(login(olena.userId, { action }), service, '[0].action unknown_value'))
}

test('no service can write what a host has declared for itself alone', () =>
  assertRefused(login(olena.userId, { action: 'lesson.planned' }), service, '[0].action reserved'))

test('forged entries that an old database holds change nothing that the log replays to', async () => {
  const person = await app.person()
  await app.send('PATCH', '/api/me/profile/', { token: person.token, body: { user: { first_name: 'Real' } } })
  await app.pool.query(
    `insert into activity_log (id, user_id, actor_kind, actor_id, action, metadata) values
       (gen_random_uuid(), $1, 'service', 'billing', 'profile.updated',
         '{"changed": ["first_name"], "changes": {"user": {"old": {"first_name": "Real"}, "new": {"first_name": "FORGED"}}}}'),
       (gen_random_uuid(), $1, 'service', 'billing', 'system.profile.initialized', '{"initial": {}}'),
       (gen_random_uuid(), $1, 'service', 'billing', 'avatar.deleted', '{"previous_url": "javascript:alert(1)"}')`,
    [person.userId],
  )
  const document = (await app.send('GET', '/api/me/profile/', { token: person.token })).json<
    Record<string, unknown>
  >()
  assert.deepEqual(await replay(app.pool, person.userId), statePart(document))
  const page = await app.send('GET', '/api/me/activity/?action=avatar.*', { token: person.token })
  assert.deepEqual(page.json<Stored[]>()[0]?.['actor'], { kind: 'service', id: 'billing' })
})

test('the database keeps no entry that has half an actor, and no receipt without one', async () => {
  const entry = login(olena.userId)
  await post([entry])
  for (const change of [
    'actor_id = null',
    'actor_kind = null',
    "actor_id = ''",
    "actor_kind = 'somebody'",
    `actor_id = repeat('x', 256)`,
  ]) {
    await assert.rejects(
      app.pool.query(`update activity_log set ${change} where id = $1`, [entry.id]),
      /violates check constraint "activity_log_actor_/,
      change,
    )
  }
  await assert.rejects(
    app.pool.query('update activity_receipts set actor_id = null where id = $1', [entry.id]),
    /violates not-null constraint/,
  )
})

test('a token that names no service writes nothing', async () => {
  const total = await count()
  for (const sub of [undefined, null, '', true, {}]) {
    const answer = await post([login(null)], await signed({ sub, scope: 'activity:write' }))
    assert.equal(answer.statusCode, 401)
    assert.match(String(answer.headers['www-authenticate']), /error="invalid_token"/)
  }
  for (const [sub, fault] of [
    ['x'.repeat(256), 'sub max_length'],
    ['a\0b', 'sub invalid_format'],
    ['\ud800', 'sub invalid_format'],
  ] as const) {
    const answer = await post([login(null)], await signed({ sub, scope: 'activity:write' }))
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(faultsOf(answer), [fault])
  }
  assert.equal(await count(), total)
})

test("a service's longest name is kept whole", async () => {
  const sub = 'й'.repeat(255)
  const entry = login(null)
  assert.equal((await post([entry], await tokenOf(sub))).statusCode, 200)
  assert.equal((await stored([entry.id]))[0]?.['actor_id'], sub)
})

test('the ids that one service has used are free for the others', async () => {
  const entry = login(olena.userId, { metadata: { method: 'theirs' } })
  const burnt = { ...entry, metadata: { method: 'ours' } }
  assert.deepEqual((await post([burnt], await tokenOf('mallory'))).json(), { accepted: 1, duplicates: 0 })
  assert.deepEqual((await post([entry])).json(), { accepted: 1, duplicates: 0 })
  assert.deepEqual((await post([entry])).json(), { accepted: 0, duplicates: 1 })
  assert.deepEqual(
    (await stored([entry.id])).map(({ actor_id, metadata }) => [actor_id, metadata]),
    [
      ['mallory', { method: 'ours' }],
      ['billing', { method: 'theirs' }],
    ],
  )
})

test('AUTH_SERVICE_ACTIONS leaves each service its own actions', async (t) => {
  const narrowed = await useTestApp(
    {
      actions,
      env: { AUTH_SERVICE_ACTIONS: 'billing=invite.sent;school=lesson.*,sso.login;open=*;*=invite.*' },
    },
    t,
  )
  const may = async (sub: string, action: string): Promise<boolean> => {
    const answer = await narrowed.send('POST', '/api/activity/', {
      token: await narrowed.token({ sub, scope: 'activity:write' }),
      body: [login(null, { action })],
    })
    if (answer.statusCode === 200) return true
    assert.deepEqual(faultsOf(answer), ['[0].action reserved'])
    return false
  }
  const rights: [string, string[]][] = [
    ['billing', ['invite.sent']],
    ['school', ['sso.login', 'lesson.booked']],
    ['open', ['sso.login', 'lesson.booked', 'invite.sent']],
    ['anybody', ['invite.sent']],
    ['__proto__', ['invite.sent']],
  ]
  for (const [sub, allowed] of rights) {
    for (const action of ['sso.login', 'lesson.booked', 'invite.sent', 'lesson.planned', 'profile.updated']) {
      assert.equal(await may(sub, action), allowed.includes(action), `${sub} ${action}`)
    }
  }
})

test('a service that AUTH_SERVICE_ACTIONS does not name logs nothing', async (t) => {
  const narrowed = await useTestApp({ actions, env: { AUTH_SERVICE_ACTIONS: 'billing=invite.sent' } }, t)
  const answer = await narrowed.send('POST', '/api/activity/', {
    token: await narrowed.token({ sub: 'school', scope: 'activity:write' }),
    body: [login(null, { action: 'invite.sent' })],
  })
  assert.deepEqual(faultsOf(answer), ['[0].action reserved'])
})

for (const [value, named] of [
  ['billing=nobody.knows', 'nobody.knows'],
  ['billing=invite.sent,nobody.*', 'nobody.*'],
  ['billing=profile.updated', 'profile.updated'],
  ['billing=system.*', 'system.*'],
  ['billing=lesson.planned', 'lesson.planned'],
] as const) {
  test(`AUTH_SERVICE_ACTIONS=${value} is refused at start`, async (t) => {
    const { config, pool, storage } = app
    const { auth } = loadConfig({ AUTH_SERVICE_ACTIONS: value })
    const host = Fastify()
    t.after(() => host.close())
    const options = {
      storage: config.storage,
      dataDir: config.dataDir,
      resources: { pool, storage },
      actions,
    }
    await assert.rejects(
      async () => host.register(upm, { ...options, auth: { ...config.auth, ...auth } }),
      new RegExp(`AUTH_SERVICE_ACTIONS lets "billing" log "${named.replaceAll(/[.*]/g, '[$&]')}"`),
    )
  })
}

test("a host can declare no action of UPM's families", () => {
  for (const code of [
    'profile.viewed',
    'settings.exported',
    'avatar.liked',
    'system.rebooted',
    'profile.updated',
  ]) {
    const declaration = { ...ssoLogin, code }
    assert.throws(() => defineAction(declaration), { name: 'TypeError', message: /are UPM's own/ })
    assert.throws(() => createActions(builtInActions, [declaration]), {
      name: 'TypeError',
      message: /are UPM's own/,
    })
  }
  assert.equal(defineAction({ ...ssoLogin, code: 'profiles.viewed' }).code, 'profiles.viewed')
})

/** Claims that no honest issuer writes. */
function signed(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(app.config.auth.jwtSecret))
}

function nested(levels: number): unknown {
  return levels === 0 ? {} : { n: nested(levels - 1) }
}
