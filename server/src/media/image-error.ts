import type { AvatarSize } from './present.ts'

/** A square out of the upright picture, in its pixels; all three are integers. */
export type Crop = { x: number; y: number; size: number }

/** One of the avatar's files: a WebP of `size` × `size` pixels in sRGB, without any metadata. */
export type AvatarFile = { size: AvatarSize; bytes: Buffer }

/** The avatar's files, largest first, and its placeholder: a ThumbHash in base64. */
export type RenderedAvatar = { files: AvatarFile[]; placeholder: string }

export type ImageErrorCode = 'image_unsupported' | 'image_corrupt' | 'image_too_large' | 'crop_invalid'

/** The upload cannot become an avatar. `code` is a body code of the API, `params` are the facts for its message. */
export class ImageError extends Error {
  readonly code: ImageErrorCode
  readonly params: Record<string, unknown>

  constructor(code: ImageErrorCode, params: Record<string, unknown> = {}, cause?: unknown) {
    super(code, { cause })
    this.name = 'ImageError'
    this.code = code
    this.params = params
  }
}

/** It cannot be rendered now; the same upload may succeed after `retryAfterSeconds`. */
export class ImageBusyError extends Error {
  readonly retryAfterSeconds: number

  constructor(
    message: string,
    { retryAfterSeconds = 5, cause }: { retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.name = 'ImageBusyError'
    this.retryAfterSeconds = retryAfterSeconds
  }
}
