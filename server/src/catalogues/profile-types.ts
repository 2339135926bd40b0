import type { ProfileType } from '../profiles/profile-type.ts'

/**
 * A type as a form is drawn from it. Only here does a field say that it is public: in the OpenAPI document the component
 * `PublicProfile` says it, and whatever was said twice could differ.
 */
export function presentProfileType({ name, section, labels, fields, publicFields }: ProfileType) {
  const properties = Object.entries(fields).map(([field, schema]) => [
    field,
    publicFields.includes(field) ? { ...schema, 'x-public': true } : schema,
  ])
  return { name, section, labels, schema: { type: 'object', properties: Object.fromEntries(properties) } }
}
