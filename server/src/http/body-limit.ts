/** How many bytes of JSON a route reads: as many as a body that fits its schema can have. */
import type { FastifyInstance, FastifySchema } from 'fastify'
import { TEXT_FORMATS } from './limits.ts'
import type { JsonSchema } from './json-schema.ts'
import { isRecord } from '../values.ts'

/** The largest JSON body that any route reads. */
export const MAX_JSON_BYTES = 1024 * 1024
/** A character of a text that people write, as programs send it that write JSON in ASCII: `\\ud83d\\ude42`. */
const BYTES_PER_CHARACTER = 12
/** Of a number, a boolean, an entry of a catalogue, or what is only compared with what is stored. */
const PLAIN_BYTES = 1024
/** Room for white space, and for faults that are worth being told of. */
const SPARE_BYTES = 1024

/**
 * The limit of a route whose schema says what its body can be; of one that takes nothing, room for an empty body.
 * Undefined where the body is no JSON.
 */
export function jsonBodyLimit(app: FastifyInstance, { body }: FastifySchema): number | undefined {
  const schemaOf: Body = isRecord(body) ? body : {}
  const { content } = schemaOf
  const json = Object.entries(content ?? {}).filter(([type]) => /[/+]json$/.test(type))
  if (content && json.length === 0) return undefined
  const schemas = content ? json.map(([, { schema }]) => schema) : body ? [schemaOf] : []
  const bytes = Math.max(0, ...schemas.map((schema) => bytesOf(schema, app)))
  return Math.min(MAX_JSON_BYTES, Math.ceil((bytes + SPARE_BYTES) / 1024) * 1024)
}

/** The schema of a body, or of the same body in several media types. */
type Body = JsonSchema & { content?: Record<string, { schema: JsonSchema }> }

function component(app: FastifyInstance, id: string): JsonSchema {
  const schema = app.getSchema(id)
  return isRecord(schema) ? schema : {}
}

/** Infinite where the schema sets no limit. */
function bytesOf(rules: JsonSchema, app: FastifyInstance): number {
  const { $ref, items, properties, maxItems, maxLength, format } = rules
  if ($ref !== undefined) return bytesOf(component(app, $ref), app)
  const others = [...(rules.anyOf ?? []), ...(rules.oneOf ?? [])]
  if (others.length > 0) return Math.max(...others.map((one) => bytesOf(one, app)))
  if (maxLength !== undefined) {
    const isFree = format === undefined || TEXT_FORMATS.has(format)
    return 2 + maxLength * (isFree ? BYTES_PER_CHARACTER : 1)
  }
  if (items !== undefined) {
    return maxItems !== undefined ? 2 + maxItems * (1 + bytesOf(items, app)) : Infinity
  }
  if (properties !== undefined && rules.additionalProperties === false) {
    const members = Object.entries(properties)
    return members.reduce((sum, [name, member]) => sum + name.length + 4 + bytesOf(member, app), 2)
  }
  const isOpen = [rules.type].flat().some((type) => type === 'object' || type === 'array')
  return isOpen ? Infinity : PLAIN_BYTES
}
