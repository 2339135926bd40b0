import { problems, Problem } from '../errors.ts'
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import type { Pool } from '../database/database.ts'
import type { Filters } from './filters.ts'
import { csvColumns, selectAsCells, selectAsJson } from './queries.ts'
import { cursor } from '../database/cursor.ts'

export type ExportFormat = 'ndjson' | 'csv'

export type Exports = ReturnType<typeof createExports>

export type ExportOptions = {
  pool: Pool
  /** A reader who takes nothing for so long is gone, whatever the connection says. */
  stallMs?: number
  /** The longest that a stream may take. It holds a connection, and it holds up the partitions' maintenance. */
  maxMs?: number
}

const STREAMS_PER_USER = 2

type Row = (string | null)[]

const formats = {
  ndjson: {
    select: selectAsJson,
    write: (rows: Row[]) => rows.map(([json]) => `${json}\n`).join(''),
  },
  csv: {
    select: selectAsCells,
    write: (rows: Row[], isFirst: boolean) =>
      stringify(rows, {
        header: isFirst,
        columns: csvColumns,
        record_delimiter: 'windows',
        // RFC 4180 quotes every line break; the library only those that end its records.
        quoted_match: /[\r\n]/,
        // A spreadsheet takes a cell that starts with = + - @ for a formula; an apostrophe in front makes it text.
        escape_formulas: true,
      }),
  },
}

/**
 * Whole selections, read through a database cursor as fast as the reader takes them: the memory in use does not depend
 * on how much there is. Half of the pool's connections are never lent to streams.
 */
export function createExports({ pool, stallMs = 30_000, maxMs = 15 * 60_000 }: ExportOptions) {
  const maxStreams = Math.max(1, Math.floor(pool.max / 2))
  const readers: number[] = []

  /**
   * Opens a stream of all entries of a user that pass the filters.
   *
   * @throws Problem `unavailable` when too many are open already, in all or of this user.
   */
  function open(userId: number, filters: Filters, format: ExportFormat): Readable {
    if (readers.length >= maxStreams || readers.filter((id) => id === userId).length >= STREAMS_PER_USER) {
      throw new Problem(problems.unavailable, { headers: { 'retry-after': '10' } })
    }
    readers.push(userId)
    const abort = (error: Error) => void stream.destroy(error)
    const stream = Readable.from(guard(pieces(pool, userId, filters, format), stallMs, abort), {
      objectMode: false,
      highWaterMark: 64 * 1024,
    })
    const deadline = setTimeout(abort, maxMs, new Error(`an export took longer than ${maxMs} ms`)).unref()
    return stream.once('close', () => {
      clearTimeout(deadline)
      readers.splice(readers.indexOf(userId), 1)
    })
  }

  return { open }
}

/** Passes chunks on, and gives up when nobody has asked for the next one for too long. */
async function* guard(source: AsyncIterable<string>, stallMs: number, abort: (error: Error) => void) {
  for await (const chunk of source) {
    const timer = setTimeout(abort, stallMs, new Error(`nobody has read an export for ${stallMs} ms`)).unref()
    try {
      yield chunk
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The text of the stream, piece by piece. A failure before the first piece is still answered with a problem. */
async function* pieces(
  pool: Pool,
  userId: number,
  filters: Filters,
  format: ExportFormat,
): AsyncGenerator<string> {
  const { select, write } = formats[format]
  let isFirst = true
  for await (const rows of cursor<Row>(pool, select(userId, filters))) {
    yield write(rows, isFirst)
    isFirst = false
  }
  // The heading of an empty table.
  if (isFirst) yield write([], isFirst)
}
