/** What schemas of several features are made of. */
import { Type, type Static, type TSchema } from 'typebox'
import { mapSchemas, type JsonSchema } from './json-schema.ts'

/** A text in each language of the messages. */
export type Labels = Static<typeof labelsSchema>

export const labelsSchema = Type.Object(
  { uk: Type.String(), en: Type.String() },
  { additionalProperties: false },
)

/** One of these texts. It says its type: without one, a number would be an unknown value and not a wrong type. */
export function choice<Value extends string>(values: readonly Value[], about: object = {}) {
  return Type.Unsafe<Value>({ type: 'string', enum: [...values], ...about })
}

/**
 * The same schema, null allowed. Said as a list of types and not as a union of two schemas, so that a faulty value
 * gets the one message that fits it.
 */
export function nullable<Schema extends TSchema>(schema: Schema) {
  const { type }: JsonSchema = schema
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: withNull(type) })
}

/** The types of a schema, and null. */
export function withNull(type: JsonSchema['type']): string[] {
  return [...[type ?? []].flat(), 'null']
}

/** Rules that judge what is written. What is there may be older than they are: a choice may have lost its value. */
const RULES = new Set([
  'format',
  'enum',
  'const',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'uniqueItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
])

/** The schema of values of `schema` as they are read: their types, without the rules for writing them. */
export function asStored(schema: object): JsonSchema {
  const entries = Object.entries(schema).filter(
    // How large a number is that a program keeps is no rule for writing it.
    ([keyword, value]) => !RULES.has(keyword) || value === 'int64',
  )
  const stored: JsonSchema = Object.fromEntries(entries)
  if (stored.items) stored.items = asStored(stored.items)
  if (stored.properties) stored.properties = mapSchemas(stored.properties, asStored)
  return stored
}

/** A component or null. */
export function orNull(id: string) {
  return Type.Unsafe({ anyOf: [{ $ref: id }, { type: 'null' }] })
}
