import pg from 'pg'
import { findAbilities, type Abilities, type Prepare } from './abilities.ts'
import { connectionOptions, type Connection } from './connect.ts'
import { DbConnection, type ConnectionSettings, type Statement } from './connection.ts'
import { isBroken } from './errors.ts'
import { createStatements, DEFAULT_SCHEMAS, qualify, type Schemas } from './names.ts'

/** What holds for all connections to a database. */
export type DatabaseSettings = {
  /** Default: `public` and `auth`. */
  schemas?: Schemas
  /** Default: `auto`. */
  prepare?: Prepare
}

export type PoolOptions = DatabaseSettings & {
  maxConnections?: number
  /** A statement that takes longer is cancelled; default: none is. */
  statementTimeoutMs?: number
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onError?: (error: Error) => void
}

/** Connections to a database, and where in it UPM's tables are. */
export class Pool {
  readonly schemas: Schemas
  readonly driver: pg.Pool
  readonly #settings: ConnectionSettings
  readonly #find: (client: pg.ClientBase) => Promise<Abilities>
  readonly #known = new WeakMap<pg.ClientBase, Abilities>()

  constructor(
    driver: pg.Pool,
    { schemas = DEFAULT_SCHEMAS, statementTimeoutMs }: Pick<PoolOptions, 'schemas' | 'statementTimeoutMs'>,
    find: (client: pg.ClientBase) => Promise<Abilities>,
  ) {
    this.schemas = schemas
    this.driver = driver
    this.#settings = { schemas, statements: createStatements(schemas), statementTimeoutMs }
    this.#find = find
  }

  /** Holds a connection until its `release`. */
  async connect(): Promise<DbConnection> {
    const client = await this.driver.connect()
    return new DbConnection(client, this.#known.get(client) ?? (await this.#meet(client)), this.#settings)
  }

  /** Finds out what a connection can do that was not held before. */
  async #meet(client: pg.PoolClient): Promise<Abilities> {
    // A connection can break between two queries of a transaction. Its next query says so; without a listener the event
    // would end the process first.
    client.on('error', () => {})
    try {
      const abilities = await this.#find(client)
      this.#known.set(client, abilities)
      return abilities
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  /** The door to the connection of a transaction that somebody else has begun: a host. */
  within(client: pg.PoolClient): DbConnection {
    const abilities = this.#known.get(client) ?? { hasSession: false, keepsStatements: false }
    return new DbConnection(client, abilities, this.#settings, true)
  }

  run<Row extends pg.QueryResultRow>(statement: Statement): Promise<pg.QueryResult<Row>> {
    return this.#with((db) => db.run<Row>(statement))
  }

  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>> {
    return this.#with((db) => db.query<Row>(statement, values))
  }

  async #with<T>(work: (db: DbConnection) => Promise<T>): Promise<T> {
    const db = await this.connect()
    let result: T
    try {
      result = await work(db)
    } catch (error) {
      db.release(isBroken(error))
      throw error
    }
    db.release()
    return result
  }

  /** The text with the schemas of this database in it, for a name that goes beside a statement. */
  qualify(text: string): string {
    return qualify(text, this.schemas)
  }

  /** How many connections there may be. */
  get max(): number {
    return this.driver.options.max ?? 10
  }

  get totalCount(): number {
    return this.driver.totalCount
  }

  get idleCount(): number {
    return this.driver.idleCount
  }

  get waitingCount(): number {
    return this.driver.waitingCount
  }

  end(): Promise<void> {
    return this.driver.end()
  }
}

/** A pool of connections of UPM's own. */
export function openPool(connection: Connection, options: PoolOptions = {}): Pool {
  const { maxConnections = 10, statementTimeoutMs, prepare = 'auto', onError } = options
  const driver = new pg.Pool({
    ...connectionOptions(connection),
    max: maxConnections,
    idleTimeoutMillis: 30_000,
  })
  driver.on('error', (error) => {
    // The pool puts the connection into its error, with every statement that it has prepared.
    Reflect.deleteProperty(error, 'client')
    // A database that stops right after the pool may still end a connection that is about to close by itself.
    if (!driver.ending) onError?.(error)
  })
  return new Pool(driver, options, (client) =>
    findAbilities(client, { prepare, isOwn: true, statementTimeoutMs }),
  )
}

/**
 * A host's pool as UPM's. It stays the host's: its sessions get no settings, and it is not closed. What a query returns
 * does not depend on its type parsers.
 */
export function adoptPool(
  driver: pg.Pool,
  options: Omit<PoolOptions, 'maxConnections' | 'onError'> = {},
): Pool {
  const { prepare = 'auto', statementTimeoutMs } = options
  return new Pool(driver, options, (client) =>
    findAbilities(client, { prepare, isOwn: false, statementTimeoutMs }),
  )
}
