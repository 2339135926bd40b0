/** Makes the schemas that UPM's tables are to be in, where the role may. */
import type pg from 'pg'
import { MigrationError } from './migration-error.ts'
import { quoteName } from './names.ts'

type Rights = { role: string; database: string; exists: boolean; may_make: boolean; may_use: boolean | null }

/**
 * Makes a schema if it is not there.
 *
 * @param variable what names it
 * @throws MigrationError when the role may not make it, or may make no tables in it.
 */
export async function ensureSchema(client: pg.ClientBase, schema: string, variable: string): Promise<void> {
  const { rows } = await client.query<Rights>(
    `select current_user as role, current_database() as database, n.oid is not null as exists,
        has_database_privilege(current_database(), 'create') as may_make,
        has_schema_privilege(n.oid, 'create') and has_schema_privilege(n.oid, 'usage') as may_use
      from (values ($1::text)) wanted (name) left join pg_namespace n on n.nspname = wanted.name`,
    [schema],
  )
  const [found] = rows
  if (!found) throw new Error('an outer join returned no row')
  const { role, database } = found
  const [schemaName, roleName] = [quoteName(schema), quoteName(role)]
  if (found.exists && found.may_use !== true) {
    throw new MigrationError(
      `The role ${roleName} may not create tables in the schema ${schemaName} (${variable}). ` +
        `As its owner, run: grant usage, create on schema ${schemaName} to ${roleName}`,
    )
  }
  if (found.exists) return
  if (!found.may_make) {
    throw new MigrationError(
      `The schema ${schemaName} (${variable}) does not exist, and the role ${roleName} may not create it in the database ` +
        `${quoteName(database)}. As the owner of the database, run: create schema ${schemaName} authorization ${roleName}`,
    )
  }
  await client.query(`create schema ${schemaName}`)
}

export async function hasTable(client: pg.ClientBase, schema: string, table: string): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`,
    [schema, table],
  )
  return rows.length > 0
}
