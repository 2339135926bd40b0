import { isCurrency } from '../currencies.ts'
import { standardFormats, type Formats } from '../http/formats.ts'
import { isTimeZone } from '../time-zones.ts'

/** The formats of an installation with these subjects: those of every schema, and those of catalogues. */
export function createFormats(subjects: readonly { slug: string }[]): Formats {
  const slugs = new Set(subjects.map(({ slug }) => slug))
  return {
    ...standardFormats,
    currency: {
      accepts: isCurrency,
      code: 'unknown_value',
      shape: { pattern: '^[A-Z]{3}$', maxLength: 3 },
    },
    'time-zone': {
      accepts: isTimeZone,
      code: 'unknown_value',
      shape: { pattern: '^[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*$', maxLength: 64 },
    },
    subject: {
      accepts: (value) => slugs.has(value),
      code: 'unknown_value',
      shape: { pattern: '^[a-z0-9]+(?:-[a-z0-9]+)*$', maxLength: 50 },
    },
  }
}
