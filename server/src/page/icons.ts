/** The mark of the page, in the colour of the brand: as SVG, as PNG of any size, and as an icon for old browsers. Pure. */
import { crc32, deflateSync } from 'node:zlib'

/** A rounded square with a ring that is nearly closed, and a dot where it ends: in parts of the side. */
const SHAPE = { corner: 0.27, ring: 0.27, stroke: 0.095, dot: 0.085, gap: 0.06, angle: -Math.PI / 4 } as const

const SUN = '#f3b23a'

export const DEFAULT_COLOR = '#3f55dd'

type Color = readonly [red: number, green: number, blue: number]

export function svgIcon(color: string): string {
  const { corner, ring, stroke, dot, gap } = SHAPE
  const [x, y] = dotPlace()
  const px = (part: number) => Math.round(part * 64 * 100) / 100
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">',
    `<rect width="64" height="64" rx="${px(corner)}" fill="${color}"/>`,
    `<circle cx="32" cy="32" r="${px(ring)}" fill="none" stroke="#fff" stroke-width="${px(stroke)}"/>`,
    `<circle cx="${px(x)}" cy="${px(y)}" r="${px(dot + gap)}" fill="${color}"/>`,
    `<circle cx="${px(x)}" cy="${px(y)}" r="${px(dot)}" fill="${SUN}"/>`,
    '</svg>\n',
  ].join('')
}

/**
 * @param side in pixels
 * @param isWhole without round corners: systems cut icons themselves
 */
export function pngIcon(side: number, color: string, { isWhole = false } = {}): Buffer {
  // Each line starts with its filter: none.
  const lines = Buffer.alloc(side * (1 + side * 4))
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const at = row * (1 + side * 4) + 1 + column * 4
      const pixel = pixelAt((column + 0.5) / side, (row + 0.5) / side, side, rgb(color), isWhole)
      lines.set(pixel, at)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  // 8 bits for each of red, green, blue and alpha.
  header.set([8, 6, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** `favicon.ico` with one picture of 32 pixels, which is a PNG. */
export function icoIcon(color: string): Buffer {
  const picture = pngIcon(32, color)
  const header = Buffer.alloc(22)
  // An icon, with one picture.
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(1, 4)
  header.set([32, 32, 0, 0], 6)
  header.writeUInt16LE(1, 10)
  header.writeUInt16LE(32, 12)
  header.writeUInt32LE(picture.length, 14)
  header.writeUInt32LE(header.length, 18)
  return Buffer.concat([header, picture])
}

function dotPlace(): readonly [x: number, y: number] {
  return [0.5 + SHAPE.ring * Math.cos(SHAPE.angle), 0.5 + SHAPE.ring * Math.sin(SHAPE.angle)]
}

/** The colour at a place, both in parts of the side, with soft edges. */
function pixelAt(x: number, y: number, side: number, brand: Color, isWhole: boolean): number[] {
  const { corner, ring, stroke, dot, gap } = SHAPE
  /** How much of the pixel lies inside of an edge. @param distance from it, in parts of the side; negative inside */
  const inside = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance * side))
  const [dotX, dotY] = dotPlace()
  const fromDot = Math.hypot(x - dotX, y - dotY)
  let color: Color = brand
  color = mix(color, [255, 255, 255], inside(Math.abs(Math.hypot(x - 0.5, y - 0.5) - ring) - stroke / 2))
  color = mix(color, brand, inside(fromDot - dot - gap))
  color = mix(color, rgb(SUN), inside(fromDot - dot))
  const reach = 0.5 - corner
  const [outX, outY] = [Math.max(0, Math.abs(x - 0.5) - reach), Math.max(0, Math.abs(y - 0.5) - reach)]
  const alpha = isWhole ? 1 : inside(Math.hypot(outX, outY) - corner)
  return [...color, Math.round(alpha * 255)]
}

function mix(one: Color, other: Color, part: number): Color {
  const between = (at: 0 | 1 | 2) => Math.round(one[at] + (other[at] - one[at]) * part)
  return [between(0), between(1), between(2)]
}

function rgb(color: string): Color {
  const value = Number.parseInt(color.slice(1), 16)
  return [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]
}

/** Of a PNG: length, name, content, checksum of both. */
function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  checksum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, checksum])
}
