/** Rows of a table as text that PostgreSQL of any version reads (COPY), in parts. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { DbConnection } from '../database/connection.ts'
import { columnsSql, tableSql, type Table } from './tables.ts'

/** About so large is a part. The checks of a part's rows wait in memory until its end. */
const PART_BYTES = 4 * 2 ** 20

const LINE_FEED = 10

/** What values look like must not depend on the settings of a server, a role or a database. */
export const AS_TEXT = `set local TimeZone to 'UTC'; set local DateStyle to 'ISO'; set local IntervalStyle to 'postgres';
  set local extra_float_digits to 1; set local bytea_output to 'hex'; set local client_encoding to 'UTF8'`

export type Part = { bytes: Buffer; rows: number }

/** The rows of a table in parts, each of whole rows. */
export async function* readRows(db: DbConnection, table: Table): AsyncGenerator<Part> {
  const statement = `copy (select ${columnsSql(table)} from ${tableSql(table.name)}) to stdout`
  const stream = db.client.query(copyTo(db.qualify(statement)))
  let chunks: Buffer[] = []
  let held = 0
  // oxlint-disable-next-line typescript/consistent-type-assertions -- it is a stream of bytes
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    held += chunk.length
    if (held < PART_BYTES) continue
    const all = Buffer.concat(chunks, held)
    // A line feed within a value is written as \n: this one ends a row.
    const end = all.lastIndexOf(LINE_FEED) + 1
    if (end === 0) continue
    yield toPart(all.subarray(0, end))
    chunks = [all.subarray(end)]
    held = all.length - end
  }
  if (held > 0) yield toPart(Buffer.concat(chunks, held))
}

function toPart(bytes: Buffer): Part {
  let rows = 0
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) rows += 1
  return { bytes, rows }
}

/** Adds a part to a table, and returns the number of its rows. */
export async function writeRows(db: DbConnection, table: Table, bytes: Buffer): Promise<number> {
  const stream = db.client.query(
    copyFrom(db.qualify(`copy ${tableSql(table.name)} (${columnsSql(table)}) from stdin`)),
  )
  await pipeline(Readable.from([bytes]), stream)
  return stream.rowCount
}
