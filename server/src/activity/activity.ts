import { v7 as uuidv7 } from 'uuid'
import { type Db } from '../database/database.ts'
import type { FastifyRequest } from 'fastify'
import { keptUserAgent, type RequestFacts } from '../http/request-facts.ts'
import type { Actions, BuiltInMetadata } from './actions.ts'
import { insertEntry } from './queries.ts'
import { redact } from './redact.ts'

export type LogEntry<Code extends string = string> = {
  /** Whose log it goes into; null for an event of the system. */
  user: { id: number } | null
  action: Code
  /** Default: what the catalogue says. */
  entityType?: string
  /** Default: the user's id. */
  entityId?: string | number
  metadata?: Code extends keyof BuiltInMetadata ? BuiltInMetadata[Code] : Record<string, unknown>
  /** Where it came from: IP address, User-Agent and request id are kept. */
  request?: FastifyRequest | RequestFacts
  /** Who acted, where it was not the user. */
  actorId?: string
  /** The instant (ISO 8601, microseconds) of the change that the entry belongs to. Default: the database's clock. */
  at?: string
}

export type Activity = {
  actions: Actions
  /**
   * Writes one entry. With `db` a transaction's connection, the entry is kept if and only if the transaction is.
   *
   * @returns the entry's id (UUID v7).
   * @throws TypeError for an action that is not in the catalogue.
   */
  log: <Code extends string>(entry: LogEntry<Code>, db?: Db) => Promise<string>
}

/** The log of one database, for the actions of one catalogue. */
export function createActivity(
  pool: Db,
  actions: Actions,
  addressOf: (request: FastifyRequest) => string | null,
): Activity {
  return {
    actions,
    log: async (entry, db = pool) => {
      const action = actions.get(entry.action)
      if (action === undefined) throw new TypeError(`action "${entry.action}" is not in the catalogue`)
      const id = uuidv7()
      const facts = entry.request && toFacts(entry.request, addressOf)
      await insertEntry(db, {
        id,
        userId: entry.user?.id ?? null,
        actorId: entry.actorId ?? null,
        action: action.code,
        entityType: entry.entityType ?? action.entityType,
        entityId:
          entry.entityId === undefined ? (entry.user ? String(entry.user.id) : null) : String(entry.entityId),
        metadata: redact(entry.metadata ?? {}),
        at: entry.at ?? null,
        ipAddress: facts?.ipAddress ?? null,
        userAgent: facts?.userAgent ?? null,
        requestId: facts?.requestId ?? null,
      })
      return id
    },
  }
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
