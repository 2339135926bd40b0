/** What phones, cameras and programs write is taken, and shown as a browser shows it. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { restartJpeg } from '../../test/restart-jpeg.ts'
import { readSequenceHeader } from './formats/av1.ts'
import { ImageError } from './image-error.ts'
import { blockOtherDecoders, renderAvatar } from './image.ts'

blockOtherDecoders()

const fixture = (name: string) => readFile(join(import.meta.dirname, '../../test/pictures', name))

type Rgba = readonly number[]

/** The colours in the middle of each quarter, and of the whole. */
async function shown(input: Buffer): Promise<Rgba[]> {
  const { files } = await renderAvatar(input)
  const { data, info } = await sharp(files[0]?.bytes)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return [
    [0.23, 0.23],
    [0.77, 0.23],
    [0.23, 0.77],
    [0.77, 0.77],
    [0.5, 0.5],
  ].map(([x = 0, y = 0]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 4
    return [...data.subarray(at, at + 4)]
  })
}

function near(actual: Rgba | undefined, expected: Rgba, of: string, tolerance = 6): void {
  const far = expected.some((value, index) => Math.abs((actual?.[index] ?? -999) - value) > tolerance)
  assert.ok(!far, `${of}: ${actual?.join()} is not near ${expected.join()}`)
}

async function refused(input: Buffer, code: string, of: string): Promise<ImageError> {
  const outcome = await renderAvatar(input).catch((error: unknown) => error)
  assert.ok(outcome instanceof ImageError, `${of} is not refused: ${String(outcome)}`)
  assert.equal(outcome.code, code, of)
  return outcome
}

const quarters: Rgba[] = [
  [222, 41, 43],
  [39, 199, 38],
  [44, 44, 224],
  [229, 217, 37],
]

describe('files of cameras and programs', () => {
  for (const name of ['stray-18-before-dqt.jpg', 'no-eoi-samsung-trailer.jpg', 'density-144.jpg']) {
    it(`${name} is taken whole`, async () => {
      const colours = await shown(await fixture(name))
      for (const [index, colour] of quarters.entries()) near(colours[index], colour, `quarter ${index}`, 10)
    })
  }

  it('a JPEG of Samsung without an end mark is refused when its data are cut', async () => {
    const bytes = await fixture('no-eoi-samsung-trailer.jpg')
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]))
    const trailer = Buffer.from('SEFH\x6b\0\0\0and no end, SEFT')
    await refused(Buffer.concat([bytes.subarray(0, scan + 3000), trailer]), 'image_corrupt', 'cut')
    await refused(bytes.subarray(0, scan + 3000), 'image_corrupt', 'cut, without a trailer')
  })

  it('an animated AVIF gives its first frame, also without a still picture beside it', async () => {
    const bytes = await fixture('sequence.avif')
    for (const colour of await shown(bytes)) near(colour, [221, 40, 39, 255], 'first frame')
    const film = Buffer.from(bytes)
    film.write('free', film.indexOf('meta'), 'latin1')
    for (const colour of await shown(film)) near(colour, [221, 40, 39, 255], 'first frame of the film')
  })

  it('a PNG for iOS is no PNG, and is not called too large', async () => {
    await refused(await fixture('cgbi.png'), 'image_unsupported', 'CgBI')
  })

  it('what only begins like a PNG is damaged, and is not called too large', async () => {
    const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'teal' } })
      .png()
      .toBuffer()
    const other = Buffer.concat([png.subarray(0, 8), Buffer.from('\xff\xff\xff\xffjUnK', 'latin1'), png])
    await refused(other, 'image_corrupt', 'another chunk first')
  })
})

/** A segment with one directory of one entry: the orientation, of some type. */
function exif(type: number, count: number, value: number): Buffer {
  const segment = Buffer.alloc(36)
  segment.write('\xff\xe1\0\x22Exif\0\0MM\0*', 'latin1')
  segment.writeUInt32BE(8, 14)
  segment.writeUInt16BE(1, 18)
  segment.writeUInt16BE(0x0112, 20)
  segment.writeUInt16BE(type, 22)
  segment.writeUInt32BE(count, 24)
  if (type === 4) segment.writeUInt32BE(value, 28)
  else segment.writeUInt16BE(value, 28)
  return segment
}

describe('the orientation is the one that a browser turns by', () => {
  const SHORT = 3
  const LONG = 4
  for (const [of, segments, turned] of [
    ['one short number', [exif(SHORT, 1, 6)], true],
    ['a long number', [exif(LONG, 1, 6)], false],
    ['two numbers', [exif(SHORT, 2, 6)], false],
    ['no orientation', [exif(SHORT, 1, 0)], false],
    ['an orientation that there is not', [exif(SHORT, 1, 9)], false],
    ['the first block of two', [exif(SHORT, 1, 6), exif(SHORT, 1, 3)], true],
    ['the first block of two, which says nothing', [exif(LONG, 1, 3), exif(SHORT, 1, 6)], false],
  ] as const) {
    it(of, async () => {
      const white = { create: { width: 20, height: 20, channels: 3 as const, background: 'white' } }
      const jpeg = await sharp({ create: { width: 40, height: 40, channels: 3, background: 'black' } })
        .composite([{ input: white, left: 0, top: 20 }])
        .jpeg()
        .toBuffer()
      const colours = await shown(Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]))
      // Orientation 6 brings the lower left to the upper left.
      near(colours[turned ? 0 : 2], [255, 255, 255], of, 12)
      near(colours[turned ? 2 : 0], [0, 0, 0], of, 12)
    })
  }
})

/** Where the markers of a JPEG are. */
function markers(jpeg: Buffer): number[] {
  const found: number[] = []
  for (let at = jpeg.indexOf(0xff, 2); at >= 0 && at + 3 < jpeg.length; at = jpeg.indexOf(0xff, at)) {
    const marker = jpeg[at + 1] ?? 0
    if (marker >= 0xc0 && (marker < 0xd0 || marker > 0xd8)) {
      found.push(at)
      at += 2 + jpeg.readUInt16BE(at + 2)
    } else at += 2
  }
  return [...found, jpeg.length - 2]
}

const insert = (bytes: Buffer, at: number, stray: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), stray, bytes.subarray(at)])

describe('stray bytes in a JPEG', () => {
  for (const progressive of [false, true]) {
    it(`before any marker of a ${progressive ? 'progressive' : 'plain'} one are overlooked`, async () => {
      const jpeg = await sharp({ create: { width: 80, height: 60, channels: 3, background: '#c33' } })
        .jpeg({ progressive })
        .toBuffer()
      for (const at of markers(jpeg)) {
        for (const count of [1, 2, 7, 18, 33, 64]) {
          for (const byte of [0, 0x55]) {
            const [colour] = await shown(insert(jpeg, at, Buffer.alloc(count, byte)))
            near(colour, [204, 51, 51], `${count} of ${byte} before ${jpeg[at + 1]?.toString(16)}`)
          }
        }
      }
    })
  }

  it('a few before a restart mark are overlooked, and what is cut stays refused', async () => {
    const jpeg = restartJpeg(128, 128, 4)
    near((await shown(jpeg))[0], [32, 32, 32], 'as it is', 12)
    const marks = [...jpeg.keys()].filter((at) => jpeg[at] === 0xff && ((jpeg[at + 1] ?? 0) & 0xf8) === 0xd0)
    assert.ok(marks.length > 10)
    for (const count of [1, 2, 3, 5]) {
      for (const at of [marks[0], marks[5]]) {
        const [first, second] = await shown(insert(jpeg, at ?? 0, Buffer.alloc(count, 0x2a)))
        near(first, [32, 32, 32], `${count} before ${at}`, 12)
        near(second, [223, 223, 223], `${count} before ${at}`, 12)
      }
    }
    await refused(jpeg.subarray(0, marks[8]), 'image_corrupt', 'cut')
    const cut = Buffer.concat([jpeg.subarray(0, marks[3]), jpeg.subarray(marks[9])])
    await refused(cut, 'image_corrupt', 'without some of its rows')
  })
})

describe('a frame that does not cover its canvas stays transparent around it', () => {
  it('GIF: the fixture', async () => {
    const bytes = await fixture('small-first-frame.gif')
    const at = await shown(bytes)
    near(at[4], [220, 40, 40, 255], 'the frame')
    const { files } = await renderAvatar(bytes)
    const { data } = await sharp(files[0]?.bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    for (const place of [0, 511, 511 * 512, 512 * 512 - 1]) assert.equal(data[place * 4 + 3], 0)
  })

  for (const [left, top] of [
    [0, 0],
    [20, 0],
    [0, 20],
    [20, 20],
    [30, 30],
  ] as const) {
    for (const disposal of [0, 1, 2, 3]) {
      it(`GIF: a frame at ${left},${top}, disposed of by ${disposal}`, async () => {
        const frame = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#3366cc' } })
          .gif()
          .toBuffer()
        const gif = Buffer.from(frame)
        gif.writeUInt16LE(40, 6)
        gif.writeUInt16LE(40, 8)
        const descriptor = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 20, 0, 20, 0]))
        gif.writeUInt16LE(left, descriptor + 1)
        gif.writeUInt16LE(top, descriptor + 3)
        const control = Buffer.from([0x21, 0xf9, 4, disposal << 2, 0, 0, 0, 0])
        const quartersOf = await shown(insert(gif, descriptor, control))
        // One at 30,30 reaches beyond the canvas, and enlarges it to 50.
        const inside = left === 30 ? undefined : left / 20 + (top / 20) * 2
        for (const index of [0, 1, 2, 3]) {
          const expected = index === (inside ?? 3) ? [51, 102, 204, 255] : [0, 0, 0, 0]
          near(
            index === inside || expected[3] === 255
              ? quartersOf[index]
              : [0, 0, 0, quartersOf[index]?.[3] ?? 9],
            expected,
            `quarter ${index}`,
          )
        }
      })
    }
  }

  it('WebP: of an animation', async () => {
    const still = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#3366cc' } })
      .webp({ lossless: true })
      .toBuffer()
    const chunk = (type: string, data: Buffer) => {
      const head = Buffer.from(`${type}\0\0\0\0`, 'latin1')
      head.writeUInt32LE(data.length, 4)
      return Buffer.concat([head, data, Buffer.alloc(data.length & 1)])
    }
    const frame = Buffer.alloc(16)
    frame.writeUIntLE(20 / 2, 0, 3)
    frame.writeUIntLE(19, 6, 3)
    frame.writeUIntLE(19, 9, 3)
    const extended = Buffer.from([2, 0, 0, 0, 39, 0, 0, 39, 0, 0])
    const body = Buffer.concat([
      Buffer.from('WEBP'),
      chunk('VP8X', extended),
      chunk('ANIM', Buffer.from([255, 255, 255, 255, 0, 0])),
      chunk('ANMF', Buffer.concat([frame, still.subarray(12)])),
    ])
    const colours = await shown(chunk('RIFF', body))
    near(colours[1], [51, 102, 204, 255], 'the frame', 10)
    assert.equal(colours[2]?.[3], 0)
  })
})

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A signal, and what Chromium 147 shows of it, by the code points of primaries and transfer. */
const signals = [
  [200, 90, 40],
  [128, 128, 128],
] as const
const seen: [primaries: number, transfer: number, png: Rgba[], avif: Rgba[]][] = [
  [
    1,
    13,
    [
      [200, 90, 40],
      [128, 128, 128],
    ],
    [
      [200, 90, 40],
      [128, 128, 128],
    ],
  ],
  [
    2,
    2,
    [
      [200, 90, 40],
      [128, 128, 128],
    ],
    [
      [200, 90, 40],
      [128, 128, 128],
    ],
  ],
  [
    1,
    1,
    [
      [197, 81, 28],
      [121, 121, 121],
    ],
    [
      [200, 90, 40],
      [128, 128, 128],
    ],
  ],
  [
    12,
    13,
    [
      [216, 81, 13],
      [128, 128, 128],
    ],
    [
      [216, 81, 13],
      [128, 128, 128],
    ],
  ],
  [
    9,
    13,
    [
      [243, 59, 10],
      [128, 128, 128],
    ],
    [
      [243, 59, 10],
      [128, 128, 128],
    ],
  ],
  [
    9,
    14,
    [
      [241, 42, 0],
      [121, 121, 121],
    ],
    [
      [243, 59, 10],
      [128, 128, 128],
    ],
  ],
  [
    9,
    16,
    [
      [255, 0, 0],
      [132, 132, 132],
    ],
    [
      [255, 0, 0],
      [132, 132, 132],
    ],
  ],
  [
    1,
    16,
    [
      [255, 40, 4],
      [132, 132, 132],
    ],
    [
      [255, 40, 4],
      [132, 132, 132],
    ],
  ],
  [
    9,
    18,
    [
      [230, 29, 0],
      [99, 99, 99],
    ],
    [
      [230, 29, 0],
      [99, 99, 99],
    ],
  ],
  [
    1,
    18,
    [
      [186, 72, 30],
      [99, 99, 99],
    ],
    [
      [186, 72, 30],
      [99, 99, 99],
    ],
  ],
  [
    1,
    8,
    [
      [229, 160, 110],
      [188, 188, 188],
    ],
    [
      [229, 160, 110],
      [188, 188, 188],
    ],
  ],
  [
    1,
    4,
    [
      [201, 90, 35],
      [129, 129, 129],
    ],
    [
      [201, 90, 35],
      [129, 129, 129],
    ],
  ],
  [
    11,
    17,
    [
      [212, 64, 0],
      [118, 118, 118],
    ],
    [
      [212, 64, 0],
      [118, 118, 118],
    ],
  ],
]

const plain = ([r, g, b]: Rgba) => `rgb(${r}, ${g}, ${b})`
const swatch = (colour: Rgba) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: plain(colour) } })

describe('colours are those that a browser shows', () => {
  it('nclx-p3.avif', async () => {
    const colours = await shown(await fixture('nclx-p3.avif'))
    const expected = [
      [241, 0, 19],
      [0, 205, 0],
      [39, 40, 228],
      [232, 221, 0],
    ]
    for (const [index, colour] of expected.entries()) near(colours[index], colour, `quarter ${index}`)
  })

  it('gray16-gray18.png', async () => {
    near((await shown(await fixture('gray16-gray18.png')))[0], [139, 139, 139], 'gray', 2)
  })

  for (const [exponent, gray] of [
    [1, 184],
    [1.8, 139],
    [2.2, 121],
  ] as const) {
    for (const alpha of [false, true]) {
      it(`gray of 16 bits with a profile of gamma ${exponent}${alpha ? ', transparent' : ''}`, async () => {
        const profile = Buffer.from((await sharp(await fixture('gray16-gray18.png')).metadata()).icc ?? '')
        // The curve is a single number of 8 and 8 bits.
        profile.writeUInt16BE(Math.round(exponent * 256), profile.lastIndexOf('curv') + 12)
        const swatch16 = sharp(Buffer.alloc(64 * 64, 120), { raw: { width: 64, height: 64, channels: 1 } })
        if (alpha) swatch16.ensureAlpha(0.5)
        const png = await swatch16.toColourspace('grey16').png().toBuffer()
        const iccp = pngChunk('iCCP', Buffer.concat([Buffer.from('gray\0\0'), deflateSync(profile)]))
        const [colour] = await shown(insert(png, 33, iccp))
        near(colour, [gray, gray, gray, alpha ? 128 : 255], String(exponent), 3)
      })
    }
  }

  for (const [primaries, transfer, png, avif] of seen) {
    it(`code points ${primaries} and ${transfer}, PNG and AVIF`, async () => {
      for (const [index, signal] of signals.entries()) {
        const cicp = pngChunk('cICP', Buffer.from([primaries, transfer, 0, 1]))
        for (const deep of [false, true]) {
          const file = await swatch(signal)
            .toColourspace(deep ? 'rgb16' : 'srgb')
            .png()
            .toBuffer()
          near(
            (await shown(insert(file, 33, cicp)))[0],
            png[index] ?? [],
            `PNG ${deep ? 16 : 8} of ${signal.join()}`,
          )
        }
        for (const bitdepth of [8, 10] as const) {
          const file = await swatch(signal)
            .avif({ lossless: true, chromaSubsampling: '4:4:4', effort: 0, bitdepth })
            .toBuffer()
          const at = file.indexOf('nclx')
          assert.ok(at > 0)
          file.writeUInt16BE(primaries, at + 4)
          file.writeUInt16BE(transfer, at + 6)
          near((await shown(file))[0], avif[index] ?? [], `AVIF ${bitdepth} of ${signal.join()}`, 8)
        }
      }
    })
  }

  it('the code points of an AVIF are those of its data where the file has none', async () => {
    const file = await swatch([200, 90, 40])
      .avif({ lossless: true, chromaSubsampling: '4:4:4', effort: 0 })
      .toBuffer()
    file.write('free', file.indexOf('colrnclx'), 'latin1')
    near((await shown(file))[0], [200, 90, 40], 'as it is')
    // Primaries 1, transfer 13, matrix 0, at any bit of the sequence header.
    const data = file.indexOf('mdat') + 4
    const bits = [...file.subarray(data, data + 40)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
    const at = bits.indexOf('1000000010000110100000000')
    assert.ok(at > 0)
    const wide = `${bits.slice(0, at + 1)}00001100${bits.slice(at + 9)}`
    for (let byte = 0; byte < 40; byte++)
      file[data + byte] = Number.parseInt(wide.slice(byte * 8, byte * 8 + 8), 2)
    // Without the matrix they mean other bits behind them, so that the data can only be read, not decoded.
    assert.deepEqual(readSequenceHeader(file.subarray(data)), { primaries: 12, transfer: 13 })
  })

  it('the curve and the primaries of a PNG', async () => {
    const gamma = (stored: number) => {
      const data = Buffer.alloc(4)
      data.writeUInt32BE(stored)
      return pngChunk('gAMA', data)
    }
    const points = Buffer.alloc(32)
    for (const [index, value] of [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000].entries()) {
      points.writeUInt32BE(value, index * 4)
    }
    const chrm = pngChunk('cHRM', points)
    const srgb = pngChunk('sRGB', Buffer.from([0]))
    for (const [chunks, expected] of [
      [[gamma(45_455)], [200, 90, 40]],
      [
        [gamma(45_455), chrm],
        [201, 90, 35],
      ],
      [
        [gamma(100_000), chrm],
        [229, 160, 110],
      ],
      [[gamma(100_000)], [229, 160, 110]],
      [
        [gamma(55_556), chrm],
        [210, 109, 53],
      ],
      [
        [gamma(100_000), chrm, srgb],
        [200, 90, 40],
      ],
      [
        [gamma(0), chrm],
        [200, 90, 40],
      ],
    ] as const) {
      const png = await swatch([200, 90, 40]).png().toBuffer()
      near((await shown(insert(png, 33, Buffer.concat(chunks))))[0], expected, `${chunks.length}`)
    }
  })
})

describe('nothing but the picture is decoded', () => {
  const cpuMs = async (input: Buffer) => {
    const begun = process.cpuUsage()
    await renderAvatar(input)
    const { user, system } = process.cpuUsage(begun)
    return (user + system) / 1000
  }
  /** 50 MB of zeros in 50 KB. */
  const bomb = deflateSync(Buffer.alloc(50_000_000))

  it('a PNG of 150 compressed texts, profiles and comments costs what one without costs', async () => {
    const png = await swatch([200, 90, 40]).png().toBuffer()
    const chunks = Array.from({ length: 50 }, () => [
      pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), bomb])),
      pngChunk('iTXt', Buffer.concat([Buffer.from('Comment\0\x01\0\0\0'), bomb])),
      pngChunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), bomb])),
      pngChunk('eXIf', bomb),
    ]).flat()
    await cpuMs(png)
    const [clean, loaded] = [await cpuMs(png), await cpuMs(insert(png, 33, Buffer.concat(chunks)))]
    assert.ok(loaded < clean * 2 + 150, `${loaded} ms of a processor instead of ${clean}`)
  })

  it('a JPEG, a GIF, a WebP and an AVIF full of metadata cost what clean ones cost', async () => {
    const filler = Buffer.alloc(65_000, 0x41)
    const jpeg = await swatch([200, 90, 40]).jpeg().toBuffer()
    const segment = Buffer.concat([
      Buffer.from([0xff, 0xe1, 0xfd, 0xea]),
      Buffer.from('Exif\0\0II*\0'),
      filler,
    ])
    const gif = await swatch([200, 90, 40]).gif().toBuffer()
    const comment = Buffer.concat([
      Buffer.from([0x21, 0xfe]),
      ...Array.from({ length: 200 }, () => Buffer.concat([Buffer.from([255]), filler.subarray(0, 255)])),
      Buffer.from([0]),
    ])
    const first = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 64, 0, 64, 0]))
    const cases: [string, Buffer, Buffer][] = [
      [
        'JPEG',
        jpeg,
        insert(jpeg, 2, Buffer.concat(Array.from({ length: 100 }, () => segment.subarray(0, 2 + 0xfdea)))),
      ],
      ['GIF', gif, insert(gif, first, Buffer.concat(Array.from({ length: 100 }, () => comment)))],
    ]
    for (const [of, clean, loaded] of cases) {
      await cpuMs(clean)
      const [before, after] = [await cpuMs(clean), await cpuMs(loaded)]
      assert.ok(after < before * 2 + 150, `${of}: ${after} ms of a processor instead of ${before}`)
    }
  })

  it('brands without end, chunks without end and boxes without end are read in no time', async () => {
    const brands = Buffer.alloc(10 * 1024 * 1024, 'mif1')
    brands.writeUInt32BE(brands.length, 0)
    brands.write('ftypheic', 4, 'latin1')
    const chunks = Buffer.concat([
      (await swatch([0, 0, 0]).png().toBuffer()).subarray(0, 33),
      Buffer.alloc(10 * 1024 * 1024, pngChunk('IDAT', Buffer.alloc(0))),
    ])
    const boxes = Buffer.concat([
      Buffer.from('\0\0\0\x10ftypavif\0\0\0\0', 'latin1'),
      Buffer.alloc(10 * 1024 * 1024, Buffer.from('\0\0\0\x08free', 'latin1')),
    ])
    for (const input of [brands, chunks, boxes]) {
      const begun = process.cpuUsage()
      await assert.rejects(renderAvatar(input), ImageError)
      const { user, system } = process.cpuUsage(begun)
      assert.ok((user + system) / 1000 < 1500, `${(user + system) / 1000} ms`)
    }
  })
})
