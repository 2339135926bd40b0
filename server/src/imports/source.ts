/**
 * The database of the old system: opened read only, and read in one snapshot, so that what is written there meanwhile is
 * seen whole or not at all.
 */
import pg from 'pg'
import { types } from '../database/connect.ts'
import { OperatorError } from '../operator-error.ts'
import { messageOf } from '../values.ts'
import { columnOf, type Layout } from './layout.ts'

export type Source = Awaited<ReturnType<typeof openSource>>

/** The first and the last instant that has a text in ISO 8601 that all readers know. */
const EARLIEST = '0001-01-01T00:00:00Z'
const LATEST = '9999-12-31T23:59:59.999999Z'

/** @throws OperatorError when it cannot be reached, or is no PostgreSQL. */
export async function openSource(url: string) {
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    throw new OperatorError(
      '--from must be the address of a PostgreSQL database: postgres://USER@HOST/DATABASE. ' +
        'Load a database of another kind into PostgreSQL first, for example with pgloader.',
    )
  }
  const client = new pg.Client({
    connectionString: url,
    types,
    application_name: 'upm import',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  // A connection that breaks is reported by its next query.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('begin isolation level repeatable read read only')
    await client.query(
      `set local timezone = 'UTC'; set local datestyle = 'ISO'; set local statement_timeout = 0;
       set local idle_in_transaction_session_timeout = 0; set local jit = off`,
    )
  } catch (cause) {
    await client.end().catch(() => {})
    throw new OperatorError(`The source cannot be read: ${messageOf(cause) || 'no connection'}.`, { cause })
  }

  async function rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await client.query<Row>(text, values)).rows
  }

  async function count(text: string): Promise<number> {
    const [row] = await rows<{ count: number }>(text)
    return row?.count ?? 0
  }

  let cursors = 0

  /** The rows of a query, so many at a time. */
  async function* batches<Row extends pg.QueryResultRow>(text: string, size: number): AsyncGenerator<Row[]> {
    const name = `upm_${(cursors += 1)}`
    await client.query(`declare ${name} no scroll cursor for ${text}`)
    for (;;) {
      const batch = await rows<Row>(`fetch ${size} from ${name}`)
      if (batch.length === 0) break
      yield batch
    }
    await client.query(`close ${name}`)
  }

  return { client, rows, count, batches, close: () => client.end() }
}

/** A column as SQL writes it. */
export const quoted = (column: string) => pg.escapeIdentifier(column)

/** The columns of a source as they are selected: `as` is how the row is called. */
export function createSelection(layout: Layout, timeZone: string) {
  const column = (table: string, as: string, name: string) => {
    const found = columnOf(layout.get(table), name)
    return { sql: `${as}.${quoted(name)}`, type: found?.type ?? 'text' }
  }

  /** Null where there is no column. */
  function text(table: string, as: string, name: string | null): string {
    return name === null ? 'null::text' : `${column(table, as, name).sql}::text`
  }

  /** True for what PostgreSQL reads as true; null where nothing is said. */
  function flag(table: string, as: string, name: string | boolean | null): string {
    if (typeof name === 'boolean') return String(name)
    if (name === null) return 'null::boolean'
    const { sql, type } = column(table, as, name)
    return type === 'boolean' ? sql : `(lower(${sql}::text) in ('t', 'true', '1', 'y', 'yes', 'on'))`
  }

  /** The instant within the years 0001 to 9999. */
  function instant(table: string, as: string, name: string | null): string {
    if (name === null) return 'null::timestamptz'
    const at = zoned(table, as, name)
    return `case when ${at} is not null then least(greatest(${at}, '${EARLIEST}'), '${LATEST}') end`
  }

  /** Whether the instant is beyond these years. */
  function isOutOfRange(table: string, as: string, name: string | null): string {
    if (name === null) return 'false'
    const at = zoned(table, as, name)
    return `coalesce(${at} not between '${EARLIEST}' and '${LATEST}', false)`
  }

  function zoned(table: string, as: string, name: string): string {
    const { sql, type } = column(table, as, name)
    if (type === 'timestamp with time zone') return sql
    return `(${sql}::timestamp at time zone ${pg.escapeLiteral(timeZone)})`
  }

  /** A list or an object of PostgreSQL as JSON; what is JSON already stays so. */
  function json(table: string, as: string, name: string): string {
    const { sql, type } = column(table, as, name)
    if (type === 'json' || type === 'jsonb') return `${sql}::text`
    return `to_jsonb(${sql})::text`
  }

  return {
    text,
    flag,
    instant,
    isOutOfRange,
    json,
    typeOf: (table: string, name: string) => column(table, 'x', name).type,
  }
}

export type Selection = ReturnType<typeof createSelection>
