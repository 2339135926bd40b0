/** The sizes that every avatar is kept at, in pixels of its sides. */
export const AVATAR_SIZES = [512, 256, 128, 64] as const
export type AvatarSize = (typeof AVATAR_SIZES)[number]

export type Avatar = {
  url: string
  variants: Record<`${AvatarSize}`, string>
  width: number
  height: number
  content_type: string
  file_size: number
  placeholder: string
}

type StoredAvatar = {
  storage_key: string
  content_type: string
  bytes: number
  width: number
  height: number
  placeholder: string
}

/** What the keys of all avatars begin with. */
export const AVATAR_PREFIX = 'avatars/'

/** The key of one of an avatar's files: `avatars/2026/11/user42-3f9c…-512.webp`. */
export function avatarFileKey(storageKey: string, size: AvatarSize): string {
  return `${storageKey}-${size}.webp`
}

/** What stands before and after a storage key in the URL of a picture (512 px). */
export type UrlAround = readonly [before: string, after: string]

/** Stands for a key in a URL. */
const ANY_KEY = 'avatars/any'

export function urlAroundKey(mediaUrl: (key: string) => string): UrlAround {
  const [before = '', after = ''] = mediaUrl(avatarFileKey(ANY_KEY, 512)).split(ANY_KEY)
  return [before, after]
}

/** A picture as front ends get it; `url`, width, height and size are those of the 512 px file. */
export function presentAvatar(stored: StoredAvatar, mediaUrl: (key: string) => string): Avatar {
  const url = (size: AvatarSize) => mediaUrl(avatarFileKey(stored.storage_key, size))
  return {
    url: url(512),
    variants: { '64': url(64), '128': url(128), '256': url(256), '512': url(512) },
    width: stored.width,
    height: stored.height,
    content_type: stored.content_type,
    file_size: stored.bytes,
    placeholder: stored.placeholder,
  }
}

export type NewAvatar = {
  ownerId: number
  storageKey: string
  contentType: string
  bytes: number
  width: number
  height: number
  sha256: Buffer
  placeholder: string
}

/** The picture of an account in the documentation. */
export function storedAvatarExample(userId: number): StoredAvatar {
  return {
    storage_key: `avatars/2026/11/user${userId}-3f9c2b7d10e84a5f`,
    content_type: 'image/webp',
    bytes: 32_141,
    width: 512,
    height: 512,
    placeholder: '1QcSHQRnh493V4dIh4eXh1h4kJUI',
  }
}

/** The same as front ends get it. */
export function avatarExample(userId: number): Avatar {
  return presentAvatar(storedAvatarExample(userId), (key) => `/media/${key}`)
}
