/**
 * The formats (JSON Schema `format`) that UPM's schemas use: what each accepts, and the field code of a value that it
 * does not accept.
 */
import { fullFormats } from 'ajv-formats/dist/formats.js'
import type { FieldCode } from '../errors.ts'
import { isStreamSafe } from './limits.ts'
import { breaksOut, canonicalTag, MAX_TAG_UNITS } from './texts.ts'

type Format = {
  accepts: (value: string) => boolean
  code: FieldCode
  /** For those who do not know the format: no value that this refuses is accepted. Only the contract has it. */
  shape?: { pattern: string; maxLength?: number }
}
export type Formats = Record<string, Format>

// oxlint-disable-next-line no-control-regex -- refusing them is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
/** At most 10 digits before the point and 4 after it. */
const AMOUNT = /^(?:0|[1-9][0-9]{0,9})(?:\.[0-9]{1,4})?$/
// oxlint-disable-next-line no-control-regex
const CONTROL_BUT_NEWLINE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/

/**
 * No control characters other than white space. Around a text, white space is trimmed; within it, the format says more
 * than any pattern that every language reads alike.
 */
const TEXT_SHAPE = { pattern: String.raw`^[^\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]*$` }

/** Those that no feature adds (profile-types/formats.ts). */
export const standardFormats: Formats = {
  /**
   * One line of text: no control characters, nothing that breaks the line or turns what follows it, no lone surrogates,
   * no heaps of combining marks.
   */
  line: {
    accepts: (value) =>
      value.isWellFormed() && !CONTROL.test(value) && !breaksOut(value) && isStreamSafe(value),
    code: 'invalid_format',
    shape: TEXT_SHAPE,
  },
  /** Text of several lines: newlines are welcome, and what turns a line ends with it. */
  lines: {
    accepts: (value) => value.isWellFormed() && !CONTROL_BUT_NEWLINE.test(value) && isStreamSafe(value),
    code: 'invalid_format',
    shape: TEXT_SHAPE,
  },
  'language-tag': {
    accepts: (value) => canonicalTag(value) !== undefined,
    code: 'invalid_format',
    shape: { pattern: '^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$', maxLength: MAX_TAG_UNITS },
  },
  'decimal-amount': {
    accepts: (value) => AMOUNT.test(value),
    code: 'invalid_format',
    shape: { pattern: AMOUNT.source, maxLength: 15 },
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
  const check = typeof definition === 'object' && 'validate' in definition ? definition.validate : definition
  const accepts = check instanceof RegExp ? (value: string) => check.test(value) : check
  // oxlint-disable-next-line typescript/consistent-type-assertions -- of those named above none judges numbers, and none has to wait
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
