import { Ajv2020, type ErrorObject, type Options } from 'ajv/dist/2020.js'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import { validationFailed, type FieldError } from '../errors.ts'
import type { Formats } from './formats.ts'

/** What JSON Schema calls annotations: they tell a form how to show a field and never make a value invalid. */
const ANNOTATIONS = [
  'x-labels',
  'x-hints',
  'x-widget',
  'x-options',
  'x-catalogue',
  'example',
  'xml',
  'discriminator',
]

/** More than this many faults in one answer help nobody and let a small request cause a large response. */
const MAX_ERRORS = 1000

export type JsonSchema = Record<string, unknown>
/** Returns the faults of a value, none when it is valid. */
export type Validate = (value: unknown) => FieldError[]
export type Validator = {
  /** Adds a schema with an `$id` that others refer to. */
  add: (schema: object) => void
  /** Compiles the check of a JSON body. */
  body: (schema: object) => Validate
  /** The same for a query string, path or headers: texts are read as the numbers and booleans that are expected. */
  query: (schema: object) => Validate
}

/** The one place that knows how JSON Schema's complaints become field codes. */
export function createValidator(formats: Formats): Validator {
  const options: Options = {
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strict: true,
    strictRequired: false,
  }
  const strict = new Ajv2020(options)
  const defaulting = new Ajv2020({ ...options, useDefaults: true })
  for (const ajv of [strict, defaulting]) {
    ajv.addVocabulary(ANNOTATIONS)
    for (const [name, { accepts }] of Object.entries(formats)) ajv.addFormat(name, accepts)
    // What only documents (the parts of a form are checked where they are read).
    ajv.addFormat('binary', true)
  }
  const compile = (ajv: Ajv2020, unknown: 'unknown_field' | 'unknown_parameter') => (schema: object) => {
    const check = ajv.compile(schema)
    return (value: unknown) =>
      check(value) ? [] : toFieldErrors(check.errors ?? [], value, unknown, formats)
  }
  return {
    add: (schema) => {
      strict.addSchema(schema)
      defaulting.addSchema(schema)
    },
    body: compile(strict, 'unknown_field'),
    query: (schema) => {
      const validate = compile(defaulting, 'unknown_parameter')(schema)
      return (value) => {
        readTexts(schema as JsonSchema, value as Record<string, unknown>)
        return validate(value)
      }
    },
  }
}

/**
 * Puts whole numbers and booleans in the place of the texts that say them. Ajv's own coercion takes `0x10`, ` 7 ` and
 * even `1e1000`, which is infinite and then in every range.
 */
function readTexts({ properties }: JsonSchema, values: Record<string, unknown>): void {
  for (const [name, { type }] of Object.entries((properties ?? {}) as Record<string, JsonSchema>)) {
    const text = values[name]
    if (typeof text !== 'string') continue
    if (type === 'integer' && /^-?\d{1,15}$/.test(text)) values[name] = Number(text)
    if (type === 'boolean' && /^(?:true|false)$/.test(text)) values[name] = text === 'true'
  }
}

/** Fastify's door to the validator: bodies are taken as they are, everything else arrives as text. */
export function validatorCompiler(validator: Validator): FastifySchemaCompiler<JsonSchema> {
  return ({ schema, httpPart }) => {
    const validate = httpPart === 'body' ? validator.body(schema) : validator.query(schema)
    return (value: unknown) => {
      const errors = validate(value)
      return errors.length === 0 ? { value } : { error: validationFailed(errors) }
    }
  }
}

/**
 * For a route whose body can only be judged by its domain, next to what is stored or as it streams in: its schema
 * documents the body, and the rest of the request is checked as everywhere.
 */
export function exceptBody(app: FastifyInstance): FastifySchemaCompiler<JsonSchema> {
  return except(app, 'body')
}

/** The same for a route whose address names a thing: what cannot name one is no fault, there just is nothing there. */
export function exceptParams(app: FastifyInstance): FastifySchemaCompiler<JsonSchema> {
  return except(app, 'params')
}

function except(app: FastifyInstance, unchecked: 'body' | 'params'): FastifySchemaCompiler<JsonSchema> {
  return (part) => {
    // Not `{ value }`: Fastify hands over null for a body that is not there, and would put it in its place.
    if (part.httpPart === unchecked) return () => true
    return (app.validatorCompiler as FastifySchemaCompiler<JsonSchema>)(part)
  }
}

function toFieldErrors(
  errors: ErrorObject[],
  root: unknown,
  unknown: 'unknown_field' | 'unknown_parameter',
  formats: Formats,
): FieldError[] {
  const found = new Map<string, FieldError>()
  const mistyped = new Set(
    errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath),
  )
  const overfull = errors
    .filter(({ keyword }) => keyword === 'maxItems')
    .map(({ instancePath }) => `${instancePath}/`)
  for (const error of errors) {
    // A list that is too long is one fault, not one for each of its items.
    const path = error.keyword === 'uniqueItems' ? `${error.instancePath}/` : error.instancePath
    if (overfull.some((list) => path.startsWith(list))) continue
    // A number in the place of a text is one fault, also where only some texts will do.
    if (error.keyword === 'enum' && mistyped.has(error.instancePath)) continue
    for (const fault of toFaults(error, fieldPath(error.instancePath, root), unknown, formats)) {
      found.set(`${fault.field} ${fault.code}`, fault)
    }
    if (found.size >= MAX_ERRORS) break
  }
  return [...found.values()]
}

function toFaults(
  error: ErrorObject,
  field: string,
  unknown: 'unknown_field' | 'unknown_parameter',
  formats: Formats,
): FieldError[] {
  const { keyword, params, data } = error
  const child = (name: unknown) => (field === '' ? String(name) : `${field}.${String(name)}`)
  switch (keyword) {
    case 'required':
      return [{ field: child(params['missingProperty']), code: 'required' }]
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return [{ field: child(params['additionalProperty'] ?? params['unevaluatedProperty']), code: unknown }]
    case 'type':
      if (data === null) return [{ field, code: 'not_nullable' }]
      // In a query string a list is what a parameter becomes that is given twice.
      if (unknown === 'unknown_parameter' && Array.isArray(data)) return [{ field, code: 'duplicate' }]
      return [{ field, code: 'invalid_type', params: { expected: [params['type']].flat() } }]
    case 'minLength':
      return [{ field, code: 'min_length', params: { min: params['limit'] } }]
    case 'maxLength':
      return [{ field, code: 'max_length', params: { max: params['limit'] } }]
    case 'maxItems':
      return [{ field, code: 'max_items', params: { max: params['limit'] } }]
    case 'uniqueItems':
      return duplicates(data).map((index) => ({ field: `${field}[${index}]`, code: 'duplicate' }))
    case 'enum':
      return [{ field, code: 'unknown_value', params: { allowed: params['allowedValues'] } }]
    case 'const':
      return [{ field, code: 'unknown_value', params: { allowed: [params['allowedValue']] } }]
    case 'format': {
      const format = String(params['format'])
      const code = formats[format]?.code ?? 'invalid_format'
      return [{ field, code, ...(code === 'invalid_format' && { params: { format } }) }]
    }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
    case 'minItems':
      return [{ field, code: 'out_of_range', params: limits(error.parentSchema ?? {}) }]
    case 'anyOf':
    case 'oneOf':
    case 'if':
      // Each alternative has already said what it misses.
      return []
    default:
      return [{ field, code: 'invalid_format' }]
  }
}

function limits(schema: JsonSchema): Record<string, unknown> {
  const min = schema['minimum'] ?? schema['exclusiveMinimum'] ?? schema['minItems']
  const max = schema['maximum'] ?? schema['exclusiveMaximum'] ?? schema['maxItems']
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
}

function duplicates(items: unknown): number[] {
  const seen = new Set<string>()
  return (items as unknown[]).flatMap((item, index) => {
    const key = JSON.stringify(item)
    if (seen.has(key)) return [index]
    seen.add(key)
    return []
  })
}

/** A JSON pointer as a path that a form understands: `/tutor_profile/subjects/2` → `tutor_profile.subjects[2]`. */
function fieldPath(pointer: string, root: unknown): string {
  let path = ''
  let value = root
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(value)) path += `[${key}]`
    else path += path === '' ? key : `.${key}`
    value = (value as Record<string, unknown> | undefined)?.[key]
  }
  return path
}
