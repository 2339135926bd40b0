/**
 * Raw limits come before work. A text is composed, matched and counted only when it has no more code units than a text
 * that fits can have; the items of a list are looked at only when there are no more of them than it may have; what an
 * object cannot have is named and then left alone. So no value costs more than its size, whatever its schema says.
 */
import type { FieldError } from '../errors.ts'
import type { JsonSchema } from './json-schema.ts'
import { isRecord } from '../values.ts'

/** More than this many faults in one answer help nobody and let a small request cause a large response. */
export const MAX_FAULTS = 1000
/** As much of a member's name as a fault says. */
export const MAX_NAME_UNITS = 100
/** Of an object whose members are not declared by name, where its schema does not say otherwise. */
const MAX_MEMBERS = 1000
/** Of the name of such a member. */
const MAX_MEMBER_NAME_UNITS = 1000

/**
 * A character of NFC has four code units at most before it is composed: a Greek letter with three marks, or a surrogate
 * pair with its pair.
 */
const UNITS_PER_CHARACTER = 4
/** Room for the white space around a text, which is trimmed before it is counted. */
const TRIMMED_UNITS = 1000
/** What formats of a fixed size can have: a longer text is in none of them, without being matched. */
const FORMAT_UNITS: Readonly<Record<string, number>> = { uuid: 36, date: 10, 'date-time': 64 }
/** The formats of texts that people write: they are normalized (normalize.ts). */
export const TEXT_FORMATS: ReadonlySet<unknown> = new Set(['line', 'lines'])

/** Stands where something was not looked at, so that nothing else is said of it. It equals no value that is sent or stored. */
export const UNREAD = Symbol('unread')

/**
 * Whether a text has no more than 30 combining marks in a row: the Stream-Safe Text Format (UAX #15, section 13).
 * Ordering the marks of a longer row costs the square of its length, and no script needs one.
 */
export function isStreamSafe(text: string): boolean {
  // From the first mark of a row alone, so that a row is gone through once.
  return !/(?<!\p{M})\p{M}{31}/u.test(text)
}

export type Limited = {
  /** The value with `UNREAD` in the place of what is too large, and without members that it cannot have. */
  value: unknown
  faults: FieldError[]
}

/** Looks at the sizes of a value and of its parts, as far as the schema says what they may be. */
export function limitValue(
  schema: object,
  value: unknown,
  unknown: 'unknown_field' | 'unknown_parameter' = 'unknown_field',
): Limited {
  const faults: FieldError[] = []
  const fault = (one: FieldError) => {
    if (faults.length < MAX_FAULTS) faults.push(one)
  }

  function limit(rules: JsonSchema, part: unknown, path: string): unknown {
    if (typeof part === 'string') return limitText(rules, part, path)
    if (Array.isArray(part)) return limitList(rules, part, path)
    return isRecord(part) ? limitObject(rules, part, path) : part
  }

  function limitText(rules: JsonSchema, text: string, path: string): unknown {
    const format = String(rules.format)
    if (text.length > (FORMAT_UNITS[format] ?? Infinity)) {
      fault({ field: path, code: 'invalid_format', params: { format } })
      return UNREAD
    }
    const max = largest(rules, 'maxLength')
    if (max === undefined || text.length <= maxUnits(max, rules.format)) return text
    fault({ field: path, code: 'max_length', params: { max } })
    return UNREAD
  }

  function limitList(rules: JsonSchema, list: unknown[], path: string): unknown {
    const max = largest(rules, 'maxItems')
    if (max !== undefined && list.length > max) {
      fault({ field: path, code: 'max_items', params: { max } })
      return UNREAD
    }
    const { items } = alternative(rules, 'array')
    if (!items) return list
    let limited = list
    for (const [index, item] of list.entries()) {
      const read = limit(items, item, `${path}[${index}]`)
      if (read === item) continue
      if (limited === list) limited = [...list]
      limited[index] = read
    }
    return limited
  }

  function limitObject(rules: JsonSchema, object: Fields, path: string): unknown {
    const shape = alternative(rules, 'object')
    const members = shape.properties ?? {}
    const others = otherMembers(shape)
    const names = Object.keys(object)
    const max = shape.maxProperties ?? (others ? MAX_MEMBERS : Infinity)
    if (names.length > max) {
      fault({ field: path, code: 'max_items', params: { max } })
      return UNREAD
    }
    let isChanged = false
    const limited: [string, unknown][] = []
    for (const name of names) {
      const isDeclared = Object.hasOwn(members, name)
      if (!isDeclared && (isClosed(shape) || name.length > MAX_MEMBER_NAME_UNITS)) {
        const tooLong = { code: 'max_length', params: { max: MAX_MEMBER_NAME_UNITS } } as const
        fault({ field: memberPath(path, name), ...(isClosed(shape) ? { code: unknown } : tooLong) })
        isChanged = true
        continue
      }
      const memberRules = isDeclared ? members[name] : others
      const read =
        memberRules === undefined ? object[name] : limit(memberRules, object[name], memberPath(path, name))
      isChanged ||= read !== object[name]
      limited.push([name, read])
    }
    return isChanged ? Object.fromEntries(limited) : object
  }

  return { value: limit(schema, value, ''), faults }
}

type Fields = Record<string, unknown>

/** The path of a member, by as much of its name as anybody reads. */
function memberPath(path: string, name: string): string {
  const shown = name.length > MAX_NAME_UNITS ? name.slice(0, MAX_NAME_UNITS).toWellFormed() : name
  return path === '' ? shown : `${path}.${shown}`
}

function maxUnits(maxCharacters: number, format: unknown): number {
  return maxCharacters * UNITS_PER_CHARACTER + (TEXT_FORMATS.has(format) ? TRIMMED_UNITS : 0)
}

/** The largest limit that a value can fit into; undefined where there is none. */
function largest(rules: JsonSchema, keyword: 'maxLength' | 'maxItems'): number | undefined {
  const own = rules[keyword]
  if (typeof own === 'number') return own
  const type = keyword === 'maxLength' ? 'string' : 'array'
  const limits = alternatives(rules)
    .filter((one) => takes(one, type))
    .map((one) => largest(one, keyword))
  const known = limits.filter((one) => one !== undefined)
  return limits.length === 0 || known.length < limits.length ? undefined : Math.max(...known)
}

/** The rules for values of this type: the schema's own, or those of its only alternative that takes them. */
function alternative(rules: JsonSchema, type: 'array' | 'object'): JsonSchema {
  const [only, ...others] = alternatives(rules).filter((one) => takes(one, type))
  return only === undefined || others.length > 0 ? rules : alternative(only, type)
}

function alternatives(rules: JsonSchema): JsonSchema[] {
  return [...(rules.anyOf ?? []), ...(rules.oneOf ?? [])]
}

function takes({ type }: JsonSchema, wanted: string): boolean {
  return type === undefined || [type].flat().includes(wanted)
}

function isClosed(shape: JsonSchema): boolean {
  return shape.additionalProperties === false && shape.patternProperties === undefined
}

/** The rules for members that are not declared by name, where the schema has any. */
function otherMembers(shape: JsonSchema): JsonSchema | undefined {
  const patterns = Object.values(shape.patternProperties ?? {})
  if (patterns.length > 0) return patterns.length === 1 ? patterns[0] : {}
  const others = shape.additionalProperties
  return typeof others === 'object' ? others : undefined
}
