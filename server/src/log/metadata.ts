/** What the metadata of an entry may be, whoever logs it: other services (batch.ts) or the host (activity.ts). */
import { isStorable } from '../database/storable.ts'
import type { FieldError } from '../errors.ts'

/** Of the metadata as compact JSON in UTF-8. */
export const MAX_METADATA_BYTES = 16 * 1024
/** PostgreSQL and we read nested values by recursion. No honest entry comes near. */
export const MAX_METADATA_DEPTH = 32

const MAX_KEY_CHARACTERS = 100
const MAX_FAULTS = 1000

/**
 * What of the metadata cannot be kept, by path, each part once. What is too large is one fault and not looked into.
 *
 * @param budget how many values may still be looked at, where entries come together
 */
export function metadataFaults(metadata: object, path: string, budget = { values: Infinity }): FieldError[] {
  if (Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES) {
    return [{ field: path, code: 'max_length', params: { max: MAX_METADATA_BYTES, unit: 'bytes' } }]
  }
  const allowed = budget.values
  const faults = unstorable(metadata, path, budget)
  return budget.values >= 0
    ? faults
    : [{ field: path, code: 'max_items', params: { max: Math.max(0, allowed) } }]
}

/**
 * The metadata of a host's entry as JSON has them: a Date is a text, what is undefined is not there.
 *
 * @throws TypeError that names what cannot be kept.
 */
export function plainMetadata(action: string, metadata: object): object {
  const refuse = (why: string, cause?: unknown) =>
    new TypeError(`the metadata of "${action}" cannot be logged: ${why}`, { cause })
  let text: string
  try {
    // JSON would make null of it.
    text = JSON.stringify(metadata, (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${key} is ${value}`)
      return value
    })
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause)
  }
  const plain: object = JSON.parse(text)
  const [fault] = metadataFaults(plain, 'metadata')
  if (fault) throw refuse(`${fault.field}: ${fault.code} ${JSON.stringify(fault.params ?? {})}`)
  return plain
}

/** The parts of a value that jsonb refuses, or that would not come back as they were sent. */
function unstorable(root: object, path: string, budget: { values: number }): FieldError[] {
  const faults: FieldError[] = []
  // Paths are put together for faults alone.
  const keys: string[] = []
  const fault = (rest: Omit<FieldError, 'field'>) => {
    if (faults.length < MAX_FAULTS) faults.push({ field: `${path}${keys.join('')}`, ...rest })
  }
  const look = (value: unknown) => {
    if (typeof value === 'string') {
      if (!isStorable(value)) fault({ code: 'invalid_format' })
    } else if (typeof value === 'number') {
      // JSON has numbers that are infinity here (1e400), and whole ones that are rounded (2 ** 53 + 1).
      const isExact = Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value))
      if (!isExact) fault({ code: 'out_of_range', params: wholeNumbers })
    } else if (typeof value === 'object' && value !== null) {
      if (keys.length >= MAX_METADATA_DEPTH) fault({ code: 'invalid_format' })
      else lookInside(value)
    }
  }
  const lookInside = (value: object) => {
    const names = Object.keys(value)
    budget.values -= names.length
    if (budget.values < 0) return
    const isList = Array.isArray(value)
    for (const name of names) {
      keys.push(isList ? `[${name}]` : `.${name.slice(0, MAX_KEY_CHARACTERS)}`)
      if (isList || isStorable(name)) look(Reflect.get(value, name))
      else fault({ code: 'invalid_format' })
      keys.pop()
    }
  }
  lookInside(root)
  return faults
}

const wholeNumbers = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }
