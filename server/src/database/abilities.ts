/**
 * What a connection can do. Between UPM and PostgreSQL there may be a pooler that gives each transaction another
 * connection to the server (PgBouncer's transaction mode). Behind it nothing of a session lasts: no setting, and, with
 * some poolers, no prepared statement. This is found out on each new connection, in one round trip.
 */
import type pg from 'pg'
import { OperatorError } from '../operator-error.ts'
import { codeOf, memberOf } from '../values.ts'

/** `auto`: prepared statements where the connection keeps them; `off`: none. */
export type Prepare = 'auto' | 'off'

export type Abilities = {
  /** The session is ours: its settings are set and last. */
  hasSession: boolean
  /** A statement that was prepared under a name is found again. Becomes false when one is not. */
  keepsStatements: boolean
}

export type Wanted = {
  prepare: Prepare
  /** Whether the session may be given settings. A host's may not. */
  isOwn: boolean
  statementTimeoutMs: number | undefined
}

const PROBE = 'upm_probe'
const PROBE_LIMIT_MS = 10_000

/**
 * A pooler invents the key that it gives to a client, so that the process of the key is not the one that answers. One that
 * keeps prepared statements for its clients gives them names of its own.
 */
const probe = (settings: string) => `select pg_backend_pid() = $1 as is_direct,
    exists (select from pg_prepared_statements where name = '${PROBE}') as is_named_so,
    current_setting('DateStyle') as date_style${settings}`

/** Only a session that is ours gets settings, in the statement that finds it out. */
const sessionSettings = `,
    case when pg_backend_pid() = $1 then set_config('TimeZone', 'UTC', false) end,
    case when pg_backend_pid() = $1 then set_config('DateStyle', 'ISO', false) end,
    case when pg_backend_pid() = $1 and $2 <> '' then set_config('statement_timeout', $2, false) end`

type Found = { is_direct: boolean | null; is_named_so: boolean; date_style: string }

/** @throws OperatorError when times could not be read on this connection. */
export async function findAbilities(client: pg.ClientBase, wanted: Wanted): Promise<Abilities> {
  const named = wanted.prepare === 'auto' ? await ask(client, wanted, PROBE).catch(passOver) : undefined
  const found = named ?? (await ask(client, wanted, undefined))
  const isDirect = found.is_direct === true
  const hasSession = isDirect && wanted.isOwn
  if (!hasSession && !found.date_style.startsWith('ISO')) {
    throw new OperatorError(
      `The database connection has DateStyle "${found.date_style}", but UPM needs ISO. ` +
        `Run "alter role … set datestyle to 'ISO'" for the role that UPM uses.`,
    )
  }
  return { hasSession, keepsStatements: named !== undefined && (isDirect || !found.is_named_so) }
}

async function ask(client: pg.ClientBase, wanted: Wanted, name: string | undefined): Promise<Found> {
  const { isOwn, statementTimeoutMs } = wanted
  const process = memberOf(client, 'processID')
  const question: pg.QueryConfig & { query_timeout: number } = {
    ...(name !== undefined && { name }),
    text: probe(isOwn ? sessionSettings : ''),
    values: [process, ...(isOwn ? [String(statementTimeoutMs ?? '')] : [])],
    query_timeout: PROBE_LIMIT_MS,
  }
  const { rows } = await client.query<Found>(question)
  const [found] = rows
  if (!found) throw new Error('a select without a table returned no row')
  return found
}

/**
 * A pooler that does not know prepared statements has given this name to another client of the same connection, or has lost
 * it (42P05, 26000), or refuses the message (08P01, 0A000): the same question is asked without a name.
 */
function passOver(error: unknown): undefined {
  if (!['42P05', '26000', '08P01', '0A000'].includes(codeOf(error) ?? '')) throw error
}
