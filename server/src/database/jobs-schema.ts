/** The tables of the queue (pg-boss) have a schema of their own beside UPM's: that library makes and changes them. */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { getConstructionPlans, getMigrationPlans } from 'pg-boss'
import { hasTable, ensureSchema } from './schemas.ts'

/** What the library takes for a name without quotes; longer ones would not have room for the ending. */
const PLAIN = /^[a-z_][a-z0-9_]{0,57}$/

/** The schema of the queue of an installation, by `DATABASE_SCHEMA`. Two installations in one database differ in this, too. */
export function jobsSchemaOf(databaseSchema: string): string {
  if (databaseSchema === 'public') return 'upm_jobs'
  if (PLAIN.test(databaseSchema)) return `${databaseSchema}_jobs`
  return `jobs_${createHash('sha256').update(databaseSchema).digest('hex').slice(0, 16)}`
}

/** Brings the queue's tables to the version that the installed library wants, inside the transaction of the migration. */
export async function migrateJobs(client: pg.ClientBase, databaseSchema: string): Promise<void> {
  const schema = jobsSchemaOf(databaseSchema)
  await ensureSchema(client, schema, 'for the queue, beside DATABASE_SCHEMA')
  const construction = getConstructionPlans(schema, { createSchema: false })
  if (!(await hasTable(client, schema, 'version'))) {
    await client.query(withinTransaction(construction))
    return
  }
  const { rows } = await client.query<{ version: number }>(`select version from ${schema}.version`)
  const [current] = rows
  if (!current || current.version >= versionOf(construction)) return
  await client.query(withinTransaction(getMigrationPlans(schema, current.version)))
}

/** The version that the library wants. It says so only in the script that makes its tables. */
function versionOf(construction: string): number {
  const found = /\.version\s*\(version\)\s*values\s*\('(\d+)'\)/i.exec(construction)
  if (!found) throw new Error('pg-boss does not say which version its tables have')
  return Number(found[1])
}

/** The library's script without the transaction around it: ours is around all migrations. */
function withinTransaction(script: string): string {
  return script.replace(/^\s*begin;/i, '').replace(/commit;\s*$/i, '')
}
