import type { JsonSchema } from './validation.ts'

const TEXT_FORMATS = new Set<unknown>(['line', 'lines'])

/**
 * The same value with every text in it normalized: NFC, `\r\n` → `\n`, trimmed. What counts as text is said by the
 * schema (`format` `line` or `lines`). Done before validation, so that lengths are those of what is stored.
 */
export function normalizeText(schema: object, value: unknown): unknown {
  const { format, items, properties } = schema as JsonSchema
  if (typeof value === 'string') {
    if (!TEXT_FORMATS.has(format)) return value
    return value.replaceAll('\r\n', '\n').normalize('NFC').trim()
  }
  if (Array.isArray(value)) {
    return items ? value.map((item) => normalizeText(items as JsonSchema, item)) : value
  }
  if (typeof value !== 'object' || value === null) return value
  const members = properties as Record<string, JsonSchema> | undefined
  if (!members) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const declared = Object.hasOwn(members, name) ? members[name] : undefined
      return [name, declared ? normalizeText(declared, member) : member]
    }),
  )
}
