/** PostgreSQL's `2026-11-22 19:35:00.1234+00` as `2026-11-22T19:35:00.123400Z`, whatever the session's zone is. */
export function toInstant(text: string): string {
  const parts = /^(\d{4,}-\d\d-\d\d) ([\d:]{8})(?:\.(\d+))?([+-].+)$/.exec(text)
  if (!parts) throw new Error(`The database wrote a time as "${text}": DateStyle must be ISO.`)
  const [, date = '', time = '', fraction = '', zone = ''] = parts
  const second = zone === '+00' ? `${date}T${time}` : toUtc(date, time, zone)
  return `${second}.${fraction.padEnd(6, '0')}Z`
}

/** The clocks of a zone can show a year beyond 9999 or before 1 where those of UTC do not. */
function toUtc(date: string, time: string, zone: string): string {
  const [, sign, hours, minutes = '0', seconds = '0', bc] =
    /^([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/.exec(zone) ?? []
  const year = Number.parseInt(date, 10)
  const isoYear = String(bc ? 1 - year : year).padStart(6, '0')
  const local = Date.parse(`+${isoYear}${date.slice(-6)}T${time}Z`)
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return new Date(local - (sign === '-' ? -offset : offset) * 1000).toISOString().slice(0, 19)
}
