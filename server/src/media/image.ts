import sharp from 'sharp'
import type { FailOnOptions, Metadata, Sharp } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { AVATAR_SIZES } from './present.ts'
import { isPlain, toSrgb } from './colour.ts'
import { MAX_PIXELS, type Placement, type SourcePicture } from './formats/picture.ts'
import { ImageError, type AvatarFile, type Crop, type RenderedAvatar } from './image-error.ts'
import { readSource } from './image-format.ts'
import { storedCrop, turns, upright, type Turn } from './orientation.ts'

/** Each row costs something, however short it is. */
const MAX_SIDE = 65_535

const side = AVATAR_SIZES[0]

// Measured on photographs: effort 4, sharp's default, takes 1.7 times as long as 2 for 3 % fewer bytes, and effort 6
// takes four times as long for 8 %.
const webp = { quality: 80, effort: 2 }

// One thread for each picture and no cache of operations (no upload comes twice): processor and memory in use are
// then bounded by the number of renders.
sharp.concurrency(1)
sharp.cache(false)

/**
 * Turns an upload into the avatar's files.
 *
 * The format is judged by content, EXIF orientation is applied, colours become sRGB, transparency is kept, every
 * metadata block is dropped before anything is decoded, a small picture is enlarged. Of an animation the first frame
 * counts. Without a crop it is the largest centred square.
 *
 * @throws ImageError `image_unsupported`; `image_too_large` (`max`: pixels, or `max_side`), `image_corrupt`;
 *   `crop_invalid` (`width`, `height` of the upright picture)
 */
export async function renderAvatar(input: Buffer, crop?: Crop): Promise<RenderedAvatar> {
  const source = readSource(input)
  if (source === undefined) throw new ImageError('image_unsupported')
  refuseTooLarge(source, source.maxPixels)
  if (!source.complete) throw new ImageError('image_corrupt')
  const picture = await readPicture(source)
  const square = await decodeSquare(picture, storedCrop(picture, crop))
  return encode(square)
}

/**
 * Forbids libvips every decoder that avatars do not need, for the whole process: a second wall behind `readSource`.
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
type Picture = SourcePicture & { turn: Turn; space: string; hasProfile: boolean; deep: boolean }

async function readPicture(source: SourcePicture): Promise<Picture> {
  // No limit of pixels here: it would say less than `refuseTooLarge` does, and a header costs the same at any size.
  const metadata = await open(source, 'error', false).metadata().catch(corrupt)
  const { width, height, space, hasProfile } = metadata
  // A file that calls itself AVIF and holds HEVC is a HEIC.
  if (!isExpected(metadata, source)) throw new ImageError('image_unsupported')
  refuseTooLarge({ width, height }, source.maxPixels)
  if (source.endIsImplied) await refuseCut(source)
  return {
    ...source,
    width: source.placement?.width ?? width,
    height: source.placement?.height ?? height,
    turn: turns[source.orientation] ?? upright,
    space,
    hasProfile,
    deep: space === 'rgb16' || space === 'grey16',
  }
}

function isExpected({ format, compression }: Metadata, { format: expected }: SourcePicture): boolean {
  return expected === 'avif' ? format === 'heif' && compression === 'av1' : format === expected
}

function refuseTooLarge({ width, height }: { width: number; height: number }, max: number): void {
  if (width * height > max) throw new ImageError('image_too_large', { max })
  if (Math.max(width, height) > MAX_SIDE) throw new ImageError('image_too_large', { max_side: MAX_SIDE })
}

/** Decodes every row, at an eighth: libjpeg warns when it has to make some up. */
async function refuseCut(source: SourcePicture): Promise<void> {
  await open(source, 'warning').resize(8, 8, { fit: 'fill' }).raw().toBuffer().catch(corrupt)
}

/** The upright square of 512 × 512, uncompressed: the only thing that is made out of the upload. */
type Square = { data: Buffer; channels: 3 | 4 }

async function decodeSquare(picture: Picture, crop: Crop): Promise<Square> {
  try {
    return await decode('warning', picture, crop)
  } catch (error) {
    if (!isHarmless(error)) return corrupt(error)
    return await decode('error', picture, crop).catch(corrupt)
  }
}

async function decode(failOn: FailOnOptions, picture: Picture, crop: Crop): Promise<Square> {
  const decoder = picture.placement
    ? await place(open(picture, failOn), picture.placement)
    : open(picture, failOn)
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
  const square = await toSquare(decoder, picture)
  if (picture.turn === upright) return square
  const { flip, flop, degrees } = picture.turn
  const data = await raw(square).flip(flip).flop(flop).rotate(degrees).raw().toBuffer()
  return { ...square, data }
}

async function toSquare(decoder: Sharp, { colour, deep, space, hasProfile }: Picture): Promise<Square> {
  if (colour && !isPlain(colour)) {
    const pixels = deep ? decoder.toColourspace('rgb16').raw({ depth: 'ushort' }) : decoder.raw()
    const { data, info } = await pixels.toBuffer({ resolveWithObject: true })
    const channels = info.channels === 4 ? 4 : 3
    const values = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data
    return { data: toSrgb(values, channels, colour), channels }
  }
  if (hasProfile && space === 'grey16') {
    // sharp takes profiles of gray into account at 8 bits only.
    const gray = await decoder.keepIccProfile().toColourspace('b-w').png({ compressionLevel: 0 }).toBuffer()
    return rawSquare(sharp(gray))
  }
  // Above 8 bits sharp converts to Display P3 on the way and would leave it there.
  if (hasProfile && space === 'rgb16') decoder.withIccProfile('srgb', { attach: false })
  return rawSquare(decoder)
}

async function rawSquare(decoder: Sharp): Promise<Square> {
  const { data, info } = await decoder.raw().toBuffer({ resolveWithObject: true })
  return { data, channels: info.channels === 4 ? 4 : 3 }
}

/** Puts a frame where it belongs on a transparent canvas, without what would lie outside of it. */
async function place(frame: Sharp, { left, top, width, height }: Placement): Promise<Sharp> {
  const decoded = await frame.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const { width: frameWidth, height: frameHeight } = decoded.info
  const canvas = await sharp(decoded.data, { raw: { width: frameWidth, height: frameHeight, channels: 4 } })
    .extend({
      left,
      top,
      right: width - left - frameWidth,
      bottom: height - top - frameHeight,
      background: { r: 0, g: 0, b: 0, alpha: 0 },
    })
    .raw()
    .toBuffer()
  return sharp(canvas, { raw: { width, height, channels: 4 } })
}

async function encode(square: Square): Promise<RenderedAvatar> {
  const files: AvatarFile[] = []
  for (const size of AVATAR_SIZES) {
    // One after the other: a render must not take more than its one thread.
    files.push({ size, bytes: await raw(square).resize(size, size).webp(webp).toBuffer() })
  }
  const pixels = await raw(square).resize(64, 64).ensureAlpha().raw().toBuffer()
  return { files, placeholder: Buffer.from(rgbaToThumbHash(64, 64, pixels)).toString('base64') }
}

/** The upload. Each call decodes anew, and none starts before its result is asked for. */
function open(
  { bytes }: SourcePicture,
  failOn: FailOnOptions,
  limitInputPixels: number | false = MAX_PIXELS,
): Sharp {
  return sharp(bytes, { failOn, limitInputPixels, pages: 1 })
}

function raw({ data, channels }: Square): Sharp {
  return sharp(data, { raw: { width: side, height: side, channels } })
}

/**
 * libjpeg only warns of damaged data, so a warning refuses the picture. These are about headers that every viewer
 * accepts; the first is in the selfies of Samsung phones (https://github.com/lovell/sharp/issues/1578). The last is
 * about a few bytes too many at the end of a run of data, which cameras write.
 */
function isHarmless(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^VipsJpeg: (Invalid SOS parameters|Warning: unknown JFIF revision|Unknown Adobe color transform|Corrupt JPEG data: [1-6]?\d extraneous bytes before marker 0x(c4|d\w|fe))/.test(
      error.message,
    )
  )
}

function corrupt(cause: unknown): never {
  throw new ImageError('image_corrupt', {}, cause)
}
