import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { DbConnection } from './connection.ts'
import { checkValues, query, queryOne, sql, type Pool, type Sql } from './database.ts'

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

/**
 * The only column of a statement, JSON, as lines of UTF-8: blocks of whole lines, each with its line feed. They never become
 * texts of ours, which a million of rows would make garbage faster than it is collected. One statement at a time.
 *
 * @param db a transaction
 * @param pool the statement of a reader who breaks off is cancelled through it, so that the transaction can end
 */
export async function* copyLines(db: DbConnection, pool: Pool, select: Sql): AsyncGenerator<Buffer> {
  // JSON has no control characters in it, so that nothing is ever quoted, and line breaks only between its tokens.
  const rows = sql`select replace(replace(exported.value::text, E'\\n', ' '), E'\\r', ' ') from (${select}) as exported (value)
    where exported.value is not null`
  const backend = await queryOne<{ pid: number }>(db, sql`select pg_backend_pid() as pid`)
  const statement = `copy (${withLiterals(rows)}) to stdout (format csv, quote E'\\x01', delimiter E'\\x02', encoding 'UTF8')`
  const stream = db.client.query(copyTo(db.qualify(statement)))
  const rest: Buffer[] = []
  try {
    // A stream that is destroyed would leave the connection in the middle of its answer.
    for await (const part of stream.iterator({ destroyOnReturn: false })) {
      // oxlint-disable-next-line typescript/consistent-type-assertions -- it is a stream of bytes
      const chunk = part as Buffer
      const end = chunk.lastIndexOf(LINE_FEED) + 1
      // Only the line that began in the part before is copied.
      const start = end === 0 || rest.length === 0 ? 0 : chunk.indexOf(LINE_FEED) + 1
      if (start > 0) yield Buffer.concat([...rest.splice(0), chunk.subarray(0, start)])
      if (end > start) yield chunk.subarray(start, end)
      if (end < chunk.length) rest.push(chunk.subarray(end))
    }
  } finally {
    if (!stream.readableEnded && !stream.errored) {
      stream.on('error', () => {})
      stream.resume()
      await query(pool, sql`select pg_cancel_backend(${backend?.pid ?? 0}::integer)`)
    }
  }
}

const LINE_FEED = 10

/** A statement that takes no values beside it. They are as much of an unknown type as parameters are. */
function withLiterals({ strings, values }: Sql): string {
  checkValues(values)
  return strings.map((text, index) => text + (index < values.length ? literal(values[index]) : '')).join('')
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map(element).join(',')}}`)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return pg.escapeLiteral(String(value))
  throw new TypeError('this value cannot be a part of the text of a statement')
}

function element(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new TypeError('an array of texts or numbers')
  return `"${String(value).replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
