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

const LEVELS = 4

/**
 * How strongly each day is coloured, 1 to `LEVELS`: a quarter of the active days have each colour, so that it says how a day
 * was among the others, whether there were 2 entries a day or 200. Days with as many entries have the same colour.
 */
export function levelsOf(counts: ReadonlyMap<string, number>): Record<string, number> {
  const bounds = boundsOf(counts)
  return Object.fromEntries(
    [...counts].map(([day, count]) => [day, 1 + bounds.filter((bound) => bound < count).length]),
  )
}

/** The counts at the end of each quarter but the last, each once: a level begins above each of them. */
function boundsOf(counts: ReadonlyMap<string, number>): number[] {
  const sorted = [...counts.values()].sort((one, other) => one - other)
  const most = sorted.at(-1) ?? 0
  const quarters = Array.from(
    { length: LEVELS - 1 },
    (_, quarter) => sorted[Math.ceil((sorted.length * (quarter + 1)) / LEVELS) - 1] ?? 0,
  )
  return [...new Set(quarters)].filter((bound) => bound < most)
}

/** How many entries the days of each level have, from the fewest to the most; levels that no day has are left out. */
export function rangesOf(
  counts: ReadonlyMap<string, number>,
): { level: number; least: number; most: number }[] {
  const levels = levelsOf(counts)
  const byLevel = Map.groupBy(counts, ([day]) => levels[day] ?? 0)
  return [...byLevel]
    .map(([level, days]) => {
      const numbers = days.map(([, count]) => count)
      return { level, least: Math.min(...numbers), most: Math.max(...numbers) }
    })
    .sort((one, other) => one.level - other.level)
}

/** `2026-11` → `лист. 2026` */
export function monthName(month: string, language: string): string {
  const date = new Date(`${month}-01T00:00Z`)
  const name = new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' }).format(date)
  return `${name} ${month.slice(0, 4)}`
}

/** The days of a week, by their short names. */
export function weekdayNames(language: string, firstDay: WeekDay): string[] {
  const format = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  // 1 February 2026 was a Sunday.
  return Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2026, 1, 1 + firstDay + day)))
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
