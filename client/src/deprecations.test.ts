import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { defineProfileType, deprecate, lineField } from '../../server/src/index.ts'
import { openServer, useServer } from '../test/server.ts'
import { createClient, type Deprecation } from './index.ts'

const labels = { uk: 'Поле', en: 'Field' }
const about = { since: '2026-12-01', sunset: '2027-06-01', instead: 'use `motto`' }
const guide = defineProfileType({
  name: 'guide',
  labels,
  fields: {
    slogan: deprecate(lineField(80, { labels }), about),
    motto: lineField(80, { labels }),
  },
  publicFields: [],
  searchableFields: [],
})

const server = await useServer({ profileTypes: [guide] })

let warnings: string[] = []
const environment = process.env['NODE_ENV']

mock.method(console, 'warn', (message: string) => warnings.push(message))

test('a developer is warned once of each operation, with the field, the dates and a page', async () => {
  process.env['NODE_ENV'] = 'development'
  warnings = []
  const { client } = await server.join({ role: 'guide' })
  await client.profile.get()
  await client.profile.get()
  await client.settings.get()
  await client.profile.patch({ user: { first_name: 'Guide' } })
  assert.deepEqual(warnings, [
    `UPM: GET /api/me/profile/ guide_profile.slogan is deprecated since 2026-12-01 and will be removed after 2027-06-01. What to use instead: ${server.baseUrl}/api/docs/#/profile/getProfile`,
    `UPM: PATCH /api/me/profile/ guide_profile.slogan is deprecated since 2026-12-01 and will be removed after 2027-06-01. What to use instead: ${server.baseUrl}/api/docs/#/profile/patchProfile`,
  ])
})

test('people are not', async () => {
  process.env['NODE_ENV'] = 'production'
  warnings = []
  const { client } = await server.join({ role: 'guide' })
  await client.profile.get()
  assert.deepEqual(warnings, [])
  if (environment === undefined) delete process.env['NODE_ENV']
  else process.env['NODE_ENV'] = environment
})

test('a program can take it itself, wherever it runs', async () => {
  const told: Deprecation[] = []
  const { client } = await server.join(
    { role: 'guide' },
    { onDeprecation: (deprecation) => told.push(deprecation) },
  )
  await client.profile.get()
  await client.profile.get()
  assert.deepEqual(told, [
    {
      names: ['GET /api/me/profile/ guide_profile.slogan'],
      since: new Date('2026-12-01T00:00:00Z'),
      sunset: new Date('2027-06-01T00:00:00Z'),
      link: `${server.baseUrl}/api/docs/#/profile/getProfile`,
    },
  ])
})

test('headers that somebody else has written do no harm', async (t) => {
  const told: Deprecation[] = []
  for (const headers of [
    { deprecation: 'true', link: 'nonsense', sunset: 'soon' },
    { deprecation: '@1', link: '</old>; rel="next", <https://x.example/a>; title="b"; rel=deprecation' },
  ] as Record<string, string>[]) {
    const baseUrl = await openServer(t, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', etag: '"1"', ...headers }).end('{}')
    })
    await createClient({ baseUrl, token: 'any', onDeprecation: (one) => told.push(one) }).settings.get()
  }
  assert.deepEqual(told, [
    { names: [], since: undefined, sunset: undefined, link: undefined },
    { names: ['b'], since: new Date(1000), sunset: undefined, link: 'https://x.example/a' },
  ])
})

test('a program says who it is, in every request', async () => {
  const seen: (string | null)[] = []
  const { client } = await server.join(
    {},
    {
      name: 'mobile',
      version: '2.0.1',
      fetch: (request: never) => {
        seen.push((request as Request).headers.get('upm-client'))
        return fetch(request)
      },
    },
  )
  await client.profile.get()
  await client.catalogues.languages()
  assert.deepEqual(seen, ['mobile/2.0.1', 'mobile/2.0.1'])
  const metrics = await (await fetch(`${server.baseUrl}/metrics`)).text()
  assert.match(metrics, /upm_client_requests_total\{client="mobile",operation="GET \/api\/me\/profile\/"\} 1/)
})

test('a name that the server would not count is refused at once', () => {
  for (const options of [{ name: 'Mobile' }, { name: '' }, { name: 'a/b' }, { name: 'web', version: '1 2' }])
    assert.throws(() => createClient({ baseUrl: '', ...options }), TypeError)
})
