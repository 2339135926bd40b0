import { AsyncLocalStorage } from 'node:async_hooks'
import { kyselyAdapter } from '@better-auth/kysely-adapter'
import type { BetterAuthOptions, DBAdapter } from 'better-auth'
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import pg from 'pg'
import { isDatabaseUnavailable, transaction, type Pool } from '../database/database.ts'
import { currentRequest } from './context.ts'
import { deleteUnconfirmed } from './queries.ts'

const SCHEMA = 'auth'

export type StoreOptions = {
  pool: Pool
  /**
   * Stores the session of a sign-in together with what has to be known of it: `insert` runs in a transaction that is
   * kept or lost with what else is written on its connection. Resolves with what `insert` does.
   */
  openSession: (userId: string, insert: (db: pg.PoolClient) => Promise<unknown>) => Promise<unknown>
  /** Where e-mails are confirmed: a sign-up takes the place of one that never was. */
  replaceUnconfirmed: boolean
}

/** The library's tables, in a schema of their own, on our pool and in our transactions. */
export function createStore({ pool, openSession, replaceUnconfirmed }: StoreOptions) {
  const kysely = new Kysely({ dialect: new PostgresDialect({ pool: asKyselyPool(pool) }) }).withSchema(SCHEMA)
  const createAdapter = kyselyAdapter(kysely, { type: 'postgres', transaction: true })
  return (options: BetterAuthOptions): DBAdapter => {
    const adapter = createAdapter(options)
    const store: DBAdapter = {
      ...adapter,
      transaction: (work) =>
        openConnection.getStore() ? work(store) : inTransaction(pool, () => work(store)),
      findOne: async (row) => {
        const email = replaceUnconfirmed && row.model === 'user' && emailIn(row.where)
        const db = openConnection.getStore()
        // Within the transaction of the sign-up: if nothing comes of it, all stays as it was.
        if (email && db && currentRequest.getStore()?.path === '/sign-up/email')
          await deleteUnconfirmed(db, email)
        return adapter.findOne(row)
      },
      create: async (row) => {
        if (row.model !== 'session' || currentRequest.getStore()?.path !== '/sign-in/email') {
          return adapter.create(row)
        }
        const { userId } = row.data as unknown as { userId: string }
        return openSession(userId, (db) => openConnection.run(db, () => adapter.create(row))) as never
      },
    }
    return store
  }
}

/** The connection of the transaction that is open, which every statement of the library has to run on. */
const openConnection = new AsyncLocalStorage<pg.PoolClient>()

/** Runs `work`, and whatever the library does in it, in one transaction. */
export function inTransaction<T>(pool: Pool, work: (db: pg.PoolClient) => Promise<T>): Promise<T> {
  return transaction(pool, (db) => openConnection.run(db, () => work(db)))
}

function emailIn(where: readonly { field: string; value: unknown }[]): string | undefined {
  const value = where.find(({ field }) => field === 'email')?.value
  return typeof value === 'string' ? value : undefined
}

function noteOutage(error: unknown): never {
  const request = currentRequest.getStore()
  if (request && isDatabaseUnavailable(error)) request.outage = error
  throw error
}

/** Our pool as the library wants it: with Date for timestamps, where ours reads them as text. */
function asKyselyPool(pool: Pool): PostgresPool {
  return {
    connect: async () => {
      const open = openConnection.getStore()
      const client = open ?? (await pool.connect().catch(noteOutage))
      return {
        query: ((text: string, values: readonly unknown[]) =>
          client.query({ text, values: [...values], types: pg.types }).catch(noteOutage)) as never,
        release: () => {
          if (!open) client.release()
        },
      }
    },
    end: async () => {},
  }
}
