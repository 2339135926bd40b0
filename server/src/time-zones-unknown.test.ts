/** Zones that the database or an account has and this Node has not: it is older, or they are none any more. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { TimeZone } from './time-zones.ts'

const { zones } = createRequire(import.meta.url)('tzdata') as { zones: Record<string, unknown> }
// As if the database had a zone and a link that came after Node was built.
zones['Mars/Olympus'] = ['x']
zones['Mars/Mons'] = 'Mars/Olympus'

const { useTestApp } = await import('../test/test-app.ts')
const { query, sql } = await import('./database/database.ts')
const app = await useTestApp()

const UNKNOWN = ['Mars/Olympus', 'Mars/Mons', 'Mars', 'x', '🙂', 'GMT+25', '../UTC', "'; drop"]

/** Somebody whose row has a zone, however it came there. */
async function personIn(timezone: string) {
  const person = await app.person({ role: 'tutor' })
  await query(app.pool, sql`update settings set timezone = ${timezone} where user_id = ${person.userId}`)
  return person
}

test('a zone that this Node does not know is not offered and cannot be chosen', async () => {
  const offered = (await app.send('GET', '/api/timezones/')).json<TimeZone[]>()
  assert.ok(offered.length > 590)
  for (const { name } of offered) assert.ok(!name.startsWith('Mars/'), name)
  const { token } = await app.person()
  for (const timezone of UNKNOWN) {
    for (const [url, body, field] of [
      ['/api/me/settings/', { timezone }, 'timezone'],
      ['/api/me/profile/', { settings: { timezone } }, 'settings.timezone'],
    ] as const) {
      const answer = await app.send('PATCH', url, { token, body })
      assert.equal(answer.statusCode, 400, timezone)
      const [fault] = answer.json().errors
      assert.deepEqual([fault.field, fault.code], [field, 'unknown_value'])
    }
  }
})

for (const timezone of UNKNOWN) {
  test(`a stored zone ${timezone} stays, is shown, may be sent back, and leaves when another is chosen`, async () => {
    const { token } = await personIn(timezone)
    const document = (await app.send('GET', '/api/me/profile/', { token })).json()
    assert.equal(document.settings.timezone, timezone)
    const body = { ...document, user: { ...document.user, first_name: 'Olena' } }
    const changed = await app.send('PATCH', '/api/me/profile/', { token, body })
    assert.equal(changed.statusCode, 200, changed.body)
    assert.equal(changed.json().settings.timezone, timezone)
    const settings = { ...changed.json().settings, notifications_enabled: false }
    const kept = await app.send('PATCH', '/api/me/settings/', { token, body: settings })
    assert.equal(kept.statusCode, 200, kept.body)
    assert.deepEqual(kept.json(), settings)
    assert.deepEqual((await app.send('GET', '/api/me/settings/', { token })).json(), settings)
    const chosen = await app.send('PATCH', '/api/me/settings/', { token, body: { timezone: 'Europe/Kyiv' } })
    assert.equal(chosen.json().timezone, 'Europe/Kyiv')
  })

  test(`days of somebody with the zone ${timezone} are those of UTC, and a note says so`, async () => {
    const { token, userId } = await personIn(timezone)
    await query(app.pool, sql`delete from activity_log where user_id = ${userId}`)
    for (const at of ['2026-11-21T23:59:59.999999Z', '2026-11-22T00:00:00Z', '2026-11-22T23:59:59Z']) {
      await query(
        app.pool,
        sql`insert into activity_log (id, user_id, action, timestamp) values (gen_random_uuid(), ${userId}, 'system.login', ${at})`,
      )
    }
    const ask = (parameters: string) =>
      app.send('GET', `/api/me/activity/summary/?${parameters}`, { token, headers: {} })
    const answer = await ask('from=2026-11-01&to=2026-11-22')
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(answer.json(), {
      timezone,
      note: 'counted_in_utc',
      from: '2026-11-01',
      to: '2026-11-22',
      days: [
        { date: '2026-11-21', count: 1, actions: { 'system.login': 1 } },
        { date: '2026-11-22', count: 2, actions: { 'system.login': 2 } },
      ],
    })
    const today = (await ask('')).json()
    assert.equal(today.to, new Date().toISOString().slice(0, 10))
    for (const accept of ['text/csv', 'application/x-ndjson', 'application/json']) {
      const log = await app.send('GET', '/api/me/activity/', { token, headers: { accept } })
      assert.equal(log.statusCode, 200, log.body)
    }
  })
}

test('a stored zone that only Node knows keeps its clocks', async () => {
  for (const timezone of ['US/Pacific-New', 'europe/kyiv', '+02:00']) {
    const { token } = await personIn(timezone)
    const answer = await app.send('GET', '/api/me/activity/summary/', { token })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.json().note, undefined)
  }
})
