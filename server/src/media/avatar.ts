import { problems, Problem } from '../errors.ts'
import { v7 as uuidv7 } from 'uuid'
import type { Changes } from '../log/changes.ts'
import type { Meters } from '../meters.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { checkBudget, type ChangeLimits, refuseExhausted } from '../accounts/budget.ts'
import { refuseMissing } from '../accounts/account.ts'
import { ImageBusyError, ImageError, type Crop, type RenderedAvatar } from './image-error.ts'
import type { Renderer } from './renderer.ts'
import { discardFiles, type Discarding } from './delete-files.ts'
import { presentAvatar, urlAroundKey, type Avatar, type NewAvatar } from './present.ts'
import { changeAvatar } from './queries.ts'
import { giveUpFiles, noteFiles, noteFilesAgain } from './unclaimed-files.ts'
import { mediaProblems } from './problems.ts'
import { describePicture, storePicture } from './stored-picture.ts'

export type Avatars = ReturnType<typeof createAvatars>

export type AvatarsOptions = Discarding & {
  renderer: Renderer
  mediaUrl: (key: string) => string
  changeLimits: ChangeLimits
  meters: Meters
  changes?: Changes
}

export function createAvatars(options: AvatarsOptions) {
  const { pool, storage, renderer, mediaUrl, changeLimits, log, meters, changes } = options
  const urlAround = urlAroundKey(mediaUrl)

  /**
   * Makes the files of a picture, stores them, and puts them in the place of the old picture; logs `avatar.uploaded`.
   *
   * @param signal when it is aborted, nobody waits for the answer, and nothing is stored any more
   * @throws Problem `image_*`, `crop_invalid`, `session_ended`, `unavailable` (too many pictures at once, or the storage is down).
   */
  async function replace(
    userId: number,
    picture: Buffer,
    crop: Crop | undefined,
    request: RequestFacts,
    signal: AbortSignal,
  ): Promise<Avatar> {
    await checkBudget(pool, userId, changeLimits, request.session)
    const rendered = await render(userId, picture, crop, signal)
    refuseAborted(signal)
    const avatar = describePicture(userId, rendered)
    // The key is noted, then the files are made durable, and only then a document can link to them. What fails on the
    // way leaves files that nobody claims, and the sweep finds them by their note: deleting them here could break the
    // link of a commit whose confirmation was lost.
    if (!(await noteFiles(pool, avatar.storageKey))) throw unavailable()
    const saved = await storeAndLink(userId, avatar, rendered, request, signal).catch(
      async (error: unknown) => {
        // Where the database is what failed, the first note stands, or there is no way to write another.
        await noteFilesAgain(pool, avatar.storageKey).catch((err: unknown) =>
          log.warn(
            { err, storageKey: avatar.storageKey },
            'the files of a failed upload could not be marked for deletion',
          ),
        )
        throw error
      },
    )
    if (!saved) {
      // The sweep took the files for left behind: the process stood still for an hour.
      await giveUpFiles(pool, avatar.storageKey)
      throw unavailable()
    }
    meters.entries('avatar.uploaded')
    if (saved.previousKey !== undefined) await discardFiles(options, saved.previousKey)
    return presentAvatar(
      { ...avatar, storage_key: avatar.storageKey, content_type: avatar.contentType },
      mediaUrl,
    )
  }

  async function storeAndLink(
    userId: number,
    avatar: NewAvatar,
    rendered: RenderedAvatar,
    request: RequestFacts,
    signal: AbortSignal,
  ) {
    await storePicture(storage, avatar.storageKey, rendered).catch((cause: unknown) => {
      throw unavailable(cause)
    })
    refuseAborted(signal)
    return change(userId, avatar, request)
  }

  /** @returns undefined where nothing changed. @throws Problem `rate_limited`, `session_ended`; AccountGone. */
  async function change(userId: number, avatar: NewAvatar | null, request: RequestFacts) {
    for (;;) {
      const entryId = uuidv7()
      const wanted = { avatar, limits: changeLimits, request, entryId, urlAround }
      const row = await changeAvatar(pool, userId, wanted)
      if (!row) return refuseMissing(pool, userId, request.session)
      refuseExhausted(row)
      if (!row.is_current) continue
      if (row.at === null) return undefined
      const action = avatar ? 'avatar.uploaded' : 'avatar.deleted'
      changes?.note(pool, { userId, entries: [{ id: entryId, action }] })
      return { previousKey: row.previous_key ?? undefined }
    }
  }

  /** Takes the picture away and logs `avatar.deleted`; does nothing when there is none. */
  async function remove(userId: number, request: RequestFacts): Promise<void> {
    const saved = await change(userId, null, request)
    if (!saved) return
    meters.entries('avatar.deleted')
    meters.avatarDeleted()
    if (saved.previousKey !== undefined) await discardFiles(options, saved.previousKey)
  }

  async function render(account: number, picture: Buffer, crop: Crop | undefined, signal: AbortSignal) {
    try {
      return await renderer.render(account, picture, crop, signal)
    } catch (error) {
      if (error instanceof ImageError)
        throw new Problem(mediaProblems[error.code], { params: error.params, cause: error })
      if (error instanceof ImageBusyError) {
        throw new Problem(problems.unavailable, {
          headers: { 'retry-after': String(error.retryAfterSeconds) },
          cause: error,
        })
      }
      throw error
    }
  }

  return { replace, remove }
}

function unavailable(cause?: unknown): Problem {
  return new Problem(problems.unavailable, { headers: { 'retry-after': '30' }, cause })
}

/** Whoever has gone without an answer, or with another one, finds nothing changed. */
function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Problem(problems.unavailable, { cause: new Error('the client has gone') })
}
