/**
 * Fills an empty installation with a backup. The file is read twice: first all of its checksums, and then, in this order, the
 * pictures, the secrets, and the database in one transaction. So a restore that is stopped can be begun again, and one that
 * is finished has everything.
 */
import type { Readable } from 'node:stream'
import type { Connection } from '../database/connect.ts'
import type { DbConnection } from '../database/connection.ts'
import { transaction, type Pool } from '../database/database.ts'
import { hasCode } from '../values.ts'
import { migrate } from '../database/migrate.ts'
import type { Schemas } from '../database/names.ts'
import { readVersions } from '../database/versions.ts'
import { isSecret, putSecret, SIGN_IN_SECRET } from '../identity/secrets.ts'
import { ensurePartitions } from '../log/partitions.ts'
import { contentTypeOf, isKey, type MediaStorage } from '../media/storage/storage.ts'
import { OperatorError } from '../operator-error.ts'
import { damaged, readArchive } from './archive.ts'
import { proofOf } from './back-up.ts'
import { MANIFEST, parseManifest, type Manifest } from './manifest.ts'
import { AS_TEXT, writeRows } from './rows.ts'
import { FILLED_AT_START, listColumns, NUMBERED, sequenceOf, TABLES, tableSql, type Table } from './tables.ts'

/** Files that are written to the storage at one time. */
const FILES_AT_ONCE = 16

const MEDIA = 'media/'
const SECRETS = 'secrets/'

/** How long a table that somebody uses is waited for. */
const LOCK_TIMEOUT_MS = 10_000

export type BackupFile = {
  /** For messages. */
  name: string
  /** A stream from the beginning; called twice. */
  open: () => Readable
}

/** What is known of a backup that is sound. */
export type Checked = {
  manifest: Manifest
  /** The generated secrets, by the names of their files. */
  secrets: ReadonlyMap<string, string>
}

/**
 * Reads all of a backup and checks every checksum.
 *
 * @param advance is told how many bytes of the file were read
 * @throws OperatorError when it is no backup, damaged, or of a release that this one does not know.
 */
export async function checkBackup(file: BackupFile, advance: (bytes: number) => void): Promise<Checked> {
  const secrets = new Map<string, string>()
  let manifest: Manifest | undefined
  const entries = readArchive(count(file.open(), advance), file.name)
  for (;;) {
    const { done, value } = await entries.next()
    if (done) {
      if (!manifest) throw damaged(file.name, `it has no ${MANIFEST}`)
      const { contents } = manifest
      if (contents.entries !== value.entries || contents.sha256 !== value.sha256) {
        throw damaged(
          file.name,
          `its manifest tells of ${contents.entries} other entries than the ${value.entries} that are there`,
        )
      }
      return { manifest, secrets }
    }
    if (value.name.startsWith(SECRETS)) {
      const name = value.name.slice(SECRETS.length)
      // It becomes a path.
      if (!isSecret(name)) throw damaged(file.name, `nobody knows what "${value.name}" is`)
      secrets.set(name, value.bytes.toString())
    }
    if (value.name !== MANIFEST) continue
    const parsed = parseManifest(value.bytes)
    if ('fault' in parsed) throw damaged(file.name, parsed.fault)
    if ('newer' in parsed) {
      throw new OperatorError(
        `${file.name} was written by a later release of UPM (format ${parsed.newer}). Restore it with that release.`,
      )
    }
    manifest = parsed
  }
}

function count(stream: Readable, advance: (bytes: number) => void): Readable {
  return stream.on('data', (chunk: Buffer) => advance(chunk.length)).pause()
}

export type RestoreOptions = Checked & {
  file: BackupFile
  connection: Connection
  pool: Pool
  /** Default: `public` and `auth`. */
  schemas?: Schemas
  storage: MediaStorage
  /** `DATA_DIR`, for the generated secrets. */
  dataDir: string
  /** `AUTH_SECRET`, where it is configured. */
  signInSecret: string | undefined
  /** Called once the secrets are in their places: `DATA_DIR` is written to no more. */
  onSecrets?: () => Promise<void>
  advance: (bytes: number) => void
}

/**
 * Restores what `checkBackup` has found to be sound. The migrations that the backup does not know yet are left to the caller.
 *
 * @throws OperatorError when the database is in use or of another version, or the secrets do not fit.
 */
export async function restore(options: RestoreOptions): Promise<void> {
  const { file, manifest, connection, pool, schemas } = options
  const { database } = manifest
  refuseOtherSecret(manifest, options.signInSecret)
  await refuseNewer(pool, manifest)
  await migrate(connection, {
    ...(schemas && { schemas }),
    target: database.version,
    signIn: database.sign_in_version !== null,
    ...(database.sign_in_version !== null && { signInTarget: database.sign_in_version }),
  })
  await transaction(pool, refuseFilled)
  for (const [name, secret] of options.secrets) await putSecret(options.dataDir, name, secret)
  await options.onSecrets?.()
  const entries = readArchive(count(file.open(), options.advance), file.name)
  try {
    const first = await restorePictures(entries, options)
    const { log } = database
    if (log) {
      const to = new Date(Date.parse(log.to) - 1)
      await ensurePartitions(pool, { from: new Date(log.from), to })
    }
    await transaction(pool, (db) => restoreTables(db, first, entries, options))
  } finally {
    await entries.return({ entries: 0, sha256: '' })
  }
  await pool.query(`analyze ${(await presentTables(pool)).map(({ name }) => tableSql(name)).join(', ')}`)
}

async function refuseNewer(pool: Pool, { database, upm }: Manifest): Promise<void> {
  const { version, signInVersion } = await readVersions(pool)
  if (version > database.version || (signInVersion ?? 0) > (database.sign_in_version ?? Infinity)) {
    throw new OperatorError(
      `The database has already been migrated to version ${version}, and the backup of UPM ${upm} is of version ${database.version}. ` +
        'Restore it into an empty database; it is migrated afterwards.',
    )
  }
}

async function presentTables(db: Pool | DbConnection): Promise<Table[]> {
  const names = new Set((await listColumns(db)).map(({ table }) => table))
  return TABLES.filter(({ name }) => names.has(name))
}

/** @throws OperatorError when somebody has used the database. */
async function refuseFilled(db: DbConnection): Promise<void> {
  const filled: string[] = []
  for (const { name } of await presentTables(db)) {
    if (FILLED_AT_START.includes(name)) continue
    const { rows } = await db.query(`select from ${tableSql(name)} limit 1`)
    if (rows.length > 0) filled.push(name)
  }
  if (filled.length === 0) return
  throw new OperatorError(
    `The database is in use: there are rows in ${filled.join(', ')}. Nothing was changed. Restore into an empty database, or an empty DATA_DIR.`,
  )
}

type Entries = ReturnType<typeof readArchive>
type Entry = { name: string; bytes: Buffer }

/** Puts back the pictures, which come first, and returns the first entry of the database. */
async function restorePictures(
  entries: Entries,
  { file, storage }: Pick<RestoreOptions, 'file' | 'storage'>,
): Promise<Entry | undefined> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  let next: Entry | undefined
  try {
    while (failures.length === 0) {
      const { done, value } = await entries.next()
      if (done) break
      const { name, bytes } = value
      if (name.startsWith(SECRETS)) continue
      if (!name.startsWith(MEDIA)) {
        next = value
        break
      }
      const key = name.slice(MEDIA.length)
      if (!isKey(key)) throw damaged(file.name, `"${name}" is no picture`)
      const put = storage
        .put(key, bytes, contentTypeOf(key))
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(put))
      running.add(put)
      if (running.size >= FILES_AT_ONCE) await Promise.race(running)
    }
  } finally {
    await Promise.all(running)
  }
  if (failures.length > 0) throw failures[0]
  return next
}

/** The keys of the sign-in are encrypted: with another secret the server would not start. */
function refuseOtherSecret({ secrets }: Manifest, configured: string | undefined): void {
  const isInside = secrets.files.includes(SIGN_IN_SECRET)
  if (secrets.sign_in === null) return
  if (configured === undefined ? isInside : proofOf(configured) === secrets.sign_in) return
  throw new OperatorError(
    isInside
      ? 'AUTH_SECRET is not the secret that encrypts the keys of the sign-in in this backup. The backup has that secret inside: leave AUTH_SECRET out. Nothing was changed.'
      : 'Set AUTH_SECRET to the secret of the installation that was backed up: it encrypts the keys of the sign-in. Nothing was changed.',
  )
}

async function restoreTables(
  db: DbConnection,
  first: Entry | undefined,
  entries: Entries,
  { file, manifest }: RestoreOptions,
): Promise<void> {
  const tables = await presentTables(db)
  await lockTables(db, tables)
  // Again: now nobody can be faster.
  await refuseFilled(db)
  for (const { name } of tables) {
    if (FILLED_AT_START.includes(name)) await db.query(`delete from ${tableSql(name)}`)
  }
  await db.query(AS_TEXT)
  // An account and its picture need each other.
  await db.query('alter table upm.users alter constraint users_avatar_id_fkey deferrable initially deferred')
  const { database } = manifest
  const known = new Map<string, Table>(
    tables.flatMap((table) => {
      const columns = database.tables[table.name]?.columns
      return columns ? [[table.name, { ...table, columns }]] : []
    }),
  )
  const rows: Record<string, number> = {}
  for (let entry = first; entry && entry.name !== MANIFEST;) {
    const [kind, name = ''] = entry.name.split('/')
    const table = kind === 'tables' ? known.get(name) : undefined
    if (!table) throw damaged(file.name, `nobody knows what "${entry.name}" is`)
    rows[name] = (rows[name] ?? 0) + (await writeRows(db, table, entry.bytes))
    const { done, value } = await entries.next()
    if (done) throw damaged(file.name, 'its end is missing')
    entry = value
  }
  // The file may have been changed since it was checked.
  const end = await entries.next()
  const { contents } = manifest
  if (!end.done || end.value.sha256 !== contents.sha256) throw damaged(file.name, 'it was changed meanwhile')
  for (const [name, { rows: wanted }] of Object.entries(database.tables)) {
    if ((rows[name] ?? 0) !== wanted)
      throw damaged(file.name, `${name} has ${rows[name] ?? 0} rows of ${wanted}`)
  }
  await db.query('set constraints all immediate')
  await db.query('alter table upm.users alter constraint users_avatar_id_fkey not deferrable')
  for (const { table, column } of NUMBERED) {
    const next = database.sequences[`${table}.${column}`]
    if (next === undefined) continue
    await db.query(`select setval($1::regclass, $2::bigint, false)`, [
      await sequenceOf(db, table, column),
      next,
    ])
  }
}

async function lockTables(db: DbConnection, tables: readonly Table[]): Promise<void> {
  await db.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
  try {
    const names = tables.map(({ name }) => tableSql(name)).join(', ')
    await db.query(`lock table ${names} in access exclusive mode`)
  } catch (error) {
    if (!hasCode(error, '55P03', '40P01')) throw error
    throw new OperatorError('The database is in use. Stop the servers that use it, and try again.', {
      cause: error,
    })
  }
}
