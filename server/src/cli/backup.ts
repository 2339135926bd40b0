import { open, rm, stat, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { backUp } from '../backup/back-up.ts'
import type { Manifest } from '../backup/manifest.ts'
import { checkBackup, restore, type BackupFile, type Checked } from '../backup/restore.ts'
import { loadConfig, type Config } from '../config/config.ts'
import { migrate } from '../database/migrate.ts'
import { migrationOf, openDatabase, settingsOf } from '../database/open.ts'
import { openPool } from '../database/pool.ts'
import { DEVELOPMENT_SECRET, readSecrets, SIGN_IN_SECRET, withSecrets } from '../identity/secrets.ts'
import { openStorage } from '../media/storage/open.ts'
import { OperatorError } from '../operator-error.ts'
import { hasCode, messageOf } from '../values.ts'
import { createLogger, withDatabase, type Terminal } from './context.ts'
import { startProgress } from './progress.ts'
import { giveUpRights } from './rights.ts'

const BLOCK_BYTES = 2 ** 18

const number = new Intl.NumberFormat('en')

/** Writes the database, the pictures and the generated secrets into one file. */
export async function runBackup(terminal: Terminal, progressTo: WriteStream, name: string): Promise<void> {
  const file = await create(name)
  // A backup that was broken off is of no use to anybody, and the next one is refused where it lies.
  const discard = () => rm(name, { force: true })
  const onSignal = () => void discard().finally(() => process.exit(130))
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  if (terminal.ownsProcess) for (const signal of signals) process.once(signal, onSignal)
  const start = performance.now()
  try {
    // It only reads, and the folder of the file may be root's alone.
    await withDatabase({ ...terminal, ownsProcess: false }, async ({ config, pool }) => {
      const storage = await openStorage(config.storage)
      const progress = startProgress(progressTo, 'backup')
      try {
        const { manifest, lost, foreign } = await backUp({
          pool,
          storage,
          secrets: await secretsInUse(loadConfig(terminal.env), config),
          signInSecret: config.signIn?.secret,
          file: file.createWriteStream({ flush: true }),
          onProgress: progress.update,
        }).finally(progress.stop)
        for (const column of foreign) terminal.print(`Left out: ${column}, which UPM has not made.`)
        if (manifest.media.lost > 0) {
          terminal.print(
            `The storage has lost files of ${number.format(manifest.media.lost)} pictures (ids ${lost.join(', ')}${manifest.media.lost > lost.length ? ', …' : ''}). They are not in the backup.`,
          )
        }
        tell(terminal, manifest)
      } finally {
        await storage.close()
      }
    })
    const { size } = await stat(name)
    terminal.print(
      `${name}: ${megabytes(size)}, written in ${((performance.now() - start) / 1000).toFixed(1)} s. It has passwords' hashes, keys and personal data: keep it where only you can read it.`,
    )
  } catch (error) {
    await discard()
    if (!hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG', 'EIO')) throw error
    throw new OperatorError(`The backup cannot be written to ${name}: ${messageOf(error)}.`, { cause: error })
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
    await file.close().catch(() => {})
  }
}

async function create(name: string): Promise<FileHandle> {
  try {
    return await open(name, 'wx', 0o600)
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) {
      throw new OperatorError(`${name} exists already. Choose another name, or delete it first.`, { cause })
    }
    throw new OperatorError(`The backup cannot be written to ${name}: ${messageOf(cause)}.`, { cause })
  }
}

/** Those that the server would use; one that the environment replaces is nobody's. */
async function secretsInUse(
  configured: Config,
  { dataDir, auth, signIn }: Config,
): Promise<Map<string, string>> {
  const secrets = await readSecrets(dataDir)
  if (configured.signIn?.secret !== undefined || !signIn) secrets.delete(SIGN_IN_SECRET)
  if (configured.auth.jwtSecret === auth.jwtSecret) secrets.delete(DEVELOPMENT_SECRET)
  return secrets
}

/** Fills an empty installation with a backup, or only checks the backup. */
export async function runRestore(
  terminal: Terminal,
  progressTo: WriteStream,
  name: string,
  { check }: { check?: true },
): Promise<void> {
  // Opened before root's rights are given up: the file may be root's alone.
  const handle = await openBackup(name)
  try {
    const { size } = await handle.stat()
    const file: BackupFile = {
      name,
      open: () => Readable.from(blocksOf(handle)),
    }
    const progress = startProgress(progressTo, check ? 'check' : 'restore')
    let done = 0
    const total = Math.max(1, check ? size : 2 * size)
    const advance = (bytes: number) => progress.update(Math.min((done += bytes), total), total)
    const start = performance.now()
    try {
      const checked = await checkBackup(file, advance)
      if (!check) await restoreInto(terminal, file, checked, advance)
      progress.stop()
      tell(terminal, checked.manifest)
      const took = `${((performance.now() - start) / 1000).toFixed(1)} s`
      terminal.print(
        check
          ? `${name} is whole; checked in ${took}.`
          : `Restored in ${took}. Start the server with "upm serve".`,
      )
    } finally {
      progress.stop()
    }
  } finally {
    await handle.close()
  }
}

/** A stream of the handle itself would close it at its end. */
async function* blocksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(BLOCK_BYTES), position })
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

async function openBackup(name: string): Promise<FileHandle> {
  try {
    const handle = await open(name, 'r')
    if ((await handle.stat()).isFile()) return handle
    await handle.close()
  } catch (cause) {
    throw new OperatorError(`${name} cannot be read: ${messageOf(cause)}.`, { cause })
  }
  throw new OperatorError(`${name} is not a file.`)
}

async function restoreInto(
  terminal: Terminal,
  file: BackupFile,
  checked: Checked,
  advance: (bytes: number) => void,
): Promise<void> {
  // Without secrets of its own: the backup brings them.
  const config = loadConfig(terminal.env)
  const log = createLogger({ ...config, logLevel: 'warn' }, { ...terminal, interactive: false }, 'stderr')
  const database = await openDatabase(config, 'own', log)
  try {
    const storage = await openStorage(config.storage)
    const settings = settingsOf(config)
    const pool = openPool(database.connection, settings)
    try {
      await restore({
        ...checked,
        file,
        connection: database.connection,
        pool,
        ...(settings.schemas && { schemas: settings.schemas }),
        storage,
        dataDir: config.dataDir,
        signInSecret: config.signIn?.secret,
        ...(terminal.ownsProcess && { onSecrets: () => giveUpRights(config, database.connection) }),
        advance,
      })
    } finally {
      await pool.end()
      await storage.close()
    }
    await migrate(database.connection, migrationOf(await withSecrets(config)))
  } finally {
    await database.close()
  }
}

function tell({ print }: Terminal, { upm, made_at: madeAt, database, media, secrets }: Manifest): void {
  print(`UPM ${upm}, ${madeAt}, database version ${database.version}`)
  for (const [table, { rows }] of Object.entries(database.tables)) {
    print(`  ${table.padEnd(24)}${number.format(rows).padStart(14)} rows`)
  }
  print(`  ${'pictures'.padEnd(24)}${number.format(media.pictures).padStart(14)}, ${megabytes(media.bytes)}`)
  print(`  ${'secrets'.padEnd(24)}${String(secrets.files.length).padStart(14)}`)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
