import { Type } from 'typebox'
import { validationFailed, type FieldCode } from '../errors.ts'
import type { Validator } from '../http/validation.ts'
import { type Actions, selectActions } from '../log/actions.ts'
import { decodeCursor, encodeCursor, type Position } from '../http/paging/cursor.ts'
import { parseInstant, type Instant } from '../http/paging/instant.ts'
import { isRecord, textOf } from '../values.ts'

/** Which entries are asked for; null: no matter. */
export type Filters = {
  actions: string[] | null
  entityType: string | null
  /** Strictly later than this. */
  after: Instant | null
  /** Strictly further down the log, newest first, than this position. */
  below: Position | null
}

export type FilterReader = ReturnType<typeof createFilterReader>

/** The first of all UUIDs: what is below it at an instant is strictly earlier than that instant. */
const NIL = '00000000-0000-0000-0000-000000000000'

const MAX_INSTANT_CHARACTERS = 64

const filterParameters = {
  before: Type.Optional(
    Type.String({
      maxLength: MAX_INSTANT_CHARACTERS,
      description:
        'Only entries earlier than this instant. ISO 8601 with an offset or `Z`, at most microseconds.',
      examples: ['2026-11-22T10:15:32.004211Z'],
    }),
  ),
  after: Type.Optional(
    Type.String({
      maxLength: MAX_INSTANT_CHARACTERS,
      description: 'Only entries later than this instant. The same format as `before`.',
      examples: ['2026-11-01T00:00:00Z'],
    }),
  ),
  action: Type.Optional(
    Type.String({
      maxLength: 2000,
      description:
        'Only these actions: one code, several codes separated by commas, or a family such as `avatar.*`.',
      examples: ['profile.updated,avatar.*'],
    }),
  ),
  entity_type: Type.Optional(
    Type.String({
      format: 'line',
      maxLength: 100,
      description: 'Only entries about this kind of entity.',
      examples: ['profile'],
    }),
  ),
}

/** For the documentation. */
export const cursorExample = encodeCursor({
  timestamp: '2026-11-22T10:15:32.004211Z',
  id: '019aab5e-2f3c-7c1e-9d53-0a4f6be1c2d7',
})

/** The query of a page. Streams have the filters only. */
export const pageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        default: 50,
        description: 'The number of entries in a page.',
        examples: [20],
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'Where the page starts. Take it from the `Link` header of the previous page.',
        examples: [cursorExample],
      }),
    ),
    ...filterParameters,
  },
  { additionalProperties: false },
)

/** The query of a stream. */
export const wholeQuery = Type.Object(filterParameters, { additionalProperties: false })

export function createFilterReader(validator: Validator, actions: Actions) {
  const validatePage = validator.query(pageQuery)
  const validateWhole = validator.query(wholeQuery)
  const codes = [...actions.keys()]

  function read(raw: unknown, validate: typeof validatePage): { filters: Filters; limit: number } {
    // The validator writes numbers and defaults into what it is given; the address of the next page needs the original.
    const query: Record<string, unknown> = isRecord(raw) ? { ...raw } : {}
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
    const entityType = textOf(query, 'entity_type') ?? null
    return { filters: { actions: selected, entityType, after, below }, limit: Number(query['limit'] ?? 0) }
  }

  /** @throws Problem `validation_failed` with every faulty parameter. */
  function page(query: unknown) {
    return read(query, validatePage)
  }

  /** The same for the whole selection, which has neither pages nor a limit. */
  function whole(query: unknown): Filters {
    return read(query, validateWhole).filters
  }

  return { page, whole }
}

/** Of two positions the one further down the log. */
function lower(one: Position | null, other: Position | null): Position | null {
  if (one === null || other === null) return one ?? other
  const isBelow = one.timestamp === other.timestamp ? one.id < other.id : one.timestamp < other.timestamp
  return isBelow ? one : other
}
