/** `2026-11-22T10:15:32.004211Z`: UTC, always six decimals, so that the order of the texts is the order of time. */
export type Instant = string

// A "+" that was not encoded arrives in a query as a space. What it meant is not in doubt.
const ISO_8601 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(?:Z|([-+ ])(\d\d):?(\d\d))$/

/**
 * Reads an instant of ISO 8601 with an offset or `Z`, up to microseconds. A Date would lose those, so it only does the
 * arithmetic of the calendar.
 *
 * @returns undefined for anything else: no offset, a finer fraction, a day that is not in the calendar, or a year
 *   outside of 0001–9999.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = ISO_8601.exec(text)
  if (!match) return undefined
  const [
    ,
    date = '',
    time = '',
    seconds = '00',
    fraction = '',
    sign,
    offsetHours = '00',
    offsetMinutes = '00',
  ] = match
  const local = `${date}T${time}:${seconds}.000Z`
  const parsed = new Date(local)
  // Parsing carries 30 February over into March.
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString() !== local) return undefined
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return undefined
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1)
  const utc = new Date(parsed.getTime() - offset * 60_000).toISOString()
  if (!/^(?!0000)\d{4}-/.test(utc)) return undefined
  return `${utc.slice(0, 19)}.${fraction.padEnd(6, '0')}Z`
}
