/** What UPM reads of a JSON Schema, whoever has written it down: TypeBox, a host, or a feature. */
export type JsonSchema = {
  $id?: string
  $ref?: string
  description?: string
  deprecated?: boolean
  /** What `deprecate` says (deprecation.ts). */
  'x-deprecated-since'?: string
  'x-sunset'?: string
  default?: unknown
  examples?: unknown
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  properties?: Record<string, JsonSchema>
  patternProperties?: Record<string, JsonSchema>
  additionalProperties?: boolean | JsonSchema
  required?: string[]
  maxProperties?: number
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  /** The annotations of a field of a profile (profile-types/fields.ts). */
  'x-labels'?: object
  'x-hints'?: object
  'x-example'?: object
  'x-suffix'?: object
  'x-widget'?: string
  'x-options'?: object
  'x-catalogue'?: string
  'x-values'?: readonly unknown[]
  'x-public'?: boolean
}

/** Each schema of a list of named ones, changed. */
export function mapSchemas(
  schemas: Readonly<Record<string, JsonSchema>>,
  change: (schema: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]))
}

/** The same schema with other keywords, and without some. */
export function withKeywords<Schema extends object>(
  schema: Schema,
  keywords: JsonSchema,
  without: readonly (keyof JsonSchema)[] = [],
): Schema {
  // TypeBox keeps some of what it knows where a copy of what can be listed would leave it behind.
  const copy: Schema = Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors<JsonSchema>(schema),
    ...Object.getOwnPropertyDescriptors(keywords),
  })
  for (const keyword of without) Reflect.deleteProperty(copy, keyword)
  return copy
}
