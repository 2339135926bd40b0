import { timeZoneClock } from '../time-zones.ts'

/** `2026-11-22`: a day of the calendar, wherever it is. */
export type CalendarDate = string

const DAY_MS = 86_400_000

/** The date that is so many days later. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10)
}

/** The date that the clocks of a zone show at an instant. */
export function dateAt(timezone: string, at: Date): CalendarDate {
  const clock = timeZoneClock(timezone)
  return new Date(at.getTime() + clock(at.getTime())).toISOString().slice(0, 10)
}

/**
 * The instants (ms) at which the days from one date to another begin in a zone, and at which the last of them ends: one
 * more than there are days. A day begins at its first instant, whatever the clocks show then: where they skip midnight,
 * it is 01:00. A date that a zone has skipped altogether begins when the next one does, and so has no instant.
 */
export function dayStarts(timezone: string, from: CalendarDate, to: CalendarDate): number[] {
  const clock = timeZoneClock(timezone)
  const starts: number[] = []
  const last = Date.parse(to) + DAY_MS
  let offset = clock(Date.parse(from) - DAY_MS)
  for (let midnight = Date.parse(from); midnight <= last; midnight += DAY_MS) {
    // Nearly always the clocks have not changed since the day before.
    let start = midnight - offset
    if (clock(start) !== offset) {
      start = firstInstant(clock, midnight)
      offset = clock(start)
    }
    starts.push(start)
  }
  return starts
}

/** The first instant at which the clocks show this midnight or more, found by halving: they change about then. */
function firstInstant(clock: (at: number) => number, midnight: number): number {
  let [before, at] = [midnight - DAY_MS, midnight + DAY_MS]
  while (at - before > 1000) {
    const middle = before + Math.round((at - before) / 2000) * 1000
    if (middle + clock(middle) < midnight) before = middle
    else at = middle
  }
  return at
}
