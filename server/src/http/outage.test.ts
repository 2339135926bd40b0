import assert from 'node:assert/strict'
import { rename, rm, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import sharp from 'sharp'
import { openPool } from '../database/pool.ts'
import { query, sql } from '../database/database.ts'
import { form } from '../../test/form.ts'
import { createTestApp, useTestApp } from '../../test/test-app.ts'

test('without a database requests are told to come back, and the process stays up', async () => {
  const nowhere = openPool({ host: '127.0.0.1', port: 1, user: 'nobody', database: 'none' })
  const database = { connection: '', pool: nowhere, drop: async () => {} }
  const app = await createTestApp({ database })
  const token = await app.token()
  for (const url of ['/api/me/profile/', '/api/me/activity/', '/readyz']) {
    const answer = await app.send('GET', url, { token })
    assert.equal(answer.statusCode, 503, `${url} ${answer.body}`)
    assert.equal(answer.json().code, 'unavailable')
    assert.ok(Number(answer.headers['retry-after']) > 0)
    assert.doesNotMatch(answer.body, /ECONNREFUSED|127\.0\.0\.1/)
  }
  assert.equal((await app.send('GET', '/healthz')).statusCode, 200)
  assert.equal((await app.send('GET', '/api/languages/')).statusCode, 200)
  await app.close()
  await nowhere.end()
})

test('connections that the database closes are replaced', async (t) => {
  const app = await useTestApp({}, t)
  const { token } = await app.person()
  await query(
    app.pool,
    sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  )
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      app.send('PATCH', '/api/me/profile/', { token, body: { user: { first_name: 'x' } } }),
    ),
  )
  for (const { statusCode } of answers)
    assert.ok(statusCode === 200 || statusCode === 503, String(statusCode))
  assert.equal((await app.send('GET', '/api/me/profile/', { token })).statusCode, 200)
})

test('a picture that cannot be stored is refused, and the old one stays', async (t) => {
  const app = await useTestApp({}, t)
  const { token, userId } = await app.person()
  const file = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  const { body, headers } = await form([{ name: 'avatar', file }])
  const upload = () => app.send('POST', '/api/me/avatar/', { token, body, headers })
  assert.equal((await upload()).statusCode, 201)
  const before = (await app.send('GET', '/api/me/profile/', { token })).json()
  const { storage } = app.config
  const root = storage.kind === 'local' ? storage.root : ''
  await rename(root, `${root}-away`)
  await writeFile(root, 'a file where the folder was')
  const refused = await upload()
  assert.equal(refused.statusCode, 503, refused.body)
  assert.equal((await app.send('GET', '/readyz')).statusCode, 503)
  await rm(root)
  await rename(`${root}-away`, root)
  assert.deepEqual((await app.send('GET', '/api/me/profile/', { token })).json(), before)
  assert.equal((await app.send('GET', before.avatar_url)).statusCode, 200)
  assert.deepEqual(await app.actions(userId), ['system.profile.initialized', 'avatar.uploaded'])
})
