import { v7 as uuidv7 } from 'uuid'
import type pg from 'pg'
import { afterCommit, within, type Db, type Pool } from '../database/database.ts'
import type { FastifyRequest } from 'fastify'
import { keptUserAgent, type RequestFacts } from '../http/request-facts.ts'
import type { ActionMetadata, Actions } from './actions.ts'
import type { Actor } from './actor.ts'
import { isChange, type Changes } from './changes.ts'
import { insertEntry } from './insert.ts'
import { plainMetadata } from './metadata.ts'
import { redact } from './redact.ts'

export type LogEntry<Code extends keyof ActionMetadata = keyof ActionMetadata> = {
  /** The user in whose log the entry appears. Null: the event belongs to no user. */
  user: { id: number } | null
  action: Code
  /** Default: the entity type that the action declares. */
  entityType?: string
  /** Default: the id of the user. */
  entityId?: string | number
  metadata?: ActionMetadata[Code]
  /** The request that caused the event. Its IP address, User-Agent and id are stored. */
  request?: FastifyRequest | RequestFacts
  /** Who acted, if it was not the user. */
  actor?: Actor
  /**
   * The instant (ISO 8601, microseconds) of the change that the entry belongs to. Default: the database's clock. An entry is
   * always later than the user's newest one, whatever is given here.
   */
  at?: string
}

export type Activity = ReturnType<typeof createActivity>

/**
 * The log of one database, for the actions of one catalogue.
 *
 * @param count counts a committed entry in /metrics
 */
export function createActivity(
  pool: Pool,
  actions: Actions,
  addressOf: (request: FastifyRequest) => string | null,
  count: (action: string) => void = () => {},
  changes?: Changes,
) {
  /**
   * Writes one entry. If `db` is the connection of a transaction, the entry is committed or rolled back with it.
   *
   * @returns the id of the entry (UUID v7).
   * @throws TypeError for an undeclared action, and for metadata that cannot be stored (metadata.ts).
   */
  async function log<Code extends keyof ActionMetadata>(
    entry: LogEntry<Code>,
    db: Db | pg.PoolClient = pool,
  ): Promise<string> {
    const action = actions.get(entry.action)
    if (action === undefined) throw new TypeError(`action "${entry.action}" is not in the catalogue`)
    const id = uuidv7()
    const { metadata = {} } = entry
    const facts = entry.request && toFacts(entry.request, addressOf)
    const row = {
      id,
      userId: entry.user?.id ?? null,
      actor: entry.actor ?? null,
      action: action.code,
      entityType: entry.entityType ?? action.entityType,
      entityId:
        entry.entityId === undefined ? (entry.user ? String(entry.user.id) : null) : String(entry.entityId),
      metadata: redact(
        action.holdsDocument || action.holdsFields ? metadata : plainMetadata(action.code, metadata),
      ),
      at: entry.at ?? null,
      ipAddress: facts?.ipAddress ?? null,
      userAgent: facts?.userAgent ?? null,
      requestId: facts?.requestId ?? null,
    }
    const connection = within(pool, db)
    await insertEntry(connection, row, { isStart: action.holdsDocument ?? false })
    afterCommit(connection, () => count(action.code))
    if (changes && entry.user && isChange(action.code)) {
      changes.note(connection, { userId: entry.user.id, entries: [{ id, action: action.code }] })
    }
    return id
  }

  return { actions, log }
}

/** UPM's own routes have the facts at hand; a host has the request. */
function toFacts(
  request: FastifyRequest | RequestFacts,
  addressOf: (request: FastifyRequest) => string | null,
): RequestFacts {
  if ('ipAddress' in request) return request
  return {
    ipAddress: addressOf(request),
    userAgent: keptUserAgent(request.headers['user-agent']),
    requestId: request.id,
  }
}
