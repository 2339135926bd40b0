import { createHash, randomBytes } from 'node:crypto'
import type { Activity } from '../activity/activity.ts'
import { transaction, type Pool } from '../database/database.ts'
import type { Log } from '../database/open.ts'
import { Problem } from '../errors.ts'
import type { RequestFacts } from '../http/request-facts.ts'
import { lockDocument } from '../profiles/queries.ts'
import { ImageBusyError, ImageError, renderAvatar, type Crop } from './image.ts'
import {
  AVATAR_PREFIX,
  AVATAR_SIZES,
  avatarFileKey,
  presentAvatar,
  type Avatar,
} from '../profiles/present-avatar.ts'
import { findAvatarKey, saveAvatar, type NewAvatar } from './queries.ts'
import type { MediaStorage } from './storage/storage.ts'

export type Avatars = {
  /**
   * Makes the files of a picture, stores them, and puts them in the place of the old picture; logs `avatar.uploaded`.
   *
   * @throws Problem `image_*`, `crop_invalid`, `unavailable` (too many pictures at once, or the storage is down).
   */
  replace: (userId: number, picture: Buffer, crop: Crop | undefined, request: RequestFacts) => Promise<Avatar>
  /** Takes the picture away and logs `avatar.deleted`; does nothing when there is none. */
  remove: (userId: number, request: RequestFacts) => Promise<void>
}

export type AvatarsOptions = {
  pool: Pool
  storage: MediaStorage
  activity: Activity
  mediaUrl: (key: string) => string
  log: Log
}

type RenderedAvatar = Awaited<ReturnType<typeof renderAvatar>>

const CONTENT_TYPE = 'image/webp'

export function createAvatars({ pool, storage, activity, mediaUrl, log }: AvatarsOptions): Avatars {
  const urlOf = (storageKey: string) => mediaUrl(avatarFileKey(storageKey, 512))

  async function replace(userId: number, picture: Buffer, crop: Crop | undefined, request: RequestFacts) {
    const rendered = await render(picture, crop)
    const avatar = describe(userId, rendered)
    // The files come first and are durable before the row can link to them. What fails from here on leaves files
    // that nobody claims, and the sweep finds them: deleting them here could break the link of a commit whose
    // confirmation was lost.
    await store(avatar.storageKey, rendered)
    const previousKey = await transaction(pool, async (db) => {
      await lockDocument(db, userId)
      const previous = await findAvatarKey(db, userId)
      const at = await saveAvatar(db, userId, avatar)
      await activity.log(
        {
          user: { id: userId },
          action: 'avatar.uploaded',
          metadata: {
            avatar_url: urlOf(avatar.storageKey),
            file_size: avatar.bytes,
            width: avatar.width,
            height: avatar.height,
            ...(previous !== undefined && { previous_url: urlOf(previous) }),
          },
          request,
          at,
        },
        db,
      )
      return previous
    })
    await discard(previousKey)
    return presentAvatar(
      { ...avatar, storage_key: avatar.storageKey, content_type: avatar.contentType },
      mediaUrl,
    )
  }

  async function remove(userId: number, request: RequestFacts) {
    const previousKey = await transaction(pool, async (db) => {
      await lockDocument(db, userId)
      const previous = await findAvatarKey(db, userId)
      if (previous === undefined) return undefined
      const at = await saveAvatar(db, userId, null)
      const metadata = { previous_url: urlOf(previous) }
      await activity.log({ user: { id: userId }, action: 'avatar.deleted', metadata, request, at }, db)
      return previous
    })
    await discard(previousKey)
  }

  async function store(storageKey: string, { files }: RenderedAvatar): Promise<void> {
    try {
      await Promise.all(
        files.map(({ size, bytes }) => storage.put(avatarFileKey(storageKey, size), bytes, CONTENT_TYPE)),
      )
    } catch (cause) {
      throw new Problem('unavailable', { headers: { 'retry-after': '30' }, cause })
    }
  }

  /** The change is made already: a file that cannot be deleted now is the sweep's. */
  async function discard(storageKey: string | undefined): Promise<void> {
    if (storageKey === undefined) return
    try {
      await storage.delete(AVATAR_SIZES.map((size) => avatarFileKey(storageKey, size)))
    } catch (err) {
      log.warn({ err, storageKey }, 'the files of an old picture could not be deleted')
    }
  }

  return { replace, remove }
}

async function render(picture: Buffer, crop: Crop | undefined): Promise<RenderedAvatar> {
  try {
    return await renderAvatar(picture, crop)
  } catch (error) {
    if (error instanceof ImageError) throw new Problem(error.code, { params: error.params, cause: error })
    if (error instanceof ImageBusyError) {
      throw new Problem('unavailable', { headers: { 'retry-after': '5' }, cause: error })
    }
    throw error
  }
}

/** The row of a picture. Its key is new each time, so that its files may be cached for ever and cannot be guessed. */
function describe(ownerId: number, { files, placeholder }: RenderedAvatar): NewAvatar {
  const largest = files.find(({ size }) => size === 512)
  if (!largest) throw new Error('a picture was made without its largest file')
  const sha256 = createHash('sha256').update(largest.bytes).digest()
  const hash = createHash('sha256').update(sha256).update(randomBytes(16)).digest('hex').slice(0, 32)
  const month = new Date().toISOString().slice(0, 7).replace('-', '/')
  return {
    ownerId,
    storageKey: `${AVATAR_PREFIX}${month}/user${ownerId}-${hash}`,
    contentType: CONTENT_TYPE,
    bytes: largest.bytes.length,
    width: largest.size,
    height: largest.size,
    sha256,
    placeholder,
  }
}
