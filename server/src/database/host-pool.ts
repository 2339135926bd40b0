/** A pool of the host's. It is checked once, so that nothing is silently wrong later. */
import type pg from 'pg'
import { ConfigError } from '../config/config.ts'
import { memberOf } from '../values.ts'
import type { Connection } from './connect.ts'

/** PostgreSQL 15, as its `server_version_num` counts. */
const OLDEST_SERVER = 150_000

type Facts = {
  version: string
  version_number: string
  encoding: string
  date_style: string
  read_only: string
}

/**
 * Checks that UPM can work on a pool, and says how its database is reached: migrations and jobs have connections of their own.
 * The type parsers of the pool do not matter, because each query of UPM brings its own.
 *
 * @throws ConfigError with all that is wrong
 */
export async function checkHostPool(pool: pg.Pool): Promise<Connection> {
  const options: unknown = memberOf(pool, 'options')
  if (typeof memberOf(pool, 'connect') !== 'function' || options === undefined) {
    throw new ConfigError(['pool must be a Pool of the package pg.'])
  }
  const client = await pool.connect()
  try {
    const problems: string[] = []
    if (memberOf(client, 'native') !== undefined) {
      problems.push('pool must not use pg-native: UPM needs the JavaScript client of pg.')
    }
    const max = memberOf(options, 'max')
    if (typeof max === 'number' && max < 2) {
      problems.push(
        'pool must have at least 2 connections (max): a transaction holds one while another query runs.',
      )
    }
    const { rows } = await client.query<Facts>(`select current_setting('server_version') as version,
      current_setting('server_version_num') as version_number, current_setting('server_encoding') as encoding,
      current_setting('DateStyle') as date_style, current_setting('transaction_read_only') as read_only`)
    const [facts] = rows
    if (!facts) throw new Error('a select without a table returned no row')
    problems.push(...faultsOf(facts))
    if (problems.length > 0) throw new ConfigError(problems)
    const { host, port, user = '', database = '', password, ssl } = client
    return Object.assign({ host, port, user, database }, { password, ssl })
  } finally {
    client.release()
  }
}

function faultsOf({ version, version_number, encoding, date_style, read_only }: Facts): string[] {
  return [
    ...(Number(version_number) < OLDEST_SERVER
      ? [`pool must reach PostgreSQL 15 or newer; it reaches ${version}.`]
      : []),
    ...(encoding === 'UTF8' ? [] : [`pool must reach a database in UTF8; it is in ${encoding}.`]),
    ...(date_style.startsWith('ISO')
      ? []
      : [`pool must have the DateStyle ISO; it has "${date_style}". Set "-c DateStyle=ISO" in its options.`]),
    ...(read_only === 'off' ? [] : ['pool must be able to write: its server or its sessions are read-only.']),
  ]
}
