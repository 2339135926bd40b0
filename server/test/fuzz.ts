/** Requests out of an OpenAPI document: as it describes them, nearly so, and not at all. */
import fc, { type Arbitrary } from 'fast-check'

type Schema = {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  required?: string[]
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  examples?: unknown[]
}
type Parameter = {
  in: 'query' | 'path' | 'header' | 'cookie'
  name: string
  required?: boolean
  schema: Schema
}
type Operation = {
  operationId: string
  tags?: string[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
export type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

export type FuzzRequest = {
  operation: string
  method: 'GET'
  url: string
  headers: Record<string, string>
  body: string | Buffer | undefined
  caller: number
}

const STRANGE = [
  '',
  '\0',
  '\ud800',
  '\u202e',
  'é'.normalize('NFD').repeat(20),
  '-1',
  '0',
  '1e999',
  '9'.repeat(40),
  'true',
  'null',
  "'; drop table users; --",
  '../../etc/passwd',
  'x'.repeat(3000),
  '{"a":1}',
  '2026-02-30',
  '0000-01-01T00:00:00Z',
  '*',
  '"1"',
]
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(...STRANGE))
const wild: Arbitrary<unknown> = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, 0, -1, 1.5, 1e300, 2 ** 53, [], {}, [[]], { a: null }),
)

/** Hashing a password costs as much as a hundred other requests. */
const COSTLY = /^(?:signUp|signIn|changePassword|resetPassword)$/

export function requests(document: Document, ids: readonly number[]): Arbitrary<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      weight: COSTLY.test(operation.operationId) ? 1 : 4,
      arbitrary: requestOf(document, ids, path, method, operation),
    })),
  )
  return fc.oneof(...operations)
}

function requestOf(
  document: Document,
  ids: readonly number[],
  path: string,
  method: string,
  operation: Operation,
): Arbitrary<FuzzRequest> {
  const { parameters = [], requestBody } = operation
  const of = (place: Parameter['in']) => parameters.filter((parameter) => parameter.in === place)
  const valueOf = ({ name, schema }: Parameter) =>
    fc.oneof(
      { weight: 3, arbitrary: name === 'id' ? fc.constantFrom<unknown>(...ids) : valid(document, schema) },
      { weight: 1, arbitrary: text },
    )
  const wanted = fc.record(
    Object.fromEntries(of('query').map((parameter) => [parameter.name, valueOf(parameter)])),
    {
      requiredKeys: of('query')
        .filter(({ required }) => required)
        .map(({ name }) => name),
    },
  )
  const isFree = !of('query').some(({ required }) => required)
  const query: typeof wanted = isFree ? fc.oneof(fc.constant({}), wanted) : wanted
  const extra = fc.oneof(
    { weight: 8, arbitrary: fc.constant([] as [string, unknown][]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.tuple(fc.oneof(text, fc.constantFrom(...of('query').map(({ name }) => name), 'x')), text),
        { maxLength: 2 },
      ),
    },
  )
  const places = fc.tuple(...of('path').map(valueOf))
  const headers = fc.record(
    Object.fromEntries(
      of('header').map((parameter) => [
        parameter.name,
        valueOf(parameter).map((value) => String(value).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '')),
      ]),
    ),
    { requiredKeys: [] },
  )
  const common = fc.record(
    {
      'accept-language': fc.constantFrom('uk', 'en', 'de', '*;q=0', 'x'.repeat(500)),
      accept: fc.constantFrom(
        'application/json',
        'text/csv',
        'application/x-ndjson',
        'text/html',
        '*/*',
        ';;',
      ),
      'content-encoding': fc.constantFrom('identity', 'gzip'),
      cookie: fc.constantFrom('upm.session_token=x.y', 'upm.session_token=%00'),
      origin: fc.constantFrom('https://x.example', 'null'),
    },
    { requiredKeys: [] },
  )
  const some = fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: common })
  const body = requestBody
    ? bodyOf(document, requestBody.content)
    : fc.oneof(
        { weight: 5, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constant({ type: 'application/json', bytes: '{"a":1}' }) },
      )
  return fc
    .record({
      query,
      extra,
      places,
      headers: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
      some,
      body,
      caller: fc.nat(100),
    })
    .map((parts) => {
      let index = 0
      const address = path.replaceAll(/\{\w+\}/g, () => encode(String(parts.places[index++])) || '_')
      const pairs = [...Object.entries(parts.query), ...parts.extra].map(
        ([name, value]) => `${encode(name)}=${encode(String(value))}`,
      )
      return {
        operation: operation.operationId,
        method: method.toUpperCase() as 'GET',
        url: pairs.length > 0 ? `${address}?${pairs.join('&')}` : address,
        headers: {
          ...parts.some,
          ...parts.headers,
          ...(parts.body?.type !== undefined && { 'content-type': parts.body.type }),
        },
        body: parts.body?.bytes,
        caller: parts.caller,
      }
    })
}

type Body = { type: string | undefined; bytes: string | Buffer | undefined }

function bodyOf(document: Document, content: Record<string, { schema: Schema }>): Arbitrary<Body> {
  const [type = '', media] = Object.entries(content)[0] ?? []
  const schema = media?.schema ?? {}
  if (type === 'multipart/form-data') return formOf(document, schema)
  const json = (value: Arbitrary<unknown>) => value.map((member) => JSON.stringify(member) ?? 'null')
  const bytes = fc.oneof(
    { weight: 4, arbitrary: json(valid(document, schema)) },
    { weight: 4, arbitrary: json(spoiled(document, schema)) },
    { weight: 1, arbitrary: json(wild) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        text,
        fc.constantFrom('', '{', '[1e999]', '{"a":1e999}', '{"__proto__":{"a":1}}', '['.repeat(300)),
      ),
    },
  )
  const types = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...Object.keys(content)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        undefined,
        'text/plain',
        'application/json; charset=latin1',
        'x',
        'multipart/form-data; boundary=b',
      ),
    },
  )
  return fc.record({ type: types, bytes })
}

/** A form with these fields, some twice, in any order, well made or not. */
function formOf(document: Document, schema: Schema): Arbitrary<Body> {
  const field = fc.constantFrom(...Object.keys(schema.properties ?? {}), 'other').chain((name) => {
    const declared = schema.properties?.[name]
    const isFile = declared?.format === 'binary'
    const value = isFile || !declared ? text : fc.oneof(valid(document, declared), text)
    return fc.record({ name: fc.constant(name), isFile: fc.constant(isFile), value })
  })
  return fc
    .record({ fields: fc.array(field, { maxLength: 5 }), ends: fc.boolean() })
    .map(({ fields, ends }) => ({
      type: 'multipart/form-data; boundary=b',
      bytes: Buffer.from(
        fields
          .map(({ name, isFile, value }) => {
            const file = isFile ? '; filename="a.png"\r\nContent-Type: image/png' : ''
            return `--b\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${String(value)}\r\n`
          })
          .join('') + (ends ? '--b--\r\n' : ''),
      ),
    }))
}

/** A value that fits, as far as the schema says what fits. */
function valid(document: Document, schema: Schema, depth = 0): Arbitrary<unknown> {
  const { $ref, anyOf, oneOf, examples } = schema
  if ($ref !== undefined) return valid(document, resolve(document, $ref), depth)
  const choices = anyOf ?? oneOf
  if (choices) return fc.oneof(...choices.map((choice) => valid(document, choice, depth)))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const made = fc.oneof(
    ...[schema.type].flat().map((type) => validOf(document, { ...schema, type: type ?? 'any' }, depth)),
  )
  return examples && examples.length > 0
    ? fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...examples) }, { weight: 3, arbitrary: made })
    : made
}

function validOf(document: Document, schema: Schema, depth: number): Arbitrary<unknown> {
  const {
    minimum = -1000,
    maximum = 1_000_000,
    minItems = 0,
    maxItems = 5,
    minLength = 0,
    maxLength = 60,
  } = schema
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) })
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true })
    case 'array':
      return fc.array(valid(document, schema.items ?? {}, depth + 1), {
        minLength: minItems,
        maxLength: Math.max(minItems, Math.min(maxItems, 5)),
      })
    case 'object':
      return objectOf(document, schema, depth)
    case 'string':
      return textOf(schema.format, minLength, Math.min(maxLength, 200))
    default:
      return wild
  }
}

/** With any of its members, or, where none is required, with one alone: the more there are, the more can be wrong. */
function objectOf(document: Document, { properties = {}, required = [] }: Schema, depth: number) {
  const members = Object.entries(properties).map(
    ([name, member]) =>
      [
        name,
        name === 'user_id' ? fc.constantFrom(1, 2, 3, null) : valid(document, member, depth + 1),
      ] as const,
  )
  const any = fc.record(Object.fromEntries(members), { requiredKeys: required })
  if (required.length > 0 || members.length === 0) return any
  return fc.oneof(any, ...members.map(([name, member]) => member.map((value) => ({ [name]: value }))))
}

function textOf(format: string | undefined, min: number, max: number): Arbitrary<string> {
  switch (format) {
    case 'email':
      return fc.emailAddress()
    case 'uuid':
      return fc.uuid()
    case 'date':
      return fc
        .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
        .map((day) => day.toISOString().slice(0, 10))
    case 'date-time':
      return fc
        .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
        .map((at) => at.toISOString())
    case 'decimal-amount':
      return fc.integer({ min: 0, max: 99_999 }).map((cents) => (cents / 100).toFixed(2))
    case 'currency':
      return fc.constantFrom('UAH', 'EUR', 'USD')
    case 'time-zone':
      return fc.constantFrom('Europe/Kyiv', 'UTC', 'America/New_York')
    case 'language-tag':
      return fc.constantFrom('uk', 'en-GB', 'zh-Hant')
    case 'subject':
      return fc.constantFrom('algebra', 'physics', 'english')
    case 'uri':
      return fc.webUrl()
    case 'uri-reference':
      return fc.constantFrom('/', '/welcome?x=1', 'https://evil.example/', '//evil.example')
    default:
      return fc.string({ unit: 'grapheme', minLength: min, maxLength: max })
  }
}

/** A value that fits but in one place, or has something too much. */
function spoiled(document: Document, schema: Schema): Arbitrary<unknown> {
  return fc.tuple(valid(document, schema), wild, fc.nat(), text).map(([value, other, where, name]) => {
    const copy = structuredClone(value)
    const places: [Record<string, unknown>, string][] = []
    const walk = (node: unknown) => {
      if (typeof node !== 'object' || node === null) return
      for (const [key, member] of Object.entries(node)) {
        places.push([node as Record<string, unknown>, key])
        walk(member)
      }
      if (!Array.isArray(node)) places.push([node as Record<string, unknown>, name])
    }
    walk(copy)
    const place = places[where % Math.max(1, places.length)]
    if (!place) return other
    const [holder, key] = place
    if (key !== '__proto__') holder[key] = other
    return copy
  })
}

function resolve(document: Document, reference: string): Schema {
  return document.components.schemas[reference.split('/').at(-1) ?? ''] ?? {}
}

/** Percent-encoded, also half a surrogate pair, which encodeURIComponent refuses. */
function encode(part: string): string {
  return encodeURIComponent(part.toWellFormed())
}
