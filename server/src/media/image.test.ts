import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32, deflateSync, gzipSync } from 'node:zlib'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { thumbHashToAverageRGBA, thumbHashToRGBA } from 'thumbhash'
import { blockOtherDecoders, renderAvatar } from './image.ts'
import { type Crop, ImageError } from './image-error.ts'

// What production does; the tests only write with sharp what it could no longer read.
blockOtherDecoders()

type Rgb = readonly [number, number, number]
const red: Rgb = [220, 40, 40]
const green: Rgb = [40, 200, 40]
const blue: Rgb = [40, 40, 220]
const yellow: Rgb = [230, 220, 40]
const grey: Rgb = [128, 128, 128]

/** A picture whose rows are given by a function; painting pixel by pixel would take longer than the tests. */
function paint(width: number, height: number, row: (y: number) => Buffer): Sharp {
  const data = Buffer.concat(Array.from({ length: height }, (_, y) => row(y)))
  return sharp(data, { raw: { width, height, channels: 3 } })
}

/** A part of a row, in one colour. */
function run(width: number, colour: Rgb): Buffer {
  return Buffer.alloc(width * 3, Buffer.from(colour))
}

/** Quarters: red | green over blue | yellow. */
function quarters(width: number, height: number): Sharp {
  const left = Math.ceil(width / 2)
  const upper = Buffer.concat([run(left, red), run(width - left, green)])
  const lower = Buffer.concat([run(left, blue), run(width - left, yellow)])
  return paint(width, height, (y) => (y < height / 2 ? upper : lower))
}

/** Something that does not compress to nothing, so that there is a middle to damage. */
function texture(width: number, height: number): Sharp {
  const colour = (x: number, y: number) => [
    (x * 255) / width,
    (y * 255) / height,
    (x * 7919 + y * 104_729) % 97,
  ]
  return paint(width, height, (y) =>
    Buffer.from(Array.from({ length: width }, (_, x) => colour(x, y)).flat()),
  )
}

function plain(width: number, height: number, background: string): Sharp {
  return sharp({ create: { width, height, channels: 3, background } })
}

/** The quickest to write of the very large ones. */
function blank(width: number, height: number): Sharp {
  return sharp(Buffer.alloc(width * height, grey[0]), { raw: { width, height, channels: 1 } })
}

async function pixels(file: Buffer): Promise<(x: number, y: number) => number[]> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  return (x, y) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels
    return [...data.subarray(at, at + info.channels)]
  }
}

function assertNear(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
  of: string,
): void {
  const far = expected.some((value, index) => Math.abs((actual[index] ?? -999) - value) > tolerance)
  assert.ok(!far, `${of}: ${actual.join(',')} is not near ${expected.join(',')}`)
}

/** The corners of a file: top left, top right, bottom left, bottom right. */
async function assertCorners(file: Buffer, corners: readonly Rgb[], of: string): Promise<void> {
  const at = await pixels(file)
  const places = [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.1, 0.9],
    [0.9, 0.9],
  ] as const
  for (const [index, [x, y]] of places.entries()) {
    assertNear(at(x, y), corners[index] ?? grey, 12, `${of}, corner ${index}`)
  }
}

async function largest(input: Buffer, crop?: Crop): Promise<Buffer> {
  const { files } = await renderAvatar(input, crop)
  return files[0]?.bytes ?? Buffer.alloc(0)
}

async function assertRefused(
  input: Buffer,
  code: ImageError['code'],
  of: string,
  params: Record<string, unknown> = {},
  crop?: Crop,
): Promise<void> {
  const outcome = await renderAvatar(input, crop).catch((error: unknown) => error)
  assert.ok(outcome instanceof ImageError, `${of} is not refused: ${String(outcome)}`)
  assert.equal(outcome.code, code, `${of}: ${String(outcome.cause)}`)
  assert.deepEqual(outcome.params, params, of)
}

const encoders: Record<string, (picture: Sharp) => Sharp> = {
  JPEG: (picture) => picture.jpeg({ quality: 95 }),
  'progressive JPEG': (picture) => picture.jpeg({ quality: 95, progressive: true }),
  PNG: (picture) => picture.png(),
  'interlaced PNG': (picture) => picture.png({ progressive: true }),
  'palette PNG': (picture) => picture.png({ palette: true, effort: 1 }),
  WebP: (picture) => picture.webp({ quality: 95, effort: 0 }),
  'lossless WebP': (picture) => picture.webp({ lossless: true, effort: 0 }),
  AVIF: (picture) => picture.avif({ quality: 80, effort: 0 }),
  GIF: (picture) => picture.gif({ effort: 1 }),
}

describe('every format becomes the same four WebP files', () => {
  for (const [format, encode] of Object.entries(encoders)) {
    it(format, async () => {
      const { files } = await renderAvatar(await encode(quarters(300, 300)).toBuffer())
      assert.deepEqual(
        files.map(({ size }) => size),
        [512, 256, 128, 64],
      )
      for (const { size, bytes } of files) {
        const metadata = await sharp(bytes).metadata()
        assert.deepEqual([metadata.format, metadata.width, metadata.height], ['webp', size, size])
        await assertCorners(bytes, [red, green, blue, yellow], `${size}`)
      }
    })
  }
})

// Which stored corners (r g over b y) are seen where, by EXIF 2.32, tag 0x0112.
const orientations: [number, readonly Rgb[]][] = [
  [1, [red, green, blue, yellow]],
  [2, [green, red, yellow, blue]],
  [3, [yellow, blue, green, red]],
  [4, [blue, yellow, red, green]],
  [5, [red, blue, green, yellow]],
  [6, [blue, red, yellow, green]],
  [7, [yellow, green, blue, red]],
  [8, [green, yellow, red, blue]],
]

/** A JPEG with an EXIF segment behind its first marker, and no colour profile as sharp would add. */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.from(
    `ffe10022${Buffer.from('Exif\0\0MM\0*').toString('hex')}000000080001011200030000000100${'00'.repeat(7)}`,
    'hex',
  )
  exif.writeUInt8(orientation, exif.length - 7)
  return Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)])
}

describe('EXIF orientation is applied, and a crop is in the upright picture', () => {
  const small = quarters(600, 400)
  const jpegs = [
    ['cut out first', small.clone().jpeg().toBuffer(), 1],
    ['reduced while decoding', quarters(1800, 1200).jpeg().toBuffer(), 3],
  ] as const
  for (const [orientation, corners] of orientations) {
    const tag = (picture: Sharp) => picture.clone().withMetadata({ orientation })
    it(`orientation ${orientation}, PNG and WebP`, async () => {
      await assertCorners(await largest(await tag(small).png().toBuffer()), corners, 'PNG')
      await assertCorners(await largest(await tag(small).webp({ effort: 0 }).toBuffer()), corners, 'WebP')
    })
    for (const [of, jpeg, unit] of jpegs) {
      it(`orientation ${orientation}, JPEG ${of}`, async () => {
        const input = withOrientation(await jpeg, orientation)
        await assertCorners(await largest(input), corners, 'no crop')
        // The quarters meet at another place of the crop than they would after any wrong turn or mirroring.
        const size = 350 * unit
        const [width, height] = orientation < 5 ? [600 * unit, 400 * unit] : [400 * unit, 600 * unit]
        const [fx, fy] = orientation < 5 ? [0.3, 0.45] : [0.45, 0.3]
        const crop = { x: Math.round(width / 2 - fx * size), y: Math.round(height / 2 - fy * size), size }
        const at = await pixels(await largest(input, crop))
        for (const [index, colour] of corners.entries()) {
          const x = index % 2 === 0 ? fx - 0.03 : fx + 0.03
          const y = index < 2 ? fy - 0.03 : fy + 0.03
          assertNear(at(x, y), colour, 12, `quarter ${index}`)
        }
        const last = await pixels(await largest(input, { x: width - size, y: height - size, size }))
        assertNear(last(0.95, 0.95), corners[3] ?? grey, 12, 'crop at the last corner')
      })
    }
  }

  it('the orientation of an AVIF is turned once, not twice', async () => {
    const input = await quarters(90, 60).withMetadata({ orientation: 6 }).avif({ effort: 0 }).toBuffer()
    await assertCorners(await largest(input), [blue, red, yellow, green], 'AVIF')
  })
})

/** Red inside of the square, blue around it. */
function island(width: number, height: number, { x: left, y: top, size }: Crop): Sharp {
  const sea = run(width, blue)
  const land = Buffer.concat([run(left, blue), run(size, red), run(width - left - size, blue)])
  return paint(width, height, (y) => (y >= top && y < top + size ? land : sea))
}

describe('crop', () => {
  for (const [of, width, height, crop] of [
    ['top left', 200, 150, { x: 0, y: 0, size: 50 }],
    ['top right', 200, 150, { x: 150, y: 0, size: 50 }],
    ['bottom left', 200, 150, { x: 0, y: 100, size: 50 }],
    ['bottom right', 200, 150, { x: 150, y: 100, size: 50 }],
    ['the whole height', 200, 150, { x: 50, y: 0, size: 150 }],
    ['one pixel', 200, 150, { x: 199, y: 149, size: 1 }],
    ['odd numbers', 201, 151, { x: 37, y: 91, size: 53 }],
  ] as const) {
    it(`takes exactly the pixels asked for: ${of}`, async () => {
      const at = await pixels(await largest(await island(width, height, crop).png().toBuffer(), crop))
      for (const [x, y] of [
        [0, 0],
        [0.999, 0],
        [0, 0.999],
        [0.999, 0.999],
        [0.5, 0.5],
      ] as const) {
        assertNear(at(x, y), red, 6, `${x},${y}`)
      }
    })
  }

  it('is right to a pixel of the avatar when the JPEG is reduced while decoding', async () => {
    for (const crop of [
      { x: 0, y: 0, size: 1100 },
      { x: 801, y: 33, size: 1303 },
      { x: 333, y: 180, size: 1600 },
    ]) {
      const at = await pixels(
        await largest(await island(2200, 1800, crop).jpeg({ quality: 95 }).toBuffer(), crop),
      )
      for (const [x, y] of [
        [0.005, 0.005],
        [0.994, 0.005],
        [0.005, 0.994],
        [0.994, 0.994],
      ] as const) {
        assertNear(at(x, y), red, 20, `${JSON.stringify(crop)} ${x},${y}`)
      }
    }
  })

  it('is refused when it is not inside of the upright picture', async () => {
    const input = await quarters(30, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    for (const [x, y, size] of [
      [-1, 0, 10],
      [0, -1, 10],
      [11, 0, 10],
      [0, 21, 10],
      [0, 0, 21],
      [0, 0, 0],
      [0, 0, -5],
      [20, 0, 1],
      [0, 30, 1],
      [0.5, 0, 10],
      [0, 0.5, 10],
      [0, 0, 1.5],
      [Number.NaN, 0, 5],
      [0, 0, Number.NaN],
      [0, 0, Number.POSITIVE_INFINITY],
      [2 ** 53, 0, 5],
      [0, 0, 2 ** 31],
    ] as const) {
      await assertRefused(
        input,
        'crop_invalid',
        `${x},${y},${size}`,
        { width: 20, height: 30 },
        { x, y, size },
      )
    }
    await renderAvatar(input, { x: 10, y: 20, size: 10 })
  })
})

describe('colours become sRGB', () => {
  const colour: Rgb = [200, 90, 40]
  const swatch = () => plain(64, 64, `rgb(${colour.join()})`)
  const half = () => swatch().ensureAlpha(0.5)
  const deep = () => swatch().toColourspace('rgb16')
  const cases: [string, Sharp, readonly number[]][] = [
    ['no profile', swatch().png(), colour],
    ['Display P3 PNG', swatch().withIccProfile('p3').png(), colour],
    ['Display P3 JPEG', swatch().withIccProfile('p3').jpeg({ quality: 100 }), colour],
    ['Display P3 WebP', swatch().withIccProfile('p3').webp({ lossless: true }), colour],
    [
      'Display P3 AVIF of 12 bits',
      swatch().withIccProfile('p3').avif({ bitdepth: 12, quality: 90, effort: 0 }),
      colour,
    ],
    ['AVIF of 10 bits', swatch().avif({ bitdepth: 10, quality: 90, effort: 0 }), colour],
    ['PNG of 16 bits', deep().png(), colour],
    ['sRGB PNG of 16 bits', deep().withIccProfile('srgb').png(), colour],
    ['Display P3 PNG of 16 bits', deep().withIccProfile('p3').png(), colour],
    ['CMYK JPEG', swatch().toColourspace('cmyk').jpeg({ quality: 100 }), colour],
    [
      'CMYK JPEG with a profile',
      swatch().toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 100 }),
      colour,
    ],
    ['gray PNG', swatch().toColourspace('b-w').png(), [123, 123, 123]],
    ['gray JPEG', swatch().toColourspace('b-w').jpeg(), [123, 123, 123]],
    ['gray PNG of 16 bits', swatch().toColourspace('grey16').png(), [123, 123, 123]],
    ['half transparent PNG', half().png(), [...colour, 128]],
    [
      'half transparent P3 PNG of 16 bits',
      half().toColourspace('rgb16').withIccProfile('p3').png(),
      [...colour, 128],
    ],
    ['half transparent WebP', half().webp({ lossless: true }), [...colour, 128]],
    ['half transparent AVIF', half().avif({ quality: 90, effort: 0 }), [...colour, 128]],
  ]
  for (const [of, picture, expected] of cases) {
    it(of, async () => {
      const { files } = await renderAvatar(await picture.toBuffer())
      for (const { bytes } of files) {
        const at = await pixels(bytes)
        // What CMYK can show of this colour is not quite it.
        assertNear(at(0.5, 0.5), expected, of.startsWith('CMYK') ? 40 : 6, of)
      }
    })
  }
})

it('the size does not matter: a pixel and a strip are enlarged to fill the square', async () => {
  for (const [width, height] of [
    [1, 1],
    [1, 5000],
    [5000, 1],
    [2, 3],
    [511, 513],
  ] as const) {
    const at = await pixels(await largest(await plain(width, height, 'rgb(220, 40, 40)').png().toBuffer()))
    for (const [x, y] of [
      [0, 0],
      [0.5, 0.5],
      [0.999, 0.999],
    ] as const)
      assertNear(at(x, y), red, 6, `${width}`)
  }
})

/** A strip of frames of 40 × 30, the first three red, green and blue, the others each of another colour. */
async function animation(frames: number): Promise<Sharp> {
  const strip = paint(40, 30 * frames, (y) => {
    const frame = Math.floor(y / 30)
    const other = [(frame * 37) % 256, (frame * 91) % 256, (frame * 151) % 256] as const
    return run(40, [red, green, blue][frame] ?? other)
  })
  const raw = { width: 40, height: 30 * frames, channels: 3, pageHeight: 30 } as const
  return sharp(await strip.raw().toBuffer(), { raw })
}

describe('of an animation the first frame counts', () => {
  for (const format of ['gif', 'webp'] as const) {
    it(format, async () => {
      const delay = Array.from({ length: 60 }, () => 50)
      const input = await (await animation(60)).toFormat(format, { delay, effort: 1 }).toBuffer()
      assert.equal((await sharp(input).metadata()).pages, 60)
      await assertCorners(await largest(input), [red, red, red, red], format)
      await assertRefused(
        input,
        'crop_invalid',
        'the second frame',
        { width: 40, height: 30 },
        { x: 0, y: 20, size: 30 },
      )
    })
  }
})

/** A PNG with another size in its header. */
function withPngSize(png: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(png)
  copy.writeUInt32BE(width, 16)
  copy.writeUInt32BE(height, 20)
  copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29)
  return copy
}

function change(bytes: Buffer, edit: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes)
  edit(copy)
  return copy
}

function assertTooLarge(input: Buffer, of: string, max = 50_000_000): Promise<void> {
  return assertRefused(input, 'image_too_large', of, { max })
}

describe('the limit of 50 megapixels, and of fewer where a pixel costs more,', () => {
  it('is exact, for files that are really so large', async () => {
    const allowed = await blank(5000, 10_000).jpeg().toBuffer()
    assertNear((await pixels(await largest(allowed)))(0.5, 0.5), grey, 6, '50 MP')
    await assertTooLarge(await blank(10_000, 5001).png({ compressionLevel: 1 }).toBuffer(), 'more')
  })

  it('believes the header, and decodes nothing', async () => {
    const tiny = plain(64, 48, '#c33')
    const png = await tiny.clone().png().toBuffer()
    const jpeg = await tiny.clone().jpeg().toBuffer()
    const gif = await tiny.clone().gif().toBuffer()
    const avif = await tiny.clone().avif({ effort: 0 }).toBuffer()
    const webp = await tiny.clone().webp().toBuffer()
    const lossless = await tiny.clone().webp({ lossless: true }).toBuffer()
    const extended = await tiny.clone().ensureAlpha(0.5).webp().toBuffer()
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
    const descriptor = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 64, 0, 48, 0]))
    const extents = avif.indexOf('ispe')
    for (const [width, height] of [
      [10_000, 5001],
      [65_535, 65_535],
      [1_000_000, 1_000_000],
      [2 ** 31 - 1, 2 ** 31 - 1],
    ] as const) {
      await assertTooLarge(withPngSize(png, width, height), `PNG ${width}`)
    }
    for (const [width, height] of [
      [10_000, 5001],
      [65_535, 65_535],
    ] as const) {
      await assertTooLarge(
        change(jpeg, (copy) => {
          copy.writeUInt16BE(height, frame + 5)
          copy.writeUInt16BE(width, frame + 7)
        }),
        `JPEG ${width}`,
      )
      await assertTooLarge(
        change(gif, (copy) => {
          copy.writeUInt16LE(width, 6)
          copy.writeUInt16LE(height, 8)
        }),
        `GIF screen ${width}`,
        25_000_000,
      )
      await assertTooLarge(
        change(gif, (copy) => {
          copy.writeUInt16LE(width, descriptor + 5)
          copy.writeUInt16LE(height, descriptor + 7)
        }),
        `GIF frame ${width}`,
        25_000_000,
      )
      await assertTooLarge(
        change(avif, (copy) => {
          copy.writeUInt32BE(width, extents + 8)
          copy.writeUInt32BE(height, extents + 12)
        }),
        `AVIF ${width}`,
        16_000_000,
      )
      await assertTooLarge(
        change(extended, (copy) => {
          copy.writeUIntLE(width - 1, 24, 3)
          copy.writeUIntLE(height - 1, 27, 3)
        }),
        `extended WebP ${width}`,
        25_000_000,
      )
    }
    await assertTooLarge(
      change(webp, (copy) => copy.writeUInt32LE(0x3fff_3fff, 26)),
      'WebP',
      25_000_000,
    )
    await assertTooLarge(
      change(lossless, (copy) => copy.writeUInt32LE(0x0fff_ffff, 21)),
      'lossless WebP',
      25_000_000,
    )
  })

  it('a size that is no size is damage', async () => {
    const png = await plain(64, 48, '#c33').png().toBuffer()
    await assertRefused(withPngSize(png, 0, 10), 'image_corrupt', 'PNG 0')
    await assertTooLarge(withPngSize(png, 2 ** 31, 5), 'PNG 2^31')
  })
})

describe('damage', () => {
  // A tall picture: its centred square needs neither the first nor the last rows.
  for (const [format, encode] of Object.entries(encoders)) {
    it(`${format}: cut anywhere it is refused`, async () => {
      const whole = await encode(texture(150, 400)).toBuffer()
      const lengths = [12, 20, 30, 40, 64, 100, whole.length - 2]
      for (let share = 0.02; share < 1; share += 0.07) lengths.push(Math.floor(whole.length * share))
      // The last byte of a GIF is only its end mark: nothing of the picture is missing.
      if (format !== 'GIF') lengths.push(whole.length - 1)
      for (const length of lengths) {
        await assertRefused(whole.subarray(0, length), 'image_corrupt', `${length} of ${whole.length} bytes`)
        const crop = { x: 0, y: 0, size: 20 }
        await assertRefused(
          whole.subarray(0, length),
          'image_corrupt',
          `${length}, crop at the top`,
          {},
          crop,
        )
      }
      await renderAvatar(whole)
    })
  }

  // Lossy WebP is missing here, and zeros in a progressive JPEG: without checksums every bit has some meaning.
  for (const format of ['JPEG', 'PNG', 'interlaced PNG', 'palette PNG', 'lossless WebP', 'AVIF', 'GIF']) {
    it(`${format}: rubbish in the middle is refused`, async () => {
      const whole = await (encoders[format] ?? assert.fail())(texture(300, 300)).toBuffer()
      const middle = Math.floor(whole.length / 2)
      const rubbish = change(whole, (copy) => {
        for (let at = middle; at < middle + 300; at++) copy[at] = (at * 73 + 19) % 256
      })
      await assertRefused(rubbish, 'image_corrupt', 'rubbish')
      const zeros = change(whole, (copy) => copy.fill(0, middle, middle + 300))
      await assertRefused(zeros, 'image_corrupt', 'zeros')
    })
  }

  it('a header alone is refused', async () => {
    for (const header of [
      '\xff\xd8\xff\xe0',
      '\xff\xd8\xff\xd9',
      '\x89PNG\r\n\x1a\n',
      'GIF89a',
      'RIFF\x24\0\0\0WEBPVP8 ',
      '\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf',
    ]) {
      await assertRefused(Buffer.from(header, 'latin1'), 'image_corrupt', JSON.stringify(header))
    }
  })

  it('what every viewer overlooks is overlooked', async () => {
    const jpeg = await quarters(300, 300).jpeg().toBuffer()
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]))
    // The selfies of some Samsung phones: spectral selection 0…0 in a sequential scan.
    const samsung = change(jpeg, (copy) => copy.writeUInt8(0, scan + 4 + 1 + 2 * 3 + 1))
    await assertCorners(await largest(samsung), [red, green, blue, yellow], 'Samsung')
    await assertRefused(samsung.subarray(0, samsung.length - 300), 'image_corrupt', 'a cut Samsung')
    const trailer = Buffer.concat([jpeg, Buffer.from('\0\0\0\x18ftypmp42 a motion photo')])
    await assertCorners(await largest(trailer), [red, green, blue, yellow], 'trailer')
    const padded = Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(9), jpeg.subarray(-2)])
    await assertCorners(await largest(padded), [red, green, blue, yellow], 'padding')
  })

  it('a JPEG of very many scans is refused before they are decoded', async () => {
    const jpeg = await plain(64, 64, '#c33').jpeg({ progressive: true }).toBuffer()
    const last = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]))
    const repeat = (count: number) =>
      Buffer.concat([
        jpeg.subarray(0, -2),
        ...Array.from({ length: count }, () => jpeg.subarray(last, -2)),
        jpeg.subarray(-2),
      ])
    const started = performance.now()
    await assertRefused(repeat(100_000), 'image_corrupt', 'scans')
    assert.ok(performance.now() - started < 1000)
  })
})

/** An ISO base media file: its major brand, then the compatible ones. */
function isoFile(major: string, ...compatible: string[]): Buffer {
  const box = Buffer.from(`\0\0\0\0ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1')
  box.writeUInt32BE(box.length, 0)
  return Buffer.concat([box, Buffer.alloc(200)])
}

describe('what is not one of the formats', () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
  const cases: Record<string, Buffer> = {
    nothing: Buffer.alloc(0),
    'one byte': Buffer.from([0xff]),
    zeros: Buffer.alloc(4096),
    text: Buffer.from('Це не зображення'),
    SVG: Buffer.from(svg),
    'SVG with a byte order mark': Buffer.from(`\u{feff}${svg}`),
    'SVG in UTF-16': Buffer.from(`\u{feff}${svg}`, 'utf16le'),
    'SVG with a prologue': Buffer.from(
      `<?xml version="1.0"?>\n<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg}`,
    ),
    SVGZ: gzipSync(svg),
    HTML: Buffer.from('<!doctype html><script>alert(1)</script>'),
    PDF: Buffer.from('%PDF-1.7\n'),
    zip: Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'),
    'TIFF, little endian': Buffer.from('II*\0\x08\0\0\0', 'latin1'),
    'TIFF, big endian': Buffer.from('MM\0*\0\0\0\x08', 'latin1'),
    BMP: Buffer.from('BM\x36\0\0\0\0\0\0\0', 'latin1'),
    ICO: Buffer.from('\0\0\x01\0\x01\0\x10\x10', 'latin1'),
    'JPEG XL': Buffer.from('\xff\x0a\xfa\x1f', 'latin1'),
    'JPEG 2000': Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1'),
    HEIC: isoFile('heic', 'mif1', 'heic'),
    'HEIC with a neutral brand': isoFile('mif1', 'mif1', 'heic'),
    'a sequence of HEIC': isoFile('msf1', 'hevc', 'heis'),
    MP4: isoFile('isom', 'iso2', 'avc1', 'mp41'),
    CR3: isoFile('crx ', 'isom'),
    'RIFF that is sound': Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0', 'latin1'),
    'a PNG behind a space': Buffer.from(' \x89PNG\r\n\x1a\n', 'latin1'),
    'a GIF of no version': Buffer.from('GIF88a\x01\0\x01\0', 'latin1'),
  }
  for (const [of, input] of Object.entries(cases)) {
    it(of, () => assertRefused(input, 'image_unsupported', of))
  }

  it('a real TIFF', async () => {
    await assertRefused(await quarters(30, 30).tiff().toBuffer(), 'image_unsupported', 'TIFF')
  })

  it('a HEIC that names AVIF among its brands is not taken for one', async () => {
    const avif = await quarters(30, 30).avif({ effort: 0 }).toBuffer()
    const hevc = change(avif, (copy) => copy.write('hvc1', copy.indexOf('av01'), 'latin1'))
    const outcome = await renderAvatar(hevc).catch((error: unknown) => error)
    assert.ok(outcome instanceof ImageError)
  })
})

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

describe('nothing of the upload but its pixels is kept', () => {
  const secret = 'GEHEIM-50.4501-30.5234'
  const tagged = () =>
    quarters(90, 60)
      .withIccProfile('p3')
      .withExif({
        IFD0: { Copyright: secret, Artist: secret, Orientation: '1' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '50/1 27/1 0/1', GPSMapDatum: secret },
      })
      .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>${secret}</rdf:RDF></x:xmpmeta>`)
  const png = async () => {
    const bytes = await tagged().png().toBuffer()
    const text = [
      pngChunk('tEXt', Buffer.from(`Comment\0${secret}`)),
      pngChunk('zTXt', Buffer.concat([Buffer.from('Author\0\0'), deflateSync(secret)])),
    ]
    return Buffer.concat([bytes.subarray(0, 33), ...text, bytes.subarray(33)])
  }
  const jpeg = async () => {
    const bytes = await tagged().jpeg().toBuffer()
    const comment = Buffer.from(`\xff\xfe\0\0<script>${secret}</script>`, 'latin1')
    comment.writeUInt16BE(comment.length - 2, 2)
    const iptc = Buffer.from(
      `\xff\xed\0\0Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x1c\x1c\x02\x78\0\x16${secret}`,
      'latin1',
    )
    iptc.writeUInt16BE(iptc.length - 2, 2)
    return Buffer.concat([
      bytes.subarray(0, 2),
      comment,
      iptc,
      bytes.subarray(2),
      Buffer.from(`<html>${secret}</html>`),
    ])
  }
  const inputs: Record<string, () => Promise<Buffer>> = {
    'JPEG that is HTML as well': jpeg,
    PNG: png,
    WebP: () => tagged().webp().toBuffer(),
    AVIF: () => tagged().avif({ effort: 0 }).toBuffer(),
  }
  for (const [of, make] of Object.entries(inputs)) {
    it(of, async () => {
      const input = await make()
      const before = await sharp(input).metadata()
      assert.ok(
        input.includes(secret) &&
          before.exif !== undefined &&
          before.icc !== undefined &&
          before.xmp !== undefined,
      )
      const { files } = await renderAvatar(input)
      for (const { bytes } of files) {
        const { exif, icc, iptc, xmp, orientation, comments } = await sharp(bytes).metadata()
        assert.deepEqual([exif, icc, iptc, xmp, orientation, comments], Array.from({ length: 6 }))
        assert.ok(!bytes.includes('GEHEIM') && !bytes.includes('<html') && !bytes.includes('<script'))
        // A simple WebP: there is no chunk that could hold anything else.
        assert.equal(bytes.toString('latin1', 12, 16), 'VP8 ')
        assert.equal(bytes.readUInt32LE(4) + 8, bytes.length)
      }
    })
  }
})

describe('the placeholder', () => {
  it('is a ThumbHash that looks like the picture', async () => {
    const { placeholder } = await renderAvatar(await quarters(300, 300).png().toBuffer())
    const hash = Buffer.from(placeholder, 'base64')
    assert.ok(hash.length <= 25 && hash.toString('base64') === placeholder)
    const { w, h, rgba } = thumbHashToRGBA(hash)
    assert.deepEqual([w, h], [32, 32])
    for (const [x, y, colour] of [
      [5, 5, red],
      [26, 5, green],
      [5, 26, blue],
      [26, 26, yellow],
    ] as const) {
      assertNear([...rgba.subarray((y * 32 + x) * 4, (y * 32 + x) * 4 + 3)], colour, 60, `${x},${y}`)
    }
  })

  it('keeps transparency', async () => {
    const clear = sharp({
      create: { width: 50, height: 50, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0.4 } },
    })
    const { placeholder } = await renderAvatar(await clear.png().toBuffer())
    const { r, a } = thumbHashToAverageRGBA(Buffer.from(placeholder, 'base64'))
    assertNear([r * 255, a * 255], [200, 102], 15, 'average')
  })
})
