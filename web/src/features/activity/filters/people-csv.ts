/** The log as a table for people: their words, their language, their time zone. Pure. */
import type { ActivityEntry } from '@upm/client'
import { deviceOf, deviceText } from '../../../i18n/device.ts'
import type { Format } from '../../../i18n/format.ts'
import { actorInWords } from '../entry/actor.ts'
import { orderedChanges } from '../entry/change-view.ts'
import { factsOf } from '../entry/facts.ts'
import type { Names } from '../entry/names.ts'
import { sentence } from '../entry/sentence.ts'

export type PeopleCsv = { head: string; row: (entry: ActivityEntry) => string }

const LINE_END = '\r\n'

/** What writes the table; each line ends with its end. */
export function peopleCsv(names: Names, format: Format): PeopleCsv {
  const { t } = names
  const separator = separatorOf(format.language)
  const line = (cells: readonly string[]) =>
    cells.map((text) => cell(text, separator)).join(separator) + LINE_END
  const zone = names.city(format.timeZone)
  return {
    head: line([
      t('csv.day'),
      t('csv.time', { zone }),
      t('csv.what'),
      t('csv.details'),
      t('csv.device'),
      t('ipAddress'),
      t('actor'),
    ]),
    row: (entry) =>
      line([
        format.dayOf(entry.timestamp),
        format.time(entry.timestamp),
        sentence(entry, names),
        detailsOf(entry, names, format),
        device(entry),
        entry.ip_address ?? '',
        entry.actor === null ? '' : actorInWords(entry.actor, names),
      ]),
  }
}

/** Where a comma stands in numbers, spreadsheets part the cells by semicolons. */
export function separatorOf(language: string): ',' | ';' {
  const decimal = new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === 'decimal')
  return decimal?.value === ',' ? ';' : ','
}

/** Values before and after, and what else the entry says: `About: old → new`, one in a line. */
function detailsOf(entry: ActivityEntry, names: Names, format: Format): string {
  const { t } = names
  const changes = orderedChanges(entry, names).map(({ section, field, before, after }) => {
    const [old, now] = [before, after].map((value) => names.value(section, field, value) || t('empty'))
    return `${names.fieldLabel(section, field)}: ${old} → ${now}`
  })
  const facts = factsOf(entry, names, format).map(({ label, text }) => `${label}: ${text || t('empty')}`)
  return [...changes, ...facts].join('\n')
}

function device({ user_agent: userAgent }: ActivityEntry): string {
  if (userAgent === null || userAgent === '') return ''
  const known = deviceOf(userAgent)
  return known ? deviceText(known) : userAgent
}

/** A spreadsheet takes what begins so for a formula, and would run it. */
const FORMULA = /^[=+\-@\t\r]/

/** A text as RFC 4180 has it; what a spreadsheet would take for a formula begins with an apostrophe. */
export function cell(text: string, separator: ',' | ';'): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /["\r\n]/.test(safe) || safe.includes(separator) ? `"${safe.replaceAll('"', '""')}"` : safe
}
