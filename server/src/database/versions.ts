import { queryOne, sql, type Db } from './database.ts'

export type Versions = {
  /** The newest migration of UPM's tables; 0: there are none. */
  version: number
  /** The newest one of the bundled sign-in's own; null: it has no tables. */
  signInVersion: number | null
}

/** Which migrations a database has had. */
export async function readVersions(db: Db): Promise<Versions> {
  const exists = async (name: string) =>
    (
      await queryOne<{ exists: boolean }>(
        db,
        sql`select to_regclass(${db.qualify(name)}) is not null as exists`,
      )
    )?.exists === true
  const version = (await exists('upm.upm_migrations'))
    ? await queryOne<{ version: number | null }>(
        db,
        sql`select max(version) as version from upm.upm_migrations`,
      )
    : undefined
  const signIn = (await exists('auth.upm_migrations'))
    ? await queryOne<{ version: number | null }>(
        db,
        sql`select max(version) as version from auth.upm_migrations`,
      )
    : undefined
  return { version: version?.version ?? 0, signInVersion: signIn?.version ?? null }
}
