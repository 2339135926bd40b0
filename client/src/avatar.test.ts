import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { noise } from '../../server/test/picture.ts'
import { NodeXhr } from '../test/node-xhr.ts'
import { openServer, useServer } from '../test/server.ts'
import { createClient, isProblem, NetworkError, type UploadProgress } from './index.ts'

const server = await useServer({ env: { AVATAR_MAX_BYTES: '2000000' } })
const photo = await noise(600)

/** The ways that a picture travels: each must do the same. */
const ways: Record<string, (t: TestContext) => void> = {
  'from a stream that counts (Node)': () => {},
  'by XMLHttpRequest (browsers, React Native)': (t) => {
    const scope = globalThis as { XMLHttpRequest?: unknown }
    scope.XMLHttpRequest = NodeXhr
    t.after(() => delete scope.XMLHttpRequest)
  },
  'by fetch alone (service workers)': (t) => {
    t.mock.property(process, 'versions', {} as NodeJS.ProcessVersions)
  },
}

for (const [way, prepare] of Object.entries(ways)) {
  const telling = !way.startsWith('by fetch')

  describe(`an upload ${way}`, () => {
    test('replaces the picture and tells how far it is', async (t) => {
      prepare(t)
      const { client, userId } = await server.join()
      const told: UploadProgress[] = []
      const { data } = await client.avatar.upload(new Blob([new Uint8Array(photo)]), {
        crop: { x: 10, y: 20, size: 300 },
        onProgress: (progress) => told.push(progress),
      })
      assert.deepEqual([data.avatar.width, data.avatar.content_type], [512, 'image/webp'])
      assert.equal((await client.profile.get()).data.avatar_url, data.avatar_url)
      assert.ok((await fetch(client.resolveUrl(data.avatar.variants['64']))).ok)
      assert.deepEqual(await server.app.actions(userId), ['system.profile.initialized', 'avatar.uploaded'])
      if (!telling) return
      const last = told.at(-1)
      assert.ok(told.length > 3 && last && last.total > photo.length && last.loaded === last.total)
      assert.deepEqual(
        told,
        told.toSorted((a, b) => a.loaded - b.loaded),
      )
    })

    test('that is refused is a problem', async (t) => {
      prepare(t)
      const { client, userId } = await server.join()
      const onProgress = () => {}
      const refusals = [
        [new TextEncoder().encode('<svg/>'), undefined, 400, 'image_unsupported'],
        [new Uint8Array(2_000_001), undefined, 413, 'file_too_large'],
        [new Uint8Array(photo), { x: 500, y: 0, size: 300 }, 400, 'crop_invalid'],
        [new Uint8Array(0), { x: 0.5, y: 0, size: 300 }, 400, 'validation_failed'],
      ] as const
      for (const [bytes, crop, status, code] of refusals) {
        await assert.rejects(client.avatar.upload(bytes, { crop, onProgress }), (error) => {
          assert.ok(isProblem(error, code), String(error))
          if (code === 'validation_failed') assert.equal(error.fieldErrors[0]?.field, 'crop_x')
          assert.ok(error.requestId)
          return error.status === status
        })
      }
      assert.deepEqual(await server.app.actions(userId), ['system.profile.initialized'])
    })

    test('that is aborted leaves no picture', async (t) => {
      prepare(t)
      const { client, userId } = await server.join()
      const reason = new Error('changed my mind')
      const controller = new AbortController()
      if (!telling) controller.abort(reason)
      const upload = client.avatar.upload(new Uint8Array(photo), {
        signal: controller.signal,
        onProgress: ({ loaded }) => loaded > 100_000 && controller.abort(reason),
      })
      await assert.rejects(upload, (error) => error === reason)
      await assert.rejects(
        client.avatar.upload(new Uint8Array(photo), { signal: controller.signal, onProgress: () => {} }),
        (error) => error === reason,
      )
      assert.equal((await client.profile.get()).data.avatar_url, null)
      assert.deepEqual(await server.app.actions(userId), ['system.profile.initialized'])
    })

    test('with an expired token is sent once more', async (t) => {
      prepare(t)
      const { token, userId } = await server.app.person()
      const client = createClient({
        baseUrl: server.baseUrl,
        token: 'expired',
        onUnauthorized: () => token,
      })
      await client.avatar.upload(new Uint8Array(photo), { onProgress: () => {} })
      assert.deepEqual(await server.app.actions(userId), ['system.profile.initialized', 'avatar.uploaded'])
    })

    test('to nobody is a network error', async (t) => {
      prepare(t)
      const client = createClient({ baseUrl: 'http://127.0.0.1:1', token: 'any' })
      await assert.rejects(
        client.avatar.upload(new Uint8Array(photo), { onProgress: () => {} }),
        NetworkError,
      )
    })
  })
}

test('an upload that tells nothing can be aborted, too', async (t) => {
  const reason = new Error('changed my mind')
  const controller = new AbortController()
  const baseUrl = await openServer(t, (request) => request.once('data', () => controller.abort(reason)))
  const client = createClient({ baseUrl, token: 'any' })
  const upload = client.avatar.upload(new Blob([new Uint8Array(photo)]), { signal: controller.signal })
  await assert.rejects(upload, (error) => error === reason)
})

test('a picture is uploaded without asking for progress, and removed', async () => {
  const { client, userId } = await server.join()
  const { buffer } = new Uint8Array(photo)
  await client.avatar.upload(buffer)
  await client.avatar.upload(new File([new Uint8Array(photo)], 'photo.png', { type: 'image/png' }))
  await client.avatar.remove()
  await client.avatar.remove()
  assert.equal((await client.profile.get()).data.avatar, null)
  assert.deepEqual(await server.app.actions(userId), [
    'system.profile.initialized',
    'avatar.uploaded',
    'avatar.uploaded',
    'avatar.deleted',
  ])
})
