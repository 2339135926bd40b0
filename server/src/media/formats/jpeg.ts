import { readOrientation } from './exif.ts'
import { MAX_PIXELS, MAX_PROFILE_BYTES, Parts, type SourcePicture } from './picture.ts'

/**
 * A progressive JPEG may repeat its scans, each of a few bytes that cost a pass over all pixels: 882 scans in
 * 200 KB kept libjpeg busy for 12 s. Real encoders write about ten.
 */
const MAX_SCANS = 100
/** Of all scans together: ten passes over the largest picture. */
const MAX_SCANNED_PIXELS = 10 * MAX_PIXELS

const END = Buffer.from([0xff, 0xd9])
const EXIF = 'Exif\0\0'
const PROFILE = 'ICC_PROFILE\0'

/**
 * Walks the markers (ITU-T T.81, annex B) to the end-of-image mark and keeps the tables, frames and scans, what tells
 * the colours (JFIF, Adobe, a profile), and nothing between them: cameras write stray bytes there.
 */
export function readJpeg(upload: Buffer): SourcePicture {
  const bytes = withoutSamsungTrailer(upload)
  const parts = new Parts(bytes)
  parts.keep(0, 2)
  const picture: SourcePicture = {
    format: 'jpeg',
    bytes,
    width: 0,
    height: 0,
    maxPixels: MAX_PIXELS,
    complete: false,
    orientation: 1,
  }
  const end = (): SourcePicture => {
    parts.add(END)
    return {
      ...picture,
      bytes: parts.bytes(),
      maxPixels: progressive ? Math.floor(Math.min(MAX_PIXELS, MAX_SCANNED_PIXELS / scans)) : MAX_PIXELS,
      complete: scans > 0 && scans <= MAX_SCANS,
    }
  }
  let progressive = false
  let scans = 0
  let profileBytes = 0
  let hasExif = false
  let at = 2
  while (at + 1 < bytes.length) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff) {
      at = bytes.indexOf(0xff, at)
      if (at < 0) break
    } else if (marker === 0xff) {
      at += 1
    } else if (marker === 0xd9) {
      return end()
    } else if (marker === 0xd8 && scans > 0) {
      // The next picture of the file begins, and this one has no end mark.
      return { ...end(), endIsImplied: true }
    } else if (hasNoLength(marker)) {
      at += 2
    } else {
      const length = at + 4 > bytes.length ? 0 : bytes.readUInt16BE(at + 2)
      const next = at + 2 + length
      if (length < 2 || next > bytes.length) break
      const starts = (text: string) =>
        bytes.toString('latin1', at + 4, Math.min(at + 4 + text.length, next)) === text
      if (marker === 0xda) {
        scans += 1
        const scanEnd = endOfScan(bytes, next)
        parts.keep(at, scanEnd)
        at = scanEnd
        continue
      }
      if (isFrameHeader(marker) && picture.width === 0 && length >= 8) {
        picture.height = bytes.readUInt16BE(at + 5)
        picture.width = bytes.readUInt16BE(at + 7)
        progressive = (marker & 3) === 2
      }
      if (marker === 0xe1 && !hasExif && starts(EXIF)) {
        // Browsers look at the first one alone, whatever it says.
        hasExif = true
        picture.orientation = readOrientation(bytes.subarray(at + 10, next)) ?? 1
      }
      const isProfile = marker === 0xe2 && starts(PROFILE)
      if (isProfile) profileBytes += length
      if (
        isTable(marker) ||
        (marker === 0xe0 && starts('JFIF\0')) ||
        (marker === 0xee && starts('Adobe')) ||
        (isProfile && profileBytes <= MAX_PROFILE_BYTES)
      ) {
        parts.keep(at, next)
      }
      at = next
    }
  }
  if (!hasSamsungTrailer(upload) || scans === 0) return picture
  // A panorama: the trailer has taken the place of the end mark.
  return { ...end(), endIsImplied: true }
}

/** A stuffed zero, TEM, a restart mark, a second start. */
function hasNoLength(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)
}

/** SOF0 to SOF15; DHT, JPG and DAC share their range. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** SOF, DHT, DAC; DQT, DNL, DRI. */
function isTable(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xdb && marker <= 0xdd)
}

/** The next marker that is neither a stuffed zero nor a restart mark; the end of the file where there is none. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = from
  for (;;) {
    at = bytes.indexOf(0xff, at)
    if (at < 0 || at + 1 >= bytes.length) return bytes.length
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) at += 1
    else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2
    else return at
  }
}

/**
 * Phones of Samsung append records (a motion photo, the parts of a panorama), and then a directory that says how far
 * before it each of them begins: `SEFH`, version, count, count × (type, distance, length), length, `SEFT`.
 */
function withoutSamsungTrailer(bytes: Buffer): Buffer {
  if (bytes.length < 28 || !hasSamsungTrailer(bytes)) return bytes
  const directory = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)
  if (directory < 2 || bytes.toString('latin1', directory, directory + 4) !== 'SEFH') return bytes
  let distance = 0
  for (let at = directory + 12; at + 12 <= bytes.length - 8; at += 12) {
    distance = Math.max(distance, bytes.readUInt32LE(at + 4))
  }
  return distance < directory - 2 ? bytes.subarray(0, directory - distance) : bytes
}

function hasSamsungTrailer(bytes: Buffer): boolean {
  return bytes.toString('latin1', bytes.length - 4) === 'SEFT'
}
