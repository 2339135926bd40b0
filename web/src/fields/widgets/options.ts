import { humanize, type FieldSchema } from '../field-schema.ts'
import type { Words } from '../value-text.ts'

/** The values of a choice by their labels. */
export function optionsOf(schema: FieldSchema, { label }: Words) {
  const values = schema.items?.enum ?? schema.enum ?? []
  return values
    .filter((value) => typeof value === 'string')
    .map((value) => {
      const labels = schema['x-options']?.[value]
      return { value, label: labels ? label(labels) : humanize(value) }
    })
}
