/** What PostgreSQL and the driver say of a failed statement. Read by member, as a host may bring its own copy of the driver. */
import { codeOf, textOf } from '../values.ts'

/** The SQLSTATE of an error that the server has sent. */
function stateOf(error: unknown): string | undefined {
  return error instanceof Error && textOf(error, 'severity') !== undefined ? codeOf(error) : undefined
}

const UNIQUE_VIOLATION = '23505'
const FOREIGN_KEY_VIOLATION = '23503'

/** The name of the constraint that a write ran into, when that is why it failed. */
export function violatedConstraint(error: unknown): string | undefined {
  const state = stateOf(error)
  if (state !== UNIQUE_VIOLATION && state !== FOREIGN_KEY_VIOLATION) return undefined
  return textOf(error, 'constraint')
}

/** What is not a text of the database's (a NUL within JSON, say). */
const UNSTORABLE_STATES = new Set(['22021', '22P05'])

/** Whether a statement failed for a character that the database cannot keep. */
export function isUnstorable(error: unknown): boolean {
  return UNSTORABLE_STATES.has(stateOf(error) ?? '')
}

const QUERY_CANCELED = '57014'

/** Whether a statement was cancelled, as it took longer than its pool allows. */
export function isCancelled(error: unknown): boolean {
  return stateOf(error) === QUERY_CANCELED
}

/** A prepared statement that is not there, or one that is there already. */
const STATEMENT_STATES = new Set(['26000', '42P05'])

/**
 * Whether a statement failed because the connection does not keep prepared statements apart, or lost them: a pooler hands
 * each transaction to another connection. It failed before it did anything.
 */
export function isLostStatement(error: unknown): boolean {
  return STATEMENT_STATES.has(stateOf(error) ?? '')
}

/** Whether the connection can go on after this error: the server has answered, and has not ended it. */
export function isBroken(error: unknown): boolean {
  const severity = stateOf(error) === undefined ? undefined : textOf(error, 'severity')
  return severity === undefined || severity === 'FATAL' || severity === 'PANIC'
}

/** SQLSTATEs of a server that cannot serve just now: connection exceptions, no resources, shutting down, cancelled. */
const UNAVAILABLE_STATE = /^(?:08...|40001|40P01|53...|57014|57P0[1-5])$/
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
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/

/** Whether a query failed because the database cannot serve at the moment: the same request may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const state = stateOf(error)
  if (state !== undefined) return UNAVAILABLE_STATE.test(state)
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  const syscall = textOf(error, 'syscall')
  return (syscall === 'connect' || syscall === 'read' || syscall === 'write' || code === 'ENOTFOUND') &&
    code !== undefined
    ? UNREACHABLE_CODES.has(code)
    : UNREACHABLE_MESSAGE.test(error.message)
}
