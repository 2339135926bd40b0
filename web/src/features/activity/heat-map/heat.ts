/** How much happened on each day of a year. Pure. */
import { kindOf } from '../filters/filters.ts'

/** A day of `GET /api/me/activity/summary/`. */
export type SummaryDay = { date: string; actions: Readonly<Record<string, number>> }

export type Heat = {
  /** Entries of each day that has any. */
  counts: ReadonlyMap<string, number>
  total: number
  /** The day with the most entries, of several the latest. */
  busiest: string | undefined
}

/** The days, counting entries of these kinds only; of all when there is none. */
export function heatOf(days: readonly SummaryDay[], kinds: readonly string[]): Heat {
  const counts = new Map<string, number>()
  let total = 0
  let busiest: string | undefined
  for (const { date, actions } of days) {
    const count = Object.entries(actions)
      .filter(([action]) => kinds.length === 0 || kinds.includes(kindOf(action)))
      .reduce((sum, [, number]) => sum + number, 0)
    if (count === 0) continue
    counts.set(date, count)
    total += count
    if (busiest === undefined || count >= (counts.get(busiest) ?? 0)) busiest = date
  }
  return { counts, total, busiest }
}

export const LEVELS = 4

/**
 * How strongly each day is coloured, 1 to `LEVELS`. The strongest begins where nine of ten days end, so that one day
 * with very much does not pale all the others, and never below `LEVELS`: where one entry a day is much, one is shown as one.
 */
export function levelsOf(counts: ReadonlyMap<string, number>): Record<string, number> {
  const sorted = [...counts.values()].sort((one, other) => one - other)
  const most = Math.max(LEVELS, sorted[Math.floor(sorted.length * 0.9)] ?? 0)
  return Object.fromEntries(
    [...counts].map(([day, count]) => [day, Math.min(LEVELS, Math.ceil((count / most) * LEVELS))]),
  )
}

/** Short names of the months in a language, January first. */
export function monthNames(language: string): string[] {
  const format = new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' })
  return Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2026, month, 1)))
}

/** Short names of the days of a week, Sunday first. Every other row gets one: there is no room for all. */
export function weekdayNames(language: string, firstDay: number): string[] {
  const format = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  // 1 February 2026 was a Sunday.
  return Array.from({ length: 7 }, (_, day) =>
    ((day - firstDay + 7) % 7) % 2 === 0 ? format.format(Date.UTC(2026, 1, 1 + day)) : '',
  )
}

export type WeekDay = 0 | 1 | 2 | 3 | 4 | 5 | 6

/**
 * The first day of a week, 0 for Sunday, where people live: of what the browser prefers, the first that is of the page's
 * language, for it may know the country (`en-GB`); else that of the language. Monday where a browser does not know.
 */
export function firstDayOfWeek(language: string, preferred: readonly string[]): WeekDay {
  const tag = preferred.find((one) => one.split('-')[0] === language) ?? language
  // Firefox has neither, or has it as a property only.
  const locale: Intl.Locale & {
    getWeekInfo?: () => { firstDay: number }
    weekInfo?: { firstDay: number }
  } = new Intl.Locale(tag)
  const { firstDay } = locale.getWeekInfo?.() ?? locale.weekInfo ?? { firstDay: 1 }
  return (firstDay % 7) as WeekDay
}
