import { Type, type Static } from 'typebox'
import { validationFailed } from '../errors.ts'
import { addDays, dateAt, type CalendarDate } from './days.ts'

/** The most days that one summary counts: a year, also one with 29 February in it. */
const MAX_DAYS = 366

export const summaryQuery = Type.Object(
  {
    from: Type.Optional(
      Type.String({
        format: 'date',
        description: `The first day, in your time zone. Default: the first day of the ${MAX_DAYS} days that end with \`to\`.`,
        examples: ['2025-11-25'],
      }),
    ),
    to: Type.Optional(
      Type.String({
        format: 'date',
        description: 'The last day, included in the counts. Default: today, in your time zone.',
        examples: ['2026-11-25'],
      }),
    ),
  },
  { additionalProperties: false },
)

export type Days = { from: CalendarDate; to: CalendarDate }

/**
 * The days that a query asks for, by the clocks of a zone.
 *
 * @throws Problem `validation_failed` when they are in the wrong order, or too many.
 */
export function readDays(query: Static<typeof summaryQuery>, timezone: string, now: Date): Days {
  const to = query.to ?? dateAt(timezone, now)
  const earliest = addDays(to, 1 - MAX_DAYS)
  const from = query.from ?? earliest
  if (from > to) throw validationFailed([{ field: 'from', code: 'out_of_range', params: { max: to } }])
  if (from < earliest)
    throw validationFailed([{ field: 'from', code: 'out_of_range', params: { min: earliest } }])
  return { from, to }
}
