/**
 * Colours that libvips leaves as they are: those of the code points of ITU-T H.273 (AVIF, PNG) and of a PNG's curve and
 * primaries. What comes out is what Chromium shows on a screen of standard range, measured with it.
 */
import type { Colour } from './formats/picture.ts'
import { between, D65, type Chromaticities, type Triple } from './matrix.ts'
import { createToneMap } from './tone-map.ts'

type Curve = (value: number) => number

const C = [0.31, 0.316]
const BT709: Chromaticities = [...D65, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06]
const BT601: Chromaticities = [...D65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07]
const BT2020: Chromaticities = [...D65, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046]

/** ITU-T H.273, table 2. What is unspecified is BT.709's. */
const PRIMARIES: Record<number, Chromaticities> = {
  4: [...C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08],
  5: [...D65, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06],
  6: BT601,
  7: BT601,
  8: [...C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049],
  9: BT2020,
  10: [1 / 3, 1 / 3, 1, 0, 0, 1, 0, 0],
  11: [0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
  12: [...D65, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06],
  22: [...D65, 0.63, 0.34, 0.295, 0.605, 0.155, 0.077],
}

const power =
  (exponent: number): Curve =>
  (value) =>
    value ** exponent
const srgb: Curve = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

/** ITU-T H.273, table 3: from the signal to light. What is unspecified is sRGB's. */
const TRANSFERS: Record<number, Curve> = {
  4: power(2.2),
  5: power(2.8),
  7: (value) => (value < 0.0913 ? value / 4 : ((value + 0.1115) / 1.1115) ** (1 / 0.45)),
  8: power(1),
  17: (value) => (52.37 / 48) * value ** 2.6,
}
/** The curves of cameras are undone by that of a screen: so in a PNG. In an AVIF browsers take them for sRGB's. */
const CAMERAS = new Set([1, 6, 11, 14, 15])

const PQ = 16
const HLG = 18

/** Nothing to do for most pictures. */
export function isPlain(colour: Colour): boolean {
  if (colour.kind === 'gamma') return false
  const { transfer, primaries, camera } = colour
  const hasCurve = transfer in TRANSFERS || transfer === PQ || transfer === HLG
  return !hasCurve && !(CAMERAS.has(transfer) && camera === 'screen') && !(primaries in PRIMARIES)
}

/**
 * Converts pixels to sRGB of 8 bits.
 *
 * @param data of 8 or of 16 bits, with 3 or 4 channels; what is transparent stays so
 */
export function toSrgb(data: Uint8Array | Uint16Array, channels: 3 | 4, colour: Colour): Buffer {
  const max = data instanceof Uint16Array ? 65_535 : 255
  const { chromaticities, curve, map } = readColour(colour)
  const light = Float32Array.from({ length: max + 1 }, (_, value) => curve(value / max))
  const m = between(chromaticities, BT709)
  const out = Buffer.alloc(data.length)
  const rgb: Triple = [0, 0, 0]
  for (let at = 0; at + channels <= data.length; at += channels) {
    rgb[0] = light[data[at] ?? 0] ?? 0
    rgb[1] = light[data[at + 1] ?? 0] ?? 0
    rgb[2] = light[data[at + 2] ?? 0] ?? 0
    map?.(rgb)
    const [r, g, b] = rgb
    out[at] = encode(m[0] * r + m[1] * g + m[2] * b)
    out[at + 1] = encode(m[3] * r + m[4] * g + m[5] * b)
    out[at + 2] = encode(m[6] * r + m[7] * g + m[8] * b)
    if (channels === 4) out[at + 3] = Math.round(((data[at + 3] ?? 0) * 255) / max)
  }
  return out
}

function readColour(colour: Colour): {
  chromaticities: Chromaticities
  curve: Curve
  map?: (rgb: Triple) => void
} {
  if (colour.kind === 'gamma') {
    return { chromaticities: colour.chromaticities ?? BT709, curve: power(colour.exponent) }
  }
  const chromaticities = PRIMARIES[colour.primaries] ?? BT709
  if (colour.transfer === PQ || colour.transfer === HLG) {
    const wide = between(chromaticities, BT2020)
    return { chromaticities, ...createToneMap(colour.transfer === PQ ? 'pq' : 'hlg', wide) }
  }
  const isCamera = CAMERAS.has(colour.transfer) && colour.camera === 'screen'
  return { chromaticities, curve: isCamera ? power(2.4) : (TRANSFERS[colour.transfer] ?? srgb) }
}

const ENCODED = 4096
const encoded = Uint8Array.from({ length: ENCODED + 1 }, (_, index) => {
  // By the square root, so that the steps are as fine as the eye wants them in the dark.
  const value = (index / ENCODED) ** 2
  return Math.round(255 * (value <= 0.003_130_8 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055))
})

function encode(value: number): number {
  if (value <= 0) return 0
  return value >= 1 ? 255 : (encoded[Math.round(Math.sqrt(value) * ENCODED)] ?? 255)
}
