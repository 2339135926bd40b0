/** Preconditions of what is read (RFC 9110, section 13), for what has a tag and perhaps a date. */
import type { IncomingHttpHeaders } from 'node:http'
import { isFresh } from './conditional.ts'
import { parseHttpDate } from './http-date.ts'

/** The tag is a strong one; the date has whole seconds. */
export type Validators = { tag: string; modifiedAt: Date | undefined }

/** In the order of section 13.2.2: where a tag is asked about, the date that comes along is not. */
export function judge(
  headers: IncomingHttpHeaders,
  { tag, modifiedAt }: Validators,
): 'failed' | 'not modified' | 'met' {
  const before = (header: string | undefined) => {
    const date = parseHttpDate(header)
    return date !== undefined && modifiedAt !== undefined && modifiedAt > date
  }
  const after = (header: string | undefined) => {
    const date = parseHttpDate(header)
    return date !== undefined && modifiedAt !== undefined && modifiedAt <= date
  }
  if (headers['if-match'] !== undefined) {
    if (!namesStrongly(headers['if-match'], tag)) return 'failed'
  } else if (before(headers['if-unmodified-since'])) return 'failed'
  if (headers['if-none-match'] !== undefined) {
    if (isFresh(headers['if-none-match'], tag)) return 'not modified'
  } else if (after(headers['if-modified-since'])) return 'not modified'
  return 'met'
}

/** Whether what `If-Range` names is what there is, so that a part of it completes what the reader has (section 13.1.5). */
export function isSame(ifRange: string | string[] | undefined, { tag, modifiedAt }: Validators): boolean {
  if (ifRange === undefined) return true
  if (typeof ifRange !== 'string') return false
  // A date is compared exactly, and a weak tag is never enough.
  return (
    ifRange.trim() === tag || (modifiedAt !== undefined && sameInstant(parseHttpDate(ifRange), modifiedAt))
  )
}

/** A strong comparison: a weak tag matches nothing (section 8.8.3.2). */
function namesStrongly(header: string, tag: string): boolean {
  return header.trim() === '*' || header.split(',').some((candidate) => candidate.trim() === tag)
}

function sameInstant(one: Date | undefined, other: Date): boolean {
  return one?.getTime() === other.getTime()
}
