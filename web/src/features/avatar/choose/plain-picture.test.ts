import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import sharp from 'sharp'
import {
  exif,
  exifSegment,
  jpegSegment,
  jpegWith,
  pngChunk,
  pngWith,
  type ExifFacts,
} from '../../../../test/exif.ts'
import { readOrientation, writeOrientation, type Orientation } from './exif-orientation.ts'
import { plainPicture } from './plain-picture.ts'

const picture = sharp({ create: { width: 12, height: 8, channels: 3, background: 'teal' } })
const jpeg = await picture.clone().jpeg().toBuffer()
const png = await picture.clone().png().toBuffer()
const plain = (bytes: Buffer, format: 'jpeg' | 'png') =>
  Buffer.from(plainPicture(Uint8Array.from(bytes), format))
const pixels = (bytes: Buffer) => sharp(bytes).raw().toBuffer()
const orientations: Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]
const density = { x: 144, y: 144, width: 6, height: 4 }

/** What is said of a picture besides its pixels. */
async function said(bytes: Buffer) {
  const { width, height, orientation, density: dpi, exif: block, xmp } = await sharp(bytes).metadata()
  return { width, height, orientation, dpi, exif: block?.length, xmp }
}

describe('of the EXIF of a picture', () => {
  for (const [name, file, with_, dpi] of [
    ['JPEG', jpeg, (facts: ExifFacts) => jpegWith(jpeg, exifSegment(facts)), 72],
    ['PNG', png, (facts: ExifFacts) => pngWith(png, pngChunk('eXIf', exif(facts))), undefined],
  ] as const) {
    const format = name === 'JPEG' ? 'jpeg' : 'png'

    test(`the orientation of a ${name} stays, and nothing else`, async () => {
      for (const orientation of orientations) {
        const result = plain(with_({ orientation, density }), format)
        const { orientation: kept = 1, exif: bytes, ...facts } = await said(result)
        assert.equal(kept, orientation)
        assert.ok((bytes ?? 0) <= 32, `${bytes} bytes of EXIF`)
        assert.deepEqual(facts, { width: 12, height: 8, dpi, xmp: undefined })
        assert.deepEqual(await pixels(result), await pixels(file))
      }
    })

    test(`an orientation of a ${name} that is of a wrong type is none`, async () => {
      for (const orientationType of ['BYTE', 'LONG'] as const) {
        const result = plain(with_({ orientation: 6, orientationType }), format)
        assert.equal((await said(result)).orientation, undefined)
      }
    })

    test(`a ${name} without it is the same afterwards, and so is one that is plain already`, () => {
      assert.deepEqual(plain(file, format), file)
      const turned = plain(with_({ orientation: 6 }), format)
      assert.deepEqual(plain(turned, format), turned)
    })

    test(`whatever a ${name} consists of, it becomes plain without an error`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.boolean(), (bytes, at, isCut) => {
          const source = with_({ orientation: 6, density })
          const from = at % source.length
          const odd = Buffer.concat([source.subarray(0, from), bytes, isCut ? bytes : source.subarray(from)])
          assert.ok(plain(odd, format).length <= odd.length + 40)
        }),
      )
    })
  }
})

test('of several EXIF segments the first one counts, and none of the others is left', async () => {
  const segments = [6, 3].map((orientation) => exifSegment({ orientation }))
  assert.equal((await said(plain(jpegWith(jpeg, ...segments), 'jpeg'))).orientation, 6)
})

test('the colours of a JPEG stay, its further pictures and stray bytes between its parts go', () => {
  const icc = jpegSegment(0xe2, Buffer.from('ICC_PROFILE\0\x01\x01and so on'))
  const adobe = jpegSegment(0xee, Buffer.from('Adobe\0\x64\0\0\0\0\x01'))
  const mpf = jpegSegment(0xe2, Buffer.from('MPF\0MM\0*'))
  const xmp = jpegSegment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>'))
  const stray = Buffer.from([1, 2, 3, 0xff, 0xff, 0])
  const odd = jpegWith(jpeg, icc, mpf, stray, adobe, xmp)
  assert.deepEqual(plain(odd, 'jpeg'), jpegWith(jpeg, icc, adobe))
})

test('texts of a PNG go, and what is about its pixels stays', () => {
  const gamma = pngChunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f]))
  const text = pngChunk('tEXt', Buffer.from('Raw profile type exif\0\nexif\n0\n'))
  assert.deepEqual(plain(pngWith(png, gamma, text), 'png'), pngWith(png, gamma))
})

test('an orientation is read back from how it is written, and none from what is no EXIF', () => {
  for (const orientation of orientations) {
    assert.equal(readOrientation(writeOrientation(orientation)), orientation)
  }
  for (const bytes of [[], [0x4d, 0x4d], exif({ orientation: 9 }), exif({ orientation: 0 }), exif({})]) {
    assert.equal(readOrientation(Uint8Array.from(bytes)), 1)
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      assert.ok(readOrientation(Uint8Array.from([0x49, 0x49, 42, 0, ...bytes])) <= 8)
    }),
  )
})
