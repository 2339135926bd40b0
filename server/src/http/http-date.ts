const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const LONG_DAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH = `(?<month>${MONTHS.join('|')})`
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`

/** The three forms of RFC 9110, section 5.6.7; the first is the one that is written today. */
const FORMS = [
  String.raw`${DAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT`,
  String.raw`${LONG_DAY}, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT`,
  String.raw`${DAY} ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`))

/** Undefined for what is no date of HTTP: whoever gets that has to ignore it. `Date.parse` would take a lot more. */
export function parseHttpDate(text: string | undefined, now = new Date()): Date | undefined {
  const trimmed = text?.trim() ?? ''
  const parts = FORMS.map((form) => form.exec(trimmed)?.groups).find(Boolean)
  if (!parts) return undefined
  const [day, hour, minute, second] = [parts['day'], parts['hour'], parts['minute'], parts['second']].map(
    Number,
  )
  const month = MONTHS.indexOf(parts['month'] ?? '')
  const date = new Date(0)
  date.setUTCFullYear(fullYear(parts['year'] ?? '', now), month, day)
  date.setUTCHours(hour ?? 0, minute, second)
  // A day that is none, such as the 31st of April, has become another one. A leap second has become the next minute.
  const isDate =
    date.getUTCMonth() === month && (hour ?? 24) < 24 && (minute ?? 60) < 60 && (second ?? 61) <= 60
  return isDate ? date : undefined
}

/** A year of two digits that would be more than 50 years from now is of the century before. */
function fullYear(year: string, now: Date): number {
  if (year.length === 4) return Number(year)
  const thisYear = now.getUTCFullYear()
  const guess = thisYear - (thisYear % 100) + Number(year)
  return guess > thisYear + 50 ? guess - 100 : guess
}
