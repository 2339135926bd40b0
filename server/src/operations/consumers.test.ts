import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServer, place } from '../../test/process.ts'
import { useTestApp } from '../../test/test-app.ts'

const line = (client: string, operation: string, count: number) =>
  `upm_client_requests_total{client="${client}",operation="${operation}"} ${count}`

/** The names that have a count. */
const namesIn = (metrics: string) =>
  new Set([...metrics.matchAll(/upm_client_requests_total\{client="([^"]+)"/g)].map(([, name]) => name))

test('requests are counted by front end and operation, of the contract', async (t) => {
  const app = await useTestApp({}, t)
  const person = await app.person()
  const ask = (url: string, client: string, method: 'GET' | 'PATCH' = 'GET') =>
    app.send(method, url, {
      ...person,
      headers: { 'upm-client': client },
      ...(method === 'PATCH' && { body: { timezone: 'UTC' } }),
    })
  await ask('/api/me/profile/', 'web/1.4.2')
  await ask('/api/me/profile', 'web/1.5.0')
  await ask('/api/me/profile/', 'mobile')
  await ask('/api/me/settings/', 'web/1.4.2', 'PATCH')
  await ask(`/api/profiles/${person.userId}/`, 'web/1.4.2')
  await ask('/api/me/settings/?x=1', 'web/1.4.2')
  // Neither an operation nor a client.
  await ask('/api/nowhere/', 'web/1.4.2')
  await app.send('GET', '/api/me/profile/', person)
  const { body } = await app.send('GET', '/metrics')
  for (const expected of [
    line('web', 'GET /api/me/profile/', 2),
    line('mobile', 'GET /api/me/profile/', 1),
    line('web', 'PATCH /api/me/settings/', 1),
    line('web', 'GET /api/profiles/{id}/', 1),
    line('web', 'GET /api/me/settings/', 1),
  ])
    assert.ok(body.includes(expected), `${expected}\n${body}`)
  assert.doesNotMatch(body, /1\.4\.2|nowhere/)
})

test('twenty names are counted, those of the configuration first; the rest is "other"', async (t) => {
  const app = await useTestApp({ env: { CONSUMERS: 'kiosk' } }, t)
  const ask = (client: string) => app.send('GET', '/api/subjects/', { headers: { 'upm-client': client } })
  for (let number = 1; number <= 30; number += 1) await ask(`spam-${number}/1.0`)
  await ask('kiosk/2')
  await ask('web/1')
  for (const bad of ['', 'Web/1', 'a b', 'x'.repeat(33), 'other/1', '"}\\n', `ok/${'9'.repeat(100)}`, 'ї']) {
    await app.app.inject({ url: '/api/subjects/', headers: { 'upm-client': bad } })
  }
  const { body } = await app.send('GET', '/metrics')
  const names = namesIn(body)
  assert.equal(names.size, 21)
  for (const name of ['web', 'kiosk', 'spam-1', 'spam-18', 'other']) assert.ok(names.has(name), name)
  assert.ok(body.includes(line('other', 'GET /api/subjects/', 12 + 8)), body)
  assert.ok(body.includes(line('kiosk', 'GET /api/subjects/', 1)))
})

test('several processes count the same twenty', async (t) => {
  const server = await startServer({ ...(await place(t)), WORKERS: '2', AUTH_BUILT_IN: 'off' })
  t.after(() => server.stop())
  const ask = (client: string) =>
    fetch(`${server.url}/api/subjects/`, { headers: { 'upm-client': client, connection: 'close' } })
  for (let round = 0; round < 4; round += 1)
    await Promise.all(Array.from({ length: 30 }, (_, number) => ask(`app-${number}`)))
  const body = await (await fetch(`${server.url}/metrics`)).text()
  assert.equal(namesIn(body).size, 20)
  const total = [...body.matchAll(/upm_client_requests_total\{.*\} (\d+)/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  )
  assert.equal(total, 120)
})
