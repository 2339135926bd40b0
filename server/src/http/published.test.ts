/** What generators and other validators need of the published document. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { defaultSubjects } from '../catalogues/subjects.ts'
import { releasedVersions, releasePath } from '../contract/files.ts'
import { createFormats } from '../profile-types/formats.ts'
import { timeZoneNames } from '../time-zones.ts'
import { createValidator } from './validation.ts'
import { publish } from './published.ts'
import type { JsonSchema } from './json-schema.ts'
import { useTestApp } from '../../test/test-app.ts'
import { SIGN_IN_ENV } from '../../test/visitor.ts'

const CONTRACT = join(import.meta.dirname, '../../../contract')
const app = await useTestApp({ env: SIGN_IN_ENV })
const formats = createFormats(defaultSubjects)
type Media = { schema: JsonSchema }
type Response = {
  headers?: Record<string, { example?: unknown }>
  content?: Record<string, Media>
}
type Operation = {
  operationId: string
  description?: string
  parameters?: { name: string; schema: JsonSchema; example?: unknown; examples?: object }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, Response>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema> }
}
const document = (await app.send('GET', '/api/schema/')).json<Document>()
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ at: `${method} ${path}`, method, ...operation })),
)
const sent = operations.flatMap(({ parameters = [], requestBody }) => [
  ...parameters.map(({ schema }) => schema),
  ...Object.values(requestBody?.content ?? {}).map(({ schema }) => schema),
])
const answered = operations.flatMap(({ responses }) =>
  Object.values(responses).flatMap(({ content = {} }) => Object.values(content).map(({ schema }) => schema)),
)

/** A schema and everything that it leads to. */
function reachable(schemas: JsonSchema[]): Set<JsonSchema> {
  const found = new Set<JsonSchema>()
  const visit = (schema: JsonSchema) => {
    if (found.has(schema)) return
    found.add(schema)
    const component = document.components.schemas[schema.$ref?.split('/').at(-1) ?? '']
    const {
      items,
      properties = {},
      additionalProperties: others,
      anyOf = [],
      oneOf = [],
      allOf = [],
    } = schema
    const parts = [component, items, ...Object.values(properties), ...anyOf, ...oneOf, ...allOf]
    for (const part of [...parts, typeof others === 'object' ? others : undefined]) if (part) visit(part)
  }
  schemas.forEach(visit)
  return found
}

const requests = reachable(sent)
const answers = reachable(answered)

test('every choice has a type, and an object or null is one of two schemas', () => {
  for (const schema of new Set([...requests, ...answers])) {
    if (schema.enum) assert.equal(typeof schema.type, 'string', JSON.stringify(schema))
    const types = [schema.type].flat()
    if (types.includes('object') || types.includes('array'))
      assert.equal(types.length, 1, JSON.stringify(schema))
  }
})

test('requests are closed and answers are open', () => {
  for (const schema of answers) assert.notEqual(schema.additionalProperties, false, JSON.stringify(schema))
  for (const schema of requests) {
    // A map has no names that are known.
    if (schema.properties) assert.equal(schema.additionalProperties, false, JSON.stringify(schema))
  }
})

test('each parameter and each tag, link or wait has an example, each operation a description', () => {
  for (const { at, description, parameters = [], responses } of operations) {
    assert.ok(description, at)
    for (const { name, ...parameter } of parameters)
      assert.ok('example' in parameter || 'examples' in parameter, `${at} ${name}`)
    for (const [status, { headers = {} }] of Object.entries(responses))
      for (const [name, header] of Object.entries(headers))
        assert.ok('example' in header, `${at} ${status} ${name}`)
  }
})

test('the errors of the server itself are declared at each operation that can answer with them', () => {
  for (const { at, method, responses } of operations) {
    for (const status of [400, 405, 500]) assert.ok(responses[status], `${at} ${status}`)
    for (const status of ['post', 'patch', 'delete'].includes(method) ? [413, 415] : [])
      assert.ok(responses[status], `${at} ${status}`)
  }
})

test('ids and counters have 64 bits', () => {
  const { User, ProfileDocument, PublicProfile, ActivityReceipt, Avatar } = document.components.schemas
  for (const [schema, member] of [
    [User, 'id'],
    [ProfileDocument, 'version'],
    [PublicProfile, 'id'],
    [ActivityReceipt, 'accepted'],
    [ActivityReceipt, 'duplicates'],
    [Avatar, 'file_size'],
  ] as const)
    assert.equal(schema?.properties?.[member]?.format, 'int64', member)
})

test('NDJSON and CSV are operations of their own, with one media type each', async () => {
  const types = operations.flatMap(({ operationId, responses }) =>
    operationId.startsWith('exportActivity') ? Object.keys(responses[200]?.content ?? {}) : [],
  )
  assert.deepEqual(types, ['application/x-ndjson', 'text/csv'])
  const { token } = await app.person()
  for (const format of ['ndjson', 'csv']) {
    const own = await app.send('GET', `/api/me/activity/${format}/`, { token })
    const accept = format === 'csv' ? 'text/csv' : 'application/x-ndjson'
    const chosen = await app.send('GET', '/api/me/activity/', { token, headers: { accept } })
    assert.equal(own.statusCode, 200)
    assert.equal(own.body, chosen.body)
    assert.equal(own.headers['content-type'], chosen.headers['content-type'])
  }
})

describe('no value that a published pattern refuses is accepted by the server:', () => {
  const pieces = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\u0000',
      '\t',
      '\n',
      '\r\n',
      '\u0085',
      ' ',
      '\u200b',
      '\u202e',
      'é',
      '-',
      '.',
      '/',
      '0',
      '450',
    ),
    fc.constantFrom(...timeZoneNames.slice(0, 40), 'uk', 'en-US', 'UAH', 'algebra', 'Європа'),
  )
  const values = fc.array(pieces, { maxLength: 4 }).map((parts) => parts.join(''))
  for (const [format, { shape }] of Object.entries(formats)) {
    if (!shape) continue
    test(format, () => {
      const { reader } = createValidator(formats)
      const read = reader({ type: 'string', format, maxLength: 2000 })
      const pattern = new RegExp(shape.pattern, 'u')
      fc.assert(
        fc.property(values, (value) => {
          const isRefused = !pattern.test(value) || [...value].length > (shape.maxLength ?? Infinity)
          if (isRefused) assert.ok(read(value).errors.length > 0, JSON.stringify(value))
        }),
        { numRuns: 2000 },
      )
    })
  }

  test('every time zone and every subject passes its own', () => {
    const passes = (format: string, all: readonly string[]) => {
      const { pattern = '', maxLength = Infinity } = formats[format]?.shape ?? {}
      for (const value of all)
        assert.ok(new RegExp(pattern, 'u').test(value) && value.length <= maxLength, value)
    }
    passes('time-zone', timeZoneNames)
    passes(
      'subject',
      defaultSubjects.map(({ slug }) => slug),
    )
  })
})

test('a value of several types is one of several schemas, each with its own rules', () => {
  const id = {
    type: ['string', 'integer', 'null'],
    format: 'line',
    maxLength: 64,
    maximum: 2 ** 53,
    description: 'An id.',
  }
  const { components } = publish({ paths: {}, components: { schemas: { id } } }, formats)
  assert.deepEqual(components.schemas['id'], {
    description: 'An id.',
    anyOf: [
      { type: 'string', format: 'line', pattern: formats['line']?.shape?.pattern, maxLength: 64 },
      { type: 'integer', format: 'int64', maximum: 2 ** 53 },
      { type: 'null' },
    ],
  })
})

test('names are readable, and stay what they were in the newest release: generated programs are made of them', async () => {
  for (const { operationId } of operations) assert.match(operationId, /^[a-z]+(?:[A-Z][a-z]+)+$/)
  for (const name of Object.keys(document.components.schemas)) assert.match(name, /^(?:[A-Z][a-z]+)+$/)
  const version = (await releasedVersions(CONTRACT)).at(-1)
  assert.ok(version)
  const released: Document = JSON.parse(await readFile(releasePath(CONTRACT, version), 'utf8'))
  for (const [path, methods] of Object.entries(released.paths))
    for (const [method, { operationId }] of Object.entries(methods))
      assert.equal(document.paths[path]?.[method]?.operationId ?? operationId, operationId)
  for (const name of Object.keys(released.components.schemas))
    assert.ok(document.components.schemas[name], `${name} is gone`)
})
