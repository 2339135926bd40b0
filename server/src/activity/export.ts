import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import type { Pool, Sql } from '../database/database.ts'
import { Problem } from '../errors.ts'
import type { Filters } from './filters.ts'
import { csvColumns, selectAsCells, selectAsJson } from './queries.ts'

export type ExportFormat = 'ndjson' | 'csv'

/** Opens a stream of all entries of a user that pass the filters. */
export type OpenExport = (userId: number, filters: Filters, format: ExportFormat) => Readable

export type ExportOptions = {
  pool: Pool
  /** A reader who takes nothing for so long is gone, whatever the connection says. */
  stallMs?: number
  /** The longest that a stream may take. It holds a connection, and it holds up the partitions' maintenance. */
  maxMs?: number
}

const ROWS_AT_ONCE = 100
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
export function createExport({ pool, stallMs = 30_000, maxMs = 15 * 60_000 }: ExportOptions): OpenExport {
  const maxStreams = Math.max(1, Math.floor((pool.options.max ?? 10) / 2))
  const open: number[] = []

  /** @throws Problem `unavailable` when too many are open already, in all or of this user. */
  return (userId, filters, format) => {
    if (open.length >= maxStreams || open.filter((id) => id === userId).length >= STREAMS_PER_USER) {
      throw new Problem('unavailable', { headers: { 'retry-after': '10' } })
    }
    open.push(userId)
    const abort = (error: Error) => void stream.destroy(error)
    const stream = Readable.from(guard(pieces(pool, userId, filters, format), stallMs, abort), {
      objectMode: false,
      highWaterMark: 64 * 1024,
    })
    const deadline = setTimeout(abort, maxMs, new Error(`an export took longer than ${maxMs} ms`)).unref()
    return stream.once('close', () => {
      clearTimeout(deadline)
      open.splice(open.indexOf(userId), 1)
    })
  }
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

/**
 * The rows of a statement through a cursor, some at a time, as the database had them at the beginning. DECLARE and
 * FETCH instead of pg-query-stream: the planner knows that it is for a cursor and prefers plans that need not sort
 * everything first, and a connection that breaks is an error here and not a stream that never ends.
 */
async function* cursor<T>(pool: Pool, { text, values }: Sql): AsyncGenerator<T[]> {
  const client = await pool.connect()
  let broken: Error | undefined
  const onError = (error: Error) => (broken = error)
  client.on('error', onError)
  try {
    await client.query('begin read only')
    await client.query({ text: `declare export no scroll cursor for ${text}`, values })
    for (;;) {
      const { rows } = await client.query({ text: `fetch ${ROWS_AT_ONCE} from export`, rowMode: 'array' })
      if (rows.length > 0) yield rows as T[]
      if (rows.length < ROWS_AT_ONCE) return
    }
  } finally {
    await client.query('rollback').catch(onError)
    client.off('error', onError)
    client.release(broken)
  }
}
