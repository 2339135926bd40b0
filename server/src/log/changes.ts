/** Tells a host of changes of profile documents, in this process, after they were committed, and at most once. */
import { DbConnection } from '../database/connection.ts'
import { queryOne, sql, type Db, type Pool, type PoolClient } from '../database/database.ts'
import type { Log } from '../logger.ts'

/** A document has changed. The log has the facts: these are its entries. */
export type ProfileChange = {
  userId: number
  /** `profile.updated`, `settings.updated`, `avatar.uploaded`, `avatar.moved`, `avatar.deleted` or `system.profile.initialized`. A patch of fields and settings has two. */
  entries: readonly { id: string; action: string }[]
}

export type OnProfileChanged = (change: ProfileChange) => void | Promise<void>

export type Changes = ReturnType<typeof createChanges>

/** Without a listener there is nothing to do, and nothing is done. */
export function createChanges(pool: Pool, log: Log, listener: OnProfileChanged | undefined) {
  if (!listener) return { note: (_db: Db, _change: ProfileChange) => {} }

  const call = async (change: ProfileChange) => {
    try {
      await listener(change)
    } catch (err) {
      log.error({ err, entries: change.entries }, 'onProfileChanged failed')
    }
  }
  // Not in the stack of the request: it waits for nothing here, and no error of the listener is one of the request.
  const tell = (change: ProfileChange) => void setImmediate(() => void call(change))

  /** Whether the transaction that wrote the change was committed: only then the entries are in the log. */
  const tellIfKept = async (change: ProfileChange) => {
    const ids = change.entries.map(({ id }) => id)
    try {
      const row = await queryOne(
        pool,
        sql`select from upm.activity_log where id = any(${ids}::uuid[]) limit 1`,
      )
      if (row) tell(change)
    } catch (err) {
      log.error({ err, entries: change.entries }, 'onProfileChanged was not told of a change')
    }
  }

  /** By connection, what its transaction has written. */
  const unfinished = new WeakMap<PoolClient, ProfileChange[]>()

  /** A change was written on `db`. If that is a transaction, its end is waited for. */
  function note(db: Db, change: ProfileChange): void {
    const client = db instanceof DbConnection ? db.client : undefined
    // "I": the connection is in no transaction.
    if (!client || client.getTransactionStatus() === 'I') return tell(change)
    const known = unfinished.get(client)
    if (known) {
      known.push(change)
      return
    }
    const written = [change]
    unfinished.set(client, written)
    const stop = () => {
      client.off('drain', onIdle)
      client.off('end', stop)
      unfinished.delete(client)
    }
    const onIdle = () => {
      if (client.getTransactionStatus() !== 'I') return
      stop()
      for (const one of written) void tellIfKept(one)
    }
    client.on('drain', onIdle)
    client.on('end', stop)
  }

  return { note }
}

/** Whether entries of this action are changes of a document. A checkpoint repeats what is there. */
export function isChange(action: string): boolean {
  return CHANGES.test(action) && action !== 'profile.checkpoint'
}

const CHANGES = /^(?:profile|settings|avatar|system\.profile)\./
