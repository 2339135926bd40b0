/** The header `Prefer` (RFC 7240), as far as the mock knows it. */
import { Problem } from '../errors.ts'
import { mockProblems } from './problems.ts'

/** What a front end wants to be answered. Whatever is undefined was not asked for. */
export type Preferences = {
  status?: number
  code?: string
  example?: string
  delayMs?: number
  /** For `Preference-Applied`: what of the header is done. */
  applied: string
}

/** The longest delay: a front end's own limits are shorter. */
const MAX_DELAY_MS = 60_000

/** One preference: a name, perhaps a value (RFC 7240, section 2). Its parameters mean nothing here. */
const PREFERENCE =
  /^\s*([!#$%&'*+.^`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^`|~\w-]+))?)?\s*(?:;.*)?$/

/**
 * Reads the header. Preferences of other names are left alone, as the RFC demands; of a name that comes twice the first
 * one counts.
 *
 * @throws Problem `preference_invalid` when a value cannot be what it should be.
 */
export function readPreferences(header: string | string[] | undefined): Preferences {
  const wanted = new Map<string, string>()
  for (const part of splitList([header ?? ''].flat().join(','))) {
    const [, name = '', quoted, token] = PREFERENCE.exec(part) ?? []
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? token
    if (value !== undefined && value !== '' && !wanted.has(name.toLowerCase()))
      wanted.set(name.toLowerCase(), value)
  }
  const [status, delay, code, example] = ['status', 'delay', 'code', 'example'].map((name) =>
    wanted.get(name),
  )
  const preferences: Preferences = {
    ...(status !== undefined && { status: numberIn('status', status, 100, 599) }),
    ...(code !== undefined && { code }),
    ...(example !== undefined && { example }),
    ...(delay !== undefined && { delayMs: numberIn('delay', delay, 0, MAX_DELAY_MS) }),
    applied: '',
  }
  const applied = Object.entries({ status, code, example, delay }).filter(([, value]) => value !== undefined)
  preferences.applied = applied.map(([name, value]) => `${name}=${asWord(value ?? '')}`).join(', ')
  return preferences
}

/** At the commas that are not within quotes. */
function splitList(header: string): string[] {
  return header.match(/(?:[^",]|"(?:[^"\\]|\\.)*")+/g) ?? []
}

function asWord(value: string): string {
  return /^[!#$%&'*+.^`|~\w-]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`
}

function numberIn(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN
  if (value >= min && value <= max) return value
  throw new Problem(mockProblems.preference_invalid, {
    params: { preference: `${name}=${asWord(text)}`, choices: `${name}=${min} … ${name}=${max}` },
  })
}
