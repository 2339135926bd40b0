import { inflateSync } from 'node:zlib'
import { readOrientation } from './exif.ts'
import { MAX_PIXELS, MAX_PROFILE_BYTES, Parts, type Colour, type SourcePicture } from './picture.ts'

const SIGNATURE_BYTES = 8
/** An interlaced picture is decoded as a whole, and this is what it may take. */
const MAX_INTERLACED_BYTES = 200_000_000
/** 1/2.2, as `gAMA` has it. */
const SRGB_GAMMA = 45_455
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 }

/**
 * Walks the chunks to the last one, and keeps those that make the picture: a text, a time, a thumbnail or an animation
 * is not even inflated. Colours follow PNG (third edition), section 4.3: `cICP` before `iCCP` before `sRGB` before
 * `gAMA` and `cHRM`.
 *
 * @returns undefined for what only begins like a PNG, as the files in apps for iOS do
 */
export function readPng(bytes: Buffer): SourcePicture | undefined {
  const picture: SourcePicture = {
    format: 'png',
    bytes,
    width: 0,
    height: 0,
    maxPixels: MAX_PIXELS,
    complete: false,
    orientation: 1,
  }
  if (bytes.toString('latin1', 12, 16) === 'CgBI') return undefined
  if (bytes.length < 33) return picture
  if (bytes.toString('latin1', 12, 16) !== 'IHDR' || bytes.readUInt32BE(8) !== 13) return picture
  picture.width = bytes.readUInt32BE(16)
  picture.height = bytes.readUInt32BE(20)
  if (bytes[28] !== 0) {
    const pixelBytes = (CHANNELS[bytes[25] ?? 0] ?? 4) * (bytes[24] === 16 ? 2 : 1)
    picture.maxPixels = Math.floor(Math.min(MAX_PIXELS, MAX_INTERLACED_BYTES / pixelBytes))
  }
  const parts = new Parts(bytes)
  parts.keep(0, SIGNATURE_BYTES)
  const colours = new Map<string, Buffer>()
  let profile: [from: number, to: number] | undefined
  let at = SIGNATURE_BYTES
  while (at + 12 <= bytes.length) {
    const type = bytes.toString('latin1', at + 4, at + 8)
    const next = at + 12 + bytes.readUInt32BE(at)
    if (next > bytes.length) break
    const data = bytes.subarray(at + 8, next - 4)
    if (profile && (type === 'PLTE' || type === 'tRNS' || type === 'IDAT')) {
      // It comes before these, as does a cICP that makes it void.
      if (!colours.has('cICP')) parts.keep(...profile)
      profile = undefined
    }
    if (type === 'IHDR' || type === 'PLTE' || type === 'tRNS' || type === 'IDAT' || type === 'IEND') {
      parts.keep(at, next)
    } else if (type === 'eXIf') {
      picture.orientation = readOrientation(data) ?? picture.orientation
    } else if (type === 'iCCP') {
      if (!colours.has(type) && isSoundProfile(data)) profile = [at, next]
      colours.set(type, data)
    } else if (type === 'cICP' || type === 'sRGB' || type === 'gAMA' || type === 'cHRM') {
      if (!colours.has(type)) colours.set(type, data)
    }
    if (type === 'IEND') {
      const colour = readColour(colours)
      return { ...picture, bytes: parts.bytes(), complete: true, ...(colour && { colour }) }
    }
    at = next
  }
  return picture
}

/** A name, a zero, the method, and the profile, compressed. */
function isSoundProfile(data: Buffer): boolean {
  const name = data.indexOf(0)
  if (name < 1 || name > 79) return false
  try {
    return inflateSync(data.subarray(name + 2), { maxOutputLength: MAX_PROFILE_BYTES }).length > 0
  } catch {
    return false
  }
}

function readColour(chunks: ReadonlyMap<string, Buffer>): Colour | undefined {
  const cicp = chunks.get('cICP')
  if (cicp?.length === 4) {
    return { kind: 'cicp', primaries: cicp[0] ?? 0, transfer: cicp[1] ?? 0, camera: 'screen' }
  }
  const gamma = chunks.get('gAMA')
  if (chunks.has('iCCP') || chunks.has('sRGB') || gamma?.length !== 4) return undefined
  const stored = gamma.readUInt32BE(0)
  const points = chunks.get('cHRM')
  const chromaticities =
    points?.length === 32
      ? Array.from({ length: 8 }, (_, index) => points.readUInt32BE(index * 4) / 100_000)
      : undefined
  // Without primaries, 1/2.2 means sRGB. What is no curve is none.
  if ((stored === SRGB_GAMMA && !chromaticities) || stored < 1_000 || stored > 10_000_000) return undefined
  return { kind: 'gamma', exponent: 100_000 / stored, chromaticities }
}
