import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildExport } from '../../server/src/data-export/build.ts'
import { createProfileTypes } from '../../server/src/profile-types/profile-types.ts'
import { createDocumentReader } from '../../server/src/document/read.ts'
import { allPersonalData, builtInActions } from '../../server/src/features.ts'
import { createActions } from '../../server/src/log/actions.ts'
import { unzip } from '../../server/test/unzip.ts'
import { useServer } from '../test/server.ts'
import { isProblem } from './index.ts'

const server = await useServer()

test('an archive is asked for, waited for and downloaded', async () => {
  const { client } = await server.join()
  const { id, state } = (await client.exports.start()).data
  assert.equal(state, 'queued')
  assert.deepEqual((await client.exports.get(id)).data, { id, state, percent: 0, expires_at: null })
  await assert.rejects(client.exports.download(id), (error) => isProblem(error, 'export_not_ready'))
  await assert.rejects(client.exports.start(), (error) => isProblem(error, 'export_recent'))
  await assert.rejects(client.exports.get('no-such-id'), (error) => isProblem(error, 'not_found'))

  const { pool, storage } = server.app
  const types = createProfileTypes()
  await buildExport(
    {
      pool,
      storage,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      personalData: allPersonalData(),
      declared: { types, subjects: new Map(), actions: createActions(builtInActions) },
      readDocument: createDocumentReader({ types, mediaUrl: (key) => key }),
      onReady: async () => {},
    },
    { id },
    new AbortController().signal,
  )
  const [listed] = (await client.exports.list()).data
  assert.deepEqual([listed?.id, listed?.state, listed?.percent], [id, 'ready', 100])
  const { name, bytes, stream, blob } = await client.exports.download(id)
  assert.match(name, /^upm-\d{4}-\d\d-\d\d\.zip$/)
  assert.ok(stream)
  const file = (await blob()) as Blob
  assert.equal(file.size, bytes)
  const files = await unzip(Buffer.from(await file.arrayBuffer()))
  assert.ok(files.has('index.html') && files.has('manifest.json'))
})
