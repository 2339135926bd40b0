/**
 * Pictures of high dynamic range on a screen without one, as Chromium shows them: by the reference white tone mapping
 * operator of SMPTE ST 2094-50, for pictures that say nothing of their own range (1000 cd/m² on a white of 203).
 */
import { apply, type Matrix, type Triple } from './matrix.ts'

/** ITU-R BT.2408: the white of a page. */
const WHITE = 203
const PEAK = 1000 / WHITE
/** What is as bright as white is shown half as bright, to leave room for what is brighter. */
const SHOWN_WHITE = 0.5
const KAPPA = 0.65

/**
 * @param toWide from the picture's primaries to those of BT.2020, in which brightness is judged
 * @returns from the signal to light, and then what is done to the light of each pixel
 */
export function createToneMap(kind: 'pq' | 'hlg', toWide: Matrix) {
  const map = (rgb: Triple): void => {
    const wide = apply(toWide, rgb)
    const scene =
      kind === 'hlg' ? PEAK * Math.max(0.2627 * wide[0] + 0.678 * wide[1] + 0.0593 * wide[2], 0) ** 0.2 : 1
    const factor = scene * gain(Math.max(...wide) * scene)
    rgb[0] *= factor
    rgb[1] *= factor
    rgb[2] *= factor
  }
  return { curve: kind === 'pq' ? pq : hlg, map }
}

/** SMPTE ST 2084, with white at 1. */
function pq(signal: number): number {
  const root = signal ** (32 / 2523)
  return (
    (10_000 / WHITE) *
    (Math.max(root - 3424 / 4096, 0) / (2413 / 128 - (2392 / 128) * root)) ** (16_384 / 2610)
  )
}

/** ITU-R BT.2100, table 5: the light of the scene. */
function hlg(signal: number): number {
  return signal <= 0.5
    ? signal ** 2 / 3
    : (Math.exp((signal - 0.559_910_73) / 0.178_832_77) + 0.284_668_92) / 12
}

/** By what the light of a pixel is multiplied whose brightest component is this: a curve of Bézier above white. */
function gain(brightest: number): number {
  if (brightest <= 1) return SHOWN_WHITE
  if (brightest >= PEAK) return 1 / brightest
  const middleX = 1 - KAPPA + KAPPA / SHOWN_WHITE
  const middleY = (1 - KAPPA) * SHOWN_WHITE + KAPPA
  const [ax, bx] = [1 - 2 * middleX + PEAK, 2 * (middleX - 1)]
  const [ay, by] = [SHOWN_WHITE - 2 * middleY + 1, 2 * (middleY - SHOWN_WHITE)]
  const t = (Math.sqrt(bx * bx + 4 * ax * (brightest - 1)) - bx) / (2 * ax)
  return (ay * t * t + by * t + SHOWN_WHITE) / brightest
}
