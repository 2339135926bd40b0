import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import Fastify from 'fastify'
import { pino } from 'pino'
import { noise } from '../../test/picture.ts'
import { place, startServer, upm } from '../../test/process.ts'
import { createDatabase } from '../../test/database.ts'
import { signToken } from '../identity/sign-token.ts'
import { upm as plugin } from '../index.ts'

const PASSWORD = 'a password for nobody to read'

test('the log holds no token, cookie, password or link at trace, whatever is asked for', async (t) => {
  const env = await place(t)
  const server = await startServer({ ...env, LOG_LEVEL: 'trace' })
  const token = (await upm(['token', 'alex@example.com', '--role', 'tutor'], env)).output.trim()
  const cookie = 'upm.session_token=secret-in-a-cookie'
  const headers = { authorization: `Bearer ${token}`, cookie }
  const form = new FormData()
  form.set('avatar', new Blob([new Uint8Array(await noise(64))]), 'a.png')
  const uploaded = await fetch(`${server.url}/api/me/avatar/`, { method: 'POST', headers, body: form })
  assert.equal(uploaded.status, 201)

  const credentials = { email: 'kim@example.com', password: PASSWORD }
  const post = (path: string, body: object) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: JSON.stringify(body),
    })
  assert.equal((await post('/api/auth/sign-up/email', { ...credentials, name: 'Kim Koval' })).status, 200)
  const signedIn = await post('/api/auth/sign-in/email', credentials)
  assert.equal(signedIn.status, 200)
  const session = /session_token=([^;.%]+)/.exec(signedIn.headers.getSetCookie().join())?.[1] ?? ''
  assert.notEqual(session, '')

  const document = (await (await fetch(`${server.url}/api/schema/`)).json()) as {
    paths: Record<string, Record<string, object>>
  }
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of Object.keys(methods)) {
      const url = `${server.url}${path.replaceAll(/\{\w+\}/g, 'link-token-1')}?token=link-token-2`
      const hasBody = !['get', 'delete'].includes(method)
      await fetch(url, {
        method: method.toUpperCase(),
        headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
        ...(hasBody && { body: JSON.stringify({ token: 'link-token-3', password: PASSWORD }) }),
        redirect: 'manual',
      }).then((answer) => answer.arrayBuffer())
    }
  }
  assert.equal(await server.stop(), 0)
  const log = server.output()
  assert.match(log, /"msg":"request"/)
  for (const secret of [token.slice(-30), 'secret-in-a-cookie', PASSWORD, 'link-token-', session]) {
    assert.ok(!log.includes(secret), `${secret}: ${log.split('\n').find((line) => line.includes(secret))}`)
  }
})

test('nor does the log of a host', async (t) => {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  const database = await createDatabase()
  const host = Fastify({ pluginTimeout: 0, loggerInstance: pino({ level: 'trace' }, stream) })
  t.after(async () => {
    await host.close()
    await database.drop()
  })
  const auth = {
    jwtSecret: 'the secret of a host, long enough',
    subjectClaim: 'sub',
  }
  const storage = { close: async () => {}, publicUrl: () => undefined } as never
  await host.register(plugin, { resources: { pool: database.pool, storage }, auth })
  const token = await signToken(auth, {
    subject: 'a',
    claims: { email: 'a@example.com' },
    lifetimeSeconds: 60,
  })
  const form = new FormData()
  form.set('avatar', new Blob(['no picture']), 'a.png')
  const answer = await host.inject({
    method: 'POST',
    url: '/api/me/avatar/',
    headers: { authorization: `Bearer ${token}` },
    payload: form,
  })
  assert.equal(answer.statusCode, 400, answer.body)
  assert.ok(lines.length > 0)
  // Fastify's own lines are the host's to choose.
  assert.ok(!lines.join('').includes(token))
})
