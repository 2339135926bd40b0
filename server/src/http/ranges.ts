/** The first and the last byte, both included and counted from 0. */
export type Range = { start: number; end: number }

/** A list may have empty members (RFC 9110, section 5.6.1.2). */
const BYTE_RANGES = /^bytes=([\d\s,-]*\d[\d\s,-]*)$/i

/**
 * What a `Range` asks for (RFC 9110, section 14). One range is served. Undefined: the whole is sent, which is the right
 * answer to what is no range of bytes, and an allowed one to several.
 */
export function requestedRange(
  header: string | undefined,
  size: number,
): Range | 'unsatisfiable' | undefined {
  const specs = BYTE_RANGES.exec(header?.trim() ?? '')?.[1]
    ?.split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '')
  if (!specs?.every(isRange)) return undefined
  const [only, second] = specs.map((spec) => within(spec, size)).filter((range) => range !== undefined)
  if (only === undefined) return 'unsatisfiable'
  return second === undefined && specs.length === 1 ? only : undefined
}

/** With a last position before the first one, a range is not one, and then the whole list is not. */
function isRange(spec: string): boolean {
  const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(spec) ?? []
  if (first === '' && last === '') return false
  return first === '' || last === '' || Number(first) <= Number(last)
}

/** A suffix that is longer than the whole is the whole. */
function within(spec: string, size: number): Range | undefined {
  const [first = '', last = ''] = spec.split('-')
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start <= end ? { start, end } : undefined
}
