import {
  isObject,
  listAt,
  NotJudgeable,
  textAt,
  textsAt,
  type Contract,
  type Json,
  type JsonObject,
} from './openapi.ts'

/** Everything that a schema demands, in one form: references resolved, `allOf` merged, the different spellings equal. */
export type Shape = {
  /** Without `null`, which is `Shapes.isNullable`. */
  types: Set<string>
  values: Json[] | undefined
  /** `x-extensible-enum`: readers were told to expect other values. */
  isExtensible: boolean
  format: string | undefined
  pattern: string | undefined
  limits: Limits
  properties: Map<string, Json>
  required: Set<string>
  /** What other members have to be. False: there are none. */
  additional: Json
  items: Json
  /** Keywords that are only compared as they are written. */
  rest: Map<string, string>
}

export type Limits = Partial<Record<(typeof LIMITS)[number], number>> & { uniqueItems?: number }

/** One of these shapes, or null. */
export type Shapes = { isNullable: boolean; alternatives: Shape[] }

export const UPPER_LIMITS = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'] as const
export const LOWER_LIMITS = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'] as const
const LIMITS = [...UPPER_LIMITS, ...LOWER_LIMITS, 'multipleOf'] as const

const TYPES = ['object', 'array', 'string', 'number', 'boolean', 'null']
const REST = [
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'propertyNames',
  'patternProperties',
  'contains',
  'minContains',
  'maxContains',
  'prefixItems',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentEncoding',
  'contentMediaType',
]
/** Nobody writes so many by hand: it is the product of several `anyOf`. */
const MAX_ALTERNATIVES = 200

/** Reads schemas of one document. Each is read once. */
export type ShapeReader = (schema: Json) => Shapes

export function createShapeReader({ resolve }: Pick<Contract, 'resolve'>): ShapeReader {
  const known = new WeakMap<JsonObject, Shapes>()

  function read(schema: Json): Shapes {
    if (!isObject(schema)) return shapesOf(schema === false ? [] : [anything()])
    const before = known.get(schema)
    if (before) return before
    const shapes = shapesOf(expand(schema, new Set()))
    known.set(schema, shapes)
    return shapes
  }

  function expand(schema: Json, within: Set<JsonObject>): Shape[] {
    if (!isObject(schema)) return schema === false ? [] : [anything()]
    if (within.has(schema)) throw new NotJudgeable('a schema is made of itself')
    const inside = new Set([...within, schema])
    const { $ref, allOf, anyOf, oneOf, ...own } = schema
    let shapes = [shapeOf(own)]
    const parts = [...listAt(allOf).map((part) => [part]), ...[anyOf, oneOf].filter(Array.isArray)]
    if (typeof $ref === 'string') parts.push([resolve({ $ref })])
    for (const alternatives of parts) {
      const expanded = alternatives.flatMap((part) => expand(part, inside))
      shapes = shapes.flatMap((one) => expanded.map((other) => both(one, other)))
      if (shapes.length > MAX_ALTERNATIVES)
        throw new NotJudgeable(`a schema has more than ${MAX_ALTERNATIVES} alternatives`)
    }
    return shapes
  }

  return read
}

function anything(): Shape {
  return shapeOf({})
}

function shapeOf(schema: JsonObject): Shape {
  const { type, format, pattern, additionalProperties = true, items = true } = schema
  const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const values =
    'const' in schema ? [schema['const'] ?? null] : Array.isArray(schema['enum']) ? schema['enum'] : undefined
  const extensible = schema['x-extensible-enum']
  const types = new Set(
    typeof type === 'string' ? [type] : Array.isArray(type) ? textsAt(type) : typesOf(values),
  )
  if (schema['nullable'] === true) types.add('null')
  if (values && !values.includes(null)) types.delete('null')
  const limits = LIMITS.flatMap((name) => {
    const limit = schema[name]
    return typeof limit === 'number' ? [[name, limit] as const] : []
  })
  return {
    types,
    // A list of values that is itself called extensible closes nothing.
    values: Array.isArray(extensible) ? undefined : values,
    isExtensible: extensible !== undefined && extensible !== false,
    format: textAt(format),
    pattern: textAt(pattern),
    limits: { ...Object.fromEntries(limits), ...(schema['uniqueItems'] === true && { uniqueItems: 1 }) },
    properties: new Map(properties),
    required: new Set(textsAt(schema['required'])),
    additional: additionalProperties,
    items,
    rest: new Map(
      REST.filter((name) => name in schema).map((name) => [name, canonical(schema[name] ?? null)]),
    ),
  }
}

function typesOf(values: Json[] | undefined): string[] {
  if (!values) return TYPES
  return values.map((value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value))
}

/** What satisfies both. */
function both(one: Shape, other: Shape): Shape {
  const properties = new Map(one.properties)
  for (const [name, schema] of other.properties) {
    const first = properties.get(name)
    properties.set(name, first === undefined ? schema : { allOf: [first, schema] })
  }
  const limits: Limits = { ...one.limits, ...other.limits }
  for (const [names, tighter] of [
    [UPPER_LIMITS, Math.min],
    [LOWER_LIMITS, Math.max],
  ] as const)
    for (const name of names) {
      const [first, second] = [one.limits[name], other.limits[name]]
      if (first !== undefined && second !== undefined) limits[name] = tighter(first, second)
    }
  const values =
    one.values && other.values
      ? one.values.filter((value) => other.values?.some((second) => canonical(second) === canonical(value)))
      : (one.values ?? other.values)
  return {
    types: commonTypes(one.types, other.types),
    values,
    isExtensible: one.isExtensible || other.isExtensible,
    format: one.format ?? other.format,
    pattern: one.pattern ?? other.pattern,
    limits,
    properties,
    required: new Set([...one.required, ...other.required]),
    additional: bothSchemas(one.additional, other.additional),
    items: bothSchemas(one.items, other.items),
    rest: new Map([...one.rest, ...other.rest]),
  }
}

function bothSchemas(one: Json, other: Json): Json {
  if (one === true) return other
  if (other === true || one === false) return one
  return other === false ? false : { allOf: [one, other] }
}

function commonTypes(one: Set<string>, other: Set<string>): Set<string> {
  const common = new Set([...one].filter((type) => other.has(type)))
  for (const [types, others] of [
    [one, other],
    [other, one],
  ] as const)
    if (types.has('integer') && others.has('number') && !common.has('number')) common.add('integer')
  return common
}

function shapesOf(shapes: Shape[]): Shapes {
  return {
    isNullable: shapes.some(({ types, values }) => types.has('null') && (!values || values.includes(null))),
    alternatives: shapes
      .map((shape) => ({
        ...shape,
        types: new Set([...shape.types].filter((type) => type !== 'null')),
        values: shape.values?.filter((value) => value !== null),
      }))
      .filter(({ types, values }) => types.size > 0 && values?.length !== 0),
  }
}

/** JSON with sorted members: equal for equal values. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(',')}}`
}
