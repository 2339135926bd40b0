/** A year as months of weeks, and the way through its days by keyboard. Pure. */
import { addDays } from '../days.ts'
import type { WeekDay } from './heat.ts'

export type Month = {
  /** `2026-11` */
  month: string
  /** Weeks of seven places; null where the day is of another month, or not of the year that is shown. */
  weeks: (string | null)[][]
}

/** The months from one day to another, the latest first, as a calendar has them. */
export function monthsOf(from: string, to: string, firstDay: WeekDay): Month[] {
  const months = new Map<string, string[]>()
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const month = day.slice(0, 7)
    const days = months.get(month)
    if (days) days.push(day)
    else months.set(month, [day])
  }
  return [...months].toReversed().map(([month, days]) => ({ month, weeks: weeksOf(days, firstDay) }))
}

function weeksOf(days: readonly string[], firstDay: WeekDay): (string | null)[][] {
  const [first] = days
  if (first === undefined) return []
  const before = (new Date(`${first}T00:00Z`).getUTCDay() - firstDay + 7) % 7
  const places = [...Array.from({ length: before }, () => null), ...days]
  const weeks = Array.from({ length: Math.ceil(places.length / 7) }, (_, week) =>
    places.slice(week * 7, week * 7 + 7),
  )
  return weeks.map((week) => [...week, ...Array.from({ length: 7 - week.length }, () => null)])
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -7,
  ArrowDown: 7,
}

/** The day that a key leads to, inside of the year; undefined for keys that lead nowhere. */
export function dayByKey(key: string, day: string, from: string, to: string): string | undefined {
  const step = STEPS[key]
  if (step !== undefined) return within(addDays(day, step), from, to)
  if (key === 'Home') return within(`${day.slice(0, 7)}-01`, from, to)
  if (key === 'End') return within(lastOfMonth(day), from, to)
  if (key === 'PageUp') return within(addDays(`${day.slice(0, 7)}-01`, -1), from, to)
  if (key === 'PageDown') return within(addDays(lastOfMonth(day), 1), from, to)
  return undefined
}

function lastOfMonth(day: string): string {
  const [year = 0, month = 0] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
}

const within = (day: string, from: string, to: string) => (day < from ? from : day > to ? to : day)
