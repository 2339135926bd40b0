import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { place, startServer, until, upm } from '../../test/process.ts'
import { useTestApp } from '../../test/test-app.ts'

test('with a port of their own /metrics and /readyz are not on the public one, with several processes too', async (t) => {
  const env = await place(t)
  for (const WORKERS of ['1', '2']) {
    const server = await startServer({ ...env, WORKERS, OPERATIONS_PORT: '0', PAGE: 'off' })
    const port = await until(server, /"port":(\d+)[^\n]*the operations port is open/)
    const publicUrl = (await until(server, /UPM is ready: (http:[^"]+:\d+)\//)) + '/'
    for (const path of ['metrics', 'readyz']) {
      const outside = await fetch(publicUrl + path)
      assert.equal(outside.status, 404)
      assert.equal(outside.headers.get('content-type'), 'application/problem+json')
      assert.equal((await fetch(`http://127.0.0.1:${port}/${path}`)).status, 200)
    }
    assert.equal((await fetch(`${publicUrl}healthz`)).status, 200)
    const inside = `http://127.0.0.1:${port}`
    assert.equal((await fetch(`${inside}/healthz`)).status, 200)
    assert.match(await (await fetch(`${inside}/metrics`)).text(), /upm_http_request_duration_seconds/)
    for (const path of ['/', '/api/languages/', '/api/me/profile/', '/metrics/../api/schema/']) {
      assert.equal((await fetch(inside + path)).status, 404)
    }
    assert.equal(await server.stop(), 0)
  }
})

test('a port that is taken is one clear line that names the variable', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  t.after(() => other.close())
  const { port } = other.address() as { port: number }
  const { code, output } = await upm(['serve'], {
    ...(await place(t)),
    PORT: '0',
    OPERATIONS_PORT: String(port),
    LOG_LEVEL: 'silent',
  })
  assert.equal(code, 1)
  assert.match(output, /^upm: Port \d+ on 127\.0\.0\.1.*OPERATIONS_PORT.*\n$/)
})

test('without one they are public', async (t) => {
  const app = await useTestApp({}, t)
  for (const url of ['/metrics', '/readyz']) assert.equal((await app.send('GET', url)).statusCode, 200)
})
