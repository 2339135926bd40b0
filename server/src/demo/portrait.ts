/**
 * Photographs of people who do not exist: a flat portrait, drawn pixel by pixel. Not as an SVG, since the decoder for
 * those is one that a server of pictures does without.
 */
import sharp from 'sharp'
import type { DemoPerson } from './people.ts'
import { chance, createRandom, pick, PURPOSE, whole, type Random, nth } from './random.ts'

type Colour = readonly [red: number, green: number, blue: number]
/** `distance`: how far a point is outside of the shape, in pixels; negative inside. Nothing of it is outside of the box. */
type Shape = {
  left: number
  top: number
  right: number
  bottom: number
  distance: (x: number, y: number) => number
}

const SIDE = 512
const CENTRE = SIDE / 2

const backgrounds: readonly (readonly [Colour, Colour])[] = [
  [
    [255, 214, 165],
    [255, 173, 173],
  ],
  [
    [160, 216, 239],
    [106, 137, 204],
  ],
  [
    [183, 228, 199],
    [82, 183, 136],
  ],
  [
    [255, 236, 179],
    [255, 183, 77],
  ],
  [
    [216, 191, 240],
    [148, 126, 214],
  ],
  [
    [207, 226, 243],
    [159, 197, 232],
  ],
  [
    [250, 208, 196],
    [216, 112, 147],
  ],
  [
    [220, 231, 200],
    [143, 170, 120],
  ],
]
const skins: readonly Colour[] = [
  [255, 224, 196],
  [246, 205, 171],
  [233, 184, 144],
  [205, 148, 106],
  [161, 108, 74],
  [112, 74, 52],
]
/** The darker the skin, the fewer of these, from the first on. */
const hairs: readonly Colour[] = [
  [38, 30, 28],
  [74, 47, 32],
  [118, 75, 42],
  [168, 112, 60],
  [219, 178, 104],
  [150, 62, 38],
]
const grey: Colour = [176, 174, 172]
const clothes: readonly Colour[] = [
  [44, 62, 80],
  [192, 57, 43],
  [39, 124, 104],
  [236, 240, 241],
  [125, 82, 143],
  [211, 132, 40],
  [52, 103, 165],
]
const ink: Colour = [43, 35, 34]
const lips: Colour = [176, 74, 74]

/** A portrait of the person as a PNG, always the same. */
export async function drawPortrait(person: DemoPerson): Promise<Buffer> {
  const pixels = Buffer.allocUnsafe(SIDE * SIDE * 3)
  paintBackground(pixels, ...nth(backgrounds, person.index))
  for (const [shape, colour] of portrait(person)) paint(pixels, shape, colour)
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer()
}

/** What is in front comes last. */
function portrait({ index, female, role }: DemoPerson): [Shape, Colour][] {
  const random = createRandom(PURPOSE.portrait, index)
  const tone = whole(random, 0, skins.length - 1)
  const skin = nth(skins, tone)
  const shade: Colour = [darker(skin[0]), darker(skin[1]), darker(skin[2])]
  const hair =
    role === 'tutor' && chance(random, 0.15) ? grey : pick(random, hairs.slice(0, hairs.length - tone))
  const width = whole(random, 88, 102)
  const face = ellipse(CENTRE, 232, width, 122)
  const forehead = whole(random, 150, 178)
  const style = pick(
    random,
    female
      ? ['long', 'long', 'bun', 'short']
      : ['short', 'short', 'short', role === 'tutor' ? 'none' : 'short'],
  )
  const layers: [Shape, Colour][] = []
  if (style === 'long') layers.push([ellipse(CENTRE, 275, width + 42, 190), hair])
  if (style === 'bun') layers.push([ellipse(CENTRE, 84, 50, 46), hair])
  layers.push([ellipse(CENTRE, 560, 210, 190), pick(random, clothes)])
  layers.push([ellipse(CENTRE, 372, 44, 66), shade])
  layers.push([ellipse(CENTRE - width, 244, 18, 28), skin], [ellipse(CENTRE + width, 244, 18, 28), skin])
  layers.push([face, skin])
  if (style !== 'none') {
    const scalp = ellipse(CENTRE, 222, width + 12, 138)
    const parting = ellipse(CENTRE + whole(random, -30, 30), forehead + 150, width + 18, 150)
    layers.push([without(scalp, parting), hair])
  }
  if (!female && role === 'tutor' && chance(random, 0.4)) {
    layers.push([below(272, without(face, ellipse(CENTRE, 262, width - 22, 62))), hair])
  }
  layers.push(...eyes(random))
  layers.push([ellipse(CENTRE, 262, 8, 13), shade])
  layers.push([below(294, ring(CENTRE, 272, whole(random, 34, 44), 5)), lips])
  return layers
}

function eyes(random: Random): [Shape, Colour][] {
  const apart = whole(random, 36, 42)
  const glasses = chance(random, 0.3)
  const brow = whole(random, 16, 22)
  return [CENTRE - apart, CENTRE + apart].flatMap((x): [Shape, Colour][] => [
    [ellipse(x, 236, 8, 10), ink],
    [ellipse(x + 3, 232, 2.5, 2.5), [255, 255, 255]],
    [ellipse(x, 236 - brow - 6, 17, 4), ink],
    ...(glasses ? ([[ring(x, 237, 29, 4), ink]] satisfies [Shape, Colour][]) : []),
  ])
}

function ellipse(centreX: number, centreY: number, radiusX: number, radiusY: number): Shape {
  const smaller = Math.min(radiusX, radiusY)
  return {
    ...boxAround(centreX, centreY, radiusX, radiusY),
    distance: (x, y) => (length((x - centreX) / radiusX, (y - centreY) / radiusY) - 1) * smaller,
  }
}

function ring(centreX: number, centreY: number, radius: number, thickness: number): Shape {
  const outer = radius + thickness / 2
  return {
    ...boxAround(centreX, centreY, outer, outer),
    distance: (x, y) => Math.abs(length(x - centreX, y - centreY) - radius) - thickness / 2,
  }
}

/** What of the shape is below this line. */
function below(top: number, shape: Shape): Shape {
  return { ...shape, distance: (x, y) => Math.max(top - y, shape.distance(x, y)) }
}

function without(shape: Shape, other: Shape): Shape {
  return { ...shape, distance: (x, y) => Math.max(shape.distance(x, y), -other.distance(x, y)) }
}

function boxAround(x: number, y: number, radiusX: number, radiusY: number) {
  return {
    left: clamp(x - radiusX - 1),
    top: clamp(y - radiusY - 1),
    right: clamp(x + radiusX + 1),
    bottom: clamp(y + radiusY + 1),
  }
}

/** To the edges of pixels. */
function clamp(edge: number): number {
  return Math.min(Math.max(Math.round(edge), 0), SIDE)
}

/** `Math.hypot` is many times slower, for the sake of numbers that no picture has. */
function length(x: number, y: number): number {
  // oxlint-disable-next-line unicorn/prefer-modern-math-apis
  return Math.sqrt(x * x + y * y)
}

/** From the upper left to the lower right corner. */
function paintBackground(pixels: Buffer, from: Colour, to: Colour): void {
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const part = (x + y) / (2 * SIDE)
      for (const channel of CHANNELS) pixels[at++] = mix(from[channel], to[channel], part)
    }
  }
}

/** A pixel at the edge takes the colour in proportion to how much of it is inside. */
function paint(pixels: Buffer, { left, top, right, bottom, distance }: Shape, colour: Colour): void {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const cover = 0.5 - distance(x + 0.5, y + 0.5)
      if (cover <= 0) continue
      const at = (y * SIDE + x) * 3
      for (const channel of CHANNELS)
        pixels[at + channel] = mix(pixels[at + channel] ?? 0, colour[channel], Math.min(cover, 1))
    }
  }
}

const CHANNELS = [0, 1, 2] as const

function darker(part: number): number {
  return Math.round(part * 0.88)
}

function mix(from: number, to: number, part: number): number {
  return Math.round(from + (to - from) * part)
}
