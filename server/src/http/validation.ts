import { Ajv2020, type ErrorObject, type Options } from 'ajv/dist/2020.js'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import { validationFailed, type FieldError } from '../errors.ts'
import type { Formats } from './formats.ts'
import { limitValue, MAX_FAULTS, MAX_NAME_UNITS, UNREAD } from './limits.ts'
import { normalizeText } from './normalize.ts'
import { LINEAR_PATTERNS } from './patterns.ts'
import { unstorable } from './storable.ts'
import { UNIQUE_ITEMS } from './unique-items.ts'
import { type JsonSchema } from './json-schema.ts'
import { isRecord, memberOf } from '../values.ts'
import type { Static } from 'typebox'

/** What JSON Schema calls annotations: they tell a form how to show a field and never make a value invalid. */
const ANNOTATIONS = [
  'x-labels',
  'x-hints',
  'x-example',
  'x-suffix',
  'x-widget',
  'x-options',
  'x-catalogue',
  'x-deprecated-since',
  'x-sunset',
  'example',
  'xml',
  'discriminator',
]

/** As many values as all the faults of an answer name that would have been allowed. */
const MAX_ALLOWED = 10_000
/** Returns the faults of a value, none when it is valid. */
export type Validate = (value: unknown) => FieldError[]
/** Reads what was sent: the value with its texts in their normal form, and its faults. */
type Read<T> = (sent: unknown) => {
  value: unknown
  errors: FieldError[]
  /** The value where it has no faults. */
  valid: T | undefined
}
export type Validator = ReturnType<typeof createValidator>

/** The one place that knows how JSON Schema's complaints become field codes. */
export function createValidator(formats: Formats) {
  const options: Options = {
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strict: true,
    strictRequired: false,
    code: { regExp: LINEAR_PATTERNS },
  }
  const strict = new Ajv2020(options)
  const defaulting = new Ajv2020({ ...options, useDefaults: true })
  for (const ajv of [strict, defaulting]) {
    ajv.addVocabulary(ANNOTATIONS)
    ajv.removeKeyword('uniqueItems').addKeyword(UNIQUE_ITEMS)
    for (const [name, { accepts }] of Object.entries(formats)) ajv.addFormat(name, accepts)
    // How many bits a number of a program needs that reads it.
    ajv.addFormat('int64', true)
    // What only documents (the parts of a form are checked where they are read).
    ajv.addFormat('binary', true)
  }
  const compile = (ajv: Ajv2020, schema: object, unknown: 'unknown_field' | 'unknown_parameter') => {
    const check = ajv.compile(schema)
    return (value: unknown) => {
      const errors = check(value) ? [] : toFieldErrors(check.errors ?? [], value, unknown, formats)
      // Mostly their format has said so already.
      const told = new Set(errors.map(({ field }) => field))
      for (const fault of unstorable(schema, value)) {
        if (errors.length >= MAX_FAULTS) break
        if (!told.has(fault.field)) errors.push(fault)
      }
      return errors
    }
  }
  const readerOf = <T>(schema: object, prepare: (value: unknown) => unknown): Read<T> => {
    const check = compile(strict, schema, 'unknown_field')
    return (sent) => {
      const limited = limitValue(schema, sent)
      const value = prepare(limited.value)
      const errors = firstOf([...limited.faults, ...check(value)])
      // oxlint-disable-next-line typescript/consistent-type-assertions -- a value without faults is what its schema says
      return { value, errors, valid: errors.length === 0 ? (value as T) : undefined }
    }
  }

  /** Compiles the check of a JSON body. */
  function body(schema: object): Validate {
    const read = readerOf(schema, (value) => value)
    return (value) => read(value).errors
  }

  /** The same for a body with texts that people write: they are normalized (normalize.ts) before they are judged. */
  function reader<Schema extends object>(schema: Schema): Read<Static<Schema>> {
    return readerOf(schema, (value) => normalizeText(schema, value))
  }

  /** The same for a query string, path or headers: texts are read as the numbers and booleans that are expected. */
  function query(schema: object): Validate {
    const check = compile(defaulting, schema, 'unknown_parameter')
    return (given) => {
      const { value, faults } = limitValue(schema, given, 'unknown_parameter')
      if (isRecord(value)) readTexts(schema, value)
      return firstOf([...faults, ...check(value)])
    }
  }

  return { body, reader, query }
}

function firstOf(errors: FieldError[]): FieldError[] {
  return errors.slice(0, MAX_FAULTS)
}

/**
 * Puts whole numbers and booleans in the place of the texts that say them. Ajv's own coercion takes `0x10`, ` 7 ` and
 * even `1e1000`, which is infinite and then in every range.
 */
function readTexts({ properties }: JsonSchema, values: Record<string, unknown>): void {
  for (const [name, { type }] of Object.entries(properties ?? {})) {
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
    // oxlint-disable-next-line typescript/consistent-type-assertions -- the compiler here is the one above (api.ts)
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
  const unknownValues = new Set(
    errors.filter(({ keyword }) => isOfValues(keyword)).map(({ instancePath }) => instancePath),
  )
  let allowed = 0
  for (const error of errors) {
    // What is too large has been told already (limits.ts).
    if (error.data === UNREAD) continue
    // A number in the place of a text is one fault, also where only some texts will do.
    if (isOfValues(error.keyword) && mistyped.has(error.instancePath)) continue
    // What is none of the known values has no form that could be wrong too.
    if (error.keyword === 'format' && unknownValues.has(error.instancePath)) continue
    for (const fault of toFaults(error, fieldPath(error.instancePath, root), unknown, formats)) {
      const values = fault.params?.['allowed']
      if (Array.isArray(values)) allowed += values.length
      if (allowed > MAX_ALLOWED) delete fault.params
      found.set(`${fault.field} ${fault.code}`, fault)
    }
    if (found.size >= MAX_FAULTS) break
  }
  return [...found.values()]
}

/** Whether a keyword names the values that there are. */
function isOfValues(keyword: string): boolean {
  return keyword === 'enum' || keyword === 'const'
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
    case 'maxProperties':
      return [{ field, code: 'max_items', params: { max: params['limit'] } }]
    case 'uniqueItems':
      return [params['duplicates']].flat().map((index) => ({
        field: `${field}[${index}]`,
        code: 'duplicate',
      }))
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
  const min = schema.minimum ?? schema.exclusiveMinimum ?? schema.minItems
  const max = schema.maximum ?? schema.exclusiveMaximum ?? schema.maxItems
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
}

/** A JSON pointer as a path that a form understands: `/tutor_profile/subjects/2` → `tutor_profile.subjects[2]`. */
function fieldPath(pointer: string, root: unknown): string {
  let path = ''
  let value = root
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~')
    const name = key.slice(0, MAX_NAME_UNITS)
    if (Array.isArray(value)) path += `[${name}]`
    else path += path === '' ? name : `.${name}`
    value = Array.isArray(value) ? value[Number(key)] : memberOf(value, key)
  }
  return path
}
