/** What a person can do with archives of their data: ask for one, see how far it is, download it. */
import { Readable } from 'node:stream'
import { v7 as uuidv7 } from 'uuid'
import { lockAccount } from '../accounts/account.ts'
import { transaction, type Pool } from '../database/database.ts'
import { problems, Problem } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import type { Activity } from '../log/activity.ts'
import type { MediaStorage } from '../media/storage/storage.ts'
import type { Queue } from '../queue/queue.ts'
import { unseal } from './cipher.ts'
import { exportProblems } from './problems.ts'
import { findExport, findWait, insertExport, listExports, type StoredExport } from './queries.ts'

export type DataExports = ReturnType<typeof createDataExports>

export type DataExportsOptions = { pool: Pool; storage: MediaStorage; activity: Activity; queue: Queue }

/** The task that builds an archive (build.ts). */
export const EXPORT_TASK = 'export'
/** The task that tells its owner that it is ready (mail.ts). */
export const MAIL_TASK = 'export-mail'

/** A download: what is sent, and how many bytes it has. */
export type Download = { stream: Readable; bytes: number }

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

export function createDataExports({ pool, storage, activity, queue }: DataExportsOptions) {
  /**
   * Asks for an archive. It is logged, and the task is in the queue, if and only if the row is there.
   *
   * @returns the id of the export
   * @throws Problem `export_recent`, `session_ended`; AccountGone; nothing is changed then.
   */
  function request(userId: number, facts: RequestFacts): Promise<string> {
    return transaction(pool, async (db) => {
      // Of several requests at once, each sees what the one before it has done.
      await lockAccount(db, userId, facts.session)
      const seconds = await findWait(db, userId)
      if (seconds > 0) throw recent(seconds)
      const id = uuidv7()
      await insertExport(db, userId, id)
      await activity.log({ user: { id: userId }, action: 'system.export.requested', request: facts }, db)
      await queue.send(db, EXPORT_TASK, { id })
      return id
    })
  }

  /** The exports of an account, the newest ones first, at most 100. */
  function list(userId: number) {
    return listExports(pool, userId)
  }

  /** @throws Problem `not_found` when this account has no such export */
  async function get(userId: number, id: string): Promise<StoredExport> {
    const row = UUID.test(id) ? await findExport(pool, userId, id) : undefined
    if (!row) throw new Problem(problems.not_found)
    return row
  }

  /**
   * Opens an archive to be read once, and logs that.
   *
   * @throws Problem `not_found`, `export_not_ready`, `export_expired`, `session_ended`; AccountGone; StorageError
   */
  async function download(userId: number, id: string, facts: RequestFacts): Promise<Download> {
    const { key, secret, tag, bytes } = readyFile(await get(userId, id))
    const file = await storage.read(key)
    // The sweep was here a moment ago.
    if (!file) throw new Problem(exportProblems.export_expired)
    try {
      await transaction(pool, async (db) => {
        await lockAccount(db, userId, facts.session)
        await activity.log({ user: { id: userId }, action: 'system.export.downloaded', request: facts }, db)
      })
    } catch (error) {
      file.stream.destroy()
      throw error
    }
    const stream = Readable.from(unseal(file.stream, secret, tag), { objectMode: false })
    stream.once('close', () => file.stream.destroy())
    return { stream, bytes }
  }

  /** How many bytes an archive has that can be downloaded. @throws Problem as `download` */
  async function measure(userId: number, id: string): Promise<number> {
    return readyFile(await get(userId, id)).bytes
  }

  return { request, list, get, download, measure }
}

/** @throws Problem `export_not_ready`, `export_expired` */
function readyFile(row: StoredExport) {
  const { state, is_expired: isExpired, storage_key: key, secret, tag, bytes } = row
  if (isExpired) throw new Problem(exportProblems.export_expired)
  if (state !== 'ready' || key === null || secret === null || tag === null || bytes === null)
    throw new Problem(exportProblems.export_not_ready)
  return { key, secret, tag, bytes }
}

function recent(seconds: number): Problem {
  return new Problem(exportProblems.export_recent, {
    params: { hours: Math.ceil(seconds / 3600) },
    headers: { 'retry-after': String(seconds) },
  })
}
