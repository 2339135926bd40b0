/** Calendar days in somebody's time zone. Days are texts such as `2026-11-22`. Pure. */

/** The day of an instant in the zone (i18n/format.ts). */
export type DayOf = (instant: string | Date) => string

export type Day<Entry> = { day: string; entries: Entry[] }

/** The entries, in the order that they have, under the days that they stand under in the zone. */
export function groupByDay<Entry extends { timestamp: string }>(
  entries: readonly Entry[],
  dayOf: DayOf,
): Day<Entry>[] {
  const days: Day<Entry>[] = []
  for (const entry of entries) {
    const day = dayOf(entry.timestamp)
    const last = days.at(-1)
    if (last?.day === day) last.entries.push(entry)
    else days.push({ day, entries: [entry] })
  }
  return days
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The other side of the world is at most this far from UTC. */
const MOST_OFFSET_MS = 15 * HOUR_MS

/**
 * The first instant of a day in the zone. It need not be midnight: where the clocks go forward at midnight the day
 * begins at one o'clock, and where a zone has skipped a day, that day begins, and ends, with the next one.
 */
export function startOfDay(day: string, dayOf: DayOf): Date {
  const midnight = Date.parse(`${day}T00:00Z`)
  let [before, at] = [midnight - MOST_OFFSET_MS, midnight + DAY_MS + MOST_OFFSET_MS]
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2)
    if (dayOf(new Date(middle)) < day) before = middle
    else at = middle
  }
  return new Date(at)
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + count * DAY_MS).toISOString().slice(0, 10)
}

/** Whether a text is a day of the calendar, of the four-digit years that people write. */
export function isDay(text: string): boolean {
  if (!/^[1-9]\d{3}-\d\d-\d\d$/.test(text)) return false
  const date = new Date(`${text}T00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
