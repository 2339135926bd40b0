import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useServer } from '../test/server.ts'
import { isProblem } from './index.ts'

const server = await useServer()

test('a person links a second identity, and unlinks it', async () => {
  const { client } = await server.join()
  const [own] = (await client.identities.list()).data
  assert.equal(own?.issuer, 'local')
  const second = await server.app.token({ sub: 'second' })
  const { data: linked } = await client.identities.link(second)
  assert.equal(linked.subject, 'second')
  assert.deepEqual((await client.identities.link(second)).data, linked)
  assert.deepEqual((await client.identities.list()).data, [own, linked])
  await assert.rejects(client.identities.unlink(own.id), (error) => isProblem(error, 'identity_in_use'))
  await client.identities.unlink(linked.id)
  await assert.rejects(client.identities.unlink(linked.id), (error) => isProblem(error, 'not_found'))
  await assert.rejects(client.identities.unlink(own.id), (error) => isProblem(error, 'last_identity'))
})

test('what cannot be linked is said', async () => {
  const { client } = await server.join()
  const { token } = await server.join()
  await assert.rejects(client.identities.link(token), (error) => isProblem(error, 'identity_taken'))
  await assert.rejects(client.identities.link('nonsense'), (error) => {
    assert.ok(isProblem(error, 'validation_failed'))
    const [fault] = error.fieldErrors
    assert.deepEqual(
      [fault?.field, fault?.message],
      ['token', 'This is not an access token that is valid now.'],
    )
    return true
  })
  const now = Math.floor(Date.now() / 1000)
  const old = await server.join({ auth_time: now - 3600 })
  await assert.rejects(old.client.identities.unlink(1), (error) =>
    isProblem(error, 'reauthentication_required'),
  )
})
