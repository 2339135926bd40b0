/**
 * What an upload is, read from its bytes alone and before any decoder sees them. A name or a Content-Type is a
 * claim of the sender; a decoder that guesses is how an SVG reaches an XML parser.
 */

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif'

export type ImageHeader = {
  format: ImageFormat
  /** Pixels as the header states them, before orientation; 0 where only the decoder can tell (AVIF, a cut file). */
  width: number
  height: number
  /** False when the end mark is missing: a decoder stops at the last row it needs and would not notice. */
  complete: boolean
}

/**
 * Recognizes the formats that avatars may have.
 *
 * @returns undefined for everything else: SVG, HTML, HEIC, TIFF, PDF, text, nothing at all
 */
export function readImageHeader(bytes: Buffer): ImageHeader | undefined {
  const magic = bytes.toString('latin1', 0, 12)
  if (magic.startsWith('\xff\xd8\xff')) return readJpeg(bytes)
  if (magic.startsWith('\x89PNG\r\n\x1a\n')) return readPng(bytes)
  if (magic.startsWith('GIF87a') || magic.startsWith('GIF89a')) return readGif(bytes)
  if (magic.startsWith('RIFF') && magic.endsWith('WEBP')) return readWebp(bytes)
  if (magic.slice(4, 8) === 'ftyp' && isAvif(bytes)) {
    return { format: 'avif', width: 0, height: 0, complete: true }
  }
  return undefined
}

/**
 * A progressive JPEG may repeat its scans, each of a few bytes that cost a pass over all pixels: 882 scans in
 * 200 KB kept libjpeg busy for 12 s. Real encoders write about ten.
 */
const maxJpegScans = 100

/** Walks the markers (ITU-T T.81, annex B) to the end-of-image mark. */
function readJpeg(bytes: Buffer): ImageHeader {
  const header = { format: 'jpeg' as const, width: 0, height: 0, complete: false }
  let scans = 0
  let at = 2
  while (at + 1 < bytes.length) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff) {
      // Compressed data, or stray bytes between segments, which decoders skip as well.
      at = bytes.indexOf(0xff, at)
      if (at < 0) break
    } else if (marker === 0xd9) {
      return { ...header, complete: scans <= maxJpegScans }
    } else if (marker === 0xff) {
      at += 1
    } else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      // A stuffed zero, a restart mark: these have no length.
      at += 2
    } else if (at + 9 > bytes.length) {
      break
    } else {
      if (isFrameHeader(marker) && header.width === 0) {
        header.height = bytes.readUInt16BE(at + 5)
        header.width = bytes.readUInt16BE(at + 7)
      }
      if (marker === 0xda) scans += 1
      at += 2 + bytes.readUInt16BE(at + 2)
    }
  }
  return header
}

/** SOF0 to SOF15; DHT, JPG and DAC share their range. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

const iend = Buffer.from('IEND').readUInt32BE()

/** Walks the chunks to the last one. */
function readPng(bytes: Buffer): ImageHeader {
  const header = { format: 'png' as const, width: 0, height: 0, complete: false }
  if (bytes.length < 33) return header
  header.width = bytes.readUInt32BE(16)
  header.height = bytes.readUInt32BE(20)
  let at = 8
  while (at + 12 <= bytes.length) {
    if (bytes.readUInt32BE(at + 4) === iend) return { ...header, complete: true }
    at += 12 + bytes.readUInt32BE(at)
  }
  return header
}

/** The logical screen. The decoder itself scans a GIF to its end. */
function readGif(bytes: Buffer): ImageHeader {
  if (bytes.length < 13) return { format: 'gif', width: 0, height: 0, complete: false }
  return { format: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8), complete: true }
}

/** The canvas of an extended file, the frame of a simple one. The decoder itself compares the RIFF length. */
function readWebp(bytes: Buffer): ImageHeader {
  if (bytes.length < 30) return { format: 'webp', width: 0, height: 0, complete: false }
  const size = { width: 0, height: 0 }
  const chunk = bytes.toString('latin1', 12, 16)
  if (chunk === 'VP8X') {
    size.width = 1 + bytes.readUIntLE(24, 3)
    size.height = 1 + bytes.readUIntLE(27, 3)
  } else if (chunk === 'VP8L') {
    const bits = bytes.readUInt32LE(21)
    size.width = 1 + (bits & 0x3fff)
    size.height = 1 + ((bits >>> 14) & 0x3fff)
  } else if (chunk === 'VP8 ') {
    size.width = bytes.readUInt16LE(26) & 0x3fff
    size.height = bytes.readUInt16LE(28) & 0x3fff
  }
  return { format: 'webp', ...size, complete: true }
}

/**
 * HEIC, CR3 and MP4 are ISO base media files too: only the brands of `ftyp` (ISO/IEC 14496-12) tell them apart.
 * The major brand may be the neutral `mif1`, so the compatible ones count as well.
 */
function isAvif(bytes: Buffer): boolean {
  const end = Math.min(bytes.readUInt32BE(0), bytes.length)
  for (let at = 8; at + 4 <= end; at += 4) {
    const brand = bytes.toString('latin1', at, at + 4)
    // The word after the major brand is a version, which no brand can equal.
    if (brand === 'avif' || brand === 'avis') return true
  }
  return false
}
