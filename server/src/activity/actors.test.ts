/** What becomes of the entries of a database that did not keep who acted as a whole. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createDatabase } from '../../test/database.ts'
import { useTestApp } from '../../test/test-app.ts'
import { migrate } from '../database/migrate.ts'

type Old = {
  name: string
  actor: string | null
  ip: string | null
  request: string | null
  received: boolean
}

const old: (Old & { becomes: unknown })[] = [
  { name: 'an edit', actor: null, ip: '203.0.113.7', request: 'r', received: false, becomes: null },
  { name: 'an edit without an address', actor: null, ip: null, request: 'r', received: false, becomes: null },
  {
    name: 'a service',
    actor: 'billing',
    ip: null,
    request: 'r',
    received: true,
    becomes: { kind: 'service', id: 'billing' },
  },
  {
    name: 'a service without a name',
    actor: null,
    ip: null,
    request: 'r',
    received: true,
    becomes: { kind: 'service', id: 'unknown' },
  },
  {
    name: 'an empty name',
    actor: '',
    ip: null,
    request: 'r',
    received: true,
    becomes: { kind: 'service', id: 'unknown' },
  },
  {
    name: 'a service whose receipt is gone',
    actor: 'billing',
    ip: null,
    request: 'r',
    received: false,
    becomes: { kind: 'service', id: 'billing' },
  },
  {
    name: 'an administrator of the host',
    actor: 'admin-1',
    ip: '203.0.113.7',
    request: 'r',
    received: false,
    becomes: { kind: 'operator', id: 'admin-1' },
  },
  {
    name: "a host's job",
    actor: 'cron',
    ip: null,
    request: null,
    received: false,
    becomes: { kind: 'operator', id: 'cron' },
  },
]

test('an upgrade gives every received entry its actor, loses none, and still knows what was received', async (t) => {
  const database = await createDatabase('empty')
  t.after(() => database.drop())
  const { pool, connection } = database
  await migrate(connection, { target: 7 })
  const ids = old.map(() => randomUUID())
  // In one transaction: a user and its profile need each other.
  await pool.query(`begin;
    insert into users (id, email, profile_type) values (900, 'old@example.com', 'student');
    insert into profiles (user_id, profile_type) values (900, 'student');
    insert into settings (user_id) values (900);
    commit`)
  for (const [index, { name, actor, ip, request, received }] of old.entries()) {
    await pool.query(
      `insert into activity_log (id, user_id, actor_id, action, metadata, ip_address, request_id, timestamp)
       values ($1, 900, $2, 'system.login', $3, $4, $5, now() + $6 * interval '1 second')`,
      [ids[index], actor, { name }, ip, request, index],
    )
    if (received) await pool.query('insert into activity_receipts (id) values ($1)', [ids[index]])
  }
  await migrate(connection)
  const app = await useTestApp({ database, env: { AUTH_SUBJECT_CLAIM: 'user_id' } }, t)
  const token = await app.token({ sub: '900', email: 'old@example.com' })
  const entries = (await app.send('GET', '/api/me/activity/?action=system.login', { token })).json<
    { metadata: { name: string }; actor: unknown }[]
  >()
  assert.deepEqual(
    entries.toReversed().map(({ metadata, actor }) => ({ name: metadata.name, becomes: actor })),
    old.map(({ name, becomes }) => ({ name, becomes })),
  )
  // What the service sent before adds nothing now, either.
  const service = await app.token({ sub: 'billing', scope: 'activity:write' })
  const again = await app.send('POST', '/api/activity/', {
    token: service,
    body: [{ id: ids[2], user_id: 900, action: 'invite.sent' }],
  })
  assert.deepEqual(again.json(), { accepted: 0, duplicates: 1 })
})
