import { AsyncLocalStorage } from 'node:async_hooks'
import { kyselyAdapter } from '@better-auth/kysely-adapter'
import { BASE_ERROR_CODES, type BetterAuthOptions, type DBAdapter, type Where } from 'better-auth'
import { APIError } from 'better-auth/api'
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import pg from 'pg'
import type { DbConnection } from '../database/connection.ts'
import { checkValues, told, transaction, type Pool } from '../database/database.ts'
import { isDatabaseUnavailable, violatedConstraint } from '../database/errors.ts'
import { Problem } from '../errors.ts'
import { currentRequest } from './context.ts'
import { findFormerByEmail } from './email-change-queries.ts'
import { deleteLinks, isPassword, lockOwner, lockOwnerOfAccount, lockOwnerOfLink } from './queries.ts'
import type { SecurityEvents } from './security-events.ts'
import { withHashedTokens } from './session-tokens.ts'
import { prolonged, type StoredSession } from './sessions.ts'
import { memberOf, textOf } from '../values.ts'

export type StoreOptions = {
  pool: Pool
  /**
   * Stores the session of a sign-in together with its log entry and its device. `insert` runs in the same transaction, on
   * the given connection. Resolves with the result of `insert`.
   */
  openSession: (userId: string, insert: (db: DbConnection) => Promise<unknown>) => Promise<unknown>
  events: SecurityEvents
  /** Runs in the transaction of a sign-up, before the owner of the e-mail address is looked up. */
  beforeSignUp: (db: DbConnection, email: string) => Promise<void>
}

/** The database adapter of Better Auth. Its tables are in a separate schema; it uses our pool and our transactions. */
export function createStore({ pool, events, openSession, beforeSignUp }: StoreOptions) {
  const kysely = new Kysely({ dialect: new PostgresDialect({ pool: asKyselyPool(pool) }) }).withSchema(
    pool.schemas.auth,
  )
  const createAdapter = kyselyAdapter(kysely, { type: 'postgres', transaction: true })
  /**
   * Ends sessions and logs their number in the same transaction. After a password change the user gets a new session, so
   * the session that was replaced is not counted.
   */
  async function endSessions(owner: string, end: () => Promise<number>): Promise<number> {
    const run = async (db: DbConnection) => {
      await lockOwner(db, owner)
      const ended = await end()
      const count = currentRequest.getStore()?.path === '/change-password' ? ended - 1 : ended
      const event = { action: 'system.session.ended', userId: owner, isAlarming: false } as const
      if (count > 0) await events.note(db, event, { count })
      return ended
    }
    const db = openConnection.getStore()
    return db ? run(db) : inTransaction(pool, run)
  }

  return (options: BetterAuthOptions): DBAdapter => {
    const adapter = withHashedTokens(createAdapter(options))
    const store: DBAdapter = {
      ...adapter,
      transaction: (work) =>
        openConnection.getStore() ? work(store) : inTransaction(pool, () => work(store)),
      findOne: async (row) => {
        const email = row.model === 'user' && valueIn(row.where, 'email')
        const db = openConnection.getStore()
        // Within the transaction of the sign-up: if nothing comes of it, all stays as it was.
        if (email && db && currentRequest.getStore()?.path === '/sign-up/email') await beforeSignUp(db, email)
        const found = (await adapter.findOne(row)) ?? (email && db ? await keptBy(db, email) : null)
        noteOwner(row.model, found)
        noteCredential(found)
        // oxlint-disable-next-line typescript/consistent-type-assertions -- the library says of which type a row is when it asks for it
        return found as never
      },
      create: async (row) => {
        if (row.model === 'user') {
          const data = { ...row.data, ...asInvited() }
          // oxlint-disable-next-line typescript/consistent-type-assertions -- the library says of which type a row is when it asks for it
          return adapter.create({ ...row, data }).catch(asTaken) as never
        }
        if (row.model !== 'session' || !SIGN_INS.has(currentRequest.getStore()?.path ?? '')) {
          return adapter.create(row)
        }
        // oxlint-disable-next-line typescript/consistent-type-assertions -- the library says of which type a row is when it asks for it
        return openSession(String(memberOf(row.data, 'userId')), (db) =>
          openConnection.run(db, () => adapter.create(row)),
        ) as never
      },
      update: async (row) => {
        if (row.model === 'session' && row.update['expiresAt'] instanceof Date) {
          const session = await adapter.findOne<StoredSession>({ model: row.model, where: row.where })
          if (!session) return null
          const expiresAt = prolonged(session, row.update['expiresAt'])
          return adapter.update({ ...row, update: { ...row.update, expiresAt } })
        }
        const db = openConnection.getStore()
        const account = row.model === 'account' && 'password' in row.update && valueIn(row.where, 'id')
        if (!db || !account) return adapter.update(row)
        const owner = await lockOwnerOfAccount(db, account)
        // Of two changes at once, or of one beside a reset, the later one has not proved the password that there is now.
        const credential = currentRequest.getStore()?.credential
        if (!owner || credential === undefined || !(await isPassword(db, owner, credential))) {
          throw APIError.from('BAD_REQUEST', BASE_ERROR_CODES.INVALID_PASSWORD)
        }
        await deleteLinks(db, owner)
        await events.note(db, { action: 'system.password.changed', userId: owner, isAlarming: true })
        return adapter.update(row)
      },
      updateMany: async (row) => {
        const db = openConnection.getStore()
        const owner = row.model === 'account' && 'password' in row.update && valueIn(row.where, 'userId')
        if (db && owner) {
          await deleteLinks(db, owner)
          await events.note(db, { action: 'system.password.reset', userId: owner, isAlarming: true })
        }
        return adapter.updateMany(row)
      },
      delete: async (row) => {
        if (row.model !== 'session' || currentRequest.getStore()?.path !== '/sign-out')
          return adapter.delete(row)
        const session = await adapter.findOne<StoredSession>({ model: row.model, where: row.where })
        if (session) await endSessions(session.userId, () => adapter.deleteMany(row))
      },
      deleteMany: async (row) => {
        const owner = row.model === 'session' && valueIn(row.where, 'userId')
        return owner ? endSessions(owner, () => adapter.deleteMany(row)) : adapter.deleteMany(row)
      },
      consumeOne: async (row) => {
        const db = openConnection.getStore()
        const link = row.model === 'verification' && valueIn(row.where, 'id')
        if (db && link) await lockOwnerOfLink(db, link)
        return adapter.consumeOne(row)
      },
    }
    return store
  }
}

/** An address that was changed lately is not free: to a sign-up it is as if its owner still had it. */
async function keptBy(db: DbConnection, email: string): Promise<unknown> {
  const request = currentRequest.getStore()
  const former = request?.path === '/sign-up/email' ? await findFormerByEmail(db, email) : undefined
  if (!request || !former) return null
  request.isKept = true
  return { id: former.user_id, email, emailVerified: true }
}

/** Where a session begins that there was not before. */
export const SIGN_INS: ReadonlySet<string> = new Set(['/sign-in/email', '/passkey/verify-authentication'])

/** Of two sign-ups at once with one e-mail the second one comes too late: the library then answers as to a taken one. */
function asTaken(error: unknown): never {
  if (violatedConstraint(error) !== 'user_email_key') throw error
  throw APIError.from('FORBIDDEN', BASE_ERROR_CODES.FAILED_TO_CREATE_USER)
}

/** Of whom the request has turned out to be: by a session, or by a link. */
function noteOwner(model: string, found: unknown): void {
  const request = currentRequest.getStore()
  const owner = model === 'user' ? found : memberOf(found, 'user')
  const [email, name] = [textOf(owner, 'email'), textOf(owner, 'name')]
  if (request && email !== undefined && name !== undefined) request.owner = { email, name }
}

/** What an invitation has decided of whoever signs up by it. */
function asInvited(): { emailVerified?: boolean; role?: string } {
  const invited = currentRequest.getStore()?.invited
  if (!invited) return {}
  return { emailVerified: invited.mailed, ...(invited.role !== null && { role: invited.role }) }
}

/** What a password is compared with: what is written after it has to find the account as it was then. */
function noteCredential(found: unknown): void {
  const request = currentRequest.getStore()
  const own = memberOf(found, 'account')
  const credential = [found, ...(Array.isArray(own) ? own : [])].find(isCredential)
  const password = textOf(credential, 'password')
  if (request && password !== undefined) request.credential = password
}

function isCredential(account: unknown): boolean {
  return textOf(account, 'providerId') === 'credential'
}

/** The connection of the transaction that is open, which every statement of the library has to run on. */
const openConnection = new AsyncLocalStorage<DbConnection>()

/** Runs `work`, and whatever the library does in it, in one transaction. */
export function inTransaction<T>(pool: Pool, work: (db: DbConnection) => Promise<T>): Promise<T> {
  return transaction(pool, (db) => openConnection.run(db, () => work(db)))
}

function valueIn(where: readonly Where[], name: string): string | undefined {
  const value = where.find(({ field }) => field === name)?.value
  return typeof value === 'string' ? value : undefined
}

/** The library takes either for something that is not there. */
function noteOutage(error: unknown): never {
  const request = currentRequest.getStore()
  if (request && (error instanceof Problem || isDatabaseUnavailable(error))) request.outage = error
  throw error
}

/** Our pool as the library wants it: with Date for timestamps, where ours reads them as text. */
function asKyselyPool(pool: Pool): PostgresPool {
  return {
    connect: async () => {
      const open = openConnection.getStore()
      const connection = open ?? (await pool.connect().catch(noteOutage))
      return {
        // oxlint-disable-next-line typescript/consistent-type-assertions -- its type has a cursor too, of which it makes no use here
        query: (async (text: string, values: readonly unknown[]) => {
          try {
            checkValues(values)
            return await told({ text }, () => connection.send({ text, values: [...values], types: pg.types }))
          } catch (error) {
            return noteOutage(error)
          }
        }) as never,
        release: () => {
          if (!open) connection.release()
        },
      }
    },
    end: async () => {},
  }
}
