import pg from 'pg'
import { toInstant } from './instants.ts'

/** How to reach a database: a URL (`DATABASE_URL`) or the parts of one (the embedded server's socket). */
export type Connection = string | { host: string; port: number; user: string; database: string }

const parsers = new Map<number, (text: string) => unknown>([
  // bigint: our ids count rows, far below 2^53.
  [pg.types.builtins.INT8, Number],
  // timestamptz stays text, in ISO 8601 with microseconds: a Date would lose them.
  [pg.types.builtins.TIMESTAMPTZ, toInstant],
])

/** Reads times as ISO 8601 text and bigints as numbers. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => parsers.get(oid) ?? pg.types.getTypeParser(oid, format),
}

/** What a connection is opened with. Nothing of it is a setting of the session, which a pooler would refuse. */
export function connectionOptions(connection: Connection): pg.ClientConfig {
  return {
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    types,
    application_name: 'upm',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  }
}
