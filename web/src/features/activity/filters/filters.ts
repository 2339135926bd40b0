/** Which entries are shown: what of the log, and when. Kept in the address of the page. Pure. */
import type { ActivityFilters } from '@upm/client'
import { addDays, isDay, startOfDay, type DayOf } from '../days.ts'

export type Filters = {
  /** Kinds of entries; all when there is none. */
  kinds: readonly string[]
  /** The first and the last day in the time zone of the account. */
  from: string | null
  to: string | null
}

/** Families of actions that people know by another name than the code's, in the order that they are offered. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  profile: ['profile.*', 'system.profile.*'],
  settings: ['settings.*'],
  avatar: ['avatar.*'],
  'system.login': [
    'system.login',
    'system.login.*',
    'system.password.*',
    'system.session.*',
    'system.email.*',
    'system.account.*',
  ],
}

export const noFilters: Filters = { kinds: [], from: null, to: null }

/** The kinds that can be asked for: the well-known ones and those of the other actions that the account has. */
export function offeredKinds(actions: Iterable<string>): string[] {
  const others = new Set([...actions].map(kindOf))
  for (const known of Object.keys(KINDS)) others.delete(known)
  return [...Object.keys(KINDS), ...[...others].sort()]
}

/** The kind of an action: `lesson` for `lesson.booked`; those of the system stand for themselves. */
export function kindOf(action: string): string {
  const known = Object.entries(KINDS).find(([, patterns]) => patterns.some((one) => matches(one, action)))
  if (known) return known[0]
  return action.startsWith('system.') ? action : (action.split('.')[0] ?? action)
}

function matches(pattern: string, action: string): boolean {
  return pattern.endsWith('.*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern
}

/** What the server takes as `action` for a kind. */
function patternsOf(kind: string): readonly string[] {
  return KINDS[kind] ?? [kind.includes('.') ? kind : `${kind}.*`]
}

export function hasFilters({ kinds, from, to }: Filters): boolean {
  return kinds.length > 0 || from !== null || to !== null
}

/** Nothing can be in a range that ends before it begins. */
export function isInverted({ from, to }: Filters): boolean {
  return from !== null && to !== null && from > to
}

/** The last so many days, today included. */
export function lastDays(count: number, today: string): Pick<Filters, 'from' | 'to'> {
  return { from: addDays(today, 1 - count), to: null }
}

/** Periods that many look for, in days. */
export const PRESETS = [7, 30]

/** Which period is chosen: all of the time, one of the presets (`7`), or days of one's own. */
export function periodOf({ from, to }: Pick<Filters, 'from' | 'to'>, today: string): string {
  if (from === null && to === null) return 'all'
  const preset = PRESETS.find((days) => from === lastDays(days, today).from && to === null)
  return preset === undefined ? 'own' : String(preset)
}

const KIND = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$/

/** Reads `?what=profile,avatar&from=2026-11-01&to=2026-11-22`. What is no filter is as if it were not there. */
export function readFilters(query: URLSearchParams): Filters {
  const kinds = (query.get('what') ?? '').split(',').filter((kind) => KIND.test(kind))
  const day = (name: string) => {
    const text = query.get(name) ?? ''
    return isDay(text) ? text : null
  }
  return { kinds: [...new Set(kinds)], from: day('from'), to: day('to') }
}

export function writeFilters({ kinds, from, to }: Filters): Record<string, string> {
  return {
    ...(kinds.length > 0 && { what: kinds.join(',') }),
    ...(from !== null && { from }),
    ...(to !== null && { to }),
  }
}

/** The filters as the server takes them. Its bounds are exclusive, and it knows microseconds. */
export function toRequest({ kinds, from, to }: Filters, dayOf: DayOf): ActivityFilters {
  return {
    ...(kinds.length > 0 && { action: kinds.flatMap(patternsOf) }),
    ...(from !== null && { after: justBefore(startOfDay(from, dayOf)) }),
    ...(to !== null && { before: startOfDay(addDays(to, 1), dayOf).toISOString() }),
  }
}

function justBefore(instant: Date): string {
  return new Date(instant.getTime() - 1).toISOString().replace('Z', '999Z')
}

/** `activity-2026-11-01-2026-11-22.csv`: what a download of the filtered log is called. */
export function fileName({ from, to }: Filters, today: string): string {
  return `activity-${from === null ? '' : `${from}-`}${to ?? today}.csv`
}
