/**
 * When two values of a field are the same one, however they are written. A patch that is judged next to the stored
 * document is compared here, every other one by `is_same_value` (database/migrations/0008.do.values.sql), next to the row.
 */
import { isDeepStrictEqual } from 'node:util'
import type { JsonSchema } from './json-schema.ts'
import { isRecord } from '../values.ts'

/** Where amounts and language tags stand in a field. */
export type Form = 'decimal' | 'tag' | { properties: Record<string, Form> } | { items: Form }

/** Undefined where values are the same only when they are equal. */
export function formOf({ format, properties, items }: JsonSchema): Form | undefined {
  if (format === 'decimal-amount') return 'decimal'
  if (format === 'language-tag') return 'tag'
  if (items !== undefined) {
    const form = formOf(items)
    return form && { items: form }
  }
  const forms = formsOf(properties ?? {})
  return Object.keys(forms).length === 0 ? undefined : { properties: forms }
}

/** The forms of those fields that have one. */
export function formsOf(fields: Record<string, JsonSchema>): Record<string, Form> {
  const all = Object.entries(fields).map(([name, schema]) => [name, formOf(schema)] as const)
  return Object.fromEntries(all.filter((entry): entry is [string, Form] => entry[1] !== undefined))
}

export function isSame(one: unknown, other: unknown, form: Form | undefined): boolean {
  return isDeepStrictEqual(one, other) || isDeepStrictEqual(spelled(one, form), spelled(other, form))
}

/** The value in one spelling: `10.0` → `10`, `EN-us` → `en-us`. */
export function spelled(value: unknown, form: Form | undefined): unknown {
  if (form === undefined) return value
  if (typeof value === 'string') {
    if (form === 'tag') return value.toLowerCase()
    return form === 'decimal' ? withoutZeros(value) : value
  }
  if (typeof form !== 'object' || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    return 'items' in form ? value.map((item) => spelled(item, form.items)) : value
  }
  if (!('properties' in form)) return value
  const { properties } = form
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      Object.hasOwn(properties, name) ? spelled(member, properties[name]) : member,
    ]),
  )
}

function withoutZeros(amount: string): string {
  const [, whole, fraction] = /^(0|[1-9]\d{0,30})(?:\.(\d{1,30}))?$/.exec(amount) ?? []
  if (whole === undefined) return amount
  const rest = fraction?.replace(/0+$/, '') ?? ''
  return rest === '' ? whole : `${whole}.${rest}`
}

/**
 * The paths of the parts of a value that are as they were: all of it, members of an object, items that the list had. Of
 * a list every item counts as often as it stood there.
 */
export function keptPaths(sent: unknown, stored: unknown, form: Form | undefined, path: string): string[] {
  if (isSame(sent, stored, form)) return [path]
  if (Array.isArray(sent)) {
    return Array.isArray(stored) ? keptItems(sent, stored, form).map((index) => `${path}[${index}]`) : []
  }
  if (!isRecord(sent) || !isRecord(stored)) return []
  const properties = typeof form === 'object' && 'properties' in form ? form.properties : {}
  return Object.entries(sent).flatMap(([name, member]) => {
    if (!Object.hasOwn(stored, name)) return []
    const memberForm = Object.hasOwn(properties, name) ? properties[name] : undefined
    return keptPaths(member, stored[name], memberForm, `${path}.${name}`)
  })
}

/** The places of the items that the stored list has too. */
function keptItems(sent: readonly unknown[], stored: readonly unknown[], form: Form | undefined): number[] {
  const itemForm = typeof form === 'object' && 'items' in form ? form.items : undefined
  const key = (item: unknown) => JSON.stringify(spelled(item, itemForm), inOrder)
  const left = new Map<string, number>()
  for (const item of stored) left.set(key(item), (left.get(key(item)) ?? 0) + 1)
  return [...sent.keys()].filter((index) => {
    const item = key(sent[index])
    const count = left.get(item) ?? 0
    left.set(item, count - 1)
    return count > 0
  })
}

/** For `JSON.stringify`: puts the members of objects into one order. */
export function inOrder(_name: string, value: unknown): unknown {
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}
