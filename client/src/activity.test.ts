import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { openServer, useServer } from '../test/server.ts'
import { createClient, isProblem, NetworkError, ProblemError } from './index.ts'
import type { ActivityEntry } from './index.ts'

const server = await useServer()

/** Somebody with this many entries, all of one instant, besides the first one. */
async function join(entries: number) {
  const person = await server.join()
  await server.app.pool.query(
    `insert into activity_log (id, user_id, action, entity_type, metadata, timestamp)
     select gen_random_uuid(), $1, 'system.login', 'system', jsonb_build_object('n', n), now()
       from generate_series(1, $2) n`,
    [person.userId, entries],
  )
  return person
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const ids = (entries: ActivityEntry[]) => entries.map(({ id }) => id)

describe('pages', () => {
  test('follow on each other without gap or repetition, also at equal instants', async () => {
    const { client } = await join(230)
    const pages = await collect(client.activity.pages({ limit: 100 }))
    assert.deepEqual(
      pages.map(({ data }) => data.length),
      [100, 100, 31],
    )
    assert.equal(pages.at(-1)?.next, undefined)
    const all = await collect(client.activity.all())
    assert.equal(new Set(ids(all)).size, 231)
    assert.deepEqual(
      ids(all),
      pages.flatMap(({ data }) => ids(data)),
    )
    assert.equal(all.at(-1)?.action, 'system.profile.initialized')
  })

  test('are asked for one at a time, and no further than wanted', async () => {
    const { token } = await join(10)
    let requests = 0
    const client = createClient({
      baseUrl: server.baseUrl,
      token,
      fetch: (request: never) => {
        requests += 1
        return fetch(request)
      },
    })
    let seen = 0
    for await (const entry of client.activity.all({ limit: 3 })) {
      assert.equal(entry.action, 'system.login')
      seen += 1
      if (seen === 4) break
    }
    assert.equal(requests, 2)
  })

  test('what is logged meanwhile moves nothing', async () => {
    const { client } = await join(6)
    const seen: string[] = []
    for await (const { data } of client.activity.pages({ limit: 2 })) {
      seen.push(...ids(data))
      await client.settings.update(({ notifications_enabled: on }) => ({ notifications_enabled: !on }))
    }
    assert.equal(new Set(seen).size, 7)
  })

  test('are filtered', async () => {
    const { client } = await join(2)
    await client.settings.patch({ timezone: 'Europe/Kyiv' })
    await client.profile.patch({ user: { first_name: 'Olena' } })
    const actions = async (...filters: Parameters<typeof client.activity.page>) =>
      (await client.activity.page(...filters)).data.map(({ action }) => action)
    assert.deepEqual(await actions({ action: ['settings.updated', 'profile.*'] }), [
      'profile.updated',
      'settings.updated',
    ])
    assert.deepEqual(await actions({ entityType: 'settings', action: undefined }), ['settings.updated'])
    const [latest] = (await client.activity.page({ limit: 1 })).data
    assert.equal((await actions({ before: latest?.timestamp })).length, 4)
    assert.deepEqual(await actions({ after: latest?.timestamp }), [])
  })

  test('a faulty filter is a problem by name', async () => {
    const { client } = await server.join()
    await assert.rejects(collect(client.activity.all({ before: 'yesterday' })), (error) => {
      assert.ok(error instanceof ProblemError)
      return error.fieldErrors[0]?.field === 'before'
    })
  })
})

describe('the export', () => {
  test('streams every entry, as the pages have them', async () => {
    const { client } = await join(250)
    assert.deepEqual(await collect(client.activity.export()), await collect(client.activity.all()))
    assert.equal((await collect(client.activity.export({ action: 'settings.*' }))).length, 0)
  })

  test('breaking off ends the transfer', { timeout: 20_000 }, async () => {
    const { client } = await join(2000)
    const first = async () => {
      for await (const { id } of client.activity.export()) return id
    }
    // The server lets a user have two streams at once, and gives up one that nobody reads after 30 seconds.
    for (const _ of [1, 2]) assert.ok(await first())
    for (;;) {
      const id = await first().catch((error: unknown) => {
        if (!isProblem(error, 'unavailable')) throw error
      })
      if (id !== undefined) break
    }
  })

  test('works where there are no streams', async () => {
    const { token } = await join(5)
    const client = createClient({
      baseUrl: server.baseUrl,
      token,
      fetch: async (request: never) => {
        const response: Response = await fetch(request)
        const { ok, status, headers } = response
        return { ok, status, headers, text: () => response.text() }
      },
    })
    assert.equal((await collect(client.activity.export())).length, 6)
  })

  test('a stream that is cut off never looks complete', async (t) => {
    const baseUrl = await openServer(t, (request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.write('{"id":"1"}\n{"id":')
      if (request.url?.includes('before')) response.end()
      else setImmediate(() => response.destroy())
    })
    const client = createClient({ baseUrl, token: 'any' })
    for (const filters of [{}, { before: '2026-01-01T00:00:00Z' }]) {
      const seen: string[] = []
      await assert.rejects(async () => {
        for await (const { id } of client.activity.export(filters)) seen.push(id)
      }, NetworkError)
      assert.deepEqual(seen, ['1'])
    }
  })

  test('can be aborted on the way', async () => {
    const { client } = await join(2000)
    const controller = new AbortController()
    await assert.rejects(
      async () => {
        for await (const { id } of client.activity.export({}, { signal: controller.signal })) {
          assert.ok(id)
          controller.abort()
        }
      },
      { name: 'AbortError' },
    )
  })

  test('is also had as CSV', async () => {
    const { client } = await join(2)
    const lines = (await client.activity.csv({ action: 'system.login' })).data.trim().split('\r\n')
    assert.match(lines[0] ?? '', /^id,action,entity_type/)
    assert.equal(lines.length, 3)
  })
})

describe('the summary', () => {
  test("counts the days of the user's time zone, and on each the actions", async () => {
    const { client, userId } = await server.join()
    await client.settings.patch({ timezone: 'Europe/Kyiv' })
    await server.app.pool.query(
      `insert into activity_log (id, user_id, action, timestamp)
       select gen_random_uuid(), $1, 'system.login', at::timestamptz
         from unnest(array['2026-06-10T20:59:59Z', '2026-06-10T21:00:00Z', '2026-06-11T12:00:00Z']) at`,
      [userId],
    )
    assert.deepEqual((await client.activity.summary({ from: '2026-06-10', to: '2026-06-12' })).data, {
      timezone: 'Europe/Kyiv',
      from: '2026-06-10',
      to: '2026-06-12',
      days: [
        { date: '2026-06-10', count: 1, actions: { 'system.login': 1 } },
        { date: '2026-06-11', count: 2, actions: { 'system.login': 2 } },
      ],
    })
    const { days } = (await client.activity.summary({ from: undefined })).data
    assert.equal(days.at(-1)?.actions['settings.updated'], 1)
  })

  test('of too many days is a problem by name', async () => {
    const { client } = await server.join()
    const error = await client.activity
      .summary({ from: '2025-01-01', to: '2026-06-10' })
      .catch((caught: unknown) => caught)
    assert.ok(isProblem(error, 'validation_failed'))
    assert.deepEqual(error.fieldErrors[0]?.params, { min: '2025-06-10' })
    assert.equal(error.fieldErrors[0].message, 'Not before 2025-06-10.')
  })
})

describe('send', () => {
  test('logs the events of a service, each id once', async () => {
    const { client, userId } = await server.join()
    const token = await server.app.token({ sub: 'billing', scope: 'activity:write' })
    const service = createClient({ baseUrl: server.baseUrl, token })
    const batch = [
      {
        id: randomUUID(),
        user_id: userId,
        action: 'invite.sent',
        metadata: { channel: 'email', to: 'a@b.c' },
      },
    ]
    assert.deepEqual((await service.activity.send(batch)).data, { accepted: 1, duplicates: 0 })
    assert.deepEqual((await service.activity.send(batch)).data, { accepted: 0, duplicates: 1 })
    const { data } = await client.activity.page({ action: 'invite.sent' })
    assert.deepEqual(ids(data), [batch[0]?.id])
  })

  test('needs the scope', async () => {
    const { client, userId } = await server.join()
    const entry = { id: randomUUID(), user_id: userId, action: 'system.login' }
    await assert.rejects(client.activity.send([entry]), (error) => isProblem(error, 'forbidden'))
  })
})
