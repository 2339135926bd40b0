import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { createTestApp, useTestApp } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'
import { createDatabase } from '../../test/database.ts'
import { readTraceParent } from './request-id.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`

test('a traceparent is read strictly (W3C Trace Context)', () => {
  const read: [string | string[] | undefined, boolean][] = [
    [PARENT, true],
    [PARENT.replace(/01$/, '00'), true],
    [PARENT.replace(/^00/, 'cc'), true],
    [`${PARENT.replace(/^00/, 'cc')}-what-will-be-the-future`, true],
    [`${PARENT}-more`, false],
    [`${PARENT.replace(/^00/, 'cc')}.more`, false],
    [PARENT.replace(/^00/, 'ff'), false],
    [PARENT.toUpperCase(), false],
    [PARENT.replace(TRACE, '0'.repeat(32)), false],
    [PARENT.replace('00f067aa0ba902b7', '0'.repeat(16)), false],
    [PARENT.replace(TRACE, TRACE.slice(1)), false],
    [PARENT.replace(/-01$/, ''), false],
    [PARENT.replace(/-01$/, '-1'), false],
    [`${PARENT}, ${PARENT}`, false],
    [`${PARENT.replace(/^00/, 'cc')}-${'x'.repeat(1000)}`, false],
    [[PARENT, PARENT], false],
    ['', false],
    [undefined, false],
  ]
  for (const [header, isRight] of read)
    assert.equal(readTraceParent(header), isRight ? TRACE : undefined, String(header))
})

test("the id of a request is the caller's own, else that of its trace, else a new one; entries have it", async (t) => {
  const app = await useTestApp({}, t)
  const { token, userId } = await app.person()
  const cases: [Record<string, string>, RegExp][] = [
    [{ traceparent: PARENT }, new RegExp(`^${TRACE}$`)],
    [{ traceparent: PARENT, 'x-request-id': 'booking-7' }, /^booking-7$/],
    [{ traceparent: PARENT, 'x-request-id': 'no good' }, new RegExp(`^${TRACE}$`)],
    [{ traceparent: PARENT, 'x-request-id': 'x'.repeat(65) }, new RegExp(`^${TRACE}$`)],
    [{ traceparent: `${PARENT}-more` }, /^[0-9a-f]{8}-[0-9a-f-]{27}$/],
    [{}, /^[0-9a-f]{8}-[0-9a-f-]{27}$/],
  ]
  for (const [index, [headers, expected]] of cases.entries()) {
    const body = { user: { first_name: `Name ${index}` } }
    const answer = await app.send('PATCH', '/api/me/profile/', { token, body, headers })
    const id = String(answer.headers['x-request-id'])
    assert.match(id, expected)
    const [entry] = await query<{ request_id: string }>(
      app.pool,
      sql`select request_id from activity_log where user_id = ${userId} order by timestamp desc limit 1`,
    )
    assert.equal(entry?.request_id, id)
  }
})

test('the lines of a request have the id of its trace, and of no other', async (t) => {
  const lines: Record<string, unknown>[] = []
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  )
  const database = await createDatabase()
  const app = await createTestApp({ env: { LOG_LEVEL: 'info' }, database, log })
  t.after(async () => {
    await app.close()
    await database.drop()
  })
  await app.send('GET', '/api/languages/', { headers: { traceparent: PARENT, 'x-request-id': 'mine' } })
  await app.send('GET', '/api/languages/')
  const said = lines.filter(({ route }) => route === '/api/languages/')
  assert.deepEqual(
    said.map(({ trace_id: trace }) => trace),
    [TRACE, undefined],
  )
  assert.equal(said[0]?.['reqId'], 'mine')
})
