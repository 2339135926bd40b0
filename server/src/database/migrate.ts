import pg from 'pg'
import { connectionOptions, type Connection } from './connect.ts'
import { describeForeign } from './foreign.ts'
import { MigrationError } from './migration-error.ts'
import { migrateJobs } from './jobs-schema.ts'
import { DEFAULT_SCHEMAS, qualify, quoteName, type Schemas } from './names.ts'
import { ensureSchema, hasTable } from './schemas.ts'
import { LAST_MIXED_VERSION, FIRST_SIGN_IN_VERSION, inScratch, migrateSignIn } from './sign-in-schema.ts'
import { openTrack, type Applied } from './track.ts'

export type { Applied }
export { MigrationError }

/** PostgreSQL 15, as its `server_version_num` counts. */
const OLDEST_SERVER = 150_000

/** One number for this database's migration lock; any two processes that migrate agree on it. */
const MIGRATION_LOCK = 860_620_626

/** At the start of a busy machine a connection may take long. */
const START_LIMIT_MS = 60_000

export type MigrateOptions = {
  /** Default: the newest version that this code knows. */
  target?: number
  schemas?: Schemas
  /** Whether the tables of the bundled sign-in are made, too. Default: yes. */
  signIn?: boolean
  /** The same as `target` for their own migrations. */
  signInTarget?: number
}

/**
 * Brings the database to `target` and returns what was applied, oldest first; empty when there was nothing to do.
 *
 * All of it happens in one transaction under an advisory lock: processes that migrate at once take turns, and a
 * failure or a crash leaves the database as it was. Files that were applied must not change: their checksums are
 * compared each time.
 *
 * @throws MigrationError when a migration fails, a file was edited after it was applied, the database is newer, or tables of
 * somebody else are in the way.
 */
export async function migrate(connection: Connection, options: MigrateOptions = {}): Promise<Applied[]> {
  const client = await connect(connection)
  try {
    await checkServer(client)
    await client.query(`begin; set local TimeZone to 'UTC'; set local DateStyle to 'ISO'`)
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    const applied = await runAll(client, options)
    await client.query('commit')
    return applied
  } finally {
    await client.end()
  }
}

async function connect(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client({
    ...connectionOptions(connection),
    connectionTimeoutMillis: START_LIMIT_MS,
  })
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => {})
  await client.connect().catch((cause: Error) => {
    throw new MigrationError(`The database ${nameOf(connection)} cannot be reached: ${reasonOf(cause)}.`, {
      cause,
    })
  })
  return client
}

/** Where a database is, without the password on the way there. */
function nameOf(connection: Connection): string {
  if (typeof connection !== 'string') return `${connection.database} at ${connection.host}`
  const { host, pathname } = new URL(connection)
  return `${pathname.slice(1) || '(default)'} at ${host || '(default)'}`
}

/** A refused connection to a name with several addresses has no message of its own. */
function reasonOf(error: Error & { code?: string }): string {
  return error.message || error.code || error.name
}

async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: number; text: string }>(
    `select current_setting('server_version_num')::integer as number, current_setting('server_version') as text`,
  )
  const [server] = rows
  if (server && server.number < OLDEST_SERVER) {
    throw new MigrationError(
      `The database server is PostgreSQL ${server.text}, but UPM needs version 15 or newer.`,
    )
  }
}

async function runAll(
  client: pg.Client,
  { target, schemas = DEFAULT_SCHEMAS, signIn = true, signInTarget }: MigrateOptions,
): Promise<Applied[]> {
  await ensureSchema(client, schemas.upm, 'DATABASE_SCHEMA')
  const isListed = await hasTable(client, schemas.upm, 'upm_migrations')
  const current = isListed ? await versionOf(client, schemas.upm) : 0
  if (current === 0) await refuseForeign(client, schemas.upm)
  const goal = target ?? Number.POSITIVE_INFINITY
  // Older releases made the sign-in's tables in the same files. A new database gets them from their own files, if at all.
  const isNew = current < FIRST_SIGN_IN_VERSION && goal >= LAST_MIXED_VERSION
  const mixed = !isNew && current < LAST_MIXED_VERSION && goal >= FIRST_SIGN_IN_VERSION
  if (mixed) await requireSignIn(client, schemas, current)
  const scratch = isNew ? inScratch(client) : undefined
  const track = openTrack(client, {
    folder: 'migrations',
    schema: schemas.upm,
    qualify: (text) => qualify(scratch ? scratch.rewrite(text) : withoutSchema(text), schemas),
  })
  const applied = await track.run(target)
  await scratch?.drop()
  if (signIn && goal >= LAST_MIXED_VERSION) await migrateSignIn(client, schemas, signInTarget)
  if (target === undefined) await migrateJobs(client, schemas.upm)
  return applied
}

/** The schema is there already, or may have to be under another name. */
function withoutSchema(text: string): string {
  return text.replace('create schema auth;', '')
}

async function versionOf(client: pg.Client, schema: string): Promise<number> {
  const { rows } = await client.query<{ version: string | null }>(
    `select max(version) as version from ${quoteName(schema)}.upm_migrations`,
  )
  return Number(rows[0]?.version ?? 0)
}

async function refuseForeign(client: pg.Client, schema: string): Promise<void> {
  const foreign = await describeForeign(client, schema)
  if (foreign === undefined) return
  throw new MigrationError(
    `The schema ${quoteName(schema)} has tables that UPM has not made: ${foreign}. Nothing was changed. ` +
      'Set DATABASE_SCHEMA to another schema, such as upm, and UPM keeps its tables apart from these.',
  )
}

async function requireSignIn(client: pg.Client, { auth }: Schemas, current: number): Promise<void> {
  if (current < FIRST_SIGN_IN_VERSION) return ensureSchema(client, auth, 'AUTH_DATABASE_SCHEMA')
  if (await hasTable(client, auth, 'user')) return
  throw new MigrationError(
    `The tables of the bundled sign-in are not in the schema ${quoteName(auth)}. An older release of UPM has made them in ` +
      'the schema auth: set AUTH_DATABASE_SCHEMA=auth.',
  )
}
