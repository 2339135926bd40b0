/** A picture's address ends when its profile is hidden: the files move to a new key, which nobody has been told. */
import { buffer } from 'node:stream/consumers'
import { NO_REQUEST, type RequestFacts } from '../http/request-facts.ts'
import type { Changes } from '../log/changes.ts'
import type { Meters } from '../meters.ts'
import { toError } from '../values.ts'
import { discardFiles, type Discarding } from './delete-files.ts'
import { AVATAR_SIZES, avatarFileKey, urlAroundKey } from './present.ts'
import { findRenewal, forgetRenewal, moveAvatar, takeDueRenewals } from './renewal-queries.ts'
import { newStorageKey } from './stored-picture.ts'
import { giveUpFiles, noteFiles, noteFilesAgain } from './unclaimed-files.ts'

export type PictureRenewalsOptions = Discarding & {
  mediaUrl: (key: string) => string
  meters: Meters
  changes?: Changes
}

/** How long a request waits for the new address. */
const WAIT_MS = 3000

/** Pictures that are moved before the next ones are taken. */
const BATCH = 25

/** The triggers of the table `picture_renewals` note which pictures have to move. */
export function createPictureRenewals(options: PictureRenewalsOptions) {
  const { pool, storage, mediaUrl, log, meters, changes } = options
  const urlAround = urlAroundKey(mediaUrl)

  /**
   * Moves the picture of an account whose profile was just hidden. Never throws: what it cannot do, or has not done after three
   * seconds, does not hold up the answer, and the job makes up for it. Not within a transaction, which would not see the note.
   */
  async function renewNow(userId: number, request: RequestFacts): Promise<void> {
    const renewal = renew(userId, request).catch((err: unknown) =>
      log.warn({ err, userId }, 'a hidden picture could not be given a new address yet'),
    )
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, WAIT_MS)
    })
    await Promise.race([renewal, late])
    clearTimeout(timer)
  }

  /**
   * Moves all pictures that are due.
   *
   * @returns how many.
   * @throws AggregateError when some could not be moved; they have their turn again soon.
   */
  async function renewDue(now?: Date): Promise<number> {
    for (let done = 0; ;) {
      const due = await takeDueRenewals(pool, BATCH, now)
      if (due.length === 0) return done
      const results = await Promise.allSettled(due.map((userId) => renew(userId, NO_REQUEST)))
      done += results.filter(({ status }) => status === 'fulfilled').length
      const failures = results.flatMap((result) =>
        result.status === 'rejected' ? [toError(result.reason)] : [],
      )
      // The storage is away, as like as not: there is no use in asking it for the rest as well.
      if (failures[0]) throw new AggregateError(failures, failures[0].message)
    }
  }

  /** The steps of an upload, with the same guarantees: key noted, files durable, row linked with its entry, old files deleted. */
  async function renew(userId: number, request: RequestFacts): Promise<void> {
    const renewal = await findRenewal(pool, userId)
    if (!renewal) return
    const { storage_key: oldKey, sha256 } = renewal
    const newKey = newStorageKey(userId, sha256)
    if (!(await noteFiles(pool, newKey))) throw new Error('the files of a new key are being deleted')
    const copied = await copyFiles(oldKey, newKey).catch(async (error: unknown) => {
      // A file may still come late. Where the database is what failed, the first note stands.
      await noteFilesAgain(pool, newKey).catch(() => undefined)
      throw error
    })
    if (copied === 0) {
      // Somebody else has moved or replaced it meanwhile, or it has no files, so that no address shows it.
      await forgetRenewal(pool, userId, renewal)
      await giveUpFiles(pool, newKey)
      return
    }
    const id = await moveAvatar(pool, userId, renewal, { newKey, request, urlAround })
    // The account has another picture by now, or this process stood still for an hour: then the job tries again.
    if (id === undefined) return giveUpFiles(pool, newKey)
    changes?.note(pool, { userId, entries: [{ id, action: 'avatar.moved' }] })
    meters.entries('avatar.moved')
    await discardFiles(options, oldKey)
  }

  /** Of the files that are there, the number. @throws StorageError, when all of them are settled. */
  async function copyFiles(oldKey: string, newKey: string): Promise<number> {
    const copies = await Promise.allSettled(
      AVATAR_SIZES.map(async (size) => {
        const file = await storage.read(avatarFileKey(oldKey, size))
        if (!file) return 0
        await storage.put(avatarFileKey(newKey, size), await buffer(file.stream), file.contentType)
        return 1
      }),
    )
    let count = 0
    for (const copy of copies) {
      if (copy.status === 'rejected') throw copy.reason
      count += copy.value
    }
    return count
  }

  return { renewNow, renewDue }
}
