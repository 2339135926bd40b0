import type { DataValidateFunction, FuncKeywordDefinition } from 'ajv/dist/types/index.js'
import { UNREAD } from './limits.ts'
import { formOf, inOrder, spelled } from './same.ts'
import type { JsonSchema } from './json-schema.ts'

/**
 * `uniqueItems` in time that grows with the list. The library compares every pair as soon as the type of the items is
 * not a single, simple one, as that of an enum is not.
 */
export const UNIQUE_ITEMS: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  errors: 'full',
  compile: (isWanted: boolean, parent) => {
    const rules: JsonSchema = parent
    const form = formOf(rules.items ?? {})
    const validate: DataValidateFunction = (items: unknown[]) => {
      const duplicates = isWanted ? findDuplicates(items.map((item) => spelled(item, form))) : []
      if (duplicates.length === 0) return true
      validate.errors = [{ keyword: 'uniqueItems', params: { duplicates } }]
      return false
    }
    return validate
  },
}

/** The places of the items that stood in the list before, whatever the order of their members. */
function findDuplicates(items: readonly unknown[]): number[] {
  const simple = new Set<unknown>()
  const nested = new Set<string>()
  return [...items.keys()].filter((index) => {
    const item = items[index]
    if (item === UNREAD) return false
    if (typeof item !== 'object' || item === null) return simple.size === simple.add(item).size
    return nested.size === nested.add(JSON.stringify(item, inOrder)).size
  })
}
