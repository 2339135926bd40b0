import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { useTestApp } from '../../test/test-app.ts'
import { defineProfileType, deprecate, lineField } from '../index.ts'
import type { Feature } from '../feature.ts'
import { json } from './responses.ts'
import type { JsonSchema } from './json-schema.ts'

const about = { since: '2026-12-01', sunset: '2027-06-01', instead: 'use `motto`' }
const labels = { uk: 'Поле', en: 'Field' }

const guide = defineProfileType({
  name: 'guide',
  labels,
  fields: { slogan: deprecate(lineField(80, { labels }), about), motto: lineField(80, { labels }) },
  publicFields: ['slogan'],
  searchableFields: [],
})

const shelf = Type.Object(
  {
    book: deprecate(Type.Ref('HostBook'), { ...about, since: '2026-11-01', instead: 'use books' }),
    books: Type.Array(
      Type.Object({ title: Type.String(), isbn: Type.Optional(deprecate(Type.String(), about)) }),
    ),
  },
  { $id: 'HostShelf' },
)

const answer = json('Done.', Type.Object({ ok: Type.Boolean() }))
const feature: Feature<unknown> = {
  schemas: () => [Type.Object({ title: Type.String() }, { $id: 'HostBook' }), shelf],
  routes: async (app) => {
    const config = { access: 'public' } as const
    const ok = async () => ({ ok: true })
    app.get(
      '/host/old/',
      {
        config,
        schema: deprecate(
          { operationId: 'getOld', tags: ['host'], description: 'Old.', response: { 200: answer } },
          { since: '2026-12-01', sunset: '2027-06-01', instead: 'use /host/new/.' },
        ),
      },
      async (_request, reply) => reply.header('link', '</next>; rel="next"').send({ ok: true }),
    )
    app.get(
      '/host/items/',
      {
        config,
        schema: {
          operationId: 'getItems',
          tags: ['host'],
          querystring: Type.Object(
            { q: Type.Optional(Type.String()), find: Type.Optional(deprecate(Type.String(), about)) },
            { additionalProperties: false },
          ),
          headers: Type.Object({ 'x-old': Type.Optional(deprecate(Type.String(), about)) }),
          response: { 200: answer },
        },
      },
      ok,
    )
    app.get(
      '/host/shelf/',
      {
        config,
        schema: {
          operationId: 'getShelf',
          tags: ['host'],
          response: { 200: json('It.', Type.Ref('HostShelf')) },
        },
      },
      async () => ({ book: { title: 'x' }, books: [] }),
    )
    app.post(
      '/host/shelf/',
      {
        config,
        schema: {
          operationId: 'postShelf',
          tags: ['host'],
          body: { content: { 'application/json': { schema: Type.Ref('HostShelf') } } },
          response: { 200: answer },
        },
        validatorCompiler: () => (value: unknown) => ({ value }),
      },
      ok,
    )
  },
}

const app = await useTestApp({ profileTypes: [guide], features: [feature], env: { CORS_ORIGINS: '*' } })

type Parameter = JsonSchema & { name: string; schema: JsonSchema }
type Operation = JsonSchema & { parameters: Parameter[] }
const contract = (await app.app.inject('/api/schema/')).json<{
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema> }
}>()

const SINCE = `@${Date.UTC(2026, 11, 1) / 1000}`
const SUNSET = 'Tue, 01 Jun 2027 00:00:00 GMT'

test('the contract says it at a field, wherever the field is', () => {
  const { schemas } = contract.components
  const members = [
    schemas['GuideProfile']?.properties?.['slogan'],
    schemas['ProfilePatch']?.properties?.['guide_profile']?.anyOf?.[0]?.properties?.['slogan'],
    schemas['PublicProfile']?.properties?.['guide_profile']?.anyOf?.[0]?.properties?.['slogan'],
    schemas['HostShelf']?.properties?.['book'],
    schemas['HostShelf']?.properties?.['books']?.items?.properties?.['isbn'],
  ]
  for (const member of members) {
    assert.equal(member?.deprecated, true)
    assert.equal(member['x-sunset'], '2027-06-01')
    assert.match(
      member.description ?? '',
      /Deprecated since 2026-1\d-01, will be removed after 2027-06-01: use \S+\.$/,
    )
  }
  assert.match(
    JSON.stringify(schemas['HostShelf']?.properties?.['book']),
    /"\$ref":"#\/components\/schemas\/HostBook"/,
  )
  assert.equal(schemas['GuideProfile']?.properties?.['motto']?.deprecated, undefined)
})

test('and at an operation and a parameter themselves', () => {
  const old = contract.paths['/host/old/']?.['get']
  assert.deepEqual([old?.deprecated, old?.['x-sunset']], [true, '2027-06-01'])
  assert.equal(
    old?.description,
    'Old. Deprecated since 2026-12-01, will be removed after 2027-06-01: use /host/new/.',
  )
  const parameters = contract.paths['/host/items/']?.['get']?.parameters ?? []
  for (const name of ['find', 'x-old']) {
    const parameter = parameters.find((one) => one.name === name)
    assert.deepEqual([parameter?.deprecated, parameter?.['x-sunset']], [true, '2027-06-01'])
    assert.equal(parameter?.schema.deprecated, undefined)
  }
  assert.equal(parameters.find(({ name }) => name === 'q')?.deprecated, undefined)
})

test('every answer of a deprecated operation says so, beside other links', async () => {
  for (const [url, status] of [
    ['/host/old/', 200],
    ['/host/old', 200],
    ['/host/old/?x=1', 400],
  ] as const) {
    const { statusCode, headers } = await app.app.inject(url)
    assert.equal(statusCode, status)
    assert.deepEqual([headers['deprecation'], headers['sunset']], [SINCE, SUNSET])
    const link = String(headers['link'])
    assert.match(
      link,
      /<\/api\/docs\/#\/host\/getOld>; rel="deprecation"; type="text\/html"; title="GET \/host\/old\/"/,
    )
    assert.match(link, /rel="sunset"/)
    assert.equal(link.startsWith('</next>; rel="next", '), status === 200)
  }
})

test('a parameter is spoken of where a request uses it', async () => {
  const of = async (url: string, headers = {}) => (await app.app.inject({ url, headers })).headers
  assert.equal((await of('/host/items/?q=1'))['deprecation'], undefined)
  const used = await of('/host/items/?find=1')
  assert.equal(used['deprecation'], SINCE)
  assert.match(String(used['link']), /title="GET \/host\/items\/ \?find"/)
  assert.equal((await of('/host/items/', { 'x-old': '1' }))['deprecation'], SINCE)
  assert.match(
    String((await of('/host/items/?find=1', { 'x-old': '1' }))['link']),
    /title="GET \/host\/items\/ \?find, GET \/host\/items\/ header x-old"/,
  )
})

test('a field is spoken of by answers that have it, and by those to requests that send it', async () => {
  const { headers } = await app.app.inject('/host/shelf/')
  assert.equal(headers['deprecation'], `@${Date.UTC(2026, 10, 1) / 1000}`)
  assert.match(
    String(headers['link']),
    /title="GET \/host\/shelf\/ book, GET \/host\/shelf\/ books\[\]\.isbn"/,
  )
  assert.doesNotMatch(String(headers['link']), /rel="sunset"/)
  const sent = async (payload: object) =>
    (await app.app.inject({ method: 'POST', url: '/host/shelf/', payload })).headers
  assert.equal((await sent({ books: [] }))['deprecation'], undefined)
  assert.equal((await sent({ books: [{ title: 'x' }, { isbn: '1' }] }))['deprecation'], SINCE)
  assert.match(String((await sent({ book: {} }))['link']), /title="POST \/host\/shelf\/ book"/)
})

test('a field of a profile type, in the document and in its patches', async () => {
  const person = await app.person({ role: 'guide' })
  const read = await app.send('GET', '/api/me/profile/', person)
  assert.deepEqual([read.headers['deprecation'], read.headers['sunset']], [SINCE, SUNSET])
  assert.match(String(read.headers['link']), /title="GET \/api\/me\/profile\/ guide_profile\.slogan"/)
  const same = await app.send('GET', '/api/me/profile/', {
    ...person,
    headers: { 'if-none-match': String(read.headers['etag']) },
  })
  assert.deepEqual([same.statusCode, same.headers['deprecation']], [304, SINCE])
  const body = { guide_profile: { slogan: 'x'.repeat(81) } }
  const refused = await app.send('PATCH', '/api/me/profile/', { ...person, body })
  assert.deepEqual([refused.statusCode, refused.headers['deprecation']], [400, SINCE])
  const other = await app.send('PATCH', '/api/me/profile/', {
    ...person,
    body: { guide_profile: { motto: 1 } },
  })
  assert.deepEqual([other.statusCode, other.headers['deprecation']], [400, undefined])
  assert.equal((await app.send('GET', '/api/me/settings/', person)).headers['deprecation'], undefined)
})

test('pages of other origins can read the headers', async () => {
  const { headers } = await app.app.inject({ url: '/host/old/', headers: { origin: 'https://app.example' } })
  for (const name of ['Deprecation', 'Sunset', 'Link'])
    assert.match(String(headers['access-control-expose-headers']), new RegExp(`\\b${name}\\b`))
})

test('a server without deprecations says nothing, and adds nothing to a route', async (t) => {
  const plain = await useTestApp({}, t)
  const person = await plain.person()
  const { headers } = await plain.send('GET', '/api/me/profile/', person)
  assert.deepEqual(
    [headers['deprecation'], headers['sunset'], headers['link']],
    [undefined, undefined, undefined],
  )
})

test('a deprecation that contradicts itself is found when it is declared', () => {
  const faulty: [string, Partial<typeof about>][] = [
    ['a sunset before the beginning', { sunset: '2026-11-30' }],
    ['a sunset on the same day', { sunset: '2026-12-01' }],
    ['a day that is none', { since: '2026-02-30' }],
    ['a date in another form', { sunset: '01.06.2027' }],
    ['a time', { sunset: '2027-06-01T00:00:00Z' }],
    ['nothing instead', { instead: ' ' }],
  ]
  for (const [what, change] of faulty)
    assert.throws(() => deprecate(Type.String(), { ...about, ...change }), TypeError, what)
})
