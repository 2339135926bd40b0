import { queryOne, raw, sql, type Db, type Sql } from './database.ts'

export type Versions = {
  /** The newest migration of UPM's tables; 0: there are none. */
  version: number
  /** The newest one of the bundled sign-in's own; null: it has no tables. */
  signInVersion: number | null
}

/** Which migrations a database has had. */
export async function readVersions(db: Db): Promise<Versions> {
  return {
    version: (await newest(db, raw('upm.upm_migrations'))) ?? 0,
    signInVersion: await newest(db, raw('auth.upm_migrations')),
  }
}

async function newest(db: Db, list: Sql): Promise<number | null> {
  const found = await queryOne<{ exists: boolean }>(
    db,
    sql`select to_regclass(${db.qualify(list.text)}) is not null as exists`,
  )
  if (!found?.exists) return null
  const row = await queryOne<{ version: number | null }>(db, sql`select max(version) as version from ${list}`)
  return row?.version ?? null
}
