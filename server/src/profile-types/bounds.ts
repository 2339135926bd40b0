import { LINEAR_PATTERNS } from '../http/patterns.ts'
import { mapSchemas, withKeywords, type JsonSchema } from '../http/json-schema.ts'

/** What holds for a host's field that does not say how large it may be. */
const MAX_CHARACTERS = 2000
const MAX_ITEMS = 100
const MAX_MEMBERS = 100
/** What no field can ask for. A list of more is a table of its own. */
const MOST_ITEMS = 1000

/**
 * The field with a limit for each text, list and object in it, at any depth. Raw limits follow from those
 * (http/limits.ts), so that no field costs more to refuse than its bytes, whoever has declared it.
 *
 * @throws TypeError when a list is declared to be longer than any can be, or a pattern could take longer than its text.
 */
export function withLimits<Field extends object>(field: Field): Field {
  const rules: JsonSchema = field
  const types = new Set([rules.type].flat())
  const limits: JsonSchema = {}
  const isChoice = rules.enum !== undefined || rules.const !== undefined
  if (types.has('string') && !isChoice) limits.maxLength = rules.maxLength ?? MAX_CHARACTERS
  if (types.has('array')) limits.maxItems = rules.maxItems ?? MAX_ITEMS
  if ((limits.maxItems ?? 0) > MOST_ITEMS) throw new TypeError(`a list has at most ${MOST_ITEMS} items`)
  if (rules.pattern !== undefined) checkPattern(rules.pattern)
  const isClosed = rules.additionalProperties === false && rules.patternProperties === undefined
  if (types.has('object') && !isClosed) limits.maxProperties = rules.maxProperties ?? MAX_MEMBERS
  if (rules.items) limits.items = withLimits(rules.items)
  if (typeof rules.additionalProperties === 'object')
    limits.additionalProperties = withLimits(rules.additionalProperties)
  for (const keyword of ['properties', 'patternProperties'] as const) {
    const members = rules[keyword]
    if (members) limits[keyword] = mapSchemas(members, withLimits)
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const) {
    const alternatives = rules[keyword]
    if (alternatives) limits[keyword] = alternatives.map((one) => withLimits(one))
  }
  return withKeywords(field, limits)
}

function checkPattern(pattern: string): void {
  try {
    LINEAR_PATTERNS(pattern)
  } catch (cause) {
    throw new TypeError(`the pattern ${pattern} cannot be matched in time that grows with the text`, {
      cause,
    })
  }
}
