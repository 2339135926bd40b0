import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useServer } from '../test/server.ts'
import { isProblem } from './index.ts'

const server = await useServer()

test('an account is deleted, is read while it is leaving, and comes back', async () => {
  const { client, email } = await server.join()
  assert.deepEqual((await client.account.get()).data, { state: 'active', erase_at: null })
  const mistyped = await client.account.leave('somebody@example.com').catch((error: unknown) => error)
  assert.ok(isProblem(mistyped, 'validation_failed'))
  assert.deepEqual(
    mistyped.fieldErrors.map(({ field, code }) => [field, code]),
    [['confirm', 'mismatch']],
  )

  const { erase_at } = (await client.account.leave(email)).data
  assert.deepEqual((await client.account.get()).data, { state: 'leaving', erase_at })
  const refused = await client.profile.get().catch((error: unknown) => error)
  assert.ok(isProblem(refused, 'account_leaving'))

  assert.deepEqual((await client.account.restore()).data, { state: 'active', erase_at: null })
  assert.equal((await client.profile.get()).data.user.email, email)
})

test('a sign-in that is too old deletes nothing', async () => {
  const { client, email } = await server.join({ auth_time: Math.floor(Date.now() / 1000) - 3600 })
  const refused = await client.account.leave(email).catch((error: unknown) => error)
  assert.ok(isProblem(refused, 'reauthentication_required'))
  assert.equal((await client.account.get()).data.state, 'active')
})
