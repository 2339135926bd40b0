import { connect } from 'node:net'
import type pg from 'pg'
import type { Sql } from 'sql-template-tag'
import { memberOf } from '../values.ts'
import type { Abilities } from './abilities.ts'
import { types } from './connect.ts'
import { isLostStatement } from './errors.ts'
import { qualify, type createStatements, type Schemas } from './names.ts'

export type ConnectionSettings = {
  schemas: Schemas
  statements: ReturnType<typeof createStatements>
  /** A statement that takes longer is cancelled. */
  statementTimeoutMs: number | undefined
}

/** What a statement of our own is: text with the schemas still to be named, and values beside it. */
export type Statement = Pick<Sql, 'text' | 'values'>

/** A connection for as long as it is held: of a transaction, say. */
export class DbConnection {
  readonly client: pg.PoolClient
  readonly #abilities: Abilities
  readonly #settings: ConnectionSettings
  #isInTransaction: boolean
  #broken: Error | undefined
  /** What waits for the commit; undefined outside of a transaction of ours. */
  #committed: (() => void)[] | undefined

  /** @param isInTransaction whose beginning and end are somebody else's */
  constructor(
    client: pg.PoolClient,
    abilities: Abilities,
    settings: ConnectionSettings,
    isInTransaction = false,
  ) {
    this.client = client
    this.#abilities = abilities
    this.#settings = settings
    this.#isInTransaction = isInTransaction
  }

  /** Runs a statement in one round trip, prepared where the connection keeps what is prepared. */
  async run<Row extends pg.QueryResultRow>({
    text: written,
    values,
  }: Statement): Promise<pg.QueryResult<Row>> {
    const { name, text } = this.#settings.statements(written)
    if (!this.#abilities.keepsStatements) return this.send<Row>({ text, values, types })
    try {
      return await this.send<Row>({ name, text, values, types })
    } catch (error) {
      if (!isLostStatement(error)) throw error
      this.#abilities.keepsStatements = false
      // In a transaction nothing can follow a failure: all of it begins again (`transaction`).
      if (this.#isInTransaction) throw error
      return this.send<Row>({ text, values, types })
    }
  }

  /** Runs what cannot be prepared: definitions of tables, and statements of libraries. */
  async query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>> {
    const config = typeof statement === 'string' ? { text: statement } : statement
    return this.send<Row>({
      ...config,
      text: this.qualify(config.text),
      ...(values && { values: [...values] }),
    })
  }

  /** The text with the schemas of this database in it, for statements that the driver is given directly (COPY). */
  qualify(text: string): string {
    return qualify(text, this.#settings.schemas)
  }

  /**
   * All that `work` does is kept when it resolves, none when it throws. Where a pooler has lost a prepared statement, it
   * all begins again without any.
   */
  async transaction<T>(work: (db: DbConnection) => Promise<T>): Promise<T> {
    try {
      return await this.#attempt(work)
    } catch (error) {
      if (!isLostStatement(error) || this.#broken) throw error
      this.#abilities.keepsStatements = false
      return this.#attempt(work)
    }
  }

  async #attempt<T>(work: (db: DbConnection) => Promise<T>): Promise<T> {
    const limit = this.#limit()
    this.#isInTransaction = true
    const committed: (() => void)[] = []
    this.#committed = committed
    try {
      await this.client.query(limit === undefined ? 'begin' : `begin; set local statement_timeout = ${limit}`)
      const result = await work(this)
      await this.client.query('commit')
      for (const task of committed) task()
      return result
    } catch (error) {
      await this.client.query('rollback').catch((cause: Error) => (this.#broken = cause))
      throw error
    } finally {
      this.#committed = undefined
      this.#isInTransaction = false
    }
  }

  /** Runs `task` once the transaction is committed; at once where there is none, or it is a host's. */
  afterCommit(task: () => void): void {
    if (this.#committed) this.#committed.push(task)
    else task()
  }

  /** Gives the connection back. One that broke, or could not even roll back, is thrown away. */
  release(broken?: Error | boolean): void {
    this.client.release(broken || this.#broken)
  }

  /** The time limit, where the session does not keep it. */
  #limit(): number | undefined {
    return this.#abilities.hasSession ? undefined : this.#settings.statementTimeoutMs
  }

  async send<Row extends pg.QueryResultRow>(config: pg.QueryConfig<unknown[]>): Promise<pg.QueryResult<Row>> {
    const limit = this.#isInTransaction ? undefined : this.#limit()
    if (limit === undefined) return this.client.query<Row>(config)
    let cancelled: Promise<void> | undefined
    const timer = setTimeout(() => {
      cancelled = cancel(this.client)
    }, limit)
    try {
      return await this.client.query<Row>(config)
    } finally {
      clearTimeout(timer)
      // PostgreSQL signals twice, and a request can arrive late: it must not hit the next statement of this connection.
      await cancelled
    }
  }
}

/** The code with which a request to cancel begins (PostgreSQL manual, "Message Formats"). */
export const CANCEL_REQUEST = 80_877_102
const CANCEL_LIMIT_MS = 10_000

/**
 * Asks the server, through whatever is in between, to stop what this connection runs: the statement then fails as one does
 * that has a `statement_timeout` (PostgreSQL manual, "Canceling Requests in Progress"). Resolves when the request can have
 * no effect any more: the server closes once it has passed it on.
 */
async function cancel(client: pg.ClientBase): Promise<void> {
  const [process, key] = [memberOf(client, 'processID'), memberOf(client, 'secretKey')]
  const [host, port] = [memberOf(client, 'host'), memberOf(client, 'port')]
  if (typeof process !== 'number' || typeof key !== 'number') return
  if (typeof host !== 'string' || typeof port !== 'number') return
  const request = Buffer.alloc(16)
  for (const [place, value] of [16, CANCEL_REQUEST, process, key].entries())
    request.writeInt32BE(value | 0, place * 4)
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
  // If nobody hears of it, the statement goes on, and its end is waited for.
  socket.on('error', () => {})
  socket.setTimeout(CANCEL_LIMIT_MS, () => socket.destroy())
  // The other side closes: PgBouncer 1.18 crashes where the end comes right behind the request.
  socket.write(request)
  // Nothing is sent back, but only who reads hears of the end.
  socket.resume()
  await new Promise((resolve) => socket.once('close', resolve))
}
