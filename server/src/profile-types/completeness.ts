/** What a profile needs to be published, and how complete it is. Pure. */
import type { JsonSchema } from '../http/json-schema.ts'
import { normalizeText } from '../http/normalize.ts'

type Fields = Readonly<Record<string, unknown>>

/** What every account has beside the fields of its type. A declaration calls them by these names. */
export const ACCOUNT_PARTS = ['photo', 'first_name', 'last_name'] as const

/** A weight alone, or one with the length from which the field counts. */
export type DeclaredWeight = number | { weight: number; from?: number }

/** What a field adds to the completeness of a profile. */
export type CompletenessItem = {
  /** A field of the type, `photo`, `first_name` or `last_name`. */
  field: string
  /** Relative to the weights of the other items. */
  weight: number
  /** The field counts from so many code points of a text, or items of a list. */
  from: number
}

/** What is judged: whether there is a photo, the names, and the fields of the section. */
export type Filled = { photo: boolean; first_name: string; last_name: string; fields: Fields }

/** Values of old databases may not be normalized yet. */
const TEXT: JsonSchema = { format: 'lines' }

type Declared = {
  fields: Readonly<Record<string, JsonSchema>>
  publicFields: readonly string[]
  defaults: Fields
  required?: readonly string[] | undefined
  completeness?: Readonly<Record<string, DeclaredWeight>> | undefined
}

/**
 * The fields that a type requires, and the weight of each. Without weights the photo, the public fields and the required
 * ones count the same, except for those that have a value from the start.
 *
 * @throws TypeError for a name that does not exist or is there twice, a weight that is no positive whole number, a length
 *   that the field cannot have, and a required field without a weight.
 */
export function completenessOf(declared: Declared): {
  required: readonly string[]
  completeness: readonly CompletenessItem[]
} {
  const { fields, publicFields, defaults, required = [] } = declared
  const parts: readonly string[] = ACCOUNT_PARTS
  const check = (name: string, where: string) => {
    if (!parts.includes(name) && !Object.hasOwn(fields, name))
      throw new TypeError(
        `"${name}" is in ${where} but not declared; besides the fields there are ${parts.join(', ')}`,
      )
  }
  for (const name of required) check(name, '"required"')
  const repeated = required.find((name, index) => required.indexOf(name) !== index)
  if (repeated !== undefined) throw new TypeError(`"${repeated}" is in "required" twice`)
  if (declared.completeness === undefined) {
    const open = publicFields.filter((name) => measure(defaults[name]) === 0)
    const names = new Set(['photo', ...open, ...required])
    return { required, completeness: [...names].map((field) => ({ field, weight: 1, from: 1 })) }
  }
  const completeness = Object.entries(declared.completeness).map(([field, about]) => {
    check(field, '"completeness"')
    const { weight, from = 1 } = typeof about === 'number' ? { weight: about } : about
    if (!isCount(weight)) throw new TypeError(`the weight of "${field}" is not a positive whole number`)
    if (!isCount(from)) throw new TypeError(`"from" of "${field}" is not a positive whole number`)
    const most = parts.includes(field) ? 1 : longest(fields[field] ?? {})
    if (from > most)
      throw new TypeError(
        most === 1
          ? `"from" of "${field}" is more than 1, but the field is neither a text nor a list`
          : `"from" of "${field}" is ${from}, but the field holds at most ${most}`,
      )
    return { field, weight, from }
  })
  if (completeness.length === 0) throw new TypeError('"completeness" names no field')
  const weightless = required.find((name) => !completeness.some(({ field }) => field === name))
  if (weightless !== undefined)
    throw new TypeError(`the required field "${weightless}" has no weight in "completeness"`)
  return { required, completeness }
}

/** The required fields that are empty. */
export function missingOf({ required }: { required: readonly string[] }, filled: Filled): string[] {
  return required.filter((name) => measure(valueOf(filled, name)) === 0)
}

/**
 * How complete a profile is: the share of the weights whose fields are filled, in whole percent, rounded down. So 100
 * means that nothing is left to do.
 */
export function percentOf(
  { completeness }: { completeness: readonly CompletenessItem[] },
  filled: Filled,
): number {
  const sum = (items: readonly CompletenessItem[]) => items.reduce((total, { weight }) => total + weight, 0)
  const reached = completeness.filter(({ field, from }) => measure(valueOf(filled, field)) >= from)
  return Math.floor((100 * sum(reached)) / sum(completeness))
}

function valueOf(filled: Filled, name: string): unknown {
  if (name === 'photo') return filled.photo ? true : null
  if (name === 'first_name' || name === 'last_name') return filled[name]
  return filled.fields[name]
}

/** How much a value holds: code points of a text, items of a list, 1 for any other value, 0 for none. */
function measure(value: unknown): number {
  if (value === null || value === undefined) return 0
  if (typeof value === 'string') return [...String(normalizeText(TEXT, value))].length
  if (Array.isArray(value)) return value.length
  if (typeof value === 'object') return Object.values(value).some((member) => measure(member) > 0) ? 1 : 0
  return 1
}

/** The most that a field can hold by its schema. */
function longest({ type, enum: values, maxLength, maxItems }: JsonSchema): number {
  const types = new Set([type].flat())
  if (types.has('array')) return maxItems ?? Infinity
  return types.has('string') && values === undefined ? (maxLength ?? Infinity) : 1
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}
