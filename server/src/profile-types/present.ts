import { iso4217 } from '../currencies.ts'
import { mapSchemas, type JsonSchema } from '../http/json-schema.ts'
import type { ProfileType } from './profile-type.ts'

/**
 * A type as a form is drawn from it. Only here does a field say that it is public: in the OpenAPI document the component
 * `PublicProfile` says it, and whatever was said twice could differ.
 */
export function presentProfileType(type: ProfileType) {
  const { name, section, version, labels, fields, publicFields, required, completeness, groups } = type
  const properties = Object.entries(fields).map(([field, schema]) => [
    field,
    publicFields.includes(field) ? { ...withValues(schema), 'x-public': true } : withValues(schema),
  ])
  const schema = { type: 'object', properties: Object.fromEntries(properties) }
  return {
    name,
    section,
    version,
    labels,
    ...(type.addLabels && { add_labels: type.addLabels }),
    ...(type.addableBy && { addable_by: type.addableBy }),
    schema,
    required,
    completeness,
    groups,
  }
}

/** The same schema, where every currency in it says which there are. They are too many for `enum`, and they change. */
function withValues(schema: object): JsonSchema {
  const { properties, items, ...rest }: JsonSchema = schema
  return {
    ...rest,
    ...(rest.format === 'currency' && { 'x-values': iso4217.currencies }),
    ...(properties !== undefined && { properties: mapSchemas(properties, withValues) }),
    ...(items !== undefined && { items: withValues(items) }),
  }
}
