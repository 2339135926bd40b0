import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { eventually, place, startServer, upm, workersOf, type Server } from '../../test/process.ts'
import { unzip } from '../../test/unzip.ts'

const ENTRIES = 150_000

test('a server that is killed while it builds an archive builds it anew, and leaves no half of it', async (t) => {
  const env = await place(t)
  let server: Server = await startServer(env)
  t.after(() => server.stop('SIGKILL'))
  const { output } = await upm(['token', 'olena@example.com', '--role', 'tutor'], env)
  const headers = { authorization: `Bearer ${output.trim().split('\n').at(-1)}` }
  const call = (path: string, method = 'GET') => fetch(`${server.url}${path}`, { method, headers })
  const db = new pg.Client(env['DATABASE_URL'])
  // Whoever drops the database ends its connections.
  db.on('error', () => {})
  await db.connect()
  const { user } = (await (await call('/api/me/profile/')).json()) as { user: { id: number } }
  await db.query(
    `insert into activity_log (id, user_id, action, metadata, timestamp)
      select gen_random_uuid(), $1, 'system.login', jsonb_build_object('number', n, 'filling', repeat(md5(n::text), 6)),
        now() - make_interval(secs => n) from generate_series(1, $2::integer) n`,
    [user.id, ENTRIES],
  )
  const { id } = (await (await call('/api/me/exports/', 'POST')).json()) as { id: string }
  const look = async () =>
    (await (await call(`/api/me/exports/${id}/`)).json()) as { state: string; percent: number }
  const exportFiles = async () => {
    const all = await readdir(join(env['DATA_DIR'] ?? '', 'media/exports'), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => [])
    return all.filter((entry) => entry.isFile())
  }
  await eventually(async () => (await exportFiles()).length > 0)
  for (const pid of [Number(server.child.pid), ...workersOf(server)]) process.kill(pid, 'SIGKILL')
  await server.ended
  assert.notEqual((await exportFiles()).length, 0, 'it was killed in the middle')

  server = await startServer(env)
  assert.notEqual((await look()).state, 'ready')
  assert.equal((await call(`/api/me/exports/${id}/download/`)).ok, false, 'half of an archive is no archive')
  await eventually(async () => (await look()).state === 'ready')
  const files = await unzip(Buffer.from(await (await call(`/api/me/exports/${id}/download/`)).arrayBuffer()))
  const log = String(files.get('activity.ndjson')).trimEnd().split('\n')
  assert.ok(log.length >= ENTRIES, `${log.length} entries`)
  const { rows } = await db.query<{ attempts: number }>(
    `select count(*)::integer as attempts from unclaimed_files where storage_key like 'exports/%'`,
  )
  await db.end()
  // Before its database is dropped: it would come back to it, and the drop would wait.
  await server.stop()
  assert.equal(
    rows[0]?.attempts,
    2,
    'the sweep knows the file of the attempt that died, and that of the archive',
  )
})
