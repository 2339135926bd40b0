/**
 * The OpenAPI document as it is published. The validator reads the schemas of the routes as they are; generators and
 * other validators understand less of them, so the document says the same in plainer words:
 *
 * - Every choice has a `type`, and what can be an object or null is an `anyOf`.
 * - A format of UPM's own has a `pattern` and a `maxLength` beside it. They refuse only what the server refuses too.
 * - Numbers that do not fit into 32 bits have `format: int64`.
 * - Requests are closed, answers are open: a new member of an answer breaks nobody.
 * - A header's example stands beside its schema, where readers of OpenAPI look for it.
 * - An error response lists its problem codes as `x-problem-codes`.
 */
import type { Formats } from './formats.ts'
import type { JsonSchema } from './json-schema.ts'
import { PROBLEM_CONTENT_TYPE } from './problem.ts'

type Media = { schema?: JsonSchema; examples?: Record<string, unknown> }
type Header = { schema?: JsonSchema; example?: unknown }
type Response = {
  description: string
  'x-problem-codes'?: string[]
  headers?: Record<string, Header>
  content?: Record<string, Media>
}
type Operation = {
  parameters?: { schema?: JsonSchema }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, Response>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema> }
}

/** Whether a schema is of what is sent to the server or of what it answers. */
type Direction = 'request' | 'response'

const MAX_INT32 = 2 ** 31 - 1

/** A copy of the document of the routes, ready to be published. */
export function publish(document: object, formats: Formats): Document {
  const published: Document = JSON.parse(JSON.stringify(document))
  const { schemas } = published.components
  const answered = new Set<string>()
  const rewrite = (schema: JsonSchema | undefined, direction: Direction) =>
    schema && plain(schema, direction, formats)

  for (const operation of Object.values(published.paths).flatMap((methods) => Object.values(methods))) {
    for (const { schema } of operation.parameters ?? []) rewrite(schema, 'request')
    for (const { schema } of Object.values(operation.requestBody?.content ?? {})) rewrite(schema, 'request')
    for (const [status, response] of Object.entries(operation.responses)) {
      for (const header of Object.values(response.headers ?? {})) liftExample(header)
      for (const { schema } of Object.values(response.content ?? {})) {
        if (schema) collect(schema, schemas, answered)
        rewrite(schema, 'response')
      }
      operation.responses[status] = withCodes(response)
    }
  }
  for (const [name, schema] of Object.entries(schemas))
    rewrite(schema, answered.has(name) ? 'response' : 'request')
  return published
}

function liftExample(header: Header): void {
  const [example] = [header.schema?.examples ?? []].flat()
  if (example === undefined) return
  header.example = example
  delete header.schema?.examples
}

/** The codes of the problems that the response has examples of, beside its description. */
function withCodes({ description, ...rest }: Response): Response {
  const examples = rest.content?.[PROBLEM_CONTENT_TYPE]?.examples
  return { description, ...(examples && { 'x-problem-codes': Object.keys(examples) }), ...rest }
}

/** The components that a schema leads to, at any depth. */
function collect(schema: JsonSchema, schemas: Record<string, JsonSchema>, found: Set<string>): void {
  const name = schema.$ref?.split('/').at(-1)
  if (name !== undefined && !found.has(name)) {
    found.add(name)
    const target = schemas[name]
    if (target) collect(target, schemas, found)
  }
  for (const part of partsOf(schema)) collect(part, schemas, found)
}

function partsOf(schema: JsonSchema): JsonSchema[] {
  const { items, properties, additionalProperties, anyOf, oneOf, allOf } = schema
  return [
    ...(items ? [items] : []),
    ...Object.values(properties ?? {}),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...(anyOf ?? []),
    ...(oneOf ?? []),
    ...(allOf ?? []),
  ]
}

/** Rewrites a schema and its parts where they stand. */
function plain(schema: JsonSchema, direction: Direction, formats: Formats): void {
  for (const part of partsOf(schema)) plain(part, direction, formats)
  if (direction === 'response' && schema.additionalProperties === false) delete schema.additionalProperties
  if (schema.enum && schema.type === undefined) schema.type = typesOf(schema.enum)
  const shape = formats[schema.format ?? '']?.shape
  // The values of a choice say it all, and a generator of zod schemas has no pattern for a choice.
  if (shape && !schema.enum) {
    schema.pattern ??= shape.pattern
    if (shape.maxLength !== undefined) schema.maxLength ??= shape.maxLength
  }
  split(schema)
  for (const part of [schema, ...(schema.anyOf ?? [])]) if (isLarge(part)) part.format ??= 'int64'
}

function isLarge({ type, minimum = 0, maximum = 0 }: JsonSchema): boolean {
  return [type].flat().includes('integer') && Math.max(-minimum, maximum) > MAX_INT32
}

function typesOf(values: readonly unknown[]): string | string[] {
  const types = values.map((value) => {
    if (value === null) return 'null'
    return Number.isInteger(value) ? 'integer' : typeof value
  })
  const [only = 'string', ...others] = new Set(types)
  return others.length === 0 ? only : [only, ...others]
}

/** The keywords that say something of one type of values alone. */
const KEYWORDS = {
  string: ['format', 'pattern', 'minLength', 'maxLength'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  object: ['properties', 'required', 'additionalProperties', 'maxProperties'],
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
} as const

/** Writes a schema of several types as one of several schemas, unless it is a plain value or null. */
function split(schema: JsonSchema): void {
  if (!Array.isArray(schema.type) || schema.type.length === 1 || schema.anyOf) return
  const { type: types, enum: values } = schema
  const isNullablePlain = types.length === 2 && types.includes('null')
  if (isNullablePlain && !values && !types.includes('object') && !types.includes('array')) return
  const rules: Record<string, unknown> = { ...schema }
  const alternatives = types.map((type) => {
    const alternative: Record<string, unknown> = { type }
    for (const keyword of Object.entries(KEYWORDS).find(([name]) => name === type)?.[1] ?? [])
      if (keyword in rules) alternative[keyword] = rules[keyword]
    if (values && type !== 'null') alternative['enum'] = values.filter((value) => typesOf([value]) === type)
    return alternative
  })
  for (const keyword of ['type', 'enum', ...Object.values(KEYWORDS).flat()])
    Reflect.deleteProperty(schema, keyword)
  schema.anyOf = alternatives
}
