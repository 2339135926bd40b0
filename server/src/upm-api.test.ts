/** What a host does with `app.upm`, on a real database and with real tokens. */
import assert from 'node:assert/strict'
import { once, EventEmitter } from 'node:events'
import { after, test, type TestContext } from 'node:test'
import Fastify from 'fastify'
import { tokenOf, upmOptions } from '../test/host-app.ts'
import { form } from '../test/form.ts'
import { noise } from '../test/picture.ts'
import { upm, Problem, defineProblems, type ProfileChange } from './index.ts'

const heard = new EventEmitter()
const told: ProfileChange[] = []
const cleanups: (() => unknown)[] = []
after(async () => {
  for (const step of cleanups.toReversed()) await step()
})
const context = { after: (step: () => unknown) => void cleanups.push(step) } as unknown as TestContext

const options = await upmOptions(context, {
  prefix: '/account',
  onProfileChanged: async (change) => {
    told.push(change)
    heard.emit('change')
    if (change.entries.some(({ action }) => action === 'avatar.deleted'))
      throw new Error('the listener fails')
  },
})
const { pool } = options.resources
const lines: string[] = []
const app = Fastify({
  pluginTimeout: 0,
  logger: { level: 'error', stream: { write: (line: string) => void lines.push(line) } },
})
cleanups.push(() => app.close())
await app.register(upm, options)

const lessonProblems = defineProblems({
  lesson_full: {
    status: 409,
    when: 'All places of the lesson are taken.',
    title: { en: 'The lesson is full', uk: 'Місць на занятті немає' },
    detail: { en: 'The lesson has {places} places.', uk: 'На занятті {places} місця.' },
  },
})
app.get('/who', async (request) => {
  const { claims: _claims, ...user } = await app.upm.authenticate(request)
  return user
})
app.get('/mine', { preHandler: app.upm.authenticate }, async (request) => ({ id: request.upmUser.id }))
app.get('/forgotten', async (request) => ({ id: request.upmUser.id }))
app.get('/full', async () => {
  throw new Problem(lessonProblems.lesson_full, { params: { places: 3 }, headers: { 'retry-after': '60' } })
})
await app.register(async (scope) => {
  scope.setErrorHandler(app.upm.sendProblem)
  scope.get('/told/full', async () => {
    throw new Problem(lessonProblems.lesson_full, { params: { places: 3 } })
  })
  scope.get('/told/mine', { preHandler: app.upm.authenticate }, async (request) => request.upmUser.id)
  scope.get('/told/fails', async () => {
    throw new Error('a secret of the host')
  })
})
await app.ready()

const bearer = async (email: string) => ({ authorization: `Bearer ${await tokenOf(email)}` })

async function person(email: string): Promise<{ headers: { authorization: string }; id: number }> {
  const headers = await bearer(email)
  const { id } = (await app.inject({ url: '/who', headers })).json<{ id: number }>()
  return { headers, id }
}

/** The changes of a user that the host has been told of, once there are as many. */
async function changesOf(userId: number, count: number): Promise<string[][]> {
  const mine = () => told.filter((change) => change.userId === userId)
  while (mine().length < count) await once(heard, 'change')
  return mine().map(({ entries }) => entries.map(({ action }) => action))
}

test('a host learns who is asking, by a call and as a preHandler', async () => {
  const headers = await bearer('olena@example.com')
  const who = (await app.inject({ url: '/who', headers })).json()
  assert.deepEqual(who, {
    id: who.id,
    email: 'olena@example.com',
    role: 'student',
    profileType: 'student',
    issuer: 'local',
    subject: 'olena@example.com',
    scopes: [],
  })
  const profile = await app.inject({ url: '/account/api/me/profile/', headers })
  assert.equal(profile.json().user.id, who.id)
  assert.deepEqual((await app.inject({ url: '/mine', headers })).json(), { id: who.id })
  const forgotten = await app.inject({ url: '/forgotten', headers })
  assert.equal(forgotten.statusCode, 500)
  assert.match(lines.join(''), /upmUser is read before app\.upm\.authenticate/)
})

test('an account that was deleted or disabled is not the one that asks', async () => {
  const { headers, id } = await person('gone@example.com')
  await pool.query('delete from activity_log where user_id = $1', [id])
  await pool.query('delete from users where id = $1', [id])
  const next = (await app.inject({ url: '/who', headers })).json<{ id: number }>()
  assert.notEqual(next.id, id)
  await pool.query('update users set disabled_at = now() where id = $1', [next.id])
  const refused = await app.inject({ url: '/who', headers })
  assert.deepEqual([refused.statusCode, refused.json().code], [403, 'account_disabled'])
})

test('a refusal has its status, code and headers with any error handler, and its texts with that of UPM', async () => {
  for (const headers of [{}, { authorization: 'Bearer bad' }]) {
    for (const url of ['/who', '/mine', '/told/mine']) {
      const answer = await app.inject({ url, headers })
      assert.deepEqual([answer.statusCode, answer.json().code], [401, 'unauthorized'], url)
      assert.match(String(answer.headers['www-authenticate']), /^Bearer/)
    }
  }
  const plain = await app.inject('/full')
  assert.deepEqual(plain.json(), {
    statusCode: 409,
    code: 'lesson_full',
    error: 'Conflict',
    message: 'The lesson is full',
  })
  assert.equal(plain.headers['retry-after'], '60')
  const answer = await app.inject({ url: '/told/full', headers: { 'accept-language': 'uk' } })
  assert.equal(answer.headers['content-type'], 'application/problem+json')
  assert.deepEqual(answer.json(), {
    type: 'urn:upm:problem:lesson_full',
    title: 'Місць на занятті немає',
    status: 409,
    detail: 'На занятті 3 місця.',
    code: 'lesson_full',
  })
  const failed = await app.inject('/told/fails')
  assert.deepEqual([failed.statusCode, failed.json().code], [500, 'internal_error'])
  assert.doesNotMatch(failed.body, /secret/)
  assert.deepEqual(JSON.parse(JSON.stringify(new Problem(lessonProblems.lesson_full))), {
    type: 'urn:upm:problem:lesson_full',
    title: 'The lesson is full',
    status: 409,
    code: 'lesson_full',
  })
})

test('a host reads and changes a profile by the rules of the API, and says who did it', async () => {
  const { headers, id } = await person('maria@example.com')
  const before = await app.upm.profiles.get(id)
  assert.deepEqual(
    JSON.parse(JSON.stringify(before)),
    (await app.inject({ url: '/account/api/me/profile/', headers })).json(),
  )
  const actor = { kind: 'operator', id: 'crm' } as const
  const changed = await app.upm.profiles.change(
    id,
    { user: { first_name: ' Марія ' }, settings: { timezone: 'Europe/Kyiv' } },
    { version: before.version, actor },
  )
  assert.deepEqual([changed.user.first_name, changed.version], ['Марія', before.version + 1])
  const { rows } = await pool.query(
    `select action, actor_kind, actor_id, request_id, metadata->'changed' as changed from activity_log where user_id = $1 and action like '%.updated'
      order by timestamp`,
    [id],
  )
  const common = { actor_kind: 'operator', actor_id: 'crm', request_id: null }
  assert.deepEqual(rows, [
    { action: 'profile.updated', ...common, changed: ['first_name'] },
    { action: 'settings.updated', ...common, changed: ['timezone'] },
  ])
  const refusals: [object, object, string][] = [
    [{ user: { first_name: 5, role: 'tutor' }, nothing: 1 }, {}, 'validation_failed'],
    [{ user: { first_name: 'x' } }, { version: before.version }, 'precondition_failed'],
  ]
  for (const [patch, how, code] of refusals) {
    await assert.rejects(app.upm.profiles.change(id, patch, how), { name: 'Problem', code })
  }
  await assert.rejects(app.upm.profiles.get(10 ** 9), { code: 'not_found', status: 404 })
  await assert.rejects(app.upm.profiles.change(10 ** 9, {}), { code: 'not_found' })
  assert.equal((await app.upm.profiles.get(id)).version, changed.version)
})

test('in a transaction of the host a change and an entry are kept or not as one, and told after the commit', async () => {
  const { id } = await person('ivan@example.com')
  await changesOf(id, 1)
  for (const end of ['rollback', 'commit'] as const) {
    const held = await pool.connect()
    const { client } = held
    await client.query('begin')
    const document = await app.upm.profiles.change(id, { user: { first_name: end } }, { client })
    assert.equal(document.user.first_name, end)
    assert.equal((await app.upm.profiles.get(id, client)).user.first_name, end)
    // With part of an object the stored document is needed, too.
    await app.upm.profiles.change(id, { user: { id, last_name: end } }, { client })
    assert.notEqual((await app.upm.profiles.get(id)).user.first_name, end)
    assert.equal(told.filter(({ userId }) => userId === id).length, 1)
    await client.query(end)
    held.release()
  }
  assert.deepEqual((await app.upm.profiles.get(id)).user.last_name, 'commit')
  assert.deepEqual(await changesOf(id, 3), [
    ['system.profile.initialized'],
    ['profile.updated'],
    ['profile.updated'],
  ])
})

test('a host hears of every way in which a document changes, and of nothing else', async () => {
  const { headers, id } = await person('anna@example.com')
  const url = '/account/api/me/profile/'
  const patch = (payload: object, at = url) => app.inject({ method: 'PATCH', url: at, headers, payload })
  await patch({ user: { first_name: 'Анна' }, settings: { notifications_enabled: false } })
  await patch({ user: { first_name: 'Анна' } })
  await patch({ user: { first_name: 5 } })
  await patch({ timezone: 'Europe/Kyiv' }, '/account/api/me/settings/')
  const upload = await form([{ name: 'avatar', file: await noise(80), type: 'image/png' }])
  const avatar = { url: '/account/api/me/avatar/', headers: { ...headers, ...upload.headers } }
  const posted = await app.inject({ ...avatar, method: 'POST', payload: upload.body })
  assert.equal(posted.statusCode, 201, posted.body)
  await app.inject({ method: 'DELETE', url: avatar.url, headers })
  await app.inject({ method: 'DELETE', url: avatar.url, headers })
  await app.upm.activity.log({ user: { id }, action: 'invite.sent' })
  await app.upm.profiles.change(id, { user: { last_name: 'Ш' } })
  // Somebody proves that the address is theirs, and so the document of the other account changes.
  const { signToken } = await import('./identity/sign-token.ts')
  const proven = await signToken(
    { jwtSecret: 'the secret of a host, long enough', subjectClaim: 'sub' },
    { subject: 'owner', claims: { email: 'anna@example.com', email_verified: true }, lifetimeSeconds: 60 },
  )
  await app.inject({ url: '/who', headers: { authorization: `Bearer ${proven}` } })
  assert.deepEqual(await changesOf(id, 7), [
    ['system.profile.initialized'],
    ['profile.updated', 'settings.updated'],
    ['settings.updated'],
    ['avatar.uploaded'],
    ['avatar.deleted'],
    ['profile.updated'],
    ['profile.updated'],
  ])
  const mine = told.filter(({ userId }) => userId === id)
  const ids = mine.flatMap(({ entries }) => entries.map((entry) => entry.id))
  assert.equal(new Set(ids).size, ids.length)
  const { rows } = await pool.query('select from activity_log where id = any($1::uuid[])', [ids])
  assert.equal(rows.length, ids.length, 'each is an entry of the log')
  assert.match(lines.join(''), /the listener fails.*onProfileChanged failed/)
})

test('with two registrations each has its own prefix, and nobody else has one', async (t) => {
  const host = Fastify({ pluginTimeout: 0 })
  t.after(() => host.close())
  await host.register(upm, await upmOptions(t, { prefix: '/school' }))
  await host.register(upm, await upmOptions(t, { prefix: '/work' }))
  assert.equal(host.upm.at('/school').activity, host.upm.activity)
  assert.notEqual(host.upm.at('/work').activity, host.upm.activity)
  assert.throws(() => host.upm.at('/nowhere'), /only at "\/school", "\/work"/)
  host.get(
    '/who',
    { preHandler: host.upm.at('/work').authenticate },
    async (request) => request.upmUser.email,
  )
  const answer = await host.inject({ url: '/who', headers: await bearer('taras@example.com') })
  assert.equal(answer.body, 'taras@example.com')
})
