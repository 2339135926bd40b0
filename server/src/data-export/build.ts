/**
 * The work on an archive. It may be killed at any line: what it has stored is noted for the sweep before, and the archive is
 * there only with the one statement at the end. Of two processes one holds the lock; it ends with the process. An attempt that
 * another one has followed changes nothing any more.
 */
import { pipeline } from 'node:stream'
import { transaction, type Pool } from '../database/database.ts'
import type { DbConnection } from '../database/connection.ts'
import type { Log } from '../logger.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import { createPrivateKey } from '../media/private-files.ts'
import { noteFiles } from '../media/unclaimed-files.ts'
import { toError } from '../values.ts'
import { createSealing } from './cipher.ts'
import { fillArchive, type FillNeeds } from './fill.ts'
import {
  beginAttempt,
  endAttempt,
  failExport,
  giveUpAttempt,
  lockExport,
  touchAttempt,
  type Attempt,
  type Built,
} from './queries.ts'
import { createZip } from './zip.ts'

export type BuildNeeds = FillNeeds & {
  pool: Pool
  storage: MediaStorage
  log: Log
  /** Called in the transaction that makes the archive ready. */
  onReady: (db: DbConnection, id: string) => Promise<void>
}

/** After so many attempts that failed, or died, there will be no archive. */
export const MAX_ATTEMPTS = 5
const TOUCH_MS = 1_000

/** Another attempt, a deletion of the account or the sweep was faster. */
class Overtaken extends Error {}

/**
 * Builds an archive that somebody waits for. Resolves also when nobody does, or nobody will get it.
 *
 * @throws Error when it has to be tried again; the file of this attempt is given up
 */
export async function buildExport(
  needs: BuildNeeds,
  { id }: { id: string },
  signal: AbortSignal,
): Promise<void> {
  const { pool, log } = needs
  await transaction(pool, async (snapshot) => {
    // All files show the same moment.
    await snapshot.query('set transaction isolation level repeatable read, read only')
    if (!(await lockExport(snapshot, id))) throw new Error('another process is building this archive')
    const attempt = await beginAttempt(pool, id)
    if (!attempt) return
    if (attempt.number > MAX_ATTEMPTS) {
      log.error({ export: id }, 'an archive could not be built: no attempt came to an end')
      return failExport(pool, attempt)
    }
    try {
      await attemptOnce(needs, snapshot, attempt, signal)
    } catch (err) {
      if (err instanceof Overtaken) return
      if (signal.aborted || attempt.number < MAX_ATTEMPTS) throw err
      log.error({ err, export: id }, 'an archive could not be built')
      await failExport(pool, attempt)
    }
  })
}

async function attemptOnce(
  needs: BuildNeeds,
  snapshot: DbConnection,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<void> {
  const { pool, onReady } = needs
  const storageKey = createPrivateKey()
  await noteFiles(pool, storageKey)
  try {
    const built = await store(needs, { snapshot, attempt, storageKey, signal })
    await transaction(pool, async (db) => {
      if (!(await endAttempt(db, attempt, built))) throw new Overtaken()
      await onReady(db, attempt.id)
    })
  } catch (error) {
    // Best effort: the note is there, and the sweep finds what is left in an hour. If the commit has succeeded and only its
    // answer was lost, the file is the archive.
    await giveUpAttempt(pool, storageKey).catch(() => {})
    throw error
  }
}

type Place = { snapshot: DbConnection; attempt: Attempt; storageKey: string; signal: AbortSignal }

/** Writes the archive into the storage while it is read from the database. */
async function store(needs: BuildNeeds, { snapshot, attempt, storageKey, signal }: Place): Promise<Built> {
  const { pool, storage } = needs
  const zip = createZip(new Date())
  const { cipher, secret } = createSealing()
  const stop = (reason: unknown) => zip.output.destroy(toError(reason))
  const onAbort = () => stop(signal.reason)
  signal.addEventListener('abort', onAbort)
  let percent = 0
  const touch = async () => {
    if (!(await touchAttempt(pool, attempt, percent, storageKey))) stop(new Overtaken())
  }
  let touched = Promise.resolve()
  const timer = setInterval(() => {
    // What cannot be said now is said a second later. Where the database is away, reading it fails as well.
    touched = touched.then(touch).catch(() => {})
  }, TOUCH_MS)
  try {
    if (signal.aborted) onAbort()
    // Each passes its failure on to the others.
    pipeline(zip.output, cipher, () => {})
    const stored = storage.putStream(storageKey, cipher, 'application/octet-stream')
    const filled = fillArchive(needs, snapshot, zip, {
      userId: attempt.userId,
      onProgress: (share) => (percent = Math.min(99, Math.floor(share * 100))),
    }).catch((error: unknown) => {
      stop(error)
      throw error
    })
    const [file, content] = await Promise.allSettled([stored, filled])
    // It throws what the storage did, or else what has stopped the archive.
    if (file.status === 'rejected') throw toError(file.reason)
    if (content.status === 'rejected') throw toError(content.reason)
    return { storageKey, secret, tag: cipher.getAuthTag(), bytes: file.value }
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', onAbort)
    await touched
  }
}
