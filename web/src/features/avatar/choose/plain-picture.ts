/**
 * A picture without what browsers and the server read in different ways. What the page shows is then what the server
 * cuts the square out of, pixel by pixel. Pure.
 *
 * - Browsers give a JPEG other dimensions than its pixels where its EXIF tells of a density, even on one axis alone.
 * - Where the orientation is not of the type that it must have, the server turns the picture, and browsers do not.
 * - Browsers do not turn a WebP (webp-exif.ts).
 *
 * So the EXIF of a JPEG or a PNG is replaced by one that has the orientation and nothing else. Where somebody was, and
 * with which camera, does not leave the browser along with it.
 */
import { readOrientation, writeOrientation, type Orientation } from './exif-orientation.ts'
import type { FileKind } from './picture-format.ts'
import { withoutExif } from './webp-exif.ts'

type Bytes = Uint8Array<ArrayBuffer>

export function plainPicture(bytes: Bytes, format: FileKind['format']): Bytes {
  if (format === 'jpeg') return plainJpeg(bytes)
  if (format === 'png') return plainPng(bytes)
  return format === 'webp' ? withoutExif(bytes) : bytes
}

const SOI_BYTES = 2
const MARKER = { SOS: 0xda, EOI: 0xd9, APP1: 0xe1, APP2: 0xe2 }

/** Its segments up to the first scan, and from there on what there is. Stray bytes between them are left out. */
function plainJpeg(jpeg: Bytes): Bytes {
  const kept: Bytes[] = []
  let orientation: Orientation | undefined
  let at = SOI_BYTES
  for (;;) {
    const start = nextMarker(jpeg, at)
    const marker = jpeg[start + 1] ?? MARKER.EOI
    if (marker === MARKER.SOS || marker === MARKER.EOI) {
      const exif = exifSegment(orientation ?? 1)
      return join([jpeg.subarray(0, SOI_BYTES), ...exif, ...kept, jpeg.subarray(start)])
    }
    const hasLength = !(marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8))
    const length = hasLength ? ((jpeg[start + 2] ?? 0) << 8) | (jpeg[start + 3] ?? 0) : 0
    const end = start + 2 + length
    // It ends early or is no JPEG from here on: whoever decodes it says so.
    if ((hasLength && length < 2) || end > jpeg.length) return jpeg
    const content = jpeg.subarray(start + 4, end)
    if (marker === MARKER.APP1) {
      // EXIF or XMP. Of several the first one counts.
      if (startsWith(content, 'Exif\0')) orientation ??= readOrientation(content.subarray(6))
    } else if (!(marker === MARKER.APP2 && startsWith(content, 'MPF\0'))) {
      // MPF tells where further pictures lie in the file, which would no longer be true.
      kept.push(jpeg.subarray(start, end))
    }
    at = end
  }
}

/** Where the next marker is: 0xFF, repeated at will, and what is neither that nor 0. */
function nextMarker(jpeg: Bytes, from: number): number {
  let at = from
  while (at < jpeg.length && !(jpeg[at] === 0xff && jpeg[at + 1] !== 0xff && jpeg[at + 1] !== 0)) at += 1
  return at
}

function exifSegment(orientation: Orientation): Bytes[] {
  if (orientation === 1) return []
  const tiff = writeOrientation(orientation)
  return [Uint8Array.of(0xff, MARKER.APP1, 0, 2 + 6 + tiff.length), latin1('Exif\0\0'), tiff]
}

const PNG_SIGNATURE_BYTES = 8
/** EXIF, and texts, in which some programs keep another EXIF. */
const DROPPED_CHUNKS = new Set(['eXIf', 'tEXt', 'zTXt', 'iTXt'])

function plainPng(png: Bytes): Bytes {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const kept: Bytes[] = []
  let orientation: Orientation = 1
  let isBeforePixels = true
  let at = PNG_SIGNATURE_BYTES
  while (at + 12 <= png.length) {
    const end = at + 12 + view.getUint32(at)
    if (end > png.length) break
    const name = String.fromCharCode(...png.subarray(at + 4, at + 8))
    if (name === 'IDAT') isBeforePixels = false
    // Behind the pixels nobody looks for it.
    if (name === 'eXIf' && isBeforePixels) orientation = readOrientation(png.subarray(at + 8, end - 4))
    if (!DROPPED_CHUNKS.has(name)) kept.push(png.subarray(at, end))
    at = end
  }
  const [header = png.subarray(0, 0), ...others] = kept
  const exif = orientation === 1 ? [] : [pngChunk('eXIf', writeOrientation(orientation))]
  return join([png.subarray(0, PNG_SIGNATURE_BYTES), header, ...exif, ...others, png.subarray(at)])
}

function pngChunk(name: string, data: Bytes): Bytes {
  const chunk = join([new Uint8Array(4), latin1(name), data, new Uint8Array(4)])
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  view.setUint32(chunk.length - 4, crc32(chunk.subarray(4, -4)))
  return chunk
}

/** As PNG has it (ISO/IEC 15948, annex D), for a few bytes. */
function crc32(bytes: Bytes): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xed_b8_83_20 : 0)
  }
  return ~crc >>> 0
}

function startsWith(bytes: Bytes, text: string): boolean {
  return latin1(text).every((byte, index) => bytes[index] === byte)
}

function latin1(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function join(parts: Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
