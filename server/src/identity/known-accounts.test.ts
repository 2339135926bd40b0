import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { form } from '../../test/form.ts'
import { useTestApp, type Person } from '../../test/test-app.ts'
import { query, sql } from '../database/database.ts'

const app = await useTestApp()

/** As an operator would. Its identities go with it. */
async function erase({ userId }: Person): Promise<void> {
  await query(app.pool, sql`delete from activity_log where user_id = ${userId}`)
  await query(app.pool, sql`delete from users where id = ${userId}`)
}

async function identityOf({ userId }: Person): Promise<{ issuer: string; subject: string }> {
  const [identity] = await query<{ issuer: string; subject: string }>(
    app.pool,
    sql`select issuer, subject from identities where user_id = ${userId}`,
  )
  assert.ok(identity)
  return identity
}

const profileOf = async (token: string) => (await app.send('GET', '/api/me/profile/', { token })).json()

/** What a deleted account may be asked for, and what the answer is when the token has opened another one. */
const requests: {
  name: string
  method: 'GET' | 'PATCH' | 'DELETE'
  url: string
  body?: unknown
  accept?: string
  status: number
}[] = [
  { name: 'the profile', method: 'GET', url: '/api/me/profile/', status: 200 },
  {
    name: 'a patch',
    method: 'PATCH',
    url: '/api/me/profile/',
    body: { user: { first_name: 'Later' } },
    status: 200,
  },
  {
    name: 'a patch that has to be read first',
    method: 'PATCH',
    url: '/api/me/profile/',
    body: { user: { role: 'student', first_name: 'Later' } },
    status: 200,
  },
  { name: 'the settings', method: 'GET', url: '/api/me/settings/', status: 200 },
  { name: 'the preview', method: 'GET', url: '/api/me/profile/public/', status: 200 },
  { name: 'the log', method: 'GET', url: '/api/me/activity/', status: 200 },
  {
    name: 'what follows in the log',
    method: 'GET',
    url: '/api/me/activity/?after=2020-01-01T00:00:00Z&action=system.*',
    status: 200,
  },
  { name: 'the log as a stream', method: 'GET', url: '/api/me/activity/', accept: 'text/csv', status: 200 },
  { name: 'the summary', method: 'GET', url: '/api/me/activity/summary/', status: 200 },
  { name: 'the picture', method: 'DELETE', url: '/api/me/avatar/', status: 204 },
]

for (const { name, method, url, body, accept, status } of requests) {
  test(`${name}: a token whose account was deleted opens the new one, at once`, async () => {
    const old = await app.person()
    const other = await app.person({ given_name: 'Other' })
    const identity = await identityOf(old)
    await erase(old)
    // Somebody has given the identity to another account.
    await query(
      app.pool,
      sql`insert into identities (issuer, subject, user_id) values (${identity.issuer}, ${identity.subject}, ${other.userId})`,
    )
    const answer = await app.send(method, url, {
      token: old.token,
      ...(body !== undefined && { body }),
      headers: accept === undefined ? {} : { accept },
    })
    assert.equal(answer.statusCode, status, answer.body)
    if (url.startsWith('/api/me/activity/') && !url.includes('summary')) {
      assert.match(answer.body, /system\.profile\.initialized/)
      assert.match(answer.body, new RegExp(`\\b${other.userId}\\b`))
    }
    assert.ok(!answer.body.includes(old.email))
    assert.equal((await profileOf(old.token)).user.id, other.userId)
  })
}

test('without a new identity the token makes a new account, and logs that', async () => {
  const old = await app.person({ given_name: 'Old' })
  await erase(old)
  const document = await profileOf(old.token)
  assert.notEqual(document.user.id, old.userId)
  assert.equal(document.user.first_name, 'Old')
  assert.deepEqual(await app.actions(document.user.id), ['system.profile.initialized'])
  assert.deepEqual(await profileOf(old.token), document)
})

test('many requests at once of a deleted account open one new account', async () => {
  const old = await app.person()
  await erase(old)
  const documents = await Promise.all(Array.from({ length: 20 }, () => profileOf(old.token)))
  assert.equal(new Set(documents.map(({ user }) => user.id)).size, 1)
  assert.notEqual(documents[0].user.id, old.userId)
})

test('a picture for a deleted account has to be sent again, and then is that of the new one', async () => {
  const picture = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  const upload = async (token: string) =>
    app.send('POST', '/api/me/avatar/', { token, ...(await form([{ name: 'avatar', file: picture }])) })
  const old = await app.person()
  await erase(old)
  assert.equal((await upload(old.token)).statusCode, 503)
  assert.equal((await upload(old.token)).statusCode, 201)
  assert.notEqual((await profileOf(old.token)).user.id, old.userId)
})

test('all tokens of a deleted account are looked up again, whichever noticed', async () => {
  const sub = 'several-tokens'
  const [one, two] = [await app.person({ sub }), await app.person({ sub })]
  assert.equal(one.userId, two.userId)
  await erase(one)
  const { user } = await profileOf(one.token)
  assert.notEqual(user.id, one.userId)
  assert.equal((await profileOf(two.token)).user.id, user.id)
})

test('a hot request takes one query', async () => {
  const { token } = await app.person()
  let queries = 0
  const count = () => (queries += 1)
  app.pool.driver.on('acquire', count)
  try {
    for (const [method, url, body] of [
      ['GET', '/api/me/profile/', undefined],
      ['PATCH', '/api/me/profile/', { user: { first_name: 'Hot' } }],
      ['GET', '/api/me/activity/?limit=5', undefined],
    ] as const) {
      queries = 0
      assert.equal((await app.send(method, url, { token, ...(body && { body }) })).statusCode, 200)
      assert.equal(queries, 1, `${method} ${url}`)
    }
  } finally {
    app.pool.driver.off('acquire', count)
  }
})
