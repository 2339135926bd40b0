import { once } from 'node:events'
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import QueryStream from 'pg-query-stream'
import type { Pool } from '../database/database.ts'
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
    const give = (error: Error) => void stream.destroy(error)
    const stream = Readable.from(guard(chunks(pool, userId, filters, format), stallMs, give), {
      objectMode: false,
      highWaterMark: 64 * 1024,
    })
    const deadline = setTimeout(give, maxMs, new Error(`an export took longer than ${maxMs} ms`)).unref()
    return stream.once('close', () => {
      clearTimeout(deadline)
      open.splice(open.indexOf(userId), 1)
    })
  }
}

/** Passes chunks on, and gives up when nobody has asked for the next one for too long. */
async function* guard(source: AsyncIterable<string>, stallMs: number, giveUp: (error: Error) => void) {
  for await (const chunk of source) {
    const timer = setTimeout(giveUp, stallMs, new Error(`nobody has read an export for ${stallMs} ms`)).unref()
    try {
      yield chunk
    } finally {
      clearTimeout(timer)
    }
  }
}

async function* chunks(pool: Pool, userId: number, filters: Filters, format: ExportFormat): AsyncGenerator<string> {
  const { select, write } = formats[format]
  const { text, values } = select(userId, filters)
  const client = await pool.connect()
  let failure: Error | undefined
  try {
    const rows = client.query(new QueryStream(text, values, { batchSize: ROWS_AT_ONCE, rowMode: 'array' }))
    try {
      let isFirst = true
      for await (const batch of batches<Row>(rows, ROWS_AT_ONCE)) {
        yield write(batch, isFirst)
        isFirst = false
      }
      // An empty table still has a heading. What has failed before this has not sent anything yet, and is answered with 500.
      if (isFirst) yield write([], true)
    } catch (error) {
      failure = error as Error
      throw error
    } finally {
      // The connection is free for others only when the cursor is closed.
      if (!rows.destroy().closed) await once(rows, 'close')
    }
  } finally {
    client.release(failure)
  }
}

async function* batches<T>(source: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of source) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
