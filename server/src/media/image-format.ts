/**
 * What an upload is, read from its bytes alone and before any decoder sees them. A name or a Content-Type is a
 * claim of the sender; a decoder that guesses is how an SVG reaches an XML parser.
 */
import { isAvif, readAvif } from './formats/avif.ts'
import { readGif } from './formats/gif.ts'
import { readJpeg } from './formats/jpeg.ts'
import type { SourcePicture } from './formats/picture.ts'
import { readPng } from './formats/png.ts'
import { readWebp } from './formats/webp.ts'

/**
 * Recognizes the formats that avatars may have. The work grows with the length of the file, and nothing is inflated or
 * decoded but a colour profile.
 *
 * @returns undefined for everything else: SVG, HTML, HEIC, TIFF, PDF, text, nothing at all
 */
export function readSource(bytes: Buffer): SourcePicture | undefined {
  const magic = bytes.toString('latin1', 0, 12)
  if (magic.startsWith('\xff\xd8') && hasJpegSegment(bytes)) return readJpeg(bytes)
  if (magic.startsWith('\x89PNG\r\n\x1a\n')) return readPng(bytes)
  if (magic.startsWith('GIF87a') || magic.startsWith('GIF89a')) return readGif(bytes)
  if (magic.startsWith('RIFF') && magic.endsWith('WEBP')) return readWebp(bytes)
  if (magic.slice(4, 8) === 'ftyp' && isAvif(bytes)) return readAvif(bytes)
  return undefined
}

/** A table, a frame or an application's segment after the start mark; some programs write stray bytes before it. */
function hasJpegSegment(bytes: Buffer): boolean {
  const at = bytes.subarray(0, 2 + MAX_STRAY_BYTES).indexOf(0xff, 2)
  const marker = bytes[at + 1] ?? 0
  return at >= 2 && marker >= 0xc0
}

const MAX_STRAY_BYTES = 128

/** Whether the bytes begin like a picture, of whatever quality. */
export function looksLikePicture(bytes: Buffer): boolean {
  const magic = bytes.toString('latin1', 0, 12)
  return /^(?:\xff\xd8\xff|\x89PNG\r\n|GIF8|RIFF....WEBP|....ftyp)/s.test(magic)
}
