/**
 * What can be sent to an app, by its own OpenAPI document, and hostile fillings of it: whatever a route reads is here as
 * soon as it is declared, and nothing has to be added by hand.
 */
import type { FastifyInstance } from 'fastify'

type Schema = Record<string, unknown>
type Parameter = { in: 'query' | 'header' | 'path'; name: string; schema: Schema }
type Operation = {
  operationId?: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** One place of one operation into which something can be written. */
export type Place = {
  operationId: string
  method: string
  /** With its parameters in braces. */
  path: string
  /** `PATCH /api/me/profile/ body tutor_profile.subjects[0]`. */
  name: string
  schema: Schema
  /** The most bytes that the server reads there. */
  maxBytes: number
  /** The request with JSON text (a body) or plain text (everything else) in this place. */
  fill: (text: string) => HostileRequest
}

export type HostileRequest = {
  method: string
  url: string
  headers: Record<string, string>
  payload?: string
}

/** A way to fill a place with so many bytes: JSON text for a body, plain text for everything else. */
export type Filler = { name: string; make: (bytes: number) => string }

/** What a URL and the headers can have together: Node refuses more than 16 KiB. */
const MAX_HEAD_BYTES = 14_000
const FORM_BYTES = 60_000
const BOUNDARY = 'hostile'

/** Every place of every operation. The token is that of somebody who may do them all. */
export async function placesOf(app: FastifyInstance, tokenFor: (path: string) => string): Promise<Place[]> {
  const document = (await app.inject('/api/schema/')).json<Document>()
  const places: Place[] = []
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [lower, operation] of Object.entries(methods)) {
      const { operationId = '', parameters = [], requestBody } = operation
      const method = lower.toUpperCase()
      const of = { operationId, method, path }
      for (const one of parameters) places.push(parameterPlace(of, one))
      places.push(unknownParameters(of))
      for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
        if (type === 'multipart/form-data') places.push(...formPlaces(of, schema))
        else if (type === 'application/json') {
          const maxBytes = await bodyLimit(app, of, tokenFor(path))
          places.push(...bodyPlaces(document, of, schema, maxBytes))
        }
      }
    }
  }
  return places
}

type Of = Pick<Place, 'operationId' | 'method' | 'path'>

function request({ method, path }: Of, rest: Partial<HostileRequest> = {}): HostileRequest {
  return { method, url: path.replaceAll(/\{\w+\}/g, '1'), headers: {}, ...rest }
}

function parameterPlace(of: Of, { in: where, name, schema }: Parameter): Place {
  const fill = (text: string) => {
    const encoded = encodeText(text)
    if (where === 'header') return request(of, { headers: { [name]: encoded } })
    const path = where === 'path' ? of.path.replace(`{${name}}`, encoded) : of.path
    const url = request({ ...of, path }).url
    return request(of, { url: where === 'query' ? `${url}?${name}=${encoded}` : url })
  }
  // A longer part of the address is no address (find-my-way's maxParamLength).
  const maxBytes = where === 'path' ? 480 : MAX_HEAD_BYTES
  return { ...of, name: `${of.method} ${of.path} ${where} ${name}`, schema, maxBytes, fill }
}

/** The whole query string, for as many parameters as fit. */
function unknownParameters(of: Of): Place {
  return {
    ...of,
    name: `${of.method} ${of.path} query`,
    schema: { type: 'query' },
    maxBytes: MAX_HEAD_BYTES,
    fill: (text) => request(of, { url: `${request(of).url}?${text}` }),
  }
}

function bodyPlaces(document: Document, of: Of, root: Schema, maxBytes: number): Place[] {
  const base = exampleOf(resolve(document, root))
  const url = request(of).url
  const placeAt = (pointer: (string | number)[], schema: Schema): Place => ({
    ...of,
    name: `${of.method} ${of.path} body ${pointer.join('.') || '(all)'}`,
    schema,
    maxBytes,
    fill: (text) => ({
      method: of.method,
      url,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(withBlank(base, pointer)).replace(`"${BLANK}"`, () => text),
    }),
  })
  const seen = new Set<string>()
  const walk = (pointer: (string | number)[], given: Schema): Place[] => {
    const schema = resolve(document, given)
    // Fields with the same rules, such as the headline of each profile type, cost the same.
    const rules = JSON.stringify(schema, (name, value: unknown) => (isAnnotation(name) ? undefined : value))
    if (seen.has(rules)) return []
    seen.add(rules)
    const members = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
    const items = schema['items'] as Schema | undefined
    return [
      placeAt(pointer, schema),
      ...members.flatMap(([name, member]) => walk([...pointer, name], member)),
      ...(items ? walk([...pointer, 0], items) : []),
    ]
  }
  return walk([], root)
}

function isAnnotation(name: string): boolean {
  return name.startsWith('x-') || ['title', 'description', 'default', 'examples', '$id'].includes(name)
}

const BLANK = '@blank@'

/** The value with a blank at this place, and what is missing on the way there. */
function withBlank(value: unknown, [first, ...rest]: (string | number)[]): unknown {
  if (first === undefined) return BLANK
  if (typeof first === 'number') {
    const list = Array.isArray(value) ? (value as unknown[]) : []
    return [withBlank(list[0], rest), ...list.slice(1)]
  }
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  return { ...object, [first]: withBlank((object as Schema)[first], rest) }
}

function exampleOf(schema: Schema): unknown {
  return (schema['examples'] as unknown[] | undefined)?.[0] ?? (schema['type'] === 'array' ? [] : {})
}

function resolve(document: Document, schema: Schema): Schema {
  const { $ref } = schema as { $ref?: string }
  const name = /\/([^/]+)$/.exec($ref ?? '')?.[1]
  const { anyOf, ...whole }: Schema =
    name === undefined ? schema : { ...document.components.schemas[name], ...schema }
  if (!Array.isArray(anyOf)) return whole
  // The place takes values of several types, by the rules of each.
  const alternatives = anyOf.map((alternative: Schema) => resolve(document, alternative))
  const types = alternatives.flatMap(({ type }) => type ?? [])
  return Object.assign({}, ...alternatives, whole, types.length > 0 && { type: types })
}

/** What the server says that it reads, when it is sent more than that. */
async function bodyLimit(app: FastifyInstance, of: Of, token: string): Promise<number> {
  const { method, url } = request(of)
  const answer = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    payload: ' '.repeat(1024 * 1024 + 1),
  })
  const bytes = /\d+/.exec(answer.json<{ detail: string }>().detail)?.[0]
  if (answer.statusCode !== 413 || bytes === undefined) throw new Error(`no limit: ${answer.body}`)
  return Number(bytes)
}

function formPlaces(of: Of, schema: Schema): Place[] {
  const names = Object.keys(schema['properties'] ?? {})
  const form = (parts: string[]) =>
    request(of, {
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      payload: `${parts.map((part) => `--${BOUNDARY}\r\n${part}\r\n`).join('')}--${BOUNDARY}--\r\n`,
    })
  const place = (name: string, fill: (text: string) => HostileRequest, shape: Schema): Place => ({
    ...of,
    name: `${of.method} ${of.path} form ${name}`,
    schema: shape,
    maxBytes: FORM_BYTES,
    fill,
  })
  const part = (head: string, content: string) => `content-disposition: form-data; ${head}\r\n\r\n${content}`
  const oneLine = (text: string) => text.replaceAll(/["\r\n\0]/g, '_')
  // The bytes around a part count too.
  const partsOf = (text: string) => text.split('&', text.length / 100).map(oneLine)
  return [
    ...names.flatMap((name) => [
      place(`${name} as a field`, (text) => form([part(`name="${name}"`, text)]), { type: 'string' }),
      place(`${name} as a file`, (text) => form([part(`name="${name}"; filename="a.png"`, text)]), {
        type: 'string',
      }),
    ]),
    place('a name', (text) => form([part(`name="${oneLine(text)}"`, '1')]), { type: 'string' }),
    place('a file name', (text) => form([part(`name="avatar"; filename="${oneLine(text)}"`, '1')]), {
      type: 'string',
    }),
    place('a header', (text) => form([`x-part: ${oneLine(text)}\r\n${part('name="crop_x"', '1')}`]), {
      type: 'string',
    }),
    place('many fields', (text) => form(partsOf(text).map((name) => part(`name="${name}"`, '1'))), {
      type: 'query',
    }),
    place(
      'many files',
      (text) => form(partsOf(text).map((name) => part(`name="${name}"; filename="a"`, '1'))),
      { type: 'query' },
    ),
  ]
}

/** For a URL or a header: what cannot stand there is encoded. */
function encodeText(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%2C', ',').replaceAll('%3B', ';')
}

const repeated = (unit: string) => (units: number) =>
  unit.repeat(Math.ceil(units / unit.length)).slice(0, Math.max(1, units))

const numbered = (unit: (index: number) => string, separator: string) => (units: number) => {
  const parts: string[] = []
  for (let size = 0, index = 0; size < units; index++) {
    const part = unit(index)
    parts.push(part)
    size += part.length + separator.length
  }
  return parts.join(separator)
}

/** Texts, by their code units. */
const TEXTS: Record<string, (units: number) => string> = {
  letters: repeated('a'),
  'letters of two bytes': repeated('ї'),
  digits: repeated('9'),
  'white space': repeated(' \u00a0\t'),
  newlines: repeated('\r\n'),
  'marks of two classes': (units) => `a${'\u0345'.repeat(units / 2)}${'\u0334'.repeat(units / 2)}`,
  'marks of many classes': repeated('\u0345\u035c\u0316\u0301\u031b\u0334'),
  'rows of marks': repeated(`a${'\u0345\u0301\u0316\u0334'.repeat(7)}`),
  'decomposed letters': repeated('e\u0323\u0302\u1100\u1161\u11a8'),
  'lone surrogates': repeated('\ud800'),
  zeros: repeated('\0'),
  'characters that JSON escapes': repeated('"\\'),
  commas: repeated(',a'),
  'wildcards with commas': repeated('profile.*,'),
  dots: repeated('.a'),
  dashes: repeated('-1'),
  slashes: repeated('/'),
  'percent signs': repeated('%61'),
  'an e-mail': (units) => `${repeated('a.')(units / 2)}a@${repeated('a.')(units / 2)}aa`,
  'at signs': repeated('@a'),
  'an address': (units) => `http://a/${repeated('a%20?b=c&')(units)}`,
  'variants of a language': (units) => `en-${numbered((index) => `v${index + 1000}`, '-')(units)}`,
  'attributes of a language': (units) => `en-u-${numbered((index) => `a${index + 1000}`, '-')(units)}`,
  'fields of a language': (units) => `en-t-${numbered((index) => `${tag(index)}-abc`, '-')(units)}`,
  'private parts of a language': (units) => `en-x-${numbered((index) => index.toString(36), '-')(units)}`,
  'languages with weights': numbered((index) => `uk;q=0.${index % 999}`, ','),
  'entity tags': numbered((index) => `"${index}"`, ','),
  'media types': numbered((index) => `text/a${index};q=0.1;a="b"`, ','),
  ranges: (units) => `bytes=${numbered((index) => `${index}-`, ',')(units)}`,
  'parts of a pattern': repeated('aaaaaaab'),
}

function tag(index: number): string {
  return `${String.fromCharCode(97 + (index % 26))}${index % 10}`
}

const list = (item: (index: number) => string) => (bytes: number) => `[${numbered(item, ',')(bytes)}]`
const quoted = (index: number) => `"${index.toString(36)}"`
const nested = (open: string, close: string) => list(() => `${open.repeat(80)}0${close.repeat(80)}`)

/** Lists and objects as JSON, by their bytes. */
const STRUCTURES: Record<string, (bytes: number) => string> = {
  'a list of one number': list(() => '0'),
  'a list of numbers': list(String),
  'a list of nulls': list(() => 'null'),
  'a list of one text': list(() => '""'),
  'a list of texts': list(quoted),
  'a list of languages': list((index) => `"en-x-${index.toString(36)}"`),
  'a list of marks': list(() => `"${TEXTS['marks of many classes']?.(300)}"`),
  'a list of empty objects': list(() => '{}'),
  'a list of objects': list((index) => `{"a":${index}}`),
  'a list of objects of other members each': list((index) => `{${quoted(index)}:0}`),
  'a list of empty lists': list(() => '[]'),
  'lists in each other': nested('[', ']'),
  'objects in each other': nested('{"a":', '}'),
  'unknown members': (bytes) => `{${numbered((index) => `${quoted(index)}:0`, ',')(bytes)}}`,
  'members like lists': (bytes) => `{${numbered((index) => `"${index}":0`, ',')(bytes)}}`,
  'one member with a long name': (bytes) => `{"${'k'.repeat(bytes)}":{"k":[]}}`,
  'one member many times': (bytes) => `{${numbered(() => '"a":0', ',')(bytes)}}`,
  'a number of many digits': repeated('9'),
  'a number of many decimals': (bytes) => `0.${repeated('7')(bytes)}`,
  'a number with zeros': (bytes) => `1${repeated('0')(bytes)}`,
}

const QUERIES: Record<string, (bytes: number) => string> = {
  'parameters without a value': numbered((index) => index.toString(36), '&'),
  'one parameter many times': repeated('a=1&'),
  'one known parameter many times': repeated('limit=1&'),
  'one parameter with a long name': repeated('k'),
  'only separators': repeated('&'),
  'percent signs': repeated('%F0%9F'),
}

/** All fillings for a place, as far as they can mean something there. */
export function fillersFor({ schema, name }: Place): Filler[] {
  const all = (makers: Record<string, (size: number) => string>) =>
    Object.entries(makers).map(([filler, make]) => ({ name: filler, make }))
  if (schema['type'] === 'query') return all(QUERIES)
  if (!name.includes(' body ')) return all(TEXTS)
  const types = [schema['type']].flat()
  const takesText = types.includes('string') || schema['enum'] !== undefined || schema['type'] === undefined
  const isNested = schema['items'] !== undefined || schema['properties'] !== undefined
  const [structures, texts] = [all(STRUCTURES), all(TEXTS).map(asJson)]
  // What is of another type altogether is looked at in the same way everywhere.
  return [
    ...(isNested || schema['type'] === undefined ? structures : structures.slice(0, 3)),
    ...(takesText ? texts : texts.slice(0, 3)),
    ...(isNested ? ownFillers(schema) : []),
  ]
}

/** A text as JSON of about so many bytes. */
function asJson({ name, make }: Filler): Filler {
  const sample = make(600)
  const bytesPerUnit = Buffer.byteLength(JSON.stringify(sample)) / sample.length
  return { name, make: (bytes) => JSON.stringify(make(Math.floor(bytes / bytesPerUnit))) }
}

/** What is made for this schema: lists of the items that it takes, and everything that it declares as large as it may be. */
function ownFillers(schema: Schema): Filler[] {
  const whole = Object.entries(TEXTS).map(([name, text]) => ({
    name: `everything full of ${name}`,
    make: (bytes: number) => JSON.stringify(full(schema, text, bytes)),
  }))
  const items = schema['items'] as Schema | undefined
  const values = (items?.['enum'] as unknown[] | undefined) ?? (items?.['examples'] as unknown[] | undefined)
  return values?.length
    ? [
        {
          name: 'a list of what is allowed',
          make: list((index) => JSON.stringify(values[index % values.length])),
        },
        ...whole,
      ]
    : whole
}

/** A value with everything that the schema declares, each text as long as it may just be before it is normalized. */
function full(schema: Schema, text: (units: number) => string, bytes: number): unknown {
  const { properties, items, maxItems, maxLength, enum: choices } = schema
  if (properties) {
    const members = Object.entries(properties as Record<string, Schema>)
    return Object.fromEntries(
      members.map(([name, member]) => [name, full(member, text, bytes / members.length)]),
    )
  }
  if (items) {
    const count = Math.min(Number(maxItems ?? 1000), Math.ceil(bytes / 40))
    return Array.from({ length: count }, () => full(items as Schema, text, bytes / count))
  }
  if (choices) return (choices as unknown[])[0]
  // About three bytes for a unit of any of the texts, and two for its quotes.
  const most = Math.max(1, Math.floor((bytes - 2) / 3))
  return text(Math.min(most, typeof maxLength === 'number' ? 4 * maxLength : most))
}
