/**
 * What became of each row of the source. A row that was read is imported, skipped or refused; a row that was imported may
 * have notes: values that break today's rules and were kept, or that could not be kept. Counts are for the screen. The file
 * has a line of JSON for each row that there is something to say of, and the summary as its last line.
 */
import { open, type FileHandle } from 'node:fs/promises'

/** What is counted by itself: a table of the source, or a kind of values. */
export type Part = 'users' | 'profiles' | 'settings' | 'avatars' | 'activity' | 'passwords'

export type Counts = {
  read: number
  imported: number
  skipped: Record<string, number>
  refused: Record<string, number>
  /** Of rows that were imported: values that were kept though they break a rule, left out, or changed. */
  notes: Record<string, number>
}

/** What is said of one row. `value` is what stood there, if that is no secret; it is cut. */
export type Note = { row: string; field?: string; reason: string; value?: unknown; now?: unknown }

export type Report = Awaited<ReturnType<typeof openReport>>

const MAX_VALUE_CHARACTERS = 120

/** @param file where the lines go; what stands there is replaced. Only its owner can read it. */
export async function openReport(file: string) {
  const handle: FileHandle = await open(file, 'w', 0o600)
  const parts = new Map<Part, Counts>()
  let lines: string[] = []

  function countsOf(part: Part): Counts {
    const counts = parts.get(part) ?? { read: 0, imported: 0, skipped: {}, refused: {}, notes: {} }
    parts.set(part, counts)
    return counts
  }

  function write(part: Part, outcome: string, { row, field, reason, value, now }: Note): void {
    lines.push(
      JSON.stringify({
        part,
        outcome,
        row,
        ...(field !== undefined && { field }),
        reason,
        ...(value !== undefined && { value: short(value) }),
        ...(now !== undefined && { now: short(now) }),
      }),
    )
  }

  function imported(part: Part, count = 1): void {
    const counts = countsOf(part)
    counts.read += count
    counts.imported += count
  }

  /** Nothing is wrong with these rows, and nothing was to be done. They are counted, and listed if there is a note. */
  function skipped(part: Part, reason: string, count = 1, note?: Omit<Note, 'reason'>): void {
    const counts = countsOf(part)
    counts.read += count
    add(counts.skipped, reason, count)
    if (note) write(part, 'skipped', { ...note, reason })
  }

  /** The row cannot be imported as it is. */
  function refused(part: Part, note: Note): void {
    const counts = countsOf(part)
    counts.read += 1
    add(counts.refused, note.reason, 1)
    write(part, 'refused', note)
  }

  /** Something about a row that is imported. `outcome`: what became of the value. */
  function noted(part: Part, outcome: 'kept' | 'left_out' | 'changed', note: Note): void {
    add(
      countsOf(part).notes,
      `${outcome}: ${note.field === undefined ? '' : `${bare(note.field)} `}${note.reason}`,
      1,
    )
    write(part, outcome, note)
  }

  /** Writes out what has come together. */
  async function flush(): Promise<void> {
    if (lines.length === 0) return
    const text = `${lines.join('\n')}\n`
    lines = []
    await handle.appendFile(text)
  }

  /** @throws Error when a row is not accounted for. */
  async function close(summary: object): Promise<Record<string, Counts>> {
    const counts = Object.fromEntries(parts)
    for (const [part, of] of parts) {
      const sum = of.imported + total(of.skipped) + total(of.refused)
      if (sum !== of.read) throw new Error(`${part}: ${of.read} rows were read, but ${sum} are accounted for`)
    }
    lines.push(JSON.stringify({ summary: { ...summary, parts: counts } }))
    await flush()
    return counts
  }

  return { file, countsOf, imported, skipped, refused, noted, flush, close, end: () => handle.close() }
}

export const total = (counts: Record<string, number>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

function add(counts: Record<string, number>, reason: string, count: number): void {
  counts[reason] = (counts[reason] ?? 0) + count
}

/** A field without the places in its lists, so that there is one count for all of them. */
const bare = (field: string) => field.replaceAll(/\[\d+\]/g, '[]')

function short(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text.length <= MAX_VALUE_CHARACTERS) return value
  return `${text.slice(0, MAX_VALUE_CHARACTERS).toWellFormed()}…`
}
