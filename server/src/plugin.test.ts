import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import Fastify from 'fastify'
import { Type, type Static } from 'typebox'
import { createDatabase } from '../test/database.ts'
import { addressOf } from '../test/process.ts'
import { query, sql } from './database/database.ts'
import { signToken } from './identity/sign-token.ts'
import { defineAction, upm } from './index.ts'

const auth = { jwtSecret: 'the secret of a host, long enough', subjectClaim: 'sub', linkVerifiedEmail: false }
const token = () =>
  signToken(auth, { subject: 'guest', claims: { email: 'guest@example.com' }, lifetimeSeconds: 60 })

const lessonBooked = defineAction({
  code: 'lesson.booked',
  description: 'A lesson was booked.',
  entityType: 'lesson',
  metadata: Type.Object({ subject: Type.String() }),
  example: { subject: 'algebra' },
})

declare module './index.ts' {
  interface ActionMetadata {
    'lesson.booked': Static<typeof lessonBooked.metadata> & { api_token?: string }
  }
}

test('a host keeps its own routes, errors and parsers, gets the API under a prefix, and logs its own events', async (t) => {
  const database = await createDatabase('empty')
  const dataDir = await mkdtemp(join(tmpdir(), 'upm-host-'))
  const host = Fastify({ pluginTimeout: 0 })
  t.after(async () => {
    await host.close()
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  })
  host.setErrorHandler((_error, _request, reply) => reply.code(418).send({ from: 'the host' }))
  host.get('/fails', async () => {
    throw new Error('the host fails')
  })
  host.post('/text', async (request) => ({ got: request.body }))
  const { connection } = database
  await host.register(upm, {
    prefix: '/account',
    databaseUrl: addressOf(connection),
    dataDir,
    storage: { kind: 'local', root: join(dataDir, 'media') },
    auth,
    rateLimitPerMinute: 0,
    actions: [lessonBooked],
    subjects: [{ slug: 'juggling', labels: { uk: 'Жонглювання', en: 'Juggling' } }],
  })
  host.post('/book', async (request) => {
    const id = await host.upm.activity.log({
      user: { id: 1 },
      action: 'lesson.booked',
      entityId: 7,
      metadata: { subject: 'juggling', api_token: 'abc' },
      request,
    })
    return { id }
  })

  const authorization = `Bearer ${await token()}`
  const profile = await host.inject({ url: '/account/api/me/profile/', headers: { authorization } })
  assert.equal(profile.statusCode, 200, profile.body)
  const userId = profile.json().user.id
  assert.equal(
    (await host.inject({ url: '/account/api/me/profile', headers: { authorization } })).statusCode,
    200,
  )
  assert.equal((await host.inject({ url: '/api/me/profile/', headers: { authorization } })).statusCode, 404)
  assert.equal((await host.inject({ method: 'PUT', url: '/account/api/me/profile' })).statusCode, 405)
  const refused = await host.inject({ url: '/account/api/me/profile/' })
  assert.equal(refused.statusCode, 401)
  assert.equal(refused.headers['content-type'], 'application/problem+json')

  const patch = { method: 'PATCH', url: '/account/api/me/profile/', headers: { authorization } } as const
  assert.equal(
    (await host.inject({ ...patch, payload: { student_profile: { subjects: ['juggling'] } } })).statusCode,
    200,
  )
  assert.equal(
    (await host.inject({ ...patch, payload: { student_profile: { subjects: ['algebra'] } } })).statusCode,
    400,
  )

  assert.equal((await host.inject('/fails')).statusCode, 418)
  const text = await host.inject({
    method: 'POST',
    url: '/text',
    payload: 'hi',
    headers: { 'content-type': 'text/plain' },
  })
  assert.deepEqual(text.json(), { got: 'hi' })
  assert.equal(text.headers['x-content-type-options'], undefined)

  assert.equal(userId, 1)
  const booked = await host.inject({ method: 'POST', url: '/book', headers: { 'user-agent': 'host test' } })
  assert.equal(booked.statusCode, 200, booked.body)
  const [entry] = await query<Record<string, unknown>>(
    database.pool,
    sql`select id::text, entity_type, entity_id, metadata, host(ip_address) as ip, user_agent from activity_log where action = 'lesson.booked'`,
  )
  assert.deepEqual(entry, {
    id: booked.json().id,
    entity_type: 'lesson',
    entity_id: '7',
    metadata: { subject: 'juggling', api_token: '[redacted]' },
    ip: '127.0.0.1',
    user_agent: 'host test',
  })
  await assert.rejects(
    // @ts-expect-error -- a code that nobody has declared is an error of types, too
    host.upm.activity.log({ user: null, action: 'lesson.unknown' }),
    /not in the catalogue/,
  )
})

test("an event is kept if and only if the caller's transaction is", async (t) => {
  const database = await createDatabase()
  const host = Fastify({ pluginTimeout: 0 })
  t.after(async () => {
    await host.close()
    await database.drop()
  })
  const storage = { close: async () => {}, publicUrl: () => undefined } as never
  await host.register(upm, { resources: { pool: database.pool, storage }, auth, actions: [lessonBooked] })
  await host.ready()
  for (const end of ['rollback', 'commit'] as const) {
    const client = await database.pool.connect()
    await client.query('begin')
    await host.upm.activity.log({ user: null, action: 'lesson.booked', metadata: { subject: end } }, client)
    await client.query(end)
    client.release()
  }
  const rows = await query<{ metadata: unknown }>(database.pool, sql`select metadata from activity_log`)
  assert.deepEqual(rows, [{ metadata: { subject: 'commit' } }])
})
