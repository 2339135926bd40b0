import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DbConnection } from '../database/connection.ts'
import { from as copyFrom } from 'pg-copy-streams'

/** About what one write to the connection carries. */
const BLOCK_CHARACTERS = 65_536

/**
 * Streams rows into a table, no more of them in memory than the connection can take, and returns how many.
 *
 * @param columns as SQL, in parentheses; the values of a row are in the same order. Objects are written as JSON.
 */
export async function copyInto(
  db: DbConnection,
  table: string,
  columns: string,
  rows: Iterable<readonly unknown[]>,
  onRows?: (count: number) => void,
): Promise<number> {
  const stream = db.client.query(copyFrom(db.qualify(`copy upm.${table} ${columns} from stdin`)))
  await pipeline(Readable.from(blocksOf(rows, onRows), { highWaterMark: 2 }), stream)
  return stream.rowCount
}

function* blocksOf(rows: Iterable<readonly unknown[]>, onRows?: (count: number) => void): Generator<Buffer> {
  let block = ''
  let count = 0
  for (const row of rows) {
    block += `${row.map(encode).join('\t')}\n`
    count += 1
    if (block.length < BLOCK_CHARACTERS) continue
    yield Buffer.from(block)
    onRows?.(count)
    block = ''
    count = 0
  }
  if (count === 0) return
  yield Buffer.from(block)
  onRows?.(count)
}

const SPECIAL = /[\\\n\r\t]/
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text format of COPY. */
function encode(value: unknown): string {
  if (value === null) return '\\N'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // Nearly no text has any: asking first is many times cheaper than replacing nothing.
  return SPECIAL.test(text)
    ? text.replaceAll(/[\\\n\r\t]/g, (character) => escapes[character] ?? character)
    : text
}
