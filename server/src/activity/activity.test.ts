import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'

const app = await useTestApp()

test('smoke', async () => {
  const { token, userId } = await app.person()
  for (let i = 0; i < 5; i++) await app.pool.query("insert into activity_log (id,user_id,action) values (gen_random_uuid(),$1,'system.login')", [userId])
  for (const q of ['', '?limit=2', '?limit=2&action=system.*', '?action=avatar.*', '?limit=1&before=2027-01-01T00:00:00 02:00', '?limit=0&before=x&foo=1&after=1&after=2', '?action=nope', '?entity_type=%00', '?cursor=xx']) {
    const a = await app.send('GET', '/api/me/activity/' + q, { token })
    console.log(q, a.statusCode, a.headers['link'], a.headers['vary'], a.body.slice(0, 500))
    const link = a.headers['link']
    if (typeof link === 'string') { const b = await app.send('GET', link.slice(1).split('>')[0] ?? '', { token }); console.log('  next', b.statusCode, b.body.slice(0,100), b.headers['link']) }
  }
  assert.ok(true)
})
