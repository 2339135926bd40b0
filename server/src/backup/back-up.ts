/**
 * Writes all that an installation holds into one file, while it serves: the pictures first, which takes longest, then all of
 * the database as of one moment, with the pictures that are new since.
 */
import { createHmac } from 'node:crypto'
import type { Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { transaction, type Db, type Pool } from '../database/database.ts'
import { types } from '../database/connect.ts'
import type { DbConnection } from '../database/connection.ts'
import { readVersions } from '../database/versions.ts'
import { readSpan } from '../log/partitions.ts'
import { listPictureFiles, stillThere, type PictureFiles } from '../media/picture-files.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import { OperatorError } from '../operator-error.ts'
import { version } from '../version.ts'
import { writeArchive, type ArchiveWriter } from './archive.ts'
import { FORMAT, type Manifest } from './manifest.ts'
import { AS_TEXT, readRows } from './rows.ts'
import {
  LEFT_OUT,
  listColumns,
  NUMBERED,
  sequenceOf,
  TABLES,
  tableSql,
  type Table,
  type TableName,
} from './tables.ts'

/** Pictures that are read at one time. */
const PICTURES_AT_ONCE = 8

/** Each time, some picture was replaced within the moment between two statements. */
const SNAPSHOTS = 10

type Installation = {
  pool: Pool
  storage: MediaStorage
  /** The generated secrets that are in use, by their names; and the one that encrypts the keys of the sign-in. */
  secrets: ReadonlyMap<string, string>
  signInSecret: string | undefined
}

export type BackUpOptions = Installation & {
  /** Where the archive goes. It is ended. */
  file: Writable
  onProgress: (done: number, total: number) => void
}

export type BackedUp = {
  manifest: Manifest
  /** The ids of pictures whose files the storage has lost, the first ones. */
  lost: number[]
  /** Columns of UPM's tables that UPM has not made, as `upm.users.nickname`. */
  foreign: string[]
}

/** @throws OperatorError, StorageError, or what the file or the database says. */
export async function backUp(options: BackUpOptions): Promise<BackedUp> {
  const { pool, file, secrets, signInSecret } = options
  const archive = writeArchive(file)
  try {
    const counter = await startCounter(pool, options.onProgress)
    const pictures = createPictureCopy(options, archive, counter.add)
    await pictures.copyAll(pool)
    for (const [name, secret] of secrets) await archive.add(`secrets/${name}`, Buffer.from(secret))
    const { database, foreign, hasKeys } = await copyDatabase(pool, archive, pictures, counter.add)
    let manifest: Manifest | undefined
    await archive.finish((contents) => {
      manifest = {
        format: FORMAT,
        upm: version,
        made_at: new Date().toISOString(),
        database,
        media: pictures.summary(),
        secrets: {
          files: [...secrets.keys()],
          sign_in: hasKeys && signInSecret !== undefined ? proofOf(signInSecret) : null,
        },
        contents,
      }
      return manifest
    })
    counter.finish()
    if (!manifest) throw new Error('an archive was finished without its manifest')
    return { manifest, lost: pictures.lost, foreign }
  } catch (error) {
    file.destroy()
    throw error
  }
}

/** Tells two secrets apart without telling either. Secrets have at least 32 bytes. */
export function proofOf(secret: string): string {
  return createHmac('sha256', secret).update('UPM: the keys of the sign-in').digest('hex')
}

/** Counts rows and pictures. Both change while the copy is made, so the end is the end. */
async function startCounter(pool: Pool, onProgress: BackUpOptions['onProgress']) {
  let total = await countRows(pool, 'upm.media')
  for (const { name } of (await findTables(pool)).tables) total += await countRows(pool, name)
  total = Math.max(total, 1)
  let done = 0
  return {
    add: (count: number): void => {
      done += count
      onProgress(Math.min(done, total - 1), total)
    },
    finish: (): void => onProgress(total, total),
  }
}

async function countRows(db: Db, table: TableName): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    text: `select count(*) as count from ${tableSql(table)}`,
    types,
  })
  return rows[0]?.count ?? 0
}

/** The tables of UPM that this database has, and the columns of theirs that somebody else has added. */
async function findTables(db: Db): Promise<{ tables: Table[]; foreign: string[] }> {
  const found = await listColumns(db)
  const has = new Set(found.map(({ table, column }) => `${table}.${column}`))
  const known = new Set([
    ...TABLES.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`)),
    ...LEFT_OUT,
  ])
  const tables = TABLES.map(({ name, columns }) => ({
    name,
    columns: columns.filter((column) => has.has(`${name}.${column}`)),
  })).filter(({ columns }) => columns.length > 0)
  return { tables, foreign: [...has].filter((name) => !known.has(name)) }
}

type PictureCopy = ReturnType<typeof createPictureCopy>

function createPictureCopy(
  { pool, storage }: Installation,
  archive: ArchiveWriter,
  advance: (pictures: number) => void,
) {
  const copied = new Set<number>()
  const lost: number[] = []
  const sums = { pictures: 0, files: 0, bytes: 0, lost: 0 }

  /** @returns undefined when one of the files is missing. */
  async function read({ keys }: PictureFiles): Promise<{ key: string; bytes: Buffer }[] | undefined> {
    const files = await Promise.all(
      keys.map(async (key) => {
        const object = await storage.read(key)
        return object && { key, bytes: await buffer(object.stream) }
      }),
    )
    const whole = files.filter((file) => file !== undefined)
    return whole.length === files.length ? whole : undefined
  }

  /** Copies those that are not copied yet, and returns the ids of those whose files are missing. */
  async function copyAll(db: Db): Promise<number[]> {
    const missing: number[] = []
    for await (const page of listPictureFiles(db)) {
      const wanted = page.filter(({ id }) => !copied.has(id))
      for (let at = 0; at < wanted.length; at += PICTURES_AT_ONCE) {
        const some = wanted.slice(at, at + PICTURES_AT_ONCE)
        const inHand = await Promise.all(
          some.map(async (picture) => ({ picture, files: await read(picture) })),
        )
        for (const { picture, files } of inHand) {
          if (files === undefined) {
            missing.push(picture.id)
            continue
          }
          for (const { key, bytes } of files) {
            await archive.add(`media/${key}`, bytes)
            sums.files += 1
            sums.bytes += bytes.length
          }
          copied.add(picture.id)
          sums.pictures += 1
          advance(1)
        }
      }
    }
    return missing
  }

  /**
   * The same within a snapshot of the database.
   *
   * @returns false when a picture of the snapshot was replaced before it could be read: another snapshot is needed. One
   *   that its account still has is lost, and no other snapshot would find it.
   */
  async function complete(snapshot: Db): Promise<boolean> {
    const missing = await copyAll(snapshot)
    // Asked of the database as it is now.
    const held = await stillThere(pool, missing)
    if (missing.some((id) => !held.has(id))) return false
    sums.lost = missing.length
    lost.splice(0, lost.length, ...missing.slice(0, 20))
    return true
  }

  return { copyAll, complete, lost, summary: () => ({ ...sums }) }
}

async function copyDatabase(
  pool: Pool,
  archive: ArchiveWriter,
  pictures: PictureCopy,
  advance: (rows: number) => void,
): Promise<{ database: Manifest['database']; foreign: string[]; hasKeys: boolean }> {
  for (let attempt = 1; attempt <= SNAPSHOTS; attempt++) {
    const copied = await transaction(pool, async (db) => {
      await db.query('set transaction isolation level repeatable read, read only')
      await db.query(AS_TEXT)
      if (!(await pictures.complete(db))) return undefined
      return copyTables(db, archive, advance)
    })
    if (copied) return copied
  }
  throw new OperatorError(
    'Pictures are being replaced faster than they can be read. Try again when there is less to do.',
  )
}

async function copyTables(db: DbConnection, archive: ArchiveWriter, advance: (rows: number) => void) {
  const { version: migration, signInVersion } = await readVersions(db)
  const { tables, foreign } = await findTables(db)
  const counts: Manifest['database']['tables'] = {}
  for (const table of tables) {
    let [rows, parts] = [0, 0]
    for await (const part of readRows(db, table)) {
      parts += 1
      await archive.add(`tables/${table.name}/${String(parts).padStart(8, '0')}.copy`, part.bytes)
      rows += part.rows
      advance(part.rows)
    }
    counts[table.name] = { columns: [...table.columns], rows }
  }
  const span = await readSpan(db)
  const database = {
    version: migration,
    sign_in_version: signInVersion,
    tables: counts,
    sequences: await readSequences(db, tables),
    log: span ? { from: span.from.toISOString(), to: span.to.toISOString() } : null,
  }
  return { database, foreign, hasKeys: (counts['auth.jwks']?.rows ?? 0) > 0 }
}

/** The number that each sequence gives next. It may be later than the snapshot, so that no number is given twice. */
async function readSequences(db: Db, tables: readonly Table[]): Promise<Record<string, number>> {
  const sequences: Record<string, number> = {}
  for (const { table, column } of NUMBERED) {
    if (!tables.some(({ name, columns }) => name === table && columns.includes(column))) continue
    const sequence = await sequenceOf(db, table, column)
    const { rows } = await db.query<{ next: number }>({
      text: `select case when is_called then last_value + 1 else last_value end as next from ${sequence}`,
      types,
    })
    sequences[`${table}.${column}`] = rows[0]?.next ?? 1
  }
  return sequences
}
