/** Dates, times and numbers as people of a language write them, in a time zone of theirs. Pure. */

export type Format = ReturnType<typeof createFormat>

/** The zone if this browser knows it, else UTC: servers and browsers have their time zone databases of different years. */
function knownTimeZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

export function createFormat(language: string, zone: string) {
  const timeZone = knownTimeZone(zone)
  const formatter = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { timeZone, ...options })
  const time = formatter({ hour: '2-digit', minute: '2-digit' })
  const dateTime = formatter({ dateStyle: 'long', timeStyle: 'medium' })
  const fullDateTime = formatter({ dateStyle: 'full', timeStyle: 'long' })
  const shortDateTime = formatter({ dateStyle: 'medium', timeStyle: 'short' })
  // A calendar day is the same in every zone.
  const day = formatter({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  const date = formatter({ day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
  // Canadian English writes dates as ISO 8601 does.
  const isoDay = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent' })
  const relativeDay = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const list = new Intl.ListFormat(language, { type: 'conjunction' })

  return {
    /** With its region, where the browser names one: whatever formats a date or a time takes this. */
    language,
    timeZone,
    /** `14:05` */
    time: (instant: string | Date) => time.format(new Date(instant)),
    /** `22 November 2026 at 14:05:07` */
    dateTime: (instant: string | Date) => dateTime.format(new Date(instant)),
    /** `Sunday, 22 November 2026 at 14:05:07 GMT+2` */
    fullDateTime: (instant: string | Date) => fullDateTime.format(new Date(instant)),
    /** `22 Nov 2026, 14:05` */
    shortDateTime: (instant: string | Date) => shortDateTime.format(new Date(instant)),
    /** The calendar day of an instant in the zone: `2026-11-22`. */
    dayOf: (instant: string | Date) => isoDay.format(new Date(instant)),
    /** A calendar day: `Sunday, 22 November 2026`; today and yesterday by these words. */
    dayName: (isoDate: string, today: string) => {
      const days = daysBetween(today, isoDate)
      const name =
        days === 0 || days === -1
          ? relativeDay.format(days, 'day')
          : day.format(new Date(`${isoDate}T00:00Z`))
      return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
    },
    /** A calendar day: `22 November 2026`. */
    date: (isoDate: string) => date.format(new Date(`${isoDate}T00:00Z`)),
    number: (value: number) => number.format(value),
    /** `10 MB`, by 1024, as limits are meant. `ceil` for what is too much: it never looks like the limit itself. */
    fileSize: (count: number, roundingMode: Rounding = 'halfExpand') =>
      formatFileSize(count, language, roundingMode),
    /** 0.45 → `45%` */
    percent: (share: number) => percent.format(share),
    list: (items: readonly string[]) => list.format(items),
  }
}

type Rounding = 'floor' | 'ceil' | 'halfExpand'

const FILE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte']

function formatFileSize(count: number, language: string, roundingMode: Rounding): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), FILE_UNITS.length - 1)
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: FILE_UNITS[power],
    maximumFractionDigits: power < 2 ? 0 : 1,
    roundingMode,
  })
  // A number and its unit stay on one line.
  return format.format(count / 1024 ** power).replace(' ', '\u00a0')
}

/** From one calendar day to another; negative when the other one is earlier. */
function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / 86_400_000)
}
