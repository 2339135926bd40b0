import { readOrientation } from './exif.ts'
import { MAX_PROFILE_BYTES, type SourcePicture } from './picture.ts'

/** The decoder holds the whole picture, twice: 8 bytes a pixel. */
const MAX_WEBP_PIXELS = 25_000_000

const ALPHA = 0x10
const PROFILE = 0x20

/**
 * Walks the chunks (RFC 9649) and keeps the picture, its transparency and its profile. The first frame of an animation
 * becomes a still picture.
 */
export function readWebp(bytes: Buffer): SourcePicture {
  const picture: SourcePicture = {
    format: 'webp',
    bytes,
    width: 0,
    height: 0,
    maxPixels: MAX_WEBP_PIXELS,
    complete: false,
    orientation: 1,
  }
  if (bytes.length < 30) return picture
  const chunks = readChunks(bytes, 12, bytes.length)
  const first = chunks[0]
  const extended = first?.type === 'VP8X' && first.data.length >= 10 ? first.data : undefined
  const size = extended ? canvasSize(extended, 4) : bitstreamSize(chunks)
  // The length of the whole is even, and says what a cut file lacks.
  const complete = bytes.readUInt32LE(4) + 8 <= bytes.length
  const header = { ...picture, ...size, complete }
  const exif = chunks.find(({ type }) => type === 'EXIF')?.data
  const orientation =
    exif && readOrientation(exif.toString('latin1', 0, 4) === 'Exif' ? exif.subarray(6) : exif)
  const profile = chunks.find(({ type, data }) => type === 'ICCP' && data.length <= MAX_PROFILE_BYTES)
  const frame = chunks.find(({ type, data }) => type === 'ANMF' && data.length >= 16)?.data
  if (!frame) {
    return {
      ...header,
      bytes: still(chunks, size, profile, extended ? (extended[0] ?? 0) & ALPHA : undefined),
      orientation: orientation ?? 1,
    }
  }
  const left = 2 * frame.readUIntLE(0, 3)
  const top = 2 * frame.readUIntLE(3, 3)
  const frameSize = canvasSize(frame, 6)
  const covers = frameSize.width === size.width && frameSize.height === size.height
  return {
    ...header,
    bytes: still(readChunks(frame, 16, frame.length), frameSize, profile, ALPHA),
    orientation: orientation ?? 1,
    ...(!covers && { placement: { left, top, ...size } }),
  }
}

type Chunk = { type: string; data: Buffer }
type Size = { width: number; height: number }

/** Chunks that are known; of each kind the first one. They begin at even places. */
function readChunks(bytes: Buffer, from: number, to: number): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = from; at + 8 <= to;) {
    const type = bytes.toString('latin1', at, at + 4)
    const end = at + 8 + bytes.readUInt32LE(at + 4)
    const isKnown = ['VP8X', 'ICCP', 'ANMF', 'ALPH', 'VP8 ', 'VP8L', 'EXIF'].includes(type)
    if (isKnown && !chunks.some((chunk) => chunk.type === type)) {
      chunks.push({ type, data: bytes.subarray(at + 8, Math.min(end, to)) })
    }
    at = end + (end & 1)
  }
  return chunks
}

function canvasSize(data: Buffer, at: number): Size {
  return { width: 1 + data.readUIntLE(at, 3), height: 1 + data.readUIntLE(at + 3, 3) }
}

/** What the picture itself says (RFC 6386, section 9.1; RFC 9649, section 3.4). */
function bitstreamSize(chunks: readonly Chunk[]): Size {
  const lossy = chunks.find(({ type }) => type === 'VP8 ')?.data
  if (lossy && lossy.length >= 10) {
    return { width: lossy.readUInt16LE(6) & 0x3fff, height: lossy.readUInt16LE(8) & 0x3fff }
  }
  const lossless = chunks.find(({ type }) => type === 'VP8L')?.data
  if (!lossless || lossless.length < 5) return { width: 0, height: 0 }
  const bits = lossless.readUInt32LE(1)
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
}

/** @param alpha undefined: a simple file */
function still(
  chunks: readonly Chunk[],
  size: Size,
  profile: Chunk | undefined,
  alpha: number | undefined,
): Buffer {
  const kept = chunks.filter(({ type }) => type === 'VP8 ' || type === 'VP8L' || type === 'ALPH')
  if (alpha !== undefined || profile) {
    const extended = Buffer.alloc(10)
    extended.writeUInt8((alpha ?? 0) | (profile ? PROFILE : 0), 0)
    extended.writeUIntLE(size.width - 1, 4, 3)
    extended.writeUIntLE(size.height - 1, 7, 3)
    if (profile) kept.unshift(profile)
    kept.unshift({ type: 'VP8X', data: extended })
  }
  const body = kept.flatMap(({ type, data }) => {
    const head = Buffer.from(`${type}\0\0\0\0`, 'latin1')
    head.writeUInt32LE(data.length, 4)
    return [head, data, Buffer.alloc(data.length & 1)]
  })
  const riff = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  riff.writeUInt32LE(4 + body.reduce((sum, part) => sum + part.length, 0), 4)
  return Buffer.concat([riff, ...body])
}
