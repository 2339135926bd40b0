import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'
import sharp from 'sharp'
import type { Metadata, Sharp } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { type ImageFormat, readImageHeader } from './image-format.ts'
import { AVATAR_SIZES, type AvatarSize } from '../profiles/present-avatar.ts'

/** A square out of the upright picture, in its pixels; all three are integers. */
export type Crop = { x: number; y: number; size: number }

/** One of the avatar's files: a WebP of `size` × `size` pixels in sRGB, without any metadata. */
export type AvatarFile = { size: AvatarSize; bytes: Buffer }

/** The upload cannot become an avatar. `code` is a body code of the API, `params` are the facts for its message. */
export class ImageError extends Error {
  readonly code: 'image_unsupported' | 'image_corrupt' | 'image_too_large' | 'crop_invalid'
  readonly params: Record<string, unknown>

  constructor(code: ImageError['code'], params: Record<string, unknown> = {}, cause?: unknown) {
    super(code, { cause })
    this.name = 'ImageError'
    this.code = code
    this.params = params
  }
}

/** Too many pictures wait already; the same upload may succeed after `retryAfterSeconds`. */
export class ImageBusyError extends Error {
  readonly retryAfterSeconds = 5

  constructor() {
    super('Too many pictures are waiting to be processed')
    this.name = 'ImageBusyError'
  }
}

const maxPixels = 50_000_000
/** Each holds its upload in memory: at the 10 MiB that are allowed, 240 MiB. */
const maxWaitingRenders = 24

const side = AVATAR_SIZES[0]

// Measured on photographs: effort 4, sharp's default, takes 1.7 times as long as 2 for 3 % fewer bytes, and effort 6
// takes four times as long for 8 %.
const webp = { quality: 80, effort: 2 }

// One thread for each picture and no cache of operations (no upload comes twice): processor and memory in use are
// then bounded by the number of renders.
sharp.concurrency(1)
sharp.cache(false)

// A render occupies one of libuv's threads. There are four unless the operator adds some, and files and name
// look-ups need them too.
const limit = pLimit(Math.max(1, Math.min(availableParallelism() - 1, 3)))

/**
 * Turns an upload into the avatar's files, largest first, and its placeholder (a ThumbHash in base64).
 *
 * The format is judged by content, EXIF orientation is applied, colours become sRGB, transparency is kept, every
 * metadata block is dropped, a small picture is enlarged. Of an animation the first frame counts. Without a crop it
 * is the largest centred square.
 *
 * @throws ImageError `image_unsupported`; `image_too_large` (`max`: pixels), `image_corrupt`; `crop_invalid`
 *   (`width`, `height` of the upright picture)
 * @throws ImageBusyError when too many renders wait
 */
export async function renderAvatar(
  input: Buffer,
  crop?: Crop,
): Promise<{ files: AvatarFile[]; placeholder: string }> {
  const header = readImageHeader(input)
  if (header === undefined) throw new ImageError('image_unsupported')
  refuseTooLarge(header)
  if (!header.complete) throw new ImageError('image_corrupt')
  if (limit.pendingCount >= maxWaitingRenders) throw new ImageBusyError()
  return limit(async () => {
    const picture = await readPicture(input, header.format)
    return encode(await decodeSquare(input, picture, storedCrop(picture, crop)))
  })
}

/**
 * Forbids libvips every decoder that avatars do not need, for the whole process: a second wall behind
 * `readImageHeader`. For a process that is ours alone, since a host that embeds UPM may use those decoders itself.
 */
export function blockOtherDecoders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({
    operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`),
  })
}

/**
 * A picture as the file stores it: before its EXIF orientation is applied. Turning the whole picture upright first
 * would hold all of its pixels in memory; only the finished square is turned.
 */
type Picture = { format: ImageFormat; width: number; height: number; turn: Turn; deepWithProfile: boolean }

async function readPicture(input: Buffer, format: ImageFormat): Promise<Picture> {
  // No limit of pixels here: it would say less than `refuseTooLarge` does, and a header costs the same at any size.
  const metadata = await open(input, 'error', false).metadata().catch(corrupt)
  const { width, height, orientation = 1, space, hasProfile } = metadata
  // A file that calls itself AVIF and holds HEVC is a HEIC.
  if (!isExpected(metadata, format)) throw new ImageError('image_unsupported')
  refuseTooLarge({ width, height })
  const turn = turns[orientation] ?? upright
  return { format, width, height, turn, deepWithProfile: space === 'rgb16' && hasProfile }
}

function isExpected({ format, compression }: Metadata, expected: ImageFormat): boolean {
  return expected === 'avif' ? format === 'heif' && compression === 'av1' : format === expected
}

function refuseTooLarge({ width, height }: { width: number; height: number }): void {
  if (width * height > maxPixels) throw new ImageError('image_too_large', { max: maxPixels })
}

/**
 * EXIF orientations. To get the upright picture: flip (top to bottom), flop (left to right), then turn clockwise.
 * To get from upright to stored coordinates: mirror x, mirror y, then swap them.
 */
type Turn = {
  flip: boolean
  flop: boolean
  degrees: number
  mirrorX: boolean
  mirrorY: boolean
  swap: boolean
}

const upright: Turn = { flip: false, flop: false, degrees: 0, mirrorX: false, mirrorY: false, swap: false }

const turns: Record<number, Turn> = {
  2: { ...upright, flop: true, mirrorX: true },
  3: { ...upright, degrees: 180, mirrorX: true, mirrorY: true },
  4: { ...upright, flip: true, mirrorY: true },
  5: { ...upright, flop: true, degrees: 270, swap: true },
  6: { ...upright, degrees: 90, mirrorX: true, swap: true },
  7: { ...upright, flop: true, degrees: 90, mirrorX: true, mirrorY: true, swap: true },
  8: { ...upright, degrees: 270, mirrorY: true, swap: true },
}

/** Checks the crop, which is in the upright picture, and finds it in the stored one. */
function storedCrop({ turn, ...stored }: Picture, crop?: Crop): Crop {
  const width = turn.swap ? stored.height : stored.width
  const height = turn.swap ? stored.width : stored.height
  const { x, y, size } = crop ?? centredSquare(width, height)
  const inside = x >= 0 && y >= 0 && size >= 1 && x + size <= width && y + size <= height
  if (!inside || ![x, y, size].every(Number.isSafeInteger)) {
    throw new ImageError('crop_invalid', { width, height })
  }
  const mirroredX = turn.mirrorX ? width - x - size : x
  const mirroredY = turn.mirrorY ? height - y - size : y
  return turn.swap ? { x: mirroredY, y: mirroredX, size } : { x: mirroredX, y: mirroredY, size }
}

function centredSquare(width: number, height: number): Crop {
  const size = Math.min(width, height)
  return { x: Math.floor((width - size) / 2), y: Math.floor((height - size) / 2), size }
}

/** The upright square of 512 × 512, uncompressed: the only thing that is made out of the upload. */
type Square = { data: Buffer; channels: 3 | 4 }

async function decodeSquare(input: Buffer, picture: Picture, crop: Crop): Promise<Square> {
  try {
    return await decode(open(input, 'warning'), picture, crop)
  } catch (error) {
    if (!isHarmless(error)) return corrupt(error)
    return await decode(open(input, 'error'), picture, crop).catch(corrupt)
  }
}

async function decode(decoder: Sharp, picture: Picture, crop: Crop): Promise<Square> {
  if (picture.format === 'jpeg' && crop.size >= 2 * side) {
    // libjpeg can decode at a half, a quarter or an eighth, but sharp lets it only when nothing is cut out before
    // the resize. So the whole is reduced and then cut, at most half a pixel of the avatar beside the crop: 1.5
    // times as fast, and up to 4 times with a colour profile.
    const scale = side / crop.size
    const width = Math.round(picture.width * scale)
    const height = Math.round(picture.height * scale)
    const left = Math.min(Math.round(crop.x * scale), width - side)
    const top = Math.min(Math.round(crop.y * scale), height - side)
    decoder.resize(width, height, { fit: 'fill' }).extract({ left, top, width: side, height: side })
  } else {
    decoder
      .extract({ left: crop.x, top: crop.y, width: crop.size, height: crop.size })
      .resize(side, side, { fit: 'fill' })
  }
  // Above 8 bits sharp converts to Display P3 on the way and would leave it there.
  if (picture.deepWithProfile) decoder.withIccProfile('srgb', { attach: false })
  const cut = await decoder.raw().toBuffer({ resolveWithObject: true })
  const square: Square = { data: cut.data, channels: cut.info.channels === 4 ? 4 : 3 }
  if (picture.turn === upright) return square
  const { flip, flop, degrees } = picture.turn
  const data = await raw(square).flip(flip).flop(flop).rotate(degrees).raw().toBuffer()
  return { ...square, data }
}

async function encode(square: Square): Promise<{ files: AvatarFile[]; placeholder: string }> {
  const files: AvatarFile[] = []
  for (const size of AVATAR_SIZES) {
    // One after the other: a render must not take more than its one thread.
    files.push({ size, bytes: await raw(square).resize(size, size).webp(webp).toBuffer() })
  }
  const pixels = await raw(square).resize(64, 64).ensureAlpha().raw().toBuffer()
  return { files, placeholder: Buffer.from(rgbaToThumbHash(64, 64, pixels)).toString('base64') }
}

/** The first frame of the upload. Each call decodes anew, and none starts before its result is asked for. */
function open(
  input: Buffer,
  failOn: 'warning' | 'error',
  limitInputPixels: number | false = maxPixels,
): Sharp {
  return sharp(input, { failOn, limitInputPixels, pages: 1 })
}

function raw({ data, channels }: Square): Sharp {
  return sharp(data, { raw: { width: side, height: side, channels } })
}

/**
 * libjpeg only warns of damaged data, so a warning refuses the picture. These are about headers that every viewer
 * accepts; the first is in the selfies of Samsung phones (https://github.com/lovell/sharp/issues/1578).
 */
function isHarmless(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^VipsJpeg: (Invalid SOS parameters|Warning: unknown JFIF revision|Unknown Adobe color transform)/.test(
      error.message,
    )
  )
}

function corrupt(cause: unknown): never {
  throw new ImageError('image_corrupt', {}, cause)
}
