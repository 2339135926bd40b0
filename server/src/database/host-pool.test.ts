import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import Fastify from 'fastify'
import pg from 'pg'
import { createDatabase } from '../../test/database.ts'
import { tokenOf } from '../../test/host-app.ts'
import { addressOf } from '../../test/process.ts'
import { upm } from '../index.ts'

const auth = { jwtSecret: 'the secret of a host, long enough' }

async function hostPool(t: TestContext, options: pg.PoolConfig = {}): Promise<pg.Pool> {
  const { connection, drop } = await createDatabase('empty')
  const pool = new pg.Pool({ connectionString: addressOf(connection), ...options })
  t.after(async () => {
    if (!pool.ending) await pool.end()
    await drop()
  })
  return pool
}

async function hostOn(t: TestContext, pool: pg.Pool) {
  const dataDir = await mkdtemp(join(tmpdir(), 'upm-pool-'))
  const app = Fastify({ pluginTimeout: 0 })
  t.after(async () => {
    // Closing repeats the failure of a start.
    await app.close().catch(() => {})
    await rm(dataDir, { recursive: true, force: true })
  })
  app.register(upm, { pool, dataDir, auth, prefix: '/account', rateLimitPerMinute: 0 })
  // A Fastify server is a promise of its start, which is not to be awaited here.
  return { app }
}

test('a pool with the usual type parsers and a time zone of its own is read as it is, and stays open', async (t) => {
  const pool = await hostPool(t, { options: '-c TimeZone=Asia/Kathmandu' })
  const { app } = await hostOn(t, pool)
  const headers = { authorization: `Bearer ${await tokenOf('olena@example.com')}` }
  const get = async (url: string) => (await app.inject({ url: `/account${url}`, headers })).json()
  const profile = await get('/api/me/profile/')
  assert.equal(profile.user.id, 1)
  assert.match(profile.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  const [entry] = await get('/api/me/activity/')
  assert.equal(entry.timestamp, profile.created_at)

  // On a connection of the host, too.
  const client = await pool.connect()
  await client.query('begin')
  const options = { client, version: 1 }
  const changed = await app.upm.profiles.change(1, { user: { first_name: 'Олена' } }, options)
  assert.deepEqual([changed.user.id, changed.version], [1, 2])
  await client.query('commit')
  client.release()
  assert.deepEqual(
    (await pool.query('select 7::bigint as id')).rows,
    [{ id: '7' }],
    'the host reads as before',
  )
  await app.close()
  assert.equal((await pool.query('select 1')).rowCount, 1, 'the host closes what it has opened')
})

test('a pool that UPM cannot work on is refused at start with all that is wrong', async (t) => {
  const pool = await hostPool(t, {
    max: 1,
    options: '-c DateStyle=German -c default_transaction_read_only=on',
  })
  const { app } = await hostOn(t, pool)
  await assert.rejects(
    async () => app.ready(),
    (error: Error) => {
      for (const part of ['at least 2 connections', 'DateStyle ISO', 'read-only'])
        assert.ok(error.message.includes(part), `${part}: ${error.message}`)
      return error.name === 'ConfigError'
    },
  )
  const both = Fastify()
  both.register(upm, { pool, databaseUrl: 'postgres://localhost/x' })
  await assert.rejects(async () => both.ready(), /pool and databaseUrl cannot both be set/)
  const none = Fastify()
  none.register(upm, { pool: {} as pg.Pool })
  await assert.rejects(async () => none.ready(), /pool must be a Pool of the package pg/)
})
