import type { FieldError } from '../errors.ts'
import type { JsonSchema } from './json-schema.ts'
import { isStorable } from '../database/storable.ts'
import { isRecord } from '../values.ts'

/** The texts in the places that the schema declares which cannot be kept. What else is there goes nowhere. */
export function* unstorable(schema: JsonSchema, value: unknown, field = ''): Generator<FieldError> {
  if (typeof value === 'string') {
    if (!isStorable(value)) yield { field, code: 'invalid_format' }
  } else if (Array.isArray(value)) {
    const { items } = schema
    if (!items) return
    for (const [index, item] of value.entries()) yield* unstorable(items, item, `${field}[${index}]`)
  } else if (isRecord(value)) {
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      if (!Object.hasOwn(value, name)) continue
      const path = field === '' ? name : `${field}.${name}`
      yield* unstorable(member, value[name], path)
    }
  }
}
