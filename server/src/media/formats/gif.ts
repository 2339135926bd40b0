import { Parts, type SourcePicture } from './picture.ts'

/** The decoder holds the canvas in four bytes for each pixel, twice. */
const MAX_GIF_PIXELS = 25_000_000

/** Empty blocks that some programs write between others. */
const MAX_PADDING = 16

const TRAILER = Buffer.from([0x3b])

/**
 * Walks the blocks (GIF89a, appendix A) and makes of the first frame a file of its own size: the decoder fills a canvas
 * that the frame does not cover with a colour, and browsers leave it transparent.
 */
export function readGif(bytes: Buffer): SourcePicture {
  const picture: SourcePicture = {
    format: 'gif',
    bytes,
    width: 0,
    height: 0,
    maxPixels: MAX_GIF_PIXELS,
    complete: false,
    orientation: 1,
  }
  if (bytes.length < 13) return picture
  picture.width = bytes.readUInt16LE(6)
  picture.height = bytes.readUInt16LE(8)
  const palette = 13 + paletteBytes(bytes[10])
  let control: Buffer | undefined
  let first: SourcePicture | undefined
  let padding = 0
  let at = palette
  while (at < bytes.length && bytes[at] !== 0x3b) {
    const block = bytes[at]
    if (block === 0x21) {
      if (bytes[at + 1] === 0xf9 && bytes[at + 2] === 4 && at + 8 <= bytes.length) {
        control = bytes.subarray(at, at + 8)
      }
      at = endOfData(bytes, at + 2)
    } else if (block === 0x2c) {
      const data = at + 10 + paletteBytes(bytes[at + 9]) + 1
      const end = endOfData(bytes, data)
      if (end > bytes.length)
        return first ? { ...first, complete: false } : { ...picture, ...frameSize(bytes, at) }
      first ??= cutOut(picture, bytes, palette, control, at, end)
      at = end
    } else if (block === 0 && padding < MAX_PADDING) {
      padding += 1
      at += 1
    } else at = Number.POSITIVE_INFINITY
    if (at > bytes.length) return { ...(first ?? picture), complete: false }
  }
  return first ?? picture
}

/** The bytes of a palette, by the flags before it. */
function paletteBytes(flags = 0): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0
}

/** Behind the empty block that ends a row of data; beyond the file where it ends early. */
function endOfData(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length) {
    const length = bytes[at] ?? 0
    at += 1 + length
    if (length === 0) return at
  }
  return bytes.length + 1
}

function frameSize(bytes: Buffer, descriptor: number): { width: number; height: number } {
  if (descriptor + 9 > bytes.length) return { width: 0, height: 0 }
  return { width: bytes.readUInt16LE(descriptor + 5), height: bytes.readUInt16LE(descriptor + 7) }
}

function cutOut(
  screen: SourcePicture,
  bytes: Buffer,
  palette: number,
  control: Buffer | undefined,
  descriptor: number,
  end: number,
): SourcePicture {
  const left = bytes.readUInt16LE(descriptor + 1)
  const top = bytes.readUInt16LE(descriptor + 3)
  const frame = frameSize(bytes, descriptor)
  const header = Buffer.from(bytes.subarray(0, palette))
  header.writeUInt16LE(frame.width, 6)
  header.writeUInt16LE(frame.height, 8)
  const image = Buffer.from(bytes.subarray(descriptor, descriptor + 10))
  image.writeUInt32LE(0, 1)
  const parts = new Parts(bytes)
  parts.add(header)
  if (control) parts.add(control)
  parts.add(image)
  parts.keep(descriptor + 10, end)
  parts.add(TRAILER)
  // Browsers let the first frame enlarge a screen that is too small for it.
  const width = Math.max(screen.width, left + frame.width)
  const height = Math.max(screen.height, top + frame.height)
  const covers = frame.width === width && frame.height === height
  return {
    ...screen,
    bytes: parts.bytes(),
    width,
    height,
    complete: true,
    ...(!covers && { placement: { left, top, width, height } }),
  }
}
