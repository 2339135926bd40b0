import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InfiniteQueryObserver, MutationObserver, QueryClient } from '@tanstack/query-core'
import { useTestApp } from '../../server/test/test-app.ts'
import { createClient } from './client.ts'
import { createQueries, upmKey } from './query.ts'

const app = await useTestApp()
const baseUrl = await app.listen()

test("TanStack's own client reads, pages and changes with the options", async (t) => {
  const { token } = await app.person()
  const client = createClient({ baseUrl, token })
  const queries = createQueries(client)
  const cache = new QueryClient()
  t.after(() => cache.clear())

  const before = await cache.fetchQuery(queries.profile())
  const change = new MutationObserver(cache, queries.patchProfile())
  await change.mutate({ user: { first_name: 'Olha' } })
  await cache.invalidateQueries({ queryKey: upmKey })
  const after = await cache.fetchQuery(queries.profile())
  assert.equal(after.data.user.first_name, 'Olha')
  assert.ok(after.version > before.version)
  assert.equal((await cache.fetchQuery(queries.settings())).data.timezone, 'UTC')
  assert.ok((await cache.fetchQuery(queries.subjects())).length > 10)

  const pages = new InfiniteQueryObserver(cache, queries.activity({ limit: 1 }))
  await pages.fetchNextPage()
  const { data, hasNextPage } = await pages.fetchNextPage()
  const actions = data?.pages.flatMap((page) => page.data.map(({ action }) => action))
  assert.deepEqual(actions, ['profile.updated', 'system.profile.initialized'])
  assert.equal(hasNextPage, false)
})

test('the same question has the same key, and a query that nobody wants any more is given up', async () => {
  const signals: (AbortSignal | null)[] = []
  const client = createClient({
    baseUrl,
    fetch: async (input) => {
      const { signal } = input as Request
      signals.push(signal)
      return new Promise<Response>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      )
    },
  })
  const queries = createQueries(client)
  assert.deepEqual(queries.person(7).queryKey, createQueries(client).person(7).queryKey)
  assert.notDeepEqual(queries.person(7).queryKey, queries.person(8).queryKey)
  const cache = new QueryClient()
  const asked = cache.fetchQuery({ ...queries.person(7), retry: false }).catch(() => 'given up')
  while (signals.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await cache.cancelQueries({ queryKey: upmKey })
  assert.equal(await asked, 'given up')
  assert.equal(signals[0]?.aborted, true)
})
