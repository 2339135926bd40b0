/**
 * The formats (JSON Schema `format`) that UPM's schemas use: what each accepts, and the field code of a value that it
 * does not accept.
 */
import { fullFormats } from 'ajv-formats/dist/formats.js'
import { isTimeZone } from '../time-zones.ts'
import type { FieldCode } from '../errors.ts'

type Format = { accepts: (value: string) => boolean; code: FieldCode }
export type Formats = Record<string, Format>

// oxlint-disable-next-line no-control-regex -- refusing them is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
// oxlint-disable-next-line no-control-regex
const CONTROL_BUT_NEWLINE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** The formats of an installation with these subjects. */
export function createFormats(subjects: readonly { slug: string }[]): Formats {
  const slugs = new Set(subjects.map(({ slug }) => slug))
  return { ...formats, subject: { accepts: (value) => slugs.has(value), code: 'unknown_value' } }
}

const formats: Formats = {
  /** One line of text: no control characters, no lone surrogates. */
  line: { accepts: (value) => value.isWellFormed() && !CONTROL.test(value), code: 'invalid_format' },
  /** Text of several lines: the same, but newlines are welcome. */
  lines: {
    accepts: (value) => value.isWellFormed() && !CONTROL_BUT_NEWLINE.test(value),
    code: 'invalid_format',
  },
  'language-tag': { accepts: isLanguageTag, code: 'invalid_format' },
  currency: { accepts: (value) => currencies.has(value), code: 'unknown_value' },
  'time-zone': { accepts: isTimeZone, code: 'unknown_value' },
  'decimal-amount': {
    accepts: (value) => /^(?:0|[1-9]\d{0,9})(?:\.\d{1,4})?$/.test(value),
    code: 'invalid_format',
  },
  email: standard('email'),
  // Without the `urn:uuid:` that the standard format lets through and PostgreSQL does not.
  uuid: {
    accepts: (value) => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value),
    code: 'invalid_format',
  },
  'date-time': { accepts: isInstant, code: 'invalid_format' },
  date: { accepts: isDate, code: 'invalid_format' },
  uri: standard('uri'),
  'uri-reference': standard('uri-reference'),
}

/** A format of JSON Schema itself, by the definition of the validator's own library. */
function standard(name: 'email' | 'date-time' | 'date' | 'uri' | 'uri-reference'): Format {
  const definition = fullFormats[name]
  const pattern = definition instanceof RegExp ? definition : undefined
  const accepts = pattern
    ? (value: string) => pattern.test(value)
    : ((definition as { validate?: unknown }).validate ?? definition)
  return { accepts: accepts as Format['accepts'], code: 'invalid_format' }
}

const dateTime = standard('date-time')

/** RFC 3339 as far as PostgreSQL reads it: without the year 0, and with offsets below 16 hours. */
function isInstant(value: string): boolean {
  return dateTime.accepts(value) && !value.startsWith('0000') && !/[+-](?:1[6-9]|2\d):\d\d$/.test(value)
}

const date = standard('date')

/** A day of the calendar as RFC 3339 writes it, without the year 0. */
function isDate(value: string): boolean {
  return date.accepts(value) && !value.startsWith('0000')
}

/** BCP 47, in its canonical spelling or not. */
function isLanguageTag(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1
  } catch {
    return false
  }
}
