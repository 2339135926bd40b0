import { join } from 'node:path'
import type pg from 'pg'
import Postgrator from 'postgrator'
import { MigrationError } from './migration-error.ts'
import { quoteName } from './names.ts'

export type Applied = { version: number; name: string }

/** A folder of migrations, and the schema that has the list of those that were applied. */
export type Track = {
  /** The name of the folder. */
  folder: string
  schema: string
  /** Puts the names of schemas into a file. */
  qualify: (text: string) => string
}

/** The migrations of one folder on one connection, whose transaction is the caller's. */
export function openTrack(client: pg.ClientBase, { folder, schema, qualify }: Track) {
  const directory = join(import.meta.dirname, folder)
  const postgrator = new Postgrator({
    driver: 'pg',
    // The folder's own name is not a pattern, whatever brackets it has.
    migrationPattern: `${directory.replaceAll('\\', '/').replaceAll(/[?*()[\]{}]/g, '[$&]')}/*.sql`,
    schemaTable: 'upm_migrations',
    execQuery: (text) => client.query(qualify(text)),
  })

  /** Names without a schema, as older files have them, mean this schema from now on. */
  async function enter(): Promise<void> {
    await client.query(`set local search_path to ${quoteName(schema)}, pg_temp`)
  }

  /** Makes the list of migrations: the library would be content with one in any other schema. */
  async function ensureList(): Promise<void> {
    await enter()
    await client.query(`create table if not exists ${list} (version bigint primary key, name text, md5 text, run_at timestamptz);
      insert into ${list} (version) values (0) on conflict do nothing`)
  }
  const list = `${quoteName(schema)}.upm_migrations`

  /** The version that was applied last; 0: none. */
  async function version(): Promise<number> {
    const { rows } = await client.query<{ version: string | null }>(
      `select max(version) as version from ${list}`,
    )
    return Number(rows[0]?.version ?? 0)
  }

  /** Notes the files up to a version as applied: something else has made what they make. */
  async function assume(last: number): Promise<void> {
    await ensureList()
    for (const { version: number, name, md5 } of await postgrator.getMigrations()) {
      if (number > last) continue
      await client.query(
        `insert into ${list} (version, name, md5, run_at) values ($1, $2, $3, now()) on conflict do nothing`,
        [number, name, md5],
      )
    }
  }

  /** Applies what is missing up to `target`. @throws MigrationError when it fails, or the database is newer. */
  async function run(target?: number): Promise<Applied[]> {
    await ensureList()
    const newest = await postgrator.getMaxVersion()
    const current = await version()
    if (current > newest) {
      throw new MigrationError(
        `The database has version ${current}, but this release knows only versions up to ${newest}. Start a newer release of UPM.`,
      )
    }
    if (target !== undefined && current > target) return []
    try {
      const applied = await postgrator.migrate(target === undefined ? 'max' : String(target))
      return applied.map(({ version: number, name }) => ({ version: number, name }))
    } catch (cause) {
      throw explain(cause)
    }
  }

  return { ensureList, version, newest: () => postgrator.getMaxVersion(), assume, run }
}

function explain(cause: unknown): MigrationError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const edited = /checksum failed for migration \[(\d+)\]/.exec(reason)?.[1]
  if (edited !== undefined) {
    return new MigrationError(
      `Migration ${edited} was edited after it was applied to this database. Restore the file, and put the change into a new migration.`,
      { cause },
    )
  }
  return new MigrationError(`The database could not be migrated: ${reason}`, { cause })
}
