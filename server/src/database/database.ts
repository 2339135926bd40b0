import pg from 'pg'
import sql, { type Sql } from 'sql-template-tag'

export { sql }
export type { Sql }

/** How to reach a database: a URL (`DATABASE_URL`) or the parts of one (the embedded server's socket). */
export type Connection = string | { host: string; port: number; user: string; database: string }

export type Pool = pg.Pool
/** What a query runs on: the pool, or the connection of a transaction. */
export type Db = pg.Pool | pg.PoolClient

const parsers = new Map<number, (text: string) => unknown>([
  // bigint: our ids count rows, far below 2^53.
  [pg.types.builtins.INT8, Number],
  // timestamptz stays text, in ISO 8601 with microseconds: a Date would lose them.
  [pg.types.builtins.TIMESTAMPTZ, toInstant],
])

/** PostgreSQL's `2026-11-22 19:35:00.123456+00` as `2026-11-22T19:35:00.123456Z`, whatever the session's zone is. */
function toInstant(text: string): string {
  if (text.endsWith('+00')) return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`
  const [, seconds = '', fraction = '', offset = ''] = /^(.{19})(\.\d+)?(.*)$/.exec(text) ?? []
  const hours = /^[+-]\d\d$/.test(offset) ? `${offset}:00` : offset
  return new Date(`${seconds}${hours}`).toISOString().replace('.000', fraction)
}

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => parsers.get(oid) ?? pg.types.getTypeParser(oid, format),
}

export function connectionOptions(connection: Connection): pg.ClientConfig {
  return {
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    types,
    application_name: 'upm',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    options: '-c TimeZone=UTC -c DateStyle=ISO',
  }
}

export type PoolOptions = {
  maxConnections?: number
  /** A statement that takes longer is cancelled; default: none is. */
  statementTimeoutMs?: number
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onError?: (error: Error) => void
}

/** A pool of connections that reads times as ISO 8601 text and bigints as numbers. */
export function openPool(connection: Connection, options: PoolOptions = {}): Pool {
  const { maxConnections = 10, statementTimeoutMs, onError } = options
  const pool = new pg.Pool({
    ...connectionOptions(connection),
    max: maxConnections,
    ...(statementTimeoutMs !== undefined && { statement_timeout: statementTimeoutMs }),
    idleTimeoutMillis: 30_000,
  })
  pool.on('error', (error) => onError?.(error))
  // A connection can break between two queries of a transaction. Its next query says so; without a listener the event
  // would end the process first.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/**
 * Statement text → the name it is prepared under, once per connection. The texts come from the code's own
 * templates, so there are only so many of them; values never get in.
 */
const statementNames = new Map<string, string>()

function statementName(text: string): string {
  let name = statementNames.get(text)
  if (name === undefined) statementNames.set(text, (name = `upm_${statementNames.size}`))
  return name
}

/** Runs one prepared statement in one round trip and returns its rows. */
export async function query<Row>(db: Db, statement: Sql): Promise<Row[]> {
  const text = statement.text
  const result = await db.query({ name: statementName(text), text, values: statement.values })
  return result.rows as Row[]
}

/** The first row, if there is one. */
export async function queryOne<Row>(db: Db, statement: Sql): Promise<Row | undefined> {
  return (await query<Row>(db, statement))[0]
}

/** Runs `work` in a transaction: all of it is kept when it resolves, none when it throws. */
export async function transaction<T>(pool: Pool, work: (db: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => (broken = cause))
    throw error
  } finally {
    // A connection that could not even roll back is thrown away instead of being handed to the next one.
    client.release(broken)
  }
}

const UNIQUE_VIOLATION = '23505'
const FOREIGN_KEY_VIOLATION = '23503'

/** The name of the constraint that a write ran into, when that is why it failed. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof pg.DatabaseError)) return undefined
  if (error.code !== UNIQUE_VIOLATION && error.code !== FOREIGN_KEY_VIOLATION) return undefined
  return error.constraint
}

/** SQLSTATEs of a server that cannot serve just now: connection exceptions, no resources, shutting down, cancelled. */
const UNAVAILABLE_STATE = /^(?:08...|53...|57014|57P0[1-5])$/
/** What Node and the driver say when there is no server, or none any more. */
const UNREACHABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
])
const UNREACHABLE_MESSAGE =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

/** Whether a query failed because the database cannot serve at the moment: the same request may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return UNAVAILABLE_STATE.test(error.code ?? '')
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as NodeJS.ErrnoException
  return (syscall === 'connect' || syscall === 'read' || syscall === 'write' || code === 'ENOTFOUND') &&
    code !== undefined
    ? UNREACHABLE_CODES.has(code)
    : UNREACHABLE_MESSAGE.test(error.message)
}
