import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestApp } from '../../test/test-app.ts'

test('an empty body that is called JSON is no body; where one is needed, it is said', async () => {
  const app = await useTestApp()
  const { token } = await app.person()
  const headers = { 'content-type': 'application/json' }
  const send = async (method: 'POST' | 'DELETE' | 'PATCH', url: string) => {
    const answer = await app.send(method, url, { token, headers })
    return [answer.statusCode, answer.statusCode < 300 ? undefined : answer.json<{ code: string }>().code]
  }
  assert.deepEqual(await send('POST', '/api/me/exports/'), [202, undefined])
  assert.deepEqual(await send('DELETE', '/api/me/avatar/'), [204, undefined])
  for (const [method, url] of [
    ['PATCH', '/api/me/profile/'],
    ['PATCH', '/api/me/settings/'],
    ['POST', '/api/me/profiles/'],
    ['POST', '/api/me/identities/'],
    ['DELETE', '/api/me/'],
  ] as const) {
    assert.deepEqual(await send(method, url), [400, 'invalid_json'], `${method} ${url}`)
  }
  const service = await app.token({ sub: 'booking', scope: 'activity:write', email: undefined })
  const batch = await app.send('POST', '/api/activity/', { token: service, headers })
  assert.deepEqual([batch.statusCode, batch.json<{ code: string }>().code], [400, 'invalid_json'])
})
