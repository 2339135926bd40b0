import { isStreamSafe, TEXT_FORMATS } from './limits.ts'
import { canonicalTag, isInvisible } from './texts.ts'
import type { JsonSchema } from './json-schema.ts'

/**
 * The same value with every text in it normalized: NFC, `\r\n` → `\n`, trimmed, empty where there is nothing to see; and
 * with every language tag in its canonical spelling. What counts as text is said by the schema (`format` `line` or
 * `lines`, `language-tag`). Done before validation, so that lengths are those of what is stored, and after
 * the raw limits (limits.ts), so that it is never much.
 */
export function normalizeText(schema: object, value: unknown): unknown {
  const { format, items, properties: members }: JsonSchema = schema
  if (typeof value === 'string') {
    if (format === 'language-tag') return canonicalTag(value) ?? value
    if (!TEXT_FORMATS.has(format)) return value
    const text = value.replaceAll('\r\n', '\n').trim()
    if (isInvisible(text)) return ''
    // What is not is refused by its format, and need not be composed.
    return isStreamSafe(text) ? text.normalize('NFC').trim() : text
  }
  if (Array.isArray(value)) {
    return items ? value.map((item) => normalizeText(items, item)) : value
  }
  if (typeof value !== 'object' || value === null) return value
  if (!members) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const declared = Object.hasOwn(members, name) ? members[name] : undefined
      return [name, declared ? normalizeText(declared, member) : member]
    }),
  )
}
