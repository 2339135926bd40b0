import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import Fastify from 'fastify'
import { createDatabase } from '../../test/database.ts'
import { openMailbox } from '../../test/mailbox.ts'
import type { TestApp } from '../../test/test-app.ts'
import { PASSWORD, SIGN_IN_ENV, visitor } from '../../test/visitor.ts'
import { upm } from '../index.ts'
import { openStorage } from '../media/storage/open.ts'

const PREFIX = '/account'
const ORIGIN = 'https://host.example'

const mailbox = await openMailbox()
const { pool, drop } = await createDatabase()
const dataDir = await mkdtemp(join(tmpdir(), 'upm-prefix-'))
const storage = await openStorage({ kind: 'local', root: join(dataDir, 'media') })
const host = Fastify({ pluginTimeout: 0 })
await host.register(upm, {
  prefix: PREFIX,
  dataDir,
  resources: { pool, storage },
  publicUrl: ORIGIN,
  signIn: {
    secret: SIGN_IN_ENV.AUTH_SECRET,
    mail: { smtpUrl: mailbox.smtpUrl, from: 'no-reply@host.example' },
  },
  trustedProxies: [SIGN_IN_ENV.TRUSTED_PROXIES],
  rateLimitPerMinute: 0,
})
host.post('/rename', async (request) => {
  const { id } = await host.upm.authenticate(request)
  return host.upm.profiles.change(id, request.body as object, { request })
})
after(async () => {
  await host.close()
  await drop()
  await rm(dataDir, { recursive: true, force: true })
})

const send: TestApp['send'] = (method, url, { token, body, headers } = {}) =>
  host.inject({
    method,
    url: `${PREFIX}${url}`,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    ...(body !== undefined && { payload: body as object }),
  })

/** A link of a mail as a path that `visitor` takes. */
const linkOf = ({ pathname, search }: URL) => pathname.replace(`${PREFIX}/api/auth`, '') + search

test('under a prefix the sign-in is there and nowhere else, and so are its links and where they lead', async () => {
  const person = visitor({ send })
  const { url } = await mailbox.mailOf(() => person.signUp())
  assert.equal(url.origin + url.pathname, `${ORIGIN}${PREFIX}/api/auth/verify-email`)
  const landing = await person.get(linkOf(url))
  assert.equal(landing.headers['location'], `${PREFIX}/`)
  assert.match(String(landing.headers['set-cookie']), /; Path=\/account\/api\/auth\/sign-in;/)
  const token = await person.token(await person.confirm(url))
  assert.equal((await send('GET', '/api/me/profile/', { token })).statusCode, 200)
  assert.equal((await host.inject({ method: 'POST', url: '/api/auth/sign-in/email' })).statusCode, 404)

  const reset = await mailbox.mailOf(() => person.post('/request-password-reset', { email: person.email }))
  assert.match(reset.url.href, new RegExp(`^${ORIGIN}${PREFIX}/api/auth/reset-password/`))
  const form = new URL(String((await person.get(linkOf(reset.url))).headers['location']))
  assert.equal(form.origin + form.pathname, `${ORIGIN}${PREFIX}/`)
  const chosen = await mailbox.mailOf(() =>
    person.post('/request-password-reset', { email: person.email, redirectTo: '/new-password' }),
  )
  const { pathname } = new URL(String((await person.get(linkOf(chosen.url))).headers['location']))
  assert.equal(pathname, '/new-password', 'what was said is a path of the host')

  const again = await mailbox.mailOf(() => visitor({ send }, person.email).signUp())
  assert.equal(again.url.href, `${ORIGIN}${PREFIX}/`)
})

test('under a prefix an ended session writes nothing either, neither here nor by a route of the host', async () => {
  const person = visitor({ send })
  const session = await person.confirm((await mailbox.mailOf(() => person.signUp())).url)
  const token = await person.token(session)
  const body = { user: { first_name: 'Olena' } }
  const throughHost = () =>
    host.inject({
      method: 'POST',
      url: '/rename',
      headers: { authorization: `Bearer ${token}` },
      payload: body,
    })
  assert.equal((await send('PATCH', '/api/me/profile/', { token, body })).statusCode, 200)
  assert.equal((await throughHost()).statusCode, 200)
  assert.equal((await person.post('/sign-out', undefined, { token: session })).statusCode, 200)
  for (const answer of [await send('PATCH', '/api/me/profile/', { token, body }), await throughHost()]) {
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'session_ended'])
  }
  assert.equal((await send('GET', '/api/me/profile/', { token })).statusCode, 200)
})

test('under a prefix the cookie is for it alone, and for pages of the public origin', async () => {
  const person = visitor({ send })
  await person.confirm((await mailbox.mailOf(() => person.signUp())).url)
  const credentials = { email: person.email, password: PASSWORD }
  const signedIn = await person.post('/sign-in/email', credentials, { headers: { origin: ORIGIN } })
  const [pair = '', ...attributes] = String([signedIn.headers['set-cookie']].flat()[0]).split('; ')
  assert.match(pair, /^__Secure-upm\.session_token=/)
  assert.deepEqual(attributes, ['Max-Age=604800', `Path=${PREFIX}`, 'HttpOnly', 'Secure', 'SameSite=Lax'])
  const from = (origin?: string) =>
    person.post('/sign-out', {}, { headers: { cookie: pair, ...(origin !== undefined && { origin }) } })
  for (const origin of [undefined, 'https://evil.example', 'http://host.example', `${ORIGIN}:8443`]) {
    assert.equal((await from(origin)).statusCode, 403, origin)
  }
  const signedOut = await from(ORIGIN)
  assert.equal(signedOut.statusCode, 200)
  assert.match(
    String(signedOut.headers['set-cookie']),
    /^__Secure-upm\.session_token=; Max-Age=0; Path=\/account;/,
  )
})
