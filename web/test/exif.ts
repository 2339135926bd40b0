/** Pictures with EXIF as cameras and programs write it, right and wrong. */
import { crc32 } from 'node:zlib'

const BYTE = 1
const SHORT = 3
const LONG = 4
const RATIONAL = 5

type Entry = { tag: number; type: number; value: number }

export type ExifFacts = {
  orientation?: number
  /** What the orientation is written as; a SHORT where all is well. */
  orientationType?: 'BYTE' | 'SHORT' | 'LONG'
  /** Pixels to the inch, and the dimensions that belong to them: browsers believe both or none. */
  density?: { x?: number; y?: number; width: number; height: number }
}

/** EXIF as it is in a JPEG behind `Exif`, and in a PNG by itself. */
export function exif({ orientation, orientationType = 'SHORT', density }: ExifFacts): Buffer {
  const first: Entry[] = []
  if (orientation !== undefined) {
    first.push({ tag: 0x112, type: { BYTE, SHORT, LONG }[orientationType], value: orientation })
  }
  if (density) {
    if (density.x !== undefined) first.push({ tag: 0x11a, type: RATIONAL, value: density.x })
    if (density.y !== undefined) first.push({ tag: 0x11b, type: RATIONAL, value: density.y })
    first.push({ tag: 0x128, type: SHORT, value: 2 }, { tag: 0x8769, type: LONG, value: 100 })
  }
  const second: Entry[] = density
    ? [
        { tag: 0xa002, type: LONG, value: density.width },
        { tag: 0xa003, type: LONG, value: density.height },
      ]
    : []
  const tiff = Buffer.alloc(200)
  tiff.write('MM\0*', 0, 'latin1')
  tiff.writeUInt32BE(8, 4)
  let free = 150
  for (const [at, entries] of [
    [8, first],
    [100, second],
  ] as const) {
    tiff.writeUInt16BE(entries.length, at)
    for (const [index, { tag, type, value }] of entries.entries()) {
      const place = at + 2 + 12 * index
      tiff.writeUInt16BE(tag, place)
      tiff.writeUInt16BE(type, place + 2)
      tiff.writeUInt32BE(1, place + 4)
      if (type === BYTE) tiff.writeUInt8(value, place + 8)
      if (type === SHORT) tiff.writeUInt16BE(value, place + 8)
      if (type === LONG) tiff.writeUInt32BE(value, place + 8)
      if (type === RATIONAL) {
        tiff.writeUInt32BE(free, place + 8)
        tiff.writeUInt32BE(value, free)
        tiff.writeUInt32BE(1, free + 4)
        free += 8
      }
    }
  }
  return tiff
}

export function jpegSegment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([head, content])
}

export const exifSegment = (facts: ExifFacts): Buffer =>
  jpegSegment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif(facts)]))

/** A JPEG with these segments at its beginning. */
export function jpegWith(jpeg: Buffer, ...segments: Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])
}

export function pngChunk(name: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(name), data])
  const chunk = Buffer.concat([Buffer.alloc(4), content, Buffer.alloc(4)])
  chunk.writeUInt32BE(data.length)
  chunk.writeUInt32BE(crc32(content), chunk.length - 4)
  return chunk
}

/** A PNG with these chunks behind its header. */
export function pngWith(png: Buffer, ...chunks: Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])
}
