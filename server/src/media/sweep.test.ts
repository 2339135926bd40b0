import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { form } from '../../test/form.ts'
import { useTestApp } from '../../test/test-app.ts'
import { sweepOrphans } from './sweep.ts'

const app = await useTestApp()
const hoursLater = (hours: number) => new Date(Date.now() + hours * 3_600_000)

async function keys(): Promise<string[]> {
  const all = []
  for await (const { key } of app.storage.list('')) all.push(key)
  return all.sort()
}

test('the sweep takes what no picture claims once it is old enough, and nothing else', async () => {
  const { token } = await app.person()
  const file = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  const { body, headers } = await form([{ name: 'avatar', file }])
  assert.equal((await app.send('POST', '/api/me/avatar/', { token, body, headers })).statusCode, 201)
  const claimed = await keys()
  const orphans = [64, 128, 256, 512].map((size) => `avatars/2026/01/user1-0123abcd-${size}.webp`)
  for (const key of orphans) await app.storage.put(key, file, 'image/webp')

  assert.equal(await sweepOrphans(app.pool, app.storage), 0)
  assert.equal(await sweepOrphans(app.pool, app.storage, hoursLater(0.9)), 0)
  assert.deepEqual(await keys(), [...claimed, ...orphans].sort())
  assert.equal(await sweepOrphans(app.pool, app.storage, hoursLater(2)), 4)
  assert.deepEqual(await keys(), claimed)
  assert.equal(await sweepOrphans(app.pool, app.storage, hoursLater(2)), 0)
})
