/** Databases as the migrations of Django make them (test/django/*.sql), to be imported from. */
import { readFile, rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { loadConfig, type Config } from '../src/config/config.ts'
import type { Pool } from '../src/database/database.ts'
import { importDjango, type Imported } from '../src/imports/django.ts'
import { openReport } from '../src/imports/report.ts'
import { openStorage } from '../src/media/storage/open.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { addressOf } from './process.ts'

export type Django = { pool: Pool; url: string }

/** The tables of a Django project, empty. */
export async function createDjango(
  t: TestContext,
  layout: 'custom-user' | 'abstract-user',
  rows: string,
): Promise<Django> {
  const { pool, connection, drop } = await createDatabase('empty')
  t.after(drop)
  await pool.query(await readFile(join(import.meta.dirname, 'django', `${layout}.sql`), 'utf8'))
  await pool.query(rows)
  return { pool, url: addressOf(connection) }
}

export type Line = {
  part: string
  outcome: string
  row: string
  field?: string
  reason: string
  value?: unknown
  now?: unknown
}
export type Result = Imported & { lines: Line[]; text: string }
export type ImportOptions = {
  map?: unknown
  media?: string
  dry?: boolean
  name?: string
  now?: Date
  env?: Record<string, string>
}

/** A migrated database to import into, and the import, in this process. */
export async function createTarget(t: TestContext, env: Record<string, string> = {}) {
  const database: TestDatabase = await createDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'upm-import-'))
  t.after(async () => {
    await database.drop()
    await rm(directory, { recursive: true, force: true })
  })
  const configOf = (more: Record<string, string> = {}): Config =>
    loadConfig({
      DATA_DIR: directory,
      AUTH_JWT_SECRET: 'a-secret-for-tests-only-0123456789abcdef',
      AUTH_SUBJECT_CLAIM: 'user_id',
      ...env,
      ...more,
    })
  const silent = { info: () => {}, warn: () => {}, error: () => {} }

  async function run(from: string, options: ImportOptions = {}): Promise<Result> {
    const config = configOf(options.env)
    const file = join(directory, 'report.ndjson')
    const mapFile = options.map === undefined ? undefined : join(directory, 'map.json')
    const { writeFile } = await import('node:fs/promises')
    if (mapFile) await writeFile(mapFile, JSON.stringify(options.map))
    const storage = options.dry ? undefined : await openStorage(config.storage)
    const report = await openReport(file)
    try {
      const imported = await importDjango({
        config,
        pool: database.pool,
        storage,
        log: silent,
        from,
        mapFile,
        media: options.media,
        name: options.name ?? 'django',
        isDry: options.dry ?? false,
        report,
        now: options.now ?? new Date(),
        onProgress: () => {},
      })
      const text = await readFile(file, 'utf8')
      const lines = text
        .trim()
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line)
      return { ...imported, lines, text }
    } finally {
      await report.end()
      await storage?.close()
    }
  }
  return { database, directory, config: configOf, run }
}
