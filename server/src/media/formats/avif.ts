import { findBox, readBoxes, type Box } from './boxes.ts'
import { readSequenceHeader } from './av1.ts'
import { firstFrame } from './avif-sequence.ts'
import type { Colour, SourcePicture } from './picture.ts'

/** Decoding a pixel takes 20 bytes and four times as long as in any other format. */
const MAX_AVIF_PIXELS = 16_000_000

/** Of `ftyp`; real files have fewer than ten. */
const MAX_BRANDS = 64

/**
 * HEIC, CR3 and MP4 are ISO base media files too: only the brands of `ftyp` (ISO/IEC 14496-12) tell them apart.
 * The major brand may be the neutral `mif1`, so the compatible ones count as well.
 */
export function isAvif(bytes: Buffer): boolean {
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 8 + 4 * MAX_BRANDS)
  for (let at = 8; at + 4 <= end; at += 4) {
    const brand = bytes.toString('latin1', at, at + 4)
    // The word after the major brand is a version, which no brand can equal.
    if (brand === 'avif' || brand === 'avis') return true
  }
  return false
}

/**
 * Reads what the file says of its picture (ISO/IEC 23008-12). Of a sequence the first frame becomes a still picture,
 * which is all that the decoder takes; the metadata of a still picture are hidden from it, as they may be compressed.
 */
export function readAvif(bytes: Buffer): SourcePicture {
  const boxes = readBoxes(bytes, 0, bytes.length)
  const meta = boxes.find(({ type }) => type === 'meta')
  const movie = boxes.find(({ type }) => type === 'moov')
  const isSequence = bytes.toString('latin1', 8, 12) === 'avis' || !meta
  const frame = movie && isSequence ? firstFrame(bytes, movie) : undefined
  if (frame)
    return readStill(frame, findBox(frame, { type: '', start: 0, from: 0, to: frame.length }, 'meta'))
  return readStill(Buffer.from(bytes), meta)
}

function readStill(bytes: Buffer, meta: Box | undefined): SourcePicture {
  const picture: SourcePicture = {
    format: 'avif',
    bytes,
    width: 0,
    height: 0,
    maxPixels: MAX_AVIF_PIXELS,
    // The decoder notices data that are missing.
    complete: true,
    orientation: 1,
  }
  const content = meta && { ...meta, from: meta.from + 4 }
  const find = (...path: Parameters<typeof findBox>[2][]) => findBox(bytes, content, ...path)
  try {
    // The brands are known: the decoder need not read a list of millions.
    bytes.write('avif', 8, 'latin1')
    hideMetadata(bytes, find('iinf'))
    const primary = readPrimary(bytes, find('pitm'))
    const properties = readProperties(bytes, find('iprp'), primary)
    for (const { type, from, to } of properties) {
      if (type !== 'ispe' || to - from < 12) continue
      picture.width = Math.max(picture.width, bytes.readUInt32BE(from + 4))
      picture.height = Math.max(picture.height, bytes.readUInt32BE(from + 8))
    }
    const colour = readColour(bytes, properties, () => readItem(bytes, find('iloc'), primary))
    return { ...picture, ...(colour && { colour }) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    // A box that ends too early.
    return { ...picture, complete: false }
  }
}

/** Exif, XMP and their like get a type that nobody reads, in their place. */
function hideMetadata(bytes: Buffer, list: Box | undefined): void {
  if (!list) return
  const isShort = bytes[list.from] === 0
  for (const item of readBoxes(bytes, list.from + (isShort ? 6 : 8), list.to)) {
    if (item.type !== 'infe') continue
    const version = bytes[item.from] ?? 0
    const type = item.from + (version === 2 ? 8 : 10)
    if (version < 2 || type + 4 > item.to) continue
    if (['Exif', 'mime', 'uri '].includes(bytes.toString('latin1', type, type + 4)))
      bytes.write('skip', type, 'latin1')
  }
}

function readPrimary(bytes: Buffer, box: Box | undefined): number {
  if (!box) return 0
  return bytes[box.from] === 0 ? bytes.readUInt16BE(box.from + 4) : bytes.readUInt32BE(box.from + 4)
}

/** What `ipma` ties to an item, out of `ipco`. */
function readProperties(bytes: Buffer, box: Box | undefined, item: number): Box[] {
  const container = findBox(bytes, box, 'ipco')
  const ties = findBox(bytes, box, 'ipma')
  if (!container || !ties) return []
  const all = readBoxes(bytes, container.from, container.to)
  const longIds = (bytes[ties.from] ?? 0) >= 1
  const longIndices = ((bytes[ties.from + 3] ?? 0) & 1) === 1
  const found: Box[] = []
  let at = ties.from + 8
  for (let left = bytes.readUInt32BE(ties.from + 4); left > 0 && at < ties.to; left--) {
    const id = longIds ? bytes.readUInt32BE(at) : bytes.readUInt16BE(at)
    at += longIds ? 4 : 2
    const count = bytes.readUInt8(at)
    at += 1
    for (let index = 0; index < count; index++) {
      const property = longIndices ? bytes.readUInt16BE(at) & 0x7fff : bytes.readUInt8(at) & 0x7f
      at += longIndices ? 2 : 1
      const tied = all[property - 1]
      if (id === item && tied) found.push(tied)
    }
  }
  return found
}

/** A profile is the decoder's; code points are ours: those of `colr`, else those in the data. */
function readColour(bytes: Buffer, properties: readonly Box[], readData: () => Buffer): Colour | undefined {
  const colours = properties.filter(({ type }) => type === 'colr')
  const kindOf = ({ from }: Box) => bytes.toString('latin1', from, from + 4)
  if (colours.some((box) => ['prof', 'rICC'].includes(kindOf(box)))) return undefined
  const nclx = colours.find((box) => kindOf(box) === 'nclx')
  // The decoder has applied matrix and range already.
  if (nclx) {
    const [primaries, transfer] = [bytes.readUInt16BE(nclx.from + 4), bytes.readUInt16BE(nclx.from + 6)]
    return { kind: 'cicp', primaries, transfer, camera: 'srgb' }
  }
  const header = readSequenceHeader(readData())
  return header && { kind: 'cicp', ...header, camera: 'srgb' }
}

/** The first bytes of an item, by `iloc`. */
function readItem(bytes: Buffer, box: Box | undefined, item: number): Buffer {
  if (!box) return Buffer.alloc(0)
  const version = bytes.readUInt8(box.from)
  const [offsetBytes, lengthBytes] = split(bytes.readUInt8(box.from + 4))
  const [baseBytes, indexBytes] = split(bytes.readUInt8(box.from + 5))
  let at = box.from + 6
  const number = (size: number): number => {
    at += size
    return size === 0 ? 0 : size > 6 ? bytes.readUIntBE(at - 6, 6) : bytes.readUIntBE(at - size, size)
  }
  for (let left = number(version < 2 ? 2 : 4); left > 0; left--) {
    const id = number(version < 2 ? 2 : 4)
    const method = version > 0 ? number(2) & 15 : 0
    number(2)
    const base = number(baseBytes)
    const extents = number(2)
    for (let extent = 0; extent < extents; extent++) {
      if (version > 0) number(indexBytes)
      const offset = base + number(offsetBytes)
      const length = number(lengthBytes)
      if (id === item && method === 0) return bytes.subarray(offset, offset + (length || bytes.length))
    }
  }
  return Buffer.alloc(0)
}

function split(byte: number): [number, number] {
  return [byte >> 4, byte & 15]
}
