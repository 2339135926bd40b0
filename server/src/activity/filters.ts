import { Type } from 'typebox'
import { validationFailed, type FieldCode } from '../errors.ts'
import type { Validator } from '../http/validation.ts'
import type { Actions } from './actions.ts'
import { decodeCursor, type Position } from './cursor.ts'
import { parseInstant, type Instant } from './instant.ts'

/** Which entries are asked for; null: no matter. */
export type Filters = {
  actions: string[] | null
  entityType: string | null
  /** Strictly later than this. */
  after: Instant | null
  /** Strictly further down the log, newest first, than this position. */
  below: Position | null
}

export type FilterReader = {
  /** @throws Problem `validation_failed` with every faulty parameter. */
  page: (query: unknown) => { filters: Filters; limit: number }
  /** The same for the whole selection, which has neither pages nor a limit. */
  whole: (query: unknown) => Filters
}

/** The first of all UUIDs: what is below it at an instant is strictly earlier than that instant. */
const NIL = '00000000-0000-0000-0000-000000000000'

const filterParameters = {
  before: Type.Optional(
    Type.String({
      description: 'Strictly earlier than this instant: ISO 8601 with an offset or `Z`, up to microseconds.',
      examples: ['2026-11-22T10:15:32.004211Z'],
    }),
  ),
  after: Type.Optional(Type.String({ description: 'Strictly later than this instant; the same form.' })),
  action: Type.Optional(
    Type.String({
      description: 'A code of the catalogue, several with commas between, or a family such as `avatar.*`.',
      examples: ['profile.updated,avatar.*'],
    }),
  ),
  entity_type: Type.Optional(
    Type.String({ format: 'line', maxLength: 100, description: 'Exactly this kind of entity.' }),
  ),
}

/** The query of a page. Streams have the filters only. */
export const pageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        default: 50,
        description: 'Entries of a page. Not for streams.',
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        description: 'Where the page begins: from the `Link` of the page before. Not for streams.',
      }),
    ),
    ...filterParameters,
  },
  { additionalProperties: false },
)

const wholeQuery = Type.Object(filterParameters, { additionalProperties: false })

export function createFilterReader(validator: Validator, actions: Actions): FilterReader {
  const validatePage = validator.query(pageQuery)
  const validateWhole = validator.query(wholeQuery)
  const codes = [...actions.keys()]

  function read(raw: unknown, validate: typeof validatePage): { filters: Filters; limit: number } {
    // The validator writes numbers and defaults into what it is given; the address of the next page needs the original.
    const query = { ...(raw as Record<string, unknown>) }
    const errors = validate(query)
    const parsed = <T>(field: string, code: FieldCode, parse: (text: string) => T | undefined): T | null => {
      const text = query[field]
      if (typeof text !== 'string' || errors.some((error) => error.field === field)) return null
      const value = parse(text)
      if (value === undefined)
        errors.push({ field, code, ...(code === 'unknown_value' && { params: { allowed: codes } }) })
      return value ?? null
    }
    const before = parsed('before', 'invalid_format', parseInstant)
    const after = parsed('after', 'invalid_format', parseInstant)
    const cursor = parsed('cursor', 'invalid_format', decodeCursor)
    const selected = parsed('action', 'unknown_value', (text) => selectActions(codes, text))
    if (errors.length > 0) throw validationFailed(errors)
    const below = lower(before === null ? null : { timestamp: before, id: NIL }, cursor)
    const entityType = (query['entity_type'] as string | undefined) ?? null
    return { filters: { actions: selected, entityType, after, below }, limit: query['limit'] as number }
  }

  return {
    page: (query) => read(query, validatePage),
    whole: (query) => read(query, validateWhole).filters,
  }
}

/** The codes that `profile.updated,avatar.*` stands for, each once; undefined when a part of it stands for none. */
function selectActions(codes: string[], text: string): string[] | undefined {
  const selected = new Set<string>()
  for (const part of text.split(',')) {
    const matching = part.endsWith('.*')
      ? codes.filter((code) => code.startsWith(part.slice(0, -1)))
      : codes.filter((code) => code === part)
    if (matching.length === 0) return undefined
    for (const code of matching) selected.add(code)
  }
  return [...selected]
}

/** Of two positions the one further down the log. */
function lower(one: Position | null, other: Position | null): Position | null {
  if (one === null || other === null) return one ?? other
  const isBelow = one.timestamp === other.timestamp ? one.id < other.id : one.timestamp < other.timestamp
  return isBelow ? one : other
}
