import { mapSchemas, withKeywords, type JsonSchema } from '../http/json-schema.ts'

/**
 * The same field, in which every choice says the type of its values, so that a number in the place of a text is a wrong
 * type and not an unknown value. Alternatives that each are one value become one choice.
 */
export function withTypes<Field extends object>(field: Field): Field {
  const rules: JsonSchema = field
  const typed: JsonSchema = {}
  const alternatives = (rules.anyOf ?? []).map(valuesOf)
  const isChoice = alternatives.length > 0 && alternatives.every((values) => values !== undefined)
  if (isChoice) typed.enum = alternatives.flatMap((values) => values ?? [])
  const values = valuesOf({ ...rules, ...typed })
  if (values && rules.type === undefined) {
    const [only, ...others] = new Set(values.map(typeOf))
    if (only !== undefined) typed.type = others.length === 0 ? only : [only, ...others]
  }
  if (rules.items) typed.items = withTypes(rules.items)
  if (rules.properties) typed.properties = mapSchemas(rules.properties, withTypes)
  return withKeywords(field, typed, isChoice ? ['anyOf'] : [])
}

/** The values that a schema lists; undefined where it does not. */
function valuesOf({ const: only, enum: several, type }: JsonSchema): unknown[] | undefined {
  if (only !== undefined) return [only]
  return several ?? (type === 'null' ? [null] : undefined)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}
